"""Build the web edition of the course in ``build/site/``.

    python -m tools.site [00 08 ...] [--skip-recording]

Nothing is fetched from elsewhere, and cells run only to record the live figures. A page
that cannot be made as it should be ends the build with a sentence that says why.
"""

import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

import nbformat
from nbclient import NotebookClient

from tests.solving import is_run_once
from tools import ROOT
from tools.site.source import write_source

NOTEBOOKS = ROOT / "notebooks"
SOURCE = ROOT / "build" / "site-source"
SITE = ROOT / "build" / "site"
FIGURES = SOURCE / "_static" / "figures"
NAME = re.compile(r'class="live-still" data-figure="(\w+)"')


def main(arguments):
    """Record, write the pages, and let Sphinx make a site of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("numbers", nargs="*", help="of notebooks, such as 08; all")
    parser.add_argument("--skip-recording", action="store_true")
    chosen = parser.parse_args(arguments)
    paths = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    paths = [p for p in paths if not chosen.numbers or p.stem[:2] in chosen.numbers]
    write_source(SOURCE, paths)
    if not chosen.skip_recording:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for table in pool.map(record_notebook, paths):
                print(*table, sep="\n")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E"]
    subprocess.run([*command, str(SOURCE), str(SITE)], check=True)


def record_notebook(path):
    """Run a notebook in a kernel of its own and record its live figures there."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if not is_run_once(cell)]
    resources = {"metadata": {"path": NOTEBOOKS}}
    client = NotebookClient(notebook, timeout=1800, resources=resources)
    with tempfile.TemporaryDirectory() as progress:
        environment = {
                **os.environ,
                "RNN_COURSE_PROGRESS": progress,
                "PYTHONPATH": str(ROOT),
            }
        with client.setup_kernel(env=environment):
            for number, cell in enumerate(notebook.cells):
                client.execute_cell(cell, number)
            outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
            shown = [o.get("data", {}).get("text/html", "") for o in outputs]
            names = [found[1] for found in map(NAME.search, shown) if found]
            notebook.cells.append(recording(path.stem[:2], names))
            client.execute_cell(notebook.cells[-1], len(notebook.cells) - 1)
    return json.loads(notebook.cells[-1].outputs[-1].text)


def recording(number, names):
    """Return a cell that records the live figures of these names, in their order."""
    labels = {name: f"{number}-{k}" for k, name in enumerate(names, start=1)}
    return nbformat.v4.new_code_cell(
        "from tools.site.record import record_all\n"
        f"print(record_all({{**globals()}}, {labels!r}, {str(FIGURES)!r}))"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
