"""The project as a whole: versions agree, imports go one way, commands work."""

import ast
import os
import pathlib
import re
import shutil
import subprocess
import sys
from importlib import metadata

import pytest
import yaml

ROOT = pathlib.Path(__file__).parents[1]
CONDA_NAMES = {"matplotlib": "matplotlib-base", "torch": "pytorch-cpu"}


def pins():
    """Return the versions in constraints.txt by package."""
    lines = (ROOT / "constraints.txt").read_text().lower().splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def requirements(extra=None):
    """Return the names of the packages that the course, or one extra, asks for."""
    for line in metadata.requires("recurrent-course"):
        name = re.match(r"[\w.-]+", line)[0]
        found = re.search(r"extra == [\"'](\w+)", line)
        if (found[1] if found else None) == extra:
            yield name


def test_conda_and_pip_get_the_same_versions():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    specs = [s for s in environment["dependencies"] if isinstance(s, str)]
    conda = dict(s.split("=") for s in specs if "=" in s)
    pip = pins()
    wanted = {CONDA_NAMES.get(name, name): pip[name] for name in requirements()}
    conda.pop("python")
    assert conda == wanted


def test_every_requirement_is_pinned():
    missing = {*requirements(), *requirements("test")} - set(pins())
    assert not missing, f"run `make lock`: constraints.txt lacks {missing}"


def test_no_registry_host_or_path_of_a_machine_is_committed():
    """The one address allowed is PyTorch's own CPU index, in the installer."""
    command = ["git", "ls-files"]
    files = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    pattern = re.compile(r"pypi\.org|pythonhosted|registry\.npmjs|/root/|/home/\w+/")
    found = []
    for name in files.stdout.splitlines():
        path = ROOT / name
        if name == "tests/test_project.py" or not path.is_file():
            continue
        text = path.read_bytes().decode("utf8", errors="ignore")
        found += [f"{name}: {match[0]}" for match in pattern.finditer(text)]
    assert not found


def imported(path):
    """Return the names of the helpers that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        home = getattr(node, "module", None) or ""
        if isinstance(node, ast.ImportFrom) and home.startswith("helpers"):
            yield from home.split(".")[1:2] or [a.name for a in node.names]


def test_helpers_import_only_what_stands_before_them():
    """The order is the list in the docstring of the package."""
    listing = (ROOT / "helpers" / "__init__.py").read_text()
    order = re.findall(r"^- ``(\w+)``", listing, re.M)
    modules = {path.stem for path in (ROOT / "helpers").glob("[a-z]*.py")}
    packages = {path.parent.name for path in (ROOT / "helpers").glob("*/__init__.py")}
    assert sorted(order) == sorted(modules | packages)
    for place, name in enumerate(order):
        path = ROOT / "helpers" / f"{name}.py"
        files = [path] if path.exists() else (ROOT / "helpers" / name).glob("*.py")
        for file in files:
            allowed = {*order[:place], name} if file != path else {*order[:place]}
            assert set(imported(file)) <= allowed, file


def test_make_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^\.PHONY: (\w+)", makefile, re.M)
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True)
    assert all(f"make {target}" in shown.stdout for target in targets)
    assert {"lab", "test", "check", "notebooks", "data", "bench", "clean"} <= {*targets}


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_lab_opens_the_first_notebook_with_the_course_as_its_root():
    dry = subprocess.run(
        ["make", "--dry-run", "lab"], cwd=ROOT, capture_output=True, text=True
    )
    assert "default_url=/lab/tree/notebooks/00_start_here.ipynb" in dry.stdout
    assert ("--allow-root" in dry.stdout) == (os.getuid() == 0)
    assert (ROOT / "notebooks" / "00_start_here.ipynb").exists()


def test_the_network_is_cut_off_in_every_kernel():
    """conftest.py puts the guard on the path of every process that tests start."""
    attempt = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
    process = subprocess.run(
        [sys.executable, "-c", attempt], capture_output=True, text=True
    )
    assert "the course must run offline" in process.stderr


def test_binder_gets_a_build_file():
    """repo2docker reads environment.yml and writes a Dockerfile, without docker."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(ROOT)]
    process = subprocess.run(command, capture_output=True, text=True)
    assert process.returncode == 0, process.stderr[-2000:]
    assert 'env update -p ${NB_PYTHON_PREFIX} --file "environment.yml"' in (
        process.stdout + process.stderr
    )
