"""Print exercises, with what a learner does not see.

python -m helpers.exercises          list the exercises of every notebook
python -m helpers.exercises 04       list those of notebook 04
python -m helpers.exercises 04.7     print one in full, with all its wrong answers
"""

import sys
import textwrap

from helpers.exercises import catalogue
from helpers.exercises.exercise import heading

WIDTH = 80  # of the printed text, in characters


def main(arguments):
    """Print what is asked for; return the exit code of the command."""
    sys.stdout.reconfigure(errors="backslashreplace")  # not every console knows ● and φ
    if len(arguments) > 1 or arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 2
    try:
        print(found(*arguments))
    except catalogue.UnknownExerciseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def found(wanted=None):
    """Return a list of exercises, or one in full, as text.

    Args:
        wanted: "04.7" or "04"; all exercises if it is left out.

    Raises:
        UnknownExerciseError: if there is no such exercise.
    """
    if wanted is None:
        return "\n\n".join(map(listed, catalogue.lessons()))
    if "." in wanted:
        return in_full(catalogue.find(wanted))
    return listed(catalogue.find_lesson(wanted))


def listed(lesson):
    """Return the headings of a lesson's exercises."""
    lines = (heading(exercise).lstrip("# ") for exercise in lesson.exercises)
    return "\n".join([lesson.title, *(f"    {line}" for line in lines)])


def in_full(exercise):
    """Return an exercise with its hints, its answer and all its wrong answers."""
    parts = [heading(exercise).lstrip("# ")]
    if exercise.forbidden:
        parts.append(f"Forbidden: {', '.join(exercise.forbidden)}")
    parts.append(_part("Stub", code=exercise.stub))
    for number, hint in enumerate(exercise.hints, start=1):
        parts.append(_part(f"Hint {number}", hint))
    parts.append(_part("Answer", exercise.reason, exercise.reference))
    for number, mistake in enumerate(exercise.mistakes, start=1):
        code = exercise.code_of(mistake)
        parts.append(_part(f"Wrong answer {number}", mistake.diagnosis, code))
    return "\n\n".join(parts)


def _part(title, prose="", code=""):
    """Return prose in lines of ordinary length, and code, under a title."""
    lines = [textwrap.fill(line, WIDTH) for line in prose.splitlines()]
    texts = filter(None, ("\n".join(lines), code.strip("\n")))
    return f"--- {title} ".ljust(WIDTH, "-") + "\n" + "\n\n".join(texts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
