"""Measure the course's speed, mostly as ratios against a rival in the same run.

Prints one table, and writes it with the machine's description to ``build/bench.json``.
"""

import contextlib
import io
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from statistics import median

import bench_adding
import bench_batches
import bench_characters
import bench_chorales
import bench_live
import bench_recurrent
import nbformat
import torch
from build_notebooks import METADATA
from lab import ROOT
from nbclient import NotebookClient

NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
JSON = ROOT / "build" / "bench.json"
COLUMNS = ("name", "value", "unit", "rival", "ratio", "target", "met")
NONE = "–"

IMPORTS = """\
import time
begin = time.perf_counter()
{imports}
import json, psutil
seconds = time.perf_counter() - begin
print(json.dumps([seconds, psutil.Process().memory_info().rss / 2**20]))
"""


def main():
    """Take all measurements, print the table and write the file."""
    machine = describe_machine()
    print("  ".join(f"{name}: {value}" for name, value in machine.items()))
    table = []
    with tempfile.TemporaryDirectory() as progress:
        os.environ["RNN_COURSE_PROGRESS"] = progress
        for section in (
            bench_live.rows,
            explorer_rows,
            bench_recurrent.rows,
            bench_characters.rows,
            bench_chorales.rows,
            bench_adding.rows,
            bench_batches.rows,
            import_rows,
            notebook_rows,
        ):
            table += measured(section)
    print_table(table)
    JSON.parent.mkdir(exist_ok=True)
    JSON.write_text(json.dumps({"machine": machine, "rows": table}, indent=2) + "\n")
    print(f"written to {JSON.relative_to(ROOT)}")


def describe_machine():
    """Return what the absolute times depend on."""
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    return {
        "cores": os.cpu_count(),
        "load average": load,
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def measured(section):
    """Return the rows of a section, each with all columns; a failure is a row too."""
    name = f"{section.__module__}.{section.__name__}"
    print(f"measuring {name} …", file=sys.stderr)
    try:
        rows = section()
    except Exception as failure:
        reason = str(failure).splitlines()[0]
        rows = [{"name": f"{name} failed: {reason}", "value": None, "unit": ""}]
    return [complete(row) for row in rows]


def complete(row):
    """Return a row with all columns; the target is a text such as "<= 66"."""
    value, target, sense = row["value"], row.get("target"), row.get("sense", "<=")
    met = None
    if target is not None and value is not None:
        met = value <= target if sense == "<=" else value >= target
    return {
        **{column: row.get(column) for column in COLUMNS},
        "target": None if target is None else f"{sense} {target}",
        "met": {True: "yes", False: "no", None: NONE}[met],
    }


def explorer_rows(rounds=15):
    """Measure a step of notebook 08's explorer at full length, without a browser."""
    dtype, threads = torch.get_default_dtype(), torch.get_num_threads()
    try:
        lesson = run_lesson()
        live = lesson["gradient_explorer"](lesson["network"], lesson["x"])
        live.set(steps=len(lesson["x"]))
        scales = [0.5 + 0.05 * index for index in range(rounds)]
        whole = [_seconds(live.set, scale=round(scale, 10)) for scale in scales]
        alone = [_seconds(explorer_compute, lesson, scale) for scale in scales]
    finally:
        torch.set_default_dtype(dtype)
        torch.set_num_threads(threads)
    name = f"gradient explorer, T {len(lesson['x'])}"
    return [
        {"name": f"{name}, compute alone", "value": 1e3 * median(alone), "unit": "ms"},
        {"name": f"{name}, with PNG", "value": 1e3 * median(whole), "unit": "ms"},
    ]


def run_lesson():
    """Run notebook 08 up to its explorer, in silence; return what it has defined."""
    lesson = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for source in bench_live.lesson():
            exec(source, lesson)
    return lesson


def explorer_compute(lesson, scale):
    """Compute what the explorer shows, with the functions of the lesson."""
    layer = lesson["network"]("tanh", "gaussian", scale)
    flow = lesson["gradient_flow"](layer, lesson["x"])
    lesson["predicted_rate"](layer.weight_hh_l0, "tanh", flow.slopes)


def import_rows(rounds=3):
    """Measure imports in a real kernel: torch alone, and all that notebook 08 needs."""
    cells = nbformat.read(bench_live.NOTEBOOK, as_version=4).cells
    everything = next(cell.source for cell in cells if cell.cell_type == "code")
    ours, alone = [], []
    for _ in range(rounds):
        alone.append(in_a_kernel("import torch"))
        ours.append(in_a_kernel(everything))
    seconds, megabytes = (median(column) for column in zip(*ours, strict=True))
    rival_s, rival_mb = (median(column) for column in zip(*alone, strict=True))
    return [
        {
            "name": "imports of notebook 08",
            "value": seconds,
            "unit": "s",
            "rival": f"torch alone {rival_s:.1f}",
            "ratio": seconds / rival_s,
        },
        {
            "name": "memory of a kernel after them",
            "value": megabytes,
            "unit": "MiB",
            "rival": f"torch alone {rival_mb:.0f}",
            "ratio": megabytes / rival_mb,
        },
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
    return [
        {"name": f"notebook {path.stem}", "value": _seconds(execute, path), "unit": "s"}
        for path in NOTEBOOKS
    ]


def execute(path):
    """Run a notebook top to bottom; nothing is written."""
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(nbformat.read(path, 4), timeout=300, resources=resources)
    client.execute(stderr=subprocess.DEVNULL)


def print_table(table):
    """Print the rows in columns."""
    cells = [list(COLUMNS)] + [[_text(row[c]) for c in COLUMNS] for row in table]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        print("  ".join(padded).rstrip())


def _text(value):
    if value is None:
        return NONE
    return f"{value:.3g}" if isinstance(value, float) and value < 1000 else str(value)


def _seconds(call, *arguments, **named):
    begin = time.perf_counter()
    call(*arguments, **named)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
