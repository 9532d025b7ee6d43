"""Letters on an axis, and a page of text."""

import textwrap

from helpers.data import ALPHABET

LETTERS = ("␣", *ALPHABET[1:])  # as names of ticks
LEADING = 1.5  # distance of lines, of the size


class Page:
    """Lines of monospaced text at the upper left of an axes.

    Args:
        axes: where the page is; it is turned off, only its title stays.
        columns: letters in a line, where words are wrapped.
        size: of the letters, in points.
        ink: their colour.
    """

    def __init__(self, axes, columns=60, size=10, ink="black"):
        """Begin with an empty page."""
        self.columns = columns
        look = {"family": "monospace", "size": size, "color": ink, "va": "top"}
        place = {"transform": axes.transAxes, "linespacing": LEADING}
        self.text = axes.text(0, 0.98, "", parse_math=False, **look, **place)
        axes.axis("off")

    def write(self, text):
        """Show this text, wrapped, instead of the one before."""
        self.text.set_text("\n".join(textwrap.wrap(text, self.columns)))
