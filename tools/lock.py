"""Write the versions installed now into constraints.txt and environment.yml."""

import pathlib
import re
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).parents[1]
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
    pins = kept | frozen()
    if missing := sorted(wanted.keys() - pins):
        raise SystemExit(f"only what is installed can be locked; missing: {missing}")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    _write("constraints.txt", constraints(pins))
    _write("environment.yml", environment(_read("environment.yml"), pins, python))


def project():
    """Return the table ``[project]`` of pyproject.toml."""
    return tomllib.loads(_read("pyproject.toml"))["project"]


def requirements(*extras):
    """Return what the course and these extras ask for, line by name: numpy>=2.0."""
    optional = project()["optional-dependencies"]
    lines = sum((optional[extra] for extra in extras), project()["dependencies"])
    return {_normal(re.match(r"[\w.-]+", line)[0]): line for line in lines}


def pinned(text):
    """Return the lines ``name==version`` of a text by name, without comments."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {_normal(line.split("==")[0]): line for line in lines}


def frozen():
    """Return the pins of all that is installed, without the course and build tags.

    Raises:
        SystemExit: if something was not installed from a release.
    """
    command = [sys.executable, "-m", "pip", "freeze", "--exclude-editable"]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [line.split("+")[0] for line in output.splitlines()]
    if strange := [line for line in lines if "==" not in line]:
        raise SystemExit(f"only pinned releases can be locked; got {strange}")
    return pinned("\n".join(lines))


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
    return f"{CONDA_NAMES.get(_normal(name), _normal(name))}={version}"


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def _read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def _write(name, text):
    (ROOT / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
