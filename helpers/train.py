"""The training loop, a curve that grows while it runs, and networks side by side.

Notebook 06 builds the loop in full view. It may be stopped at any step: what was
learned stays learned, and a second call goes on where the first one ended.
"""

import html
import math
import signal
import threading
import time
from contextlib import contextmanager
from itertools import islice

import torch
from IPython import get_ipython
from IPython.display import display
from torch import nn
from torch.nn.utils import clip_grad_norm_

from helpers.figures import DATA, FAINT, colour, label_line, subplots
from helpers.figures.stage import Stage
from helpers.figures.still import WIDTH, Picture, image, png
from helpers.figures.vector import document

REDRAW = 0.5  # seconds between two pictures of the curve


def train(optimizer, losses, curve, clip=1.0, warm_up=0.03):
    """Take one step for each loss until the curve is full, or until told to stop.

    The stop button of the notebook ends the call after the step that is under way; a
    second press ends it within that step. The weights keep what they have learned. The
    next call with the same optimizer, losses and curve goes on from there.

    Args:
        optimizer: holds the weights; the ``lr`` of each group is the highest it gets.
        losses: an iterator over losses, each one number in a tensor, which computes a
            loss when it is asked for it.
        curve: a LearningCurve; it says how many steps there are and counts them.
        clip: the largest norm of the gradient of all weights together.
        warm_up: the share of the steps in which the learning rate rises.
    """
    weights = [w for group in optimizer.param_groups for w in group["params"]]
    try:
        curve.open()
        with _stop_button() as stop:
            for loss in islice(losses, curve.steps - curve.done):
                share = (curve.done + 0.5) / curve.steps
                for group in optimizer.param_groups:  # initial_lr is torch's own name
                    highest = group.setdefault("initial_lr", group["lr"])
                    group["lr"] = highest * pace(share, warm_up)
                optimizer.zero_grad()
                loss.backward()
                clip_grad_norm_(weights, clip)
                optimizer.step()
                curve.add(loss.item())
                if stop.is_set():
                    break
    except KeyboardInterrupt:
        pass  # the weights are where the last step has left them
    finally:
        curve.close()


@contextmanager
def _stop_button():
    """Yield an Event that is set by an interrupt; a second one is raised as ever."""
    pressed = threading.Event()

    def press(number, frame):
        if pressed.is_set():
            signal.default_int_handler(number, frame)
        pressed.set()

    if threading.current_thread() is not threading.main_thread():
        yield pressed  # only the main thread hears the button
        return
    before = signal.signal(signal.SIGINT, press)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def pace(share, warm_up=0.03):
    """Return the learning rate as a part of its highest value.

    It rises in a straight line, then falls to 0 along half a wave of a cosine.

    Args:
        share: how much of the training is over, 0 to 1.
        warm_up: the share in which it rises, above 0.

    Source: the cosine, Loshchilov & Hutter (2017).
    """
    return min(1.0, share / warm_up) * (1 + math.cos(math.pi * share)) / 2


class SideBySide(nn.Module):
    """Several small networks run as one wide layer: the same answers, sooner.

    Most of the time of a small layer is spent on calls, not on numbers. So K networks
    become one layer of K times the width, in which all weights between different
    networks are 0 and stay 0. Each network has the gradient that it would have alone.

    Attributes:
        layer: the wide layer; network k has the k-th part of every gate's rows.
    """

    def __init__(self, layers, reads):
        """Join networks.

        Args:
            layers: K layers of one class and size, of ``helpers.recurrent`` or
                ``torch.nn``, with one layer and one direction each.
            reads: an ``nn.Linear`` from the states of each, all of one size.

        Raises:
            ValueError: if the layers differ in class or size, or have more than one
                layer or direction.
        """
        super().__init__()
        kinds = {(type(one), one.input_size, one.hidden_size) for one in layers}
        first = layers[0]
        if len(kinds) > 1 or first.num_layers > 1 or first.bidirectional:
            found = ", ".join(map(str, layers))
            raise ValueError(f"layers must be plain and of one size, got {found}")
        sizes = len(layers) * first.input_size, len(layers) * first.hidden_size
        self.layer = type(first)(*sizes, batch_first=True)
        for name, weight in self.layer.named_parameters():
            self._join(weight, [one.get_parameter(name) for one in layers])
        self.read = nn.Parameter(torch.stack([read.weight for read in reads]))
        self.bias = nn.Parameter(torch.stack([read.bias for read in reads]))

    def _join(self, weight, parts):
        """Fill a wide weight gate by gate; hold at 0 what lies between networks."""
        gates = weight.shape[0] // self.layer.hidden_size
        by_gate = zip(*(part.detach().chunk(gates) for part in parts), strict=True)
        join = torch.cat if weight.dim() == 1 else _on_the_diagonal
        with torch.no_grad():
            weight.copy_(torch.cat([join(part) for part in by_gate]))
        if weight.dim() == 2:
            ones = [torch.ones_like(part[: len(part) // gates]) for part in parts]
            mask = torch.cat([_on_the_diagonal(ones)] * gates)
            weight.register_hook(lambda gradient: gradient * mask)

    def clip_gradients(self, norm):
        """Clip the gradient of each network by its own norm, all weights together.

        Args:
            norm: the largest that is let through.

        Source: Pascanu, Mikolov & Bengio (2013).
        """
        count, size = len(self.read), self.layer.hidden_size // len(self.read)
        parts = (
            [  # with the network as an axis; views of the gradients
                weight.grad.view(-1, count, size, *weight.shape[1:]).transpose(0, 1)
                for weight in self.layer.parameters()
            ]
            + [self.read.grad, self.bias.grad]
        )
        squares = sum(part.square().flatten(1).sum(1) for part in parts)
        scale = (norm / (squares.sqrt() + 1e-6)).clamp(max=1)
        for part in parts:
            part *= scale.view(-1, *[1] * (part.dim() - 1))

    def forward(self, inputs):
        """Let each network read inputs of its own.

        Args:
            inputs: (K, B, T, I).

        Returns:
            The scores at every step, (K, B, T, O).
        """
        x = inputs.permute(1, 2, 0, 3).flatten(2)  # (B, T, K * I)
        states = self.layer(x)[0].unflatten(2, (len(inputs), -1))  # (B, T, K, H)
        scores = states.permute(2, 0, 1, 3) @ self.read.mT[:, None]
        return scores + self.bias[:, None, None]


def _on_the_diagonal(blocks):
    return torch.block_diag(*blocks)


class LearningCurve:
    """The losses of a run, shown as a bar and a curve that grow with every step.

    Args:
        steps: how many steps the run has, 1 or more.
        judge: a function of nothing that returns a held-out loss, or None.
        every: how many steps lie between two calls of the judge.
        unit: of the losses, for the axis.
        rivals: losses to beat, a dict from name to number; at most two.
        is_shown: whether anything is shown at all.

    Attributes:
        losses: of the steps taken so far, a list of numbers.
        held_out: (step, loss) of every call of the judge.
        seconds: how long the steps have taken, pictures and judge included.

    Raises:
        ValueError: if ``steps`` or ``every`` is less than 1.
    """

    def __init__(
        self, steps, judge=None, every=100, unit="loss", rivals=None, is_shown=True
    ):
        """Begin with no step taken, and nothing shown."""
        if steps < 1 or every < 1:
            raise ValueError(f"steps and every must be 1 or more, got {steps}, {every}")
        self.steps, self.judge, self.every, self.unit = steps, judge, every, unit
        self.rivals, self.is_shown = rivals or {}, is_shown
        self.losses, self.held_out, self.seconds = [], [], 0.0
        self._drawing = self._handle = None
        self._is_open = False

    @property
    def done(self):
        """How many steps have been taken."""
        return len(self.losses)

    def open(self):
        """Show the curve under the running cell, if there is a notebook to show it."""
        self._is_open, self._tick, self._drawn = True, time.perf_counter(), 0.0
        if self.is_shown and getattr(get_ipython(), "kernel", None) is not None:
            self._handle = display(self, display_id=True)

    def add(self, loss):
        """Count a step with its loss; judge and redraw when it is time."""
        self.losses.append(loss)
        if self.judge and (self.done % self.every == 0 or self.done == self.steps):
            self.held_out.append((self.done, float(self.judge())))
        now = time.perf_counter()
        self.seconds += now - self._tick
        self._tick = now
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
        where = f"step {self.done:,} of {self.steps:,}"
        if self.done == self.steps:
            return f"Done: {self.steps:,} steps in {self.seconds:.0f} s."
        if not self._is_open:
            return f"Stopped at {where}: run the cell again to go on from here."
        if not self.done:
            return f"At {where}."
        left = self.seconds / self.done * (self.steps - self.done)
        return f"At {where}, about {left:.0f} s to go."

    def _numbers(self):
        if not self.losses:
            return ""
        text = f"Training {_smooth(self.losses, self.steps)[-1]:.2f} {self.unit}"
        if self.held_out:
            text += f", held out {self.held_out[-1][1]:.2f}"
        rivals = (f"{name} {value:.2f}" for name, value in self.rivals.items())
        return "; ".join((text, *rivals)) + "."

    def _repr_mimebundle_(self, include=None, exclude=None):
        """Show a picture quickly made while the run is on, then one to keep."""
        bar = f'<progress max="{self.steps}" value="{self.done}" style="width:100%"'
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
        first, rivals = curve.losses[0], curve.rivals.values()
        axes.set(xlim=(0, 1.14 * curve.steps), ylim=(0, 1.15 * max(first, *rivals, 0)))
        axes.set(xlabel="training step", ylabel=curve.unit)
        look = {"color": DATA, "linewidth": 0.8, "linestyle": (0, (4, 3))}
        for name, value in curve.rivals.items():
            axes.hlines(value, 0, curve.steps, **look)
            below = {"textcoords": "offset points", "va": "top"}
            axes.annotate(name, (0, value), (4, -3), color=DATA, **below)
        (self.raw,) = axes.plot([], [], color=FAINT, linewidth=0.8)
        (self.train,) = axes.plot([0], [first], "--", color=DATA)
        (self.judged,) = axes.plot([], [], ".-", color=colour("h"))
        self.name = label_line(self.train, "training")
        self.judged_name = label_line(self.train, "", color=colour("h"))
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
        steps, smooth = range(1, curve.done + 1), _smooth(curve.losses, curve.steps)
        self.raw.set_data(steps, curve.losses)
        self.train.set_data(steps, smooth)
        self.name.xy = curve.done, smooth[-1]
        if curve.held_out:
            self.judged.set_data(*zip(*curve.held_out, strict=True))
            self.judged_name.set_text("held out")
            self.judged_name.xy = curve.held_out[-1]
            above = curve.held_out[-1][1] > smooth[-1]
            self.judged_name.set_va("bottom" if above else "top")
            self.name.set_va("top" if above else "bottom")


def _smooth(losses, steps):
    """Return the mean of each loss and those shortly before, a fiftieth of the run."""
    width = max(1, steps // 50)
    sums, found = 0.0, []
    for place, loss in enumerate(losses):
        sums += loss - (losses[place - width] if place >= width else 0.0)
        found.append(sums / min(place + 1, width))
    return found
