"""The exercises of notebook 10."""

import torch

from helpers.exercises.cases import candidate, gate, normal, step_of_cell
from helpers.exercises.exercise import Exercise, Mistake

NOTEBOOK = "10 · The GRU"


def _derivative_case(batch, seed):
    """Return r, z, n, h, u_r, u_z, u_n and b_n of a layer with one unit."""
    gates = gate(batch, seed=seed), gate(batch, seed=seed + 1)
    states = candidate(batch, seed=seed + 2), candidate(batch, seed=seed + 3)
    return *gates, *states, *(normal(batch, seed=seed + k) for k in (4, 5, 6, 7))


BLEND = Exercise(
    id="10.1",
    title="One gate for two",
    minutes=3,
    difficulty=1,
    points=1,
    name="blend",
    cases=lambda: [
        (gate(2, 3), candidate(2, 3, seed=1), candidate(2, 3, seed=2)),
    ],
    forbidden=("torch.lerp",),
    gradient=True,
    stub="""
def blend(z, n, h):
    # z is the update gate, n the candidate, h the hidden state before; all (B, H).
    # Return the new hidden state, (B, H).
    ...
""",
    reference="""
def blend(z, n, h):
    return (1 - z) * n + z * h
""",
    reason=(
        "What is kept and what is written share one whole, so z near 1 keeps the old "
        "state and z near 0 replaces it. Here z multiplies the *old* state, as in "
        "PyTorch; papers write it both ways, which 10.4 returns to."
    ),
    hints=(
        "The two shares add up to 1. Which of the two numbers gets the share z?",
        "A gate near 1 keeps: z belongs to the old state.",
        "Two products, added: `z` times the old state, and what is left of 1 times the "
        "candidate.",
    ),
    mistakes=(
        Mistake(
            "`z` and `1 - z` are swapped: in torch an update gate near 1 keeps the old "
            "state.",
            edit=("return (1 - z) * n + z * h", "return z * n + (1 - z) * h"),
        ),
        Mistake(
            "The candidate is not multiplied by `1 - z`: what is kept must make room "
            "for what is written.",
            edit=("(1 - z) * n", "n"),
        ),
        Mistake(
            "The old state is not multiplied by `z`: nothing is ever dropped.",
            edit=("z * h", "h"),
        ),
        Mistake(
            "Both are multiplied by `z`. The candidate gets the other share, `1 - z`.",
            edit=("(1 - z) * n + z * h", "z * (n + h)"),
        ),
        Mistake(
            "The new state passes through one tanh too many: a blend of two numbers "
            "between -1 and 1 stays there by itself.",
            edit=("(1 - z) * n + z * h", "((1 - z) * n + z * h).tanh()"),
        ),
        Mistake(
            "The candidate passes through a tanh again; `n` has been through one "
            "already.",
            edit=("(1 - z) * n", "(1 - z) * n.tanh()"),
        ),
    ),
)

GATES = Exercise(
    id="10.2",
    title="Three rows of scores, twice",
    minutes=7,
    difficulty=2,
    points=2,
    name="gates",
    cases=lambda: [
        (normal(2, 12), normal(2, 12, seed=1)),
        (normal(4, 3, seed=2), normal(4, 3, seed=3)),
    ],
    stub="""
def gates(from_x, from_h):
    # from_x, (B, 3H), holds what the input adds to all scores, its bias included;
    # from_h, (B, 3H), what the hidden state adds. Both are stacked as torch does it.
    # Return r, z and n as a tuple, each (B, H).
    ...
""",
    reference="""
def gates(from_x, from_h):
    x_r, x_z, x_n = from_x.chunk(3, dim=1)
    h_r, h_z, h_n = from_h.chunk(3, dim=1)
    r = (x_r + h_r).sigmoid()
    return r, (x_z + h_z).sigmoid(), (x_n + r * h_n).tanh()
""",
    reason=(
        "The reset gate multiplies only what comes from h, and it does so after the "
        "matrix product, as in PyTorch and cuDNN. In the paper of 2014 it multiplies "
        "h before the product, which then has to wait for r; in this order all three "
        "products with h are one."
    ),
    hints=(
        "torch stacks them in the order r, z, n.",
        "Cut both into three. The gates add their two parts and take a sigmoid; the "
        "candidate needs r before it can add.",
        "`from_x.chunk(3, dim=1)` cuts into three; r and z first, then n, whose part "
        "from h is multiplied by r.",
    ),
    mistakes=(
        Mistake(
            "The gates are taken from the wrong rows: you read z, r, n, and torch "
            "stacks r, z, n.",
            edits=[
                ("x_r, x_z, x_n", "x_z, x_r, x_n"),
                ("h_r, h_z, h_n", "h_z, h_r, h_n"),
            ],
        ),
        Mistake(
            "The gates are taken from the wrong rows: you took every third score. The "
            "first H scores belong to r, the next H to z, the last to n.",
            edits=[
                ("from_x.chunk(3, dim=1)", "from_x.unflatten(1, (-1, 3)).unbind(2)"),
                ("from_h.chunk(3, dim=1)", "from_h.unflatten(1, (-1, 3)).unbind(2)"),
            ],
        ),
        Mistake(
            "The candidate reads the hidden state unreset: its two parts may not be "
            "added before `r` has multiplied the one from h.",
            edit=("x_n + r * h_n", "x_n + h_n"),
        ),
        Mistake(
            "The reset gate multiplies the input's part of the candidate too. It "
            "closes only the way from the hidden state.",
            edit=("x_n + r * h_n", "r * (x_n + h_n)"),
        ),
        Mistake(
            "The candidate `n` passes through a sigmoid: it takes a tanh.",
            edit=("(x_n + r * h_n).tanh()", "(x_n + r * h_n).sigmoid()"),
        ),
        Mistake(
            "The reset gate `r` passes through a tanh. A gate lies between 0 and 1: "
            "sigmoid.",
            edit=("(x_r + h_r).sigmoid()", "(x_r + h_r).tanh()"),
        ),
        Mistake(
            "The update gate `z` passes through a tanh. A gate lies between 0 and 1: "
            "sigmoid.",
            edit=("(x_z + h_z).sigmoid()", "(x_z + h_z).tanh()"),
        ),
        Mistake(
            "The reset gate multiplies the input's part of the candidate. It "
            "closes the way from the hidden state.",
            edit=("x_n + r * h_n", "r * x_n + h_n"),
        ),
        Mistake(
            "The right three in another order: r comes first, then z.",
            edit=(
                "r, (x_z + h_z).sigmoid(), (x_n + r * h_n).tanh()",
                "(x_z + h_z).sigmoid(), r, (x_n + r * h_n).tanh()",
            ),
        ),
        Mistake(
            "The candidate hears the old state through the update gate. That one has "
            "its turn in the blend; `r` stands here.",
            edit=("r * h_n", "(x_z + h_z).sigmoid() * h_n"),
        ),
    ),
)

STEP = Exercise(
    id="10.3",
    title="A whole step",
    minutes=12,
    difficulty=2,
    points=3,
    name="step",
    cases=lambda: [step_of_cell(3, 2, 3, 4, seed=0), step_of_cell(3, 1, 2, 3, seed=10)],
    forbidden=("recurrent layers", "gru_step"),
    gradient=True,
    stub="""
def step(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    # x is (B, I); h from the step before is (B, H). weight_ih is (3H, I), weight_hh
    # (3H, H), both biases are (3H,); rows stacked r, z, n.
    # Return the new h, (B, H), as torch.nn.GRU makes it.
    ...
""",
    reference="""
def step(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    x_r, x_z, x_n = (x @ weight_ih.T + bias_ih).chunk(3, dim=1)
    h_r, h_z, h_n = (h @ weight_hh.T + bias_hh).chunk(3, dim=1)
    r, z = (x_r + h_r).sigmoid(), (x_z + h_z).sigmoid()
    n = (x_n + r * h_n).tanh()
    return (1 - z) * n + z * h
""",
    reason=(
        "Two matrix products give everything, and the new state is a blend of the old "
        "one and the candidate. There is no cell state and no output gate: a GRU "
        "shows all that it remembers."
    ),
    hints=(
        "Compute the scores in two parts, one from x and one from h, and cut each into "
        "three. First come the gates, then the candidate, and the blend is last.",
        "Keep the two parts apart until r is known: r multiplies the candidate's part "
        "from h, with its bias.",
        "Start with `x_r, x_z, x_n = (x @ weight_ih.T + bias_ih).chunk(3, dim=1)` and "
        "the same for h.",
    ),
    mistakes=(
        Mistake(
            "The reset comes before the product, `U (r h)`, as in the paper of 2014. "
            "torch has it after the product: `r (U h + b)`.",
            code="""
def step(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    u_r, u_z, u_n = weight_hh.chunk(3)
    b_r, b_z, b_n = bias_hh.chunk(3)
    x_r, x_z, x_n = (x @ weight_ih.T + bias_ih).chunk(3, dim=1)
    r, z = (x_r + h @ u_r.T + b_r).sigmoid(), (x_z + h @ u_z.T + b_z).sigmoid()
    n = (x_n + (r * h) @ u_n.T + b_n).tanh()
    return (1 - z) * n + z * h
""",
        ),
        Mistake(
            "The bias of the reset path stands outside the gate: `r` multiplies "
            "`U h + b`, so the candidate's part of `bias_hh` belongs inside.",
            edits=[
                ("x @ weight_ih.T + bias_ih", "x @ weight_ih.T + bias_ih + bias_hh"),
                ("h @ weight_hh.T + bias_hh", "h @ weight_hh.T"),
            ],
        ),
        Mistake(
            "`z` and `1 - z` are swapped: in torch an update gate near 1 keeps the old "
            "state.",
            edit=("return (1 - z) * n + z * h", "return z * n + (1 - z) * h"),
        ),
        Mistake(
            "The gates are taken from the wrong rows: you read z, r, n; they are "
            "stacked r, z, n.",
            edits=[
                ("x_r, x_z, x_n", "x_z, x_r, x_n"),
                ("h_r, h_z, h_n", "h_z, h_r, h_n"),
            ],
        ),
        Mistake(
            "The candidate reads the hidden state unreset: `r` is never used.",
            edit=("x_n + r * h_n", "x_n + h_n"),
        ),
        Mistake(
            "The candidate passes through a sigmoid: it takes a tanh.",
            edit=("(x_n + r * h_n).tanh()", "(x_n + r * h_n).sigmoid()"),
        ),
        Mistake(
            "The update gate passes through a tanh: a gate takes a sigmoid.",
            edit=("(x_z + h_z).sigmoid()", "(x_z + h_z).tanh()"),
        ),
        Mistake(
            "The old state is missing from the blend: `z` multiplies `h`, not the "
            "candidate.",
            edit=("z * h", "z * n"),
        ),
        Mistake(
            "`bias_hh` is missing: torch adds a bias to both parts of the scores.",
            edit=("h @ weight_hh.T + bias_hh", "h @ weight_hh.T"),
        ),
        Mistake(
            "`bias_ih` is missing: torch adds a bias to both parts of the scores.",
            edit=("x @ weight_ih.T + bias_ih", "x @ weight_ih.T"),
        ),
        Mistake(
            "The candidate hears the old state through the update gate `z`. That one "
            "has its turn in the blend; `r` stands here.",
            edit=("x_n + r * h_n", "x_n + z * h_n"),
        ),
    ),
)


def _biases_that_act(weights):
    """Return the weights with the biases of r and z, which act as a sum, in one."""
    weight_ih, weight_hh, bias_ih, bias_hh = weights
    gates = torch.arange(len(bias_ih)) < len(bias_ih) // 3 * 2
    one = torch.where(gates, bias_ih + bias_hh, bias_ih)
    return weight_ih, weight_hh, one, torch.where(gates, 0.0, bias_hh)


TRANSLATE = Exercise(
    id="10.4",
    title="A gate the other way round",
    minutes=6,
    difficulty=2,
    points=2,
    name="translate",
    cases=lambda: [
        step_of_cell(3, 1, 2, 3, seed=0)[2:],
        step_of_cell(3, 1, 3, 2, seed=9)[2:],
    ],
    canonical=_biases_that_act,
    stub="""
def translate(weight_ih, weight_hh, bias_ih, bias_hh):
    # Weights of a GRU that blends h = z n + (1 - z) h and is torch's in all the rest;
    # (3H, I), (3H, H), (3H,) and (3H,), rows stacked r, z, n.
    # Return four tensors with which torch's GRU computes the same states.
    ...
""",
    reference="""
def translate(weight_ih, weight_hh, bias_ih, bias_hh):
    H = len(bias_ih) // 3
    sign = torch.cat([torch.ones(H), -torch.ones(H), torch.ones(H)])
    column = sign.unsqueeze(1)
    return column * weight_ih, column * weight_hh, sign * bias_ih, sign * bias_hh
""",
    reason=(
        "1 − sigmoid(s) is sigmoid(−s), so a gate turned round is the same gate with "
        "the sign of its weights and biases changed. That is why weights cannot be "
        "carried from one library to another without reading how its z is defined."
    ),
    hints=(
        "Torch's update gate must be 1 minus theirs. What is 1 - sigmoid(a), written "
        "as one sigmoid?",
        "1 - sigmoid(a) = sigmoid(-a). Which rows make the score of z?",
        "Give the rows H to 2H of all four tensors another sign, and leave the others. "
        "Work on copies.",
    ),
    mistakes=(
        Mistake(
            "The wrong rows changed their sign: the first H belong to the reset gate, "
            "the update gate has H to 2H.",
            edit=(
                "[torch.ones(H), -torch.ones(H), torch.ones(H)]",
                "[-torch.ones(H), torch.ones(H), torch.ones(H)]",
            ),
        ),
        Mistake(
            "The biases keep their sign. The whole score of z must change it, biases "
            "included.",
            edit=("sign * bias_ih, sign * bias_hh", "bias_ih, bias_hh"),
        ),
        Mistake(
            "What comes from the input keeps its sign. The whole score of z must "
            "change it, `weight_ih` and `bias_ih` included.",
            edits=[
                ("column * weight_ih", "weight_ih"),
                ("sign * bias_ih", "bias_ih"),
            ],
        ),
        Mistake(
            "`bias_hh` keeps its sign. The whole score of z must change it, "
            "both biases included.",
            edit=("sign * bias_hh", "bias_hh"),
        ),
        Mistake(
            "All rows changed their sign. Reset gate and candidate are torch's: only z "
            "is turned round.",
            edit=(
                "[torch.ones(H), -torch.ones(H), torch.ones(H)]",
                "[-torch.ones(H), -torch.ones(H), -torch.ones(H)]",
            ),
        ),
        Mistake(
            "You took 1 minus the weights. It is the gate that must become 1 minus "
            "itself; its score then changes its sign.",
            code="""
def translate(weight_ih, weight_hh, bias_ih, bias_hh):
    H = len(bias_ih) // 3
    rows = torch.cat([torch.zeros(H), torch.ones(H), torch.zeros(H)]).bool()
    column = rows.unsqueeze(1)
    return (
        torch.where(column, 1 - weight_ih, weight_ih),
        torch.where(column, 1 - weight_hh, weight_hh),
        torch.where(rows, 1 - bias_ih, bias_ih),
        torch.where(rows, 1 - bias_hh, bias_hh),
    )
""",
        ),
        Mistake(
            "The rows of r and z are swapped. They stand where torch wants them; the "
            "sign of z's rows is what differs.",
            code="""
def translate(weight_ih, weight_hh, bias_ih, bias_hh):
    H = len(bias_ih) // 3
    order = torch.arange(3 * H).view(3, H)[[1, 0, 2]].flatten()
    return weight_ih[order], weight_hh[order], bias_ih[order], bias_hh[order]
""",
        ),
    ),
)

WIDTH = Exercise(
    id="10.5",
    title="As wide as an LSTM is heavy",
    minutes=8,
    difficulty=2,
    points=2,
    name="equal_width",
    cases=lambda: [
        (88, 96),
        (3, 16),
        (1, 256),
        (400, 10),
        (2, 21),
        (1, 21),  # with a third bias one unit more
        (2, 1),
    ],
    stub="""
def equal_width(input_size, lstm_size):
    # Both are whole numbers, I of both layers and H of the LSTM.
    # Return the width of the nn.GRU whose number of weights, all biases included,
    # comes nearest to that of the LSTM; a whole number.
    ...
""",
    reference="""
def equal_width(input_size, lstm_size):
    def block(H):
        return H * (input_size + H + 2)

    goal = 4 * block(lstm_size)
    return min(range(1, 2 * lstm_size + 1), key=lambda H: abs(3 * block(H) - goal))
""",
    reason=(
        "A GRU has three blocks where the LSTM has four, so at an equal number of "
        "parameters it may be wider, by some 15 % for large layers. Notebook 12 "
        "compares networks at equal size for this reason."
    ),
    hints=(
        "One gate or candidate has H I weights for the input, H H for the state and "
        "two biases of H.",
        "The LSTM has four such blocks, the GRU three. Which H makes the two counts "
        "most equal?",
        "Try every width from 1 to twice that of the LSTM and take the `min` by the "
        "distance of the counts.",
    ),
    mistakes=(
        Mistake(
            "Four thirds of the width would be right if weights grew in step with H. "
            "The weights from state to state grow with H squared.",
            code="""
def equal_width(input_size, lstm_size):
    return round(4 / 3 * lstm_size)
""",
        ),
        Mistake(
            "Only the weights from state to state are counted. Those from the input, "
            "H times I, count too.",
            code="""
def equal_width(input_size, lstm_size):
    return round((4 / 3) ** 0.5 * lstm_size)
""",
        ),
        Mistake(
            "This is the widest GRU that is not heavier. Asked is the one whose count "
            "comes nearest, from either side.",
            code="""
def equal_width(input_size, lstm_size):
    def weights(gates, H):
        return gates * H * (input_size + H + 2)

    goal = weights(4, lstm_size)
    return max(H for H in range(1, 2 * lstm_size) if weights(3, H) <= goal)
""",
        ),
        Mistake(
            "The GRU is counted with two blocks, one for each gate. The candidate has "
            "weights too: three.",
            edits=[
                ("range(1, 2 * lstm_size + 1)", "range(1, 4 * lstm_size)"),
                ("3 * block(H)", "2 * block(H)"),
            ],
        ),
        Mistake(
            "The two are swapped: this is the LSTM with as many weights as a GRU of "
            "that width.",
            edits=[
                ("4 * block", "3 * block"),
                ("abs(3 * block(H)", "abs(4 * block(H)"),
            ],
        ),
        Mistake(
            "Not all biases are counted: torch has two of H for each gate or "
            "candidate, `bias_ih` and `bias_hh`.",
            edit=("input_size + H + 2", "input_size + H + 1"),
        ),
        Mistake(
            "This is the narrowest GRU that is not lighter. Asked is the one whose "
            "count comes nearest, from either side.",
            edit=(
                "min(range(1, 2 * lstm_size + 1), key=lambda H: abs(3 * block(H) - "
                "goal))",
                "min(H for H in range(1, 2 * lstm_size + 1) if 3 * block(H) >= goal)",
            ),
        ),
    ),
)

NATS = Exercise(
    id="10.6",
    title="What a chord costs",
    minutes=7,
    difficulty=2,
    points=2,
    name="nats",
    cases=lambda: [
        (normal(3, 88), (gate(3, 88, seed=1) > 0.8).long()),
        (normal(2, 5, seed=2), (gate(2, 5, seed=3) > 0.5).long()),
    ],
    forbidden=("losses", "helpers.chorales.nats_per_step"),
    gradient=True,
    stub="""
def nats(scores, roll):
    # scores is (T, K), a score for each of K keys at each beat; the sigmoid of a score
    # is the chance that the key sounds. roll is (T, K): 1 where it did, 0 where not.
    # Return the nats per step: summed over keys, averaged over beats; a tensor.
    ...
""",
    reference="""
def nats(scores, roll):
    chances = scores.sigmoid()
    found = roll * chances + (1 - roll) * (1 - chances)
    return -found.log().sum(1).mean()
""",
    reason=(
        "Each key is a yes-or-no question, and the cost of a chord is the sum over "
        "all keys of minus the logarithm of what the model gave to the truth. "
        "`binary_cross_entropy_with_logits` computes the same without the risk of a "
        "logarithm of 0."
    ),
    hints=(
        "Each key is a coin of its own. What chance did the model give to what really "
        "happened at it?",
        "The chance itself where the key sounds, 1 minus it where it is silent. Take "
        "minus the logarithm of each.",
        "With the chances of what happened in `found`, (T, K): the logarithm, the sum "
        "over `dim=1`, the mean, the sign.",
    ),
    mistakes=(
        Mistake(
            "This is the mean over keys too. A step costs the sum of what its keys "
            "cost.",
            edit=("found.log().sum(1)", "found.log()"),
        ),
        Mistake(
            "The beats are summed. Sum over the keys of a beat, then average over the "
            "beats.",
            edit=("found.log().sum(1).mean()", "found.log().sum()"),
        ),
        Mistake(
            "Only the keys that sound are counted. A key that is silent was predicted "
            "too: minus the logarithm of 1 minus its chance.",
            edit=(
                "found = roll * chances + (1 - roll) * (1 - chances)",
                "found = chances**roll",
            ),
        ),
        Mistake(
            "These are bits. For nats take the natural logarithm.",
            edit=("found.log()", "found.log2()"),
        ),
        Mistake(
            "A softmax lets one key sound at a time. Several may: each key has a "
            "sigmoid of its own.",
            code="""
def nats(scores, roll):
    return -(roll * scores.log_softmax(1)).sum(1).mean()
""",
        ),
        Mistake(
            "This is the chance of what did not happen: sounding and silent keys are "
            "swapped.",
            edit=(
                "= roll * chances + (1 - roll) * (1 - chances)",
                "= roll * (1 - chances) + (1 - roll) * chances",
            ),
        ),
    ),
)

BACK = Exercise(
    id="10.7",
    title="All the ways back",
    minutes=15,
    difficulty=3,
    points=3,
    name="slope",
    cases=lambda: [_derivative_case(4, seed=0), _derivative_case(3, seed=20)],
    stub="""
def slope(r, z, n, h, u_r, u_z, u_n, b_n):
    # Torch's GRU with one unit, for N layers side by side; all are (N,). r, z and n are
    # the gates and the candidate of this step, h is the state BEFORE it. u_r, u_z and
    # u_n are its weights from h; b_n is the bias inside the reset gate.
    # Return the derivative of the new h by the old h, with the input held fixed, (N,).
    ...
""",
    reference="""
def slope(r, z, n, h, u_r, u_z, u_n, b_n):
    by_line = z
    by_gate = (h - n) * z * (1 - z) * u_z
    n_slope = (1 - z) * (1 - n**2)
    by_candidate = n_slope * r * u_n
    by_reset = n_slope * (u_n * h + b_n) * r * (1 - r) * u_r
    return by_line + by_gate + by_candidate + by_reset
""",
    reason=(
        "The old state reaches the new one along four paths: directly through z, "
        "through z's own gate, through the candidate, and through the reset gate "
        "inside it. With z near 1 the first is close to 1 and the others fade, which "
        "is what the straight line of the LSTM does too."
    ),
    hints=(
        "There are four ways from the old h to the new one: the line, the update gate, "
        "the candidate, and the reset gate through the candidate.",
        "The slope of a sigmoid is s (1 - s), that of a tanh 1 - n². The blend "
        "(1 - z) n + z h has the derivative h - n by z, and 1 - z by n.",
        "By the reset gate: 1 - z, then the slope of n, then what r multiplies, "
        "u_n h + b_n, then the slope of r, then u_r. Build the other ways alike.",
    ),
    mistakes=(
        Mistake(
            "This is the way along the line alone. Gates and candidate read h too: "
            "three more ways.",
            edit=("by_line + by_gate + by_candidate + by_reset", "by_line"),
        ),
        Mistake(
            "The way through the update gate is missing: h moves z, and z moves the "
            "blend by h - n.",
            edit=("by_line + by_gate", "by_line"),
        ),
        Mistake(
            "The way through the reset gate is missing: h moves r, and r moves the "
            "candidate.",
            edit=("by_candidate + by_reset", "by_candidate"),
        ),
        Mistake(
            "The bias of the reset path stands outside the gate: r multiplies "
            "`u_n h + b_n`, so b_n belongs to the way through r.",
            edit=("(u_n * h + b_n)", "u_n * h"),
        ),
        Mistake(
            "The sign of the way through the update gate is wrong: a larger z moves "
            "the blend towards h, so by `h - n`.",
            edit=("(h - n)", "(n - h)"),
        ),
        Mistake(
            "The candidate enters the blend with the share `1 - z`; its two ways lack "
            "that factor.",
            edit=("n_slope = (1 - z) * (1 - n**2)", "n_slope = 1 - n**2"),
        ),
        Mistake(
            "The candidate reads h unreset on its direct way: that factor is `r u_n`.",
            edit=("n_slope * r * u_n", "n_slope * u_n"),
        ),
        Mistake(
            "The slope of the candidate's tanh, `1 - n²`, is missing in its two ways.",
            edit=("n_slope = (1 - z) * (1 - n**2)", "n_slope = 1 - z"),
        ),
        Mistake(
            "The direct way through the candidate is missing: it reads `r u_n h`.",
            edit=("+ by_candidate ", ""),
        ),
        Mistake(
            "The slope of the reset gate's sigmoid, `r (1 - r)`, is missing on "
            "the way through it.",
            edit=("* r * (1 - r) * u_r", "* u_r"),
        ),
        Mistake(
            "The slope of the update gate's sigmoid, `z (1 - z)`, is missing on "
            "the way through it.",
            edit=("* z * (1 - z) * u_z", "* u_z"),
        ),
    ),
)

CELL = Exercise(
    id="10.8",
    title="The GRU as a module",
    minutes=15,
    difficulty=2,
    points=3,
    name="GRU",
    build=lambda layer: layer(3, 4),
    cases=lambda: [
        (normal(6, 5, 3),),
        (normal(1, 2, 3, seed=1),),
        (normal(9, 1, 3, seed=2),),
    ],
    forbidden=("recurrent layers",),
    gradient=True,
    stub="""
class GRU(nn.Module):
    # Not allowed: a recurrent layer or cell of PyTorch or of helpers.
    def __init__(self, input_size, hidden_size):
        super().__init__()
        # Make four parameters with these names and any numbers in them, rows stacked
        # r, z, n: weight_ih, (3H, I), weight_hh, (3H, H), bias_ih and bias_hh,
        # (3H,) each.
        ...

    def forward(self, x):
        # x is (T, B, I). Begin with h at zero; return the states of all steps,
        # (T, B, H).
        ...
""",
    reference="""
class GRU(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.weight_ih = nn.Parameter(torch.randn(3 * hidden_size, input_size))
        self.weight_hh = nn.Parameter(torch.randn(3 * hidden_size, hidden_size))
        self.bias_ih = nn.Parameter(torch.randn(3 * hidden_size))
        self.bias_hh = nn.Parameter(torch.randn(3 * hidden_size))

    def forward(self, x):
        h = x.new_zeros(x.shape[1], self.hidden_size)
        states = []
        for x_t in x:
            x_r, x_z, x_n = (x_t @ self.weight_ih.T + self.bias_ih).chunk(3, dim=1)
            h_r, h_z, h_n = (h @ self.weight_hh.T + self.bias_hh).chunk(3, dim=1)
            r, z = (x_r + h_r).sigmoid(), (x_z + h_z).sigmoid()
            n = (x_n + r * h_n).tanh()
            h = (1 - z) * n + z * h
            states.append(h)
        return torch.stack(states)
""",
    reason=(
        "Here the two biases of the candidate do different work, because the reset "
        "gate multiplies one of them and not the other; in an LSTM only their sum "
        "matters. `nn.GRU` computes the same, and 13.5 builds an LSTM that blends as "
        "a GRU does."
    ),
    hints=(
        "The parameters are those of 09.9 with three blocks, and the step is that of "
        "10.3.",
        "Keep what comes from x and what comes from h apart until the reset gate has "
        "done its work.",
        "In the loop: both products with their biases, `chunk(3, dim=1)` of each, r "
        "and z, then n, then the blend, then `states.append(h)`.",
    ),
    mistakes=(
        Mistake(
            "The rows of r and z are exchanged: PyTorch stacks r, z, n.",
            edits=[
                ("x_r, x_z, x_n =", "x_z, x_r, x_n ="),
                ("h_r, h_z, h_n =", "h_z, h_r, h_n ="),
            ],
        ),
        Mistake(
            "The blend is turned round: in PyTorch a z near 1 keeps the old state.",
            edit=("(1 - z) * n + z * h", "z * n + (1 - z) * h"),
        ),
        Mistake(
            "The reset gate multiplies the whole score of the candidate. It multiplies "
            "only the part that comes from h.",
            edit=("(x_n + r * h_n).tanh()", "(r * (x_n + h_n)).tanh()"),
        ),
        Mistake(
            "The reset gate is missing: the candidate always hears the old state in "
            "full.",
            edit=("x_n + r * h_n", "x_n + h_n"),
        ),
        Mistake(
            "The candidate goes through a sigmoid, so it can never be negative. It "
            "needs tanh.",
            edit=("(x_n + r * h_n).tanh()", "(x_n + r * h_n).sigmoid()"),
        ),
        Mistake(
            "`bias_hh` stands outside the reset gate for the candidate. In PyTorch r "
            "multiplies it together with the product.",
            edits=[
                (
                    "(h @ self.weight_hh.T + self.bias_hh).chunk",
                    "(h @ self.weight_hh.T).chunk",
                ),
                (
                    "(x_t @ self.weight_ih.T + self.bias_ih).chunk",
                    "(x_t @ self.weight_ih.T + self.bias_ih + self.bias_hh).chunk",
                ),
            ],
        ),
        Mistake(
            "Only the last state is returned, (B, H). Keep the state of every step and "
            "stack them.",
            edit=("torch.stack(states)", "h"),
        ),
        Mistake(
            "The batch is read as if it were time: x is (T, B, I), so `for x_t in x` "
            "goes over the steps as it is.",
            edits=[("x.shape[1]", "x.shape[0]"), ("in x:", "in x.transpose(0, 1):")],
        ),
        Mistake(
            "The sequence is read from its end. The state goes from the first step to "
            "the last.",
            edit=("in x:", "in x.flip(0):"),
        ),
    ),
)
