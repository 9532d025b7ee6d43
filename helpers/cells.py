"""One drawing of each gated cell, by code, in the visual language of ``diagrams``.

Time runs left to right. The straight line on top is what is carried from step to step:
the cell state of an LSTM, the hidden state of a GRU. Boxes are gates and candidates;
circles combine two numbers, unit by unit. Every part can be lit or pale, and can show
the number that flows through it: as a number, and as the strength of its colour.
"""

from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch

from helpers.figures import new_figure
from helpers.palette import FAINT, PAPER, colour

LSTM_PARTS = ("x", "h_before", "c_before", "f", "i", "g", "c", "o", "h")
GRU_PARTS = ("x", "h_before", "r", "z", "n", "h")
WIDTH, HEIGHT = 9.2, 3.6  # of a drawing on its own, in inches and in its own units
TOP, MIDDLE, GATE, BUS, BOTTOM = 3.1, 2.3, 1.45, 0.75, 0.15  # heights
FLOOR, ROOF = GATE - 0.23, GATE + 0.23  # of the boxes
RIM = 0.16  # radius of the circles
STRONGEST = 0.4  # how much of its colour a part takes on at the value 1


class CellDrawing:
    """A drawn cell whose parts can be lit and can show numbers.

    Attributes:
        figure, axes: what it is drawn on.
        parts: the names of what can be lit, in the order of computation.
        numbers: the names of what can show a number; products are ``kept`` and
            ``written``, which are not parts.
    """

    def __init__(self, draw, parts, axes=None):
        """Draw all parts, pale.

        Args:
            draw: a function of this drawing that adds the parts.
            parts: their names; the letter before any underscore gives the colour.
            axes: where to draw, or None for a figure of its own.
        """
        self.axes = new_figure(width=WIDTH, height=HEIGHT)[1] if axes is None else axes
        self.figure = self.axes.figure
        self.parts = parts
        self._inks = {part: [] for part in parts}
        self._texts, self._fills = {}, {}
        draw(self)
        self.axes.set(xlim=(-0.9, WIDTH - 0.9), ylim=(-0.3, 3.4), aspect="equal")
        self.axes.axis("off")

    @property
    def numbers(self):
        """The names that ``write`` takes."""
        return tuple(self._texts)

    def light(self, parts):
        """Show these parts in their colours and the rest pale.

        Args:
            parts: names among ``self.parts``.

        Returns:
            This drawing.

        Raises:
            ValueError: if the cell has no such part.
        """
        self._check("highlight", parts, self.parts)
        for part, setters in self._inks.items():
            for set_ink in setters:
                set_ink(colour(part[0]) if part in parts else FAINT)
        return self

    def write(self, **numbers):
        """Write numbers beside their parts, and tint boxes by them.

        Args:
            **numbers: a float for each name, among ``self.numbers``. A tint is as
                strong as the number is far from 0, up to 1.

        Returns:
            This drawing.

        Raises:
            ValueError: if the cell has no such number.
        """
        self._check("numbers", numbers, self.numbers)
        for name, number in numbers.items():
            self._texts[name].set_text(f"{number:.2f}".replace("-", "−"))
            if name in self._fills:
                self._fills[name].set_alpha(STRONGEST * min(1.0, abs(number)))
        return self

    def _check(self, what, given, known):
        if unknown := set(given) - set(known):
            names = ", ".join(known)
            raise ValueError(f"{what} must be among {names}; got {sorted(unknown)}")

    # --- primitives ------------------------------------------------------------------

    def inputs(self, columns, start):
        """Draw the two lines that every box reads: the input and the last state."""
        last = columns[-1]
        path = (start, BUS), (last - 0.12, BUS)
        if "c" not in self.parts:
            path = (start, TOP), *path
        self.wire("h_before", *path, arrow=False)
        self.terminal("x", (-0.5, BOTTOM), "$x_t$")
        self.wire("x", (-0.1, BOTTOM), (last + 0.12, BOTTOM), arrow=False)
        for x in columns:
            self.wire("h_before", (x - 0.12, BUS), (x - 0.12, FLOOR))
            self.wire("x", (x + 0.12, BOTTOM), (x + 0.12, FLOOR))

    def box(self, part, x, function):
        """Draw a gate or candidate: its letter beside it, its function inside."""
        place, shape = ((x - 0.28, GATE - 0.18), 0.56, 0.36), "round,pad=0.04"
        look = {"facecolor": PAPER, "linewidth": 1.6}
        edge = self.axes.add_patch(FancyBboxPatch(*place, boxstyle=shape, **look))
        self._keep(part, edge, "set_edgecolor")
        look = {"facecolor": colour(part), "linewidth": 0, "alpha": 0, "zorder": 5}
        fill = self.axes.add_patch(FancyBboxPatch(*place, boxstyle=shape, **look))
        self._fills[part] = fill  # on top, as all that moves: the rest stays as it is
        self.label(part, (x, GATE), function)
        self.label(part, (x - 0.5, GATE), f"${part}$", 14)
        self.number(part, (x + 0.3, ROOF + 0.14))

    def joint(self, part, at, sign):
        """Draw a circle that multiplies or adds."""
        patch = Circle(at, RIM, facecolor=PAPER, linewidth=1.6, zorder=3)
        self.axes.add_patch(patch)
        self._keep(part, patch, "set_edgecolor")
        self.label(part, at, sign, 12)

    def wire(self, part, *points, arrow=True):
        """Draw a line through points, with an arrow at its end."""
        (line,) = self.axes.plot(*zip(*points, strict=True), linewidth=1.6, zorder=1)
        self._keep(part, line, "set_color")
        if arrow:
            style = {"arrowstyle": "-|>", "mutation_scale": 11, "linewidth": 1.6}
            head = FancyArrowPatch(*points[-2:], shrinkA=0, shrinkB=0, **style)
            self.axes.add_patch(head)
            self._keep(part, head, "set_color")

    def terminal(self, part, at, text):
        """Write what enters or leaves the cell, and leave room for its number."""
        self.label(part, at, text, 14)
        self.number(part, (at[0], at[1] - 0.3))

    def label(self, part, at, text, size=10):
        """Write a text in the part's colour."""
        text = self.axes.text(*at, text, size=size, ha="center", va="center", zorder=4)
        self._keep(part, text, "set_color")

    def number(self, name, at, part=None):
        """Leave room for a number, in the colour of its part."""
        style = {"ha": "center", "va": "center", "size": 9, "zorder": 6}
        ink = colour((part or name)[0])
        self._texts[name] = self.axes.text(*at, "", color=ink, **style)

    def _keep(self, part, artist, setter):
        self._inks[part].append(getattr(artist, setter))
        getattr(artist, setter)(FAINT)


def lstm_cell(highlight=LSTM_PARTS, axes=None):
    """Draw an LSTM cell.

    Args:
        highlight: what is drawn in colour, names among ``LSTM_PARTS``: the input x; the
            states h_before and c_before that enter; the gates and paths f, i, g and o;
            the states c and h that leave. Everything if not given.
        axes: where to draw, or None for a figure of its own.

    Returns:
        The CellDrawing.

    Raises:
        ValueError: if the cell has no such part.
    """
    return CellDrawing(_lstm, LSTM_PARTS, axes).light(highlight)


def gru_cell(highlight=GRU_PARTS, axes=None):
    """Draw a GRU cell, with the reset after the product as in ``torch.nn.GRU``.

    Args:
        highlight: what is drawn in colour, names among ``GRU_PARTS``: the input x; the
            state h_before that enters; the gates and paths r, z and n; the state h that
            leaves. Everything if not given.
        axes: where to draw, or None for a figure of its own.

    Returns:
        The CellDrawing.

    Raises:
        ValueError: if the cell has no such part.
    """
    return CellDrawing(_gru, GRU_PARTS, axes).light(highlight)


def _lstm(cell):
    f, i, g, o = 1.4, 2.8, 4.2, 5.6
    plus, out, end = (i + g) / 2, 6.6, 7.5
    cell.terminal("c_before", (-0.5, TOP), "$c_{t-1}$")
    cell.wire("c_before", (-0.1, TOP), (f - RIM, TOP))
    cell.wire("c_before", (f + RIM, TOP), (plus - RIM, TOP))
    cell.number("kept", ((f + plus) / 2, TOP + 0.16), "c")
    cell.terminal("h_before", (-0.5, BUS), "$h_{t-1}$")
    cell.inputs((f, i, g, o), -0.1)

    cell.box("f", f, "σ")
    cell.wire("f", (f, ROOF), (f, TOP - RIM))
    cell.joint("f", (f, TOP), "×")

    cell.box("i", i, "σ")
    cell.box("g", g, "tanh")
    cell.wire("g", (g, ROOF), (g, MIDDLE), (plus + RIM, MIDDLE))
    cell.wire("i", (i, ROOF), (i, MIDDLE), (plus - RIM, MIDDLE))
    cell.wire("i", (plus, MIDDLE + RIM), (plus, TOP - RIM))
    cell.joint("i", (plus, MIDDLE), "×")
    cell.number("written", (plus + 0.3, (MIDDLE + TOP) / 2), "i")

    cell.joint("c", (plus, TOP), "+")
    cell.wire("c", (plus + RIM, TOP), (end, TOP))
    cell.wire("c", (out, TOP), (out, MIDDLE + RIM))
    cell.terminal("c", (end + 0.4, TOP), "$c_t$")

    cell.box("o", o, "σ")
    cell.label("o", (out + 0.32, 2.7), "tanh")
    cell.wire("o", (o, ROOF), (o, MIDDLE), (out - RIM, MIDDLE))
    cell.joint("o", (out, MIDDLE), "×")
    cell.wire("h", (out, MIDDLE - RIM), (out, BUS), (end, BUS))
    cell.terminal("h", (end + 0.4, BUS), "$h_t$")


def _gru(cell):
    z, r, n = 1.4, 2.8, 5.2
    reset, end = 4.0, 7.5
    cell.terminal("h_before", (-0.5, TOP), "$h_{t-1}$")
    cell.wire("h_before", (-0.1, TOP), (z - RIM, TOP))
    cell.wire("h_before", (z + RIM, TOP), (n - RIM, TOP))
    cell.number("kept", ((z + n) / 2, TOP + 0.16), "h")
    cell.inputs((z, r, n), 0.35)

    cell.box("r", r, "σ")
    cell.wire("r", (r, ROOF), (r, 1.95), (reset, 1.95), (reset, BUS + RIM))
    cell.joint("r", (reset, BUS), "×")
    cell.label("h_before", ((r + reset) / 2 + 0.05, BUS - 0.17), "$W h + b$", 9)

    cell.box("z", z, "σ")
    cell.wire("z", (z, ROOF), (z, TOP - RIM))
    cell.joint("z", (z, TOP), "×")
    cell.wire("z", (z, MIDDLE), (n - RIM, MIDDLE))
    cell.label("z", ((z + n) / 2, MIDDLE + 0.17), "$1 - z$")

    cell.box("n", n, "tanh")
    cell.wire("n", (n, ROOF), (n, MIDDLE - RIM))
    cell.joint("z", (n, MIDDLE), "×")
    cell.wire("n", (n, MIDDLE + RIM), (n, TOP - RIM))
    cell.number("written", (n + 0.3, (MIDDLE + TOP) / 2), "n")

    cell.joint("h", (n, TOP), "+")
    cell.wire("h", (n + RIM, TOP), (end, TOP))
    cell.terminal("h", (end + 0.4, TOP), "$h_t$")
