"""Everything that draws: one door to the style, the colours, and live figures.

Read the modules in this order; each imports only those before it.

- ``palette``: the colour, letter and word of every quantity.
- ``still``: figures in one style, labels on lines, pictures with alt text.
- ``diagrams``: drawings of networks, by code.
- ``cells``: one drawing of each gated cell, with what flows through it.
- ``page``: letters on an axis, and a page of text.
- ``sheet``: boxes and texts that are made anew at a step.
- ``tensors``: shapes of tensors, padding and packing.
- ``recordings``: sound, movement and their lengths, as they were recorded.
- ``piano_roll``: music as strokes on keys.
- ``vector``: artists of matplotlib as SVG.
- ``stage``: a figure drawn again and again, no more of it than must be.
- ``learning_curve``: a curve that grows while a network learns.
- ``controls``: sliders, menus and toggles, and what else is taken for one.
- ``live``: figures with controls that answer at once; ``live.js`` is their page.
"""

from helpers.figures.cells import gru_cell, lstm_cell
from helpers.figures.controls import Menu, Slider, Toggle
from helpers.figures.diagrams import (
    dependencies,
    hidden_markov,
    paths,
    rolled_and_unrolled,
    task_shapes,
    unrolled,
)
from helpers.figures.learning_curve import LearningCurve
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
from helpers.figures.piano_roll import roll_figure, strokes
from helpers.figures.recordings import length_histograms, motion_strips, waveforms
from helpers.figures.sheet import Sheet
from helpers.figures.still import (
    BLANK,
    Picture,
    label_line,
    place_on_lines,
    power_of_ten,
    show,
    stems,
    subplots,
    use_style,
    zero_line,
)
from helpers.figures.tensors import (
    draw_batch,
    draw_packing,
    draw_shape,
    pale,
    state_order,
)

__all__ = [
    "BLANK",
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
    "LearningCurve",
    "LiveFigure",
    "Menu",
    "Page",
    "Picture",
    "Sheet",
    "Slider",
    "Toggle",
    "colour",
    "dependencies",
    "draw_batch",
    "draw_packing",
    "draw_shape",
    "gru_cell",
    "hidden_markov",
    "label_line",
    "length_histograms",
    "lstm_cell",
    "motion_strips",
    "pale",
    "paths",
    "place_on_lines",
    "power_of_ten",
    "roll_figure",
    "rolled_and_unrolled",
    "show",
    "state_order",
    "stems",
    "strokes",
    "subplots",
    "task_shapes",
    "text_colour",
    "unrolled",
    "use_style",
    "waveforms",
    "zero_line",
]
