"""The training loop, and what it writes down.

Notebook 06 builds the loop in full view. It may be stopped at any step: what was
learned stays learned, and a second call goes on where the first one ended.
"""

import math
import signal
import threading
import time
from contextlib import contextmanager
from itertools import islice

from torch.nn.utils import clip_grad_norm_
from torch.optim.lr_scheduler import LambdaLR


class History:
    """What a run of training writes down, step by step.

    Args:
        steps: how many steps the run has, 1 or more.
        evaluate: a function of nothing that returns a held-out loss, or None.
        every: how many steps lie between two evaluations.

    Attributes:
        losses: of the steps taken so far, a list of numbers.
        held_out: (step, loss) of every evaluation.
        seconds: how long the steps have taken, evaluations included.

    Raises:
        ValueError: if ``steps`` or ``every`` is less than 1.
    """

    def __init__(self, steps, evaluate=None, every=100):
        """Begin with no step taken."""
        if steps < 1 or every < 1:
            raise ValueError(f"steps and every must be 1 or more, got {steps}, {every}")
        self.steps, self.evaluate, self.every = steps, evaluate, every
        self.losses, self.held_out, self.seconds = [], [], 0.0

    @property
    def step(self):
        """How many steps have been taken."""
        return len(self.losses)

    @property
    def is_done(self):
        """Whether all steps have been taken."""
        return self.step == self.steps

    def open(self):
        """Begin to count the seconds."""
        self._tick = time.perf_counter()

    def add(self, loss):
        """Count a step with its loss; evaluate when it is time."""
        self.losses.append(loss)
        if self.evaluate and (self.step % self.every == 0 or self.is_done):
            self.held_out.append((self.step, float(self.evaluate())))
        now = time.perf_counter()
        self.seconds += now - self._tick
        self._tick = now

    def close(self):
        """Do nothing more; a curve that is shown is drawn for the last time."""


def train(optimizer, losses, history, clip=1.0, warmup=0.03):
    """Take one step for each loss until the history is full, or until told to stop.

    The stop button of the notebook ends the call after the step that is under way; a
    second press ends it within that step. The parameters keep what they have learned.
    The next call with the same optimizer, losses and history goes on from there.

    Args:
        optimizer: holds the parameters; the ``lr`` of a group is the highest it gets.
        losses: an iterator over losses, each one number in a tensor, which computes a
            loss when it is asked for it.
        history: a History, or a LearningCurve, which is shown; it says how many steps
            there are and counts them.
        clip: the largest norm of the gradient of all parameters together.
        warmup: the share of the steps in which the learning rate rises.
    """
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    scheduler = _scheduler(optimizer, history, warmup)
    try:
        history.open()
        with _stop_button() as stop:
            for loss in islice(losses, history.steps - history.step):
                optimizer.zero_grad()
                loss.backward()
                clip_grad_norm_(parameters, clip)
                optimizer.step()
                scheduler.step()
                history.add(loss.item())
                if stop.is_set():
                    break
    except KeyboardInterrupt:
        pass  # keep what was learned
    finally:
        history.close()


def _scheduler(optimizer, history, warmup):
    """Return the schedule of the learning rate, from the step where the run stands."""

    def factor(step):
        return warmup_cosine((step + 0.5) / history.steps, warmup)

    return LambdaLR(optimizer, factor, last_epoch=history.step - 1)


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


def warmup_cosine(share, warmup=0.03):
    """Return the learning rate as a part of its highest value.

    It rises in a straight line, then falls to 0 along half a wave of a cosine.

    Args:
        share: how much of the training is over, from 0; 1 and more is the end.
        warmup: the share in which it rises, above 0.

    Source: the cosine, Loshchilov & Hutter (2017).
    """
    share = min(share, 1.0)
    return min(1.0, share / warmup) * (1 + math.cos(math.pi * share)) / 2
