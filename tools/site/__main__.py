"""Build the web edition of the course in ``build/site/``.

    python -m tools.site [00 08 ...] [--skip-recording]

Nothing is fetched from elsewhere, and cells run only to record the live figures. A page
that cannot be made as it should be ends the build with a sentence that says why.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import nbformat
from nbclient import NotebookClient

from tests.solving import is_run_once
from tools import ROOT
from tools.site.pages import page

HERE = pathlib.Path(__file__).parent
NOTEBOOKS = ROOT / "notebooks"
SOURCE = ROOT / "build" / "site-source"
SITE = ROOT / "build" / "site"
FIGURES = SOURCE / "_static" / "figures"
EXPORT = re.compile(r"export default \{(.*)\};\s*$")
NAME = re.compile(r'class="live-still" data-figure="(\w+)"')


def main(arguments):
    """Record, write the pages, and let Sphinx make a site of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("numbers", nargs="*", help="of notebooks, such as 08; all")
    parser.add_argument("--skip-recording", action="store_true")
    chosen = parser.parse_args(arguments)
    paths = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    paths = [p for p in paths if not chosen.numbers or p.stem[:2] in chosen.numbers]
    write_source(paths)
    if not chosen.skip_recording:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for table in pool.map(record_notebook, paths):
                print(*table, sep="\n")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E"]
    subprocess.run([*command, str(SOURCE), str(SITE)], check=True)


def write_source(paths):
    """Write what Sphinx reads."""
    static = SOURCE / "_static"
    for path in SOURCE.glob("*"):
        if path != static:
            path.unlink()
    shutil.copytree(HERE / "static", static, dirs_exist_ok=True)
    figures = ROOT / "helpers" / "figures"
    live = (figures / "live.js").read_text(encoding="utf-8")
    classic = EXPORT.sub(r"return {\1};", live)
    (static / "live.js").write_text(
        f"const liveFigure = (() => {{\n{classic}\n}})();\n", encoding="utf-8"
    )
    shutil.copy(figures / "live.css", static)
    shutil.copytree(figures / "fonts", static / "fonts", dirs_exist_ok=True)
    shutil.copy(HERE / "conf.py", SOURCE)
    names = [path.stem for path in paths]
    index = "# Recurrent neural networks, hands on\n\n```{toctree}\n:maxdepth: 1\n\n"
    (SOURCE / "index.md").write_text(index + "\n".join(names) + "\n```\n", "utf-8")
    for path in paths:
        made = page(path, static / "pictures")
        nbformat.write(made, SOURCE / path.name)


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
