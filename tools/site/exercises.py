"""What a page needs to know of an exercise, where no kernel can run an answer."""

import html
import json
import os
import re
import tempfile
from dataclasses import replace

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from helpers.exercises import check, words
from helpers.exercises.card import Card

# Every text of the web edition's exercises that a learner reads.
ANSWER = "Your answer"
CHECK = "Check"
HINT = "Hint {number} of {total}"
SOLUTION = "Solution"
RUN = (
    "This answer is code, and a page cannot run it: open the notebook, write it there, "
    'and <code>check("{id}", {name})</code> tells you what is right or wrong with it.'
)


def block(exercise):
    """Return the HTML below an exercise's stub: an answer, hints, the solution.

    Hints stand inside one another, so that they open in their order, even where
    scripts are switched off.
    """
    answer = form(exercise) if is_value(exercise) else run(exercise)
    inner = solution(exercise)
    total = len(exercise.hints)
    for number, text in reversed([*enumerate(exercise.hints, start=1)]):
        summary = HINT.format(number=number, total=total)
        inner = details(summary, f"<p>{prose(text)}</p>{inner}")
    return (
        f'<section class="course-exercise" data-exercise="{exercise.id}">'
        f"{answer}{inner}</section>"
    )


def is_value(exercise):
    """Tell whether an answer is a letter or numbers, so that a page can check it."""
    return not (exercise.cases or exercise.build or exercise.verify)


def run(exercise):
    """Return a sentence that says where an answer in code is checked."""
    return f"<p>{RUN.format(id=exercise.id, name=exercise.name)}</p>"


def form(exercise):
    """Return a field for the answer, with what is said of each answer that we know."""
    known = json.dumps(replies(exercise), ensure_ascii=False).replace("</", "<\\/")
    name = f"answer-{exercise.id}"
    return (
        f'<form class="course-answer"><label for="{name}">{ANSWER}</label> '
        f'<input id="{name}" autocomplete="off" autocapitalize="off"> '
        f"<button>{CHECK}</button>"
        '<div class="course-verdict" role="status"></div>'
        f'<script type="application/json">{known}</script></form>'
    )


def replies(exercise):
    """Return answers and the cards they get: the right one first, then known ones.

    The last, whose value is None, is for every other answer.
    """
    sources = [
        exercise.reference,
        *(exercise.code_of(one) for one in exercise.mistakes),
    ]
    values = [exercise.define(source) for source in sources]
    found = [{"value": value, "card": card(exercise, value)} for value in values]
    title = f"{exercise.id} {exercise.title}"
    other = Card(state=words.WRONG, title=title, message=words.NOT_YET)
    return [*found, {"value": None, "card": other._repr_html_()}]


def card(exercise, value):
    """Return the HTML of what check says of an answer, without what needs a kernel."""
    with tempfile.TemporaryDirectory() as folder:
        before = os.environ.get("RNN_COURSE_PROGRESS")
        os.environ["RNN_COURSE_PROGRESS"] = folder
        try:
            result = check(exercise.id, value)
        finally:
            os.environ.pop("RNN_COURSE_PROGRESS")
            if before is not None:
                os.environ["RNN_COURSE_PROGRESS"] = before
    return replace(result, notes=())._repr_html_()


def solution(exercise):
    """Return our answer with its reason, folded."""
    code = highlight(exercise.reference.strip(), PythonLexer(), HtmlFormatter())
    return details(SOLUTION, f"{code}<p>{prose(exercise.reason)}</p>")


def details(summary, content):
    """Return something folded."""
    return f"<details><summary>{summary}</summary>{content}</details>"


def prose(text):
    """Return a text as HTML, `code` in backticks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
