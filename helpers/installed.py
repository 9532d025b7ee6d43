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

ROOT = pathlib.Path(__file__).resolve().parents[1]
COURSE = "rnn-course"
HEADINGS = ("package", "found", "tried with", "state")
READY = "✓ ready"
OTHER = "✓ ready, another version than we tried"
OLDER = "✗ too old: type `python -m helpers lab` in the folder of the course"
MISSING = "✗ missing: type `python -m helpers lab` in the folder of the course"
NO_LIST = "✗ pyproject.toml, the list of packages, is missing: get the course again"


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
    """Return a Table with Python and every package that the course itself needs.

    It never raises: what is missing, the lists of packages included, is said in a row.
    """
    python = Row("python", platform.python_version(), "3.11", READY)
    wanted, pins = requirements(), pinned()
    rows = [_row(name, line, pins.get(name, "")) for name, line in wanted.items()]
    return Table([python, *(rows or [Row(COURSE, "–", "", NO_LIST)])])


def requirements(*extras):
    """Return what the course and these extras ask for, line by name: numpy>=2.0.

    Without a legible pyproject.toml nothing is asked for.
    """
    try:
        project = tomllib.loads(_read("pyproject.toml")).get("project", {})
    except tomllib.TOMLDecodeError:
        return {}
    optional = project.get("optional-dependencies", {})
    lists = [project.get("dependencies", []), *(optional[extra] for extra in extras)]
    lines = [line for lines in lists for line in lines]
    return {_normal(re.match(r"[\w.-]+", line)[0]): line for line in lines}


def pinned():
    """Return the version of every package in constraints.txt by name, if any."""
    pins = re.findall(r"^([\w.-]+)==([^\s;]+)", _read("constraints.txt"), re.M)
    return {_normal(name): version for name, version in pins}


def found(name):
    """Return the version of a package that is installed, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def older_or_missing(wanted):
    """Return the names of requirements that what is installed does not meet."""
    return [name for name, line in wanted.items() if not _is_met(found(name), line)]


def not_as_pinned(wanted):
    """Return the names of what is missing or installed in another version than pinned.

    Args:
        wanted: requirements by name. Everything else is looked at if it is installed.
    """
    pins = pinned()
    here = {name: found(name) for name in sorted(wanted.keys() | pins.keys())}
    here = {name: v for name, v in here.items() if v or name in wanted}
    return [name for name, v in here.items() if not _is_same(v, pins.get(name, v))]


def _row(name, line, tried):
    version = found(name)
    if version is None:
        return Row(name, "–", tried, MISSING)
    if not _is_met(version, line):
        return Row(name, version, tried, OLDER)
    is_tried = not tried or _is_same(version, tried)
    return Row(name, version, tried, READY if is_tried else OTHER)


def _is_same(version, tried):
    """Compare versions without build tags: 2.13.0+cpu is 2.13.0."""
    return version is not None and _release(version) == _release(tried)


def _is_met(version, line):
    lowest = line.partition(">=")[2]
    return version is not None and _numbers(version) >= _numbers(lowest)


def _numbers(version):
    return [int(number) for number in re.findall(r"\d+", _release(version))]


def _release(version):
    return version.partition("+")[0]


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def _read(name):
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
