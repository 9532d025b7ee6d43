"""Every cell of a notebook runs once more after all others, from the last to the first.

A learner goes back, changes a cell and runs it: it must not meet a name that a later
cell has taken for something else, nor find a random generator further on.
"""

from itertools import groupby

import pytest

from tests.solving import NOT_YET
from tools.notebooks import is_run_once


def with_cells_again(items):
    """Return pytest's items, with the cells of each whole notebook once more behind it.

    Args:
        items: what pytest has collected.
    """
    found = []
    for parent, group in groupby(items, key=lambda item: item.parent):
        found += (cells := [*group])
        if is_whole_notebook(parent, cells):
            found += [again(cell) for cell in reversed(cells) if may_run(cell)]
    return found


def is_whole_notebook(parent, cells):
    """Tell whether items are all code cells of one notebook, as nbval collects them."""
    notebook = getattr(parent, "nb", None)
    if notebook is None or parent.path.name.startswith(NOT_YET):
        return False
    return len(cells) == sum(cell.cell_type == "code" for cell in notebook.cells)


def may_run(item):
    """Tell whether a cell is quick enough to be run twice."""
    return not is_run_once(item.cell)


def again(item):
    """Return an item that runs the cell of another one, in the same kernel."""
    return type(item).from_parent(
        item.parent,
        name=f"{item.name} again",
        cell_num=item.cell_num,
        cell=item.cell,
        options=item.options,
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Add them, if other hooks have left whole notebooks."""
    items[:] = with_cells_again(items)
