"""Notebooks as a diligent learner leaves them, for the tests that run them."""

import nbformat

from helpers.exercises.catalogue import lessons
from helpers.exercises.exercise import check_cell, solved_cell, stub_cell
from tools.notebooks import is_run_once

NOT_YET = "10", "12", "13"  # still the first edition
FLOAT64 = "import torch\n\ntorch.set_default_dtype(torch.float64)"
SWEEP = """
from helpers.figures import LiveFigure as _LiveFigure

_figures = {id(f): f for f in [*globals().values(), *Out.values()]
            if isinstance(f, _LiveFigure)}
for _figure in _figures.values():
    _sizes = []
    _figure.observe(lambda change: _sizes.append(len(change.new["moving"])), "frame")
    with _figure.hold_sync():  # a page is sent the last one only
        _figure.check()
    assert max(_sizes) <= 40_000, f"a frame has {max(_sizes)} bytes"
print(len(_figures), "live figures")
"""


def solved(path):
    """Read a notebook, write the references in, and add a cell that moves controls.

    Cells tagged "once" are left out: they train for long, and neither a live figure
    nor an exercise rests on them, so that nbval's run of the project is enough.

    A first cell stands for a reader who has set float64 before. Every check must pass,
    or its cell fails. The last cell takes every live figure through the whole range of
    every control, forwards and backwards, as ``LiveFigure.check`` does, and prints how
    many figures there are.
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [c for c in notebook.cells if not is_run_once(c)]
    exercises = {lesson.stem: lesson.exercises for lesson in lessons()}
    _solve(notebook, exercises.get(path.stem, ()))
    if not path.name.startswith(NOT_YET):
        notebook.cells.insert(0, nbformat.v4.new_code_cell(FLOAT64))
    notebook.cells.append(nbformat.v4.new_code_cell(SWEEP))
    return notebook


def live_figures_in(path):
    """Return how many live figures a notebook on disk has shown."""
    return path.read_text(encoding="utf-8").count('<div class=\\"live-still\\"')


def _solve(notebook, exercises):
    stubs = {stub_cell(exercise): solved_cell(exercise) for exercise in exercises}
    checks = {check_cell(exercise) for exercise in exercises}
    for cell in notebook.cells:
        if cell.source in stubs:
            cell.source = stubs.pop(cell.source)
        elif cell.source in checks:
            checks.remove(cell.source)
            cell.source = f"_result = {cell.source}\nassert _result.passed, _result"
    missing = [*stubs, *checks]
    assert not missing, f"to be written by the builder: {missing}"
