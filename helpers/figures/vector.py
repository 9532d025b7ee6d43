"""Artists of matplotlib as SVG, small enough to be sent at every step.

Matplotlib's own SVG renderer does the work. What is left out are groups and metadata,
what is shortened are the decimals of paths, and what is kept from one frame to the
next are the sizes of texts.
"""

import contextlib
import functools
import io
import re

import matplotlib
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.collections import QuadMesh, TriMesh
from matplotlib.image import AxesImage
from matplotlib.textpath import text_to_path

from helpers.figures.still import DRAWING

DPI = 72  # SVG counts in points
IMAGE_DPI = 200  # of what is embedded as dots
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
DECIMALS = re.compile(r"(\.\d\d)\d+")
CONTINUOUS = (QuadMesh, TriMesh)  # many patches of continuous colour: one image


class Renderer(RendererSVG):
    """Matplotlib's SVG renderer, with less to say and a memory for sizes of texts."""

    def open_group(self, s, gid=None):
        """Write no group: its id would stand in every other figure of a page."""

    def close_group(self, s):
        """Write no end of a group."""

    def get_text_width_height_descent(self, s, prop, ismath):
        """Return the size of a text in points, found once for all frames."""
        return _text_size(s, prop.copy(), ismath)

    def _convert_path(self, *args, **options):
        return DECIMALS.sub(r"\1", super()._convert_path(*args, **options))


@functools.lru_cache(maxsize=4096)
def _text_size(s, prop, ismath):
    return text_to_path.get_text_width_height_descent(s, prop, ismath)


def svg(figure, artists, salt, fonttype="none"):
    """Draw artists of a figure and return the inside of an ``<svg>`` element.

    Args:
        figure: whose dpi must be 72, so that a unit of the drawing is a point.
        artists: in drawing order, the figure itself for all of it.
        salt: a text that belongs to this figure alone; ids are made from it, so that
            two figures on one page never share one.
        fonttype: "none" for text as text, "path" for its outlines.

    Returns:
        The markup. The coordinates are points, from the upper left corner.
    """
    width, height = figure.get_size_inches()
    written = io.StringIO()
    own = {"svg.fonttype": fonttype, "svg.hashsalt": salt, "svg.image_inline": True}
    with DRAWING, _settings(own):
        size = width * DPI, height * DPI
        plain = Renderer(*size, written, image_dpi=IMAGE_DPI, metadata=NO_METADATA)
        renderer = MixedModeRenderer(figure, width, height, IMAGE_DPI, plain)
        for artist in artists:
            artist.draw(renderer)
        if renderer._raster_renderer is not None:  # the last one was made of dots
            renderer.stop_rasterizing()
        renderer.finalize()
    text = written.getvalue()
    # The head ends with a style for the whole document, which the page sets instead.
    return text[text.index("</defs>") + len("</defs>") : text.rindex("</svg>")].strip()


@contextlib.contextmanager
def _settings(own):
    """Change some settings for a while, and no others: a cell may be setting them."""
    before = {name: matplotlib.rcParams[name] for name in own}
    matplotlib.rcParams.update(own)
    try:
        yield
    finally:
        matplotlib.rcParams.update(before)


def embed_shades(artist):
    """Let an artist of continuous colour be embedded as an image, not as patches."""
    if isinstance(artist, CONTINUOUS):
        artist.set_rasterized(True)
    elif type(artist) is AxesImage and artist.get_array() is not None:
        rows, columns = artist.get_array().shape[:2]
        box = artist.get_window_extent()  # at 72 dots an inch
        smooth = artist.get_interpolation() not in ("none", "nearest", "auto", None)
        antialiased = artist.get_interpolation() == "antialiased"
        if (antialiased or not smooth) and rows < box.height and columns < box.width:
            artist.set_interpolation("none")  # as many dots as there are numbers


def document(figure, *layers):
    """Return layers of SVG, drawn from one figure, as a picture that stands alone."""
    width, height = figure.get_size_inches() * DPI
    links = (
        'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    )
    head = f'<svg {links} viewBox="0 0 {width:g} {height:g}" stroke-linejoin="round">'
    return "\n".join((head, *layers, "</svg>"))
