"""The learner's board: every exercise, and what is solved by now."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from helpers import progress
from helpers.exercises import catalogue, words
from helpers.progress import Record

TEXTS = 0, 3  # columns of words, which begin at the left


def board():
    """Return a Board of all exercises with what is solved by now."""
    return Board(catalogue.lessons(), *progress.load())


@dataclass(frozen=True, repr=False)
class Board:
    """All exercises, as HTML with a folded table for each notebook, and as plain text.

    Attributes:
        lessons: objects with ``title`` and ``exercises``, which have ``id``, ``title``,
            ``minutes``, ``difficulty`` and ``dots``.
        records: a Record for every exercise that was ever tried, by id.
        note: what must be said about the file, if anything.
    """

    lessons: Sequence
    records: dict[str, Record]
    note: str = ""

    def __repr__(self):
        """Return the board as plain text."""
        lines = [self.note] if self.note else []
        for lesson in self.lessons:
            lines.append(f"{lesson.title} · {self._caption(lesson.exercises)}")
            for exercise in lesson.exercises:
                lines.append("    " + "  ".join(self._row(exercise)))
        lines.append(self._caption(self._all()))
        return "\n".join(lines)

    def _repr_html_(self):
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        total = f"<p><strong>{self._caption(self._all())}</strong></p>"
        return note + total + "".join(map(self._section, self.lessons))

    def _section(self, lesson):
        """Return one notebook: a line that unfolds to the table of its exercises."""
        line = f"{escape(lesson.title)} · {self._caption(lesson.exercises)}"
        columns = "".join(
            f"<th scope='col'{_side(place)}>{header}</th>"
            for place, header in enumerate(words.HEADERS)
        )
        rows = "".join(map(self._html_row, lesson.exercises))
        return (
            f"<details><summary style='cursor:pointer'>{line}</summary>"
            f"<table aria-label='{escape(lesson.title)}'>"
            f"<thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table></details>"
        )

    def _html_row(self, exercise):
        title, *others = map(escape, self._row(exercise))
        level = words.DIFFICULTY.format(level=exercise.difficulty)
        others[1] = f"<span role='img' aria-label='{level}'>{others[1]}</span>"
        cells = "".join(
            f"<td{_side(place)}>{text}</td>"
            for place, text in enumerate(others, start=1)
        )
        return f"<tr><th scope='row' style='text-align:left'>{title}</th>{cells}</tr>"

    def _row(self, exercise):
        record = self._record(exercise)
        state = (
            words.BOARD_SOLVED
            if record.solved
            else words.BOARD_TRIED
            if record.attempts
            else words.BOARD_UNTRIED
        )
        return (
            f"{exercise.id} {exercise.title}",
            str(exercise.minutes),
            exercise.dots,
            state,
            str(record.hints),
        )

    def _caption(self, exercises):
        solved = [one for one in exercises if self._record(one).solved]
        return words.CAPTION.format(solved=len(solved), total=len(exercises))

    def _record(self, exercise):
        return self.records.get(exercise.id, Record())

    def _all(self):
        return [one for lesson in self.lessons for one in lesson.exercises]


def _side(column):
    """Return the style of a cell."""
    return " style='text-align:left'" if column in TEXTS else ""
