"""The exercises of notebook 00, the first of which is the model for all others."""

import torch

from helpers.exercises.cases import normal
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
    reason=(
        "The weight decides how much of the old state is kept, the input is added, "
        "and tanh keeps the sum between -1 and 1. Every recurrent network of this "
        "course is a variation on this line; in notebook 06 the numbers become "
        "vectors."
    ),
    hints=(
        "The new state has two parts: what is kept of the old state, `w * h`, and the "
        "input `x`. Add them before you do anything else.",
        "`torch.tanh` squeezes a number into the range from -1 to 1. It belongs around "
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
            "Here `tanh` squeezes the old state alone. It belongs around the whole "
            "sum.",
            edit=("torch.tanh(w * h + x)", "w * torch.tanh(h) + x"),
        ),
        Mistake(
            "Here `tanh` ends too early: the input `x` belongs inside its brackets.",
            edit=("torch.tanh(w * h + x)", "torch.tanh(w * h) + x"),
        ),
    ),
)


RUN = Exercise(
    id="00.2",
    title="A whole sequence of taps",
    minutes=4,
    difficulty=1,
    points=1,
    name="run",
    cases=lambda: [
        (torch.tensor([1.0, 0.0, 0.0, -0.5]), torch.tensor(1.3)),
        (normal(6), torch.tensor(-0.8)),
        (normal(1, seed=1), torch.tensor(0.5)),
    ],
    stub="""
def run(x, w):
    # Start from the state 0, and let each h be tanh of w times the h before, plus x[t].
    # Return the states of all steps, (T,).
    ...
""",
    reference="""
def run(x, w):
    h = torch.tensor(0.0)
    states = []
    for t in range(len(x)):
        h = torch.tanh(w * h + x[t])
        states.append(h)
    return torch.stack(states)
""",
    reason=(
        "The loop carries one number, and that number is all that the next step is "
        "told about the past. Notebook 06 writes the same loop with vectors, and "
        "notebook 07 walks back through it."
    ),
    hints=(
        "Look at `remember` above. What changes is where the input of a step comes "
        "from: `x[t]` instead of a tap.",
        "Put the new state back into `h`, so that the next turn of the loop finds it, "
        "and append it to a list.",
        "`torch.stack(states)` turns a list of T numbers into a tensor of shape (T,).",
    ),
    mistakes=(
        Mistake(
            "Only the last state comes back. All of them are asked for: collect them "
            "in a list, and stack it.",
            edit=("return torch.stack(states)", "return h"),
        ),
        Mistake(
            "Every state is computed from the state 0: the new state is never put back "
            "into `h`, so that nothing is remembered.",
            edit=(
                "h = torch.tanh(w * h + x[t])\n        states.append(h)",
                "states.append(torch.tanh(w * h + x[t]))",
            ),
        ),
        Mistake(
            "Each state is written down before it is renewed, so the list begins with "
            "the 0 from before the first step and lacks the last state.",
            edit=(
                "h = torch.tanh(w * h + x[t])\n        states.append(h)",
                "states.append(h)\n        h = torch.tanh(w * h + x[t])",
            ),
        ),
        Mistake(
            "Here `w` multiplies the input. It should multiply the old state: `w` says "
            "how much of the past is kept.",
            edit=("w * h + x[t]", "h + w * x[t]"),
        ),
        Mistake(
            "The sum is right, but `tanh` is missing around it.",
            edit=("torch.tanh(w * h + x[t])", "w * h + x[t]"),
        ),
        Mistake(
            "Here `tanh` ends too early: the input `x[t]` belongs inside its brackets.",
            edit=("torch.tanh(w * h + x[t])", "torch.tanh(w * h) + x[t]"),
        ),
        Mistake(
            "Every step reads the first input, `x[0]`. Step `t` should read `x[t]`.",
            edit=("x[t]", "x[0]"),
        ),
        Mistake(
            "The sequence is read from right to left. Step 0 comes first.",
            edit=("range(len(x))", "reversed(range(len(x)))"),
        ),
        Mistake(
            "The first state is the first input itself. Start from the state 0, so "
            "that the first input is squeezed like all others.",
            edits=[
                ("torch.tensor(0.0)\n    states = []", "x[0]\n    states = [h]"),
                ("range(len(x))", "range(1, len(x))"),
            ],
        ),
    ),
)
