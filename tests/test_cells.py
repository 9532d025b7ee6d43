"""Every part of a drawn cell can be lit, and shows its number."""

import numpy as np
import pytest
from matplotlib.colors import same_color

from helpers.cells import GRU_PARTS, LSTM_PARTS, gru_cell, lstm_cell
from helpers.figures import new_figure
from helpers.palette import FAINT, colour

CELLS = {"LSTM": (lstm_cell, LSTM_PARTS), "GRU": (gru_cell, GRU_PARTS)}
PLACES = [(name, part) for name, (_, parts) in CELLS.items() for part in parts]


def inks(drawing):
    """Return the colours of all lines and of all texts that say something."""
    texts = [text for text in drawing.axes.texts if text.get_text()]
    return [artist.get_color() for artist in (*drawing.axes.lines, *texts)]


@pytest.mark.parametrize(("name", "part"), PLACES)
def test_a_highlight_lights_its_own_part_and_no_other(name, part):
    """Only the pale colour and the colour of the part are seen, and both are."""
    draw, _ = CELLS[name]
    found = inks(draw(highlight=(part,)))
    assert {*found} == {FAINT, colour(part[0])}


@pytest.mark.parametrize("name", CELLS)
def test_parts_together_make_up_the_cell(name):
    """What is lit by one part is lit by no other, and all parts light everything."""
    draw, parts = CELLS[name]
    lit = [[ink != FAINT for ink in inks(draw(highlight=(part,)))] for part in parts]
    assert (np.sum(lit, axis=0) == 1).all()
    assert FAINT not in inks(draw())
    assert {*inks(draw(highlight=()))} == {FAINT}


@pytest.mark.parametrize("name", CELLS)
def test_every_number_is_written_once(name):
    """A number appears beside its part, with two decimals and a true minus sign."""
    drawing = CELLS[name][0]()
    for place, number in enumerate(drawing.numbers):
        drawing.write(**{number: -place - 0.5})
    shown = {text.get_text() for text in drawing.axes.texts}
    assert {f"−{place}.50" for place in range(len(drawing.numbers))} <= shown
    assert {"kept", "written", "h", *CELLS[name][1]} == {*drawing.numbers}


def test_a_box_takes_on_its_colour_with_its_number():
    """Nothing of it at 0, and the more the farther from 0, up to 1."""
    drawing = lstm_cell()
    shares = []
    for f in (0.0, 0.5, -1.0, 7.0):
        drawing.write(f=f)
        tints = [p for p in drawing.axes.patches if p.get_alpha() is not None]
        assert same_color(tints[0].get_facecolor()[:3], colour("f"))
        shares.append(tints[0].get_alpha())
    assert shares[0] == 0 < shares[1] < shares[2] == shares[3] < 1


def test_a_cell_is_drawn_on_given_axes():
    """So that it can stand beside other axes of one figure."""
    figure, (_, right) = new_figure(1, 2)
    drawing = gru_cell(axes=right)
    assert drawing.axes is right
    assert drawing.figure is figure


def test_unknown_parts_and_numbers_are_named():
    """The message says what there is."""
    with pytest.raises(ValueError, match=r"among x, h_before, c_before.*got \['z'\]"):
        lstm_cell(highlight=("z",))
    with pytest.raises(ValueError, match=r"numbers must be among .*got \['c'\]"):
        gru_cell().write(c=1.0)
