"""What an exercise is, and the notebook cells that are written from it."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import lru_cache

from helpers.exercises import forbidden, words

GIVEN = "import math\nimport torch\nfrom torch import nn\n"  # known to every exercise


@dataclass(frozen=True, eq=False)
class Mistake:
    """A plausible wrong answer: what to tell the learner, and how it is written.

    Most are the reference with one or two terms exchanged, and are written as that
    exchange, so that one sees the wrong term. ``Exercise.code_of`` makes the text.

    Attributes:
        diagnosis: names the wrong term, in a sentence or two; `code` in backticks.
        edit: some text of the reference, and what stands in its place.
        edits: several such pairs, all made, one after the other.
        code: the whole text, where the idea is another one, or the answer one line.
    """

    diagnosis: str
    _: KW_ONLY
    edit: tuple[str, str] | None = None
    edits: Sequence[tuple[str, str]] = ()
    code: str = ""

    def __post_init__(self):
        """Raise ValueError unless the wrong answer is written in just one way."""
        if sum(map(bool, (self.edit, self.edits, self.code))) != 1:
            raise ValueError(
                f"a mistake needs one of edit, edits and code: {self.diagnosis!r}"
            )


def alike(diagnosis, *edits):
    """Return a tuple of mistakes that deserve the same diagnosis.

    Args:
        diagnosis: as of a Mistake.
        edits: of each mistake, a pair or a list of pairs.
    """
    lists = (edit if isinstance(edit, list) else [edit] for edit in edits)
    return tuple(Mistake(diagnosis, edits=pairs) for pairs in lists)


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One exercise: everything but its statement, which stands in the notebook.

    There are four kinds. A function is called with ``cases``. A class is made by
    ``build`` and then called with ``cases``. A value, such as a number or the letter of
    a choice, needs neither. ``verify`` takes what has no single right answer. Our code
    and the learner's run with float64 as the default.

    Attributes:
        id: notebook and number, "08.2".
        title: a few words.
        minutes: how long a learner may need.
        difficulty: 1, 2 or 3.
        points: what a grader gives for it.
        name: the function, class or variable that the stub defines.
        stub: source text that the learner completes; `...` stands for what is missing,
            on a line of its own below a comment that says what to write.
        reference: source text of the right answer; ``solution`` shows it.
        hints: three texts of growing help.
        mistakes: wrong answers to be recognised, the likelier first.
        cases: returns the argument tuples to call a function with, random ones from a
            generator with a fixed seed.
        build: turns a class into what is called with the cases, for instance
            ``lambda LSTM: LSTM(3, 4)``; the weights of all modules are made equal.
        verify: checks a property where no reference can be compared: takes the answer,
            returns None or what is wrong.
        reason: why the right answer is right and where the idea returns, said after a
            pass.
        given: source text run first: what the notebook has imported or built by then.
        forbidden: what the answer must not call: families of ``forbidden``, such as
            "recurrent layers", and dotted names. "torch.cumsum" forbids the method
            ``x.cumsum()`` too; a bare name, a function that the notebook defines.
        gradient: whether gradients are compared as well as values; or the names of the
            arguments by which, where others are data that nothing is derived by.
        canonical: makes of several results that mean the same a single one, which is
            compared, such as the sum of two biases that act only together.
        strict: whether a list is refused where a tensor is asked for; else it is taken
            for one.
        rtol, atol: tolerance of numbers; 0 for atol where 1e-120 is not a zero.
        seconds: how long the answer may run, all cases together.
    """

    id: str
    title: str
    minutes: int
    difficulty: int
    points: int
    name: str
    stub: str
    reference: str
    hints: tuple[str, str, str]
    mistakes: tuple[Mistake, ...]
    cases: Callable[[], list[tuple]] | None = None
    build: Callable | None = None
    verify: Callable | None = None
    reason: str = ""
    given: str = ""
    forbidden: tuple[str, ...] = ()
    gradient: bool | tuple[str, ...] = False
    canonical: Callable | None = None
    strict: bool = False
    rtol: float = 1e-6
    atol: float = 1e-9
    seconds: float = 3.0

    def __post_init__(self):
        """Raise ValueError if an edit of a mistake does not fit the reference."""
        for mistake in self.mistakes:
            self.code_of(mistake)

    @property
    def dots(self):
        """The difficulty as dots, ●●○."""
        return "●" * self.difficulty + "○" * (3 - self.difficulty)

    def code_of(self, mistake):
        """Return the source text of a wrong answer.

        Raises:
            ValueError: if the text that an edit replaces does not stand in the
                reference exactly once.
        """
        if mistake.code:
            return mistake.code
        code = self.reference
        for old, new in mistake.edits or [mistake.edit]:
            if code.count(old) != 1:
                raise ValueError(
                    f"in {self.id} an edit replaces {old!r}, which must stand in the "
                    f"reference once, but stands there {code.count(old)} times"
                )
            code = code.replace(old, new)
        return code

    def define(self, source):
        """Run source text, or code compiled from it, and return what it defines."""
        namespace = {"__name__": f"exercise_{self.id}"}
        for code in (GIVEN, self.given, source):
            if isinstance(code, str):
                code = _compiled(code, f"<exercise {self.id}>")
            exec(code, namespace)
        return namespace[self.name]


@lru_cache(maxsize=64)
def _compiled(text, name):
    return compile(text, name, "exec", dont_inherit=True)


def heading(exercise):
    """Return the Markdown heading over the exercise's statement in the notebook."""
    minutes = words.MINUTES.format(minutes=exercise.minutes)
    return f"### {exercise.id} {exercise.title} · {minutes} · {exercise.dots}"


def rules(exercise):
    """Return the sentences that say what an answer must not do, and must do besides.

    They stand wherever the learner reads the statement or the stub.
    """
    said = forbidden.sentence(exercise.forbidden)
    compared = exercise.gradient and exercise.cases is not None
    return tuple(filter(None, (said, words.GRADIENTS_TOO if compared else "")))


def stub_cell(exercise):
    """Return the text of the notebook cell that the learner completes."""
    return _cell(exercise, exercise.stub)


def solved_cell(exercise):
    """Return the text of the same cell with the reference in it."""
    return _cell(exercise, exercise.reference)


def check_cell(exercise):
    """Return the text of the notebook cell that checks the answer."""
    return f'check("{exercise.id}", {exercise.name})'


def nbgrader_metadata(exercise, role):
    """Return what nbgrader needs in the metadata of a cell, under "nbgrader".

    Args:
        exercise: the exercise the cell belongs to.
        role: "stub" for the cell the learner completes, "check" for the graded one.

    Raises:
        ValueError: if role is neither.
    """
    if role not in ("stub", "check"):
        raise ValueError(f'role must be "stub" or "check", got {role!r}')
    graded = role == "check"
    metadata = {
        "schema_version": 3,
        "grade_id": f"{role}-{exercise.id.replace('.', '-')}",
        "cell_type": "code",
        "grade": graded,
        "solution": not graded,
        "locked": graded,
        "task": False,
    }
    return metadata | ({"points": exercise.points} if graded else {})


def _cell(exercise, source):
    title = words.STUB_TITLE.format(id=exercise.id, title=exercise.title)
    return f"{title}\n{source.strip()}"
