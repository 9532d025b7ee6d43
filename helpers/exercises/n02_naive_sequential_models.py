"""The exercises of notebook 02."""

import torch

from helpers.exercises.cases import normal
from helpers.exercises.exercise import Exercise, Mistake

NOTEBOOK = "02 · Naive sequential models"


def _weights(T, seed):
    """Return the weights of a naive model for T steps, 1 to T of them."""
    return [normal(t + 1, seed=seed + t) / 2 for t in range(T)]


COUNT = Exercise(
    id="02.1",
    title="How many weights?",
    minutes=3,
    difficulty=1,
    points=1,
    name="count_weights",
    cases=lambda: [(1, 1), (3, 1), (1, 4), (2, 3), (3, 2), (10, 5)],
    stub="""
def count_weights(T, input_size):
    # Each step brings input_size numbers. Return the number of weights of all T
    # predictors together, constants included.
    ...
""",
    reference="""
def count_weights(T, input_size):
    return T + input_size * T * (T - 1) // 2
""",
    reason=(
        "The T predictors have one constant each. Together they read 0 + 1 + ... + (T "
        "- 1) earlier steps, with I weights for each of these."
    ),
    hints=(
        "Take T = 3 and input_size = 2. How many weights does step 1 have, and step 2, "
        "and step 3? Write the three numbers down and look for the rule.",
        "Step t has I (t - 1) weights for the numbers before it, and a constant.",
        "0 + 1 + ... + (T - 1) is T (T - 1) / 2; `//` keeps it a whole number.",
    ),
    mistakes=(
        Mistake(
            "`input_size` is not used. Each step brings I numbers, so each earlier "
            "step adds I weights.",
            edit=("T + input_size * T * (T - 1) // 2", "T * (T + 1) // 2"),
        ),
        Mistake(
            "This is what the last step alone needs. Every step has a predictor of its "
            "own, so add them all up.",
            edit=("T + input_size * T * (T - 1) // 2", "1 + input_size * (T - 1)"),
        ),
        Mistake(
            "The constants are missing: these are the weights of the inputs only. Each "
            "of the T predictors has one constant more.",
            edit=("T + input_size * T * (T - 1) // 2", "input_size * T * (T - 1) // 2"),
        ),
        Mistake(
            "You counted one constant for the whole model, but each predictor has its "
            "own.",
            edit=(
                "T + input_size * T * (T - 1) // 2",
                "input_size * T * (T - 1) // 2 + 1",
            ),
        ),
        Mistake(
            "You gave each predictor I constants. It predicts one number, so it has "
            "one constant.",
            edit=("T + input_size * T * (T - 1) // 2", "input_size * T * (T + 1) // 2"),
        ),
        Mistake(
            "You have I predictors at every step. Here each step has one, because it "
            "predicts one number.",
            edit=(
                "T + input_size * T * (T - 1) // 2",
                "input_size * (T + input_size * T * (T - 1) // 2)",
            ),
        ),
        Mistake(
            "One step too many is read: the predictor of step t reads the t - 1 steps "
            "before it, not step t itself.",
            edit=("T - 1", "T + 1"),
        ),
        Mistake(
            "There are twice as many weights of inputs as there should be, because "
            "0 + 1 + ... + (T - 1) is half of T (T - 1).",
            edit=("input_size * T * (T - 1) // 2", "input_size * T * (T - 1)"),
        ),
        Mistake(
            "27^T is the number of rows of a *table*, one for each past. A linear "
            "predictor has a weight for each number it reads: the counts add up, they "
            "do not multiply.",
            edit=("T + input_size * T * (T - 1) // 2", "27**T"),
        ),
        Mistake(
            "Doubling at every step is too much. A step has I weights more than the "
            "one before: the counts add up, they do not multiply.",
            edit=("T + input_size * T * (T - 1) // 2", "2**T"),
        ),
    ),
)

RECORD = Exercise(
    id="02.2",
    title="How long a record?",
    minutes=2,
    difficulty=1,
    points=1,
    name="months",
    stub="""
# Replace the dots with a whole number of months.
months = ...
""",
    reference="months = 10_000",
    reason=(
        "100 windows of 100 months make 10,000 months, or 833 years, and the monthly "
        "record spans 260."
    ),
    hints=(
        "How many weights has the last predictor of a sequence of 100 steps?",
        "It has 100, so you need 100 windows. They lie side by side, so no two of them "
        "share a month.",
        "Multiply 100 windows by 100 months.",
    ),
    mistakes=(
        Mistake(
            "These months make one window. The last step has 100 weights, so it needs "
            "100 windows of 100 months each.",
            code="months = 100",
        ),
        Mistake(
            "5,050 is the number of weights of all steps together. The question is "
            "about the last step, and about months, not weights.",
            code="months = 5050",
        ),
        Mistake(
            "You forgot the constant: 99 inputs and a constant make 100 weights.",
            code="months = 9900",
        ),
        Mistake(
            "You took the root of 100. The root leads from the months to T, but here T "
            "is given, so the months are its square.",
            code="months = 10",
        ),
        Mistake(
            "You counted one weight too many. A window of 100 months is 99 inputs and "
            "a target; with the constant that makes 100 weights, not 101.",
            code="months = 10_100",
        ),
        Mistake(
            "You want a window for each of the 5,050 weights of the whole model. But "
            "every window teaches all predictors at once, and the last one needs 100.",
            code="months = 505_000",
        ),
        Mistake(
            "That many are enough if windows overlap, with one starting every month. "
            "Here they lie side by side.",
            code="months = 199",
        ),
    ),
)

PAIRS = Exercise(
    id="02.3",
    title="Inputs, and a target further ahead",
    minutes=6,
    difficulty=2,
    points=2,
    name="pairs",
    cases=lambda: [
        (torch.arange(8.0, dtype=torch.float64), 3, 2),
        (normal(20), 5, 1),
        (normal(12, seed=1), 2, 4),
        (normal(9, seed=2), 6, 2),
        (normal(8, seed=3), 4, 3),  # two pairs only
        (normal(6, seed=4), 1, 2),
    ],
    stub="""
def pairs(x, length, ahead):
    # x is a series, (n,). Inputs are `length` neighbouring values, beginning at every
    # step; the target lies `ahead` steps after the last of them (1: the next value).
    # Return inputs, (N, length), and targets, (N,), for all pairs that fit into x.
    ...
""",
    reference="""
def pairs(x, length, ahead):
    targets = x[length + ahead - 1 :]
    inputs = torch.stack([x[s : s + length] for s in range(len(targets))])
    return inputs, targets
""",
    reason=(
        "A model fitted to such pairs looks `ahead` steps ahead at once. Notebook 03 "
        "asks it for ten years."
    ),
    hints=(
        "Take the series 0, 1, ..., 7 with length 3 and ahead 2. The first inputs are "
        "0, 1, 2, and two steps after the 2 comes the 4. Write down the other pairs.",
        "The inputs that begin at s end at s + length - 1, so their target is at "
        "s + length - 1 + ahead. The last s is the one whose target is the last value.",
        "The targets are all values from place `length + ahead - 1` on; there are as "
        "many inputs as targets.",
    ),
    mistakes=(
        Mistake(
            "The targets are one step too late. Inputs that begin at 0 end at "
            "`length - 1`, so the next value, ahead = 1, is at `length`.",
            edit=("length + ahead - 1", "length + ahead"),
        ),
        Mistake(
            "The targets are one step too early: with ahead = 1 the target is the last "
            "of the inputs, and a model would only copy it.",
            edit=("length + ahead - 1", "length + ahead - 2"),
        ),
        Mistake(
            "The last pair is missing, because the last value of the series is a "
            "target too.",
            edit=("x[length + ahead - 1 :]", "x[length + ahead - 1 : -1]"),
        ),
        Mistake(
            "`ahead` is not used: your targets are always the next value.",
            edit=("length + ahead - 1", "length"),
        ),
        Mistake(
            "Your inputs lie side by side. Here they begin at *every* step, so two "
            "neighbours begin 1 apart.",
            code="""
def pairs(x, length, ahead):
    starts = range(0, len(x) - length - ahead + 1, length)
    inputs = torch.stack([x[s : s + length] for s in starts])
    return inputs, torch.stack([x[s + length + ahead - 1] for s in starts])
""",
        ),
        Mistake(
            "The inputs run from the newest to the oldest. Keep the order of time.",
            edit=("x[s : s + length]", "x[s : s + length].flip(0)"),
        ),
    ),
)

SPLIT = Exercise(
    id="02.4",
    title="A split that does not leak",
    minutes=8,
    difficulty=2,
    points=2,
    name="split_starts",
    cases=lambda: [
        (10, 3, 6),
        (309, 12, 231),
        (20, 2, 15),
        (12, 1, 9),
        (9, 4, 4),  # a single window to learn from
        (9, 4, 3),  # and none
        (6, 2, 6),  # none to judge by
    ],
    stub="""
def split_starts(n, T, cut):
    # A series has n values, at places 0 to n - 1; those before the place `cut` are the
    # training set. Windows of T steps may start at 0 to n - T, and the last value of a
    # window is its target. Return two tensors of starts, in order of time:
    #   of the windows to learn from: all of their values lie before cut;
    #   of the windows to judge by: their target lies at cut or later.
    ...
""",
    reference="""
def split_starts(n, T, cut):
    starts = torch.arange(n - T + 1)
    targets = starts + T - 1
    return starts[targets < cut], starts[targets >= cut]
""",
    reason=(
        "A forecast made at the cut may read the values before it, because they are "
        "the past. What it may not do is learn from values after it."
    ),
    hints=(
        "Where does a window end that starts at s? Write down the place of its target.",
        "The target of the window that starts at s lies at s + T - 1. If it lies "
        "before the cut, so do all other values of the window.",
        "With `starts = torch.arange(n - T + 1)` and `targets = starts + T - 1`, "
        "select by `targets < cut` and by `targets >= cut`.",
    ),
    mistakes=(
        Mistake(
            "The windows are split by where they *start*. Those that start shortly "
            "before the cut end after it, so the model learns from the future.",
            edit=(
                "starts[targets < cut], starts[targets >= cut]",
                "starts[:cut], starts[cut:]",
            ),
        ),
        Mistake(
            "This split is shuffled, so the model learns from the future. Split by "
            "time.",
            code="""
def split_starts(n, T, cut):
    starts = torch.randperm(n - T + 1)
    return starts[: cut - T + 1].sort().values, starts[cut - T + 1 :].sort().values
""",
        ),
        Mistake(
            "Nothing leaks, but you throw away the first T - 1 targets after the cut. "
            "A window to judge by may *start* before the cut.",
            edit=("starts[targets >= cut]", "starts[starts >= cut]"),
        ),
        Mistake(
            "There is one window too many to learn from: the target of the last one "
            "lies at `cut`, which belongs to the test set already.",
            edits=[
                ("targets < cut]", "targets <= cut]"),
                ("targets >= cut]", "targets > cut]"),
            ],
        ),
        Mistake(
            "The window that starts at cut - T ends at cut - 1, before the cut: it may "
            "be learned from, and must not be judged by.",
            edits=[
                ("targets < cut]", "targets < cut - 1]"),
                ("targets >= cut]", "targets >= cut - 1]"),
            ],
        ),
        Mistake(
            "The window that starts at cut - T is in neither part. Its target lies at "
            "cut - 1, before the cut: it may be learned from.",
            edit=("targets < cut]", "targets < cut - 1]"),
        ),
        Mistake(
            "The last window is missing: it starts at n - T.",
            edit=("torch.arange(n - T + 1)", "torch.arange(n - T)"),
        ),
    ),
)

SEASON = Exercise(
    id="02.5",
    title="Repeat the season, however far",
    minutes=8,
    difficulty=2,
    points=2,
    name="repeat_season",
    cases=lambda: [
        (torch.arange(10.0, dtype=torch.float64), 6, 4),
        (normal(30), 12, 12),
        (normal(31, seed=1), 30, 12),
        (normal(14, seed=2), 3, 7),
        (normal(9, seed=3), 8, 4),
        (normal(5, seed=4), 7, 5),  # the past is one season
    ],
    forbidden=("helpers.baselines.seasonal",),
    stub="""
def repeat_season(past, horizon, period):
    # past is a series so far, (t,), with t >= period. Forecast the next `horizon`
    # values: each is the latest known value of the same season. Return (horizon,).
    ...
""",
    reason=(
        "However far the horizon, nothing but the last season is read, so the forecast "
        "repeats itself and cannot grow."
    ),
    reference="""
def repeat_season(past, horizon, period):
    season = past[-period:]
    return season[torch.arange(horizon) % period]
""",
    hints=(
        "Take the past 0, 1, ..., 9 and a period of 4: the last season is 6, 7, 8, 9. "
        "The forecast of six steps is 6, 7, 8, 9, 6, 7.",
        "The first step ahead lies one period after the first value of the last "
        "season, so the forecast starts with that one.",
        "Step number h = 0, 1, ... ahead is `past[-period:][h % period]`; "
        "`torch.arange(horizon) % period` gives all places at once.",
    ),
    mistakes=(
        Mistake(
            "The season comes one step too early: the first step ahead belongs to the "
            "*first* value of the last season, and you begin with its second.",
            edit=(
                "return season[torch.arange(horizon) % period]",
                "return season[(torch.arange(horizon) + 1) % period]",
            ),
        ),
        Mistake(
            "The season comes one step too late: you begin with its last value, the "
            "one just seen, but the next step belongs to its first.",
            edit=(
                "return season[torch.arange(horizon) % period]",
                "return season[(torch.arange(horizon) - 1) % period]",
            ),
        ),
        Mistake(
            "You repeat the first season of the past; the latest one is at its end.",
            edit=("past[-period:]", "past[:period]"),
        ),
        Mistake(
            "The repeated season is cut off at its beginning, so it fits the end of "
            "the horizon instead of its start. Count from the first step: "
            "`[:horizon]`.",
            code="""
def repeat_season(past, horizon, period):
    return past[-period:].repeat(horizon // period + 1)[-horizon:]
""",
        ),
        Mistake(
            "You repeat the last `horizon` values. That is a season only if the "
            "horizon happens to be one period.",
            edit=("season[torch.arange(horizon) % period]", "past[-horizon:]"),
        ),
        Mistake(
            "This repeats the last value, whatever the season.",
            edit=(
                "season[torch.arange(horizon) % period]",
                "past[-1:].repeat(horizon)",
            ),
        ),
        Mistake(
            "Each value is repeated by itself, as `repeat_interleave` does it. But it "
            "is the whole season that comes again, as with `repeat`.",
            edit=(
                "torch.arange(horizon) % period",
                "torch.arange(horizon) // -(-horizon // period)",
            ),
        ),
    ),
)

SEEN = Exercise(
    id="02.6",
    title="Ever seen before?",
    minutes=8,
    difficulty=2,
    points=2,
    name="share_seen",
    cases=lambda: [
        ("the cat sat on the mat", "the cat ate the hat", 2),
        ("the cat sat on the mat", "the cat ate the hat", 4),
        ("abcabd", "bcabcabca", 1),
        ("down down down would the fall of", "would the fall never come to an end", 3),
        ("aab", "baaaaab", 2),
        ("yabc", "xabcz", 3),  # a context at the very end of the text
        ("xbcd", "bcde", 2),  # two targets only
    ],
    stub="""
def share_seen(text, held_out, k):
    # Every letter of held_out that has k letters before it in held_out is a target;
    # those k letters are its context. Return the share of targets, from 0 to 1, whose
    # context occurs anywhere in text, at its very end too. Both are str.
    ...
""",
    reference="""
def share_seen(text, held_out, k):
    contexts = [held_out[i - k : i] for i in range(k, len(held_out))]
    return sum(context in text for context in contexts) / len(contexts)
""",
    reason=(
        "A table has nothing to say about the other targets, whatever was counted. For "
        "ten letters of *Alice* that is more than two thirds of them."
    ),
    hints=(
        "List the contexts first. The first target is the letter at place k: its "
        "context is the first k letters.",
        "The context of the letter at place i is `held_out[i - k : i]`, for i from k "
        "to the last place.",
        "`context in text` tells whether one str occurs in another. Count these and "
        "divide by the number of targets, repeated contexts included.",
    ),
    mistakes=(
        Mistake(
            "A set counts each context once, however often it comes. The share is one "
            "of targets, so a common context counts as often as it comes.",
            edit=(
                "[held_out[i - k : i] for i in range(k, len(held_out))]",
                "{held_out[i - k : i] for i in range(k, len(held_out))}",
            ),
        ),
        Mistake(
            "Your context includes its target, since these are k + 1 letters. A "
            "context ends just before its target.",
            edit=("held_out[i - k : i]", "held_out[i - k : i + 1]"),
        ),
        Mistake(
            "There is one context too many: nothing follows the last k letters of "
            "`held_out`, so they are the context of no target.",
            edit=(
                "held_out[i - k : i] for i in range(k, len(held_out))",
                "held_out[i : i + k] for i in range(len(held_out) - k + 1)",
            ),
        ),
        Mistake(
            "The last target is missing: `range` stops before its end by itself.",
            edit=("len(held_out)", "len(held_out) - 1"),
        ),
        Mistake(
            "You divide by all letters. The first k have no full context and are no "
            "targets, so divide by the number of contexts.",
            edit=("len(contexts)", "len(held_out)"),
        ),
        Mistake(
            "The last k letters of `text` are left out, perhaps because nothing "
            "follows them. But they do occur in it.",
            edit=("context in text", "context in text[:-1]"),
        ),
        Mistake(
            "The two texts have changed places: the contexts come from `held_out` and "
            "are looked up in `text`.",
            edits=[
                ("held_out[i - k : i]", "text[i - k : i]"),
                ("len(held_out)", "len(text)"),
                ("context in text", "context in held_out"),
            ],
        ),
    ),
)

CONTINUE = Exercise(
    id="02.7",
    title="Let the naive model run",
    minutes=15,
    difficulty=3,
    points=3,
    name="continue_sequence",
    cases=lambda: [
        (_weights(5, seed=0), normal(2, seed=10)),
        (_weights(8, seed=20), normal(1, seed=30)),
        (_weights(4, seed=40), normal(3, seed=50)),
    ],
    stub="""
def continue_sequence(weights, start):
    # weights is a list of T tensors: weights[t], (t + 1,), predicts the value with t
    # values before it: first its constant, then a weight for each, the oldest first.
    # start holds the first s values, (s,), 1 <= s < T. Predict all that follow, each
    # from everything before it, predictions included. Return start and predictions
    # in one tensor, (T,).
    ...
""",
    reference="""
def continue_sequence(weights, start):
    x = start
    for w in weights[len(start) :]:
        x = torch.cat([x, (w[0] + w[1:] @ x)[None]])
    return x
""",
    reason=(
        "After T values it is over: there is no predictor for step T + 1. The naive "
        "model answers only as far as it has weights."
    ),
    hints=(
        "With s values known, which entry of `weights` predicts the next one? How many "
        "numbers does it hold?",
        "The prediction with weights w is `w[0] + w[1:] @ x`, where x holds everything "
        "so far. Start with `weights[len(start)]`.",
        "Append every prediction to x, with `torch.cat([x, prediction[None]])`, before "
        "the next weights are used.",
    ),
    mistakes=(
        Mistake(
            "Every prediction is made from `start` alone. The earlier predictions "
            "belong to the past too, so append each one before you make the next.",
            edit=("w[1:] @ x)", "w[1 : len(start) + 1] @ start)"),
        ),
        Mistake(
            "The constant is the first of the weights, `w[0]`, not the last.",
            edit=("w[0] + w[1:]", "w[-1] + w[:-1]"),
        ),
        Mistake(
            "The past is read backwards: the first weight after the constant belongs "
            "to the oldest value.",
            edit=("w[1:] @ x", "w[1:] @ x.flip(0)"),
        ),
        Mistake(
            "The constant `w[0]` is missing from every prediction.",
            edit=("(w[0] + w[1:] @ x)[None]", "(w[1:] @ x)[None]"),
        ),
        Mistake(
            "Only the last value is read. A naive model reads all of them: `w[1:] @ "
            "x`.",
            edit=("w[1:] @ x", "w[-1] * x[-1]"),
        ),
        Mistake(
            "Only the predictions are returned. `start` belongs before them, which "
            "makes T values in all.",
            edit=("return x", "return x[len(start) :]"),
        ),
    ),
)

FACTOR = Exercise(
    id="02.8",
    title="What comes next, or is it over?",
    minutes=5,
    difficulty=2,
    points=2,
    name="factor",
    cases=lambda: [
        ("the", ".", ["the", "then", "the", "to"]),
        ("t", "h", ["the", "then", "the", "to"]),
        ("a", "t", ["at", "a", "cat", "at", "an"]),
        ("", "t", ["to", "at", "tea"]),
        ("to", "o", ["too", "to", "tool", "goto"]),
    ],
    stub="""
def factor(prefix, symbol, words):
    # words is a list of str without end marks; some of them begin with prefix. Of
    # those, return the share, from 0 to 1, that goes on with symbol: a letter, or "."
    # for the end of the word.
    ...
""",
    reference="""
def factor(prefix, symbol, words):
    agree = [word + "." for word in words if word.startswith(prefix)]
    return sum(word.startswith(prefix + symbol) for word in agree) / len(agree)
""",
    reason=(
        "After each prefix the shares of all symbols add up to 1, the end mark "
        "included. That is why the products add up to 1 over words of every length."
    ),
    hints=(
        "First make the list of the words that begin with the prefix, as often as they "
        "come. What has to be added to each of them?",
        'With `word + "."` the end of a word is a symbol like any other. A word goes '
        "on with the symbol if it starts with `prefix + symbol`.",
        "Count those, and divide by the number of words that begin with the prefix.",
    ),
    mistakes=(
        Mistake(
            'No word has its end mark, so `"."` never comes next. Add it to every word '
            "before you look.",
            edit=('word + "." for', "word for"),
        ),
        Mistake(
            "You divide by the number of all words. The factor is a share of the words "
            "that begin with the prefix.",
            edit=("len(agree)", "len(words)"),
        ),
        Mistake(
            "The words that end right after the prefix are left out. To end is one of "
            "the things that can happen next, so they count.",
            edit=(
                "if word.startswith(prefix)]",
                "if word.startswith(prefix) and word != prefix]",
            ),
        ),
        Mistake(
            "Each different word is counted once. A word that comes twice must count "
            "twice, or rare words are taken for as probable as common ones.",
            edit=("for word in words", "for word in set(words)"),
        ),
        Mistake(
            "`prefix in word` is true of words that have the prefix in their middle as "
            "well. They must begin with it.",
            edit=("word.startswith(prefix)]", "prefix in word]"),
        ),
    ),
)

YEARS = Exercise(
    id="02.9",
    title="A longer memory",
    minutes=2,
    difficulty=1,
    points=1,
    name="years",
    stub="""
# Replace the dots with a whole number of years.
years = ...
""",
    reference="years = 2079",
    reason=(
        "Three times the length costs nine times the years, 9 * 231, because the "
        "useful length grows only like the square root of the record."
    ),
    hints=(
        "By what factor should the memory grow? How does the useful length depend on "
        "the number of years?",
        "The useful length grows like the square root of the number of years.",
        "For three times the length one needs three squared times the years.",
    ),
    mistakes=(
        Mistake(
            "That is three times the years. The useful length grows like their square "
            "root, so it would be 1.7 times as long.",
            code="years = 693",
        ),
        Mistake(
            "You squared the length. With 33² years the windows run out at T = 33, and "
            "the model is useless some way before that.",
            code="years = 1089",
        ),
        Mistake(
            "You took the root of the factor. The root leads from the years to the "
            "length, so the way from the length to the years is a square.",
            code="years = 400",
        ),
        Mistake(
            "That is the factor cubed. Its square is enough.",
            code="years = 6237",
        ),
        Mistake(
            "That is the factor. How many years does it make?",
            code="years = 9",
        ),
    ),
)
