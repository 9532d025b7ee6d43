"""What the lessons cost: the explorer of notebook 08, imports, and whole notebooks."""

import contextlib
import io
import json
import subprocess
from functools import partial
from statistics import median

import nbformat
import torch
from nbclient import NotebookClient

from helpers.explorers.gradients import SCALES
from tools.bench.measuring import Row, one_thread, seconds
from tools.notebooks import METADATA, NOTEBOOKS

LESSON = NOTEBOOKS / "08_vanishing_and_exploding_gradients.ipynb"
EXPLORER = "edge_explorer()"
IMPORTS = """\
import time
begin = time.perf_counter()
{imports}
import json, psutil
seconds = time.perf_counter() - begin
print(json.dumps([seconds, psutil.Process().memory_info().rss / 2**20]))
"""


def before_the_explorer():
    """Return the code cells of notebook 08 that come before its explorer."""
    cells = nbformat.read(LESSON, as_version=4).cells
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    return sources[: sources.index(EXPLORER)]


@one_thread()
def explorer_rows(rounds=15):
    """Measure a step of the explorer at full length, without a browser."""
    dtype = torch.get_default_dtype()
    try:
        lesson = run_lesson()
        live = lesson["edge_explorer"]()
        scales = [round(scale, 6) for scale in SCALES.tolist()[-rounds:]]
        whole = [seconds(partial(live.set, scale=scale)) for scale in scales]
        alone = [seconds(partial(compute, lesson, scale)) for scale in scales]
    finally:
        torch.set_default_dtype(dtype)  # the lesson computes in float64
    return [
        Row("edge explorer, one scale computed anew", 1e3 * median(alone), "ms"),
        Row("edge explorer, a step with its picture", 1e3 * median(whole), "ms"),
    ]


def run_lesson():
    """Run notebook 08 up to its explorer, in silence; return what it has defined."""
    lesson = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for source in before_the_explorer():
            exec(source, lesson)
    return lesson


def compute(lesson, scale):
    """Compute what the explorer shows at one scale, with functions of the lesson."""
    networks = lesson["random_networks"](20, 32, "gaussian", steps=100)
    lesson["stretch"]("tanh", *networks, torch.tensor([scale]))


def import_rows(rounds=3):
    """Measure imports in a real kernel: torch alone, and all that notebook 08 needs."""
    everything = before_the_explorer()[0]
    ours, alone = [], []
    for _ in range(rounds):
        alone.append(in_a_kernel("import torch"))
        ours.append(in_a_kernel(everything))
    took, megabytes = (median(column) for column in zip(*ours, strict=True))
    rival_s, rival_mb = (median(column) for column in zip(*alone, strict=True))
    return [
        Row(
            "imports of notebook 08",
            took,
            "s",
            rival=f"torch alone {rival_s:.1f}",
            ratio=took / rival_s,
        ),
        Row(
            "memory of a kernel after them",
            megabytes,
            "MiB",
            rival=f"torch alone {rival_mb:.0f}",
            ratio=megabytes / rival_mb,
        ),
    ]


def in_a_kernel(imports):
    """Return the seconds that imports take in a new kernel, and its MiB after them."""
    cell = nbformat.v4.new_code_cell(IMPORTS.format(imports=imports))
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata=METADATA)
    NotebookClient(notebook, timeout=120).execute(stderr=subprocess.DEVNULL)
    (output,) = cell.outputs
    return json.loads(output.text)


def notebook_rows():
    """Measure the execution of every notebook in a fresh kernel."""
    paths = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    return [
        Row(f"notebook {path.stem}", seconds(partial(execute, path)), "s")
        for path in paths
    ]


def execute(path):
    """Run a notebook top to bottom; nothing is written."""
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(nbformat.read(path, 4), timeout=300, resources=resources)
    client.execute(stderr=subprocess.DEVNULL)
