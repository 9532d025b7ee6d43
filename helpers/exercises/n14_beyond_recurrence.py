"""The exercises of notebook 14."""

import torch

from helpers.exercises.cases import gate, normal
from helpers.exercises.exercise import Exercise, Mistake, alike

NOTEBOOK = "14 · Beyond recurrence"


COMBINE = Exercise(
    id="14.1",
    title="Two steps in one",
    minutes=4,
    difficulty=1,
    points=1,
    name="merge",
    cases=lambda: [tuple(normal(3, seed=k) for k in range(4))],
    forbidden=("helpers.scans.combine",),
    gradient=True,
    stub="""
def merge(first_a, first_b, second_a, second_b):
    # A step turns h into a * h + b. All four are (N,): N pairs of steps.
    # Return a and b of the one step that equals the first, then the second.
    ...
""",
    reference="""
def merge(first_a, first_b, second_a, second_b):
    return first_a * second_a, second_a * first_b + second_b
""",
    reason=(
        "Two linear steps in a row are one linear step: its factor is a product, and "
        "its input is the earlier input, multiplied by the later factor, plus the "
        "later input. Because this merging is associative, the steps may be grouped "
        "in any way, which is all that a scan needs."
    ),
    hints=(
        "Write down the second step, and put the first one in place of its h.",
        "You get second_a * (first_a * h + first_b) + second_b. Multiply out.",
        "What stands before h is the new a, a product. What is left is the new b, in "
        "which only one of the two inputs is multiplied.",
    ),
    mistakes=(
        Mistake(
            "The order is reversed: this is the second step, then the first. The "
            "earlier input `first_b` passes through the later factor `second_a`.",
            edit=("second_a * first_b + second_b", "first_a * second_b + first_b"),
        ),
        Mistake(
            "The earlier input passes through the second step too, so it is multiplied "
            "by `second_a`.",
            edit=("second_a * first_b", "first_b"),
        ),
        Mistake(
            "The factors are added. A state that is scaled twice is scaled by the "
            "product.",
            edit=("first_a * second_a", "first_a + second_a"),
        ),
        Mistake(
            "The earlier input is multiplied by its own factor. But that factor is "
            "applied before the input comes in; only `second_a` is still to come.",
            edit=("second_a * first_b", "first_a * first_b"),
        ),
        Mistake(
            "The later input comes in after the last factor, so nothing multiplies "
            "`second_b`.",
            edit=("second_a * first_b + second_b", "second_a * (first_b + second_b)"),
        ),
        Mistake(
            "The inputs are multiplied by each other. Inputs are added; only factors "
            "multiply.",
            edit=("second_a * first_b + second_b", "first_b * second_b"),
        ),
    ),
)

ROUND = Exercise(
    id="14.2",
    title="One round of the scan",
    minutes=10,
    difficulty=2,
    points=2,
    name="one_round",
    cases=lambda: [
        (normal(6, 2), normal(6, 2, seed=1), 1),
        (normal(7, 1, seed=2), normal(7, 1, seed=3), 4),
        (normal(4, 3, seed=4), normal(4, 3, seed=5), 2),
        (normal(3, 2, seed=6), normal(3, 2, seed=7), 3),  # no step is so far back
    ],
    forbidden=("helpers.scans.scan_rounds", "helpers.scans.hillis_steele_scan"),
    stub="""
def one_round(a, b, shift):
    # a and b are (T, H). Every step takes in what is `shift` steps before it;
    # the first `shift` steps stay as they are.
    # Return the new a and the new b, (T, H) each.
    ...
""",
    reference="""
def one_round(a, b, shift):
    new_a = a[shift:] * a[:-shift]
    new_b = a[shift:] * b[:-shift] + b[shift:]
    return torch.cat([a[:shift], new_a]), torch.cat([b[:shift], new_b])
""",
    reason=(
        "In a round every step is merged with the one `shift` steps before it, so "
        "that it covers twice as many steps. Eleven rounds are therefore enough for "
        "2,048 steps, where the loop takes 2,048."
    ),
    hints=(
        "`a[shift:]` are the steps that take something in, and `a[:-shift]`, which are "
        "as many, is what each of them takes in.",
        "What is taken in is the earlier step, and the step itself is the later one, "
        "so combine the two as in 14.1.",
        "Put the untouched first rows in front of what you have found, with "
        "`torch.cat`, for a and for b. Compute both before you overwrite either.",
    ),
    mistakes=(
        Mistake(
            "The order is reversed. The step itself is the later one, so its factor "
            "`a[shift:]` multiplies the earlier `b[:-shift]`.",
            edit=(
                "a[shift:] * b[:-shift] + b[shift:]",
                "a[:-shift] * b[shift:] + b[:-shift]",
            ),
        ),
        Mistake(
            "`roll` brings the end round to the beginning, so the first steps take in "
            "the future. They must stay as they are.",
            code="""
def one_round(a, b, shift):
    return a * a.roll(shift, 0), a * b.roll(shift, 0) + b
""",
        ),
        Mistake(
            "The new `a` is used to make the new `b`. Both are made from the factors "
            "of the round before.",
            edits=[
                (
                    "new_b = a[shift:] * b[:-shift] + b[shift:]",
                    """a = torch.cat([a[:shift], new_a])
    new_b = a[shift:] * b[:-shift] + b[shift:]""",
                ),
                ("return torch.cat([a[:shift], new_a]), torch", "return a, torch"),
            ],
        ),
        Mistake(
            "The factors are left as they were. After this round a row stands for more "
            "steps, so its factor is the product of two.",
            edit=("torch.cat([a[:shift], new_a])", "a"),
        ),
        Mistake(
            "You look one step back in every round. A round must look `shift` steps "
            "back, because what is nearer has been taken in already.",
            code="""
def one_round(a, b, shift):
    new_a = a[1:] * a[:-1]
    new_b = a[1:] * b[:-1] + b[1:]
    return torch.cat([a[:1], new_a]), torch.cat([b[:1], new_b])
""",
        ),
        Mistake(
            "The earlier input passes through the factor of the later step, so "
            "`a[shift:]` multiplies `b[:-shift]`.",
            edit=("a[shift:] * b[:-shift]", "b[:-shift]"),
        ),
        Mistake(
            "The rows are overwritten while others still need them, so some take in "
            "what this round has made. Compute all from the old rows.",
            code="""
def one_round(a, b, shift):
    a, b = a.clone(), b.clone()
    for t in range(shift, len(a)):
        b[t] = a[t] * b[t - shift] + b[t]
        a[t] = a[t] * a[t - shift]
    return a, b
""",
        ),
        Mistake(
            "Every step takes in what comes *after* it. What comes later must not act "
            "on what was before, so look `shift` steps back.",
            code="""
def one_round(a, b, shift):
    new_a = a[:-shift] * a[shift:]
    new_b = a[:-shift] * b[shift:] + b[:-shift]
    return torch.cat([new_a, a[-shift:]]), torch.cat([new_b, b[-shift:]])
""",
        ),
    ),
)


def _parity_problem(factors):
    """Return what is wrong with factors and inputs that are to compute parity."""
    for bits in ([1.0, 0, 1, 1, 0, 1], [0.0, 0, 1, 0, 1, 1, 1], [1.0] * 9, [0.0] * 3):
        bits = torch.tensor(bits, dtype=torch.float64)
        a, b = factors(bits)
        if not (torch.is_tensor(a) and torch.is_tensor(b)):
            return NOT_TENSORS
        if a.shape != bits.shape or b.shape != bits.shape:
            return WRONG_SHAPE.format(T=len(bits), a=tuple(a.shape), b=tuple(b.shape))
        h, states = bits.new_zeros(()), []
        for a_t, b_t in zip(a, b, strict=True):
            h = a_t * h + b_t
            states.append(h)
        states, wanted = torch.stack(states), bits.cumsum(0) % 2
        if not torch.allclose(states, wanted):
            return _which_slip(bits, states, a, b)
        for bit in (0, 1):  # each a_t and b_t from the bit of its own step
            for numbers in (a[bits == bit], b[bits == bit]):
                if (numbers != numbers[:1]).any():
                    return LOOKED_ASIDE
    return None


def _which_slip(bits, states, a, b):
    if torch.allclose(states, bits.cumsum(0)):
        return COUNTED
    if torch.allclose(states, bits):
        return LAST_BIT
    if (states == 0).all():
        return NOTHING
    if torch.allclose(states, bits.cummax(0).values):
        return LATCHED
    if torch.allclose(states, (1 - bits).cumsum(0) % 2):
        return ZEROS
    if (states < 0).any() and (a[bits == 0] < 0).any():
        return TURNED_ALWAYS
    for bit, text in ((0, AT_A_ZERO), (1, AT_A_ONE)):
        own_a, own_b = a[bits == bit], b[bits == bit]
        right = (own_a == 1 - 2 * bit) & (own_b == bit)
        if len(own_a) and not right.any():
            return text.format(a=own_a[0].item() + 0, b=own_b[0].item() + 0)  # no -0
    return OTHER.format(
        bits=[int(bit) for bit in bits],
        states=[round(h, 3) for h in states.tolist()],
        wanted=[int(bit) for bit in bits.cumsum(0) % 2],
    )


NOT_TENSORS = "Return two torch tensors, `a` and `b`."
WRONG_SHAPE = "a and b must have one number for each bit, ({T},); got {a} and {b}."
COUNTED = (
    "The factor is 1 at every step, so the state counts the ones. At a one it must "
    "turn over instead, so that h becomes 1 - h."
)
LAST_BIT = "The factor is 0: the state is the last bit, and the past is dropped."
NOTHING = (
    "The input b is 0 at every step, so the state never leaves 0. Changing its sign "
    "does nothing to a zero; to turn h into 1 - h you need an input too."
)
LATCHED = (
    "Once the state is 1 it stays 1. A second one must bring it back to 0, and for "
    "that the factor at a one has to be negative."
)
ZEROS = "The state turns over at every zero. It must turn over at every one."
TURNED_ALWAYS = (
    "Some states are negative, because the sign changes at a zero too. A zero must "
    "leave the state as it is, with a = 1 and b = 0."
)
LOOKED_ASIDE = (
    "The states are right, but a and b are made from more than the bit of their own "
    "step, so the parity was there before the recurrence ran. What must one bit alone "
    "do to h?"
)
AT_A_ZERO = (
    "At a zero your factor a is {a:g} and your input b is {b:g}. A zero must leave the "
    "state as it is: which a and b do that?"
)
AT_A_ONE = (
    "At a one your factor a is {a:g} and your input b is {b:g}. A one must turn the "
    "state over, from h to 1 - h: which a and b do that?"
)
OTHER = "For the bits {bits} your states are {states}; the parity is {wanted}."

PARITY = Exercise(
    id="14.3",
    title="Parity with a linear recurrence",
    minutes=8,
    difficulty=2,
    points=2,
    name="factors",
    verify=_parity_problem,
    stub="""
def factors(bits):
    # bits are zeros and ones, (T,), float. From h_0 = 0 runs h_t = a_t h_{t-1} + b_t.
    # Return a and b, (T,) each, a_t and b_t from bits[t] alone, so that h_t is 1 where
    # the ones so far are odd, else 0.
    ...
""",
    reference="""
def factors(bits):
    return 1 - 2 * bits, bits
""",
    reason=(
        "At a one, h becomes 1 − h, so the factor is −1. No gate between 0 and 1 can "
        "do that, but a linear recurrence whose factors may be negative can, and it "
        "never fades, because −1 has size 1."
    ),
    hints=(
        "What must a zero do to h, and what must a one do to it?",
        "A zero leaves h alone: a = 1, b = 0. A one turns 0 into 1 and 1 into 0: which "
        "straight line does that?",
        "At a one h becomes 1 - h, so a is -1 and b is 1. Write both as straight lines "
        "in the bit.",
    ),
    mistakes=(
        Mistake(COUNTED, edit=("1 - 2 * bits", "torch.ones_like(bits)")),
        Mistake(LAST_BIT, edit=("1 - 2 * bits", "0 * bits")),
        Mistake(NOTHING, edit=("1 - 2 * bits, bits", "1 - 2 * bits, 0 * bits")),
        Mistake(LATCHED, edit=("2 * bits", "bits")),
        Mistake(ZEROS, edit=("1 - 2 * bits, bits", "2 * bits - 1, 1 - bits")),
        Mistake(TURNED_ALWAYS, edit=("1 - 2 * bits", "-torch.ones_like(bits)")),
        *alike(
            LOOKED_ASIDE,
            ("1 - 2 * bits, bits", "torch.zeros_like(bits), bits.cumsum(0) % 2"),
            (
                "return 1 - 2 * bits, bits",
                """parity = bits.cumsum(0) % 2
    return torch.ones_like(bits), parity.diff(prepend=parity[:1] * 0)""",
            ),
        ),
        Mistake(AT_A_ZERO.format(a=0.0, b=0.0), edit=("1 - 2 * bits", "-bits")),
        Mistake(AT_A_ONE.format(a=2.0, b=1.0), edit=("1 - 2 * bits", "1 + bits")),
    ),
)

EIGENVALUE = Exercise(
    id="14.4",
    title="An eigenvalue to order",
    minutes=6,
    difficulty=2,
    points=2,
    name="eigenvalue",
    cases=lambda: [
        (
            torch.tensor([3.0, 100.0], dtype=torch.float64),
            torch.tensor([10.57, 12.0], dtype=torch.float64),
        ),
    ],
    stub="""
def eigenvalue(half_life, period):
    # Both are in steps, (N,).
    # Return the complex numbers, (N,), whose powers fade to a half in half_life steps
    # and go round once, counter-clockwise, in period steps.
    ...
""",
    reference="""
def eigenvalue(half_life, period):
    return torch.polar(0.5 ** (1 / half_life), 2 * math.pi / period)
""",
    reason=(
        "The radius to the power of the half-life must be one half, and the angle "
        "times the period must be a full turn. A state space model has many such "
        "numbers, each with its own memory and its own rhythm, where the AR(2) of "
        "notebook 03 had one pair."
    ),
    hints=(
        "A complex number has a radius and an angle. The half-life decides the radius, "
        "and the period decides the angle.",
        "The radius to the power of the half-life is 0.5. The angle times the period "
        "is a full turn.",
        "`torch.polar(radius, angle)` makes the number; the angle is in radians, a "
        "full turn is 2 * math.pi.",
    ),
    mistakes=(
        Mistake(
            "After a half-life your powers are down to 1/e = 0.37, not to a half. The "
            "radius is `0.5 ** (1 / half_life)`.",
            edit=("0.5 ** (1 / half_life)", "(-1 / half_life).exp()"),
        ),
        Mistake(
            "The angle lacks its full turn. After `period` steps it must be 2π, not 1.",
            edit=("2 * math.pi", "1"),
        ),
        Mistake(
            "The angle is in degrees, but torch expects radians, in which a full turn "
            "is 2π.",
            edit=("2 * math.pi", "360"),
        ),
        Mistake(
            "It goes round clockwise. A positive angle is counter-clockwise.",
            edit=("2 * math.pi", "-2 * math.pi"),
        ),
        Mistake(
            "The radius fades along a straight line. Each step multiplies, so take the "
            "root: `0.5 ** (1 / half_life)`.",
            edit=("0.5 ** (1 / half_life)", "1 - 0.5 / half_life"),
        ),
        Mistake(
            "This radius is what is left of 1 after half_life halvings. You need the "
            "number whose half_life-th power is 0.5, which is a root.",
            edit=("1 / half_life", "half_life"),
        ),
        Mistake(
            "Every step halves, but it must take `half_life` steps, so the radius is "
            "`0.5 ** (1 / half_life)`.",
            edit=("0.5 ** (1 / half_life)", "0.5 * torch.ones_like(half_life)"),
        ),
        Mistake(
            "Radius and angle are used as real and imaginary part. `torch.polar` makes "
            "a complex number of the two.",
            edit=("torch.polar", "torch.complex"),
        ),
    ),
)

ATTENTION = Exercise(
    id="14.5",
    title="Causal attention",
    minutes=10,
    difficulty=2,
    points=3,
    name="attend",
    cases=lambda: [
        (normal(5, 4), normal(5, 4, seed=1), normal(5, 3, seed=2)),
        (normal(3, 9, seed=3), normal(3, 9, seed=4), normal(3, 3, seed=5)),
        (normal(1, 4, seed=6), normal(1, 4, seed=7), normal(1, 2, seed=8)),
        # A score of 0 must be masked like any other.
        (torch.zeros(4, 2), normal(4, 2, seed=9), normal(4, 3, seed=10)),
    ],
    forbidden=(
        "attention",
        "helpers.scans.causal_attention",
        "helpers.scans.attention_weights",
    ),
    gradient=True,
    stub="""
def attend(q, k, v):
    # Queries and keys are (T, H), values are (T, V).
    # Return for each step the values up to it, averaged by softmax weights, (T, V).
    ...
""",
    reference="""
def attend(q, k, v):
    scores = q @ k.T / math.sqrt(q.shape[1])
    later = torch.ones_like(scores).triu(1).bool()
    return scores.masked_fill(later, -math.inf).softmax(1) @ v
""",
    reason=(
        "Each query is compared with every key up to its own time, and the softmax "
        "turns the scores into weights that sum to 1. Later keys get a score of minus "
        "infinity and hence weight 0, so all steps can be trained at once although "
        "none of them may look ahead."
    ),
    hints=(
        "All scores are one matrix product, (T, T). Its row t holds the products of "
        "query t with every key.",
        "Divide by the root of H. Then put minus infinity where the column is later "
        "than the row, before the softmax.",
        "`torch.ones_like(scores).triu(1).bool()` is true above the diagonal; "
        "`masked_fill` takes it. Softmax goes along each row.",
    ),
    mistakes=(
        Mistake(
            "The mask is missing, so a step sees the steps after it.",
            edit=("scores.masked_fill(later, -math.inf)", "scores"),
        ),
        Mistake(
            "The scores are not divided by the root of H.",
            edit=("q @ k.T / math.sqrt(q.shape[1])", "q @ k.T"),
        ),
        Mistake(
            "The scores are divided by H, but it should be the root of H.",
            edit=("math.sqrt(q.shape[1])", "q.shape[1]"),
        ),
        Mistake(
            "The softmax goes down the columns, so the weights of each *key* sum to 1. "
            "Those of each query must, so it goes along the rows, dimension 1.",
            edit=(
                "scores.masked_fill(later, -math.inf).softmax(1)",
                "scores.masked_fill(later, -math.inf).softmax(0)",
            ),
        ),
        Mistake(
            "The mask comes after the softmax, so the weights that are left no longer "
            "sum to 1. Mask the scores, with minus infinity.",
            edit=(
                "scores.masked_fill(later, -math.inf).softmax(1)",
                "scores.softmax(1).tril()",
            ),
        ),
        Mistake(
            "A masked score of 0 still gets a weight, since exp(0) is 1. It must be "
            "minus infinity.",
            edit=(
                "scores.masked_fill(later, -math.inf)",
                "scores.masked_fill(later, 0)",
            ),
        ),
        Mistake(
            "Queries and keys are swapped. Row t must belong to query t.",
            edit=("q @ k.T", "k @ q.T"),
        ),
        Mistake(
            "The mask begins one diagonal too late, so a step sees the next one. "
            "`triu(1)` keeps all that is above the diagonal.",
            edit=("torch.ones_like(scores).triu(1)", "torch.ones_like(scores).triu(2)"),
        ),
    ),
)

BACKWARD = Exercise(
    id="14.6",
    title="Backwards is a scan too",
    minutes=20,
    difficulty=3,
    points=3,
    name="gradients",
    cases=lambda: [
        (gate(5, 2), normal(5, 2, seed=1), normal(5, 2, seed=2)),
        (gate(4, 1, seed=3), normal(4, 1, seed=4), normal(4, 1, seed=5)),
        (gate(1, 3, seed=6), normal(1, 3, seed=7), normal(1, 3, seed=8)),
        (gate(4, 2, seed=9).round(), normal(4, 2, seed=10), normal(4, 2, seed=11)),
    ],
    forbidden=("autograd",),
    stub="""
def gradients(a, states, grad_states):
    # A recurrence h_t = a_t h_{t-1} + b_t has run from h_0 = 0. a holds its factors,
    # states h_1 to h_T, grad_states what the loss passes directly to each of them; all
    # (T, H). Return the gradients with respect to a and to b, (T, H) each.
    ...
""",
    reference="""
def gradients(a, states, grad_states):
    total, totals = torch.zeros_like(a[0]), []
    for t in reversed(range(len(a))):
        total = grad_states[t] + total
        totals.append(total)
        total = a[t] * total
    grad_b = torch.stack(totals[::-1])
    before = torch.cat([torch.zeros_like(states[:1]), states[:-1]])
    return grad_b * before, grad_b
""",
    reason=(
        "The gradient of a linear recurrence obeys a linear recurrence itself, which "
        "runs from the end with the same factors. So the backward pass is a scan as "
        "well, and nothing is left in training that has to wait step by step. With "
        "Jacobians in place of the factors, the same holds for a tanh network."
    ),
    hints=(
        "Let g_t be the whole gradient with respect to h_t. One part comes directly, "
        "and one by way of h_{t+1}. With which factor does the second one come?",
        "g_t = grad_states_t + a_{t+1} g_{t+1}, a linear recurrence that runs "
        "backwards. A loop from the end is good enough here.",
        "b_t is added to h_t, so its gradient is g_t. a_t is multiplied by h_{t-1}, so "
        "shift the states by one and put the zeros of h_0 in front.",
    ),
    mistakes=(
        Mistake(
            "The gradient that comes from h_{t+1} passes through the factor of step "
            "t + 1. You took `a[t]`.",
            edits=[
                ("grad_states[t] + total", "grad_states[t] + a[t] * total"),
                ("        total = a[t] * total\n", ""),
            ],
        ),
        Mistake(
            "The factor `a_t` multiplies the state before, h_{t-1}. You took h_t.",
            edit=("grad_b * before", "grad_b * states"),
        ),
        Mistake(
            "Only the direct part of the gradient is counted. Each state also acts on "
            "the loss through all the states after it.",
            edit=("torch.stack(totals[::-1])", "grad_states"),
        ),
        Mistake(
            "The recurrence runs forwards. A gradient comes from later steps, so begin "
            "at the end.",
            edits=[
                ("reversed(range(len(a)))", "range(len(a))"),
                ("grad_states[t] + total", "grad_states[t] + a[t] * total"),
                ("        total = a[t] * total\n", ""),
                ("totals[::-1]", "totals"),
            ],
        ),
        Mistake(
            "The factors are missing. What comes from a later step is multiplied by "
            "the factor of that step.",
            edit=("        total = a[t] * total\n", ""),
        ),
        Mistake(
            "The rows run from the last step to the first. Reverse them before you use "
            "them.",
            edit=("totals[::-1]", "totals"),
        ),
        Mistake(
            "`roll` puts the last state in front. Before the first step comes h_0, "
            "which is 0.",
            edit=("grad_b * before", "grad_b * states.roll(1, 0)"),
        ),
        Mistake(
            "The two results are swapped. The gradient with respect to a comes first.",
            edit=("grad_b * before, grad_b", "grad_b, grad_b * before"),
        ),
        Mistake(
            "What comes from h_{t+1} is right, but what the loss passes to h_t "
            "directly is multiplied too. Only the part from the next step passes a "
            "factor.",
            edits=[
                (
                    "total = grad_states[t] + total",
                    "total = a[t + 1] * (grad_states[t] + total) if t + 1 < len(a) "
                    "else grad_states[t]",
                ),
                ("        total = a[t] * total\n", ""),
            ],
        ),
        Mistake(
            "The factor `a_t` multiplies the state before, h_{t-1}. You took the one "
            "after.",
            edits=[
                (
                    "torch.zeros_like(states[:1]), states[:-1]",
                    "states[1:], torch.zeros_like(states[:1])",
                )
            ],
        ),
        Mistake(
            "The recurrence runs forwards. A gradient comes from later steps, so begin "
            "at the end.",
            edits=[
                ("reversed(range(len(a)))", "range(len(a))"),
                (
                    "grad_states[t] + total",
                    "grad_states[t] + (a[t - 1] * total if t else 0)",
                ),
                ("        total = a[t] * total\n", ""),
                ("totals[::-1]", "totals"),
            ],
        ),
    ),
)

CHOICE = Exercise(
    id="14.7",
    title="Which layer for the watch?",
    minutes=3,
    difficulty=2,
    points=1,
    name="layer",
    stub="""
# A watch counts laps: a button press turns "running" on and off, and a press in the
# first second after a start is ignored. It reads 100 numbers a second for days, has a
# few kilobytes of memory, and training sequences are short. Which do you try first?
#   "a"  attention over everything so far: it can look everything up
#   "b"  one state space layer with fixed eigenvalues: it trains by convolution
#   "c"  a GRU or LSTM: its state is small, and its gates see it
#   "d"  one minGRU: its gates lie between 0 and 1, and it trains by a scan
#   "e"  a naive model, one set of weights for every time step
#   "f"  an autoregressive model of the last 100 numbers: it needs no state at all
layer = ...
""",
    reference='layer = "c"',
    reason=(
        "What a press does depends on the state it meets, and that takes a gate that "
        "reads h. The small memory rules out a cache that grows, and short training "
        "sequences make the loop cheap. Whether a GRU trained on them holds out for "
        "days must be tested, as our parity was tested beyond its training."
    ),
    hints=(
        "Put two questions to each: what must be kept in memory after a day, and can "
        "the effect of a press depend on the state?",
        "One of them keeps every step, and two of them cannot let the state decide "
        "what an input does.",
        "The loop makes training slow only when sequences are long. Here they are "
        "short.",
    ),
    mistakes=(
        Mistake(
            "Its cache grows with every number, and days of them do not fit into a few "
            "kilobytes.",
            code='layer = "a"',
        ),
        Mistake(
            "With fixed eigenvalues the answer to a press is the same whatever came "
            "before. Here it depends on the state.",
            code='layer = "b"',
        ),
        Mistake(
            "Its gate reads the input alone and lies between 0 and 1. Turning on and "
            "off by the same button is parity, which it could not carry on.",
            code='layer = "d"',
        ),
        Mistake(
            "It would need a weight for every time step, for days of them, and "
            "notebook 02 showed what becomes of that.",
            code='layer = "e"',
        ),
        Mistake(
            "The last 100 numbers are one second. Whether the watch is running was "
            "decided minutes or hours before.",
            code='layer = "f"',
        ),
    ),
)

CACHE = Exercise(
    id="14.8",
    title="How large is the cache?",
    minutes=5,
    difficulty=1,
    points=1,
    name="cache_bytes",
    cases=lambda: [(3, 5, 7, 12, 4, 11), (1, 4096, 32, 32, 8, 128)],
    stub="""
def cache_bytes(conversations, tokens, layers, query_heads, groups, head_size):
    # Several conversations of as many tokens each. Every layer has query_heads heads;
    # they share their keys and values in so many groups. A number takes 2 bytes.
    # Return the bytes of all keys and values, a number.
    ...
""",
    reference="""
def cache_bytes(conversations, tokens, layers, query_heads, groups, head_size):
    numbers = 2 * groups * head_size
    return conversations * tokens * layers * numbers * 2
""",
    reason=(
        "Each token leaves a key and a value in every group of every layer. Queries "
        "are used once and not kept, so their number of heads does not matter, which "
        "is why sharing keys and values makes the cache smaller."
    ),
    hints=(
        "Begin with one token in one layer: how many vectors of head_size does it "
        "leave behind?",
        "A key and a value for each group. The queries are not kept.",
        "Multiply by the layers, the tokens, the conversations, and 2 bytes a number.",
    ),
    mistakes=(
        Mistake(
            "You count a key and a value for each query head. Heads of one group share "
            "theirs, so count the groups.",
            edit=("2 * groups", "2 * query_heads"),
        ),
        Mistake(
            "This is half of it. A token leaves a key *and* a value, and each of their "
            "numbers takes 2 bytes.",
            edit=("2 * groups", "groups"),
        ),
        Mistake(
            "The layers are missing. Each has its own keys and values.",
            edit=("tokens * layers", "tokens"),
        ),
        Mistake(
            "The conversations are missing. Each has a past of its own.",
            edit=("conversations * tokens", "tokens"),
        ),
        Mistake(
            "The queries are counted too. A query is used at its own step and never "
            "again, so nothing keeps it.",
            edit=("2 * groups * head_size", "(2 * groups + query_heads) * head_size"),
        ),
        Mistake(
            "The length is squared. The weights of attention are T × T, but they are "
            "not kept; the cache grows with T.",
            edit=("conversations * tokens", "conversations * tokens**2"),
        ),
    ),
)

TANGENTS = Exercise(
    id="14.9",
    title="A tangent at every step",
    minutes=8,
    difficulty=2,
    points=2,
    name="tangents",
    cases=lambda: [
        (normal(5, 2).tanh(), normal(2, seed=1), normal(5, 2, seed=2)),
        (normal(1, 3, seed=3), normal(3, seed=4), normal(1, 3, seed=5)),
        (0.0 * normal(4, 1), normal(1, seed=6), normal(4, 1, seed=7)),
    ],
    stub="""
def tangents(guess, w, x):
    # H single units, h_t = tanh(w h_{t-1} + x_t) from h_0 = 0. guess and x are (T, H),
    # a guess of h_1 to h_T and the inputs; w is (H,), a weight for each unit.
    # Return a and b, (T, H) each, of the linear recurrence that touches the units
    # at the guess.
    ...
""",
    reference="""
def tangents(guess, w, x):
    before = torch.cat([torch.zeros_like(guess[:1]), guess[:-1]])
    f = torch.tanh(w * before + x)
    a = w * (1 - f**2)
    return a, f - a * before
""",
    reason=(
        "The tangent has the value and the slope of the tanh at the guess of the state "
        "before. Where the guess is right, it therefore gives back the right state, "
        "and one scan over all tangents improves every state at once."
    ),
    hints=(
        "h_t depends on h_{t-1}, so the point at which to take the tangent is the "
        "guess one step earlier, with 0 in front.",
        "The slope of tanh(w h + x) with respect to h is w (1 - tanh(...)²), and that "
        "is a.",
        "The line must go through the point: a times the guess before, plus b, is the "
        "tanh there. Solve for b.",
    ),
    mistakes=(
        Mistake(
            "The tangent is taken at the guess of h_t itself. h_t depends on h_{t-1}, "
            "so shift the guess by one step, with h_0 = 0 in front.",
            edit=("torch.cat([torch.zeros_like(guess[:1]), guess[:-1]])", "guess"),
        ),
        Mistake(
            "The input is the value at the guess, but the line must go *through* that "
            "point: subtract a times the guess before.",
            edit=("f - a * before", "f"),
        ),
        Mistake(
            "The slope lacks the factor w. By the chain rule, what is inside the tanh "
            "grows w times as fast as h.",
            edit=("w * (1 - f**2)", "1 - f**2"),
        ),
        Mistake(
            "The slope is that of a line without a tanh. It is w times 1 - tanh².",
            edit=("w * (1 - f**2)", "w * torch.ones_like(f)"),
        ),
        Mistake(
            "The slope of tanh is 1 minus the *square* of the tanh.",
            edit=("1 - f**2", "1 - f"),
        ),
        Mistake(
            "`roll` puts the last guess in front. Before the first step comes h_0, "
            "which is 0.",
            edit=(
                "torch.cat([torch.zeros_like(guess[:1]), guess[:-1]])",
                "guess.roll(1, 0)",
            ),
        ),
        Mistake(
            "The sign is wrong. The line goes through the point if b is the value "
            "there *minus* a times the guess before.",
            edit=("f - a * before", "f + a * before"),
        ),
    ),
)

LINEAR = Exercise(
    id="14.10",
    title="One step of linear attention",
    minutes=6,
    difficulty=2,
    points=2,
    name="attend_step",
    cases=lambda: [
        (normal(4, 3), normal(4, seed=1), normal(4, seed=2), normal(3, seed=3)),
        (normal(3, 3, seed=4), *(normal(3, seed=5 + n) for n in range(3))),
    ],
    forbidden=("attention", "helpers.scans.linear_attention"),
    gradient=True,
    stub="""
def attend_step(state, q, k, v):
    # The query and the key are (H,), the value is (V,). The state is (H, V), the sum
    # of k v^T over all earlier steps. Take in the key and the value of this step, then
    # let the query read. Return the new state, (H, V), and the answer, (V,).
    ...
""",
    reference="""
def attend_step(state, q, k, v):
    state = state + torch.outer(k, v)
    return state, q @ state
""",
    reason=(
        "Without a softmax the query can be taken out of the sum over the past, and "
        "what remains is a matrix that grows by one outer product a step. So linear "
        "attention is a recurrence with the factor 1, and its memory has a fixed size."
    ),
    hints=(
        "Key and value make a matrix of the size of the state, with the product of "
        "every number of k with every number of v.",
        "That matrix is `torch.outer(k, v)`. Add it to the state before you read, "
        "because a step may look at itself.",
        "The answer is the query times the new state, (H,) with (H, V).",
    ),
    mistakes=(
        Mistake(
            "The query reads before the key and the value of this step are in the "
            "state. A step may look at itself, so write first.",
            code="""
def attend_step(state, q, k, v):
    return state + torch.outer(k, v), q @ state
""",
        ),
        Mistake(
            "The old state is overwritten. What this step brings is *added* to it.",
            edit=("state + torch.outer(k, v)", "torch.outer(k, v)"),
        ),
        Mistake(
            "The query is written into the state in place of the key.",
            edit=("torch.outer(k, v)", "torch.outer(q, v)"),
        ),
        Mistake(
            "The key reads in place of the query.",
            edit=("q @ state", "k @ state"),
        ),
        Mistake(
            "The answer is made from the value of this step alone. The query must read "
            "the whole past, which is in the state.",
            edit=("q @ state", "(q @ k) * v"),
        ),
        Mistake(
            "The old state is returned in place of the new one. The next step must "
            "find what this one has written.",
            code="""
def attend_step(state, q, k, v):
    return state, q @ (state + torch.outer(k, v))
""",
        ),
    ),
)
