"""The exercises of notebook 09."""

import torch
from torch import nn

from helpers.exercises.cases import candidate, gate, normal, step_of_cell
from helpers.exercises.exercise import Exercise, Mistake

NOTEBOOK = "09 · The LSTM"


HALF_LIFE = Exercise(
    id="09.1",
    title="How long does half of it last?",
    minutes=3,
    difficulty=1,
    points=1,
    name="half_life",
    cases=lambda: [(gate(5),), (torch.tensor([0.5, 0.9, 0.99], dtype=torch.float64),)],
    forbidden=("helpers.explorers.gates.half_life",),
    stub="""
def half_life(f):
    # f holds forget gates between 0 and 1, (N,), each held at its value for ever.
    # Return after how many steps half of the cell state is left, (N,), not rounded.
    ...
""",
    reference="""
def half_life(f):
    return torch.tensor(0.5).log() / f.log()
""",
    reason=(
        "After n steps f to the power of n is left, and f^n = ½ gives n = log ½ / log "
        "f. At f = 0.9 that is 6.6 steps, and at 0.99 it is 69, so a memory of "
        "hundreds of steps needs a forget gate very close to 1. The averages of "
        "notebooks 05 and 12 fade by the same rule."
    ),
    hints=(
        "After n steps the part f to the power of n is left. For which n is it 1/2?",
        "Take logarithms on both sides: n times the logarithm of f is the logarithm of "
        "one half.",
        "Divide the logarithm of 0.5 by `f.log()`.",
    ),
    mistakes=(
        Mistake(
            "After this many steps 1/e = 37 % is left, not a half. The logarithm of "
            "0.5 belongs on top.",
            edit=("torch.tensor(0.5).log()", "-1"),
        ),
        Mistake(
            "The sign is wrong, since a half-life is positive. The logarithm of one "
            "half is negative, just as that of f is.",
            edit=("torch.tensor(0.5).log()", "math.log(2)"),
        ),
        Mistake(
            "This takes the same amount away at every step. But a gate multiplies, so "
            "the less is left, the less it takes away: use logarithms.",
            edit=("return torch.tensor(0.5).log() / f.log()", "return 0.5 / (1 - f)"),
        ),
        Mistake(
            "The fraction is upside down: n = log(0.5) / log(f).",
            edit=("torch.tensor(0.5).log() / f.log()", "f.log() / math.log(0.5)"),
        ),
        Mistake(
            "This is the gate whose square is f. The exercise asks for the number of "
            "steps n with f to the power of n equal to 0.5.",
            edit=("torch.tensor(0.5).log() / f.log()", "f**0.5"),
        ),
    ),
)

BIAS_FOR = Exercise(
    id="09.10",
    title="A bias for a half-life",
    minutes=4,
    difficulty=2,
    points=1,
    name="bias_for",
    cases=lambda: [
        (torch.tensor([1.0, 2.0, 10.0, 1000.0], dtype=torch.float64),),
        (torch.tensor([0.7], dtype=torch.float64),),
    ],
    stub="""
def bias_for(n):
    # n holds half-lives in steps, (N,), all above 0.
    # Return the bias of a forget gate that keeps half for so long, (N,).
    ...
""",
    reference="""
def bias_for(n):
    f = 0.5 ** (1 / n)
    return (f / (1 - f)).log()
""",
    reason=(
        "The gate must satisfy f^n = ½, so f is the n-th root of one half, and the "
        "bias is the score whose sigmoid is f. For a long half-life it is close to "
        "log(n / log 2), so ten times the memory needs a bias that is larger by 2.3. "
        "Tallec and Ollivier (2018) start the forget gates of an LSTM in this way, "
        "with half-lives spread over all that a task may need."
    ),
    hints=(
        "First find the gate: which f, multiplied n times with itself, gives 1/2?",
        "It is the n-th root of one half, `0.5 ** (1 / n)`. Which score does the "
        "sigmoid turn into this f?",
        "Invert the sigmoid: f = 1 / (1 + exp(-b)) gives b = log(f / (1 - f)).",
    ),
    mistakes=(
        Mistake(
            "This is the gate itself, between 0 and 1. The exercise asks for the bias, "
            "the score that the sigmoid turns into it.",
            edit=("return (f / (1 - f)).log()", "return f"),
        ),
        Mistake(
            "The sigmoid is applied to the gate. It has to be inverted: the bias "
            "is log(f / (1 - f)).",
            edit=("(f / (1 - f)).log()", "f.sigmoid()"),
        ),
        Mistake(
            "The sign is wrong: a long half-life needs a gate near 1, and so a "
            "positive bias. f belongs on top of the fraction.",
            edit=("f / (1 - f)", "(1 - f) / f"),
        ),
        Mistake(
            "You let the gate take the same amount away at every step. But a gate "
            "multiplies, so after n steps f to the power of n is left.",
            edit=("0.5 ** (1 / n)", "1 - 0.5 / n"),
        ),
        Mistake(
            "After n steps with this gate 1/e is left, which is 37 % and not a half.",
            edit=("0.5 ** (1 / n)", "(-1 / n).exp()"),
        ),
    ),
)

UPDATE = Exercise(
    id="09.2",
    title="Update the cell state",
    minutes=3,
    difficulty=1,
    points=1,
    name="update",
    cases=lambda: [
        (
            gate(2, 3),
            gate(2, 3, seed=1),
            candidate(2, 3, seed=2),
            normal(2, 3, seed=3),
        ),
    ],
    gradient=True,
    stub="""
def update(i, f, g, c):
    # i and f are gates, g is the candidate, c the cell state before; all (B, H).
    # Return the new cell state, (B, H).
    ...
""",
    reference="""
def update(i, f, g, c):
    return f * c + i * g
""",
    reason=(
        "The forget gate says how much of the old cell state stays, and the input "
        "gate how much of the candidate is added. Because the old state is only "
        "multiplied by f, the gradient along c is multiplied only by f as well."
    ),
    hints=(
        "Follow the straight line on top of the drawing from left to right: one circle "
        "on it multiplies, and the next one adds.",
        "The forget gate multiplies what was there; the input gate multiplies what is "
        "new.",
        "Two products, added: one of `f` and `c`, one of `i` and `g`.",
    ),
    mistakes=(
        Mistake(
            "`f` and `i` are swapped: the forget gate `f` multiplies the old cell "
            "state, the input gate `i` the candidate.",
            edit=("f * c + i * g", "i * c + f * g"),
        ),
        Mistake(
            "The forget gate multiplies the candidate, where it should multiply the "
            "old cell state: `f * c`.",
            edit=("f * c", "f * g"),
        ),
        Mistake(
            "The forget gate is used the wrong way round. Near 1 it keeps: `f * c`, "
            "not `(1 - f) * c`.",
            edit=("f * c", "(1 - f) * c"),
        ),
        Mistake(
            "The candidate is multiplied by `1 - f`. That would couple the two gates, "
            "but in the LSTM the input gate `i` decides on its own.",
            edit=("i * g", "(1 - f) * g"),
        ),
        Mistake(
            "The input gate is missing, so the candidate is written at every step. It "
            "should be `i * g`.",
            edit=("i * g", "g"),
        ),
        Mistake(
            "The forget gate is missing, so nothing is ever dropped. It should be "
            "`f * c`.",
            edit=("f * c", "c"),
        ),
        Mistake(
            "`i`, `f` and `g` are squashed already: here they come as gates and "
            "candidate, not as scores, so they need no sigmoid and no tanh.",
            edit=("f * c + i * g", "f.sigmoid() * c + i.sigmoid() * g.tanh()"),
        ),
        Mistake(
            "On its way to the next step the cell state passes through no tanh, which "
            "is why its gradient survives. The tanh is only on the way to h.",
            edit=("f * c + i * g", "(f * c + i * g).tanh()"),
        ),
    ),
)

SHOW = Exercise(
    id="09.3",
    title="What the cell shows",
    minutes=4,
    difficulty=1,
    points=1,
    name="shown",
    cases=lambda: [
        (
            gate(2, 3),
            gate(2, 3, seed=1),
            candidate(2, 3, seed=2),
            gate(2, 3, seed=3),
            2 * normal(2, 3, seed=4),
        ),
    ],
    stub="""
def shown(i, f, g, o, c):
    # i, f and o are gates, g is the candidate, c the cell state BEFORE; all (B, H).
    # Return the new hidden state h, (B, H).
    ...
""",
    reference="""
def shown(i, f, g, o, c):
    c = f * c + i * g
    return o * c.tanh()
""",
    reason=(
        "The cell state may grow beyond 1, so tanh brings it back between −1 and 1 "
        "before the output gate decides how much of it is shown. What is not shown is "
        "not lost: it stays in c."
    ),
    hints=(
        "The output gate stands at the end: first update the cell state, then show it.",
        "h is the output gate times the squashed new cell state.",
        "`o` multiplies the `tanh` of the new c, which you know from 09.2.",
    ),
    mistakes=(
        Mistake(
            "The output is computed from the old cell state. Update `c` first, then "
            "show it.",
            edit=("    c = f * c + i * g\n", ""),
        ),
        Mistake(
            "The new cell state is not passed through tanh at the output. It may be "
            "any number, whereas h must stay between -1 and 1.",
            edit=("c.tanh()", "c"),
        ),
        Mistake(
            "The cell state passes through a sigmoid at the output. A sigmoid is never "
            "negative, but what h shows has a sign, so it needs a tanh.",
            edit=("c.tanh()", "c.sigmoid()"),
        ),
        Mistake(
            "The gates and the candidate are squashed already. Only the new cell state "
            "passes through a tanh here.",
            edits=[
                ("f * c + i * g", "f.sigmoid() * c + i.sigmoid() * g.tanh()"),
                ("o * c.tanh()", "o.sigmoid() * c.tanh()"),
            ],
        ),
        Mistake(
            "The tanh is taken after the output gate. It belongs to the cell state "
            "alone: `o * tanh(c)`.",
            edit=("o * c.tanh()", "(o * c).tanh()"),
        ),
        Mistake(
            "The output gate is missing, so everything is shown at every step.",
            edit=("o * c.tanh()", "c.tanh()"),
        ),
        Mistake(
            "`f` and `i` are swapped in the update of the cell state.",
            edit=("f * c + i * g", "i * c + f * g"),
        ),
        Mistake(
            "Your output gate shows the candidate, but it should show the new cell "
            "state.",
            edit=("c.tanh()", "g.tanh()"),
        ),
    ),
)

GATES = Exercise(
    id="09.4",
    title="Four rows of scores",
    minutes=6,
    difficulty=2,
    points=2,
    name="gates",
    cases=lambda: [(normal(2, 20),), (normal(4, 4, seed=1),)],
    stub="""
def gates(scores):
    # scores holds the scores of all gates, (B, 4H), stacked as torch stacks them.
    # Return i, f, g, o as a tuple, each (B, H).
    ...
""",
    reference="""
def gates(scores):
    i, f, g, o = scores.chunk(4, dim=1)
    return i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
""",
    reason=(
        "PyTorch stacks the four rows as i, f, g, o. The three gates need values "
        "between 0 and 1 and take the sigmoid; the candidate must be able to be "
        "negative and takes tanh. The GRU of notebook 10 stacks r, z, n."
    ),
    hints=(
        "torch stacks them in the order i, f, g, o.",
        "Three of them are gates, which lie between 0 and 1. One is a candidate, which "
        "lies between -1 and 1.",
        "`scores.chunk(4, dim=1)` cuts the scores into four. Then use `.sigmoid()` for "
        "the gates and `.tanh()` for the candidate.",
    ),
    mistakes=(
        Mistake(
            "`f` and `i` are swapped: torch stacks the input gate first, then the "
            "forget gate.",
            edit=("i, f, g, o", "f, i, g, o"),
        ),
        Mistake(
            "The gates are taken from the wrong rows: you read i, f, o, g, and torch "
            "stacks i, f, g, o.",
            edit=("i, f, g, o", "i, f, o, g"),
        ),
        Mistake(
            "The candidate `g` passes through a sigmoid, so nothing negative can ever "
            "be written. It takes a tanh.",
            edit=("g.tanh()", "g.sigmoid()"),
        ),
        Mistake(
            "The forget gate `f` passes through a tanh. A gate lies between 0 and 1, "
            "so it takes a sigmoid.",
            edit=("f.sigmoid()", "f.tanh()"),
        ),
        Mistake(
            "The input gate `i` passes through a tanh. A gate lies between 0 and 1, "
            "so it takes a sigmoid.",
            edit=("i.sigmoid()", "i.tanh()"),
        ),
        Mistake(
            "The output gate `o` passes through a tanh. A gate lies between 0 and 1, "
            "so it takes a sigmoid.",
            edit=("o.sigmoid()", "o.tanh()"),
        ),
        Mistake(
            "The gates are taken from the wrong rows: you took every fourth score. The "
            "first H scores belong to i, the next H to f, and so on.",
            edit=("scores.chunk(4, dim=1)", "scores.unflatten(1, (-1, 4)).unbind(2)"),
        ),
        Mistake(
            "These are still scores, which can be any number. The gates take a sigmoid "
            "and the candidate a tanh.",
            edit=("i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()", "i, f, g, o"),
        ),
    ),
)

STEP = Exercise(
    id="09.5",
    title="A whole step",
    minutes=12,
    difficulty=2,
    points=3,
    name="step",
    cases=lambda: [
        step_of_cell(4, 2, 3, 5, states=2, biases=1, seed=0),
        step_of_cell(4, 1, 2, 3, states=2, biases=1, seed=10),
    ],
    forbidden=("recurrent layers", "lstm_step"),
    gradient=True,
    stub="""
def step(x, h, c, weight_ih, weight_hh, bias):
    # x is (B, I); h and c from the step before are (B, H).
    # weight_ih is (4H, I), weight_hh (4H, H), bias (4H,); rows stacked i, f, g, o.
    # Return the new h and the new c as a tuple, each (B, H).
    ...
""",
    reference="""
def step(x, h, c, weight_ih, weight_hh, bias):
    scores = x @ weight_ih.T + h @ weight_hh.T + bias
    i, f, g, o = scores.chunk(4, dim=1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c
""",
    reason=(
        "All four parts come out of one matrix product, and then c and h are updated "
        "in this order, because h shows the *new* cell state. `nn.LSTMCell` computes "
        "the same, and 09.9 asks for it as a module."
    ),
    hints=(
        "There are three things to compute: the scores of all gates at once, the new "
        "cell state and the new hidden state. You have written the last two above.",
        "The scores are those of the plain RNN, only four times as wide: input, old "
        "hidden state and bias.",
        "`scores = x @ weight_ih.T + ...`, then 09.4, then 09.2, then 09.3.",
    ),
    mistakes=(
        Mistake(
            "Your gates read the cell state `c`, but they should read the hidden state "
            "`h`: `h @ weight_hh.T`.",
            edit=("h @ weight_hh.T", "c @ weight_hh.T"),
        ),
        Mistake(
            "`f` and `i` are swapped: the rows are stacked i, f, g, o.",
            edit=("i, f, g, o", "f, i, g, o"),
        ),
        Mistake(
            "The gates are taken from the wrong rows: you read i, f, o, g, but they "
            "are stacked i, f, g, o.",
            edit=("i, f, g, o", "i, f, o, g"),
        ),
        Mistake(
            "The output is computed from the old cell state, but h shows the new one.",
            edits=[
                ("c = f.sigmoid() * c", "new = f.sigmoid() * c"),
                ("c.tanh(), c", "c.tanh(), new"),
            ],
        ),
        Mistake(
            "The cell state is not passed through tanh at the output.",
            edit=("c.tanh()", "c"),
        ),
        Mistake(
            "The candidate `g` passes through a sigmoid, but it takes a tanh.",
            edit=("g.tanh()", "g.sigmoid()"),
        ),
        Mistake(
            "The forget gate passes through a tanh, but a gate takes a sigmoid.",
            edit=("f.sigmoid()", "f.tanh()"),
        ),
        Mistake(
            "Your forget gate multiplies the old hidden state `h`, but it should "
            "multiply the old cell state `c`.",
            edit=("f.sigmoid() * c", "f.sigmoid() * h"),
        ),
        Mistake(
            "The bias is added twice.",
            edit=("x @ weight_ih.T", "x @ weight_ih.T + bias"),
        ),
        Mistake(
            "The bias is missing from the scores.",
            edit=(
                "x @ weight_ih.T + h @ weight_hh.T + bias",
                "x @ weight_ih.T + h @ weight_hh.T",
            ),
        ),
        Mistake(
            "The two results are swapped: return first h and then c.",
            edit=("o.sigmoid() * c.tanh(), c", "c, o.sigmoid() * c.tanh()"),
        ),
    ),
)


def _bias_starts(set_forget_bias):
    """Return what is wrong with a function that sets the forget bias of a layer."""
    for size, wanted in ((3, 1.0), (4, -2.5)):
        torch.manual_seed(size)
        layer = nn.LSTM(2, size)
        weights = dict(layer.named_parameters())
        before = {name: w.detach().clone() for name, w in weights.items()}
        set_forget_bias(layer, wanted)
        after = dict(layer.named_parameters())
        if any(after.get(name) is not w for name, w in weights.items()):
            return REPLACED
        if not all(w.requires_grad for w in weights.values()):
            return FROZEN
        problem = _bias_problem(layer, before, wanted)
        if problem:
            return problem
    return None


def _bias_problem(layer, before, wanted):
    H = layer.hidden_size
    total = (layer.bias_ih_l0 + layer.bias_hh_l0).detach()
    old = before["bias_ih_l0"] + before["bias_hh_l0"]
    names = "i", "f", "g", "o"
    parts = dict(zip(names, total.chunk(4), strict=True))
    olds = dict(zip(names, old.chunk(4), strict=True))
    if any(
        (w.detach() != before[n]).any()
        for n, w in layer.named_parameters()
        if "weight" in n
    ):
        return WEIGHTS_CHANGED
    goal = torch.full((H,), wanted, dtype=total.dtype)
    if torch.allclose(parts["f"], goal, atol=1e-6):
        others = all(torch.equal(parts[n], olds[n]) for n in "igo")
        return None if others else OTHER_ROWS
    biases = layer.bias_ih_l0[H : 2 * H], layer.bias_hh_l0[H : 2 * H]
    set_so = [torch.allclose(one.detach(), goal) for one in biases]
    if all(set_so):
        return TWICE
    if torch.equal(parts["f"], olds["f"]):
        moved = [n for n in "igo" if not torch.equal(parts[n], olds[n])]
        return WRONG_ROWS.format(letter=moved[0]) if moved else NOTHING_SET
    if torch.isclose(parts["f"], goal, atol=1e-6).any():
        return SOME_ROWS
    return LEFT_OVER if any(set_so) else OTHER_NUMBER


TWICE = (
    "Both biases are set, and the scores hold their sum, so the forget gate gets twice "
    "the bias. Set one to the number and the other to 0."
)
WRONG_ROWS = (
    "You have set the rows of `{letter}`. Rows are stacked i, f, g, o, so those of the "
    "forget gate go from H to 2H."
)
OTHER_ROWS = "Rows that do not belong to the forget gate were changed too."
LEFT_OVER = (
    "The other bias still holds its random initial numbers, and they are added on top. "
    "Set one bias to the number and the other one to 0, in the rows of f."
)
SOME_ROWS = (
    "Some units have the bias now and others have not. Each unit has a forget gate, so "
    "set all rows from H to 2H."
)
OTHER_NUMBER = (
    "In the rows of the forget gate the two biases together do not make the number "
    "that is asked for."
)
NOTHING_SET = "The forget gate's rows hold what they held before, so nothing was set."
REPLACED = (
    "A parameter of the layer was replaced by a new one. An optimizer that knows the "
    "old one would no longer train it, so change the numbers inside the old one."
)
FROZEN = (
    "The layer cannot be trained any more, because `requires_grad` of a parameter is "
    "off. Use `with torch.no_grad():` and leave it on."
)
WEIGHTS_CHANGED = "A weight matrix was changed, but only biases should be."

BIAS = Exercise(
    id="09.6",
    title="Open the forget gate",
    minutes=8,
    difficulty=2,
    points=2,
    name="set_forget_bias",
    verify=_bias_starts,
    forbidden=("helpers.gates.open_forget_gates",),
    stub="""
def set_forget_bias(layer, bias):
    # layer is an nn.LSTM with one layer. Change it so that the scores of its forget
    # gates contain exactly this bias, a float, and nothing else changes.
    # Return nothing.
    ...
""",
    reference="""
def set_forget_bias(layer, bias):
    H = layer.hidden_size
    with torch.no_grad():
        layer.bias_ih_l0[H : 2 * H] = bias
        layer.bias_hh_l0[H : 2 * H] = 0
""",
    reason=(
        "PyTorch adds two bias vectors, so one of them takes the number and the other "
        "must be zero. The forget gate is the second of the four blocks, rows H to "
        "2H. In the experiments of Jozefowicz, Zaremba & Sutskever (2015) a bias of 1 "
        "alone closed the gap between the LSTM and the GRU."
    ),
    hints=(
        "Which of the 4H rows belong to the forget gate? The order is i, f, g, o.",
        "torch adds two biases, `bias_ih_l0` and `bias_hh_l0`. What must the second "
        "one be, so that the sum is what you want?",
        "Inside `with torch.no_grad():` assign to the rows `H : 2 * H` of both: the "
        "number to one, 0 to the other.",
    ),
    mistakes=(
        Mistake(
            TWICE,
            edit=(
                "layer.bias_hh_l0[H : 2 * H] = 0",
                "layer.bias_hh_l0[H : 2 * H] = bias",
            ),
        ),
        Mistake(LEFT_OVER, edit=("        layer.bias_hh_l0[H : 2 * H] = 0\n", "")),
        Mistake(
            SOME_ROWS,
            edits=[
                ("layer.bias_ih_l0[H : 2 * H]", "layer.bias_ih_l0[H]"),
                ("layer.bias_hh_l0[H : 2 * H]", "layer.bias_hh_l0[H]"),
            ],
        ),
        Mistake(
            OTHER_NUMBER,
            edit=("bias_ih_l0[H : 2 * H] = bias", "bias_ih_l0[H : 2 * H] = 2 * bias"),
        ),
        Mistake(
            WRONG_ROWS.format(letter="i"),
            edits=[
                ("layer.bias_ih_l0[H : 2 * H]", "layer.bias_ih_l0[:H]"),
                ("layer.bias_hh_l0[H : 2 * H]", "layer.bias_hh_l0[:H]"),
            ],
        ),
        Mistake(
            WRONG_ROWS.format(letter="g"),
            edits=[
                ("layer.bias_ih_l0[H : 2 * H]", "layer.bias_ih_l0[2 * H : 3 * H]"),
                ("layer.bias_hh_l0[H : 2 * H]", "layer.bias_hh_l0[2 * H : 3 * H]"),
            ],
        ),
        Mistake(
            OTHER_ROWS,
            edits=[
                ("layer.bias_ih_l0[H : 2 * H]", "layer.bias_ih_l0[:]"),
                ("layer.bias_hh_l0[H : 2 * H]", "layer.bias_hh_l0[:]"),
            ],
        ),
        Mistake(
            FROZEN,
            code="""
def set_forget_bias(layer, bias):
    H = layer.hidden_size
    for part in (layer.bias_ih_l0, layer.bias_hh_l0):
        part.requires_grad_(False)
        part[H : 2 * H] = bias / 2
""",
        ),
        Mistake(
            REPLACED,
            code="""
def set_forget_bias(layer, bias):
    H = layer.hidden_size
    new = torch.cat([torch.zeros(H), torch.full((H,), bias), torch.zeros(2 * H)])
    layer.bias_ih_l0 = torch.nn.Parameter(new)
""",
        ),
        Mistake(
            NOTHING_SET,
            code="""
def set_forget_bias(layer, bias):
    H = layer.hidden_size
    layer.bias_ih_l0.detach().clone()[H : 2 * H] = bias
""",
        ),
    ),
)

STRAIGHT = Exercise(
    id="09.7",
    title="The gradient along the straight line",
    minutes=12,
    difficulty=3,
    points=3,
    name="along_the_line",
    cases=lambda: [
        (gate(6, 3),),
        (gate(4, 2, seed=1),),
        (gate(1, 2, seed=2),),
        # One cannot divide by a gate that is shut.
        (torch.tensor([[0.5, 0.0], [0.0, 0.8], [0.9, 0.6]], dtype=torch.float64),),
    ],
    stub="""
def along_the_line(f):
    # f holds the forget gates of steps 1 to T, (T, H).
    # Return a tensor, (T + 1, H): in row t the derivative of c_T with respect to c_t,
    # unit by unit, for t = 0 to T, with all gates and candidates held fixed.
    ...
""",
    reference="""
def along_the_line(f):
    products = f.flip(0).cumprod(0).flip(0)
    return torch.cat([products, torch.ones_like(f[:1])])
""",
    reason=(
        "Along the cell state, ∂c_T/∂c_t is the product of the forget gates after "
        "step t, and for t = T the product is empty and equals 1. Compare it with the "
        "product of Jacobians in notebook 08: neither a weight matrix nor a slope is "
        "in it."
    ),
    hints=(
        "With everything else held fixed, c_t = f_t c_{t-1} + something. What is the "
        "derivative of c_T with respect to c_{T-1}, and to c_{T-2}?",
        "Row t is the product of the gates of steps t + 1 to T. Row T is an empty "
        "product, so it is 1.",
        "`cumprod` multiplies from the front, so turn the time axis with `flip(0)` "
        "before and after it, and put a row of ones at the end.",
    ),
    mistakes=(
        Mistake(
            "You multiplied from the front: this is the derivative of c_t with respect "
            "to c_0. The exercise asks for that of c_T with respect to c_t.",
            edit=(
                "[products, torch.ones_like(f[:1])]",
                "[torch.ones_like(f[:1]), f.cumprod(0)]",
            ),
        ),
        Mistake(
            "The row of ones belongs at the end, because the derivative of c_T with "
            "respect to itself is 1.",
            edit=(
                "[products, torch.ones_like(f[:1])]",
                "[torch.ones_like(f[:1]), products]",
            ),
        ),
        Mistake(
            "The gates are added, but the chain rule multiplies the factors of the "
            "steps.",
            edits=[
                ("cumprod", "cumsum"),
                ("torch.ones_like", "torch.zeros_like"),
            ],
        ),
        Mistake(
            "The factor is the gate `f` itself, not the slope of its sigmoid, because "
            "the cell state is multiplied by the gate and does not enter its sigmoid.",
            edit=("f.flip(0)", "(f * (1 - f)).flip(0)"),
        ),
        Mistake(
            "The time axis is still reversed: after the products it must be turned "
            "back, so that row 0 holds the product of all gates.",
            edit=("f.flip(0).cumprod(0).flip(0)", "f.flip(0).cumprod(0)"),
        ),
        Mistake(
            "The last row is 0, but the derivative of c_T with respect to itself is 1.",
            edit=("torch.ones_like(f[:1])", "torch.zeros_like(f[:1])"),
        ),
        Mistake(
            "Row T is missing: there are T + 1 states, and the last derivative is 1.",
            edit=("torch.cat([products, torch.ones_like(f[:1])])", "products"),
        ),
        Mistake(
            "Each row is one gate short: row t needs those of steps t + 1 to T, and "
            "yours begin with step t + 2.",
            edit=("[products,", "[products[1:], torch.ones_like(f[:1]),"),
        ),
        Mistake(
            "You divide by gates. That works for open ones, but a gate can be 0, and "
            "0 / 0 is nan. Multiply from the end, and nothing has to be divided.",
            edit=(
                "torch.cat([products, torch.ones_like(f[:1])])",
                "f.prod(0) / torch.cat([torch.ones_like(f[:1]), f.cumprod(0)])",
            ),
        ),
    ),
)

BROKEN = Exercise(
    id="09.8",
    title="Which gate is stuck?",
    minutes=3,
    difficulty=2,
    points=1,
    name="stuck",
    stub="""
# A trained LSTM stores a number and shows it when asked. One gate breaks and stands at
# 1 from then on. Now it shows, when asked, the sum of ALL candidates since the last
# store, and it is silent when not asked. Which gate is it?
#   "a"  the forget gate
#   "b"  the input gate
#   "c"  the output gate
#   "d"  none of them: the candidate is stuck
stuck = ...
""",
    reference='stuck = "b"',
    reason=(
        "An input gate held at 1 writes every candidate. The forget gate still clears "
        "the cell at a store, and the output gate still keeps it silent until it is "
        "asked."
    ),
    hints=(
        "Ask for each gate what the cell would do if that gate were always open.",
        "The cell is silent when not asked, so one of the gates works. It starts anew "
        "at each store, so another one works too.",
        "Candidates between two stores get in. Which gate should keep them out?",
    ),
    mistakes=(
        Mistake(
            "With the forget gate at 1 nothing is ever dropped: the sum would go back "
            "to the very first store.",
            code='stuck = "a"',
        ),
        Mistake(
            "With the output gate at 1 the cell would answer at every step, but it is "
            "silent when not asked.",
            code='stuck = "c"',
        ),
        Mistake(
            "If the candidate were stuck, the same number would be stored each time. "
            "Here all the candidates get in, and something should have kept them out.",
            code='stuck = "d"',
        ),
    ),
)

CELL = Exercise(
    id="09.9",
    title="The LSTM as a module",
    minutes=15,
    difficulty=2,
    points=3,
    name="LSTM",
    build=lambda layer: layer(3, 5),
    cases=lambda: [
        (normal(6, 4, 3),),
        (normal(1, 2, 3, seed=1),),
        (normal(9, 1, 3, seed=2),),
    ],
    forbidden=("recurrent layers",),
    gradient=True,
    stub="""
class LSTM(nn.Module):
    # Not allowed: a recurrent layer or cell of PyTorch or of helpers.
    def __init__(self, input_size, hidden_size):
        super().__init__()
        # Make four parameters with these names and any numbers in them, rows stacked
        # i, f, g, o: weight_ih, (4H, I), weight_hh, (4H, H), bias_ih and bias_hh,
        # (4H,) each.
        ...

    def forward(self, x):
        # x is (T, B, I). Begin with h and c at zero; return the hidden states of all
        # steps, (T, B, H), and the last cell state, (B, H).
        ...
""",
    reference="""
class LSTM(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.weight_ih = nn.Parameter(torch.randn(4 * hidden_size, input_size))
        self.weight_hh = nn.Parameter(torch.randn(4 * hidden_size, hidden_size))
        self.bias_ih = nn.Parameter(torch.randn(4 * hidden_size))
        self.bias_hh = nn.Parameter(torch.randn(4 * hidden_size))

    def forward(self, x):
        h = x.new_zeros(x.shape[1], self.hidden_size)
        c = torch.zeros_like(h)
        states = []
        for x_t in x:
            scores = x_t @ self.weight_ih.T + self.bias_ih
            scores = scores + h @ self.weight_hh.T + self.bias_hh
            i, f, g, o = scores.chunk(4, dim=1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
            states.append(h)
        return torch.stack(states), c
""",
    reason=(
        "The parameters are made once and used at every step, and two things are "
        "carried along: c, which is only scaled and added to, and h, which shows a "
        "part of it. `nn.LSTM` computes the same with the same stack of rows, whereas "
        "the GRU of exercise 10.8 makes do with h."
    ),
    hints=(
        "The parameters are those of 06.9, four times as tall. The step is that of "
        "09.5.",
        "Begin with `h = x.new_zeros(x.shape[1], H)` and the same for c, loop over "
        "the first axis of x, and collect every h in a list.",
        "In the loop: the scores from x_t and h with both biases, `chunk(4, dim=1)`, "
        "the new c, the new h, `states.append(h)`; at the end `torch.stack`.",
    ),
    mistakes=(
        Mistake(
            "The rows are taken in another order, but PyTorch stacks i, f, g, o.",
            edit=("i, f, g, o = scores", "f, i, g, o = scores"),
        ),
        Mistake(
            "Your h shows the cell state itself, but between c and the output gate "
            "there is a tanh.",
            edit=("o.sigmoid() * c.tanh()", "o.sigmoid() * c"),
        ),
        Mistake(
            "The candidate `g` goes through a sigmoid, so it can never be negative. It "
            "needs a tanh.",
            edit=("g.tanh()", "g.sigmoid()"),
        ),
        Mistake(
            "The forget gate is missing: the old cell state is kept whole, so nothing "
            "is ever dropped.",
            edit=("f.sigmoid() * c +", "c +"),
        ),
        Mistake(
            "The hidden state is never carried on, because h of the step before does "
            "not enter the scores.",
            edit=(
                "scores + h @ self.weight_hh.T + self.bias_hh",
                "scores + self.bias_hh",
            ),
        ),
        Mistake(
            "`bias_hh` exists but is never added, whereas PyTorch adds both biases.",
            edit=("h @ self.weight_hh.T + self.bias_hh", "h @ self.weight_hh.T"),
        ),
        Mistake(
            "The last hidden state is returned where the last cell state is asked for.",
            edit=("torch.stack(states), c", "torch.stack(states), h"),
        ),
        Mistake(
            "Only the last hidden state is returned, (B, H). Keep the state of every "
            "step and stack them.",
            edit=("torch.stack(states), c", "h, c"),
        ),
    ),
)
