"""The colour, letter and word of every quantity in the course.

Colour is meaning: a quantity has the same colour in every figure, drawing and
live figure. The closest pair stays apart under simulated protan, deutan and tritan
vision, and every colour has a contrast of at least 3 to 1 on white.
LSTM and GRU share colours by role, so who can read one picture can read the other.
"""

from typing import NamedTuple

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
