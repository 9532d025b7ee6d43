"""Cards: what check and hint show below a cell, in every theme and as plain text."""

import re
import textwrap
from dataclasses import dataclass
from html import escape

from helpers.exercises import words
from helpers.figures import palette

COLOURS = {  # JupyterLab's own, which follow its theme, or else the palette's
    words.SOLVED: f"var(--jp-success-color1, {palette.WRITE})",
    words.WRONG: f"var(--jp-error-color1, {palette.READ})",
    words.NOTICE: f"var(--jp-warn-color1, {palette.RESET})",
    words.HINT: f"var(--jp-info-color1, {palette.CANDIDATE})",
    words.OPEN: f"var(--jp-ui-font-color2, {palette.DATA})",
}
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tab and new line
BLOCK = (
    "margin:.3em 0;padding:.4em .7em;border-radius:3px;"
    "white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;"  # at spaces
    "background:var(--jp-layout-color2, rgba(128,128,128,.15));color:inherit"
)


@dataclass(frozen=True, repr=False, kw_only=True)
class Card:
    """A heading, a few sentences, and text to be shown verbatim.

    Attributes:
        state: symbol and word, one of the pairs in ``words``.
        title: what the card is about.
        message: paragraphs, apart by an empty line; `code` in backticks, or whole
            paragraphs of it indented by four spaces.
        blocks: pairs of a caption and text shown verbatim, such as a line of code.
        notes: sentences about something else, such as a disk that is full.
    """

    state: tuple[str, str]
    title: str
    message: str
    blocks: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self):
        """Replace what no page and no terminal can show, wherever it comes from."""
        for field in ("title", "message", "blocks", "notes"):
            object.__setattr__(self, field, _showable(getattr(self, field)))

    def __repr__(self):
        """Return the card as plain text."""
        symbol, word = self.state
        lines = [f"{symbol} {self.title} · {word}", self.message]
        for caption, text in self.blocks:
            lines += [f"{caption}:", _indent(text)]
        return "\n".join([*lines, *self.notes])

    def _repr_html_(self):
        symbol, word = self.state
        colour = COLOURS[self.state]
        parts = [_prose(paragraph) for paragraph in self.message.split("\n\n")]
        for caption, text in self.blocks:
            parts += [_prose(caption), _verbatim(text)]
        parts += [_prose(note, "font-size:90%") for note in self.notes]
        label = escape(f"{self.title}: {word}", quote=True)
        return (
            f"<section aria-label='{label}' style='border-left:5px solid {colour};"
            "padding:.3em 1em;margin:.3em 0;max-width:46em'>"
            f"<strong>{symbol} {escape(self.title)} · {word}</strong>{''.join(parts)}"
            "</section>"
        )


@dataclass(frozen=True, repr=False, kw_only=True)
class Result(Card):
    """What became of a check.

    Attributes:
        passed: whether the answer is right.
        attempted: whether there was an answer at all.
        points: what a grader gives for it.
        case: the arguments of the call that shows what is wrong; () if none does.
    """

    passed: bool = False
    attempted: bool = True
    points: int = 0
    case: tuple = ()


@dataclass(frozen=True)
class Solution:
    """Source code, shown in the notebook's own colours and ready to be copied."""

    title: str
    message: str
    source: str

    def __repr__(self):
        """Return the solution as plain text."""
        return f"{self.title}\n{self.message}\n{_indent(self.source)}"

    def _repr_markdown_(self):
        return f"**{self.title}**\n\n{self.message}\n\n```python\n{self.source}\n```"


def _showable(text):
    """Return text, or tuples of it, without half characters and control codes."""
    if isinstance(text, tuple):
        return tuple(map(_showable, text))
    encoded = text.encode("utf-8", "backslashreplace").decode()
    return UNSEEN.sub(lambda found: repr(found[0])[1:-1], encoded)


def _prose(text, style=""):
    """Return a paragraph as HTML: `code` in backticks, indented lines verbatim."""
    if text.startswith("    "):
        return _verbatim(textwrap.dedent(text))
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
    return f"<p style='margin:.3em 0;{style}'>{marked}</p>"


def _verbatim(text):
    return f"<pre style='{BLOCK}'>{escape(text)}</pre>"


def _indent(text):
    return textwrap.indent(text, "    ")
