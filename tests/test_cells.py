"""Every part of a drawn cell can be lit, shows its number, and can be told apart."""

import itertools
import pathlib

import numpy as np
import pytest
import torch
from matplotlib.colors import rgb_to_hsv, same_color, to_rgb
from matplotlib.patches import FancyBboxPatch

from helpers.explorers.depth import depth_explorer
from helpers.explorers.gates import (
    cell_explorer,
    flow_explorer,
    gru_explorer,
    width_explorer,
)
from helpers.figures import (
    CELL,
    DATA,
    FAINT,
    HIDDEN,
    colour,
    gru_cell,
    lstm_cell,
    subplots,
)
from helpers.figures.cells import GATE, GRU_PARTS, HIGH, LSTM_PARTS
from helpers.figures.palette import QUANTITIES, contrast, text_colour
from helpers.recurrent import GRU, LSTM

CELLS = {"LSTM": (lstm_cell, LSTM_PARTS), "GRU": (gru_cell, GRU_PARTS)}
PLACES = [(name, part) for name, (_, parts) in CELLS.items() for part in parts]
PRODUCTS = {"LSTM": {"kept": "c", "written": "i"}, "GRU": {"kept": "h", "written": "n"}}
PALE = {FAINT, text_colour(FAINT)}
GRU_NOTEBOOK = pathlib.Path(__file__).parents[1] / "notebooks" / "10_gru.ipynb"


def drawn(drawing):
    """Return all lines and all texts that say something, in the order drawn."""
    texts = [text for text in drawing.axes.texts if text.get_text()]
    return [*drawing.axes.lines, *texts]


def lit(drawing):
    """Return whether each of them is lit."""
    return [one.get_color() not in PALE for one in drawn(drawing)]


def lit_wires(drawing):
    """Return the points of the wires that are lit, (N, 2) each."""
    lines = drawing.axes.lines
    return [line.get_xydata() for line in lines if line.get_color() not in PALE]


def place(drawing, text):
    """Return where a text stands."""
    (found,) = [one for one in drawing.axes.texts if one.get_text() == text]
    return np.array(found.get_position())


def fed(drawing):
    """Return the letters of the boxes that a lit wire leads into, one for each wire."""
    letters = "zrn" if "z" in drawing.parts else "figo"
    boxes = [place(drawing, f"${letter}$")[0] + 0.5 for letter in letters]
    into = [wire[-1][0] for wire in lit_wires(drawing) if wire[-1][1] == GATE - HIGH]
    return "".join(letters[np.abs(np.subtract(boxes, x)).argmin()] for x in into)


# --- what is lit ---------------------------------------------------------------------


@pytest.mark.parametrize(("name", "part"), PLACES)
def test_a_highlight_lights_its_own_part_and_no_other(name, part):
    """Only pale colours and those of the part are seen; functions are named in ink."""
    drawing = CELLS[name][0](highlight=(part,))
    ink = colour(PRODUCTS[name].get(part, part[0]))
    found = {one.get_color() for one in drawn(drawing)} - PALE
    assert ink in found or text_colour(ink) in found
    assert found <= {ink, text_colour(ink), CELL}


@pytest.mark.parametrize("name", CELLS)
def test_parts_together_make_up_the_cell(name):
    """What one part lights is lit by no other, and all parts light everything."""
    draw, parts = CELLS[name]
    alone = [lit(draw(highlight=(part,))) for part in parts]
    assert (np.sum(alone, axis=0) <= 1).all()
    assert all(lit(draw()))
    assert not any(lit(draw(highlight=())))


@pytest.mark.parametrize(
    ("name", "gate", "wires"),
    [
        *(("LSTM", gate, gate * 2) for gate in "figo"),
        *(("GRU", gate, gate * 2) for gate in "zn"),
        ("GRU", "r", "rrn"),  # it multiplies what the candidate hears
    ],
)
def test_wires_are_lit_into_the_gate_that_is_the_subject_only(name, gate, wires):
    """From the input and from the last hidden state; without a gate, into none."""
    draw = CELLS[name][0]
    assert sorted(fed(draw(highlight=("x", "h_before", gate)))) == sorted(wires)
    assert len(fed(draw(highlight=("x", gate)))) == 1
    assert fed(draw(highlight=("x", "h_before"))) == ""
    assert fed(draw(highlight=(gate,))) == ""


@pytest.mark.parametrize("name", CELLS)
def test_a_line_that_gates_read_is_lit_up_to_the_last_lit_gate(name):
    """And all along while none of them is."""
    draw = CELLS[name][0]
    gates = "figo" if name == "LSTM" else "zrn"
    boxes = {gate: place(draw(), f"${gate}$")[0] + 0.5 for gate in gates}

    def reach(*highlight):
        lowest = place(draw(), "$x_t$")[1]
        wires = lit_wires(draw(highlight=highlight))
        return max(wire[-1][0] for wire in wires if wire[-1][1] == lowest)

    for gate, x in boxes.items():
        assert reach("x", gate) == pytest.approx(x + 0.12)
    assert reach("x", gates[0], gates[1]) == reach("x", gates[1])
    assert reach("x") == reach("x", gates[-1])


def test_the_cell_state_passes_without_lighting_the_exit():
    """The way down through the tanh belongs to the output gate as well."""
    line = place(lstm_cell(), "$c_t$")[1]

    def lowest(*highlight):
        wires = lit_wires(lstm_cell(highlight=highlight))
        return min(wire[:, 1].min() for wire in wires)

    assert lowest("c_before", "kept", "c") == line
    assert lowest("c", "o") < line - 1


def test_a_new_state_is_not_lit_as_old_state_plus_candidate():
    """What enters the sum of a GRU is what is kept and what is written."""
    plus = place(gru_cell(), "+")

    def into_the_sum(*highlight):
        wires = lit_wires(gru_cell(highlight=highlight))
        return sum(np.abs(wire[-1] - plus).sum() < 0.2 for wire in wires)

    assert into_the_sum("h_before", "r", "n", "h") == 0
    assert into_the_sum("h_before", "z", "n", "kept", "written", "h") == 2


# --- what is written -----------------------------------------------------------------


@pytest.mark.parametrize("name", CELLS)
def test_every_function_has_a_box(name):
    """The tanh at the exit of an LSTM and the 1 - z of a GRU too."""
    axes = CELLS[name][0]().axes
    boxes = [p.get_bbox() for p in axes.patches if isinstance(p, FancyBboxPatch)]
    functions = [t for t in axes.texts if t.get_text() in ("σ", "tanh", "$1 - z$")]
    assert len(functions) == {"LSTM": 5, "GRU": 4}[name]
    for text in functions:
        assert any(box.contains(*text.get_position()) for box in boxes)


def test_the_product_that_is_reset_is_named_as_in_the_formula():
    """The notebook has the same letters."""
    (label,) = [t.get_text() for t in gru_cell().axes.texts if "h_{t-1} +" in t._text]
    assert label.strip("$") in GRU_NOTEBOOK.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CELLS)
def test_every_number_is_written_once(name):
    """A number appears beside its part, with two decimals and a true minus sign."""
    drawing = CELLS[name][0]()
    for count, number in enumerate(drawing.numbers):
        drawing.write(**{number: -count - 0.5})
    shown = {text.get_text() for text in drawing.axes.texts}
    assert {f"−{count}.50" for count in range(len(drawing.numbers))} <= shown
    own = {"LSTM": "tanh_c", "GRU": "one_minus_z"}[name]
    assert {own, *CELLS[name][1]} == {*drawing.numbers}


def test_all_inputs_stand_below_the_cell():
    """Whole numbers as such, the others with two decimals, and zero without a sign."""
    drawing = lstm_cell().write(x=[-0.5, 1.0, 0.0], c=-0.001)
    shown = {text.get_text() for text in drawing.axes.texts}
    assert {"−0.50, 1, 0", "0.00"} <= shown


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


@pytest.mark.parametrize("name", CELLS)
def test_numbers_do_not_touch_what_is_written_beside_them(name):
    """At the size of the drawing on its own."""
    drawing = CELLS[name][0]()
    drawing.write(**{number: -0.88 for number in drawing.numbers})
    drawing.write(x=[-0.88, 1, 0])
    assert not touching(drawing.figure)


def test_a_cell_is_drawn_on_given_axes():
    """So that it can stand beside other axes of one figure."""
    figure, (_, right) = subplots(1, 2)
    drawing = gru_cell(axes=right)
    assert drawing.axes is right
    assert drawing.figure is figure


def test_unknown_parts_and_numbers_are_named():
    """The message says what there is."""
    with pytest.raises(ValueError, match=r"among x, h_before, c_before.*got \['z'\]"):
        lstm_cell(highlight=("z",))
    with pytest.raises(ValueError, match=r"numbers must be among .*got \['c'\]"):
        gru_cell().write(c=1.0)


# --- cells over time -----------------------------------------------------------------


def touching(figure):
    """Return pairs of texts of a figure, those of ticks too, that overlap."""
    figure.draw_without_rendering()
    texts = []
    for axes in figure.axes:
        texts += [text for text in axes.texts if text.get_text()]
        if axes.axison:
            ticks = [*axes.get_yticklabels(), *axes.get_xticklabels()]
            texts += [text for text in ticks if text.get_visible() and text.get_text()]
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    pairs = itertools.combinations(boxes, 2)
    return [(one, two) for (one, a), (two, b) in pairs if a.overlaps(b)]


@pytest.fixture(params=["LSTM", "GRU"])
def over_time(request):
    """A live figure of a cell whose gates switch, read by a number and two marks."""
    explorer, layer = {
        "LSTM": (cell_explorer, LSTM(3, 1)),
        "GRU": (gru_explorer, GRU(3, 1)),
    }[request.param]
    generator = torch.Generator().manual_seed(0)
    marks = (torch.rand(30, 2, generator=generator) < 0.3).float()
    x = torch.cat([2 * torch.rand(30, 1, generator=generator) - 1, marks], dim=1)
    weights = [torch.zeros_like(weight) for weight in layer.all_weights[0]]
    weights[0][:, 1], weights[2][:] = 40, -20  # a gate is open at the first mark alone
    weights[0][-2 if request.param == "LSTM" else -1] = torch.tensor([0.7, 0, 0])
    return explorer(x, weights, names=("number", "store", "ask"))


def test_rows_are_high_enough_to_be_read(over_time):
    """Half an inch for what is measured, less for marks, and no ticks that touch."""
    figure = over_time._stage.figure
    assert figure.get_figheight() <= 7.25
    assert not touching(figure)
    for axes in figure.axes[1:]:
        high = axes.get_position().height * figure.get_figheight()
        is_mark = axes.get_ylabel() in ("store", "ask")
        assert high > (0.15 if is_mark else 0.4)
        assert len(axes.get_yticks()) <= 2


def test_gates_that_switch_are_drawn_as_steps(over_time):
    """With a dot for every step; what moves in between is joined as usual."""
    styles = {axes.get_ylabel(): axes.lines[1] for axes in over_time._stage.figure.axes}
    gates = styles.keys() & {"f", "i", "o", "r", "z"}
    for name in ("store", "ask", *gates):
        assert styles[name].get_drawstyle() == "steps-mid"
        assert styles[name].get_marker() == "."
    assert styles["number"].get_drawstyle() == "default"


# --- colours -------------------------------------------------------------------------

VISION = {  # Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB
    "all cones": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
SRGB = np.array(  # linear RGB to XYZ under D65
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
SPEAKING = sorted({quantity.colour for quantity in QUANTITIES.values()})


def lab(ink, vision):
    """Return a colour in CIELAB as it is seen with this vision."""
    c = np.array(to_rgb(ink))
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    xyz = SRGB @ np.clip(vision @ linear, 0, 1) / SRGB.sum(1)
    near = 6 / 29  # the cube root is replaced by a line near zero
    x, y, z = np.where(xyz > near**3, np.cbrt(xyz), xyz / (3 * near**2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", VISION)
def test_colours_stay_apart_however_they_are_seen(vision):
    """As far as the docstring of the palette says; 2.3 can just be told apart."""
    seen = {ink: lab(ink, np.array(VISION[vision])) for ink in SPEAKING}
    for one, two in itertools.combinations(SPEAKING, 2):
        least = 13 if DATA in (one, two) else 20
        assert np.linalg.norm(seen[one] - seen[two]) > least, (one, two)


def test_contrast_is_that_of_the_standard():
    """Black on white is 21, and #767676 is known as the palest grey for text."""
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#767676") == pytest.approx(4.54, abs=0.005)
    assert contrast("white", "#767676") == contrast("#767676")


@pytest.mark.parametrize("ink", [*SPEAKING, FAINT])
def test_letters_can_be_read_in_every_colour(ink):
    """Text has the same hue and 4.5 to 1, and is no darker than it has to be."""
    shade = text_colour(ink)
    assert contrast(shade) >= 4.5
    assert ink == FAINT or contrast(ink) >= 3
    assert shade == ink if contrast(ink) >= 4.5 else contrast(shade) < 4.6
    hues = [rgb_to_hsv(to_rgb(one))[0] for one in (ink, shade)]
    assert hues[0] == pytest.approx(hues[1], abs=0.02)


@pytest.mark.parametrize("name", CELLS)
def test_no_text_of_a_cell_is_too_pale(name):
    """Whatever is lit."""
    draw, parts = CELLS[name]
    for highlight in (parts, (), parts[:3]):
        drawing = draw(highlight=highlight)
        drawing.write(**{number: 0.5 for number in drawing.numbers})
        assert all(contrast(text.get_color()) >= 4.5 for text in drawing.axes.texts)


@pytest.mark.parametrize(
    "explore",
    [
        lambda: flow_explorer(torch.randn(60, 2).double(), hidden_size=4),
        lambda: depth_explorer(longest=20, width=4, growth=2),
        lambda: width_explorer(),
    ],
    ids=["flow", "depth", "width"],
)
def test_navy_beside_ink_is_dashed_and_named(explore):
    """Two thin lines of these colours look the same."""
    axes = explore()._stage.figure.axes[-1]
    lines = {line.get_color(): line for line in axes.lines}
    assert lines[CELL].get_linestyle() != lines[HIDDEN].get_linestyle()
    named = {text.get_color(): text.get_text() for text in axes.texts}
    assert named[CELL] == "LSTM"
    assert named[HIDDEN] in ("tanh RNN", "GRU")


def test_labels_stand_on_their_lines_at_every_state():
    """Where the lines are too short for it, all labels stand at their right end."""
    live = flow_explorer(torch.randn(40, 2).double(), hidden_size=4)
    axes = live._stage.figure.axes[0]
    _, *lines = axes.lines
    for state in live.sweep():
        live.set(**state)
        for line, label in zip(lines, axes.texts, strict=True):
            points = np.transpose(line.get_data())
            assert np.isclose(points, label.xy).all(1).any()
            assert axes.get_ylim()[0] <= label.xy[1] <= axes.get_ylim()[1]
        spots = {(*label.xy, *label.get_position()) for label in axes.texts}
        assert len(spots) == len(lines)
