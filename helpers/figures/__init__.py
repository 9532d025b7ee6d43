"""Everything that draws: one door to the style, the colours, and live figures.

Read the modules in this order; each imports only those before it.

- ``palette``: the colour, letter and word of every quantity.
- ``still``: figures in one style, labels on lines, pictures with alt text.
- ``diagrams``: drawings of networks, by code.
- ``cells``: one drawing of each gated cell, with what flows through it.
- ``page``: letters on an axis, and a page of text.
- ``sheet``: boxes and texts that are made anew at a step.
- ``vector``: artists of matplotlib as SVG.
- ``stage``: a figure drawn again and again, no more of it than must be.
- ``controls``: sliders, menus and toggles, and what else is taken for one.
- ``live``: figures with controls that answer at once; ``live.js`` is their page.
"""

from helpers.figures.cells import gru_cell, lstm_cell
from helpers.figures.controls import Menu, Slider, Toggle
from helpers.figures.diagrams import dependencies, paths, rolled_and_unrolled, unrolled
from helpers.figures.live import LiveFigure
from helpers.figures.page import LETTERS, Page
from helpers.figures.palette import (
    CANDIDATE,
    CELL,
    DATA,
    FAINT,
    HIDDEN,
    KEEP,
    PAPER,
    READ,
    RESET,
    WRITE,
    colour,
    text_colour,
)
from helpers.figures.sheet import Sheet
from helpers.figures.still import (
    Picture,
    label_line,
    show,
    stems,
    subplots,
    use_style,
    zero_line,
)

__all__ = [
    "CANDIDATE",
    "CELL",
    "DATA",
    "FAINT",
    "HIDDEN",
    "KEEP",
    "LETTERS",
    "PAPER",
    "READ",
    "RESET",
    "WRITE",
    "LiveFigure",
    "Menu",
    "Page",
    "Picture",
    "Sheet",
    "Slider",
    "Toggle",
    "colour",
    "dependencies",
    "gru_cell",
    "label_line",
    "lstm_cell",
    "paths",
    "rolled_and_unrolled",
    "show",
    "stems",
    "subplots",
    "text_colour",
    "unrolled",
    "use_style",
    "zero_line",
]
