"""Letters on an axis, and a page of text as one path, which moves faster than text."""

import textwrap

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, ScaledTranslation

from helpers.data import ALPHABET

LETTERS = ("␣", *ALPHABET[1:])  # as names of ticks
ADVANCE = 0.602  # width of a letter of the monospaced font, of its size
LEADING = 1.5  # distance of lines, of the size


class Page:
    """Lines of monospaced text over ``ALPHABET``, at the upper left of an axes.

    Args:
        axes: where the page is; it is turned off, only its title stays.
        columns: letters in a line, where words are wrapped.
        size: of the letters, in points.
        ink: their colour.
    """

    def __init__(self, axes, columns=60, size=10, ink="black"):
        """Prepare the outline of every letter."""
        self.columns, self.size = columns, size
        font = FontProperties(family="monospace", size=size)
        letters = ALPHABET.replace(" ", "")
        self.outlines = {one: TextPath((0, 0), one, prop=font) for one in letters}
        self.patch = axes.add_patch(PathPatch(Path([(0, 0)]), color=ink, linewidth=0))
        in_points = Affine2D().scale(axes.figure.dpi / 72)
        self.patch.set_transform(in_points + ScaledTranslation(0, 1, axes.transAxes))
        axes.axis("off")

    def write(self, text):
        """Show this text, wrapped, instead of the one before."""
        vertices, codes = [np.zeros((1, 2))], [[Path.MOVETO]]
        for row, line in enumerate(textwrap.wrap(text, self.columns)):
            y = -LEADING * self.size * (row + 1)
            for column, letter in enumerate(line):
                if glyph := self.outlines.get(letter):
                    x = ADVANCE * self.size * column
                    vertices.append(glyph.vertices + (x, y))
                    codes.append(glyph.codes)
        self.patch.set_path(Path(np.concatenate(vertices), np.concatenate(codes)))
        self.patch.stale = True  # a new path does not say so itself
