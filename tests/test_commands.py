"""``python -m helpers lab`` starts wherever it can, and says what is in its way."""

import ast
import json
import os
import pathlib
import shutil
import subprocess
import sys
import types

import pytest

from helpers import __main__ as start
from helpers import commands

ROOT = pathlib.Path(__file__).parents[1]
BEFORE_ALL = ["__main__", "commands", "installed"]  # run before anything is installed
OFFLINE, DONE = 1, 0


def source(name):
    """Return the syntax tree of a module of helpers, as Python 3.7 reads it."""
    text = (ROOT / "helpers" / f"{name}.py").read_text(encoding="utf-8")
    return ast.parse(text, feature_version=(3, 7) if name == "__main__" else None)


@pytest.mark.parametrize("name", BEFORE_ALL)
def test_before_anything_is_installed_only_the_standard_library_is_there(name):
    for node in ast.walk(source(name)):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found = [node.module]
        else:
            continue
        for module in found:
            home, _, rest = module.partition(".")
            assert home in sys.stdlib_module_names or rest in ("", *BEFORE_ALL)


# --- finding and building the environment --------------------------------------------


@pytest.fixture
def replaced(monkeypatch):
    """Record the commands that would be run, all with success; return the record."""
    record = []

    def call(command, **options):
        record.append(types.SimpleNamespace(command=command, **options))
        return DONE

    def execve(path, command, variables):
        call(command, cwd=os.getcwd(), env=variables)

    for name in (
        "PYTHONPATH",
        "PYTHONUTF8",
        "CONDA_DEFAULT_ENV",
        "RNN_COURSE_ENVIRONMENT",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(subprocess, "call", call)
    monkeypatch.setattr(os, "execve", execve)
    monkeypatch.setattr(start.signal, "signal", lambda *_: None)
    return record


def test_the_environment_is_conda_s_if_it_is_active_or_else_in_the_folder(monkeypatch):
    monkeypatch.setenv("CONDA_DEFAULT_ENV", "base")
    monkeypatch.setenv("CONDA_PREFIX", "/conda/base")
    monkeypatch.delenv("RNN_COURSE_ENVIRONMENT", raising=False)
    assert start.environment() == ROOT / ".venv"
    monkeypatch.setenv("RNN_COURSE_ENVIRONMENT", "/elsewhere")
    assert start.environment() == pathlib.Path("/elsewhere")
    monkeypatch.setenv("CONDA_DEFAULT_ENV", "rnn-course")
    monkeypatch.setenv("CONDA_PREFIX", "/conda/course")
    assert start.environment() == pathlib.Path("/conda/course")


@pytest.mark.parametrize(
    "system, conda, expected",
    [
        ("posix", False, "bin/python"),
        ("posix", True, "bin/python"),
        ("nt", False, "Scripts/python.exe"),
        ("nt", True, "python.exe"),
    ],
)
def test_where_python_lies_in_an_environment(
    tmp_path, monkeypatch, system, conda, expected
):
    if conda:
        (tmp_path / "conda-meta").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(start.os, "name", system)
        found = start.python_in(tmp_path)
    assert pathlib.Path(found).relative_to(tmp_path).as_posix() == expected


@pytest.mark.parametrize("arguments", [[], ["--help"], ["lob"]])
def test_what_is_no_command_builds_nothing_and_shows_the_commands(
    replaced, capsys, arguments
):
    assert start.main(arguments) == 2
    shown = capsys.readouterr().out
    assert all(f"python -m helpers {command} " in shown for command in start.COMMANDS)
    assert not replaced


def test_without_an_environment_one_is_built_and_takes_over(monkeypatch, replaced):
    monkeypatch.setattr(start, "OWN", ROOT / "build" / "there is none")
    monkeypatch.setattr(start, "works", lambda python: False)
    start.main(["lab", "--no-browser"])
    built, taken_over = replaced
    assert built.command == [sys.executable, "-m", "venv", str(start.OWN)]
    python = start.python_in(start.OWN)
    assert taken_over.command == [python, "-m", "helpers", "lab", "--no-browser"]
    assert taken_over.env["PYTHONPATH"] == str(ROOT)
    assert taken_over.env["PYTHONUTF8"] == "1"


def test_inside_the_environment_the_command_is_carried_out(monkeypatch, replaced):
    monkeypatch.setattr(start, "OWN", pathlib.Path(sys.prefix))
    monkeypatch.setattr(commands, "main", lambda arguments: ["jupyter", *arguments])
    start.main(["lab"])
    assert [one.command for one in replaced] == [["jupyter", "lab"]]


def test_on_windows_the_command_runs_below_and_its_exit_code_counts(
    monkeypatch, replaced
):
    with monkeypatch.context() as patch:
        patch.setattr(start.os, "name", "nt")
        assert start.become(["python", "-m", "jupyterlab"]) == DONE
    (called,) = replaced
    assert called.command == ["python", "-m", "jupyterlab"]
    assert called.cwd == str(ROOT)


def test_an_old_python_says_which_one_is_needed(monkeypatch, replaced):
    monkeypatch.setattr(start.sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SystemExit, match=r"^Python 3\.11 or newer is needed"):
        start.build(ROOT / ".venv")
    assert not replaced


def test_what_is_no_environment_is_neither_removed_nor_filled(tmp_path, replaced):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SystemExit, match="holds no virtual environment"):
        start.build(tmp_path)
    assert (tmp_path / "mine.txt").exists() and not replaced


def test_a_python_that_is_gone_or_has_no_pip_does_not_work(tmp_path):
    assert not start.works(str(tmp_path / "bin" / "python"))
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"])
    assert not start.works(start.python_in(tmp_path / "bare"))
    assert start.works(sys.executable)


@pytest.fixture
def korean(tmp_path):
    """Return a folder with a space and Korean letters in its name."""
    folder = tmp_path / "순환 신경망"
    try:
        folder.mkdir()
    except UnicodeEncodeError:
        pytest.skip("in this locale no file has such a name")
    return folder


def test_it_starts_in_a_folder_with_a_space_and_korean_letters_in_any_locale(korean):
    (korean / "helpers").mkdir()
    for name in ("__init__", *BEFORE_ALL):
        shutil.copy(ROOT / "helpers" / f"{name}.py", korean / "helpers")
    bare = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    variables = {**os.environ, **bare, "RNN_COURSE_ENVIRONMENT": sys.prefix}
    variables.pop("CONDA_DEFAULT_ENV", None)
    command = [sys.executable, "-m", "helpers", "lab", "--help"]
    done = subprocess.run(command, cwd=korean, env=variables, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert b"JupyterLab" in done.stdout


# --- the commands --------------------------------------------------------------------


@pytest.fixture
def up_to_date(monkeypatch):
    """Leave the environment as it is."""
    monkeypatch.setattr(commands, "update", lambda **_: None)


@pytest.mark.parametrize("user", [0, 1000, None], ids=["root", "user", "windows"])
def test_lab_opens_the_first_notebook(monkeypatch, up_to_date, user):
    monkeypatch.delattr(os, "geteuid", raising=False)
    if user is not None:
        monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    command = commands.main(["lab", "--no-browser"])
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    first = "notebooks/00_start_here.ipynb"
    assert f"--LabApp.default_url=/lab/tree/{first}" in command
    assert (ROOT / first).exists()
    assert ("--allow-root" in command) == (user == 0)
    assert command[-1] == "--no-browser"


def test_test_runs_notebooks_and_tests_and_passes_options_on(up_to_date):
    command = commands.main(["test", "-k", "gates"])
    assert command[:3] == [sys.executable, "-m", "pytest"]
    assert {"--nbval-lax", "--nbval-current-env", "--dist=loadfile"} <= {*command}
    assert command[-2:] == ["-k", "gates"]


def test_without_xdist_the_tests_run_one_after_the_other(monkeypatch, up_to_date):
    monkeypatch.setattr(commands.importlib.util, "find_spec", lambda name: None)
    assert not {"-n", "--dist=loadfile"} & {*commands.main(["test"])}


def test_setup_takes_no_other_options(up_to_date, capsys):
    assert commands.main(["setup", "--extras", "data"]) is None
    with pytest.raises(SystemExit):
        commands.main(["setup", "--cudda"])
    assert "unrecognized arguments: --cudda" in capsys.readouterr().err


# --- bringing the environment up to date ---------------------------------------------


class Pip:
    """Stands in for pip: notes what it is asked, and answers as it is told."""

    def __init__(self):
        """Begin with a pip that succeeds in everything."""
        self.asked, self.codes, self.requires = [], {}, []

    def __call__(self, *arguments, **_):
        """Return the first code whose key is among the arguments, or success."""
        self.asked.append(arguments)
        if "--report" in arguments:
            report = pathlib.Path(arguments[arguments.index("--report") + 1])
            found = {"install": [{"metadata": {"requires_dist": self.requires}}]}
            report.write_text(json.dumps(found), encoding="utf-8")
        codes = [code for key, code in self.codes.items() if key in arguments]
        return types.SimpleNamespace(returncode=next(iter(codes), DONE))

    def commands(self):
        """Return the first argument of every call."""
        return [arguments[0] for arguments in self.asked]


@pytest.fixture
def pip(tmp_path, monkeypatch):
    """Work on an environment that is an empty folder, on Linux."""
    double = Pip()
    monkeypatch.setattr(commands, "pip", double)
    monkeypatch.setattr(commands, "link", lambda: None)
    monkeypatch.setattr(commands, "switch_news_off", lambda: None)
    monkeypatch.setattr(commands.sys, "prefix", str(tmp_path))
    monkeypatch.setattr(commands.sys, "platform", "linux")
    return double


@pytest.fixture
def outdated(monkeypatch):
    """Let torch be another than the pinned one."""
    monkeypatch.setattr(commands, "not_as_pinned", lambda wanted: ["torch"])


NEEDED = {"numpy": "numpy>=2.0"}
LACKED = {**NEEDED, "no-such-package": "no-such-package>=1.0"}


def test_what_is_there_is_not_installed_and_looked_at_only_once(pip):
    commands.update(NEEDED)
    commands.update(NEEDED)
    assert pip.commands() == ["check"]


def test_what_is_missing_is_installed_in_the_pinned_versions(pip, outdated, tmp_path):
    commands.update(NEEDED)
    torch, rest = pip.asked
    assert torch[-1] == f"torch=={commands.pinned()['torch']}"
    assert commands.PROCESSOR_BUILDS in torch and "--no-deps" in torch
    assert {"-c", "constraints.txt", "numpy>=2.0", "pytest>=8.0"} <= {*rest}
    assert (tmp_path / ".ready").exists()


def test_elsewhere_than_on_linux_pip_finds_the_small_pytorch(
    pip, outdated, monkeypatch
):
    monkeypatch.setattr(commands.sys, "platform", "win32")
    commands.update(NEEDED)
    assert len(pip.asked) == 1 and commands.PROCESSOR_BUILDS not in pip.asked[0]


def test_without_a_network_it_goes_on_with_what_will_do(
    pip, outdated, tmp_path, capsys
):
    pip.codes = {"install": OFFLINE}
    commands.update(NEEDED)
    assert "Not in the pinned version: torch." in capsys.readouterr().err
    assert not (tmp_path / ".ready").exists()


def test_without_a_network_it_names_what_is_missing(pip, outdated, capsys):
    pip.codes = {"install": OFFLINE}
    with pytest.raises(SystemExit, match="missing or too old: no-such-package"):
        commands.update(LACKED)
    assert "Is there a network?" in capsys.readouterr().err


def test_cuda_is_refused_and_the_ways_round_are_named(pip, outdated, capsys):
    pip.codes = {commands.PROCESSOR_BUILDS: OFFLINE}
    pip.requires = ["filelock", "nvidia-nccl-cu13==2.29.7; platform_system == 'Linux'"]
    with pytest.raises(SystemExit, match="missing or too old"):
        commands.update(LACKED)
    said = capsys.readouterr().err
    assert "3 GB of CUDA" in said and "python -m helpers setup --cuda" in said
    assert f"torch-{commands.pinned()['torch']}+cpu-cp3{sys.version_info[1]}" in said
    assert all("--dry-run" in asked for asked in pip.asked[1:])


@pytest.mark.parametrize(
    "requires, cuda", [(["nvidia-nccl-cu13"], True), (["filelock"], False), ([], False)]
)
def test_another_build_is_taken_if_it_is_small_or_welcome(
    pip, outdated, requires, cuda
):
    pip.codes, pip.requires = {commands.PROCESSOR_BUILDS: OFFLINE}, requires
    commands.update(NEEDED, cuda=cuda)
    pin = f"torch=={commands.pinned()['torch']}"
    assert ("install", "--no-deps", pin) in pip.asked
    assert ("--dry-run" in pip.asked[1]) == (not cuda)


def test_conda_changes_its_environment_itself(pip, tmp_path):
    (tmp_path / "conda-meta").mkdir()
    commands.update(NEEDED)
    with pytest.raises(SystemExit, match="no-such-package.*\n.*conda env update"):
        commands.update(LACKED)
    assert not pip.asked


def test_requirements_pins_and_python_are_looked_at_again_when_they_change(monkeypatch):
    before = commands.fingerprint(NEEDED)
    assert before == commands.fingerprint(NEEDED) != commands.fingerprint(LACKED)
    monkeypatch.setattr(commands, "pinned", lambda: {"numpy": "2.99"})
    assert before != commands.fingerprint(NEEDED)


def test_the_way_from_the_environment_to_the_course_is_relative(korean, monkeypatch):
    """So it holds when the folder is renamed, and needs no letters of its name."""
    packages = korean / ".venv" / "lib" / "site-packages"
    packages.mkdir(parents=True)
    monkeypatch.setattr(commands, "ROOT", korean)
    monkeypatch.setattr(commands.sysconfig, "get_path", lambda name: str(packages))
    commands.link()
    path = (packages / "rnn-course.pth").read_text(encoding="ascii").strip()
    assert not pathlib.Path(path).is_absolute()
    assert (packages / path).resolve() == korean.resolve()
