"""Grade a small class with nbgrader as a teacher would, and compare the gradebook.

    python -m tools.grading [--if-available]

The assignment has an exercise of each kind, and the class answers it in every way that
could go wrong. An assignment is generated, graded, and given back with feedback; a
wrong answer is validated. nbgrader is installed once, in ``build/grading``, beside the
packages of this environment. All of it takes three minutes, most of them nbgrader's.
With ``--if-available`` it is no failure if nbgrader cannot be installed.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import sysconfig
import tempfile
import venv
from typing import NamedTuple

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.exercises import catalogue
from helpers.exercises.exercise import (
    check_cell,
    heading,
    nbgrader_metadata,
    solved_cell,
    stub_cell,
)
from tools import ROOT

HOME = ROOT / "build" / "grading"
NBGRADER = "nbgrader==0.9.6"
NAME = "exam"  # of the assignment, and of its notebook
EXERCISES = ("00.1", "01.2", "07.1", "09.9")  # a function, a letter, a number, a class
IMPORTS = "import torch\nfrom torch import nn\nfrom helpers.exercises import check"
CONFIGURATION = """
c = get_config()
c.CourseDirectory.course_id = "trial"
c.ClearSolutions.enabled = False  # our stubs hold no solutions
c.IncludeHeaderFooter.header = ""
c.Execute.timeout = 60  # a busy machine imports slowly
c.Execute.interrupt_on_timeout = True
"""
READ_GRADEBOOK = f"""
import json
from nbgrader.api import Gradebook
with Gradebook("sqlite:///gradebook.db") as gradebook:
    print(json.dumps({{
        submission.student.id: {{
            grade.name: grade.auto_score
            for notebook in submission.notebooks for grade in notebook.grades
        }}
        for submission in gradebook.assignment_submissions("{NAME}")
    }}))
"""


class Student(NamedTuple):
    """Somebody in the class.

    Attributes:
        answers: by exercise, the text of the cell; the stub where there is none.
        solved: the exercises that earn their points.
        told: what the feedback must show, besides the cards of what is solved.
    """

    answers: dict[str, str]
    solved: tuple[str, ...]
    told: str = ""


class Failure(NamedTuple):
    """Something that is not as it must be."""

    student: str
    expected: object
    found: object


def main(arguments=()):
    """Run nbgrader over the class; leave with an error if its gradebook is wrong."""
    summary = __doc__.partition("\n")[0]
    parser = argparse.ArgumentParser("python -m tools.grading", description=summary)
    parser.add_argument("--if-available", action="store_true")
    optional = parser.parse_args(arguments).if_available
    try:
        python = environment()
    except subprocess.CalledProcessError:
        if not optional:
            raise
        print("nbgrader cannot be installed here, so nothing was graded")
        return
    failures = grade(python)
    for one in failures:
        print(f"{one.student}: expected {one.expected}, found {one.found}")
    if failures:
        raise SystemExit("the gradebook is not what it must be")
    print(f"{len(students())} submissions are graded as they must be")


def students():
    """Return the class by name."""
    right = {one: solved_cell(catalogue.find(one)) for one in EXERCISES}
    others = EXERCISES[1:]

    def with_step(*lines):
        body = "".join(f"    {line}\n" for line in lines)
        return right | {"00.1": f"def step(h, x, w):\n{body}"}

    return {
        "right": Student(right, EXERCISES),
        "half": Student({one: right[one] for one in EXERCISES[:2]}, EXERCISES[:2]),
        "empty": Student({}, (), "Not tried yet"),
        "wrong": Student(
            with_step("return -torch.tanh(w * h + x)"), others, "wrong sign"
        ),
        "no_python": Student(
            right | {"00.1": "def step(h, x, w)"}, others, "NameError"
        ),
        "endless": Student(
            with_step("while True: pass"), others, "a loop that never ends"
        ),
        "hanging": Student(
            with_step(
                "import time",
                "while True:",
                "    try: time.sleep(1000)",
                "    except BaseException: pass",
            ),
            others,
            "cannot be stopped",
        ),
        "deaf": Student(
            with_step(
                "import sys",
                "while True:",
                "    try:",
                "        h = h + 0",
                "        while True: print('noise', file=sys.stderr)",
                "    except BaseException: continue",
            ),
            others,
            "put it to sleep",
        ),
        "stuck": Student(  # in the cell itself, outside of the check
            right | {"00.1": f"{right['00.1']}\nwhile True: pass"}, EXERCISES
        ),
        "leaving": Student(with_step("exit()"), others, "must not leave Python"),
        "noisy": Student(
            with_step(
                "import os, sys, warnings",
                "os.write(2, b'raw')",
                "os.system('echo more >&2')",
                "print('and more', file=sys.stderr)",
                "warnings.warn('and more')",
                "return torch.tanh(w * h + x)",
            ),
            EXERCISES,
        ),
    }


def grade(python):
    """Return every Failure of nbgrader, run by this Python, over the class."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "nbgrader_config.py").write_text(CONFIGURATION, "utf-8")
        write(notebook({}), folder / "source" / NAME)
        for name, student in students().items():
            write(notebook(student.answers), folder / "submitted" / name / NAME)
        for command in ("generate_assignment", "autograde", "generate_feedback"):
            nbgrader(python, folder, command, NAME)
        book = json.loads(run(python, folder, "-c", READ_GRADEBOOK).stdout)
        failures = list(wrong_grades(book))
        failures += wrong_feedback(folder / "feedback")
        failures += wrong_validation(python, folder)
    return failures


def wrong_grades(book):
    """Yield every Failure of a gradebook, a dict from student to grade id to points."""
    points = {one: catalogue.find(one).points for one in EXERCISES}
    for name, student in students().items():
        expected = {
            nbgrader_metadata(catalogue.find(one), "check")["grade_id"]: float(
                points[one] if one in student.solved else 0
            )
            for one in EXERCISES
        }
        if book.get(name) != expected:
            yield Failure(name, expected, book.get(name))


def wrong_feedback(folder):
    """Yield a Failure for every student whose feedback lacks a card."""
    for name, student in students().items():
        page = (folder / name / NAME / f"{NAME}.html").read_text("utf-8")
        text = re.sub(r"<[^>]+>", "", page)
        solved = text.count("· Solved")
        if solved < len(student.solved) or student.told not in text:
            expected = f"{len(student.solved)} times Solved, and {student.told!r}"
            yield Failure(name, expected, f"feedback with {solved} times Solved")


def wrong_validation(python, folder):
    """Yield a Failure unless a wrong answer is told what is wrong when validated."""
    path = folder / "submitted" / "wrong" / NAME / f"{NAME}.ipynb"
    shown = nbgrader(python, folder, "validate", str(path)).stdout
    if "FAILED ON 1 CELL" not in shown or "wrong sign" not in shown:
        yield Failure("wrong", "a validation that shows the card", shown[-500:])


# --- the assignment ------------------------------------------------------------------


def notebook(answers):
    """Return the notebook of the assignment, with answers by exercise."""
    cells = [new_code_cell(IMPORTS)]
    for one in EXERCISES:
        exercise = catalogue.find(one)
        stub = new_code_cell(answers.get(one, stub_cell(exercise)))
        stub.metadata["nbgrader"] = nbgrader_metadata(exercise, "stub")
        check = new_code_cell(check_cell(exercise))
        check.metadata["nbgrader"] = nbgrader_metadata(exercise, "check")
        cells += [new_markdown_cell(heading(exercise)), stub, check]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    return new_notebook(cells=cells)


def write(notebook, folder):
    """Write a notebook where nbgrader looks for it."""
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{NAME}.ipynb")


# --- nbgrader ------------------------------------------------------------------------


def environment():
    """Return the Python of an environment with nbgrader, made if need be.

    It sees the packages of this environment behind its own, so that little is
    installed.
    """
    scripts = "Scripts" if os.name == "nt" else "bin"
    python = HOME / scripts / ("python.exe" if os.name == "nt" else "python")
    if not python.exists():
        venv.create(HOME, with_pip=True, clear=True)
    paths = {"base": str(HOME), "platbase": str(HOME)}
    own = pathlib.Path(sysconfig.get_path("purelib", "venv", paths))
    (own / "course.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    pip = [python, "-m", "pip", "install", "--quiet", NBGRADER]
    subprocess.run([*pip, "ipykernel", "notebook"], check=True)
    return python


def nbgrader(python, folder, *arguments):
    """Run a command of nbgrader; return what became of it."""
    return run(python, folder, "-m", "nbgrader", *arguments)


def run(python, folder, *arguments):
    """Run Python in the folder of the assignment.

    Raises:
        SystemExit: if it fails, with what it said.
    """
    path = os.pathsep.join([str(python.parent), os.environ.get("PATH", "")])
    variables = {
        **os.environ,
        "PATH": path,  # nbgrader calls alembic by its name
        "PYTHONPATH": str(ROOT),
        "RNN_COURSE_PROGRESS": str(folder / "progress"),
        "JUPYTER_PATH": os.path.join(sys.prefix, "share", "jupyter"),  # templates
        "JUPYTER_PLATFORM_DIRS": "1",
        "JUPYTER_CONFIG_DIR": str(folder / "configuration"),
    }
    done = subprocess.run(
        [python, *arguments],
        cwd=folder,
        env=variables,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        said = (done.stdout + done.stderr)[-2000:]
        raise SystemExit(f"{' '.join(map(str, arguments))[:200]} failed:\n{said}")
    return done


if __name__ == "__main__":
    main(sys.argv[1:])
