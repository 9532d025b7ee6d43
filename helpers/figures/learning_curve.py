"""A learning curve that grows under the running cell."""

import html
import time

from IPython import get_ipython
from IPython.display import display

from helpers.figures.palette import DATA, FAINT, colour
from helpers.figures.stage import Stage
from helpers.figures.still import (
    WIDTH,
    Picture,
    image,
    label_line,
    png,
    subplots,
)
from helpers.figures.vector import document
from helpers.train import History

REDRAW = 0.5  # seconds between two pictures of the curve


class LearningCurve(History):
    """The losses of a run, shown as a bar and a curve that grow with every step.

    Args:
        steps, evaluate, every: as for ``helpers.train.History``.
        unit: of the losses, for the axis.
        baselines: losses to beat, a dict from name to number; at most two.

    Raises:
        ValueError: if ``steps`` or ``every`` is less than 1.
    """

    def __init__(self, steps, evaluate=None, every=100, unit="loss", baselines=None):
        """Begin with no step taken, and nothing shown."""
        super().__init__(steps, evaluate, every)
        self.unit, self.baselines = unit, baselines or {}
        self._drawing = self._handle = None
        self._is_open, self._drawn = False, 0.0

    def open(self):
        """Show the curve under the running cell, if there is a notebook to show it."""
        super().open()
        self._is_open = True
        if getattr(get_ipython(), "kernel", None) is not None:
            self._handle = display(self, display_id=True)

    def add(self, loss):
        """Count a step with its loss; evaluate and redraw when it is time."""
        super().add(loss)
        now = time.perf_counter()
        if self._handle and now - self._drawn > REDRAW:
            self._handle.update(self)
            self._drawn = time.perf_counter()

    def close(self):
        """Show the last state, finished or stopped."""
        self._is_open = False
        if self._handle:
            self._handle.update(self)

    def __repr__(self):
        """Return in words what the curve shows."""
        return f"{self._progress()} {self._numbers()}".strip()

    def _progress(self):
        where = f"step {self.step:,} of {self.steps:,}"
        if self.step == self.steps:
            return f"Done: {self.steps:,} steps in {self.seconds:.0f} s."
        if not self._is_open:
            return f"Stopped at {where}: run the cell again to go on from here."
        if not self.step:
            return f"At {where}."
        left = self.seconds / self.step * (self.steps - self.step)
        return f"At {where}, about {left:.0f} s to go."

    def _numbers(self):
        if not self.losses:
            return ""
        text = f"Training {_smooth(self.losses, self.steps)[-1]:.2f} {self.unit}"
        if self.held_out:
            text += f", held out {self.held_out[-1][1]:.2f}"
        baselines = (f"{name} {value:.2f}" for name, value in self.baselines.items())
        return "; ".join((text, *baselines)) + "."

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Show a picture quickly made while the run is on, then one to keep."""
        bar = f'<progress max="{self.steps}" value="{self.step}" style="width:100%"'
        words = f'<div role="status">{html.escape(self._progress())}</div>'
        head = f'{bar} aria-label="steps done"></progress>{words}'
        if not self.losses:
            return {"text/plain": repr(self), "text/html": head}
        if self._drawing is None:
            self._drawing = _Drawing(self)
        alt = f"Learning curve. {self!r}"
        if self._is_open:
            picture = self._drawing.quick(self, alt)
            return {"text/plain": repr(self), "text/html": head + picture}
        data, metadata = self._drawing.picture(self, alt)._repr_mimebundle_()
        return {**data, "text/html": head + data["text/html"]}, metadata


class _Drawing:
    """The figure of a learning curve, of which only what grows is drawn again."""

    def __init__(self, curve):
        self.figure, axes = subplots(figsize=(8, 3.2))
        first, baselines = curve.losses[0], curve.baselines.values()
        top = 1.15 * max(first, *baselines, 0)
        axes.set(xlim=(0, 1.14 * curve.steps), ylim=(0, top))
        axes.set(xlabel="training step", ylabel=curve.unit)
        look = {"color": DATA, "linewidth": 0.8, "linestyle": (0, (4, 3))}
        for name, value in curve.baselines.items():
            axes.hlines(value, 0, curve.steps, **look)
            below = {"textcoords": "offset points", "va": "top"}
            axes.annotate(name, (0, value), (4, -3), color=DATA, **below)
        (self.raw,) = axes.plot([], [], color=FAINT, linewidth=0.8)
        (self.train,) = axes.plot([0], [first], "--", color=DATA)
        (self.held_out,) = axes.plot([], [], ".-", color=colour("h"))
        self.name = label_line(self.train, "training")
        self.held_out_name = label_line(self.train, "", color=colour("h"))
        self.stage = Stage(self.figure, fonttype="path")
        self.width = round(self.figure.get_figwidth() * WIDTH)

    def quick(self, curve, alt):
        """Return the HTML of the curve as it is now, drawn as SVG."""
        self._update(curve)
        background, moving = self.stage.shoot()
        drawn = document(self.figure, background.svg, moving)
        return image("svg+xml", drawn.encode(), alt, self.width)

    def picture(self, curve, alt):
        """Return the Picture of the curve as it is now."""
        self._update(curve)
        return Picture(png(self.figure), alt, self.width)

    def _update(self, curve):
        steps, smooth = range(1, curve.step + 1), _smooth(curve.losses, curve.steps)
        self.raw.set_data(steps, curve.losses)
        self.train.set_data(steps, smooth)
        self.name.xy = curve.step, smooth[-1]
        if curve.held_out:
            self.held_out.set_data(*zip(*curve.held_out, strict=True))
            self.held_out_name.set_text("held out")
            self.held_out_name.xy = curve.held_out[-1]
            above = curve.held_out[-1][1] > smooth[-1]
            self.held_out_name.set_va("bottom" if above else "top")
            self.name.set_va("top" if above else "bottom")


def _smooth(losses, steps):
    """Return the mean of each loss and those shortly before, a fiftieth of the run."""
    width = max(1, steps // 50)
    sums, found = 0.0, []
    for place, loss in enumerate(losses):
        sums += loss - (losses[place - width] if place >= width else 0.0)
        found.append(sums / min(place + 1, width))
    return found
