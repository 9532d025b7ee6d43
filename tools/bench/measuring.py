"""What the measurements share: a row of the table, one thread, rivals in turn."""

import contextlib
import time
from statistics import median
from typing import NamedTuple

import torch

NONE = "–"


class Row(NamedTuple):
    """One measurement."""

    name: str
    value: float | None  # None where there is none
    unit: str
    rival: str | None = None  # who it is compared with, and what that one needs
    ratio: float | None = None
    target: float | None = None
    sense: str = "<="  # the side of the target that is wanted, or ">="

    def columns(self):
        """Return what the table and the file show of it, texts and numbers by name."""
        shown = self._asdict()
        sense = shown.pop("sense")
        if self.target is not None:
            shown["target"] = f"{sense} {self.target}"
        return {**shown, "met": self.met()}

    def met(self):
        """Return "yes" or "no", or a dash where nothing can be said."""
        if self.target is None or self.value is None:
            return NONE
        is_low = self.sense == "<="
        is_met = self.value <= self.target if is_low else self.value >= self.target
        return "yes" if is_met else "no"


@contextlib.contextmanager
def one_thread():
    """Let torch work on one thread, and in the end on as many as before."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def seconds(call, clock=time.perf_counter):
    """Return how long a call without arguments takes on this clock."""
    begin = clock()
    call()
    return clock() - begin


class Comparison(NamedTuple):
    """Two calls that were measured in turn."""

    mine: float  # median, in seconds
    rival: float  # likewise
    ratio: float  # median of mine / rival


def compare(mine, rival, rounds, clock=time.perf_counter):
    """Measure two calls in turn, so that the machine's own drift cancels in the ratio.

    Args:
        mine, rival: functions without arguments.
        rounds: how often each is called.
        clock: such as ``time.process_time``, which counts all threads.

    Returns:
        Comparison.
    """
    found = [(seconds(mine, clock), seconds(rival, clock)) for _ in range(rounds)]
    ratios = [one / other for one, other in found]
    return Comparison(*map(median, zip(*found, strict=True)), median(ratios))
