"""Boxes, lines and texts on empty axes, for drawings that are made anew at a step."""

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection

DEPTH = np.array([0.42, 0.42])  # where one step of the third axis leads on paper


class Sheet:
    """Boxes, lines and texts on empty axes, replaced all at once and quickly.

    All boxes are one artist and so are all lines, so that a live figure redraws few
    artists however many boxes there are.
    """

    def __init__(self, axes, width, height):
        """Take axes as a sheet of paper of this width and height; one unit a cell."""
        axes.set(xlim=(0, width), ylim=(0, height), aspect="equal")
        axes.axis("off")
        self._boxes = PolyCollection([], linewidths=0.8)
        self._rules = LineCollection([], linewidths=0.4, zorder=3)
        for artist in (self._boxes, self._rules):
            axes.add_collection(artist, autolim=False)
        self._axes, self._words = axes, []
        self._unit = 72 * axes.figure.get_figwidth() / width  # in points
        self.clear()

    def clear(self):
        """Forget all boxes, lines and texts; what is seen changes with ``finish``."""
        self._polygons, self._faces, self._edges = [], [], []
        self._segments, self._inks, self._texts = [], [], []

    def box(self, corners, face, edge):
        """Add a polygon of these corners, (K, 2)."""
        self._polygons.append(corners)
        self._faces.append(face)
        self._edges.append(edge)

    def text(self, x, y, words, ink, size=0.8, align=0.5):
        """Add a text on the base line y.

        Args:
            x, y: where it stands.
            words: one line of text.
            ink: its colour.
            size: of the letters, in units of the sheet.
            align: 0 begins at x, 0.5 is centred on it, 1 ends there.
        """
        side = {0: "left", 0.5: "center", 1: "right"}[align]
        self._texts.append((words, (x, y), ink, size * self._unit, side))

    def line(self, x, y, width, height, ink):
        """Add a thin line from a point, so far to the right and so far up."""
        self._segments.append([(x, y), (x + width, y + height)])
        self._inks.append(ink)

    def tensor(self, x, y, sizes, face, edge, scale=1.0, stripes=()):
        """Add a tensor: last axis to the right, the one before down, the first back.

        Args:
            x, y: the lower left corner of its front.
            sizes: of one to three axes; a vector lies flat.
            face, edge: colours.
            scale: length of one cell.
            stripes: colours of equal parts of the rows, the top one first; rows and
                columns are then not ruled.

        Returns:
            Where it ends to the right and above, with its depth.
        """
        deep, high, wide = (1,) * (3 - len(sizes)) + tuple(sizes)
        back = DEPTH * scale * ((deep - 1) if len(sizes) == 3 else 0)
        w, h = wide * scale, high * scale
        for step in range(deep - 1, -1, -1):
            left, low = np.array([x, y]) + DEPTH * scale * step
            self.box(_rectangle(left, low, w, h), face, edge)
        for k, ink in enumerate(stripes):
            part = h / len(stripes)
            low = y + h - (k + 1) * part
            self.box(_rectangle(x, low, w, part), ink, edge)
        for row in range(1, high) if not stripes else ():
            self.line(x, y + row * scale, w, 0, edge)
        for column in range(1, wide) if not stripes else ():
            self.line(x + column * scale, y, 0, h, edge)
        return x + w + back[0], y + h + back[1]

    def finish(self):
        """Show the boxes, lines and texts added since ``clear``."""
        self._boxes.set_verts(self._polygons)
        self._boxes.set_facecolor(self._faces)
        self._boxes.set_edgecolor(self._edges)
        self._rules.set_segments(self._segments)
        self._rules.set_color(self._inks)
        while len(self._words) < len(self._texts):
            self._words.append(self._axes.text(0, 0, "", zorder=3, parse_math=False))
        unused = [("", (0, 0), "black", 1, "left")] * len(self._words)
        for word, look in zip(self._words, self._texts + unused, strict=False):
            words, place, ink, size, side = look
            word.set(text=words, position=place, color=ink, size=size, ha=side)


def _rectangle(x, y, width, height):
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
