"""The commands of ``python -m helpers``, run by the Python of the course's environment.

Only the standard library is imported, so that they can install all the rest.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import pathlib
import platform
import subprocess
import sys
import sysconfig
import tempfile

from helpers.installed import (
    ROOT,
    not_as_pinned,
    older_or_missing,
    pinned,
    requirements,
)

FIRST_NOTEBOOK = "notebooks/00_start_here.ipynb"
PROCESSOR_BUILDS = "https://download.pytorch.org/whl/cpu"
NEWS = "@jupyterlab/apputils-extension:announcements"

NOT_INSTALLED = """\
pip could not install everything; what it said stands above. Is there a network?"""
LACKS = "The course cannot start, because these packages are missing or too old: {}."
GOES_ON = "What is here will do, so the course starts. Not in the pinned version: {}."
CONDA_LACKS = """\
The conda environment lacks, or has too old: {}.
To bring it up to date: conda env update --file environment.yml"""
BRINGS_CUDA = """\
PyTorch's build without CUDA (190 MB) could not be reached for Python {python}, and the
one that pip finds instead brings some 3 GB of CUDA, which the course never uses. Either
- try again where download.pytorch.org can be reached, or
- remove .venv and use another Python, such as: python3.11 -m helpers lab, or
- bring {wheel}
  here in some other way, and install it: {pip} install FILE, or
- take the 3 GB all the same: python -m helpers setup --cuda"""


def main(arguments):
    """Bring the environment up to date; return the program to be run then, or None.

    Args:
        arguments: of the command line, such as ``["test", "-k", "gates"]``.

    Raises:
        SystemExit: if the command is unknown, or something it needs is missing.
    """
    parser = _parser()
    chosen, more = parser.parse_known_args(arguments)
    if more and chosen.command is setup:
        parser.error(f"unrecognized arguments: {' '.join(more)}")
    return chosen.command(chosen, more)


def _parser():
    parser = argparse.ArgumentParser(prog="python -m helpers")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (lab, test, setup):
        text = command.__doc__.partition("\n")[0]
        one = commands.add_parser(command.__name__, help=text, description=text)
        one.set_defaults(command=command)
    one.add_argument("--cuda", action="store_true", help="accept 3 GB of CUDA")
    one.add_argument("--extras", nargs="+", default=[], choices=["data"])
    return parser


def lab(_, more):
    """Open the course in JupyterLab; options of jupyter lab may follow."""
    update(needed=requirements())
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    options = [f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}"]
    options += ["--allow-root"] if is_root else []
    return [sys.executable, "-m", "jupyterlab", *options, *more]


def test(_, more):
    """Run every notebook and every test; options of pytest may follow."""
    update(needed=requirements("test"))
    return [sys.executable, *pytest_options(), *more]


def setup(chosen, _):
    """Build the environment or bring it up to date, and start nothing."""
    wanted = requirements("test", *chosen.extras)
    update(needed=wanted, wanted=wanted, cuda=chosen.cuda)


def pytest_options(workers=2):
    """Return the options by which Python runs pytest on notebooks and tests.

    Args:
        workers: how many run side by side, if pytest-xdist is installed.
    """
    options = ["--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=240"]
    if importlib.util.find_spec("xdist"):
        options += ["-n", str(workers), "--dist=loadfile", "--no-loadscope-reorder"]
    return ["-m", "pytest", *options]


# --- the environment -----------------------------------------------------------------


def update(needed, wanted=None, cuda=False):
    """Bring this environment up to date, unless an earlier start has done so.

    Args:
        needed: the requirements without which the command cannot start, by name.
        wanted: those to be installed; None for those of the course and its tests.
        cuda: whether a build of PyTorch with CUDA is welcome.

    Raises:
        SystemExit: if something that is needed is missing and cannot be installed.
    """
    if is_conda():
        if lacking := older_or_missing(needed):
            raise SystemExit(CONDA_LACKS.format(", ".join(lacking)))
        return
    wanted = wanted or requirements("test")
    stamp = pathlib.Path(sys.prefix) / ".ready"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint(wanted):
        return
    link()
    if not is_complete(wanted):
        stamp.unlink(missing_ok=True)  # until all is there again
        try:
            install(wanted, cuda)
        except NotInstalled as failure:
            print(failure, file=sys.stderr, flush=True)
            return go_on_or_exit(needed, wanted)
    switch_news_off()
    stamp.write_text(fingerprint(wanted), encoding="utf-8")


def is_conda():
    """Tell whether conda has made this environment, and so has to change it."""
    return (pathlib.Path(sys.prefix) / "conda-meta").is_dir()


def fingerprint(wanted):
    """Return a text that changes with the requirements, the pins and the Python."""
    parts = [sys.version, *wanted.values(), *pinned().items()]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def link():
    """Let this environment import the course from the folder that it lies in.

    The path is relative. An absolute one would be wrong once the folder is renamed, and
    could not be read where it has letters that the locale lacks.
    """
    packages = pathlib.Path(sysconfig.get_path("purelib"))
    path = os.path.relpath(ROOT, packages)
    (packages / "rnn-course.pth").write_text(path + "\n", encoding="utf-8")


def is_complete(wanted):
    """Tell whether all that is wanted is here in the pinned versions, and fits."""
    if not_as_pinned(wanted):
        return False
    return pip("check", stdout=subprocess.DEVNULL).returncode == 0


def go_on_or_exit(needed, wanted):
    """Say that the versions which are here must do, or leave if they cannot.

    Raises:
        SystemExit: if something that is needed is missing or too old.
    """
    if lacking := older_or_missing(needed):
        raise SystemExit(LACKS.format(", ".join(lacking)))
    print(GOES_ON.format(", ".join(not_as_pinned(wanted))), file=sys.stderr, flush=True)


def switch_news_off():
    """Keep JupyterLab from asking at its first start whether it may fetch news."""
    command = [sys.executable, "-m", "jupyterlab.labextensions", "disable"]
    silent = subprocess.DEVNULL
    subprocess.run([*command, "--level=sys_prefix", NEWS], stdout=silent, stderr=silent)


# --- pip -----------------------------------------------------------------------------


class NotInstalled(Exception):
    """Says why something could not be installed, and what can be done."""


def install(wanted, cuda):
    """Install requirements in the pinned versions, PyTorch without CUDA if possible.

    Raises:
        NotInstalled: if pip cannot, or could only with a build that is not welcome.
    """
    if sys.platform == "linux" and "torch" in not_as_pinned(wanted):
        install_torch(f"torch=={pinned()['torch']}", cuda)
    print("Installing what else is missing ...", flush=True)
    pip_install("--quiet", "-c", "constraints.txt", *wanted.values())


def install_torch(pin, cuda):
    """Install PyTorch on Linux, from its own list of builds without CUDA if possible.

    Args:
        pin: its name and version, such as "torch==2.13.0".
        cuda: whether a build with CUDA will do.

    Raises:
        NotInstalled: if pip cannot, or could only with a build that is not welcome.
    """
    print("Installing PyTorch ...", flush=True)
    options = ("--index-url", PROCESSOR_BUILDS, "--retries", "0", "--timeout", "20")
    silent = subprocess.DEVNULL  # where that place cannot be reached there are others
    if pip("install", "--no-deps", *options, pin, stderr=silent).returncode == 0:
        return
    if not cuda and brings_cuda(pin):
        raise NotInstalled(cuda_refused(pin))
    pip_install("--no-deps", pin)


def brings_cuda(pin):
    """Tell whether pip would take a build of PyTorch that requires CUDA.

    Raises:
        NotInstalled: if pip finds none at all.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        dry = ("--dry-run", "--ignore-installed", "--report", str(report))
        pip_install("--quiet", "--no-deps", *dry, pin)
        found = json.loads(report.read_text(encoding="utf-8"))["install"]
    required = found[0]["metadata"].get("requires_dist", [])
    return any(line.startswith(("cuda", "nvidia")) for line in required)


def cuda_refused(pin):
    """Return what a learner can do where PyTorch is to be had with CUDA only."""
    major, minor = sys.version_info[:2]
    build = f"{pin.replace('==', '-')}+cpu-cp{major}{minor}-cp{major}{minor}"
    return BRINGS_CUDA.format(
        python=f"{major}.{minor}",
        wheel=f"{build}-manylinux_2_28_{platform.machine()}.whl",
        pip=f"{sys.executable} -m pip",
    )


def pip_install(*arguments):
    """Let pip install something, and show what it says.

    Raises:
        NotInstalled: if it cannot.
    """
    if pip("install", *arguments).returncode:
        raise NotInstalled(NOT_INSTALLED)


def pip(*arguments, **options):
    """Run pip in the folder of the course; return what became of it."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    variables = {**os.environ, "PYTHONWARNINGS": "ignore"}
    return subprocess.run(command, cwd=ROOT, env=variables, **options)
