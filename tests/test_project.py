"""The project as a whole: versions agree, imports go one way, commands work."""

import ast
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
import yaml

from helpers import progress
from helpers.__main__ import CONDA_NAME, ELSEWHERE
from helpers.installed import COURSE, installed
from tools import lock

ROOT = pathlib.Path(__file__).parents[1]
BUILT_ON = {"ipywidgets", "jupyterlab", "matplotlib", "nbval", "torch"}
MADE_HERE = {".git", ".venv", "build", "yours", "__pycache__", ".ipynb_checkpoints"}
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


def read(name):
    """Return the text of a file of the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def run(*command):
    """Run a command in the folder of the project; return what became of it."""
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, encoding="utf-8", errors="replace"
    )


def files():
    """Return every file of the project: what git knows of, or all in a download.

    Raises:
        CalledProcessError: if git refuses to list them.
    """
    if (ROOT / ".git").exists():
        listed = run(
            "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"
        )
        listed.check_returncode()
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [
            p for p in ROOT.rglob("*") if not MADE_HERE & {*p.relative_to(ROOT).parts}
        ]
    return [path for path in found if path.is_file()]


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
    found = lock.pinned("numpy==2.99\nSix==1.0")
    monkeypatch.setattr(lock, "frozen", lambda names: found)
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
    found = lock.pinned("numpy==2.99")
    monkeypatch.setattr(lock, "frozen", lambda names: found)
    with pytest.raises(SystemExit, match="missing: .*'torch'"):
        lock.main()


def test_only_what_requirements_lead_to_is_locked(monkeypatch):
    needed = {
        "course": ["Numpy>=2", "web.server[files]>=1"],
        "numpy": ["docs; extra == 'doc'", "windows; sys_platform == 'nowhere'"],
        "web-server": ["sockets", "disk; extra == 'files'", "course"],
        "sockets": None,
    }

    def requires(name):
        if name not in needed:
            raise lock.metadata.PackageNotFoundError(name)
        return needed[name]

    monkeypatch.setattr(lock.metadata, "requires", requires)
    names = {"course", "numpy", "web-server", "sockets", "disk"}
    assert lock.closure(["course"]) == names

    freeze = "numpy==2.4+cpu\n-e git+https://a/b#egg=x\nstray @ file:///s\nsockets==1"
    done = subprocess.CompletedProcess([], 0, stdout=freeze)
    monkeypatch.setattr(lock.subprocess, "run", lambda *_, **__: done)
    assert lock.frozen(names) == {"numpy": "numpy==2.4", "sockets": "sockets==1"}
    with pytest.raises(SystemExit, match="only pinned releases .*'stray @ file"):
        lock.frozen({*names, "stray"})


def test_notebook_00_lists_what_the_course_needs_and_no_extras():
    rows = installed()
    assert [row.package for row in rows] == ["python", *lock.requirements()]
    assert all(row.tried for row in rows)


def test_no_registry_host_or_path_of_a_machine_is_committed():
    """The one address allowed is PyTorch's own, of its builds without CUDA."""
    pattern = re.compile(r"pypi\.org|pythonhosted|registry\.npmjs|/root/|/home/\w+/")
    found = []
    for path in files():
        if path != pathlib.Path(__file__):
            text = path.read_bytes().decode("utf-8", errors="ignore")
            found += [f"{path}: {match[0]}" for match in pattern.finditer(text)]
    assert not found


def test_the_files_are_found_with_git_and_without(monkeypatch):
    names = {path.relative_to(ROOT).as_posix() for path in files()}
    assert {"README.md", "helpers/installed.py", "data/nile.csv"} <= names
    assert not any(name.startswith(".venv/") for name in names)


def test_a_download_without_git_lists_its_files_too(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    for name in ("a.py", "sub/b.py", ".venv/c.py", "sub/__pycache__/d.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert files() == [tmp_path / "a.py", tmp_path / "sub" / "b.py"]


def test_a_git_that_refuses_is_no_empty_list(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    (tmp_path / ".git").touch()
    with pytest.raises(subprocess.CalledProcessError):
        files()


def imported(path):
    """Return the names of the helpers that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            whole = [alias.name for alias in node.names]
        else:
            continue
        parts = [name.split(".") for name in whole]
        yield from (part[1] for part in parts if part[0] == "helpers" and part[1:])


def test_helpers_import_only_what_stands_before_them():
    """The order is the list in the docstring of the package."""
    order = re.findall(r"^- ``(\w+)``", read("helpers/__init__.py"), re.M)
    modules = {path.stem for path in (ROOT / "helpers").glob("[a-z]*.py")}
    packages = {path.parent.name for path in (ROOT / "helpers").glob("*/__init__.py")}
    assert sorted(order) == sorted(modules | packages)
    for place, name in enumerate(order):
        path = ROOT / "helpers" / f"{name}.py"
        files = [path] if path.exists() else (ROOT / "helpers" / name).glob("*.py")
        for file in files:
            allowed = {*order[:place], name} if file != path else {*order[:place]}
            assert set(imported(file)) <= allowed, file


@needs_make
def test_make_help_lists_every_target():
    targets = re.findall(r"^\.PHONY: (\w+)", read("Makefile"), re.M)
    shown = run("make", "help").stdout
    assert all(f"make {target} " in shown for target in targets)
    assert {"lab", "test", "check", "notebooks", "data", "bench", "clean"} <= {*targets}


@needs_make
@pytest.mark.parametrize("target", ["lab", "test", "setup"])
def test_make_does_what_python_does_where_there_is_no_make(target):
    shown = run("make", "--dry-run", f"PYTHON={sys.executable}", target).stdout
    assert f"{sys.executable} -m helpers {target}" in shown.splitlines()


def test_the_network_is_cut_off_in_every_kernel():
    """conftest.py puts the guard on the path of every process that tests start."""
    attempt = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
    assert "the course must run offline" in run(sys.executable, "-c", attempt).stderr


def test_binder_finds_environment_yml_and_a_python_that_it_knows():
    """Each of the others would come first; the workflow runs repo2docker itself."""
    others = ("binder", ".binder", "Dockerfile", "Project.toml", "runtime.txt")
    assert not [name for name in others if (ROOT / name).exists()]
    environment = yaml.safe_load(read("environment.yml"))
    assert list(environment) == ["name", "channels", "dependencies"]
    assert re.fullmatch(r"python=3\.\d+", environment["dependencies"][0])


def test_ruff_is_the_same_before_a_commit_and_in_the_environment():
    (hooks,) = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    assert f"ruff=={hooks['rev'].removeprefix('v')}" in read("constraints.txt")


def test_the_course_is_cited_under_its_own_name_and_version():
    citation = yaml.safe_load(read("CITATION.cff"))
    project = tomllib.loads(read("pyproject.toml"))["project"]
    authors = [f"{a['given-names']} {a['family-names']}" for a in citation["authors"]]
    assert authors == [author["name"] for author in project["authors"]]
    assert citation["version"] == project["version"]
    assert citation["url"] == project["urls"]["Homepage"]
    assert " AND ".join(citation["license"]) == project["license"]


def test_the_project_has_one_name_wherever_it_needs_one(monkeypatch):
    """Of the package, the conda environment, and the folder of a learner's progress."""
    name = lock.project()["name"]
    assert name == CONDA_NAME == COURSE
    assert name == yaml.safe_load(read("environment.yml"))["name"]
    assert f"filter {name}," in read("Makefile")
    monkeypatch.delenv(progress.FOLDER_VARIABLE)
    assert progress._path().parent.name == name
    prefix = name.upper().replace("-", "_") + "_"
    assert ELSEWHERE.startswith(prefix) and progress.FOLDER_VARIABLE.startswith(prefix)


def test_a_wheel_is_refused_before_anything_is_downloaded(tmp_path):
    """It would bring no data; an editable install asks for other functions."""
    for ask in ("get_requires_for_build_wheel()", "build_wheel('.')"):
        done = run(sys.executable, "-c", f"from tools import backend; backend.{ask}")
        assert done.returncode == 1
        assert "type `python -m helpers lab` in that folder" in done.stderr


def test_text_is_read_and_written_as_utf_8_whatever_the_locale():
    """Ruff's rule for this does not see the methods of every path."""
    python = [path for path in files() if path.suffix == ".py"]
    assert not [place for path in python for place in without_encoding(path)]


def without_encoding(path):
    """Yield the place of every call that leaves the encoding of text to the locale."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        options = {option.arg for option in node.keywords}
        by_place = {"read_text": 1, "write_text": 2}.get(name, 9) <= len(node.args)
        is_text = name in ("read_text", "write_text")
        is_text |= name in ("run", "Popen", "check_output") and "text" in options
        is_open = getattr(node.func, "id", "") == "open" and "b" not in mode(node)
        if (is_text or is_open) and "encoding" not in options and not by_place:
            yield f"{path}:{node.lineno}: {ast.unparse(node)[:60]}"


def mode(call):
    """Return the second argument of a call of ``open``, as text."""
    return ast.unparse(call.args[1]) if len(call.args) > 1 else ""
