"""Re-execute and normalise the notebooks, so that what is committed is what runs.

    python -m tools.notebooks [08 ...]

Each notebook is run top to bottom in a fresh kernel. Exercises get their headings from
their modules, and their cells are set back to the stubs; if you have written in one, a
copy of the notebook is kept first, and the copy is named. A notebook that fails keeps
its old outputs, and the command fails.
"""

import os
import re
import shutil
import sys
import tempfile
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from helpers.exercises.catalogue import lessons
from helpers.exercises.exercise import (
    check_cell,
    heading,
    nbgrader_metadata,
    stub_cell,
)
from tools import ROOT

NOTEBOOKS = ROOT / "notebooks"
YOURS = ROOT / "yours"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
FIGURE_NAME = re.compile(r' data-figure="\w+"')  # of a live figure, while it lives
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


def main(numbers):
    """Build the notebooks whose number is named, or all."""
    paths = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    known = {path.stem[:2]: path for path in paths}
    if unknown := set(numbers) - set(known):
        raise SystemExit(f"notebooks are {', '.join(known)}; got {', '.join(unknown)}")
    failed = [known[n] for n in numbers or known if not build(known[n])]
    if failed:
        raise SystemExit("failed: " + ", ".join(path.name for path in failed))


def build(path):
    """Execute and normalise one notebook in place; return whether it ran cleanly."""
    notebook = nbformat.read(path, as_version=4)
    try:
        was_answered = reset_exercises(notebook, path.stem)
    except ValueError as failure:
        print(f"{path.name}: {failure}", file=sys.stderr)
        return False
    if was_answered:
        copy = YOURS / f"{path.stem}-{time.strftime('%Y%m%d-%H%M%S')}.ipynb"
        copy.parent.mkdir(exist_ok=True)
        shutil.copy2(path, copy)
        print(f"{path.name}: your answers are kept in {copy.relative_to(ROOT)}")

    started = time.perf_counter()
    try:
        execute(notebook)
    except CellExecutionError as failure:
        print(f"{path.name}: {failure}", file=sys.stderr)
        return False
    normalise(notebook)
    text = nbformat.writes(notebook) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
    seconds, size = time.perf_counter() - started, path.stat().st_size
    print(f"{path.name}: {seconds:.1f} s, {size / 1000:.0f} kB")
    return True


def reset_exercises(notebook, stem):
    """Put every exercise back to its stub; return whether one had been changed.

    Its heading is written too. Its cells are known by nbgrader's ``grade_id``.
    """
    changed = False
    for exercise in exercises_of(stem):
        write_heading(notebook, exercise)
        stub = graded_cell(notebook, exercise, "stub")
        changed |= stub.source.strip() not in ("", stub_cell(exercise))
        stub.source = stub_cell(exercise)
        graded_cell(notebook, exercise, "check").source = check_cell(exercise)
    return changed


def exercises_of(stem):
    """Return the exercises of the notebook with this file name, none if it has none."""
    return {lesson.stem: lesson.exercises for lesson in lessons()}.get(stem, ())


def write_heading(notebook, exercise):
    """Renew the line with title, minutes and difficulty; its number is by hand.

    Raises:
        ValueError: if there is not exactly one heading with this number.
    """
    line = re.compile(rf"^### {re.escape(exercise.id)}(?!\d).*$", re.MULTILINE)
    cells = [c for c in notebook.cells if c.cell_type == "markdown"]
    found = [cell for cell in cells for _ in line.findall(cell.source)]
    if len(found) != 1:
        raise ValueError(
            f"one heading must begin with '### {exercise.id}', {len(found)} do"
        )
    found[0].source = line.sub(lambda _: heading(exercise), found[0].source)


def graded_cell(notebook, exercise, role):
    """Return the one cell of an exercise with this role, its metadata renewed.

    Raises:
        ValueError: if there is not exactly one.
    """
    metadata = nbgrader_metadata(exercise, role)
    name = metadata["grade_id"]
    found = [c for c in notebook.cells if grade_id(c) == name]
    if len(found) != 1:
        raise ValueError(f"one cell must have the grade_id {name!r}, {len(found)} have")
    found[0].metadata["nbgrader"] = metadata
    return found[0]


def is_run_once(cell):
    """Tell whether a cell runs once in all tests, and never for the web edition.

    It is tagged "once", because it trains for long, and neither a live figure nor an
    exercise rests on it.
    """
    return "once" in cell.metadata.get("tags", ())


def grade_id(cell):
    """Return the name that nbgrader knows a cell by, or None."""
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def execute(notebook, timeout=180):
    """Run a notebook in its own folder, with a progress store made for this run.

    Raises:
        CellExecutionError: if a cell fails.
    """
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    with tempfile.TemporaryDirectory() as progress:
        environment = {**os.environ, "RNN_COURSE_PROGRESS": progress}
        resources = {"metadata": {"path": NOTEBOOKS}}
        client = NotebookClient(
            notebook, timeout=timeout, resources=resources, coalesce_streams=True
        )
        client.execute(env=environment)


def normalise(notebook):
    """Keep what a reader needs and drop what only this run knew."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat_minor = 5
    for cell in notebook.cells:
        kept = {k: v for k, v in cell.metadata.items() if k in ("tags", "nbgrader")}
        cell.metadata = nbformat.from_dict(kept)
        if cell.cell_type == "code":
            cell.outputs = [one for one in map(kept_output, cell.outputs) if one]


def kept_output(output):
    """Return an output without what only its kernel knew; None if nothing is left."""
    data = output.get("data", {})
    if WIDGET_VIEW in data:
        return None
    if "text/html" in data:
        data["text/html"] = FIGURE_NAME.sub("", data["text/html"])
    return output


if __name__ == "__main__":
    main(sys.argv[1:])
