"""Run notebooks and tests as other machines would, and print one table.

    python -m tools.portable [06 09 tests ...] [--processors ...] [--threads ...]
    python -m tools.portable --settings 3.11,this,1 3.11,avx2,2 3.13,sse4,1

Older processors are imitated by keeping PyTorch, MKL and oneDNN from the instructions
that they lack, and every Python found is tried in an environment of its own, built in
``build/`` if need be. Whatever needs a browser is left out. All of it takes three to
five hours on two cores; one notebook under one setting a minute.
"""

import argparse
import functools
import itertools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple
from xml.etree import ElementTree

from helpers.commands import pytest_options

ROOT = pathlib.Path(__file__).resolve().parents[1]
MINORS = (11, 12, 13)  # Python 3.11 to 3.13
PROCESSORS = {
    "this": {},
    "avx2": {  # without AVX-512
        "ATEN_CPU_CAPABILITY": "avx2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
    },
    "sse4": {  # without AVX2 too
        "ATEN_CPU_CAPABILITY": "default",
        "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
        "ONEDNN_MAX_CPU_ISA": "SSE41",
    },
}
TESTS = "tests"
COLOUR = re.compile(r"#x1B\[[\d;]*m")  # as pytest writes a terminal's codes into XML
LINES = 9  # of a message
HEADINGS = ("Python", "processor", "threads")


class Setting(NamedTuple):
    """A machine to be imitated."""

    python: str  # such as "3.11"
    processor: str  # a key of PROCESSORS
    threads: int


class Outcome(NamedTuple):
    """What a run under one setting found."""

    counts: dict  # failures by notebook number or TESTS; none has no entry
    failures: list  # of str, which test failed and the end of its message
    seconds: float


def main(arguments):
    """Run what is asked for; print a table and what failed; return the exit code."""
    chosen = parser().parse_args(arguments)
    targets = paths(chosen.targets)
    print(f"trying {', '.join(targets)}", flush=True)
    rows = []
    for setting in chosen.settings or combinations(chosen):
        executable = environment(setting.python, chosen.cuda)
        outcome = run(executable, setting, targets) if executable else None
        rows.append((setting, outcome))
        print(line(setting, outcome, targets), flush=True)
    print("\n" + "\n".join(table(rows, targets)))
    return any(outcome is None or outcome.failures for _, outcome in rows)


def parser():
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("targets", nargs="*", help=f"such as 08, or {TESTS}; all")
    known = list(PROCESSORS)
    parser.add_argument("--processors", nargs="+", choices=known, default=known)
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--pythons", nargs="+", help="such as 3.12; all that are found")
    parser.add_argument(
        "--settings", nargs="+", type=setting, help="such as 3.12,avx2,2; only these"
    )
    parser.add_argument(
        "--cuda", action="store_true", help="take PyTorch with CUDA too"
    )
    return parser


def setting(text):
    """Return the Setting that is written as Python, processor and threads.

    Raises:
        ValueError: if it is not written so.
    """
    python, processor, threads = text.split(",")
    if processor not in PROCESSORS:
        raise ValueError(f"processors are {', '.join(PROCESSORS)}, got {processor}")
    return Setting(python, processor, int(threads))


def combinations(chosen):
    """Return every Setting of the chosen Pythons, processors and threads."""
    own = chosen.pythons or pythons()
    return itertools.starmap(
        Setting, itertools.product(own, chosen.processors, chosen.threads)
    )


def paths(names):
    """Return the paths to be tested by their short names, such as 08 and tests.

    Raises:
        SystemExit: if there is no such notebook.
    """
    notebooks = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    known = {path.stem[:2]: path for path in notebooks} | {TESTS: ROOT / TESTS}
    if unknown := set(names) - set(known):
        raise SystemExit(f"there are {', '.join(known)}; got {', '.join(unknown)}")
    return {name: str(known[name].relative_to(ROOT)) for name in names or known}


# --- one Python ----------------------------------------------------------------------


def pythons():
    """Return the versions of Python that are found, this one first."""
    own = f"3.{sys.version_info.minor}"
    others = [f"3.{minor}" for minor in MINORS if find_python(f"3.{minor}")]
    return [own, *(version for version in others if version != own)]


def find_python(version):
    """Return the path of a Python, on the path or in pyenv's folder, or None."""
    pyenv = pathlib.Path(os.environ.get("PYENV_ROOT") or pathlib.Path.home() / ".pyenv")
    installed = pyenv.glob(f"versions/{version}.*/bin/python{version}")
    for path in filter(None, [shutil.which(f"python{version}"), *installed]):
        # one of pyenv's stand-ins on the path may lead to no Python at all
        if subprocess.run([path, "--version"], capture_output=True).returncode == 0:
            return str(path)
    return None


@functools.cache
def environment(version, cuda=False):
    """Return the Python of an environment with this version, or None if it fails.

    Args:
        version: such as "3.12".
        cuda: whether a PyTorch with 3 GB of CUDA will do where no other can be had.
    """
    if version == f"3.{sys.version_info.minor}":
        return sys.executable
    folder = ROOT / "build" / f"python{version}"
    variables = {**os.environ, "RNN_COURSE_ENVIRONMENT": str(folder)}
    command = [find_python(version) or f"python{version}", "-m", "helpers", "setup"]
    command += ["--cuda"] if cuda else []
    try:
        subprocess.run(command, cwd=ROOT, env=variables, check=True)
    except (OSError, subprocess.CalledProcessError) as failure:
        print(f"Python {version} is left out: {failure}", file=sys.stderr)
        return None
    return str(folder / "bin" / "python")


# --- one setting ---------------------------------------------------------------------


def run(python, setting, targets):
    """Run pytest on the targets under one setting; return the Outcome."""
    workers = max(1, (os.cpu_count() or 1) // setting.threads)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.xml"
        options = ["-m", "not browser", "-q", f"--junitxml={report}"]
        done = subprocess.run(
            [python, *pytest_options(workers), *options, *targets.values()],
            cwd=ROOT,
            env=variables(setting),
            stdout=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        seconds = time.perf_counter() - started
        if done.returncode in (0, 1):
            failed = failures(report)
        else:  # it was interrupted, found no test, or broke down
            last = (done.stdout.strip().splitlines() or ["it printed nothing"])[-1]
            said = f"pytest ended with code {done.returncode}: {last}"
            failed = [(name, f"{name}: {said}") for name in targets]
    names = [name for name, _ in failed]
    counts = {name: names.count(name) for name in names}
    return Outcome(counts, [message for _, message in failed], seconds)


def variables(setting):
    """Return the variables of a process under this setting."""
    own = {"OMP_NUM_THREADS": str(setting.threads), "PYTHONPATH": str(ROOT)}
    return {**os.environ, **PROCESSORS[setting.processor], **own}


def failures(report):
    """Return the target and the end of the message of every failure pytest reports."""
    found = []
    for case in ElementTree.parse(report).iter("testcase"):
        for problem in (*case.iter("failure"), *case.iter("error")):
            place = f"{case.get('classname')}::{case.get('name')}"
            text = COLOUR.sub("", problem.text or problem.get("message"))
            ending = [line for line in text.splitlines() if line.strip()][-LINES:]
            found.append((target(place), "\n    ".join([place, *ending])))
    return found


def target(place):
    """Return the short name of what a test belongs to."""
    kind, _, rest = place.partition(".")
    return rest[:2] if kind == "notebooks" else TESTS


# --- the table -----------------------------------------------------------------------


def table(rows, targets):
    """Yield the lines of a table of all settings, and then what failed."""
    yield "ok, or how many failed, by notebook:"
    yield cells(HEADINGS, targets, "seconds")
    for setting, outcome in rows:
        yield line(setting, outcome, targets)
    for setting, outcome in rows:
        if outcome and outcome.failures:
            yield f"\n{', '.join(map(str, setting))}:"
            yield from (f"  {failure}" for failure in outcome.failures)


def line(setting, outcome, targets):
    """Return one line of the table."""
    if outcome is None:
        return cells(setting, ["left out"], "")
    counts = [outcome.counts.get(name, 0) for name in targets]
    return cells(setting, [count or "ok" for count in counts], f"{outcome.seconds:.0f}")


def cells(setting, said, last):
    """Return texts in columns."""
    columns = [f"{text!s:<11}" for text in setting] + [f"{text!s:<6}" for text in said]
    return ("".join(columns) + last).rstrip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
