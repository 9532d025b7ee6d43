"""The commands of the course, on every system; options may follow them.

python -m helpers lab      open the course in JupyterLab
python -m helpers test     run every notebook and every test
python -m helpers setup    build the environment, and start nothing
"""

# Any Python from 3.7 on may start this file. It finds the environment of the course,
# builds it if it is missing, and hands over to the Python in there.

import os
import pathlib
import shutil
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
COMMANDS = ("lab", "test", "setup")
CONDA_NAME = "rnn-course"
OWN = ROOT / ".venv"
ELSEWHERE = "RNN_COURSE_ENVIRONMENT"  # a variable that names another folder than .venv
OLDEST = (3, 11)

BUILDING = """\
Building the environment in {}: about 400 MB will be downloaded, half of it PyTorch,
and fill 2 GB of disk. It takes a few minutes, and later starts need no network."""
TOO_OLD = "Python 3.11 or newer is needed to build the environment; this is {}."
NO_VENV = """\
Python could not make a virtual environment in {}.
On Debian and Ubuntu, `apt install python3-venv` brings what is missing."""
NO_ENVIRONMENT = (
    "{} holds no virtual environment, so nothing is built or changed there."
)


def main(arguments):
    """Run a command of the course with the Python of its environment."""
    if arguments[:1] not in ([command] for command in COMMANDS):
        print(__doc__)
        return 2
    for stream in (sys.stdout, sys.stderr):  # no folder's name is unprintable
        stream.reconfigure(errors="backslashreplace")
    folder = environment()
    if is_same_folder(sys.prefix, folder):
        from helpers import commands

        command = commands.main(arguments)
        return become(command) if command else 0
    python = python_in(folder)
    if not works(python):
        build(folder)
    return become([python, "-m", "helpers", *arguments])


def environment():
    """Return the folder of the course's conda environment if it is active, or .venv."""
    if os.environ.get("CONDA_DEFAULT_ENV") == CONDA_NAME:
        return pathlib.Path(os.environ["CONDA_PREFIX"])
    return pathlib.Path(os.environ.get(ELSEWHERE) or OWN)


def python_in(folder):
    """Return the path of the Python of an environment, which need not exist."""
    if os.name != "nt":
        return str(folder / "bin" / "python")
    is_conda = (folder / "conda-meta").is_dir()
    return str(folder / "python.exe" if is_conda else folder / "Scripts" / "python.exe")


def is_same_folder(one, other):
    """Tell whether two paths lead to one folder; a missing one is no other's."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def works(python):
    """Tell whether a Python starts, is new enough and has pip."""
    program = f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"
    try:
        return quietly([python, "-c", program]) == 0
    except OSError:
        return False


def build(folder):
    """Make an environment with nothing in it yet.

    Raises:
        SystemExit: if this Python is too old or lacks the module ``venv``, or if there
            is something else in the folder.
    """
    if sys.version_info < OLDEST:
        raise SystemExit(TOO_OLD.format(sys.version.split()[0]))
    if folder != OWN and folder.exists() and not (folder / "pyvenv.cfg").exists():
        raise SystemExit(NO_ENVIRONMENT.format(folder))
    print(BUILDING.format(folder.name), flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    if quietly([sys.executable, "-m", "venv", str(folder)]) != 0:
        raise SystemExit(NO_VENV.format(folder.name))


def quietly(command):
    """Run a command without showing what it prints; return its exit code."""
    silent = subprocess.DEVNULL
    return subprocess.call(command, cwd=str(ROOT), stdout=silent, stderr=silent)


def become(command):
    """Let a command take the place of this process, in the folder of the course.

    It works in UTF-8, whatever the locale, and so do the kernels that it starts,
    because PyTorch cannot be imported from a folder whose name Python cannot read.

    Windows cannot replace a process: there the command runs below this one, which
    leaves Ctrl-C to it and ends with its exit code.
    """
    paths = [str(ROOT), os.environ.get("PYTHONPATH")]
    variables = dict(os.environ, PYTHONPATH=os.pathsep.join(filter(None, paths)))
    if is_utf8(os.fsencode(str(ROOT))):
        variables["PYTHONUTF8"] = "1"
    sys.stdout.flush()
    if os.name == "nt":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return subprocess.call(command, cwd=str(ROOT), env=variables)
    os.chdir(str(ROOT))
    return os.execve(command[0], command, variables)


def is_utf8(name):
    """Tell whether bytes are text in UTF-8, as all names are except on old systems."""
    try:
        return bool(name.decode("utf-8"))
    except UnicodeDecodeError:
        return False


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nstopped")
