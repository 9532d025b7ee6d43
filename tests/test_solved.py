"""Every notebook once more, as a diligent learner leaves it, without a browser.

Where there is a browser, test_browser.py does this in JupyterLab, and one notebook is
enough to see that it still works without.
"""

import os
import pathlib

import pytest
from nbclient import NotebookClient

from tests.solving import live_figures_in, solved
from tools.lab import find_chromium

NOTEBOOKS = pathlib.Path(__file__).parents[1] / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


CHOSEN = PATHS if find_chromium() is None else PATHS[:1]


@pytest.mark.parametrize("path", CHOSEN, ids=lambda path: path.stem)
def test_solved_it_runs_and_every_control_can_be_moved(path, tmp_path):
    """All checks pass in the notebook itself; live figures go through their range."""
    notebook = solved(path)
    client = NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": NOTEBOOKS}}
    )
    client.execute(env={**os.environ, "RNN_COURSE_PROGRESS": str(tmp_path)})

    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    shown = sum(WIDGET_VIEW in output.get("data", {}) for output in outputs)
    assert shown == live_figures_in(path) > 0
    assert outputs[-1].text == f"{shown} live figures\n"
