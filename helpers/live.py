"""Live figures: a plain function of plain arguments, moved by controls.

    figure, axes = new_figure()
    (line,) = axes.plot(time, wave(1.0))

    def draw(frequency):
        line.set_ydata(wave(frequency))
        return f"A sine wave of {frequency} hertz."

    LiveFigure(figure, draw, frequency=Slider("frequency", 0.5, 4, 0.5, unit="Hz"))

The figure is laid out and drawn once. A step redraws the artists that ``draw`` has
touched, on top of a kept picture of all others, and sends a small PNG to the page. The
page draws the controls itself (``live.js``), so a step is one message there and one
back; while one is under way only the latest position waits. In a quiet moment the two
neighbours of the present position are drawn ahead, so the next step is on the page
before it is asked for.
"""

import asyncio
import itertools
import math
import pathlib
import time
import traceback
from typing import NamedTuple

import anywidget
import traitlets
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.spines import Spine
from matplotlib.text import Annotation

from helpers.figures import Picture, png

KEPT_BACKGROUNDS = 16  # about 1.4 MB each
KEPT_FRAMES = 8  # about 15 kB each, for steps ahead and back
QUIET = 0.01  # seconds without a step before one is drawn ahead
LONGEST_AHEAD = 0.1  # seconds; a slower figure is drawn only when asked


class Slider(NamedTuple):
    """A control that steps through evenly spaced numbers.

    Args:
        label: the name of the control, read by eyes and by screen readers.
        start, stop: first and last number, both reachable.
        step: distance of neighbours; whole numbers throughout give whole numbers.
        value: where it starts, ``start`` if None.
        unit: written behind the number.
        play: milliseconds between steps of a play button, or None for no button.
    """

    label: str
    start: float
    stop: float
    step: float = 1
    value: float | None = None
    unit: str = ""
    play: int | None = None

    def states(self):
        """Return the list of numbers that the slider can stand on."""
        count = math.floor((self.stop - self.start) / self.step + 1e-9) + 1
        return [round(self.start + index * self.step, 10) for index in range(count)]

    def texts(self):
        """Return what is shown for each state."""
        return [f"{state:g} {self.unit}".strip() for state in self.states()]


class Menu(NamedTuple):
    """A control that picks one of a few options.

    Args:
        label: the name of the control.
        options: a list of values, or a dict from the text shown to the value.
        value: the one it starts on, the first if None.
    """

    label: str
    options: list | dict
    value: object = None
    play: None = None

    def states(self):
        """Return the list of values."""
        return list(
            self.options.values() if isinstance(self.options, dict) else self.options
        )

    def texts(self):
        """Return what is shown for each state."""
        return [str(option) for option in self.options]


class Toggle(NamedTuple):
    """A control that is on or off.

    Args:
        label: the name of the control.
        value: whether it starts switched on.
    """

    label: str
    value: bool = False
    play: None = None

    def states(self):
        """Return off and on."""
        return [False, True]

    def texts(self):
        """Return the words for off and on."""
        return ["off", "on"]


class Frame(NamedTuple):
    """What a live figure shows at one position of its controls."""

    positions: dict  # of whole numbers, by the names of the controls
    data: bytes  # PNG
    alt: str


class LiveFigure(anywidget.AnyWidget):
    """A figure with controls, redrawn by ``draw`` at every step of a control.

    Args:
        figure: a matplotlib ``Figure`` on an Agg canvas, as ``new_figure`` makes it.
        draw: a function of the controls' values, by keyword. It moves the artists of
            the figure and returns the alt text of what is then seen. Both must depend
            on nothing else, since frames are drawn ahead and kept.
        **controls: a Slider, Menu or Toggle for every argument of ``draw``.

    Raises:
        TypeError: if ``draw`` does not return a text.
        ValueError: if a control starts on a value that it cannot stand on.
    """

    _esm = pathlib.Path(__file__).with_name("live.js")
    _css = pathlib.Path(__file__).with_name("live.css")

    controls = traitlets.List().tag(sync=True)
    positions = traitlets.Dict().tag(sync=True, echo_update=False)
    frame_count = traitlets.Int().tag(sync=True)
    drawn = traitlets.Dict().tag(sync=True)
    frame = traitlets.Bytes().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)

    def __init__(self, figure, draw, **controls):
        """Draw the figure at the starting values of its controls."""
        self._stage = Stage(figure)
        self._draw = draw
        self._states = {name: c.states() for name, c in controls.items()}
        self._start = {name: _start(name, c) for name, c in controls.items()}
        self._kept = {}
        self._held = None  # the name of the control last touched
        self._timer = None
        super().__init__(
            controls=[
                {
                    "name": name,
                    "label": control.label,
                    "kind": type(control).__name__.lower(),
                    "texts": control.texts(),
                    "start": self._start[name],
                    "play": control.play,
                }
                for name, control in controls.items()
            ],
            positions=self._start,
        )
        self._show(self._render(self.positions))
        self.observe(self._on_positions, "positions")
        self.on_msg(self._on_touch)

    @property
    def values(self):
        """The value of every control, by name."""
        return self._values(self.positions)

    def states(self):
        """Yield every combination of values that the controls can show, as a dict."""
        for combination in itertools.product(*self._states.values()):
            yield dict(zip(self._states, combination, strict=True))

    def sweep(self):
        """Yield the starting values, then each control's states one control at a time.

        This is the whole range of every control without all combinations.
        """
        start = {name: self._states[name][i] for name, i in self._start.items()}
        yield start
        for name, states in self._states.items():
            for state in states:
                yield {**start, name: state}

    def set(self, **values):
        """Move controls to the values named and redraw, as a hand would.

        Returns:
            The Picture then shown.

        Raises:
            ValueError: if a control or one of its values does not exist.
            Exception: whatever ``draw`` raises.
        """
        moved = dict(self.positions)
        for name, value in values.items():
            if name not in self._states:
                known = ", ".join(self._states)
                raise ValueError(f"the controls are {known}; got {name!r}")
            moved[name] = _position(name, self._states[name], value)
        self.unobserve(self._on_positions, "positions")
        try:
            self.positions = moved
            self._show(self._render(moved))
        finally:
            self.observe(self._on_positions, "positions")
        return self.picture

    @property
    def picture(self):
        """The Picture now shown."""
        return Picture(self.frame, self.alt)

    def _on_positions(self, change):
        """Redraw after the page has moved a control; show an error in its place."""
        moved = [name for name in self._states if change.new[name] != change.old[name]]
        self._held = moved[0] if len(moved) == 1 else None
        try:
            kept = self._kept.get(_key(change.new))
            self._show(kept or self._render(change.new))
        except Exception as failure:
            traceback.print_exc()
            self.error = f"{type(failure).__name__}: {failure}"
        self._wait_for_quiet()

    def _on_touch(self, _, content, __):
        """Prepare for the first step of a control that the page has put in focus."""
        self._held = content["touched"]
        self._wait_for_quiet()

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
        if not missing or self._seconds > LONGEST_AHEAD:
            return
        try:
            frame = self._render(missing[0])
        except Exception:  # it is shown if the reader really goes there
            return
        self.send({"drawn": frame.positions, "alt": frame.alt}, [frame.data])
        self._wait_for_quiet()

    def _neighbours(self):
        """Yield the positions one step on and one step back of the control held."""
        if self._held:
            here, last = self.positions[self._held], len(self._states[self._held]) - 1
            for index in (here + 1, here - 1):
                if 0 <= index <= last:
                    yield {**self.positions, self._held: index}

    def _values(self, positions):
        return {name: states[positions[name]] for name, states in self._states.items()}

    def _render(self, positions):
        """Draw the figure for these positions and keep the frame for a while."""
        begin = time.perf_counter()
        alt = self._draw(**self._values(positions))
        if not isinstance(alt, str):
            kind = type(alt).__name__
            raise TypeError(f"draw must return the alt text, a str; got {kind}")
        data = self._stage.render()
        self._seconds = time.perf_counter() - begin
        frame = Frame(positions, data, alt)
        self._kept.pop(_key(positions), None)
        self._kept[_key(positions)] = frame
        if len(self._kept) > KEPT_FRAMES:
            del self._kept[next(iter(self._kept))]
        return frame

    def _show(self, frame):
        with self.hold_sync():
            self.drawn, self.frame, self.alt = frame
            self.frame_count += 1
            self.error = ""

    def _repr_mimebundle_(self, **kwargs):
        """Add to the widget the picture that is seen where no kernel runs."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        data["text/plain"] = repr(self.picture)
        data["text/html"] = self.picture._repr_html_()
        return data, metadata


class Stage:
    """Renders a figure again and again, redrawing no more than must be.

    Matplotlib marks an artist as stale when it is changed. Artists that have ever
    changed, and those above them in the same axes, are drawn on top of a kept picture
    of all the others. One such picture is kept for each set of axis limits, so an axis
    that jumps between a few ranges costs a full draw only the first time.
    """

    def __init__(self, figure):
        """Keep the figure; it is laid out at the first frame and stays so."""
        self.figure = figure
        self.backgrounds = {}
        self.artists = []
        self.moving = set()
        self.overlay = []

    def render(self):
        """Draw what has changed and return the whole figure as PNG bytes."""
        artists = list(_leaves(self.figure))
        moved = {a for a in artists if a.stale or _changes_silently(a)}
        moved -= {a for a in artists if isinstance(a, (Axis, Spine))}
        is_first = not self.artists  # nothing has moved yet, though all is stale
        if not is_first and (artists != self.artists or moved - self.moving):
            self.moving = (self.moving | moved) & set(artists)
            self.overlay = _from_the_lowest_up(artists, self.moving)
            self.backgrounds.clear()
        self.artists = artists

        canvas = self.figure.canvas
        canvas.restore_region(self._background())
        if is_first:
            self.figure.set_layout_engine("none")
        for artist in self.overlay:
            self.figure.draw_artist(artist)
        for artist in artists:
            artist.stale = False
        smooth = any(_is_colour_mapped(artist) for artist in artists)
        return png(canvas, colours=None if smooth else 64)

    def _background(self):
        """Return the picture of all that does not move, at the present axis limits."""
        scales = tuple(_scale(a) for a in self.artists if isinstance(a, Axis))
        if scales not in self.backgrounds:
            if len(self.backgrounds) == KEPT_BACKGROUNDS:
                self.backgrounds.clear()
            for artist in self.overlay:
                artist.set_animated(True)
            self.figure.canvas.draw()
            region = self.figure.canvas.copy_from_bbox(self.figure.bbox)
            self.backgrounds[scales] = region
        return self.backgrounds[scales]


def _key(positions):
    return tuple(sorted(positions.items()))


def _scale(axis):
    """Return what the look of an axis depends on."""
    ticks = axis.get_major_locator(), axis.get_major_formatter()
    return *axis.get_view_interval(), axis.get_scale(), axis.label.get_text(), *ticks


def _from_the_lowest_up(artists, moving):
    """Return, in drawing order, what moves and what lies above it in the same axes."""
    lowest = {}
    for artist in moving:
        height = artist.get_zorder()
        lowest[artist.axes] = min(height, lowest.get(artist.axes, height))
    above = [
        artist
        for artist in artists
        if artist.axes in lowest
        and artist.get_zorder() >= lowest[artist.axes]
        and not isinstance(artist, Axis)
    ]
    return sorted(above, key=Artist.get_zorder)


def _leaves(parent):
    """Yield the artists of a figure, looking into axes but not into axis or text."""
    hidden = (Axis, Spine) if isinstance(parent, Axes) and not parent.axison else ()
    for child in parent.get_children():
        if isinstance(child, Axes):
            yield from _leaves(child)
        elif not isinstance(child, hidden):
            yield child


def _is_colour_mapped(artist):
    return getattr(artist, "get_array", lambda: None)() is not None


def _changes_silently(artist):
    """Tell whether matplotlib may change the artist without marking it as stale."""
    return isinstance(artist, Annotation) or _is_colour_mapped(artist)


def _start(name, control):
    states = control.states()
    return 0 if control.value is None else _position(name, states, control.value)


def _position(name, states, value):
    if value not in states:
        raise ValueError(
            f"{name} must be one of its {len(states)} values from {states[0]!r} to "
            f"{states[-1]!r}; got {value!r}"
        )
    return states.index(value)
