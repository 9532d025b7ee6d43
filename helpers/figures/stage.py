"""Draws a figure again and again, drawing no more than must be."""

import secrets
from typing import NamedTuple

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import SubFigure
from matplotlib.patches import PathPatch
from matplotlib.spines import Spine
from matplotlib.table import Cell
from matplotlib.text import Annotation, Text
from matplotlib.ticker import FixedFormatter, FixedLocator

from helpers.figures.still import leave_pyplot
from helpers.figures.vector import DPI, embed_shades, svg

KEPT_BACKGROUNDS = 32  # about 20 kB each


class Background(NamedTuple):
    """What does not move, as SVG, with a name by which it is known to a page."""

    name: str
    svg: str


class Shot(NamedTuple):
    """A figure at one moment: what does not move, and what is drawn on top of it."""

    background: Background
    moving: str  # SVG


class Stage:
    """Renders a figure as SVG in two layers: what moves, on top of all that does not.

    Matplotlib marks an artist as stale when it is changed. Artists that have ever
    changed, and those above them, are drawn at every step; all others are kept as a
    background. One background is kept for each look of the axes, so an axis that jumps
    between a few ranges costs a full draw only the first time.
    """

    def __init__(self, figure, fonttype="none"):
        """Take a figure over; it is laid out at the first shot and stays so.

        Args:
            figure: a matplotlib ``Figure``.
            fonttype: "none" for text as text, "path" for its outlines, which need no
                font and look the same everywhere.
        """
        leave_pyplot(figure)
        figure.dpi = DPI
        self.figure, self.fonttype = figure, fonttype
        self.salt = secrets.token_hex(4)
        self.backgrounds = {}
        self.artists, self._order = [], []
        self.overlay = []
        self._moving, self._still, self._looks, self._count = set(), {}, {}, 0

    def shoot(self):
        """Draw what has changed and return the Shot of the whole figure."""
        is_first = not self.artists  # nothing has moved yet, though all is stale
        if is_first:
            self._lay_out()
        if any(axes.name == "3d" for axes in self.figure.axes):
            self.artists = list(_leaves(self.figure))
            nothing = Background(f"{self.salt}-0", "")
            return Shot(nothing, self.full())  # where all depends on the view
        artists = list(_leaves(self.figure))
        self._still = dict.fromkeys(_of_background(self.figure, artists))
        moved = {artist for artist in artists if self._has_changed(artist)}
        order = [(artist, artist.get_zorder()) for artist in artists]
        if not is_first and (order != self._order or moved - self._moving):
            self._moving = (self._moving | moved) & set(artists)
            self._part(artists)
        self.artists, self._order = artists, order
        self._looks = {artist: self._looks.get(artist) for artist in artists}
        for artist in artists:
            embed_shades(artist)
        shot = Shot(self._background(), self._svg(self.overlay, "+"))
        self._settle()
        return shot

    def _part(self, artists):
        """Part what is drawn at every step from the background."""
        for artist in self.overlay:
            artist.set_animated(False)
        self.overlay = _with_all_above(self.figure, artists, self._moving)
        self.backgrounds.clear()

    def full(self):
        """Return the figure as SVG in one piece, drawn without any shortcut."""
        for artist in self.overlay:
            artist.set_animated(False)
        drawn = self._svg([self.figure])
        for artist in self.overlay:
            artist.set_animated(True)
        self._settle()
        return drawn

    def _svg(self, artists, layer=""):
        return svg(self.figure, artists, self.salt + layer, self.fonttype)

    def _lay_out(self):
        """Find the places of axes and texts once; a step keeps them."""
        self.figure.draw_without_rendering()
        self.figure.set_layout_engine("none")

    def _settle(self):
        """Count all that is there as drawn, within other artists too."""
        for artist in self.artists:
            for part in _parts_of(artist):
                part.stale = False

    def _has_changed(self, artist):
        """Tell whether an artist has changed since the last shot, and remember it."""
        if isinstance(artist, Axis) and any(part.stale for part in _parts_of(artist)):
            self.backgrounds.clear()  # somebody has touched a single tick
        if artist in self._still:
            return False  # part of the background: see _look
        look = _silent_look(artist)
        before = self._looks.get(artist, look)
        self._looks[artist] = look
        return look != before or any(part.stale for part in _parts_of(artist))

    def _background(self):
        """Return the Background at the present look of the axes."""
        look = tuple(_look(artist) for artist in self._still)
        if look not in self.backgrounds:
            if len(self.backgrounds) == KEPT_BACKGROUNDS:
                del self.backgrounds[next(iter(self.backgrounds))]
            for artist in self.overlay:
                artist.set_animated(True)
            self._count += 1
            name = f"{self.salt}-{self._count}"
            self.backgrounds[look] = Background(name, self._svg([self.figure]))
        return self.backgrounds[look]


def _of_background(figure, artists):
    """Yield what never moves: axes with their axis and spines, and their paper."""
    yield figure.patch
    for axes in _axes_of(figure):
        yield from (axes, axes.patch)
    yield from (artist for artist in artists if isinstance(artist, (Axis, Spine)))


def _look(artist):
    """Return what the look of a part of the background depends on."""
    if isinstance(artist, Axes):
        return artist.get_position().bounds, artist.get_visible(), artist.get_zorder()
    if not isinstance(artist, Axis):
        colours = artist.get_facecolor(), artist.get_edgecolor(), artist.get_hatch()
        line = artist.get_linewidth(), artist.get_linestyle(), artist.get_visible()
        bounds = artist.get_bounds() if isinstance(artist, Spine) else None
        return *colours, *line, bounds
    locator, formatter = artist.get_major_locator(), artist.get_major_formatter()
    if isinstance(locator, FixedLocator):
        locator = tuple(locator.locs)
    if isinstance(formatter, FixedFormatter):
        formatter = tuple(formatter.seq)
    style = repr((artist.get_tick_params(), artist.get_tick_params("minor")))
    ticks = locator, formatter, artist.get_minor_locator(), style
    scale = *artist.get_view_interval(), artist.get_scale(), artist.get_visible()
    return *scale, *_look_of_text(artist.label), *ticks


def _look_of_text(text):
    font = text.get_size(), text.get_weight(), text.get_style(), text.get_rotation()
    return text.get_text(), text.get_color(), text.get_visible(), *font


def _silent_look(artist):
    """Return what matplotlib may change in an artist without marking it as stale."""
    if isinstance(artist, PathPatch):
        path = artist.get_path()
        return path.vertices.tobytes(), path.codes is None or path.codes.tobytes()
    if isinstance(artist, Annotation):
        return artist.xy, artist.xyann
    array = getattr(artist, "get_array", lambda: None)()
    return None if array is None else array.tobytes()


def _parts_of(artist):
    """Return an artist and those within it; of an axis, the parts of its ticks."""
    if isinstance(artist, Axis):  # whose own search would work out new ticks
        ticks = artist.majorTicks + artist.minorTicks
        return [part for tick in ticks for part in tick.get_children()]
    parts = artist.findobj()
    for part in parts[:]:
        if isinstance(part, Text):
            parts += filter(None, (part.get_bbox_patch(), _arrow(part)))
        elif isinstance(part, Cell):
            parts.append(part.get_text())
    return parts


def _arrow(text):
    return getattr(text, "arrow_patch", None)


def _with_all_above(figure, artists, moving):
    """Return, in drawing order, what moves and what lies above it.

    Above are artists of the same axes with a higher or equal ``zorder``, all of axes
    that are drawn later and overlap, and the artists of the figure itself.
    """
    lowest = {}
    for artist in moving:
        height = artist.get_zorder()
        lowest[artist.axes] = min(height, lowest.get(artist.axes, height))
    order = sorted(_axes_of(figure), key=Artist.get_zorder)
    whole = set()
    for place, axes in enumerate(order):
        if axes in lowest or axes in whole:
            overlapping = (a for a in order[place + 1 :] if axes.bbox.overlaps(a.bbox))
            whole.update(overlapping)
    papers = {part.patch for part in (figure, *order, *figure.findobj(SubFigure))}
    if lowest or whole:
        lowest.setdefault(None, -float("inf"))
    above = [
        artist
        for artist in artists
        if artist.axes not in whole
        and artist.get_zorder() >= lowest.get(artist.axes, float("inf"))
        and artist not in papers
        and not (isinstance(artist, Axis) and not _has_grid(artist))
    ]
    places = {axes: place for place, axes in enumerate(order)}
    last = len(order)  # artists of the figure lie above its axes

    def place(artist):
        home = artist if artist in whole else artist.axes
        return places.get(home, last), artist.get_zorder()

    return sorted([*above, *whole], key=place)


def _has_grid(axis):
    """Tell whether an axis draws lines across what moves; its ticks lie outside."""
    return any(tick.gridline.get_visible() for tick in axis.majorTicks)


def _axes_of(parent):
    """Yield all axes of a figure, those within others too."""
    for axes in parent.child_axes if isinstance(parent, Axes) else parent.axes:
        if isinstance(axes, Axes):  # a secondary axis is none
            yield axes
            yield from _axes_of(axes)


def _leaves(parent):
    """Yield the artists of a figure, looking into axes but not into axis or text."""
    hidden = ()
    if isinstance(parent, Axes) and not parent.axison:
        hidden = (Axis, Spine)
    elif isinstance(parent, Axes) and not parent.get_frame_on():
        hidden = (Spine,)
    for child in parent.get_children():
        if isinstance(child, (Axes, SubFigure)):
            yield from _leaves(child)
        elif not isinstance(child, hidden):
            yield child
