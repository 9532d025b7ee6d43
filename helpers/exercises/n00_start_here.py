"""The exercise of notebook 00, and the model for those of all others."""

import torch

from helpers.exercises.exercise import Exercise, Mistake

NOTEBOOK = "00 · Start here"


def _step_cases():
    """Return h, x and w: a few round numbers, then two batches at random."""
    generator = torch.Generator().manual_seed(0)
    return [
        (torch.tensor(0.5), torch.tensor(1.0), torch.tensor(0.9)),
        (torch.tensor(-1.0), torch.tensor(0.0), torch.tensor(2.0)),
        *(tuple(torch.randn(3, 2, 4, generator=generator)) for _ in range(2)),
    ]


STEP = Exercise(
    id="00.1",
    title="One step of memory",
    minutes=1,
    difficulty=1,
    points=1,
    name="step",
    cases=_step_cases,
    stub="""
def step(h, x, w):
    # Return the new h: tanh of the sum of w times h and x.
    ...
""",
    reference="""
def step(h, x, w):
    return torch.tanh(w * h + x)
""",
    hints=(
        "The new state has two parts: what is kept of the old one, `w * h`, and the "
        "input `x`. Add them before anything else.",
        "`torch.tanh` squeezes a number into the range from -1 to 1. It goes around "
        "the whole sum.",
        "One line is enough: `return torch.tanh(... + x)`, with one product in place "
        "of the dots.",
    ),
    mistakes=(
        Mistake(
            "The sum is right, but `tanh` is missing around it. Without it the state "
            "grows without bound when `w` is above 1.",
            edit=("torch.tanh(w * h + x)", "w * h + x"),
        ),
        Mistake(
            "Here `w` multiplies the input `x`. It should multiply the old state `h`: "
            "`w` says how much of the past is kept.",
            edit=("w * h + x", "w * x + h"),
        ),
        Mistake(
            "Here `w` multiplies the input too. It should multiply the old state `h` "
            "alone; mind the brackets.",
            edit=("w * h + x", "w * (h + x)"),
        ),
        Mistake(
            "Here `w` is added to the old state. It should multiply it: `w * h`.",
            edit=("w * h", "w + h"),
        ),
        Mistake(
            "Here `tanh` squeezes the old state only. It belongs around the whole sum.",
            edit=("torch.tanh(w * h + x)", "w * torch.tanh(h) + x"),
        ),
        Mistake(
            "Here `tanh` ends too early: the input `x` belongs inside its brackets.",
            edit=("torch.tanh(w * h + x)", "torch.tanh(w * h) + x"),
        ),
    ),
)
