"""The project as a whole: versions agree, imports go one way, commands work."""

import ast
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from helpers.installed import installed
from tools import lock

ROOT = pathlib.Path(__file__).parents[1]
BUILT_ON = {"ipywidgets", "jupyterlab", "matplotlib", "nbval", "torch"}


def read(name):
    """Return the text of a file of the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def release(version):
    """Return the numbers of a version, for comparison."""
    return [int(number) for number in re.findall(r"\d+", version)]


def conda_packages():
    """Return the names in environment.yml, those left to pip included."""
    *specs, last = yaml.safe_load(read("environment.yml"))["dependencies"]
    *left_to_pip, course = last["pip"]
    assert course == "--editable ."
    return {spec.partition("=")[0] for spec in [*specs, *left_to_pip]}


def test_the_five_packages_the_course_is_built_on_are_direct_requirements():
    assert set(lock.requirements()) >= BUILT_ON
    conda_names = {lock.CONDA_NAMES.get(name, name) for name in BUILT_ON}
    assert conda_packages() >= conda_names


def test_conda_alone_gets_all_that_the_course_and_its_tests_need():
    wanted = {lock.CONDA_NAMES.get(name, name) for name in lock.requirements("test")}
    assert conda_packages() == {"python", "pip", *wanted}


def test_conda_and_pip_get_the_same_versions():
    text, pins = read("environment.yml"), lock.pinned(read("constraints.txt"))
    python = re.search(r"- python=(\S+)", text)[1]
    assert text == lock.environment(text, pins, python), "run `make lock`"
    assert read("constraints.txt") == lock.constraints(pins), "run `make lock`"
    assert installed()[0].tried == python


def test_every_pin_satisfies_the_lower_bound_that_every_requirement_has():
    pins = lock.pinned(read("constraints.txt"))
    extras = lock.project()["optional-dependencies"]
    for name, line in lock.requirements(*extras).items():
        bound = re.fullmatch(r"[\w.-]+>=([\d.]+)", line)
        assert bound, f"{line} has no lower bound"
        assert name in pins, f"run `make lock`: constraints.txt lacks {name}"
        assert release(pins[name].split("==")[1]) >= release(bound[1]), line


def test_lock_writes_both_files_and_keeps_the_pins_of_what_is_not_installed(
    tmp_path, monkeypatch
):
    for name in ("pyproject.toml", "constraints.txt", "environment.yml"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    monkeypatch.setattr(lock, "frozen", lambda: lock.pinned("numpy==2.99\nSix==1.0"))
    av = lock.pinned(read("constraints.txt"))["av"]
    results = []
    for _ in range(2):
        lock.main()
        files = [tmp_path / name for name in ("constraints.txt", "environment.yml")]
        results.append([file.read_bytes().decode() for file in files])
    assert results[0] == results[1]
    constraints, environment = results[0]
    assert {"numpy==2.99", "Six==1.0", av} <= {*constraints.split("\n")}
    assert "  - numpy=2.99\n" in environment and "\r" not in "".join(results[0])


def test_lock_refuses_when_a_requirement_has_no_version(tmp_path, monkeypatch):
    for name in ("pyproject.toml", "environment.yml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "constraints.txt").write_text(lock.HEADER, encoding="utf-8")
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    monkeypatch.setattr(lock, "frozen", lambda: lock.pinned("numpy==2.99"))
    with pytest.raises(SystemExit, match="missing: .*'torch'"):
        lock.main()


def test_notebook_00_lists_what_the_course_needs_and_no_extras():
    rows = installed()
    assert [row.package for row in rows] == ["python", *lock.requirements()]
    assert all(row.tried for row in rows)


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
