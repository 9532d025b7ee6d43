"""A page of text in a figure, as one path: it moves faster than matplotlib's text."""

import textwrap

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, ScaledTranslation

ADVANCE = 0.602  # width of a letter of the monospaced font, of its size
LEADING = 1.5  # distance of lines, of the size


class Page:
    """Lines of monospaced letters at the upper left of an axes, which is turned off.

    Args:
        axes: where the page is; only its title stays.
        alphabet: the letters that may be written.
        columns: letters in a line, where words are wrapped.
        size: of the letters, in points.
        ink: their colour.
    """

    def __init__(self, axes, alphabet, columns=60, size=10, ink="black"):
        """Prepare the outline of every letter."""
        self.columns, self.size = columns, size
        font = FontProperties(family="monospace", size=size)
        letters = alphabet.replace(" ", "")
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
