"""Every notebook once more, as a diligent learner leaves it, without a browser."""

import os
import pathlib

import pytest
from nbclient import NotebookClient

from tests.solving import solved
from tools.lab import find_chromium

NOTEBOOKS = pathlib.Path(__file__).parents[1] / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.mark.skipif(
    find_chromium() is not None, reason="test_browser.py does this in JupyterLab"
)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_solved_it_runs_and_every_control_can_be_moved(path, tmp_path):
    """All checks pass in the notebook itself; live figures go through their range."""
    notebook = solved(path)
    client = NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": NOTEBOOKS}}
    )
    client.execute(env={**os.environ, "RNN_COURSE_PROGRESS": str(tmp_path)})

    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    shown = sum(WIDGET_VIEW in output.get("data", {}) for output in outputs)
    assert outputs[-1].text == f"{shown} live figures\n"
