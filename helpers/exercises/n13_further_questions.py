"""The exercises of notebook 13."""

import torch
from torch import nn

from helpers.exercises.cases import normal, step_of_cell
from helpers.exercises.exercise import Exercise, Mistake, alike

NOTEBOOK = "13 · Further questions"


# --- the two questions ---------------------------------------------------------------

TWO_PRODUCTS = Exercise(
    id="13.1",
    title="Without gluing",
    minutes=4,
    difficulty=1,
    points=1,
    name="scores",
    cases=lambda: [
        (normal(8, 5), normal(4, 3, seed=1), normal(4, 2, seed=2)),
        (normal(6, 4, seed=3), normal(1, 1, seed=4), normal(1, 3, seed=5)),
        (normal(4, 4, seed=6), normal(2, 2, seed=7), normal(2, 2, seed=8)),
    ],
    forbidden=("concatenation",),
    gradient=True,
    stub="""
def scores(weight, x, h):
    # weight, (4H, I + H), is made for rows of x, (B, I), and h, (B, H), side by side.
    # Return the scores, (B, 4H), without putting x and h side by side.
    ...
""",
    reference="""
def scores(weight, x, h):
    columns = x.shape[1]
    return x @ weight[:, :columns].T + h @ weight[:, columns:].T
""",
    reason=(
        "A product with two things side by side is the sum of two products, each with "
        "its own columns of the weight. So the concatenation inside an LSTM costs "
        "nothing and hides two matrices, `weight_ih` and `weight_hh`."
    ),
    hints=(
        "Which columns of the weight does x meet when x and h stand side by side?",
        "Cut the weight after column I, `x.shape[1]`: one block for x, one for h.",
        "Two products with the transposed blocks, `weight[:, :I]` and the rest, added.",
    ),
    mistakes=(
        Mistake(
            "The two blocks of columns are swapped: x comes first, so the first I "
            "columns belong to `x` and the rest to `h`.",
            edits=[
                ("x @ weight[:, :columns].T", "h @ weight[:, : h.shape[1]].T"),
                ("h @ weight[:, columns:].T", "x @ weight[:, h.shape[1] :].T"),
            ],
        ),
        Mistake(
            "The term with `h` is missing: the last H columns of the weight are never "
            "used.",
            edit=(" + h @ weight[:, columns:].T", ""),
        ),
        Mistake(
            "The term with `x` is missing: the first I columns of the weight are never "
            "used.",
            edit=("x @ weight[:, :columns].T + ", ""),
        ),
        Mistake(
            "The two products are multiplied. A row of the weight times [x, h] is a "
            "sum over all columns, so they are added.",
            edit=(
                "x @ weight[:, :columns].T + h @ weight[:, columns:].T",
                "(x @ weight[:, :columns].T) * (h @ weight[:, columns:].T)",
            ),
        ),
        Mistake(
            "Both products use the first columns of the weight. Those of `h` come "
            "after those of `x`: from column I on.",
            edit=("h @ weight[:, columns:].T", "h @ weight[:, : h.shape[1]].T"),
        ),
    ),
)

GROWTH = Exercise(
    id="13.2",
    title="What concatenation costs",
    minutes=6,
    difficulty=2,
    points=2,
    name="dense_weights",
    cases=lambda: [(16, 4, 1), (16, 4, 3), (10, 2, 7), (3, 5, 20)],
    stub="""
def dense_weights(width, growth, layers):
    # Layer 1 reads an input of this width and writes `growth` numbers. Every layer
    # reads the input and all that was written before it, and writes `growth` more.
    # Return how many weights all layers have together, without biases.
    ...
""",
    reference="""
def dense_weights(width, growth, layers):
    return sum(growth * (width + k * growth) for k in range(layers))
""",
    reason=(
        "Layer k reads the input and everything that k layers before it have written, "
        "so the number of weights grows with the square of the depth. An LSTM puts "
        "only two things side by side, at every step the same two."
    ),
    hints=(
        "How many numbers does layer 1 read, how many layer 2, how many layer k?",
        "Layer k reads the width and what k - 1 layers have written. Each number read "
        "meets one weight for each number written.",
        "A sum over the layers of growth times what that layer reads; `range(layers)` "
        "begins with 0, which is right: layer 1 finds nothing written.",
    ),
    mistakes=(
        Mistake(
            "Every layer here reads the input alone. What earlier layers have written "
            "is missing: the width read grows from layer to layer.",
            edit=(
                "sum(growth * (width + k * growth) for k in range(layers))",
                "layers * growth * width",
            ),
        ),
        Mistake(
            "Each layer reads its own output too. Layer 1 reads the width alone: count "
            "the layers before, k - 1 of them.",
            edit=("range(layers)", "range(1, layers + 1)"),
        ),
        Mistake(
            "Every layer after the first reads one layer's output and the input. In a "
            "dense stack it reads all earlier outputs: the width keeps growing.",
            edit=(
                "sum(growth * (width + k * growth) for k in range(layers))",
                "growth * width + (layers - 1) * growth * (width + growth)",
            ),
        ),
        Mistake(
            "This counts the numbers read. Each of them has one weight for each of the "
            "`growth` numbers written.",
            edit=("growth * (width + k * growth)", "width + k * growth"),
        ),
        Mistake(
            "As many has the last layer alone, or a stack whose layers read only the "
            "one before. Each layer reads all before it; asked is the sum over all.",
            edit=(
                "sum(growth * (width + k * growth) for k in range(layers))",
                "growth * (width + (layers - 1) * growth)",
            ),
        ),
        Mistake(
            "The input is read by layer 1 only. In a dense stack every layer reads it: "
            "`width` belongs into each term of the sum.",
            edit=(
                "growth * (width + k * growth) for k in range(layers))",
                "growth * k * growth for k in range(layers)) + growth * width",
            ),
        ),
        Mistake(
            "You counted a bias for every number written. Only the weights are asked "
            "for.",
            edit=("growth * (width + k * growth)", "growth * (width + k * growth + 1)"),
        ),
    ),
)

LIKENESS = Exercise(
    id="13.3",
    title="Where the likeness ends",
    minutes=3,
    difficulty=1,
    points=1,
    name="differs",
    stub="""
# An LSTM whose gates i, f and o all stand at 1 reads 100 steps. Beside it stands a
# residual stack of 100 layers, a tanh in each branch. Which of these is NOT true of
# both?
#   "a"  with the branches held fixed, the derivative along the line is exactly 1
#   "b"  for each of the hundred, a weight matrix of its own is learned
#   "c"  each of the hundred changes an entry on the line by at most 1
#   "d"  none of the hundred can multiply what is on the line by 0
differs = ...
""",
    reference='differs = "b"',
    reason=(
        "The stack learns a hundred matrices, whereas the LSTM learns one and uses it "
        "a hundred times. So the LSTM can read step 101, and the stack has no layer "
        "101."
    ),
    hints=(
        "Write both as one line: the new value is the old one plus something.",
        "Three of the four follow from that line and from a tanh between -1 and 1.",
        "What would you have to add to read one step more? And for one layer more?",
    ),
    mistakes=(
        Mistake(
            "True of both: new = old + branch, so the direct factor is 1. In the LSTM "
            "that needs f = 1, and here it stands at 1.",
            code='differs = "a"',
        ),
        Mistake(
            "True of both: what is added comes out of a tanh (times i = 1 in the "
            "LSTM), so it lies between -1 and 1.",
            code='differs = "c"',
        ),
        Mistake(
            "True of both *here*: a factor of 0 on the line needs a forget gate that "
            "can close, and this one stands at 1. A free LSTM can; a residual stack "
            "cannot.",
            code='differs = "d"',
        ),
    ),
)


def _turned_case(batch, steps, layers, seed):
    torch.manual_seed(seed)
    layer = nn.GRU(3, 4, num_layers=layers, batch_first=True)
    layer.requires_grad_(False)
    start = normal(batch, layers, 4, seed=seed + 1)
    return layer, normal(batch, steps, 3, seed=seed), start


BATCH_FIRST = Exercise(
    id="13.4",
    title="The part that is not turned",
    minutes=5,
    difficulty=2,
    points=2,
    name="read_on",
    cases=lambda: [
        _turned_case(2, 5, 2, seed=1),
        _turned_case(3, 4, 3, seed=2),
        _turned_case(2, 2, 2, seed=3),
    ],
    stub="""
def read_on(layer, x, start):
    # layer is an nn.GRU with batch_first=True; x is (B, T, I).
    # start holds its states in OUR order: (B, L, H), the batch first here too.
    # Return the output, (B, T, H), and the last states in our order, (B, L, H).
    ...
""",
    reference="""
def read_on(layer, x, start):
    output, h_n = layer(x, start.transpose(0, 1).contiguous())
    return output, h_n.transpose(0, 1)
""",
    reason=(
        "`batch_first` concerns input and output only, so the states keep layer and "
        "batch as their first two axes and must be turned by hand. Nothing in the "
        "layer has to change for that."
    ),
    hints=(
        "Which of `x`, `output`, `h_0` and `h_n` does `batch_first` turn, and which "
        "does it leave alone?",
        "The states are (L, B, H) whatever `batch_first` says. Ours must be turned "
        "before the call, and torch's after it.",
        "`transpose(0, 1)` swaps the first two axes (and `.contiguous()` pleases some "
        "layers); `view` and `reshape` would mix the numbers up.",
    ),
    mistakes=(
        Mistake(
            "The states go in and come out untouched. `batch_first` does not turn "
            "them: torch reads your first axis, the batch, as layers. Here both have "
            "the same length, so nothing is raised; a `reshape` would change nothing.",
            edits=[
                ("start.transpose(0, 1).contiguous()", "start"),
                ("h_n.transpose(0, 1)", "h_n"),
            ],
        ),
        Mistake(
            "`h_n` comes back as torch has it, (L, B, H). Turn it too.",
            edit=("h_n.transpose(0, 1)", "h_n"),
        ),
        Mistake(
            "`start` goes in unturned: torch takes your first axis, the batch, for the "
            "layers. `h_0` is (L, B, H), whatever `batch_first` says.",
            edit=("start.transpose(0, 1).contiguous()", "start"),
        ),
        Mistake(
            "`start` is never used: the layer begins from zeros.",
            edit=("layer(x, start.transpose(0, 1).contiguous())", "layer(x)"),
        ),
        Mistake(
            "The output is turned as well. With `batch_first=True` it is (B, T, H) "
            "already.",
            edit=("return output, ", "return output.transpose(0, 1), "),
        ),
    ),
)


# --- other cells ---------------------------------------------------------------------


COUPLED = Exercise(
    id="13.5",
    title="Write only where you have dropped",
    minutes=6,
    difficulty=2,
    points=2,
    name="coupled_step",
    cases=lambda: [
        step_of_cell(3, 2, 3, 4, states=2, biases=1, seed=5),
        step_of_cell(3, 1, 2, 2, states=2, biases=1, seed=20),
    ],
    stub="""
def coupled_step(x, h, c, weight_ih, weight_hh, bias):
    # x is (B, I); h and c are (B, H). The weights hold three blocks of H rows, in the
    # order f, g, o: (3H, I), (3H, H), (3H,). The input gate is 1 - f.
    # Return the new h and the new c, each (B, H).
    ...
""",
    reference="""
def coupled_step(x, h, c, weight_ih, weight_hh, bias):
    scores = x @ weight_ih.T + h @ weight_hh.T + bias
    f, g, o = scores.chunk(3, dim=1)
    f = f.sigmoid()
    c = f * c + (1 - f) * g.tanh()
    return o.sigmoid() * c.tanh(), c
""",
    reason=(
        "With i = 1 − f the cell writes exactly as much as it drops, so c stays "
        "between −1 and 1 and a quarter of the parameters goes. The update gate of "
        "the GRU is the same idea."
    ),
    hints=(
        "It is the step of notebook 09 with three blocks of scores in place of four.",
        "The gate f is a sigmoid of its score. What multiplies the candidate is one "
        "minus that gate, not a sigmoid of something else.",
        "`scores.chunk(3, dim=1)`, then a blend of `c` and `g.tanh()` with the shares "
        "f and 1 - f, then the output gate as ever.",
    ),
    mistakes=(
        Mistake(
            "The input gate is `f` itself. Coupled means the contrary: `1 - f`, write "
            "where you drop.",
            edit=("(1 - f) * g.tanh()", "f * g.tanh()"),
        ),
        Mistake(
            "`f` and `1 - f` are swapped: the forget gate keeps, so `f` multiplies the "
            "old cell state and `1 - f` the candidate.",
            edit=("f * c + (1 - f) * g.tanh()", "(1 - f) * c + f * g.tanh()"),
        ),
        Mistake(
            "You take the sigmoid of one minus the *score*. The gates must add up to "
            "1, so subtract after the sigmoid: `1 - f.sigmoid()`.",
            edits=[
                ("    f = f.sigmoid()\n", ""),
                (
                    "f * c + (1 - f) * g.tanh()",
                    "f.sigmoid() * c + (1 - f).sigmoid() * g.tanh()",
                ),
            ],
        ),
        Mistake(
            "The candidate is written in full. Its gate, `1 - f`, is missing.",
            edit=("(1 - f) * g.tanh()", "g.tanh()"),
        ),
        Mistake(
            "`f` and `g` are taken from each other's rows: the blocks are f, g, o.",
            edit=("f, g, o =", "g, f, o ="),
        ),
        Mistake(
            "The cell state is shown without its tanh.",
            edit=("o.sigmoid() * c.tanh()", "o.sigmoid() * c"),
        ),
        Mistake(
            "The candidate `g` is a bare score. It takes a tanh.",
            edit=("g.tanh()", "g"),
        ),
        Mistake(
            "`g` and `o` are taken from each other's rows: the blocks are f, g, o.",
            edit=("f, g, o =", "f, o, g ="),
        ),
        Mistake(
            "`f` is a bare score here. A gate is the sigmoid of its score.",
            edit=("    f = f.sigmoid()\n", ""),
        ),
        Mistake(
            "h shows the old cell state. It shows the new one.",
            edits=[
                (
                    "c = f * c + (1 - f) * g.tanh()",
                    "old, c = c, f * c + (1 - f) * g.tanh()",
                ),
                ("c.tanh(), c", "old.tanh(), c"),
            ],
        ),
        Mistake(
            "h and c are returned the wrong way round: h first.",
            edit=(
                "return o.sigmoid() * c.tanh(), c",
                "return c, o.sigmoid() * c.tanh()",
            ),
        ),
    ),
)


def _peephole_case(batch, input_size, hidden_size, seed):
    step = step_of_cell(
        4, batch, input_size, hidden_size, states=2, biases=1, seed=seed
    )
    return *step, *(normal(hidden_size, seed=seed + n) for n in (6, 7, 8))


PEEPHOLE = Exercise(
    id="13.6",
    title="A hole to peep through",
    minutes=8,
    difficulty=2,
    points=3,
    name="peephole_step",
    cases=lambda: [
        _peephole_case(2, 3, 5, seed=5),
        _peephole_case(1, 2, 2, seed=30),
    ],
    stub="""
def peephole_step(x, h, c, weight_ih, weight_hh, bias, p_i, p_f, p_o):
    # As an LSTM step, rows stacked i, f, g, o; one bias, (4H,). Besides, every gate
    # sees its own unit's cell state, with the weights p_i, p_f and p_o, (H,) each:
    # the input and forget gates see the cell state before, the output gate the new one.
    # Return the new h and the new c, each (B, H).
    ...
""",
    reference="""
def peephole_step(x, h, c, weight_ih, weight_hh, bias, p_i, p_f, p_o):
    scores = x @ weight_ih.T + h @ weight_hh.T + bias
    i, f, g, o = scores.chunk(4, dim=1)
    i, f = (i + p_i * c).sigmoid(), (f + p_f * c).sigmoid()
    c = f * c + i * g.tanh()
    o = (o + p_o * c).sigmoid()
    return o * c.tanh(), c
""",
    reason=(
        "The gates of a plain LSTM see only what the output gate lets through, "
        "whereas peepholes let them look at the cell state itself: i and f at the old "
        "one, o at the new one. Gers & Schmidhuber (2000) needed this for exact "
        "timing."
    ),
    hints=(
        "A peephole adds one term to the score of a gate, before its sigmoid.",
        "p has one number for each unit, so the term is `p * c`, unit by unit. The "
        "candidate has none.",
        "Order matters: i and f with the old c, then the new c, then o with the new "
        "one.",
    ),
    mistakes=(
        Mistake(
            "The output gate peeps at the old cell state. It opens after the update, "
            "so it sees the new one.",
            edit=(
                "c = f * c + i * g.tanh()\n    o = (o + p_o * c).sigmoid()",
                "o = (o + p_o * c).sigmoid()\n    c = f * c + i * g.tanh()",
            ),
        ),
        Mistake(
            "The peepholes look at the hidden state `h`. They look past the output "
            "gate, at the cell state `c`.",
            edits=[
                ("p_i * c", "p_i * h"),
                ("p_f * c", "p_f * h"),
                ("p_o * c", "p_o * h"),
            ],
        ),
        Mistake(
            "The candidate has no peephole: only the three gates see the cell state.",
            edit=("i, f = (i", "g = g + p_i * c\n    i, f = (i"),
        ),
        Mistake(
            "The output gate has a peephole too, `p_o`, on the new cell state.",
            edit=("(o + p_o * c).sigmoid()", "o.sigmoid()"),
        ),
        Mistake(
            "`p_i` and `p_f` are swapped between the input and the forget gate.",
            edits=[
                ("i + p_i * c", "i + p_f * c"),
                ("f + p_f * c", "f + p_i * c"),
            ],
        ),
        Mistake(
            "The input and the forget gate do not peep: `p_i` and `p_f` are unused.",
            edits=[
                ("(i + p_i * c)", "i"),
                ("(f + p_f * c)", "f"),
            ],
        ),
        Mistake(
            "The input gate does not peep: `p_i` is unused.",
            edit=("(i + p_i * c)", "i"),
        ),
        Mistake(
            "The forget gate does not peep: `p_f` is unused.",
            edit=("(f + p_f * c)", "f"),
        ),
        Mistake(
            "No gate peeps: this is the plain LSTM step.",
            edits=[
                ("(i + p_i * c)", "i"),
                ("(f + p_f * c)", "f"),
                ("(o + p_o * c)", "o"),
            ],
        ),
        Mistake(
            "The peepholes see a squashed cell state. They see `c` itself.",
            edits=[
                ("p_i * c", "p_i * c.tanh()"),
                ("p_f * c", "p_f * c.tanh()"),
                ("p_o * c", "p_o * c.tanh()"),
            ],
        ),
        Mistake(
            "`g` and `o` are taken from each other's rows: the blocks are i, f, g, o.",
            edit=("i, f, g, o =", "i, f, o, g ="),
        ),
        Mistake(
            "The peephole weights are added like biases. Each multiplies the cell "
            "state: `p * c`.",
            edits=[
                ("p_i * c", "p_i"),
                ("p_f * c", "p_f"),
                ("p_o * c", "p_o"),
            ],
        ),
        Mistake(
            "The peepholes of i and f see a squashed cell state. They see `c` itself.",
            edits=[
                ("p_i * c", "p_i * c.tanh()"),
                ("p_f * c", "p_f * c.tanh()"),
            ],
        ),
    ),
)

LARGEST = Exercise(
    id="13.7",
    title="How large can a cell state get?",
    minutes=5,
    difficulty=2,
    points=2,
    name="largest_cell",
    cases=lambda: [(0.5, 1), (0.5, 2), (0.9, 10), (0.99, 300), (0.0, 7)],
    stub="""
def largest_cell(f, steps):
    # f is a forget gate held at one value, 0 or more and below 1. The input gate lies
    # between 0 and 1 and the candidate between -1 and 1; the cell state begins at 0.
    # Return the largest value that the cell state can come near after so many steps.
    ...
""",
    reference="""
def largest_cell(f, steps):
    return (1 - f**steps) / (1 - f)
""",
    reason=(
        "If a full candidate of 1 is written at every step, c is the sum of f⁰ to "
        "f^(T−1), a geometric series. It approaches 1/(1 − f), so a forget gate below "
        "1 keeps the cell bounded, and one of exactly 1 does not."
    ),
    hints=(
        "The largest value needs the largest candidate and an open input gate at every "
        "step: i g near 1.",
        "After one step it is 1, after two 1 + f, after three 1 + f + f². A sum of "
        "powers has a short form.",
        "The sum of f⁰ to f^(T-1) is a fraction with 1 - f below.",
    ),
    mistakes=(
        Mistake(
            "That is the limit after infinitely many steps. After T of them the powers "
            "from f^T on are still missing: multiply by `1 - f**steps`.",
            edit=("1 - f**steps", "1"),
        ),
        Mistake(
            "A cell state reaches T only with f = 1. Here each step shrinks what was "
            "there by `f`.",
            edit=("(1 - f**steps) / (1 - f)", "steps"),
        ),
        Mistake(
            "This is how much of the first entry is left. Every later step adds "
            "another: sum the powers.",
            edit=("(1 - f**steps) / (1 - f)", "f**steps"),
        ),
        Mistake(
            "One term too many: the cell state begins at 0, so after one step it is at "
            "most 1, not 1 + f.",
            edit=("f**steps", "f ** (steps + 1)"),
        ),
        Mistake(
            "The newest entry is not multiplied by `f` yet: the sum begins with 1.",
            edit=("1 - f**steps", "f * (1 - f**steps)"),
        ),
        Mistake(
            "The *hidden* state stays below 1, because of the tanh at the exit. The "
            "cell state is a sum and may go beyond.",
            edit=("(1 - f**steps) / (1 - f)", "1"),
        ),
        Mistake(
            "You counted `f` once for each step. What was added earlier has been "
            "multiplied more often: sum the powers of f, from 1 on.",
            edit=("(1 - f**steps) / (1 - f)", "f * steps"),
        ),
    ),
)

RELU = Exercise(
    id="13.8",
    title="One ReLU or two",
    minutes=3,
    difficulty=2,
    points=1,
    name="bound",
    stub="""
# An LSTM keeps the tanh of its candidate; only the tanh at its exit becomes a ReLU. Its
# forget gates are held at 0.9. It reads a million steps. What can be said of its hidden
# states, whatever the weights?
#   "a"  they can grow exponentially with the steps
#   "b"  they stay below 10
#   "c"  they stay below 1
#   "d"  they can grow in proportion to the steps
bound = ...
""",
    reference='bound = "b"',
    reason=(
        "The candidate still lies between −1 and 1, so the cell state stays below "
        "1/(1 − 0.9) = 10, and so does h = o relu(c). With forget gates of 1 it could "
        "grow by 1 a step; to grow exponentially it takes the second ReLU."
    ),
    hints=(
        "Bound the candidate first, then the cell state, then h.",
        "13.7 bounds the cell state. What is the limit for very many steps?",
        "The output gate is at most 1 and relu(c) is at most c.",
    ),
    mistakes=(
        Mistake(
            "Exponential growth needs a loop in which each pass multiplies. Large h "
            "only pushes the candidate's tanh to its end, 1: the loop is cut there.",
            code='bound = "a"',
        ),
        Mistake(
            "That bound came from the tanh at the exit, which is gone. relu(c) can be "
            "as large as c.",
            code='bound = "c"',
        ),
        Mistake(
            "That would need a forget gate of 1. At 0.9 old entries fade, and the sum "
            "1 + 0.9 + 0.81 + ... has a limit.",
            code='bound = "d"',
        ),
    ),
)


# --- counting ------------------------------------------------------------------------

PARITY_SHAPES = (
    "The four must be tensors of the shapes (2,), (2, 2), (2,) and (2,): weight_ih, "
    "weight_hh, bias and read."
)
PARITY_ROW = (
    "When the ones so far are {before} and the next bit is {bit}, the answer must be "
    "{right}; yours is not."
)
PARITY_LONG = (
    "Short strings are right, a long one is not: a score lies so near its threshold "
    "that rounding decides. Put the thresholds half way."
)


def _threshold_run(bits, weight_ih, weight_hh, bias, read):
    """Return the answers of a threshold network, one for each bit."""
    h, answers = torch.zeros(2), []
    for bit in bits:
        h = (weight_ih * bit + weight_hh @ h + bias > 0).to(torch.get_default_dtype())
        answers.append(float(read @ h))
    return answers


def _counts_ones(parity_weights):
    """Return what is wrong with the weights of a network that computes parity."""
    weights = parity_weights()
    expected = [(2,), (2, 2), (2,), (2,)]
    try:
        weights = [torch.as_tensor(w, dtype=torch.get_default_dtype()) for w in weights]
        shapes = [tuple(w.shape) for w in weights]
    except (TypeError, ValueError):
        return PARITY_SHAPES
    if shapes != expected:
        return PARITY_SHAPES
    for length in range(1, 7):
        for number in range(2**length):
            bits = [number >> place & 1 for place in range(length)]
            answers = _threshold_run(bits, *weights)
            for t, answer in enumerate(answers):
                if abs(answer - sum(bits[: t + 1]) % 2) > 1e-6:
                    return _parity_row(bits[: t + 1])
    bits = (normal(3000) > 0).long()
    answers = torch.tensor(_threshold_run(bits.tolist(), *weights))
    right = (answers - bits.cumsum(0) % 2).abs().max() < 1e-6
    return None if right else PARITY_LONG


def _parity_row(bits):
    before = "odd" if sum(bits[:-1]) % 2 else "even"
    return PARITY_ROW.format(before=before, bit=bits[-1], right=sum(bits) % 2)


PARITY = Exercise(
    id="13.9",
    title="Parity, for ever",
    minutes=9,
    difficulty=3,
    points=3,
    name="parity_weights",
    verify=_counts_ones,
    stub="""
def parity_weights():
    # Return weight_ih, (2,), weight_hh, (2, 2), bias, (2,), and read, (2,), so that
    #     h = (weight_ih * bit + weight_hh @ h + bias > 0).float()
    # from h = (0, 0) gives read @ h = 1 after an odd number of ones, and 0 after an
    # even one, at any length.
    ...
""",
    reference="""
def parity_weights():
    weight_ih = torch.tensor([1.0, 1])
    weight_hh = torch.tensor([[1.0, -1], [1, -1]])
    bias = torch.tensor([-0.5, -1.5])
    read = torch.tensor([1.0, -1])
    return weight_ih, weight_hh, bias, read
""",
    reason=(
        "In our solution one unit says p + bit > 0.5 and the other p + bit > 1.5, and "
        "the first minus the second is the new parity p. It is right at 3,000 bits "
        "and would be at any length, because a threshold rounds every error away."
    ),
    hints=(
        "Suppose you had the parity p so far as a number. The new one is 1 if p + bit "
        "is 1, and 0 if it is 0 or 2. Which two thresholds tell these three apart?",
        "One unit is on if p + bit is above 0.5, the other if it is above 1.5. The "
        "first minus the second is the new parity: that is `read`.",
        "p is not a unit, but it is `read @ h`, a sum over units. So in weight_hh both "
        "rows are `read`; the thresholds go into the bias with a minus.",
    ),
    mistakes=(
        *alike(
            PARITY_ROW.format(before="even", bit=1, right=1),
            ("[-0.5, -1.5]", "[-0.5, -0.5]"),
            ("[[1.0, -1], [1, -1]]", "[[1.0, 1], [1, 1]]"),
        ),
        Mistake(
            PARITY_ROW.format(before="odd", bit=1, right=0),
            edit=("torch.tensor([1.0, -1])", "torch.tensor([1.0, 0])"),
        ),
        Mistake(
            PARITY_ROW.format(before="odd", bit=0, right=1),
            edit=("[[1.0, -1], [1, -1]]", "[[0.0, 0], [0, 0]]"),
        ),
        Mistake(
            PARITY_SHAPES, edit=("torch.tensor([1.0, -1])", "torch.tensor([[1.0, -1]])")
        ),
        Mistake(
            PARITY_ROW.format(before="even", bit=0, right=0),
            edit=("[-0.5, -1.5]", "[0.5, -0.5]"),
        ),
    ),
)

FORGETS = (
    "The forget gate is not at 1, so older letters count for less. In torch's order "
    "its row is row 1: give it a large bias."
)
HALF_OPEN = (
    "The input gate is not open, so a letter adds less than 1. Its row is row 0: give "
    "it a large bias."
)
CANDIDATE = (
    "After one letter {letter} the cell state must be {right}, and yours is not: look "
    "at the candidate, row 2 of `weight_ih_l0`, whose tanh must be near 1 or -1."
)
SMALL = (
    "A letter adds a little less than 1, and after 2,000 letters that is seen: the "
    "gates and the candidate must be nearer to 1 and -1. Take larger numbers."
)
TURNED = (
    "The signs are turned: an a must add 1 and a b must take 1 away. Look at row 2 of "
    "`weight_ih_l0`."
)
FEEDBACK = (
    "The first letters are counted, later ones are not: h comes back through "
    "`weight_hh_l0` and moves the gates. Its numbers must be 0."
)
NEW_PARAMETER = (
    "A parameter of the layer was replaced or turned off. Change the numbers inside, "
    "under `torch.no_grad()`."
)


def _letters(text):
    """Return a string of a and b one-hot, (T, 1, 2)."""
    columns = torch.tensor([0 if letter == "a" else 1 for letter in text])
    return nn.functional.one_hot(columns, 2).to(torch.get_default_dtype())[:, None]


def _counted(layer, text):
    with torch.no_grad():
        return layer(_letters(text))[1][1].item()


def _counts_letters(set_counter):
    """Return what is wrong with a function that makes an LSTM count."""
    torch.manual_seed(13)
    layer = nn.LSTM(2, 1)
    weights = list(layer.parameters())
    set_counter(layer)
    kept = zip(weights, layer.parameters(), strict=True)
    if any(one is not other or not one.requires_grad for one, other in kept):
        return NEW_PARAMETER
    with torch.no_grad():
        scores = layer.weight_ih_l0 + (layer.bias_ih_l0 + layer.bias_hh_l0)[:, None]
    i, f = scores[0].sigmoid(), scores[1].sigmoid()
    if f.min() < 0.9999:
        return FORGETS
    if i.min() < 0.9999:
        return HALF_OPEN
    if abs(_counted(layer, "a") + 1) < 0.01 and abs(_counted(layer, "b") - 1) < 0.01:
        return TURNED
    for letter, right in (("a", 1), ("b", -1)):
        if abs(_counted(layer, letter) - right) > 0.01:
            return CANDIDATE.format(letter=letter, right=right)
    mixed = "".join("ab"[bit] for bit in (normal(500) > 0.3).long())
    for text in ("aaaa", "abab", "a" * 1000 + "b" * 999, mixed):
        if abs(_counted(layer, text) - text.count("a") + text.count("b")) > 0.1:
            return FEEDBACK if layer.weight_hh_l0.any() else SMALL
    return None


COUNTER = Exercise(
    id="13.10",
    title="An LSTM that counts",
    minutes=9,
    difficulty=3,
    points=3,
    name="set_counter",
    verify=_counts_letters,
    stub="""
def set_counter(layer):
    # layer is nn.LSTM(2, 1): one unit, which reads a as (1, 0) and b as (0, 1).
    # Change the numbers inside so that its cell state is the number of a's read so far
    # minus the number of b's, also after 2,000 letters. Return nothing.
    ...
""",
    reference="""
def set_counter(layer):
    with torch.no_grad():
        for weight in layer.parameters():
            weight.zero_()
        layer.bias_ih_l0[0] = 30  # input gate: open
        layer.bias_ih_l0[1] = 30  # forget gate: keep
        layer.weight_ih_l0[2] = torch.tensor([20.0, -20.0])
""",
    reason=(
        "Nothing fades at f = 1, and each letter adds a full 1 or −1, so one unit "
        "counts as far as its numbers reach. A hidden state between −1 and 1 would "
        "have to squeeze all counts together."
    ),
    hints=(
        "Which values of i, f and g make c_t = c_{t-1} + 1 for an a, and - 1 for a b? "
        "The output gate does not matter.",
        "A gate stands at 1 if its score is large whatever comes in: a large bias. "
        "The candidate's sign must come from the letter: a weight.",
        "Write inside `with torch.no_grad():`, since parameters may not be changed in "
        "place while gradients are recorded. Set all numbers to 0 first, weight_hh_l0 "
        "too; then the biases of rows 0 and 1, and the two weights of row 2, one large "
        "and one large and negative.",
    ),
    mistakes=(
        Mistake(FORGETS, edit=("layer.bias_ih_l0[1] = 30", "layer.bias_ih_l0[1] = 0")),
        Mistake(
            HALF_OPEN, edit=("layer.bias_ih_l0[0] = 30", "layer.bias_ih_l0[0] = 0")
        ),
        Mistake(
            CANDIDATE.format(letter="b", right=-1),
            edit=("[20.0, -20.0]", "[20.0, 20.0]"),
        ),
        *alike(
            CANDIDATE.format(letter="a", right=1),
            ("[20.0, -20.0]", "[1.0, -1.0]"),
            ("layer.weight_ih_l0[2]", "layer.weight_ih_l0[3]"),
        ),
        Mistake(TURNED, edit=("[20.0, -20.0]", "[-20.0, 20.0]")),
        Mistake(
            SMALL,
            edits=[
                ("bias_ih_l0[0] = 30", "bias_ih_l0[0] = 10"),
                ("bias_ih_l0[1] = 30", "bias_ih_l0[1] = 10"),
            ],
        ),
        Mistake(
            FEEDBACK,
            edit=("weight.zero_()", "weight.fill_(-30 * (weight.shape == (4, 1)))"),
        ),
        Mistake(
            NEW_PARAMETER,
            code="""
def set_counter(layer):
    layer.bias_ih_l0 = nn.Parameter(torch.tensor([30.0, 30, 0, 0]))
""",
        ),
    ),
)

BITS = Exercise(
    id="13.11",
    title="Bits by heart",
    minutes=6,
    difficulty=2,
    points=2,
    name="bits_stored",
    cases=lambda: [(200, 0.9), (150, 1.0), (80, 0.5), (1000, 0.75)],
    stub="""
def bits_stored(labels, accuracy):
    # A network has learned this many random labels, 0 or 1, by heart; of its answers
    # this share is right, from 0.5 up to 1 itself. An answer that is right with
    # probability p leaves a doubt of -p log2(p) - (1 - p) log2(1 - p) bits, out of 1
    # bit a label.
    # Return how many bits about all labels the network holds.
    ...
""",
    reference="""
def bits_stored(labels, accuracy):
    shares = [share for share in (accuracy, 1 - accuracy) if share > 0]
    doubt = -sum(share * math.log2(share) for share in shares)
    return labels * (1 - doubt)
""",
    reason=(
        "A label that is guessed with accuracy p still leaves the entropy of p in "
        "doubt, and only the rest is stored. At an accuracy of one half nothing is "
        "stored, although half of the labels are right."
    ),
    hints=(
        "Check the two ends first: with an accuracy of 1/2 it holds nothing, with 1 it "
        "holds one bit for each label.",
        "Each label is worth one bit; subtract the doubt that is left, then multiply "
        "by the number of labels.",
        "`math.log2(0)` raises an error, and 0 log2(0) counts as 0: leave out a share "
        "that is 0.",
    ),
    mistakes=(
        Mistake(
            "This counts right answers. Half of them come from guessing: an accuracy "
            "of 1/2 must give 0 bits.",
            edit=("labels * (1 - doubt)", "labels * accuracy"),
        ),
        Mistake(
            "A straight line has the right ends, but between them it says too much: "
            "subtract the doubt with its logarithms from 1.",
            edit=("labels * (1 - doubt)", "labels * (2 * accuracy - 1)"),
        ),
        Mistake(
            "This is the doubt that is left. What the network holds is 1 bit a label "
            "minus the doubt.",
            edit=("labels * (1 - doubt)", "labels * doubt"),
        ),
        Mistake(
            "The doubt has two terms: the one with `1 - accuracy` is missing.",
            edit=("(accuracy, 1 - accuracy)", "(accuracy,)"),
        ),
        Mistake(
            "The doubt is in nats, the 1 in bits: take `math.log2`.",
            edit=("math.log2(share)", "math.log(share)"),
        ),
        Mistake(
            "These are the bits held about one label. Multiply by their number.",
            edit=("labels * (1 - doubt)", "1 - doubt"),
        ),
    ),
)
