"""Live figures: a plain function of plain arguments, moved by controls.

    figure, axes = subplots()
    (line,) = axes.plot(time, wave(1.0))

    def draw(frequency):
        line.set_ydata(wave(frequency))
        return f"A sine wave of {frequency} hertz."

    LiveFigure(figure, draw, frequency=(0.5, 4, 0.5))

The figure is laid out once. A step draws as SVG what ``draw`` has touched, on top of a
kept background of all else, and sends it to the page. The page draws the controls
itself (``live.js``), so a step is one message there and one back; while one is under
way only the latest position waits. In a quiet moment the two neighbours of the present
position are drawn ahead, so the next step is on the page before it is asked for.
"""

import asyncio
import collections
import contextlib
import itertools
import pathlib
import re
import sys
import time
import traceback
from typing import NamedTuple

import anywidget
import traitlets
from IPython import get_ipython
from IPython.display import display
from matplotlib.figure import Figure

from helpers.figures.controls import control_of
from helpers.figures.stage import Background, Stage
from helpers.figures.still import DRAWING, WIDTH, Picture, png
from helpers.figures.vector import DPI

HERE = pathlib.Path(__file__).parent
CLOSED = "this live figure was closed; run its cell again"
RANGE = ("min", "max", "step", "options")  # of a widget, read once
FULL_DRAWS = 12  # in a check of each control; one takes as long as six steps
KEPT_FRAMES = 8  # about 10 kB each, for steps ahead and back
KNOWN_BACKGROUNDS = 64  # that a page has; it keeps a few more than these
QUIET = 0.01  # seconds without a step before one is drawn ahead
LONGEST_AHEAD = 0.1  # seconds; a slower figure is drawn only when asked
IDS = re.compile(r"(?<=[\"#])(C[0-9a-f]+_[0-9a-f]+_)?[a-z]*[0-9a-f]{10}(?=[\")])")
FACES = {  # family, weight and style in the page, by the file in fonts/
    "DejaVuSans": ("DejaVu Sans", "400", "normal"),
    "DejaVuSans-Bold": ("DejaVu Sans", "700", "normal"),
    "DejaVuSans-Oblique": ("DejaVu Sans", "400", "italic"),
    "DejaVuSansMono": ("DejaVu Sans Mono", "400", "normal"),
}


class Frame(NamedTuple):
    """What a live figure shows at one position of its controls."""

    positions: dict  # of whole numbers, by the names of the controls
    background: Background
    moving: str  # SVG
    alt: str

    def __repr__(self):
        """Return the alt text."""
        return self.alt


class LiveFigure(anywidget.AnyWidget):
    """A figure with controls, redrawn by ``draw`` at every step of a control.

    It is a widget of ``ipywidgets``: it stands in a ``VBox``, and its ``values`` can be
    observed and linked.

    Args:
        figure: a matplotlib ``Figure``. One made with pyplot is taken over, so that it
            is not shown a second time.
        draw: a function of the controls' values, by keyword. It moves the artists of
            the figure and returns the alt text of what is then seen. It must depend on
            nothing else and change nothing else, since frames are drawn ahead and kept;
            what is to follow the figure observes ``values`` or ``alt``.
        **controls: for every argument of ``draw`` a Slider, Menu or Toggle, an
            abbreviation as for ``ipywidgets.interact``, or a control of ``ipywidgets``,
            which then stays linked.

    Attributes:
        values: the value of every control, by name. Setting it moves the controls.
        alt: the alt text of what is seen.
        error: what went wrong in the last step, empty if nothing did.

    Raises:
        TypeError: if there is no figure, a control is none, or ``draw`` does not return
            a text.
        ValueError: if a control starts on a value that it cannot stand on, or the
            figure has been closed.
    """

    _esm = HERE / "live.js"
    _css = HERE / "live.css"

    controls = traitlets.List().tag(sync=True)
    size = traitlets.Tuple().tag(sync=True)  # of the drawing, in points
    width = traitlets.Int().tag(sync=True)  # in the page, in pixels
    background = traitlets.Tuple().tag(sync=True)  # the last one made, with its name
    frame = traitlets.Dict().tag(sync=True)  # the last one shown
    alt = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    name = traitlets.Unicode().tag(sync=True)  # by which its picture is known to a page
    fonts = traitlets.List().tag(sync=True)  # in the first figure of a kernel only
    positions = traitlets.Dict()  # where each control stands, a whole number
    values = traitlets.Dict()

    _stage = _timer = _handle = None

    def __init__(self, figure, draw, /, **controls):
        """Draw the figure at the starting values of its controls."""
        if not isinstance(figure, Figure):
            kind = type(figure).__name__
            raise TypeError(f"figure must be a matplotlib Figure; got {kind}")
        found = {name: control_of(name, given) for name, given in controls.items()}
        self._controls = {name: control for name, (control, _) in found.items()}
        self._start = {name: control.start for name, control in self._controls.items()}
        self._stage, self._draw = Stage(figure), draw
        self._kept, self._known, self._links = {}, {}, []
        self._held = None  # the name of the control last touched
        self._seconds, self._number = 0.0, 0
        first = self._render(self._start)
        width, height = figure.get_size_inches()
        super().__init__(
            controls=[
                {"name": name, **control._asdict(), "states": None}
                for name, control in self._controls.items()
            ],
            size=(round(width * DPI, 3), round(height * DPI, 3)),
            width=round(width * WIDTH),
            name=self._stage.salt,
            fonts=_fonts_once(),
        )
        self._show(first)
        self.observe(self._on_values, "values")
        self.on_msg(self._on_message)
        for name, (_, widget) in found.items():
            if widget is not None:
                self._link(name, widget)
        _replace_figures_of_this_cell(self)

    def states(self):
        """Yield every combination of values that the controls can show, as a dict."""
        every = (control.states for control in self._controls.values())
        for combination in itertools.product(*every):
            yield dict(zip(self._controls, combination, strict=True))

    def frame_at(self, places):
        """Return the Frame where each control stands on one of its places.

        Args:
            places: a whole number for each control, in their order.
        """
        return self._render(dict(zip(self._controls, places, strict=True)))

    def sweep(self):
        """Yield the starting values, then each control's states one control at a time.

        This is the whole range of every control without all combinations.
        """
        start = self._values(self._start)
        yield start
        for name, control in self._controls.items():
            for state in control.states:
                yield {**start, name: state}

    def set(self, /, **values):
        """Move controls to the values named and redraw, as a hand would.

        Returns:
            The Frame then shown, which reads as its alt text.

        Raises:
            ValueError: if a control or one of its values does not exist, or if the
                figure has been closed.
            Exception: whatever ``draw`` raises.
        """
        moved = dict(self.positions)
        for name, value in values.items():
            moved[name] = self._control(name).place(value)
        with DRAWING:
            frame = self._kept.get(_key(moved)) or self._render(moved)
            self._show(frame)
        return frame

    def check(self):
        """Take every control through its range, forwards and backwards.

        A step is compared with a full draw at up to twelve places of each control,
        both ends among them.

        Raises:
            AssertionError: if a control moves nothing, if a step shows something else
                than a full draw of the same values, or if what is shown depends on
                where the control came from.
        """
        start = self._values(self._start)
        first = self._looks(start)
        for name, control in self._controls.items():
            there = {}
            compared = _spread(len(control.states), FULL_DRAWS)
            for place, state in enumerate(control.states):
                values = {**start, name: state}
                there[place] = self._looks(values)
                if place not in compared:
                    continue
                full = _pieces(self._stage.full())
                assert there[place] == full, (
                    f"{values}: a step does not show what a full draw shows; "
                    f"different are {sorted(there[place] ^ full)[:4]}"
                )
            for place in reversed(there):
                values = {**start, name: control.states[place]}
                assert self._looks(values) == there[place], (
                    f"{values}: what is shown depends on where {name} came from"
                )
            moves = len({frozenset(look) for look in there.values()}) > 1
            assert moves or len(there) == 1, f"{name} moves nothing"
        assert self._looks(start) == first, "the start looks different after a tour"
        self.set(**start)

    @property
    def picture(self):
        """The Picture now shown, for pages without a kernel."""
        figure = self._figure()
        with DRAWING:
            self._draw(**self._values(self.positions))  # not a neighbour drawn ahead
            return Picture(png(figure), self.alt, self.width)

    def close(self):
        """Free the figure and take the controls off the page."""
        super().close()
        self._links, links = [], getattr(self, "_links", [])
        if self._timer:
            self._timer.cancel()
        for widget, follow, names in links:
            widget.unobserve(follow, names)
        self._stage = self._draw = None
        self._kept, self._known = {}, {}

    # --- moved by the page, by code, by another widget -------------------------------

    def _move(self, positions, number=None):
        """Redraw after the page has moved a control; show an error in its place."""
        moved = [k for k in self._start if positions[k] != self.positions[k]]
        self._held = moved[0] if len(moved) == 1 else self._held
        try:
            with DRAWING:
                frame = self._kept.get(_key(positions)) or self._render(positions)
                self._show(frame, number)
        except BaseException as failure:
            self.error = f"{type(failure).__name__}: {failure}"
            self.send({"failed": number})
            if not isinstance(failure, Exception):
                raise  # the stop button
            traceback.print_exc()
        self._wait_for_quiet()

    def _on_values(self, change):
        """Follow a change of ``values`` from outside, as a link makes it."""
        if self._stage is not None and self._stands_elsewhere(change.new):
            self.set(**change.new)

    def _stands_elsewhere(self, values):
        controls = {name: self._control(name) for name in values}
        places = {name: controls[name].place(value) for name, value in values.items()}
        return {**self.positions, **places} != self.positions

    def _link(self, name, widget):
        """Keep a control of ipywidgets and ours at the same value."""
        control = self._control(name)

        def follow(change):
            self._move({**self.positions, name: _place_of(control, change.new)})

        def keep(change):
            self.error = (
                f"{name} keeps the {change.name} that its widget had; to use the new "
                "one, run the cell of this figure again"
            )

        def lead(change):
            if _place_of(control, widget.value) != control.place(change.new[name]):
                widget.value = change.new[name]

        fixed = [part for part in RANGE if widget.has_trait(part)]
        self._links += [(widget, follow, "value"), (widget, keep, fixed)]
        for one, listener, names in self._links[-2:]:
            one.observe(listener, names)
        self.observe(lead, "values")

    def _on_message(self, _, content, __):
        """Do what the page asks for."""
        if self._stage is None:
            return
        if "move" in content:
            self._move(content["move"], content.get("number"))
        if content.get("touched") in self._controls:
            self._held = content["touched"]
            self._wait_for_quiet()
        if "want" in content:  # a background that this view has not met
            self._send_background(content["want"])
        if content.get("want_fonts"):
            self.fonts = _fonts()
        if content.get("left"):
            self._update_picture()

    def _send_background(self, name):
        if name not in self._known:
            self._show(self._render(self.positions))
        self.send({"background": self._known[self.frame["background"]]})

    # --- drawing ---------------------------------------------------------------------

    def _render(self, positions):
        """Draw the figure for these positions and keep the frame for a while."""
        self._figure()
        begin = time.perf_counter()
        with DRAWING:
            with _no_new_pyplot_figure():
                alt = self._draw(**self._values(positions))
            if not isinstance(alt, str) or not alt.strip():
                kind = type(alt).__name__
                raise TypeError(
                    f"draw must return the alt text, a str that says something; got "
                    f"{'an empty one' if isinstance(alt, str) else kind}"
                )
            frame = Frame(dict(positions), *self._stage.shoot(), alt)
        self._seconds = time.perf_counter() - begin
        self._kept.pop(_key(positions), None)
        self._kept[_key(positions)] = frame
        if len(self._kept) > KEPT_FRAMES:
            del self._kept[next(iter(self._kept))]
        return frame

    def _show(self, frame, answers=None):
        """Show a frame in the page, where the controls follow it.

        Args:
            frame: the Frame.
            answers: the number of the move of the page that asked for it, if one did.
        """
        with self.hold_sync():
            self._number += 1
            count = {"number": self._number, "answers": answers}
            self.frame = {**count, **self._sent(frame)}
            self.alt, self.error = frame.alt, ""
        self.positions = frame.positions
        self.values = self._values(frame.positions)

    def _sent(self, frame):
        """Return what the page needs of a frame; a background travels once."""
        name, svg = frame.background
        if name not in self._known:
            self._known[name] = (name, svg)
            self.background = (name, svg)
            if len(self._known) > KNOWN_BACKGROUNDS:
                del self._known[next(iter(self._known))]
        return {
            "positions": frame.positions,
            "background": name,
            "moving": frame.moving,
            "alt": frame.alt,
        }

    def _wait_for_quiet(self):
        if self._timer:
            self._timer.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # not in a kernel, so nobody is waiting
            return
        self._timer = loop.call_later(QUIET, self._draw_ahead)

    def _draw_ahead(self):
        """Draw one neighbour of the present position and hand it to the page."""
        missing = [p for p in self._neighbours() if _key(p) not in self._kept]
        if not missing or self._seconds > LONGEST_AHEAD or self._stage is None:
            return
        try:
            with DRAWING:
                self.send({"ahead": self._sent(self._render(missing[0]))})
        except Exception:  # it is shown if the reader really goes there
            return
        self._wait_for_quiet()

    def _neighbours(self):
        """Yield the positions one step on and one step back of the control held."""
        if self._held:
            here = self.positions[self._held]
            last = len(self._controls[self._held].states) - 1
            for place in (here + 1, here - 1):
                if 0 <= place <= last:
                    yield {**self.positions, self._held: place}

    def _values(self, positions):
        controls = self._controls.items()
        return {name: control.states[positions[name]] for name, control in controls}

    def _control(self, name):
        if name not in self._controls:
            known = ", ".join(self._controls)
            raise ValueError(f"the controls are {known}; got {name!r}")
        return self._controls[name]

    def _figure(self):
        if self._stage is None:
            raise ValueError(CLOSED)
        return self._stage.figure

    def _looks(self, values):
        """Return the pieces of SVG of a frame drawn afresh, in any order."""
        self._kept.clear()
        self.set(**values)
        svg = self._known[self.frame["background"]][1]
        return _pieces(svg + self.frame["moving"])

    # --- shown in a notebook ---------------------------------------------------------

    def _ipython_display_(self, **_):
        """Show the picture, and the widget that takes its place where a kernel runs.

        They are two outputs: the picture stays in the file and is seen wherever the
        widget cannot be.
        """
        if self._stage is None:
            print(CLOSED)
            return
        self._shown = dict(self.positions)
        data, metadata = self._display_picture()
        self._handle = display(data, metadata=metadata, raw=True, display_id=True)
        view, metadata = super()._repr_mimebundle_()
        view["text/plain"] = ""
        display(view, metadata=metadata, raw=True)

    def _display_picture(self):
        """Return bundle and metadata of the picture, as they stand in the file."""
        data, metadata = self.picture._repr_mimebundle_()
        mark = f'<div class="live-still" data-figure="{self.name}">'
        parts = mark, STILL_STYLE, data["text/html"], CAPTION, "</div>"
        return {**data, "text/html": "".join(parts)}, metadata

    def _update_picture(self):
        """Keep the picture in the file up with what is seen."""
        if self._handle is not None and self._shown != self.positions:
            self._shown = dict(self.positions)
            data, metadata = self._display_picture()
            self._handle.update(data, metadata=metadata, raw=True)


CAPTION = (
    '<div style="color:#5f6670;font-size:90%">Run this cell to move the figure. '
    "Its controls need ipywidgets and anywidget where JupyterLab runs.</div>"
)
# Where a kernel has gone, JupyterLab puts an error in place of a widget. The picture
# above it says more, so the line, which holds nothing but text, is hidden.
STILL_STYLE = (
    "<style>.jp-OutputArea-child:has(.live-still) + .jp-OutputArea-child "
    ".jupyter-widgets:not(:has(*)){display:none}</style>"
)

_figures_of_cells = collections.defaultdict(list)


def _replace_figures_of_this_cell(figure):
    """Close the figures that an earlier run of the same cell has made."""
    shell = get_ipython()
    header = getattr(shell, "parent_header", None) or {}
    cell = header.get("metadata", {}).get("cellId")
    if cell is None:
        return
    run = header["header"]["msg_id"]
    for old_run, old in _figures_of_cells[cell]:
        if old_run != run:
            old.close()
    here = [pair for pair in _figures_of_cells[cell] if pair[0] == run]
    _figures_of_cells[cell] = [*here, (run, figure)]


@contextlib.contextmanager
def _no_new_pyplot_figure():
    """Say so if ``plt.title`` and its kin have opened a figure of their own."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    before = set(pyplot.get_fignums()) if pyplot else set()
    yield
    for number in set(pyplot.get_fignums()) - before if pyplot else ():
        pyplot.close(number)
        raise TypeError(
            "draw must move the artists of its own figure, but it opened a figure of "
            "pyplot: use axes.set_title for plt.title, and so on"
        )


_has_sent_fonts = False


def _fonts_once():
    """Return the fonts of all texts for the first figure of a kernel, else none."""
    global _has_sent_fonts
    fonts = [] if _has_sent_fonts else _fonts()
    _has_sent_fonts = True
    return fonts


def _fonts():
    """Return the fonts of all texts; a page draws what is missing in its own."""
    files = {HERE / "fonts" / f"{name}.woff": face for name, face in FACES.items()}
    return [
        {"face": face, "data": path.read_bytes()}
        for path, face in files.items()
        if path.exists()
    ]


def _pieces(svg):
    """Return the elements of a drawing, in any order and whatever their ids."""
    return {piece.strip() for piece in IDS.sub("", svg).split("<")}


def _spread(count, most):
    """Return the places 0 to ``count - 1``, or ``most`` of them from end to end."""
    return {round(k * (count - 1) / (most - 1)) for k in range(most)}


def _key(positions):
    return tuple(sorted(positions.items()))


def _place_of(control, value):
    """Return the place of a value, or of the number closest to it on a slider."""
    try:
        return control.place(value)
    except ValueError:
        if control.kind != "slider":
            raise
        apart = [abs(state - value) for state in control.states]
        return apart.index(min(apart))
