"""The exercises of notebook 06."""

import torch

from helpers.exercises.cases import normal, symbols, uniform
from helpers.exercises.exercise import Exercise, Mistake

NOTEBOOK = "06 · Recurrent neural networks"


def _cell(size, seed):
    """Return weights and biases of a cell with as many inputs as units."""
    shapes = ((size, size), (size, size), (size,), (size,))
    return tuple(0.6 * normal(*s, seed=seed + n) for n, s in enumerate(shapes))


READ = Exercise(
    id="06.1",
    title="Read a sequence",
    minutes=8,
    difficulty=1,
    points=2,
    name="read",
    cases=lambda: [
        (normal(4, 2, 3), normal(2, 3, seed=1).tanh(), *_cell(3, seed=2)),
        (normal(7, 1, 5, seed=6), normal(1, 5, seed=7).tanh(), *_cell(5, seed=8)),
    ],
    forbidden=("recurrent layers", "rnn_step"),
    gradient=True,
    stub="""
def read(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    # x is (T, B, I), h is the state before the first step, (B, H).
    # Return the states of a tanh network after each step, (T, B, H).
    ...
""",
    reference="""
def read(x, h, weight_ih, weight_hh, bias_ih, bias_hh):
    states = []
    for x_t in x:
        h = torch.tanh(x_t @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh)
        states.append(h)
    return torch.stack(states)
""",
    reason=(
        "The same two weight matrices serve every step, and each new state is the "
        "only thing that the next step is told. Notebook 07 walks back through "
        "exactly this loop."
    ),
    hints=(
        "A loop over `x` gives one step after the other, (B, I) each. Keep every state "
        "in a list and stack the list at the end.",
        "The new state is tanh of four things added up: two products and two biases.",
        "The products are `x_t @ weight_ih.T` and `h @ weight_hh.T`, and the name `h` "
        "must stand for the newest state when the next step begins.",
    ),
    mistakes=(
        Mistake(
            "The nonlinearity is missing: the sum must go through `torch.tanh`. "
            "Without it the network is linear, and its state may grow without limit.",
            edit=(
                "torch.tanh(x_t @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh)",
                "x_t @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh",
            ),
        ),
        Mistake(
            "The two matrices are swapped: `weight_ih` belongs to the input `x_t`, "
            "`weight_hh` to the state `h`. Here I = H, so the shapes did not warn you.",
            edit=(
                "tanh(x_t @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh",
                "tanh(x_t @ weight_hh.T + bias_ih + h @ weight_ih.T + bias_hh",
            ),
        ),
        Mistake(
            "The state is not carried: every step begins with the same `h`. Give the "
            "new state the name `h`, so that the next step reads it.",
            edits=[
                ("h = torch.tanh(", "first = torch.tanh("),
                ("states.append(h)", "states.append(first)"),
            ],
        ),
        Mistake(
            "`bias_ih` is added twice, and `bias_hh` not at all. Add each one once.",
            edit=("weight_hh.T + bias_hh", "weight_hh.T + bias_ih"),
        ),
        Mistake(
            "Both biases are added twice. Only their sum matters, and it must be added "
            "once.",
            edit=(
                "weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh",
                "weight_ih.T + h @ weight_hh.T + 2 * (bias_ih + bias_hh)",
            ),
        ),
        Mistake(
            "Only one bias is added: `bias_hh` is missing.",
            edit=("weight_hh.T + bias_hh", "weight_hh.T"),
        ),
        Mistake(
            "Both matrices are transposed: row i of a weight makes unit i, so the "
            "products are `x_t @ weight_ih.T` and `h @ weight_hh.T`.",
            edits=[
                ("weight_ih.T", "weight_ih"),
                ("weight_hh.T", "weight_hh"),
            ],
        ),
        Mistake(
            "`weight_hh` is transposed: row i of a weight makes unit i, so the product "
            "is `h @ weight_hh.T`.",
            edit=("weight_hh.T", "weight_hh"),
        ),
        Mistake(
            "You begin with zeros. The state before the first step is given: `h`.",
            edit=("states = []", "h, states = torch.zeros_like(h), []"),
        ),
        Mistake(
            "The nonlinearity covers the input only. Add all four terms first, then "
            "take `torch.tanh` of the sum.",
            edit=(
                "+ bias_ih + h @ weight_hh.T + bias_hh)",
                "+ bias_ih) + h @ weight_hh.T + bias_hh",
            ),
        ),
        Mistake(
            "These are the states *before* each step: the first is the `h` you were "
            "given, and the last one is missing. Append after the step.",
            edits=[
                (
                    "for x_t in x:\n",
                    """for x_t in x:
        states.append(h)
""",
                ),
                ("bias_hh)\n        states.append(h)", "bias_hh)"),
            ],
        ),
    ),
)

STACKED = Exercise(
    id="06.2",
    title="Two layers, one step",
    minutes=8,
    difficulty=2,
    points=2,
    name="two_layers",
    cases=lambda: [
        (
            normal(2, 3),
            normal(2, 3, seed=1).tanh(),
            normal(2, 3, seed=2).tanh(),
            _cell(3, seed=3),
            _cell(3, seed=7),
        ),
        (
            normal(1, 4, seed=11),
            normal(1, 4, seed=12).tanh(),
            normal(1, 4, seed=13).tanh(),
            _cell(4, seed=14),
            _cell(4, seed=18),
        ),
    ],
    forbidden=("recurrent layers",),
    given="""
def rnn_step(x, h, weight_ih, weight_hh, bias_ih, bias_hh, activation=torch.tanh):
    return activation(x @ weight_ih.T + bias_ih + h @ weight_hh.T + bias_hh)
""",
    stub="""
def two_layers(x, h_1, h_2, first, second):
    # x is (B, I), h_1 and h_2 are the old states, (B, H) each.
    # first and second are (weight_ih, weight_hh, bias_ih, bias_hh) of the layers.
    # Return the new states of both layers, two tensors.
    ...
""",
    reference="""
def two_layers(x, h_1, h_2, first, second):
    h_1 = rnn_step(x, h_1, *first)
    h_2 = rnn_step(h_1, h_2, *second)
    return h_1, h_2
""",
    reason=(
        "The lower layer's new state is the upper layer's input at the same step, so "
        "a stack adds depth without adding a delay. `num_layers` in notebook 11 "
        "stacks layers in this way."
    ),
    hints=(
        "Use `rnn_step` from above twice. What is the input of the upper layer?",
        "The upper layer reads the lower one's state as if it were the input `x`, and "
        "keeps a state of its own.",
        "It reads the *new* state of the lower layer, so compute that first.",
    ),
    mistakes=(
        Mistake(
            "The upper layer reads the *old* state of the lower one. Its input is the "
            "state that the lower layer has just made.",
            edits=[
                ("h_1 = rnn_step(", "new_1 = rnn_step("),
                ("return h_1", "return new_1"),
            ],
        ),
        Mistake(
            "Both layers read `x`: these are two networks side by side. The upper "
            "layer's input is the new state of the lower one.",
            edit=("rnn_step(h_1, h_2, *second)", "rnn_step(x, h_2, *second)"),
        ),
        Mistake(
            "The upper layer has lost its own state: its second argument is `h_2`.",
            edit=("rnn_step(h_1, h_2, *second)", "rnn_step(h_1, h_1, *second)"),
        ),
        Mistake(
            "Both layers use the weights `first`. Weights are shared over time, not "
            "between layers: the upper one has `second`.",
            edit=("*second", "*first"),
        ),
        Mistake(
            "The weights are swapped: `first` belongs to the lower layer, which reads "
            "`x`.",
            edits=[
                ("*first)", "*second)"),
                (
                    "h_2 = rnn_step(h_1, h_2, *second)",
                    "h_2 = rnn_step(h_1, h_2, *first)",
                ),
            ],
        ),
        Mistake(
            "The old states are swapped: the lower layer goes on from `h_1`, the upper "
            "one from `h_2`.",
            code="""
def two_layers(x, h_1, h_2, first, second):
    below = rnn_step(x, h_2, *first)
    return below, rnn_step(below, h_1, *second)
""",
        ),
        Mistake(
            "Input and state of the upper layer are swapped: it reads `h_1` and "
            "carries `h_2`.",
            edit=("rnn_step(h_1, h_2, *second)", "rnn_step(h_2, h_1, *second)"),
        ),
        Mistake(
            "The nonlinearity of the lower layer is missing: its state is tanh of the "
            "sum, and that is what the upper layer reads.",
            edit=(
                "h_1 = rnn_step(x, h_1, *first)",
                """weight_ih, weight_hh, bias_ih, bias_hh = first
    h_1 = x @ weight_ih.T + bias_ih + h_1 @ weight_hh.T + bias_hh""",
            ),
        ),
        Mistake(
            "Both states are right, but in the wrong order: return `h_1` first.",
            edit=("return h_1, h_2", "return h_2, h_1"),
        ),
    ),
)

WIDTH = Exercise(
    id="06.3",
    title="How wide may it be?",
    minutes=5,
    difficulty=1,
    points=1,
    name="width",
    stub="""
# Replace the dots with a whole number of units.
width = ...
""",
    reference="width = 285",
    reason=(
        "The embedding has 864 parameters, the cell 32 H + H² + 2 H, and the read-out "
        "27 H + 27, which makes H² + 61 H + 891 together: 99,501 at H = 285 and "
        "100,133 at 286. The square comes from `weight_hh`, so twice the units cost "
        "nearly four times the parameters. Notebook 12 gives every network its width "
        "by the same sum."
    ),
    hints=(
        "Write down the shape of every tensor with H in place of 128, then the sum of "
        "their sizes. The assertion in *From scratch* that counts a cell has most of "
        "them.",
        "The sum is H² + 61 H + 891. For which H is it 100,000?",
        "The largest whole number that stays below or at 100,000 lies between 280 and "
        "290. Try them in a loop.",
    ),
    mistakes=(
        Mistake(
            "286 units need 100,133 parameters, or 99,847 if only one bias is counted. "
            "The cell has two biases, so 286 is above the limit.",
            code="width = 286",
        ),
        Mistake("One more fits: 285 units need 99,501 parameters.", code="width = 284"),
        Mistake(
            "You left out the read-out: it has 27 weights for every unit, and 27 "
            "biases.",
            code="width = 298",
        ),
        Mistake(
            "You left out the embedding: 27 symbols with 32 parameters each.",
            code="width = 287",
        ),
        Mistake(
            "You left out `weight_hh`, (H, H), which is nearly all of it.",
            code="width = 1624",
        ),
        Mistake(
            "You counted `weight_hh` only: 316 is the square root of 100,000. All the "
            "other tensors have parameters too.",
            code="width = 316",
        ),
    ),
)

TARGETS = Exercise(
    id="06.4",
    title="Inputs and targets",
    minutes=6,
    difficulty=2,
    points=2,
    name="pairs",
    cases=lambda: [
        (symbols(20, vocab_size=27), 3),
        (torch.arange(7), 3),
        (symbols(41, vocab_size=5, seed=1), 8),
        # Here the last inputs would fill a window, but have no target.
        (torch.arange(6), 3),
        (symbols(20, vocab_size=9, seed=2), 4),
    ],
    stub="""
def pairs(symbols, length):
    # symbols is a text, (T,) int64. Cut it into N windows side by side; what does
    # not fill a window is left out. N is as large as it can be.
    # Return inputs and targets, (N, length) each.
    ...
""",
    reference="""
def pairs(symbols, length):
    N = (len(symbols) - 1) // length
    inputs = symbols[: N * length].view(N, length)
    targets = symbols[1 : N * length + 1].view(N, length)
    return inputs, targets
""",
    reason=(
        "The target is the input moved on by one symbol, so a text of N · length + 1 "
        "symbols gives N full pairs and every step of the network is asked something. "
        "Notebook 13 shows what happens if the shift is forgotten."
    ),
    hints=(
        "The target of every symbol is the symbol that follows it. Which symbol of the "
        "text has no target?",
        "The last one has none, so T - 1 symbols can be inputs, and N is as many "
        "windows as they fill.",
        "The targets are cut in the same way, but from `symbols[1:]`, one place later.",
    ),
    mistakes=(
        Mistake(
            "The targets are not shifted: each symbol is its own target, and the model "
            "would learn to copy. The target is what comes *next*.",
            edit=("inputs, targets", "inputs, inputs"),
        ),
        Mistake(
            "The shift goes the wrong way: these targets are what came *before* each "
            "input.",
            edit=("inputs, targets", "targets, inputs"),
        ),
        Mistake(
            "The last target of every window is the window's own first symbol: `roll` "
            "goes round in a circle. It must be the symbol that follows in the text.",
            edit=("inputs, targets", "inputs, inputs.roll(-1, dims=1)"),
        ),
        Mistake(
            "You cut windows of length + 1, so the last symbol of each is never an "
            "input. Windows may share the symbol on their border: the last target of "
            "one is the first input of the next.",
            code="""
def pairs(symbols, length):
    N = len(symbols) // (length + 1)
    windows = symbols[: N * (length + 1)].view(N, length + 1)
    return windows[:, :-1], windows[:, 1:]
""",
        ),
        Mistake(
            "One column is missing: the last input of a window has its target at the "
            "beginning of the next one. Each row holds `length` inputs and as many "
            "targets.",
            code="""
def pairs(symbols, length):
    N = len(symbols) // length
    windows = symbols[: N * length].view(N, length)
    return windows[:, :-1], windows[:, 1:]
""",
        ),
        Mistake(
            "These windows overlap: each begins one symbol after the one before. Side "
            "by side means that each begins `length` symbols after the one before.",
            code="""
def pairs(symbols, length):
    windows = symbols.unfold(0, length + 1, 1)
    return windows[:, :-1], windows[:, 1:]
""",
        ),
        Mistake(
            "The targets are two symbols ahead, not one.",
            edits=[
                ("len(symbols) - 1", "len(symbols) - 2"),
                ("symbols[1 : N * length + 1]", "symbols[2 : N * length + 2]"),
            ],
        ),
    ),
)

PERPLEXITY = Exercise(
    id="06.5",
    title="Perplexity",
    minutes=6,
    difficulty=2,
    points=2,
    name="perplexity",
    cases=lambda: [
        (normal(6, 4), symbols(6, vocab_size=4)),
        (3 * normal(10, 27, seed=1), symbols(10, vocab_size=27, seed=2)),
        (torch.zeros(5, 27, dtype=torch.float64), symbols(5, vocab_size=27, seed=3)),
        (normal(1, 5, seed=4), symbols(1, vocab_size=5, seed=4)),
    ],
    gradient=True,
    stub="""
def perplexity(scores, targets):
    # scores is (N, V), targets is (N,) int64: the symbols that really came.
    # Return 2 to the power of the mean bits per symbol, one number in a tensor.
    ...
""",
    reference="""
def perplexity(scores, targets):
    bits = nn.functional.cross_entropy(scores, targets) / math.log(2)
    return 2**bits
""",
    reason=(
        "Cross-entropy averages the negative logarithms, and the exponential comes "
        "last: an average of perplexities would be another number, and too large. Two "
        "to the power of the bits and e to the power of the nats are the same "
        "perplexity."
    ),
    hints=(
        "First the mean bits: the surprise of the symbol that really came, averaged. "
        "`nn.functional.cross_entropy` gives it in nats.",
        "One nat is 1 / ln 2 bits, so divide the nats by `math.log(2)`.",
        "Then raise 2 to that power. If all 27 symbols are equally likely, the result "
        "must be 27.",
    ),
    mistakes=(
        Mistake(
            "The base is e, but the exponent is in bits. Bits go with base 2, nats "
            "with base e.",
            edit=("2**bits", "bits.exp()"),
        ),
        Mistake(
            "The base is 2, but the exponent is in nats: `cross_entropy` uses the "
            "natural logarithm. Divide it by `math.log(2)`.",
            edit=(
                "nn.functional.cross_entropy(scores, targets) / math.log(2)",
                "nn.functional.cross_entropy(scores, targets)",
            ),
        ),
        Mistake(
            "You took the sum where the mean is needed, so the perplexity would grow "
            "with the length of the text.",
            edit=(
                "nn.functional.cross_entropy(scores, targets)",
                'nn.functional.cross_entropy(scores, targets, reduction="sum")',
            ),
        ),
        Mistake(
            "You took the power first and averaged afterwards. The mean belongs in the "
            "exponent: average the bits first, then take the power.",
            code="""
def perplexity(scores, targets):
    nats = nn.functional.cross_entropy(scores, targets, reduction="none")
    return nats.exp().mean()
""",
        ),
        Mistake(
            "These are the mean bits. The perplexity is 2 to the power of them.",
            edit=("2**bits", "bits"),
        ),
        Mistake(
            "These are the mean nats. Turn them into bits, then raise 2 to that power.",
            code="""
def perplexity(scores, targets):
    return nn.functional.cross_entropy(scores, targets)
""",
        ),
        Mistake(
            "This is the surprise the model *expects*; the targets are not used. Take "
            "the surprise at the symbols that really came.",
            code="""
def perplexity(scores, targets):
    chances = scores.softmax(-1)
    return 2 ** -(chances * chances.log2()).sum(-1).mean()
""",
        ),
        Mistake(
            "`cross_entropy` expects logits and applies the softmax itself, so here it "
            "is applied twice.",
            edit=(
                "bits = nn.functional.cross_entropy(scores, targets",
                """chances = scores.softmax(-1)
    bits = nn.functional.cross_entropy(chances, targets""",
            ),
        ),
        Mistake(
            "This averages the probabilities. The perplexity averages their "
            "logarithms, so that a single symbol thought impossible weighs heavily.",
            code="""
def perplexity(scores, targets):
    chances = scores.softmax(-1)
    return 1 / chances.gather(1, targets[:, None]).mean()
""",
        ),
    ),
)

TEMPERATURE = Exercise(
    id="06.6",
    title="Temperature",
    minutes=4,
    difficulty=1,
    points=1,
    name="chances",
    cases=lambda: [
        (normal(5), 0.5),
        (normal(3, 4, seed=1), 2.0),
        (normal(2, 27, seed=2), 0.8),
        (normal(2, 3, 5, seed=3), 1.5),
    ],
    stub="""
def chances(scores, temperature):
    # scores is (..., V), temperature is a number above 0.
    # Return the probabilities to draw from, (..., V); each row sums to 1.
    ...
""",
    reference="""
def chances(scores, temperature):
    return (scores / temperature).softmax(dim=-1)
""",
    reason=(
        "Dividing the logits by a small temperature stretches their differences, so "
        "the likeliest symbol takes nearly everything; a large one makes all symbols "
        "alike. The order of the symbols never changes, and at temperature 1 the "
        "softmax is left as it was."
    ),
    hints=(
        "A low temperature must make the likeliest symbol likelier still.",
        "The temperature changes the scores, before they become probabilities.",
        "Dividing by a small number makes differences of scores large. Then comes the "
        "softmax over the last axis.",
    ),
    mistakes=(
        Mistake(
            "The scores are multiplied by the temperature, so cold and hot are "
            "exchanged. Divide by the temperature instead.",
            edit=("scores / temperature", "scores * temperature"),
        ),
        Mistake(
            "The probabilities are divided, so they no longer sum to 1. The "
            "temperature divides the scores, before the softmax.",
            edit=(
                "(scores / temperature).softmax(dim=-1)",
                "scores.softmax(dim=-1) / temperature",
            ),
        ),
        Mistake(
            "The softmax is applied twice: the temperature must divide the scores, "
            "not probabilities.",
            edit=("scores / temperature", "scores.softmax(dim=-1) / temperature"),
        ),
        Mistake(
            "The powers are right, but they must be divided by their sum, so that each "
            "row sums to 1 again.",
            edit=(
                "(scores / temperature).softmax(dim=-1)",
                "scores.softmax(dim=-1) ** (1 / temperature)",
            ),
        ),
        Mistake(
            "These are logarithms of the probabilities: use `softmax`.",
            edit=(
                "(scores / temperature).softmax(dim=-1)",
                "(scores / temperature).log_softmax(dim=-1)",
            ),
        ),
        Mistake(
            "The softmax runs over the first axis. Symbols are on the last one.",
            edit=(
                "(scores / temperature).softmax(dim=-1)",
                "(scores / temperature).softmax(dim=0)",
            ),
        ),
        Mistake(
            "The temperature is missing: this is temperature 1.",
            edit=("scores / temperature", "scores"),
        ),
    ),
)

LAST = Exercise(
    id="06.7",
    title="The last valid state",
    minutes=6,
    difficulty=2,
    points=2,
    name="last_valid",
    cases=lambda: [
        (normal(6, 3, 2), torch.tensor([4, 1, 5])),
        (normal(9, 4, 5, seed=1), torch.tensor([8, 8, 3, 2])),
    ],
    stub="""
def last_valid(states, lengths):
    # states is (T, B, H), after every step of padded sequences, side by side.
    # lengths is (B,) int64: the steps of each sequence before its padding, 1 to T - 1.
    # Return the state of each sequence after its own last step, (B, H).
    ...
""",
    reference="""
def last_valid(states, lengths):
    return states[lengths - 1, torch.arange(len(lengths))]
""",
    reason=(
        "A sequence of n steps has its last state at index n − 1, and two index "
        "tensors side by side pick one row for each sequence. What stands behind that "
        "row was computed from padding, which is why notebook 11 returns to it."
    ),
    hints=(
        "A sequence of 4 steps has its last one at index 3.",
        "You need one row for each sequence: a time index and a batch index that go "
        "together.",
        "With two index tensors of the same length, `states[times, sequences]` picks "
        "(B, H). The second is `torch.arange(len(lengths))`.",
    ),
    mistakes=(
        Mistake(
            "This is the last *padded* step, the same index for all. Each sequence "
            "ends at its own length; what comes after was made from padding.",
            edit=("states[lengths - 1, torch.arange(len(lengths))]", "states[-1]"),
        ),
        Mistake(
            "One step too late: Python counts from 0, so the last valid step is "
            "`lengths - 1`. Yours has read the first padding.",
            edit=("lengths - 1", "lengths"),
        ),
        Mistake(
            "This is the sum over all valid steps. Return only the state after the "
            "last of them.",
            edit=(
                "return states[lengths - 1, torch.arange(len(lengths))]",
                """valid = torch.arange(len(states))[:, None] < lengths
    return (states * valid[..., None]).sum(0)""",
            ),
        ),
        Mistake(
            "All are read at the end of the *longest* sequence. The shorter ones had "
            "run into their padding by then.",
            edit=(
                "states[lengths - 1, torch.arange(len(lengths))]",
                "states[lengths.max() - 1]",
            ),
        ),
        Mistake(
            "This is the mean over all valid steps. Return only the state after the "
            "last of them.",
            edit=(
                "return states[lengths - 1, torch.arange(len(lengths))]",
                """valid = torch.arange(len(states))[:, None] < lengths
    return (states * valid[..., None]).sum(0) / lengths[:, None]""",
            ),
        ),
        Mistake(
            "The batch index is missing, so every length picks a whole batch and you "
            "get (B, B, H). Index time and batch together.",
            edit=(
                "states[lengths - 1, torch.arange(len(lengths))]",
                "states[lengths - 1]",
            ),
        ),
        Mistake(
            "These are the states after the *first* step.",
            edit=("lengths - 1", "torch.zeros_like(lengths)"),
        ),
    ),
)

PARTS = (
    "`parity` must be four tensors (or lists): weight_ih (2, 1), weight_hh (2, 2), "
    "bias (2,) and read_out (2,)."
)
COUNTS = (
    "Your network counts the ones instead of telling odd from even: after 1, 1 it "
    "should say 0. The second unit must become active at a sum of 2, and the read-out "
    "must subtract it twice."
)
FORGETS = (
    "Your network only repeats the last bit, because the state does not come back. "
    "What must `weight_hh` feed into both units?"
)
ANY = (
    "Your network says whether any bit was 1, and never goes back to 0. The second "
    "unit is subtracted once, but it must be subtracted twice."
)
DRIFTS = (
    "Your network is right for a few bits and drifts away on long sequences. With "
    "whole numbers as weights, every state is a whole number and no error can grow."
)


def _tells_parity(parity):
    """Return what is wrong with the weights of a ReLU network for parity, or None."""
    shapes = (2, 1), (2, 2), (2,), (2,)
    try:
        parts = [torch.as_tensor(p, dtype=torch.float64).detach() for p in parity]
    except (TypeError, ValueError, RuntimeError):
        return PARTS
    if [tuple(part.shape) for part in parts] != list(shapes):
        return PARTS
    bits = symbols(400, 50, vocab_size=2, seed=6).double()
    said, truth = _said(parts, bits), bits.cumsum(0) % 2
    if torch.allclose(said, truth, atol=1e-4):
        return None
    for wrong, diagnosis in (
        (bits.cumsum(0), COUNTS),
        (bits, FORGETS),
        (bits.cummax(0).values, ANY),
    ):
        if torch.allclose(said, wrong, atol=1e-4):
            return diagnosis
    if torch.allclose(said[:3], truth[:3], atol=0.05):
        return DRIFTS
    return _first_failure(parts)


def _said(parts, bits):
    """Return what the network says after every bit, (T, B)."""
    weight_ih, weight_hh, bias, read_out = parts
    h, said = torch.zeros(bits.shape[1], 2, dtype=torch.float64), []
    for x in bits:
        h = (x[:, None] @ weight_ih.T + h @ weight_hh.T + bias).relu()
        said.append(h @ read_out)
    return torch.stack(said)


def _first_failure(parts):
    """Return in words the shortest sequence of bits that the network gets wrong."""
    for bits in ([0], [1], [0, 0], [0, 1], [1, 0], [1, 1], [1, 1, 0], [1, 1, 1]):
        column = torch.tensor(bits, dtype=torch.float64)[:, None]
        said, truth = _said(parts, column)[-1, 0].item(), sum(bits) % 2
        if not abs(said - truth) <= 1e-4:
            text = ", ".join(map(str, bits))
            return f"After {text} your network says {said:g}; it should say {truth}."
    return DRIFTS


PARITY = Exercise(
    id="06.8",
    title="Odd or even, for ever",
    minutes=20,
    difficulty=3,
    points=3,
    name="parity",
    verify=_tells_parity,
    stub="""
# Replace the dots: weight_ih (2, 1), weight_hh (2, 2), bias (2,), read_out (2,).
parity = (
    ...,
    ...,
    ...,
    ...,
)
""",
    reference="""
parity = (
    [[1], [1]],
    [[1, -2], [1, -2]],
    [0, -1],
    [1, -2],
)
""",
    reason=(
        "In one solution, with s the parity so far, the units hold relu(s + x) and "
        "relu(s + x − 1), and the first minus twice the second is the new parity. "
        "Because each row of `weight_hh` is the read-out, both units get this parity "
        "back. Nothing is lost, however long the sequence. Notebooks 13 and 14 ask "
        "which networks can *learn* parity."
    ),
    hints=(
        "Let s be the parity so far, 0 or 1, and x the new bit. The new parity is "
        "s + x, except that 2 must become 0. Which two ReLU units tell 0, 1 and 2 "
        "apart?",
        "relu(s + x) is 0, 1, 2 and relu(s + x - 1) is 0, 0, 1. Find the read-out that "
        "makes 0, 1, 0 of them.",
        "The read-out is (1, -2), and s is read-out times state. Both units need s, so "
        "both rows of weight_hh are the read-out.",
    ),
    mistakes=(
        Mistake(
            COUNTS, code="parity = ([[1], [1]], [[1, 0], [1, 0]], [0, -1], [1, 0])"
        ),
        Mistake(
            FORGETS, code="parity = ([[1], [1]], [[0, 0], [0, 0]], [0, -1], [1, -2])"
        ),
        Mistake(
            ANY, code="parity = ([[1], [1]], [[1, -1], [1, -1]], [0, -1], [1, -1])"
        ),
        Mistake(
            "After 1 your network says -1; it should say 1.",
            code="parity = ([[1], [1]], [[1, -2], [1, -2]], [0, 0], [1, -2])",
        ),
        Mistake(
            DRIFTS,
            code="parity = ([[1], [1]], [[1.01, -2], [1, -2]], [0, -1], [1, -2])",
        ),
        Mistake(PARTS, code="parity = [[1], [1]], [[1, -2], [1, -2]], [0, -1]"),
    ),
)

CELL = Exercise(
    id="06.9",
    title="The cell as a module",
    minutes=15,
    difficulty=2,
    points=3,
    name="Cell",
    build=lambda cell: cell(3, 4),
    cases=lambda: [
        (normal(5, 3), normal(5, 4, seed=1)),
        (normal(1, 3, seed=2), normal(1, 4, seed=3)),
        (normal(3, 3, seed=4), torch.zeros(3, 4)),
    ],
    forbidden=("recurrent layers",),
    gradient=True,
    stub="""
class Cell(nn.Module):
    # Not allowed: a recurrent layer or cell of PyTorch or of helpers.
    def __init__(self, input_size, hidden_size):
        super().__init__()
        # Make four parameters with these names and any numbers in them: weight_ih,
        # (H, I), weight_hh, (H, H), bias_ih and bias_hh, (H,) each.
        ...

    def forward(self, x, h):
        # x is (B, I), h is the state before, (B, H). Return the new state, (B, H).
        ...
""",
    reference="""
class Cell(nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.weight_ih = nn.Parameter(torch.randn(hidden_size, input_size))
        self.weight_hh = nn.Parameter(torch.randn(hidden_size, hidden_size))
        self.bias_ih = nn.Parameter(torch.randn(hidden_size))
        self.bias_hh = nn.Parameter(torch.randn(hidden_size))

    def forward(self, x, h):
        from_x = x @ self.weight_ih.T + self.bias_ih
        from_h = h @ self.weight_hh.T + self.bias_hh
        return (from_x + from_h).tanh()
""",
    reason=(
        "What is learned is made once, in `__init__`, and registered because it is an "
        "`nn.Parameter`; what happens at each step stands in `forward`. `nn.RNNCell` "
        "has the same four parameters under the same names. Notebooks 09 and 10 ask "
        "for the LSTM and the GRU in this form."
    ),
    hints=(
        "A plain tensor is not trained: wrap each weight as `nn.Parameter(...)` and "
        "assign it to `self`.",
        "`torch.randn(hidden_size, input_size)` has the shape of the first. In "
        "`forward` there are two products, each with its own bias.",
        "Add `x @ self.weight_ih.T + self.bias_ih` to the same expression for h, and "
        "take the tanh of the sum.",
    ),
    mistakes=(
        Mistake(
            "The tanh is missing: without it the cell is linear, and so is any number "
            "of steps.",
            edit=("(from_x + from_h).tanh()", "from_x + from_h"),
        ),
        Mistake(
            "The state is not used: the new state depends on the input alone, so this "
            "cell remembers nothing.",
            edit=("(from_x + from_h).tanh()", "from_x.tanh()"),
        ),
        Mistake(
            "`bias_hh` exists but is never added. PyTorch adds both biases.",
            edit=("h @ self.weight_hh.T + self.bias_hh", "h @ self.weight_hh.T"),
        ),
        Mistake(
            "`bias_ih` exists but is never added. PyTorch adds both biases.",
            edit=("x @ self.weight_ih.T + self.bias_ih", "x @ self.weight_ih.T"),
        ),
        Mistake(
            "`weight_hh` is used without being transposed: row i of a weight belongs "
            "to unit i, so it is `h @ self.weight_hh.T`.",
            edit=("h @ self.weight_hh.T", "h @ self.weight_hh"),
        ),
        Mistake(
            "Each part goes through a tanh of its own before they are added. The tanh "
            "comes last, once.",
            edit=("(from_x + from_h).tanh()", "from_x.tanh() + from_h.tanh()"),
        ),
        Mistake(
            "The two contributions are multiplied. They are added, and then comes the "
            "tanh.",
            edit=("from_x + from_h", "from_x * from_h"),
        ),
    ),
)

BATCHES = Exercise(
    id="06.10",
    title="The perplexity of many batches",
    minutes=5,
    difficulty=2,
    points=2,
    name="whole_perplexity",
    cases=lambda: [
        (uniform(4, low=0.5, high=3), torch.tensor([10, 10, 10, 3])),
        (uniform(2, low=0.1, high=5, seed=1), torch.tensor([1, 7])),
        (uniform(1, low=1, high=2, seed=2), torch.tensor([5])),
        (uniform(6, low=1, high=4, seed=3), torch.tensor([2, 9, 4, 4, 1, 30])),
    ],
    stub="""
def whole_perplexity(losses, counts):
    # losses is (N,): the mean loss of each batch, in nats, as cross_entropy gives it.
    # counts is (N,) int64: how many symbols each batch had.
    # Return the perplexity of all symbols together, one number in a tensor.
    ...
""",
    reference="""
def whole_perplexity(losses, counts):
    mean = (losses * counts).sum() / counts.sum()
    return mean.exp()
""",
    reason=(
        "A mean of batch losses counts every symbol equally only if each batch weighs "
        "as much as it has symbols, and the last batch of a text is usually short. The "
        "exponential comes last, because a mean of exponentials is always larger than "
        "the exponential of the mean, unless all batches are equally hard."
    ),
    hints=(
        "First find the mean loss of all symbols. A batch of 3 symbols must not weigh "
        "as much as one of 10.",
        "A batch's mean times its count is the sum of its losses. Add the sums of all "
        "batches, and divide by the number of symbols.",
        "The losses are in nats, so the perplexity is e to the power of that mean: "
        "`.exp()`, once, at the end.",
    ),
    mistakes=(
        Mistake(
            "Every batch weighs the same here, although the short ones have fewer "
            "symbols. Weight each loss by its count.",
            edit=("(losses * counts).sum() / counts.sum()", "losses.mean()"),
        ),
        Mistake(
            "You averaged the perplexities of the batches. Average the losses, and "
            "take the exponential last.",
            edits=[
                ("losses * counts", "losses.exp() * counts"),
                ("return mean.exp()", "return mean"),
            ],
        ),
        Mistake(
            "You averaged the perplexities of the batches, all with the same "
            "weight. Average the losses, weighted by the counts, and take the "
            "exponential last.",
            code="""
def whole_perplexity(losses, counts):
    return losses.exp().mean()
""",
        ),
        Mistake(
            "The losses are in nats, so the base is e. Two goes with bits.",
            edit=("mean.exp()", "2**mean"),
        ),
        Mistake(
            "This is the mean loss. The perplexity is e to the power of it.",
            edit=("mean.exp()", "mean"),
        ),
        Mistake(
            "The sum of all losses must be divided by the number of symbols, not by "
            "the number of batches.",
            edit=("/ counts.sum()", "/ len(counts)"),
        ),
        Mistake(
            "The sum is not divided by the number of symbols, so the result grows with "
            "the length of the text.",
            edit=(" / counts.sum()", ""),
        ),
    ),
)

EMBEDDING = Exercise(
    id="06.11",
    title="The gradient of an embedding",
    minutes=6,
    difficulty=2,
    points=2,
    name="table_gradient",
    cases=lambda: [
        (torch.tensor([2, 0, 2, 1]), normal(4, 3), 5),
        (symbols(30, vocab_size=6, seed=1), normal(30, 2, seed=2), 7),
        (torch.tensor([3]), normal(1, 4, seed=3), 4),
    ],
    stub="""
def table_gradient(symbols, slopes, vocab_size):
    # The embeddings of the symbols, (T,) int64, are rows of a table (V, I).
    # slopes is (T, I): the gradient of the loss by the embedding at each step.
    # Return the gradient of the loss by the table, (V, I), without autograd.
    ...
""",
    reference="""
def table_gradient(symbols, slopes, vocab_size):
    one_hot = nn.functional.one_hot(symbols, vocab_size).to(slopes.dtype)
    return one_hot.T @ slopes
""",
    reason=(
        "The embeddings are one-hot rows times the table, so the gradient is the "
        "transposed one-hot matrix times the slopes: each row of the table collects "
        "the slopes of all steps that used it, and a symbol that did not occur gets "
        "nothing. Notebook 07 finds the same rule for a weight that is used at every "
        "step."
    ),
    hints=(
        "Which rows of the table had anything to do with the loss? What if a symbol "
        "occurs twice?",
        "A row gets the *sum* of the slopes of all steps at which its symbol occurred. "
        "The other rows get zeros.",
        "With `one_hot`, (T, V), the embeddings are `one_hot @ table`. The gradient "
        "with respect to the right factor of a product is the left one, transposed, "
        "times the slopes.",
    ),
    mistakes=(
        Mistake(
            "A symbol that occurs twice keeps only one of its slopes here: with an "
            "index that repeats, torch keeps only one write, even with `+=`. The "
            "slopes must be added up.",
            code="""
def table_gradient(symbols, slopes, vocab_size):
    gradient = slopes.new_zeros(vocab_size, slopes.shape[1])
    for symbol, slope in zip(symbols, slopes):
        gradient[symbol] = slope
    return gradient
""",
        ),
        Mistake(
            "This is the *mean* slope of each symbol. A row that was used twice "
            "counts twice: take the sum.",
            edit=(
                "one_hot.T @ slopes",
                "one_hot.T @ slopes / one_hot.sum(0).clamp(min=1)[:, None]",
            ),
        ),
        Mistake(
            "The rows and columns are exchanged: the table is (V, I).",
            edit=("one_hot.T @ slopes", "slopes.T @ one_hot"),
        ),
        Mistake(
            "This says only how often each symbol occurred. Each occurrence brings its "
            "own slope.",
            edit=(
                "one_hot.T @ slopes",
                "one_hot.sum(0)[:, None].expand(-1, slopes.shape[1])",
            ),
        ),
        Mistake(
            "Every row gets the sum of all slopes. A row gets only those of the steps "
            "at which its own symbol occurred.",
            edit=("one_hot.T @ slopes", "slopes.sum(0).expand(vocab_size, -1)"),
        ),
        Mistake(
            "Symbols that did not occur must have a row of zeros, so that the result "
            "is as large as the table, (V, I).",
            edit=("one_hot.T @ slopes", "one_hot.T[symbols.unique()] @ slopes"),
        ),
    ),
)
