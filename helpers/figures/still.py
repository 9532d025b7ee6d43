"""Still figures in one style, with labels on the lines and alt text for everyone.

Figures are made without pyplot, so nothing is shown twice and nothing is kept alive
after its cell has gone.
"""

import base64
import html
import io
import pathlib
import sys
import threading

import matplotlib.style
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, ImageChops

from helpers.figures.palette import DATA, PAPER, text_colour

STYLE = ["default", pathlib.Path(__file__).with_name("course.mplstyle")]
WIDTH = 100  # pixels of the page for an inch of the figure
DENSITY = 2  # dots of a stored picture for each pixel of the page
# JupyterLab may move a figure while a cell runs; matplotlib's fonts serve one thread.
DRAWING = threading.RLock()
PALETTES = (32, 64, 256)  # how many colours a stored picture may have
BLANK = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.5}  # behind a label
NEARLY = 16  # of 255 levels: what a palette may change without being seen


def use_style():
    """Set the style of every figure made after this call in this process.

    It begins from matplotlib's defaults, so a reader's own ``matplotlibrc`` changes
    nothing. The style itself is ``helpers/figures/course.mplstyle``.
    """
    matplotlib.style.use(STYLE)


def subplots(nrows=1, ncols=1, *, figsize=(9, 3.4), **options):
    """Make a figure and its axes, as ``matplotlib.pyplot.subplots`` does.

    Args:
        nrows, ncols: how many axes, below and beside each other.
        figsize: width and height of the whole figure in inches, at 100 pixels an inch.
        **options: handed to ``Figure.subplots``, for instance ``sharex=True``.

    Returns:
        The figure, and one axes or an array of axes as ``Figure.subplots`` gives.
    """
    figure = Figure(figsize=figsize, layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(nrows, ncols, **options)


def label_line(line, text, at=-1, offset=(6, 0), **style):
    """Write a line's name beside it, in the line's own colour, darker if need be.

    Args:
        line: a ``Line2D``.
        text: the label.
        at: index of the point of the line that the label stands beside.
        offset: shift from that point, in points, right and up.
        **style: handed to ``Axes.annotate``.

    Returns:
        The annotation.
    """
    x, y = line.get_xdata()[at], line.get_ydata()[at]
    style = {"va": "center", "color": text_colour(line.get_color()), **style}
    return line.axes.annotate(
        text, (x, y), xytext=offset, textcoords="offset points", **style
    )


def place_on_lines(labels):
    """Let two labels stand on the middle of their lines, each on its free side.

    Short lines at the left edge have their labels at their ends.

    Args:
        labels: a dict from two lines in one axes to their labels, as ``label_line``
            gives them. The higher line has its label above it, the lower one below.
    """
    lower, higher = sorted(labels, key=lambda line: np.mean(line.get_ydata()))
    for line, up in ((lower, -1), (higher, 1)):
        x, y = np.asarray(line.get_data())
        low, high = line.axes.get_ylim()
        seen = np.flatnonzero((low <= y) & (y <= high))
        is_short = x[seen[-1]] < 0.2 * line.axes.get_xlim()[1]
        place = seen[-1] if is_short else seen[len(seen) // 2]
        right = 1 if (y[-1] > y[0]) == (up < 0) or is_short else -1
        label = labels[line]
        label.xy = x[place], y[place]
        label.set_position((4 * right, 5 * up))
        label.set_horizontalalignment("left" if right > 0 else "right")
        label.set_verticalalignment("bottom" if up > 0 else "top")


def zero_line(axes):
    """Draw the thin grey line at zero that signs are read against."""
    return axes.axhline(0, color=DATA, linewidth=0.8, zorder=0)


def stems(heights):
    """Return x and y of a stem plot, as one line with gaps.

    One line moves faster than as many bars.

    Args:
        heights: at the places 0, 1, ..., (N,).

    Returns:
        Two arrays, (3 N,) each, for ``Line2D.set_data``.
    """
    y = np.zeros((len(heights), 3))
    y[:, 1], y[:, 2] = heights, np.nan
    return np.repeat(np.arange(len(heights)), 3), y.ravel()


def power_of_ten(exponent):
    """Return ten to this power as a short text, however small or large it is."""
    if -2 < exponent < 3:
        return f"{10**exponent:.2g}"
    return f"1e{exponent:+.0f}"


def show(figure, alt):
    """Show a finished figure under the cell, with its alt text.

    A figure made with pyplot is taken over, so that it is not shown a second time.

    Args:
        figure: a matplotlib ``Figure``.
        alt: one or two sentences: what is seen, with the numbers that matter.

    Returns:
        The Picture, which a notebook displays when it ends a cell.

    Raises:
        ValueError: if the alt text is empty.
    """
    leave_pyplot(figure)
    return Picture(png(figure), alt, round(figure.get_figwidth() * WIDTH))


def leave_pyplot(figure):
    """Take a figure from pyplot, if it is there, so that nobody else shows it."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)  # does nothing for a figure that is not pyplot's


# In JupyterLab's dark theme white paper would glare; colours keep their meaning.
DARK = (
    '<style>[data-jp-theme-light="false"] .course-picture img'
    "{filter:brightness(.84)}</style>"
)


class Picture:
    """A PNG with its alt text, displayed as an ``<img alt>``.

    It is stored at twice the size it is shown at, so it is sharp on dense screens.
    JupyterLab drops the alt text of a plain PNG output, so the picture is HTML; the
    plain one goes along for LaTeX and for pages that show no HTML.
    """

    def __init__(self, data, alt, width):
        """Keep the PNG bytes, the alt text, and the width in pixels of the page."""
        if not alt.strip():
            raise ValueError("alt must say in a sentence what is seen; got nothing")
        self.data = data
        self.alt = " ".join(alt.split())
        self.width = width

    def __repr__(self):
        """Return the alt text."""
        return self.alt

    def _repr_html_(self):
        return image("png", self.data, self.alt, self.width)

    def _repr_mimebundle_(self, include=None, exclude=None):
        data = {"text/plain": self.alt, "text/html": self._repr_html_()}
        data["image/png"] = base64.b64encode(self.data).decode()
        return data, {"image/png": {"width": self.width, "alt": self.alt}}


def image(kind, data, alt, width):
    """Return the HTML of a picture on white paper, as wide as the page allows.

    Args:
        kind: "png" or "svg+xml".
        data: the bytes of the picture.
        alt: what is seen, for those who do not see it.
        width: in pixels of the page.
    """
    source = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    style = "max-width:100%;background:#fff;border-radius:4px"
    alt = html.escape(alt, quote=True)
    picture = f'<img alt="{alt}" src="{source}" width="{width}" style="{style}">'
    return f'<div class="course-picture">{DARK}{picture}</div>'


def png(figure):
    """Draw a figure and return it as PNG bytes, sharp on dense screens.

    A small palette is used where nobody could see the difference. Where shades carry
    meaning, as in a heat map, the picture keeps every one of its colours.
    """
    drawn = io.BytesIO()
    look = {"format": "png", "dpi": DENSITY * WIDTH, "facecolor": "auto"}
    with DRAWING:
        figure.savefig(drawn, **look, pil_kwargs={"compress_level": 1})
    picture = Image.open(drawn).convert("RGB")
    encoded = io.BytesIO()
    _with_few_colours(picture, _has_shades(figure)).save(encoded, "PNG", optimize=True)
    return encoded.getvalue()


def _has_shades(figure):
    """Tell whether anything in a figure is coloured by numbers."""
    arrays = (getattr(artist, "get_array", None) for artist in figure.findobj())
    return any(
        get_array is not None and get_array() is not None for get_array in arrays
    )


def _with_few_colours(picture, is_exact):
    """Return a picture with the smallest palette that looks the same, or as it is."""
    for count in PALETTES:
        few = picture.quantize(
            count, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
        changes = ImageChops.difference(picture, few.convert("RGB")).getextrema()
        if max(most for _, most in changes) <= (0 if is_exact else NEARLY):
            return few
    return picture
