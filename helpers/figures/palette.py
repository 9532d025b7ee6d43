"""The colour, letter and word of every quantity in the course.

Colour is meaning: a quantity has the same colour in every figure, drawing and
live figure. LSTM and GRU share colours by role, so who can read one picture can read
the other.

Every colour that carries meaning has a contrast of at least 3 to 1 on white, which is
enough for lines and areas; letters need 4.5 to 1, and ``text_colour`` gives the shade
that they are written in. Under simulated protan, deutan and tritan vision any two
quantities stay at least 20 apart in CIELAB (1976), and each stays at least 13 apart
from the grey of data.

Source for the simulation: Machado, Oliveira & Fernandes (2009), at full severity.
"""

from functools import cache
from typing import NamedTuple

from matplotlib.colors import to_hex, to_rgb

KEEP = "#6F360A"  # brown
WRITE = "#2A7A5C"  # green
CANDIDATE = "#2892EA"  # sky
READ = "#DC40A4"  # rose
RESET = "#A8900C"  # gold
HIDDEN = "#1D3488"  # navy
CELL = "#1A1A1A"  # ink
DATA = "#5F6670"  # grey: what was observed, and every baseline
FAINT = "#C9CDD3"  # pale grey: context that must not speak
PAPER = "#FFFFFF"
LEGIBLE = 4.5  # to 1: the least contrast of letters on paper, as WCAG 2.1 asks


class Quantity(NamedTuple):
    """A letter of the formulas, its word and its colour."""

    letter: str
    word: str
    colour: str


QUANTITIES = {
    quantity.letter: quantity
    for quantity in (
        Quantity("x", "input", DATA),
        Quantity("h", "hidden state", HIDDEN),
        Quantity("c", "cell state", CELL),
        Quantity("f", "forget gate", KEEP),
        Quantity("i", "input gate", WRITE),
        Quantity("g", "candidate", CANDIDATE),
        Quantity("o", "output gate", READ),
        Quantity("r", "reset gate", RESET),
        Quantity("z", "update gate", KEEP),
        Quantity("n", "candidate", CANDIDATE),
    )
}


def colour(letter):
    """Return the colour of the quantity with this letter.

    Raises:
        ValueError: if the letter names no quantity of the course.
    """
    if letter not in QUANTITIES:
        known = ", ".join(QUANTITIES)
        raise ValueError(f"letter must be one of {known}; got {letter!r}")
    return QUANTITIES[letter].colour


def text_colour(ink):
    """Return the shade of a colour in which letters can be read on paper.

    Args:
        ink: any colour that matplotlib knows.

    Returns:
        The colour itself if its contrast is at least ``LEGIBLE``, else the lightest
        darker shade of the same hue that reaches it.
    """
    return ink if contrast(ink) >= LEGIBLE else _darker(to_hex(ink))


@cache
def _darker(ink):
    """Return the lightest shade of a pale colour that letters can be written in."""
    levels = (level / 255 for level in range(254, -1, -1))
    shades = (to_hex([level * part for part in to_rgb(ink)]) for level in levels)
    return next(shade for shade in shades if contrast(shade) >= LEGIBLE)


def contrast(one, other=PAPER):
    """Return the contrast of two colours, from 1 (the same) to 21 (black on white).

    Source: the contrast ratio of WCAG 2.1.
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(ink):
    """Return the relative luminance of a colour of the screen, 0 to 1."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(ink)
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
