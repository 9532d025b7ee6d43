"""A small table of what the course needs and what this computer has.

Only the standard library is imported, so that the table can say what is missing.
"""

import html
import pathlib
import platform
import re
import tomllib
from importlib import metadata
from typing import NamedTuple

ROOT = pathlib.Path(__file__).parents[1]
HEADINGS = ("package", "found", "tried with", "state")
READY = "✓ ready"
OTHER = "✓ ready, another version than we tried"
MISSING = "✗ missing: type `make lab` in the folder of the course"


class Row(NamedTuple):
    """One package: what was found, what the course was tried with, and a word on it."""

    package: str
    found: str
    tried: str
    state: str


class Table(tuple):
    """Rows that a notebook shows as a table."""

    def __repr__(self):
        """Return the rows as lines of text."""
        return "\n".join("  ".join(row) for row in (HEADINGS, *self))

    def _repr_html_(self):
        head = "".join(f'<th scope="col">{heading}</th>' for heading in HEADINGS)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>"
            for row in self
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def installed():
    """Return a Table with Python and every package that the course itself needs."""
    project = tomllib.loads(_read("pyproject.toml"))["project"]
    names = [re.match(r"[\w.-]+", line)[0] for line in project["dependencies"]]
    tried = dict(re.findall(r"^([\w.-]+)==(\S+)", _read("constraints.txt"), re.M))
    python = Row("python", platform.python_version(), "3.11", READY)
    return Table([python, *(_row(name, tried.get(name, "")) for name in names)])


def _read(name):
    return (ROOT / name).read_text(encoding="utf-8").lower()


def _row(package, tried):
    try:
        found = metadata.version(package)
    except metadata.PackageNotFoundError:
        return Row(package, "–", tried, MISSING)
    state = READY if found.split("+")[0] == tried else OTHER
    return Row(package, found, tried, state)
