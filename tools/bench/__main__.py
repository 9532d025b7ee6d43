"""Measure the course's speed, mostly as ratios against a rival in the same run.

    python -m tools.bench [layers batches ...]

Prints one table, and writes it with the machine's description to ``build/bench.json``.
"""

import argparse
import json
import os
import platform
import sys
import tempfile

import torch

from tools import ROOT
from tools.bench import (
    adding,
    batches,
    characters,
    checks,
    gates,
    large,
    layers,
    lessons,
    live,
    web,
)
from tools.bench.measuring import NONE, Row

JSON = ROOT / "build" / "bench.json"
SECTIONS = {
    "live": live.rows,
    "web": web.rows,
    "explorer": lessons.explorer_rows,
    "layers": layers.rows,
    "characters": characters.rows,
    "large": large.rows,
    "adding": adding.rows,
    "gates": gates.rows,
    "batches": batches.rows,
    "checks": checks.rows,
    "imports": lessons.import_rows,
    "notebooks": lessons.notebook_rows,
}


def main(arguments):
    """Take the measurements asked for, print the table and write the file."""
    summary = __doc__.partition("\n")[0]
    parser = argparse.ArgumentParser("python -m tools.bench", description=summary)
    parser.add_argument("sections", nargs="*", help=f"of {', '.join(SECTIONS)}; all")
    sections = parser.parse_args(arguments).sections
    if unknown := sorted(set(sections) - set(SECTIONS)):
        parser.error(f"sections are {', '.join(SECTIONS)}; got {', '.join(unknown)}")
    machine = describe_machine()
    print("  ".join(f"{name}: {value}" for name, value in machine.items()))
    with tempfile.TemporaryDirectory() as progress:
        os.environ["RNN_COURSE_PROGRESS"] = progress
        rows = [row for name in sections or SECTIONS for row in measured(name)]
    table = [row.columns() for row in rows]
    print_table(table)
    JSON.parent.mkdir(exist_ok=True)
    text = json.dumps({"machine": machine, "rows": table}, indent=2) + "\n"
    JSON.write_text(text, encoding="utf-8")
    print(f"written to {JSON.relative_to(ROOT)}")


def describe_machine():
    """Return what the absolute times depend on."""
    load = os.getloadavg() if hasattr(os, "getloadavg") else ()
    return {
        "cores": os.cpu_count(),
        "load average": ", ".join(f"{part:.1f}" for part in load) or NONE,
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def measured(name):
    """Return the rows of a section; a failure is a row too."""
    print(f"measuring {name} …", file=sys.stderr)
    try:
        return SECTIONS[name]()
    except Exception as failure:
        reason = (str(failure).splitlines() or [type(failure).__name__])[0]
        return [Row(f"{name} failed: {reason}", None, "")]


def print_table(table):
    """Print the rows in columns."""
    cells = [list(table[0]), *([text(cell) for cell in row.values()] for row in table)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(padded).rstrip())


def text(cell):
    """Return a cell of the table as text, a number with three digits."""
    if cell is None:
        return NONE
    return f"{cell:.3g}" if isinstance(cell, float) and cell < 1000 else str(cell)


if __name__ == "__main__":
    main(sys.argv[1:])
