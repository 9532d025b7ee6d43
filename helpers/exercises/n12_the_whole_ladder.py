"""The exercises of notebook 12."""

import torch

from helpers.exercises.cases import uniform
from helpers.exercises.exercise import Exercise, Mistake

NOTEBOOK = "12 · The whole ladder"


BITS = Exercise(
    id="12.1",
    title="Bits from nats",
    minutes=3,
    difficulty=1,
    points=1,
    name="bits_per_key",
    cases=lambda: [
        (torch.tensor(8.43, dtype=torch.float64), 88),
        (uniform(5, low=7, high=12), 88),
        (uniform(3, seed=1, low=1, high=3), 1),
    ],
    stub="""
def bits_per_key(nats, keys):
    # nats is what a step costs over all keys, a tensor; keys is how many there are.
    # Return what one key costs on average, in bits, a tensor of the same shape.
    ...
""",
    reference="""
def bits_per_key(nats, keys):
    return nats / math.log(2) / keys
""",
    reason=(
        "A nat is 1 / ln 2 = 1.44 bits, and sharing a chord's cost among its keys "
        "makes data sets of different width comparable. Always look which unit a "
        "table is in before you compare two of them."
    ),
    hints=(
        "A nat is the surprise of something with probability 1/e; a bit of something "
        "with probability 1/2. How many bits are in a nat?",
        "log2(p) = ln(p) / ln(2). So one nat is 1.44 bits: the number gets larger.",
        "Divide by `math.log(2)`, and share the result among the keys.",
    ),
    mistakes=(
        Mistake(
            "You multiplied by ln 2, which turns bits into nats. A nat is more than a "
            "bit, so the number must grow: divide by `math.log(2)`.",
            edit=("nats / math.log(2)", "nats * math.log(2)"),
        ),
        Mistake(
            "This is what all keys cost together. Share it: divide by `keys`.",
            edit=("nats / math.log(2) / keys", "nats / math.log(2)"),
        ),
        Mistake(
            "These are still nats. Divide by `math.log(2)` to get bits.",
            edit=("nats / math.log(2)", "nats"),
        ),
        Mistake(
            "`log2` of the loss takes a second logarithm: `nats` is a logarithm "
            "already. Only its unit changes, by a factor.",
            edit=("nats / math.log(2)", "torch.log2(nats)"),
        ),
        Mistake(
            "ln 10 belongs to decimal digits. A bit is a choice between two: "
            "`math.log(2)`.",
            edit=("math.log(2)", "math.log(10)"),
        ),
        Mistake(
            "You multiplied by `keys`. The loss is a sum over them already: divide.",
            edit=("nats / math.log(2) / keys", "nats / math.log(2) * keys"),
        ),
        Mistake(
            "Two to the power of the bits is a perplexity. The bits themselves are "
            "asked for.",
            edit=("nats / math.log(2) / keys", "2 ** (nats / math.log(2) / keys)"),
        ),
        Mistake(
            "`log2` of the share takes a second logarithm: `nats` is a logarithm "
            "already. Only its unit changes, by a factor.",
            edit=("nats / math.log(2) / keys", "(nats / keys).log2()"),
        ),
        Mistake(
            "`log2(keys)` is what it takes to name one key among all. Here each key is "
            "a question of its own: divide by `keys`, and by `math.log(2)`.",
            edit=("nats / math.log(2) / keys", "nats / math.log2(keys)"),
        ),
    ),
)

SEEDS = Exercise(
    id="12.2",
    title="A band from seeds",
    minutes=5,
    difficulty=1,
    points=2,
    name="band",
    cases=lambda: [
        (uniform(5),),
        (torch.tensor([1.98, 2.01, 1.97], dtype=torch.float64),),
        (uniform(5, 20, seed=1),),
    ],
    stub="""
def band(scores):
    # scores is (S,), one for each seed, or (S, N), N scores for each seed.
    # Return two tensors, the mean over seeds minus and plus one standard deviation,
    # where the squares are divided by S - 1.
    ...
""",
    reference="""
def band(scores):
    mean, spread = scores.mean(0), scores.std(0)
    return mean - spread, mean + spread
""",
    reason=(
        "The mean over seeds, less and plus one standard deviation, shows how much "
        "luck there is in a single run. It is not the uncertainty of the mean, which "
        "shrinks with the number of seeds; 12.6 works that out."
    ),
    hints=(
        "Axis 0 is the axis of the seeds. Mean and deviation must both go over it, and "
        "over nothing else.",
        "`scores.std(0)` divides by S - 1, which is what we want: with few seeds the "
        "mean lies too close to them.",
        "Compute `mean = scores.mean(0)` and `spread = scores.std(0)`; return their "
        "difference and their sum.",
    ),
    mistakes=(
        Mistake(
            "The squares are divided by S. With few seeds that is too narrow: their "
            "own mean lies too close to them. Divide by S - 1, as `std` does.",
            edit=("scores.std(0)", "scores.std(0, correction=0)"),
        ),
        Mistake(
            "Divided by √S this is the standard error: how well the mean is known. The "
            "band asked for says how far single runs lie apart.",
            edit=("scores.std(0)", "scores.std(0) / len(scores) ** 0.5"),
        ),
        Mistake(
            "`var` is the square of the standard deviation, in squared units.",
            edit=("scores.std(0)", "scores.var(0)"),
        ),
        Mistake(
            "You averaged over all axes. Go over the seeds only, axis 0, so that each "
            "of the N scores keeps its own band.",
            edit=("scores.mean(0), scores.std(0)", "scores.mean(), scores.std()"),
        ),
        Mistake(
            "Lowest and highest seed: that band grows with every seed you add. The "
            "standard deviation does not.",
            code="""
def band(scores):
    return scores.min(0).values, scores.max(0).values
""",
        ),
        Mistake(
            "You halved the spread. One standard deviation each way is asked for.",
            edit=(
                "mean - spread, mean + spread",
                "mean - spread / 2, mean + spread / 2",
            ),
        ),
        Mistake(
            "The middle is the median here. The mean is asked for.",
            edit=("scores.mean(0)", "scores.median(0).values"),
        ),
        Mistake(
            "The band is upside down: the lower end, minus, comes first.",
            edit=("mean - spread, mean + spread", "mean + spread, mean - spread"),
        ),
        Mistake(
            "These are the middle and the half width. The two ends are asked for: mean "
            "minus and mean plus one deviation.",
            code="""
def band(scores):
    return scores.mean(0), scores.std(0)
""",
        ),
    ),
)

COUNT = Exercise(
    id="12.3",
    title="Count the numbers",
    minutes=6,
    difficulty=2,
    points=2,
    name="count_numbers",
    cases=lambda: [
        ("RNN", 27, 128, 27),
        ("LSTM", 27, 62, 27),
        ("GRU", 88, 60, 88),
        ("LSTM", 1, 6, 1),
        ("GRU", 5, 7, 3),
        ("RNN", 2, 3, 9),
    ],
    stub="""
def count_numbers(kind, inputs, hidden, outputs):
    # kind is "RNN", "LSTM" or "GRU", as torch.nn builds them, with two biases.
    # Return how many numbers are learned: the layer and a linear read-out with bias.
    ...
""",
    reference="""
def count_numbers(kind, inputs, hidden, outputs):
    blocks = {"RNN": 1, "LSTM": 4, "GRU": 3}[kind]
    layer = blocks * hidden * (inputs + hidden + 2)
    return layer + outputs * (hidden + 1)
""",
    reason=(
        "Each block has H · I weights for the input, H · H for the state and two "
        "biases of H, and the cell decides how many blocks there are. The read-out "
        "sees H units and a bias for each output."
    ),
    hints=(
        "An RNN computes one thing for each unit, an LSTM four (i, f, g, o), a GRU "
        "three (r, z, n). Each is a block of weights of the same size.",
        "A block reads `inputs` numbers and `hidden` numbers and adds two biases, for "
        "each of its `hidden` units.",
        "The read-out adds a weight for each unit and a bias, for each output: "
        "`outputs * (hidden + 1)`.",
    ),
    mistakes=(
        Mistake(
            "You counted one bias. torch keeps two for each unit of each block, "
            "`bias_ih` and `bias_hh`.",
            edit=("inputs + hidden + 2", "inputs + hidden + 1"),
        ),
        Mistake(
            "The read-out is missing: `outputs * (hidden + 1)` numbers more.",
            edit=("layer + outputs * (hidden + 1)", "layer"),
        ),
        Mistake(
            "The bias of the read-out is missing: one number for each output.",
            edit=("hidden + 1", "hidden"),
        ),
        Mistake(
            "You counted the gates only. The candidate, g or n, has its own block too: "
            "4 for the LSTM, 3 for the GRU.",
            edit=('{"RNN": 1, "LSTM": 4, "GRU": 3}', '{"RNN": 1, "LSTM": 3, "GRU": 2}'),
        ),
        Mistake(
            "`weight_hh` is missing: every unit reads all `hidden` units of the step "
            "before.",
            edit=("inputs + hidden", "inputs"),
        ),
        Mistake(
            "That is right for the RNN. An LSTM has 4 such blocks and a GRU 3: the "
            "factor for `kind` is missing.",
            edit=("blocks * hidden", "hidden"),
        ),
        Mistake(
            "The GRU has three blocks, r, z and n. The four are those of the LSTM.",
            edit=('{"RNN": 1, "LSTM": 4, "GRU": 3}', '{"RNN": 1, "LSTM": 4, "GRU": 4}'),
        ),
        Mistake(
            "LSTM and GRU are exchanged: the LSTM has four blocks, i, f, g and o, and "
            "the GRU has three.",
            edit=('"LSTM": 4, "GRU": 3', '"LSTM": 3, "GRU": 4'),
        ),
        Mistake(
            "The read-out is counted once for each block. It reads only h, so there is "
            "one, whatever the layer.",
            edit=("outputs * (hidden + 1)", "blocks * outputs * (hidden + 1)"),
        ),
        Mistake(
            "The read-out has a bias for each of its outputs, not for each unit.",
            edit=("outputs * (hidden + 1)", "outputs * hidden + hidden"),
        ),
    ),
)

WIDEST = Exercise(
    id="12.4",
    title="As wide as the budget allows",
    minutes=8,
    difficulty=2,
    points=2,
    name="widest",
    cases=lambda: [
        (1, 27, 27, 25_000),
        (4, 27, 27, 25_000),
        (3, 88, 88, 30_000),
        (4, 1, 1, 250),
        (3, 2, 2, 230),  # seven units only with a single bias each
        (1, 1, 1, 13),  # exactly two units
        (4, 3, 7, 242),  # exactly five
        (4, 3, 7, 241),  # one number short of five
        (3, 8, 2, 300),
        (1, 1, 1, 5),  # not even one
    ],
    forbidden=("helpers.ladder.models.width",),
    stub="""
def widest(blocks, inputs, outputs, budget):
    # A layer with so many blocks (1, 4 or 3) and a linear read-out with bias.
    # Return the largest number of units, an int, for which layer and read-out
    # together learn no more than budget numbers.
    ...
""",
    reference="""
def widest(blocks, inputs, outputs, budget):
    hidden = 0
    while True:
        wider = hidden + 1
        needed = blocks * wider * (inputs + wider + 2) + outputs * (wider + 1)
        if needed > budget:
            return hidden
        hidden = wider
""",
    reason=(
        "Since the count grows with every unit, the widest network is the last one "
        "that still fits, and a width that needs exactly the budget is allowed. Equal "
        "budgets are one fair rule for a comparison; equal time is another."
    ),
    hints=(
        "A width H needs blocks · H · (I + H + 2) parameters in the layer and "
        "outputs · (H + 1) in the read-out. Try one width after the other.",
        "Stop at the first width that needs more than the budget; the one before it is "
        "the answer.",
        "A width that needs exactly the budget is still allowed: compare with `>`.",
    ),
    mistakes=(
        Mistake(
            "This is the first width that is too wide. The one before it is asked for.",
            edit=("return hidden\n", "return wider\n"),
        ),
        Mistake(
            "The read-out is not counted: it learns `outputs * (hidden + 1)` numbers "
            "out of the same budget.",
            edit=(" + outputs * (wider + 1)", ""),
        ),
        Mistake(
            "You counted one bias for each unit; torch keeps two.",
            edit=("inputs + wider + 2", "inputs + wider + 1"),
        ),
        Mistake(
            "You divided the width of an RNN by `blocks`. The numbers grow with the "
            "square of the width, so `blocks` belongs into the count.",
            edits=[
                ("blocks * wider", "wider"),
                ("return hidden\n", "return hidden // blocks\n"),
            ],
        ),
        Mistake(
            "Only the square of the width is counted: inputs, biases and read-out take "
            "their share of the budget too.",
            code="""
def widest(blocks, inputs, outputs, budget):
    return int((budget / blocks) ** 0.5)
""",
        ),
        Mistake(
            "A width that needs exactly the budget is allowed, and you leave it out: "
            "`<=`, not `<`.",
            edit=("needed > budget", "needed >= budget"),
        ),
        Mistake(
            "The read-out has a bias too, one number for each output.",
            edit=("outputs * (wider + 1)", "outputs * wider"),
        ),
        Mistake(
            "One block is counted, whatever the layer: `blocks` belongs into the "
            "count.",
            edit=("blocks * wider", "wider"),
        ),
        Mistake(
            "The solution of the equation is rounded to the nearest number, which may "
            "be above the budget. Round it down.",
            code="""
def widest(blocks, inputs, outputs, budget):
    half = (inputs + 2 + outputs / blocks) / 2
    root = (half**2 + (budget - outputs) / blocks) ** 0.5
    return round(root - half)
""",
        ),
        Mistake(
            "Every unit reads all the others too, so the count grows with the square "
            "of the width: `weight_hh` is missing.",
            edit=("(inputs + wider + 2) + outputs * (wider + 1)", "(inputs + 2)"),
        ),
    ),
)


def _series(length, seed):
    return uniform(length, seed=seed, low=-1).cumsum(0)


LEAK = Exercise(
    id="12.5",
    title="An error without a look ahead",
    minutes=12,
    difficulty=3,
    points=3,
    name="errors_at",
    cases=lambda: [
        (torch.tensor(0.8, dtype=torch.float64), _series(12, 0), 6, 1),
        (torch.tensor(0.8, dtype=torch.float64), _series(12, 0), 6, 3),
        (torch.tensor(-0.5, dtype=torch.float64), _series(30, 1), 20, 5),
        (torch.tensor(0.5, dtype=torch.float64), _series(4, 2), 2, 2),  # one origin
        (torch.tensor(0.9, dtype=torch.float64), _series(7, 3), 1, 2),
    ],
    gradient=True,
    stub="""
def errors_at(phi, series, first, horizon):
    # An AR(1) without intercept forecasts each next value as phi times the one before,
    # and goes on with its own forecasts. series is (T,), phi a number in a tensor.
    # From every origin t = first, first + 1, ... the past is series[:t]. Return
    # forecast minus truth for the value `horizon` steps after the last of the past,
    # for every origin whose truth lies in the series, as a tensor.
    ...
""",
    reference="""
def errors_at(phi, series, first, horizon):
    last_known = series[first - 1 : len(series) - horizon]
    truth = series[first - 1 + horizon :]
    return phi**horizon * last_known - truth
""",
    reason=(
        "Every forecast uses values up to its own origin and nothing later, and the "
        "AR(1) forecast fades with phi to the power of the horizon. If the truth "
        "slips into the inputs, errors look wonderful and mean nothing."
    ),
    hints=(
        "At origin t the last known value is `series[t - 1]`. Which place has the "
        "value `horizon` steps after it?",
        "Feeding on its own forecasts, the model multiplies by phi `horizon` times: "
        "`phi**horizon * series[t - 1]`.",
        "The truth is `series[t - 1 + horizon]`. All origins at once: the last known "
        "values are `series[first - 1 : len(series) - horizon]`.",
    ),
    mistakes=(
        Mistake(
            "The forecast reads the value right before the truth, which nobody knows "
            "yet at the origin: a leak. Only `series[t - 1]` and earlier may be used, "
            "so the factor is `phi**horizon`.",
            edit=(
                "phi**horizon * last_known",
                "phi * series[first - 2 + horizon : -1]",
            ),
        ),
        Mistake(
            "`series[t]` counts as known here, but the past of origin t is "
            "`series[:t]`, which ends at `series[t - 1]`.",
            edits=[
                ("series[first - 1 : len", "series[first : len"),
                ("series[first - 1 + horizon :]", "series[first + horizon :]"),
            ],
        ),
        Mistake(
            "phi is used once. The model feeds on its own forecasts, so after "
            "`horizon` steps it has multiplied `horizon` times.",
            edit=("phi**horizon", "phi"),
        ),
        Mistake(
            "These are the errors from all origins, also those before `first`, where "
            "the model was fitted.",
            edits=[
                ("series[first - 1 : len", "series[: len"),
                ("series[first - 1 + horizon :]", "series[horizon:]"),
            ],
        ),
        Mistake(
            "The sign is turned: forecast minus truth is asked for.",
            edit=(
                "phi**horizon * last_known - truth",
                "truth - phi**horizon * last_known",
            ),
        ),
        Mistake(
            "One factor is missing: the forecast one step ahead is phi times the last "
            "value already, so it is `phi**horizon`.",
            edit=("phi**horizon", "phi ** (horizon - 1)"),
        ),
        Mistake(
            "You took the absolute value. The error keeps its sign: forecast minus "
            "truth.",
            edit=(
                "phi**horizon * last_known - truth",
                "(phi**horizon * last_known - truth).abs()",
            ),
        ),
        Mistake(
            "You multiplied phi by `horizon`. Feeding on its own forecasts the model "
            "multiplies by phi again and again: a power.",
            edit=("phi**horizon", "phi * horizon"),
        ),
        Mistake(
            "The last origin is missing: the one whose truth is the last value of the "
            "series.",
            edits=[
                ("len(series) - horizon]", "len(series) - horizon - 1]"),
                ("series[first - 1 + horizon :]", "series[first - 1 + horizon : -1]"),
            ],
        ),
        Mistake(
            "`series[t]` counts as known here, but the past of origin t is "
            "`series[:t]`, which ends at `series[t - 1]`.",
            edit=(
                "series[first - 1 : len(series) - horizon]",
                "series[first : len(series) - horizon + 1]",
            ),
        ),
        Mistake(
            "The forecast is compared with the very next value. The truth lies "
            "`horizon` steps after the last of the past.",
            edit=(
                "series[first - 1 + horizon :]",
                "series[first : len(series) - horizon + 1]",
            ),
        ),
    ),
)

PAIRED = Exercise(
    id="12.6",
    title="Two models, the same questions",
    minutes=8,
    difficulty=2,
    points=2,
    name="ahead",
    cases=lambda: [
        (
            torch.tensor([2.0, 3.0, 1.0], dtype=torch.float64),
            torch.tensor([2.2, 3.1, 1.3], dtype=torch.float64),
        ),
        (uniform(10), uniform(10) + 0.1 * uniform(10, seed=1)),
        (uniform(20, seed=2), uniform(20, seed=3)),
    ],
    stub="""
def ahead(losses, rival):
    # Two models' losses on the same N blocks of questions, (N,) each; low is good.
    # Return two tensors: by how much the first is ahead on average (above 0 if it is
    # better), and the standard error of that number.
    ...
""",
    reference="""
def ahead(losses, rival):
    lead = rival - losses
    return lead.mean(), lead.std() / len(lead) ** 0.5
""",
    reason=(
        "Both models answered the same questions, so the difference is taken question "
        "by question before averaging: what makes a question hard for both cancels "
        "out. An interval of the difference says more than two intervals side by "
        "side."
    ),
    hints=(
        "A hard block is hard for both. Subtract block by block first, and what is "
        "hard for both cancels.",
        "Low losses are good, so the lead on a block is `rival - losses`.",
        "The standard error of a mean of N numbers is their deviation over √N.",
    ),
    mistakes=(
        Mistake(
            "You added the variances of both, as if each had met other questions. They "
            "met the same: take the differences block by block, then their deviation.",
            edit=(
                "lead.std() / len(lead) ** 0.5",
                "((losses.var() + rival.var()) / len(lead)) ** 0.5",
            ),
        ),
        Mistake(
            "This is the deviation of single blocks. The mean of N blocks is known "
            "better by √N.",
            edit=("lead.std() / len(lead) ** 0.5", "lead.std()"),
        ),
        Mistake(
            "The sign is turned: low losses are good, so the lead is `rival - losses`.",
            edit=("rival - losses", "losses - rival"),
        ),
        Mistake(
            "You divided by N. The error of a mean falls with √N.",
            edit=("len(lead) ** 0.5", "len(lead)"),
        ),
        Mistake(
            "The squares are divided by N; with few blocks that is too small. Divide "
            "by N - 1, as `std` does by itself.",
            edit=("lead.std()", "lead.std(correction=0)"),
        ),
        Mistake(
            "With absolute values a block that is lost counts like one that is won. "
            "Keep the signs.",
            edit=("rival - losses", "(rival - losses).abs()"),
        ),
        Mistake(
            "You divided by the rival's losses. The lead is asked for in the unit of "
            "the losses themselves.",
            edit=("rival - losses", "(rival - losses) / rival"),
        ),
    ),
)

FAIR = Exercise(
    id="12.7",
    title="A fair race",
    minutes=4,
    difficulty=2,
    points=1,
    name="fair",
    stub="""
# A plain RNN and an LSTM are to be compared. Which plan is fair?
#   "a"  Both get the learning rate that is best for the LSTM, and equal seeds.
#   "b"  Both get eight settings each on choice data; then five seeds on test data.
#   "c"  Both get eight settings each on test data; the best of each is reported.
#   "d"  Both get 128 units, so that they have equally many numbers to learn.
#   "e"  Both train for one minute, on a machine that does other work as well.
#   "f"  Both get twenty seeds; the best seed of each is reported.
fair = ...
""",
    reference='fair = "b"',
    reason=(
        "Each model is tuned with the same effort, the test data take no part in any "
        "choice, and the seeds show how far luck goes. Whether an equal number of "
        "parameters or equal time should be the rule is a choice of its own, so say "
        "which one you made."
    ),
    hints=(
        "Ask of every plan: does one of the two get more care? And do the test data "
        "help to choose?",
        "A learning rate that is good for one model may be bad for the other; the best "
        "of many is a choice made by luck.",
        "One plan tunes both with equal effort on other data than the test data.",
    ),
    mistakes=(
        Mistake(
            "Equal settings are not equal care: the rate was tuned for one of them.",
            code='fair = "a"',
        ),
        Mistake(
            "The test data choose the settings here, so the scores come out too good. "
            "How much too good differs from model to model.",
            code='fair = "c"',
        ),
        Mistake(
            "With 128 units each, an LSTM learns four times as many numbers in its "
            "layer, and nothing is said of settings or seeds.",
            code='fair = "d"',
        ),
        Mistake(
            "Seconds on a busy machine measure the other work too. Count updates, or "
            "seconds of one core, and state them.",
            code='fair = "e"',
        ),
        Mistake(
            "The best of twenty is chosen by luck and by the test data. Report the "
            "mean and the spread of all.",
            code='fair = "f"',
        ),
    ),
)

READ = Exercise(
    id="12.8",
    title="What may be said?",
    minutes=4,
    difficulty=2,
    points=1,
    name="said",
    stub="""
# Five seeds each, bits per character, mean ± standard deviation over seeds:
#   model P  1.983 ± 0.010        model Q  1.978 ± 0.012        counting  2.094
# Both have 25,000 numbers and 1,000 updates. Which sentence is allowed?
#   "a"  Q is better than P.
#   "b"  P and Q are equally good models of English.
#   "c"  Both beat counting here; between P and Q these runs show no difference.
#   "d"  With more updates Q would win.
#   "e"  Counting is a bad model of text.
#   "f"  P is better on other books, since it varies less.
said = ...
""",
    reference='said = "c"',
    reason=(
        "Both lie many spreads below counting, and their difference is smaller than "
        "either spread. No difference was seen, which is not the same as equal, and "
        "it holds for this book and this budget."
    ),
    hints=(
        "Compare each difference with the spreads beside it.",
        "Which sentences speak of something that was not measured: other books, more "
        "updates?",
        "To see no difference is not to show that there is none.",
    ),
    mistakes=(
        Mistake(
            "They are 0.005 bits apart and single runs spread by 0.010: the next five "
            "seeds may turn the order round.",
            code='said = "a"',
        ),
        Mistake(
            "No difference was seen with five seeds, one book and one budget. That "
            "does not show that there is none, least of all for English as a whole.",
            code='said = "b"',
        ),
        Mistake(
            "More updates were not measured. Curves can cross, and one of the models "
            "may begin to learn by heart.",
            code='said = "d"',
        ),
        Mistake(
            "It is 0.11 bits behind after a fraction of a second, without training. "
            "Bad for what, and for which price?",
            code='said = "e"',
        ),
        Mistake(
            "A spread over seeds says nothing of other books, and 0.010 and 0.012 from "
            "five seeds are not known to differ.",
            code='said = "f"',
        ),
    ),
)
