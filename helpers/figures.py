"""Figures in one style, with labels on the lines and alt text for everyone.

Figures are made without pyplot, so nothing is shown twice and nothing is kept alive
after its cell has gone.
"""

import base64
import html
import io

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from helpers.palette import DATA, PAPER

STYLE = {
    "axes.grid": False,
    "axes.labelcolor": "#1A1A1A",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "figure.dpi": 100,
    "figure.facecolor": PAPER,
    "font.size": 10,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "mathtext.fontset": "dejavusans",
    "text.hinting": "no_hinting",  # glyphs are drawn a third faster
}


def use_style():
    """Set the style of every figure made after this call in this process."""
    matplotlib.rcParams.update(STYLE)


def new_figure(rows=1, columns=1, width=9.0, height=3.4, **subplots):
    """Make a figure and its axes, ready to be drawn on.

    Args:
        rows, columns: how many axes, below and beside each other.
        width, height: of the whole figure, in inches at 100 dots an inch.
        **subplots: handed to ``Figure.subplots``, for instance ``sharex=True``.

    Returns:
        The figure, and one axes or an array of axes as ``Figure.subplots`` gives.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, columns, **subplots)


def label_line(line, text, at=-1, offset=(6, 0), **style):
    """Write a line's name beside it, in the line's own colour.

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
    style = {"va": "center", "color": line.get_color(), **style}
    return line.axes.annotate(
        text, (x, y), xytext=offset, textcoords="offset points", **style
    )


def zero_line(axes):
    """Draw the thin grey line at zero that signs are read against."""
    return axes.axhline(0, color=DATA, linewidth=0.8, zorder=0)


def stems(heights):
    """Return x and y of upright strokes of these heights, as one line with gaps.

    One line moves faster than as many bars.

    Args:
        heights: at the places 0, 1, ..., (N,).

    Returns:
        Two arrays, (3 N,) each, for ``Line2D.set_data``.
    """
    y = np.zeros((len(heights), 3))
    y[:, 1], y[:, 2] = heights, np.nan
    return np.repeat(np.arange(len(heights)), 3), y.ravel()


def show(figure, alt):
    """Show a finished figure under the cell, with its alt text.

    Args:
        figure: a matplotlib ``Figure``.
        alt: one or two sentences: what is seen, with the numbers that matter.

    Returns:
        The Picture, which a notebook displays when it ends a cell.

    Raises:
        ValueError: if the alt text is empty.
    """
    figure.canvas.draw()
    return Picture(png(figure.canvas, colours=256), alt)


class Picture:
    """A PNG with its alt text, displayed as an ``<img alt>``.

    JupyterLab drops the alt text of a plain PNG output, so the picture is HTML.
    """

    def __init__(self, data, alt):
        """Keep the PNG bytes and the alt text, a non-empty sentence."""
        if not alt.strip():
            raise ValueError("alt must say in a sentence what is seen; got nothing")
        self.data = data
        self.alt = " ".join(alt.split())

    def __repr__(self):
        """Return the alt text."""
        return self.alt

    def _repr_html_(self):
        source = "data:image/png;base64," + base64.b64encode(self.data).decode()
        style = "max-width:100%;background:#fff;border-radius:4px"
        alt = html.escape(self.alt, quote=True)
        return f'<img alt="{alt}" src="{source}" style="{style}">'


def png(canvas, colours=None):
    """Encode what is drawn on an Agg canvas as PNG bytes.

    Args:
        canvas: a drawn ``FigureCanvasAgg``.
        colours: size of the palette, 2 to 256, or None for true colour. A small
            palette makes the picture smaller and quicker to send; continuous
            colour maps need true colour.
    """
    pixels = canvas.buffer_rgba()
    image = Image.frombuffer("RGBA", canvas.get_width_height(), pixels).convert("RGB")
    if colours is not None:
        image = image.quantize(colours, Image.Quantize.FASTOCTREE, dither=0)
    encoded = io.BytesIO()
    image.save(encoded, "PNG", compress_level=1)
    return encoded.getvalue()
