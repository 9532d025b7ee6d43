"""One drawing of each gated cell, by code, in the visual language of ``diagrams``.

Time runs left to right. The straight line on top is what is carried from step to step:
the cell state of an LSTM, the hidden state of a GRU. Boxes are functions: gates,
candidates, and whatever else is computed from a single number. Circles combine two
numbers, unit by unit. Every part can be lit or pale, and can show the number that flows
through it: as a number, and as the strength of its colour. A wire that leads into a
gate is lit only if both of its ends are.
"""

from functools import partial

from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from helpers.figures.diagrams import check_among
from helpers.figures.palette import CELL, FAINT, PAPER, colour, text_colour
from helpers.figures.still import subplots

LSTM_PARTS = ("x", "h_before", "c_before", "f", "kept", "i", "g", "written", "c")
LSTM_PARTS += ("o", "h")
GRU_PARTS = ("x", "h_before", "r", "z", "kept", "n", "written", "h")
WIDTH, HEIGHT = 9.2, 3.3  # of a drawing on its own, in inches and in its own units
TOP, MIDDLE, GATE, BUS, BOTTOM = 2.6, 1.85, 1.1, 0.57, 0.0  # heights
WIDE, HIGH = 0.32, 0.22  # of a box, from its middle to its edges
PAD = 0.04  # by which its corners are round
RIM = 0.16  # radius of the circles
STRONGEST = 0.4  # how much of its colour a box takes on at the value 1
NOBODY = "nobody"  # stands for a reader while none of the readers is lit


class CellDrawing:
    """A drawn cell whose parts can be lit and can show numbers.

    Attributes:
        figure, axes: what it is drawn on.
        parts: the names of what can be lit, in the order of computation.
        numbers: the names of what can show a number: the parts, and the values of the
            functions that have no letter of their own.
    """

    def __init__(self, draw, parts, letters, axes=None):
        """Draw all parts, pale.

        Args:
            draw: a function of this drawing that adds the parts.
            parts: their names.
            letters: a dict from parts to the letter whose colour they have. For a part
                that is missing here it is the first letter of the name.
            axes: where to draw, or None for a figure of its own.
        """
        self.axes = subplots(figsize=(WIDTH, HEIGHT))[1] if axes is None else axes
        self.figure = self.axes.figure
        self.parts = parts
        self._inks = {part: colour(letters.get(part, part[0])) for part in parts}
        self._looks, self._texts, self._fills = [], {}, {}
        draw(self)
        self.axes.set(xlim=(-0.9, WIDTH - 0.9), ylim=(-0.4, HEIGHT - 0.4))
        self.axes.set_aspect("equal")
        self.axes.axis("off")

    @property
    def numbers(self):
        """The names that ``write`` takes."""
        return tuple(self._texts)

    def light(self, parts):
        """Show these parts in their colours and the rest pale.

        A line that several gates read is lit as far as the last of them that is lit,
        and all along if nobody who reads it is.

        Args:
            parts: names among ``self.parts``.

        Returns:
            This drawing.

        Raises:
            ValueError: if the cell has no such part.
        """
        check_among("highlight", parts, self.parts)
        everybody = set().union(*(readers for _, _, readers, *_ in self._looks))
        lit = {*parts} if everybody & {*parts} else {*parts, NOBODY}
        for artist, part, readers, bright, pale in self._looks:
            is_lit = part in lit and (not readers or readers & lit)
            artist.set(**(bright if is_lit else pale))
        return self

    def write(self, **numbers):
        """Write numbers beside their parts, and tint boxes by them.

        Args:
            **numbers: for each name, among ``self.numbers``, a float, or several where
                there is no box. A tint is as strong as the number is far from 0, up
                to 1.

        Returns:
            This drawing.

        Raises:
            ValueError: if the cell has no such number.
        """
        check_among("numbers", numbers, self.numbers)
        for name, number in numbers.items():
            self._texts[name].set_text(_in_short(number))
            if name in self._fills:
                self._fills[name].set_alpha(STRONGEST * min(1.0, abs(number)))
        return self

    # --- primitives ------------------------------------------------------------------

    def trunk(self, part, start, branches):
        """Draw a line to the right from which an arrow goes up into every gate.

        Args:
            part: what flows through it.
            start: where it begins, (x, y).
            branches: for each arrow, from left to right, the letters of the gates that
                light it, as one text, and its place x.
        """
        x, y = start
        for count, (readers, end) in enumerate(branches):
            later = {NOBODY}.union(*(letters for letters, _ in branches[count:]))
            self.wire(part, (x, y), (end, y), readers=later, arrow=False)
            self.wire(part, (end, y), (end, GATE - HIGH), readers=readers)
            x = end

    def gate(self, part, x, function):
        """Draw a gate or candidate: its letter beside it, its function inside."""
        self.label(part, (x - 0.5, GATE), f"${part}$", 14)
        self.box(part, part, (x, GATE), function)

    def box(self, name, part, at, function, readers=()):
        """Draw a function, and leave room for its value, a number with this name."""
        x, y = at
        wide, high = WIDE - PAD, HIGH - PAD
        place = (x - wide, y - high), 2 * wide, 2 * high
        patch = partial(FancyBboxPatch, *place, boxstyle=f"round,pad={PAD}")
        edge = patch(facecolor=PAPER, linewidth=1.6, zorder=2)
        self._keep(self.axes.add_patch(edge), part, readers, "edgecolor")
        # The tint is on top, as all that moves: the rest need not be drawn again.
        tint = patch(facecolor=self._inks[part], linewidth=0, alpha=0, zorder=5)
        self._fills[name] = self.axes.add_patch(tint)
        self.label(part, at, function, readers=readers, ink=CELL)
        self.number(name, (x + 0.1, y + HIGH + 0.14), part, ha="left")

    def joint(self, part, at, sign):
        """Draw a circle that multiplies or adds."""
        patch = Circle(at, RIM, facecolor=PAPER, linewidth=1.6, zorder=3)
        self._keep(self.axes.add_patch(patch), part, (), "edgecolor")
        self.label(part, at, sign, 12)

    def wire(self, part, *points, readers=(), arrow=True):
        """Draw a line through points, with an arrow at its end.

        Args:
            part: what flows through it.
            *points: its corners, (x, y) each.
            readers: parts of which one must be lit too; nobody in particular if empty.
            arrow: whether it ends in an arrow.
        """
        (line,) = self.axes.plot(*zip(*points, strict=True), linewidth=1.6)
        pieces = [line]
        if arrow:
            style = {"arrowstyle": "-|>", "mutation_scale": 11, "linewidth": 1.6}
            head = FancyArrowPatch(*points[-2:], shrinkA=0, shrinkB=0, **style)
            pieces.append(self.axes.add_patch(head))
        for piece in pieces:
            self._keep(piece, part, readers, "color", heights=(1.1, 1))

    def terminal(self, part, at, text):
        """Write what enters or leaves the cell, and leave room for its number."""
        self.label(part, at, text, 14)
        self.number(part, (at[0], at[1] - 0.28))

    def label(self, part, at, text, size=10, readers=(), ink=None):
        """Write a text, in the part's colour unless another is given."""
        text = self.axes.text(*at, text, size=size, ha="center", va="center", zorder=4)
        inks = text_colour(ink or self._inks[part]), text_colour(FAINT)
        self._keep(text, part, readers, "color", inks)

    def number(self, name, at, part=None, ha="center"):
        """Leave room for a number, in the colour of its part."""
        style = {"ha": ha, "va": "center", "size": 9, "zorder": 6}
        ink = text_colour(self._inks[part or name])
        self._texts[name] = self.axes.text(*at, "", color=ink, **style)

    def _keep(self, artist, part, readers, what, inks=None, heights=None):
        """Keep an artist, with what it looks like when it is lit and when it is pale.

        Args:
            artist: the artist.
            part, readers: what must be lit for it to be lit.
            what: the name of its colour.
            inks: both colours, if they are not those of the part.
            heights: both zorders, if they differ: what is lit crosses what is pale.
        """
        looks = [{what: ink} for ink in inks or (self._inks[part], FAINT)]
        for look, height in zip(looks, heights or (), strict=False):
            look["zorder"] = height
        self._looks.append((artist, part, frozenset(readers), *looks))


def lstm_cell(highlight=LSTM_PARTS, axes=None):
    """Draw an LSTM cell.

    Args:
        highlight: what is drawn in colour, names among ``LSTM_PARTS``: the input x; the
            states h_before and c_before that enter; the gates and the candidate f, i, g
            and o; the products f c, called kept, and i g, called written; the states c
            and h that leave. The way from c through the tanh is lit with c and o.
            Everything if not given.
        axes: where to draw, or None for a figure of its own.

    Returns:
        The CellDrawing. Its numbers are those of its parts, and tanh_c.

    Raises:
        ValueError: if the cell has no such part.
    """
    letters = {"kept": "c", "written": "i"}
    return CellDrawing(_lstm, LSTM_PARTS, letters, axes).light(highlight)


def gru_cell(highlight=GRU_PARTS, axes=None):
    """Draw a GRU cell, with the reset after the product as in ``torch.nn.GRU``.

    Args:
        highlight: what is drawn in colour, names among ``GRU_PARTS``: the input x; the
            state h_before that enters; the gates and the candidate r, z (with 1 - z)
            and n; the products z h, called kept, and (1 - z) n, called written; the
            state h that leaves. Everything if not given.
        axes: where to draw, or None for a figure of its own.

    Returns:
        The CellDrawing. Its numbers are those of its parts, and one_minus_z.

    Raises:
        ValueError: if the cell has no such part.
    """
    letters = {"kept": "h", "written": "n"}
    return CellDrawing(_gru, GRU_PARTS, letters, axes).light(highlight)


def _lstm(cell):
    f, i, g, o = gates = 1.4, 2.8, 4.2, 5.6
    plus, out, end = (i + g) / 2, 6.6, 7.5
    cell.terminal("x", (-0.5, BOTTOM), "$x_t$")
    cell.trunk("x", (-0.1, BOTTOM), _beside("figo", gates, 0.12))
    cell.terminal("h_before", (-0.5, BUS), "$h_{t-1}$")
    cell.trunk("h_before", (-0.1, BUS), _beside("figo", gates, -0.12))

    cell.terminal("c_before", (-0.5, TOP), "$c_{t-1}$")
    cell.wire("c_before", (-0.1, TOP), (f - RIM, TOP))
    cell.gate("f", f, "σ")
    cell.wire("f", (f, GATE + HIGH), (f, TOP - RIM))
    cell.joint("f", (f, TOP), "×")
    cell.wire("kept", (f + RIM, TOP), (plus - RIM, TOP))
    cell.number("kept", ((f + plus) / 2, TOP + 0.14))

    cell.gate("i", i, "σ")
    cell.gate("g", g, "tanh")
    cell.wire("i", (i, GATE + HIGH), (i, MIDDLE), (plus - RIM, MIDDLE))
    cell.wire("g", (g, GATE + HIGH), (g, MIDDLE), (plus + RIM, MIDDLE))
    cell.joint("i", (plus, MIDDLE), "×")
    cell.wire("written", (plus, MIDDLE + RIM), (plus, TOP - RIM))
    cell.number("written", (plus + 0.1, (MIDDLE + TOP) / 2), ha="left")

    cell.joint("c", (plus, TOP), "+")
    cell.wire("c", (plus + RIM, TOP), (end, TOP))
    cell.terminal("c", (end + 0.4, TOP), "$c_t$")

    cell.gate("o", o, "σ")
    cell.wire("o", (o + WIDE, GATE), (out - RIM, GATE))
    cell.joint("o", (out, GATE), "×")
    cell.wire("c", (out, TOP), (out, MIDDLE + HIGH), readers="o")
    cell.box("tanh_c", "c", (out, MIDDLE), "tanh", readers="o")
    cell.wire("c", (out, MIDDLE - HIGH), (out, GATE + RIM), readers="o")
    cell.wire("h", (out, GATE - RIM), (out, BUS), (end, BUS))
    cell.terminal("h", (end + 0.4, BUS), "$h_t$")


def _gru(cell):
    z, r, n = gates = 1.4, 2.8, 5.7
    start, rest, reset, end = 0.35, 2.15, 4.45, 7.5
    cell.terminal("x", (-0.5, BOTTOM), "$x_t$")
    cell.trunk("x", (-0.1, BOTTOM), _beside("zrn", gates, 0.12))
    cell.terminal("h_before", (-0.5, TOP), "$h_{t-1}$")
    cell.wire("h_before", (-0.1, TOP), (start, TOP), arrow=False)
    of_bus = {"readers": ("z", "r", "n", NOBODY), "arrow": False}
    cell.wire("h_before", (start, TOP), (start, BUS), **of_bus)
    cell.trunk("h_before", (start, BUS), _beside(("z", "r", "rn"), gates, -0.12))

    cell.gate("r", r, "σ")
    cell.wire("r", (r, GATE + HIGH), (r, 1.65), (reset, 1.65), (reset, BUS + RIM))
    cell.joint("r", (reset, BUS), "×")
    heard = {"text": "$U_n h_{t-1} + b'_n$", "readers": "rn"}
    cell.label("h_before", ((r + reset) / 2 + 0.02, BUS - 0.2), **heard)

    cell.gate("z", z, "σ")
    cell.wire("h_before", (start, TOP), (z - RIM, TOP), readers=("z", "kept", NOBODY))
    cell.wire("z", (z, GATE + HIGH), (z, TOP - RIM))
    cell.joint("z", (z, TOP), "×")
    cell.wire("kept", (z + RIM, TOP), (n - RIM, TOP))
    cell.number("kept", ((z + n) / 2, TOP + 0.14))
    cell.wire("z", (z, MIDDLE), (rest - WIDE, MIDDLE))
    cell.box("one_minus_z", "z", (rest, MIDDLE), "$1 - z$")
    cell.wire("z", (rest + WIDE, MIDDLE), (n - RIM, MIDDLE))

    cell.gate("n", n, "tanh")
    cell.wire("n", (n, GATE + HIGH), (n, MIDDLE - RIM))
    cell.joint("z", (n, MIDDLE), "×")
    cell.wire("written", (n, MIDDLE + RIM), (n, TOP - RIM))
    cell.number("written", (n + 0.1, (MIDDLE + TOP) / 2), ha="left")

    cell.joint("h", (n, TOP), "+")
    cell.wire("h", (n + RIM, TOP), (end, TOP))
    cell.terminal("h", (end + 0.4, TOP), "$h_t$")


def _beside(readers, places, shift):
    """Return the branches of a trunk, each so far beside the middle of its gate."""
    return [(one, x + shift) for one, x in zip(readers, places, strict=True)]


def _in_short(number):
    """Return a number, or several, with two decimals; whole ones are left whole."""
    if isinstance(number, (list, tuple)):
        return ", ".join(f"{n:.0f}" if n == round(n) else _in_short(n) for n in number)
    return f"{round(number, 2) + 0.0:.2f}".replace("-", "−")  # never −0.00
