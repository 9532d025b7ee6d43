"""The exercises of notebook 05."""

import torch

from helpers.exercises.cases import normal, rows, symbols
from helpers.exercises.exercise import Exercise, Mistake

NOTEBOOK = "05 · Latent autoregressive models"


def _with_gaps(steps, gaps, seed):
    series = 10 + 3 * normal(steps, seed=seed)
    series[torch.tensor(gaps)] = torch.nan
    return series


MEMORY = Exercise(
    id="05.1",
    title="How long is the memory?",
    minutes=2,
    difficulty=1,
    points=1,
    name="terms",
    stub="""
# Replace the dots with a whole number.
terms = ...
""",
    reference="terms = 21",
    reason=(
        "0.8 to the power of 21 is 0.0092, to the power of 20 it is 0.0115. One "
        "number carried along does the work of an AR(21), within a hundredth."
    ),
    hints=(
        "If you take the newest τ values, what is missing is the average from before "
        "them, and it weighs a to the power of τ.",
        "Look for the smallest τ at which 0.8 to the power of τ is at most 0.01.",
        "`math.log(0.01) / math.log(0.8)` is where it happens, but τ must be a whole "
        "number.",
    ),
    mistakes=(
        Mistake(
            "After 20 values 0.0115 is missing, which is still more than a hundredth. "
            "You need one more.",
            code="terms = 20",
        ),
        Mistake(
            "After 21 values only 0.0092 is missing, so 21 are enough already.",
            code="terms = 22",
        ),
        Mistake(
            "`a` and `1 - a` are swapped: 0.2 is the weight of what is new. The old "
            "average is kept with the weight 0.8.",
            code="terms = 3",
        ),
        Mistake(
            "5 is 1 / (1 - a). After 5 values, 0.8 to the power of 5 is still missing, "
            "which is a third.",
            code="terms = 5",
        ),
        Mistake(
            "After 14 values the *next* one weighs less than a hundredth. All older "
            "ones together still weigh 0.8 to the power of 14, which is 0.044.",
            code="terms = 14",
        ),
        Mistake("44 is right for a = 0.9. Here a is 0.8.", code="terms = 44"),
        Mistake(
            "At this τ the weight is exactly a hundredth. But τ counts values, so it "
            "must be whole: round up.",
            code="terms = math.log(0.01) / math.log(0.8)",
        ),
    ),
)

PREDICT = Exercise(
    id="05.2",
    title="Predict, then look",
    minutes=6,
    difficulty=1,
    points=2,
    name="one_step_ahead",
    cases=lambda: [
        (torch.tensor([4.0, 8.0, 6.0], dtype=torch.float64), 0.5),
        (normal(7), 0.9),
        (normal(12, seed=1), 0.2),
        (normal(2, seed=2), 0.7),
    ],
    forbidden=("helpers.latent.exponential_average", "helpers.latent.carry"),
    gradient=True,
    stub="""
def one_step_ahead(series, a):
    # series is (T,). Begin with h = the first value.
    # Return a prediction of every other value from the average so far, (T - 1,).
    ...
""",
    reference="""
def one_step_ahead(series, a):
    h, predictions = series[0], []
    for x in series[1:]:
        predictions.append(h)
        h = a * h + (1 - a) * x
    return torch.stack(predictions)
""",
    reason=(
        "Every prediction is made before its value is mixed in. The recurrent networks "
        "of notebook 06 are trained by the same rule: the output of a step is compared "
        "with the *next* input."
    ),
    hints=(
        "Go through the values from the second on. What do you know before you see "
        "each of them?",
        "Append the average to a list *before* you mix in the new value.",
        "The average becomes `a * h + (1 - a) * x`; at the end `torch.stack` makes "
        "one tensor of the list.",
    ),
    mistakes=(
        Mistake(
            "The new value is in the average already when you predict it: that is "
            "leakage. Append `h` first, then update it.",
            edit=(
                "predictions.append(h)\n        h = a * h + (1 - a) * x",
                "h = a * h + (1 - a) * x\n        predictions.append(h)",
            ),
        ),
        Mistake(
            "`a` and `1 - a` are swapped: `a` is what is kept of the old average.",
            edit=("h = a * h + (1 - a) * x", "h = (1 - a) * h + a * x"),
        ),
        Mistake(
            "You begin with 0. The summary before the second value is the first value.",
            code="""
def one_step_ahead(series, a):
    h, predictions = 0 * series[0], []
    for x in series:
        predictions.append(h)
        h = a * h + (1 - a) * x
    return torch.stack(predictions)[1:]
""",
        ),
        Mistake(
            "This has T predictions. The first value has none: it is where the average "
            "begins.",
            edit=("series[1:]", "series"),
        ),
        Mistake(
            "The weight `1 - a` of the new value is missing, so the weights do not add "
            "up to 1.",
            edit=("(1 - a) * x", "x"),
        ),
        Mistake(
            "This mixes each value with its neighbour, and the neighbour is the one to "
            "be predicted. Mix the old *average* with the value that has come.",
            code="""
def one_step_ahead(series, a):
    return a * series[:-1] + (1 - a) * series[1:]
""",
        ),
    ),
)

GAPS = Exercise(
    id="05.3",
    title="Years without a reading",
    minutes=10,
    difficulty=2,
    points=3,
    name="filter_with_gaps",
    cases=lambda: [
        (torch.tensor([7.0, torch.nan], dtype=torch.float64), 1.0, 2.0),
        (_with_gaps(9, [3, 4, 7], seed=0), 0.6, 3.0),
        (_with_gaps(12, [1, 2, 3, 4, 11], seed=1), 1.5, 0.4),
    ],
    forbidden=("helpers.latent.kalman_filter",),
    stub="""
def filter_with_gaps(series, level_variance, noise_variance):
    # series is (T,), with nan where nobody read. The first value is no nan.
    # Return the means and the variances after each year, (T,) each.
    ...
""",
    reference="""
def filter_with_gaps(series, level_variance, noise_variance):
    mean, variance = series[0], torch.tensor(noise_variance)
    means, variances = [mean], [variance]
    for x in series[1:]:
        variance = variance + level_variance
        if not x.isnan():
            gain = variance / (variance + noise_variance)
            mean = mean + gain * (x - mean)
            variance = (1 - gain) * variance
        means.append(mean)
        variances.append(variance)
    return torch.stack(means), torch.stack(variances)
""",
    reason=(
        "A year without a reading is a prediction without an update, so the mean stays "
        "and the doubt grows. No value has to be invented for it; few other models "
        "treat missing data so well."
    ),
    hints=(
        "Two things happen in a year: the level takes a step, and it is read. Which "
        "of them needs a reading?",
        "Every year: predict. Only if `x` is a number: update as well.",
        "In a gap the mean stays and the variance grows by `level_variance`. "
        "`x.isnan()` tells whether there is a gap.",
    ),
    mistakes=(
        Mistake(
            "In a gap nothing happens at all in your filter. But the level still takes "
            "its step, so the variance must grow by `level_variance`: predict every "
            "year.",
            edits=[
                ("        variance = variance + level_variance\n", ""),
                (
                    "gain = variance / (variance + noise_variance)",
                    """variance = variance + level_variance
            gain = variance / (variance + noise_variance)""",
                ),
            ],
        ),
        Mistake(
            "A gap is taken for a reading of 0. No reading is no evidence, so skip the "
            "update.",
            edit=("for x in series[1:]", "for x in series[1:].nan_to_num()"),
        ),
        Mistake(
            "The gap is filled with the mean, and the mean is then taken for evidence: "
            "your variance shrinks although nobody has read anything.",
            edit=(
                "if not x.isnan():",
                "x = mean if x.isnan() else x\n        if not x.isnan():",
            ),
        ),
        Mistake(
            "Update and predict stand in the wrong order: from one year to the next "
            "the level moves first and is read then.",
            edits=[
                ("        variance = variance + level_variance\n", ""),
                (
                    "        means.append(mean)",
                    """        variance = variance + level_variance
        means.append(mean)""",
                ),
            ],
        ),
        Mistake(
            "The gain is inverted: the `variance` of the belief belongs on top, so "
            "that a noisy reading counts for little.",
            edit=("gain = variance", "gain = noise_variance"),
        ),
        Mistake(
            "The prediction is missing: `level_variance` appears nowhere, so your "
            "filter grows ever surer of a level that moves.",
            edit=("        variance = variance + level_variance\n", ""),
        ),
        Mistake(
            "You start with `noise_variance + level_variance`, the variance *before* "
            "the second reading. After the first reading it is `noise_variance`, "
            "because no step has been taken yet.",
            edit=(
                "torch.tensor(noise_variance)",
                "torch.tensor(noise_variance + level_variance)",
            ),
        ),
    ),
)

STEP = Exercise(
    id="05.4",
    title="Many filters at once",
    minutes=8,
    difficulty=2,
    points=2,
    name="filter_step",
    cases=lambda: [  # B equals H, or 1: a missing transpose is diagnosed, not raised
        (rows(3, 3), symbols(3, vocab_size=5), rows(3, 3, seed=1), rows(3, 5, seed=2)),
        (
            rows(4, 4, seed=3),
            symbols(4, vocab_size=3, seed=3),
            rows(4, 4, seed=4),
            rows(4, 3, seed=5),
        ),
        (
            rows(1, 2, seed=6),
            symbols(1, vocab_size=4, seed=6),
            rows(2, 2, seed=7),
            rows(2, 4, seed=8),
        ),
    ],
    forbidden=("helpers.latent.hmm_update", "helpers.latent.hmm_predict"),
    gradient=True,
    stub="""
def filter_step(h, x, transition, emission):
    # h is (B, H), x is (B,), transition is (H, H), emission is (H, V).
    # Return the beliefs about the next states, (B, H).
    ...
""",
    reference="""
def filter_step(h, x, transition, emission):
    h = h * emission[:, x].T
    h = h / h.sum(dim=1, keepdim=True)
    return h @ transition
""",
    reason=(
        "Update and predict, for B beliefs at once: in shape and in spirit this is one "
        "step of a recurrent layer, whose batch runs along the first axis in the same "
        "way. Only the rule is Bayes' and nobody has trained it."
    ),
    hints=(
        "`emission[:, x]` picks a column for each of the B symbols: its shape is "
        "(H, B).",
        "Update: multiply belief and likelihood, and divide by the sum over the "
        "*states* of each filter, with `keepdim=True`.",
        "Predict last: the belief, a row for each filter, times `transition`.",
    ),
    mistakes=(
        Mistake(
            "The beliefs are normalised along the wrong axis, over the B filters. It "
            "is the H states of each row that must sum to 1.",
            edit=("h.sum(dim=1, keepdim=True)", "h.sum(dim=0, keepdim=True)"),
        ),
        Mistake(
            "All B filters together sum to 1. Each row must do so by itself: sum over "
            "`dim=1` only.",
            edit=("h.sum(dim=1, keepdim=True)", "h.sum()"),
        ),
        Mistake(
            "The beliefs are not normalised: a row is the probability of states *and* "
            "symbol. Divide each row by its sum.",
            edit=("    h = h / h.sum(dim=1, keepdim=True)\n", ""),
        ),
        Mistake(
            "Prediction and update stand in the wrong order: `h` is the belief about "
            "the state that emits `x`, so `x` comes first.",
            edits=[
                ("h = h * emission", "h = h @ transition * emission"),
                ("return h @ transition", "return h"),
            ],
        ),
        Mistake(
            "`transition` is transposed. It leads from row to column, so a row of "
            "beliefs is multiplied by the matrix itself.",
            edit=("h @ transition", "h @ transition.T"),
        ),
        Mistake(
            "The prediction is missing: this is the belief about the *present* state. "
            "One more step along `transition`.",
            edit=("return h @ transition", "return h"),
        ),
        Mistake(
            "The prior is forgotten: `h`, which holds all the past, appears nowhere. "
            "Multiply the likelihood by it.",
            edit=("h * emission[:, x].T", "emission[:, x].T"),
        ),
        Mistake(
            "`emission[:, x]` is (H, B): a column for each filter. The beliefs are "
            "(B, H), a row for each: transpose it with `.T` before you multiply.",
            edit=("emission[:, x].T", "emission[:, x]"),
        ),
        Mistake(
            "The sums, (B,), are matched with the columns and not with the rows, so "
            "each belief is divided by the sum of another filter. Keep the axis: "
            "`keepdim=True`.",
            edit=("h.sum(dim=1, keepdim=True)", "h.sum(dim=1)"),
        ),
    ),
)

LIKELIHOOD = Exercise(
    id="05.5",
    title="The likelihood of a long text",
    minutes=15,
    difficulty=3,
    points=3,
    name="text_log_likelihood",
    cases=lambda: [
        (
            rows(2),
            rows(2, 2, seed=1),
            rows(2, 3, seed=2),
            symbols(4, vocab_size=3),
        ),
        (
            rows(3, seed=3),
            rows(3, 3, seed=4),
            rows(3, 5, seed=5),
            symbols(7, vocab_size=5, seed=3),
        ),
        (
            rows(2, seed=10),
            rows(2, 2, seed=11),
            rows(2, 4, seed=12),
            symbols(1, vocab_size=4, seed=13),
        ),
        # One state has one path, so adding up all paths ends here too, and underflows.
        (
            rows(1, seed=6),
            rows(1, 1, seed=7),
            rows(1, 5, seed=8),
            symbols(2000, vocab_size=5, seed=9),
        ),
    ],
    forbidden=(
        "helpers.latent.hmm_filter",
        "helpers.latent.bits_per_symbol",
        "helpers.latent.baum_welch",
    ),
    stub="""
def text_log_likelihood(initial, transition, emission, symbols):
    # initial is (H,), transition is (H, H), emission is (H, V), symbols is (T,).
    # Return the natural logarithm of the probability of all symbols.
    ...
""",
    reference="""
def text_log_likelihood(initial, transition, emission, symbols):
    h, total = initial, 0.0
    for x in symbols:
        h = h * emission[:, x]
        total = total + h.sum().log()
        h = h / h.sum() @ transition
    return total
""",
    reason=(
        "One pass over the symbols, with H numbers carried along. Adding up all paths "
        "gives the same for a few symbols; two states and 2,000 symbols have 2 to the "
        "power of 2,000 of them."
    ),
    hints=(
        "By the chain rule the logarithm is a sum: for each symbol, the log of its "
        "probability given all symbols before it.",
        "That probability is the sum by which the update divides.",
        "Start with `initial`. For each symbol: multiply, add the log of the sum, "
        "divide by the sum, and only then take a step along `transition`.",
    ),
    mistakes=(
        Mistake(
            "This is right for a few symbols. For many, the product underflows to 0 "
            "and its logarithm is infinite, and adding up all paths would not help. "
            "Carry a belief, normalise it at every step, and add the logarithms of the "
            "sums.",
            code="""
def text_log_likelihood(initial, transition, emission, symbols):
    h = initial
    for x in symbols[:-1]:
        h = (h * emission[:, x]) @ transition
    return (h * emission[:, symbols[-1]]).sum().log()
""",
        ),
        Mistake(
            "The initial distribution is forgotten: you begin with equal beliefs, not "
            "with `initial`.",
            edit=("initial, 0.0", "torch.ones_like(initial) / len(initial), 0.0"),
        ),
        Mistake(
            "You take a step too many at the beginning. `initial` is the belief about "
            "the first state already, so no transition comes before the first symbol.",
            edits=[
                ("h * emission[:, x]", "h @ transition * emission[:, x]"),
                ("h / h.sum() @ transition", "h / h.sum()"),
            ],
        ),
        Mistake(
            "The first symbol is missing. Its probability comes from the initial "
            "distribution alone, and belongs to the sum.",
            code="""
def text_log_likelihood(initial, transition, emission, symbols):
    h, total = initial, 0.0
    for x, following in zip(symbols[:-1], symbols[1:]):
        h = h * emission[:, x]
        h = h / h.sum() @ transition
        total = total + (h @ emission)[following].log()
    return total
""",
        ),
        Mistake(
            "The emission belongs to the wrong time step: the belief is updated with "
            "the symbol that is predicted next, before it has come.",
            code="""
def text_log_likelihood(initial, transition, emission, symbols):
    h, total = initial, 0.0
    for x, following in zip(symbols, [*symbols[1:], symbols[-1]]):
        total = total + (h @ emission)[x].log()
        h = h * emission[:, following]
        h = h / h.sum() @ transition
    return total
""",
        ),
        Mistake(
            "The beliefs are never updated, so every symbol is predicted as if none "
            "had been seen. Multiply by the likelihood of `x` and normalise.",
            code="""
def text_log_likelihood(initial, transition, emission, symbols):
    h, total = initial, 0.0
    for x in symbols:
        total = total + (h @ emission)[x].log()
        h = h @ transition
    return total
""",
        ),
        Mistake(
            "This is the logarithm to base 2, in bits. The task asks for the natural "
            "one: `log`.",
            edit=("h.sum().log()", "h.sum().log2()"),
        ),
        Mistake(
            "`transition` is transposed. It leads from row to column: not `.T`.",
            edit=("h / h.sum() @ transition", "h / h.sum() @ transition.T"),
        ),
        Mistake(
            "This is the mean per symbol. The probability of *all* symbols is a "
            "product, so its logarithm is the sum: do not divide by T.",
            edit=("return total", "return total / len(symbols)"),
        ),
        Mistake(
            "This is the probability, and the task asks for its logarithm. The product "
            "underflows to 0 in a long text: add the logarithms of the sums instead.",
            edits=[
                ("initial, 0.0", "initial, 1.0"),
                ("total + h.sum().log()", "total * h.sum()"),
            ],
        ),
        Mistake(
            "You add probabilities. They multiply, so it is their *logarithms* that "
            "add up: `h.sum().log()`.",
            edit=("h.sum().log()", "h.sum()"),
        ),
    ),
)

BITS = Exercise(
    id="05.6",
    title="What fits in",
    minutes=3,
    difficulty=1,
    points=1,
    name="chance",
    stub="""
# Replace the dots with a number between 0 and 1.
chance = ...
""",
    reference="chance = 8 / 32",
    reason=(
        "A prediction mixes 8 rows, and each row has a sum of 1 to give away among 32 "
        "letters. In bits: 3 of the 5 bits get through, and 2 are lost, which is a "
        "factor of 1/4."
    ),
    hints=(
        "In the notebook there were 8 letters and H states. What was the limit there?",
        "With as many states as letters the chance is 1, with a single state it is a "
        "blind guess.",
        "Every state can stand for a box of letters. How many letters share a box?",
    ),
    mistakes=(
        Mistake(
            "One of 8 would be the guess among 8 letters. Here the letters are 32, and "
            "the 8 states tell boxes apart: how many letters share a box?",
            code="chance = 1 / 8",
        ),
        Mistake(
            "1/32 is a blind guess, the best with a single state. Eight states carry 3 "
            "bits about the letter.",
            code="chance = 1 / 32",
        ),
        Mistake(
            "3 of 5 bits get through, but bits are logarithms: 2 missing bits divide "
            "the chance by 2 twice.",
            code="chance = 3 / 5",
        ),
        Mistake(
            "3 is the number of bits. Three bits tell 8 boxes apart.",
            code="chance = 3 / 32",
        ),
        Mistake(
            "For certainty every letter needs a state of its own: 32 of them.",
            code="chance = 1.0",
        ),
    ),
)

LATEST = Exercise(
    id="05.7",
    title="The latest counts",
    minutes=12,
    difficulty=2,
    points=2,
    name="latest",
    cases=lambda: [()],
    stub="""
def latest():
    # States: opener A, opener B, gap after A, gap after B, question after A, question
    # after B, answer a, answer b, in this order.
    # Return the transition matrix, (8, 8) from row to column.
    ...
""",
    reference="""
def latest():
    transition = torch.zeros(8, 8)
    transition[:4, :2] = 1 / 8  # a new opener, whichever was the last
    for k in (0, 1):
        transition[[k, k + 2], k + 2] = 1 / 2
        transition[[k, k + 2], k + 4] = 1 / 4
        transition[k + 4, k + 6] = 1
    transition[6:, :2] = 1 / 2
    return transition
""",
    reason=(
        "To overwrite its memory the chain needs a way from the gap of one opener to "
        "the other opener, and no other way across. So what is remembered changes when "
        "there is something new, and only then. In notebook 09 a gate decides that."
    ),
    hints=(
        "Write down the row of *opener A* first. It has four entries that are not 0. "
        "Which row is the same?",
        "The row of *gap after A* is the same as that of *opener A*. Both may go to "
        "the gap after A, the question after A, and to either opener.",
        "Rows 0 and 2 lead with ½ to state 2, ¼ to state 4, and ⅛ each to 0 and 1. "
        "Rows 1 and 3 do the same with the states 3 and 5. Then 4 to 6, 5 to 7, and "
        "both answers to both openers.",
    ),
    mistakes=(
        Mistake(
            "From a gap nothing leads to the *other* opener, so the first opener "
            "counts for ever. A new opener may come that differs from the last one.",
            edit=(
                "transition[:4, :2] = 1 / 8  # a new opener, whichever was the last",
                """for k in (0, 1):
        transition[[k, k + 2], k] = 1 / 4""",
            ),
        ),
        Mistake(
            "A new opener may follow an opener, and it may follow a letter of the gap "
            "as well: two of your rows do not sum to 1.",
            edit=("transition[:4, :2]", "transition[:2, :2]"),
        ),
        Mistake(
            "The matrix is transposed: your columns sum to 1. It leads from row to "
            "column, so each *row* must.",
            edit=("return transition", "return transition.T"),
        ),
        Mistake(
            "The memory leaks: from a question after A you go to both answers. What is "
            "remembered must not be mixed there.",
            edit=(
                "transition[k + 4, k + 6] = 1",
                "transition[k + 4, 6:] = 1 / 2",
            ),
        ),
        Mistake(
            "The memory leaks: your gaps lead to both questions, so what was kept is "
            "forgotten just before it is asked for.",
            edit=(
                "transition[[k, k + 2], k + 4] = 1 / 4",
                "transition[[k, k + 2], 4:6] = 1 / 8",
            ),
        ),
        Mistake(
            "After an answer nothing comes. A new opener follows it, A or B with ½ "
            "each.",
            edit=("    transition[6:, :2] = 1 / 2\n", ""),
        ),
        Mistake(
            "An answer is followed only by the opener that it belongs to. After an "
            "answer both openers are equally likely.",
            edit=(
                "transition[6:, :2] = 1 / 2",
                "transition[6, 0] = transition[7, 1] = 1",
            ),
        ),
    ),
)

LEARNED = Exercise(
    id="05.8",
    title="What was learned?",
    minutes=2,
    difficulty=1,
    points=1,
    name="statement",
    stub="""
# Replace the dots with a letter in quotes, for instance "A".
statement = ...
""",
    reference='statement = "B"',
    reason=(
        "Baum–Welch fills two tables, so it decides what a state emits and with that "
        "what it stands for. That the belief is multiplied by a likelihood, normalised "
        "and sent through the transition was decided before. Notebook 06 gives this "
        "decision away as well."
    ),
    hints=(
        "For each statement ask: is it about the state, about the belief, or about the "
        "tables?",
        "The belief is computed from the symbols. And where Baum–Welch ends depends on "
        "where it began.",
        "One statement is about what Baum–Welch fills in and what it never touches.",
    ),
    mistakes=(
        Mistake(
            "The states are random, but the belief is computed from the symbols and "
            "from nothing else: the same symbols give the same belief.",
            code='statement = "A"',
        ),
        Mistake(
            "No step makes the text less likely, but that leads only to a hilltop near "
            "the start. In the notebook the fits that began with staying states ended "
            "lower than those that began with switching ones.",
            code='statement = "C"',
        ),
        Mistake(
            "The numbers are real, but a prediction mixes only two rows of the "
            "emission. With H states no more than log₂ H bits get through.",
            code='statement = "D"',
        ),
    ),
)
