"""Every notebook once more, as a diligent learner leaves it."""

import os
import pathlib

import nbformat
import pytest
from nbclient import NotebookClient

from helpers.exercises.catalogue import lessons
from helpers.exercises.exercise import check_cell, solved_cell, stub_cell

NOTEBOOKS = pathlib.Path(__file__).parents[1] / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SWEEP = """
from helpers.live import LiveFigure as _LiveFigure

_figures = {id(f): f for f in [*globals().values(), *Out.values()]
            if isinstance(f, _LiveFigure)}
for _figure in _figures.values():
    _frames = {}
    for _values in _figure.sweep():
        _figure.set(**_values)
        for _name, _value in _values.items():
            _frames.setdefault(_name, {}).setdefault(_value, _figure.frame)
    for _name, _shown in _frames.items():
        assert len({*_shown.values()}) > 1, f"{_name} moves nothing"
print(len(_figures), "live figures")
"""


def solve(notebook, exercises):
    """Write the reference into every exercise, and demand that its check passes."""
    stubs = {stub_cell(exercise): solved_cell(exercise) for exercise in exercises}
    checks = {check_cell(exercise) for exercise in exercises}
    for cell in notebook.cells:
        if cell.source in stubs:
            cell.source = stubs.pop(cell.source)
        elif cell.source in checks:
            checks.remove(cell.source)
            cell.source = f"_result = {cell.source}\nassert _result.passed, _result"
    assert not stubs and not checks


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_solved_it_runs_and_every_control_can_be_moved(path, tmp_path):
    """All checks pass in the notebook itself; live figures go through their range."""
    notebook = nbformat.read(path, as_version=4)
    exercises = {lesson.stem: lesson.exercises for lesson in lessons()}
    solve(notebook, exercises.get(path.stem, ()))
    notebook.cells.append(nbformat.v4.new_code_cell(SWEEP))

    client = NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": NOTEBOOKS}}
    )
    client.execute(env={**os.environ, "RNN_COURSE_PROGRESS": str(tmp_path)})

    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    shown = sum(WIDGET_VIEW in output.get("data", {}) for output in outputs)
    assert outputs[-1].text == f"{shown} live figures\n"
