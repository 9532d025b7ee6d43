"""Write the versions installed now into constraints.txt and environment.yml.

    python -m tools.lock

Whatever else is installed beside what the course and its extras need is left out.
"""

import re
import subprocess
import sys
import tomllib
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpers.installed import requirements
from tools import ROOT

HEADER = """\
# Versions tried together. pip reads this file with -c: it limits what is installed
# and installs nothing by itself. Written by `make lock`, like environment.yml.
"""
LIST = "dependencies:\n"  # what stands above it in environment.yml is kept

# What conda-forge calls by another name. Playwright is left to pip there, because
# conda-forge splits it in two and lags behind.
CONDA_NAMES = {"matplotlib": "matplotlib-base", "torch": "pytorch-cpu"}
LEFT_TO_PIP = {"playwright"}


def main():
    """Write both files; a requirement that is not installed now keeps its pin."""
    wanted = requirements(*project()["optional-dependencies"])
    before = pinned(_read("constraints.txt"))
    kept = {name: line for name, line in before.items() if name in wanted}
    pins = kept | frozen(closure(wanted.values()))
    if missing := sorted(wanted.keys() - pins):
        raise SystemExit(f"only what is installed can be locked; missing: {missing}")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    _write("constraints.txt", constraints(pins))
    _write("environment.yml", environment(_read("environment.yml"), pins, python))


def project():
    """Return the table ``[project]`` of pyproject.toml."""
    return tomllib.loads(_read("pyproject.toml"))["project"]


def pinned(text):
    """Return the lines ``name==version`` of a text by name, without comments."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {canonicalize_name(line.split("==")[0]): line for line in lines}


def closure(lines):
    """Return the names of all installed packages that requirements lead to.

    Args:
        lines: of requirements, such as "numpy>=2.0".
    """
    waiting, seen = [Requirement(line) for line in lines], set()
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if (name, *wanted.extras) not in seen:
            seen.add((name, *wanted.extras))
            waiting += required_by(name, wanted.extras)
    return {name for name, *_ in seen}


def required_by(name, extras):
    """Return what a package requires here, nothing if it is not installed."""
    try:
        lines = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    cases = [{"extra": extra} for extra in ("", *extras)]
    found = [Requirement(line) for line in lines]
    return [r for r in found if not r.marker or any(map(r.marker.evaluate, cases))]


def frozen(names):
    """Return the pins of these packages as they are installed, without build tags.

    Raises:
        SystemExit: if one of them was not installed from a release.
    """
    command = [sys.executable, "-m", "pip", "freeze"]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    lines = [line.split("+")[0] for line in done.stdout.splitlines()]
    lines = [line for line in lines if canonicalize_name(name_in(line)) in names]
    if strange := [line for line in lines if "==" not in line]:
        raise SystemExit(f"only pinned releases can be locked; got {strange}")
    return pinned("\n".join(lines))


def name_in(line):
    """Return the name in a line of pip freeze: ``name==version``, ``name @ place``."""
    return re.match(r"[\w.-]*", line)[0]


def constraints(pins):
    """Return the text of constraints.txt."""
    lines = sorted(pins.values(), key=str.lower)
    return HEADER + "".join(f"{line}\n" for line in lines)


def environment(text, pins, python):
    """Return the text of environment.yml with the list of packages written anew.

    Args:
        text: the file as it is; all above the list is kept.
        pins: the lines ``name==version`` by name.
        python: the version of Python, such as "3.11".

    Returns:
        The text, with all that the course and its tests need, pip's part last.
    """
    wanted = sorted(requirements("test"))
    pip = [pins[name] for name in wanted if name in LEFT_TO_PIP]
    conda = [_conda(pins[name]) for name in wanted if name not in LEFT_TO_PIP]
    conda = sorted([*conda, "pip"], key=lambda spec: spec.split("="))
    lines = [f"  - {spec}\n" for spec in (f"python={python}", *conda, "pip:")]
    lines += [f"      - {spec}\n" for spec in (*pip, "--editable .")]
    return text.partition(LIST)[0] + LIST + "".join(lines)


def _conda(pin):
    name, version = pin.split("==")
    name = canonicalize_name(name)
    return f"{CONDA_NAMES.get(name, name)}={version}"


def _read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def _write(name, text):
    (ROOT / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
