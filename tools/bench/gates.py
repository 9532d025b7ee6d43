"""What each gate of an LSTM is worth: one held open at a time, twenty seeds.

Every loss is compared with that of the whole cell of the same forget bias, pair by
pair: how many times as large it is, with the 95 % interval. Without its forget gate a
cell has no forget bias, so it stands in both comparisons.
"""

from helpers.ablation import ablation, times_worse
from tools.bench.measuring import Row, one_thread

SEEDS = range(20)
UNITS = {"drop": "squared error", "keep": "nats"}
BIASES = (0, 1, 3)
HELD = {"no forget gate": "f", "no input gate": "i", "no output gate": "o"}


@one_thread()
def rows():
    """Return a Row for each task, forget bias and gate held open."""
    return [row for task in UNITS for row in task_rows(task)]


def task_rows(task):
    """Return the rows of one task."""
    whole = {bias: ablation(task, bias=bias, seeds=SEEDS) for bias in BIASES}
    found = [row(task, f"whole, bias {bias}", losses) for bias, losses in whole.items()]
    open_for_ever = ablation(task, "f", seeds=SEEDS)
    for bias in BIASES[1:]:
        for name, gate in HELD.items():
            losses = open_for_ever if gate == "f" else ablation(task, gate, bias, SEEDS)
            found.append(row(task, f"{name}, bias {bias}", losses, whole[bias]))
    return found


def row(task, name, losses, whole=None):
    """Return the median loss and, beside the whole cell, how many times it is."""
    found = Row(
        f"{task}, {name}, {len(losses)} seeds", losses.median().item(), UNITS[task]
    )
    if whole is None:
        return found
    ratio, low, high = times_worse(losses, whole)
    worse = (losses > whole).sum().item()
    text = f"whole: times {low:.2g} to {high:.2g}, worse in {worse} of {len(losses)}"
    return found._replace(rival=text, ratio=ratio)
