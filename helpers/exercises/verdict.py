"""What is found out about an answer in the end, wherever that may be."""

from typing import NamedTuple

from helpers.exercises import words


class Verdict(NamedTuple):
    """What was found out about an answer.

    Attributes:
        state: SOLVED, WRONG or OPEN of ``words``.
        message: what to tell the learner.
        blocks: pairs of a caption and text to show below it.
        case: the arguments of the call that shows it, if there is one.
    """

    state: tuple[str, str]
    message: str
    blocks: tuple[tuple[str, str], ...] = ()
    case: tuple = ()


UNTOUCHED = Verdict(words.OPEN, words.UNTOUCHED)
