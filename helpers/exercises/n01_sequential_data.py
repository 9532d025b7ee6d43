"""The exercises of notebook 01."""

import torch
from torch.nn.utils.rnn import pad_sequence

from helpers.exercises import words
from helpers.exercises.cases import normal
from helpers.exercises.exercise import Exercise, Mistake

NOTEBOOK = "01 · Sequential data"


def _ragged(*lengths, input_size=2, seed=0):
    """Return sequences of these lengths, each (T, I), with one step of true zeros."""
    sequences = [
        normal(length, input_size, seed=10 * seed + n) + 0.5
        for n, length in enumerate(lengths)
    ]
    sequences[0][0] = 0.0
    return sequences


def _batch(*lengths, steps, seed=0):
    """Return x, (B, steps, 2), with rubbish behind the true steps, and the lengths."""
    return normal(len(lengths), steps, 2, seed=seed) + 0.5, torch.tensor(lengths)


def _batch_and_mask(*lengths, steps, seed=0):
    x, lengths = _batch(*lengths, steps=steps, seed=seed)
    return x, torch.arange(steps) < lengths[:, None]


# --- 01.1 ----------------------------------------------------------------------------

LAST_STEP = Exercise(
    id="01.1",
    title="The last true step",
    minutes=3,
    difficulty=1,
    points=1,
    name="last_step",
    cases=lambda: [
        _batch(2, 4, 3, steps=5),
        _batch(1, 1, 5, 2, steps=7, seed=1),
        _batch(1, steps=2, seed=2),
        (pad_sequence(_ragged(3, 5, 2), batch_first=True), torch.tensor([3, 5, 2])),
    ],
    stub="""
def last_step(x, lengths):
    # Return the last true step of every sequence, (B, I).
    ...
""",
    reference="""
def last_step(x, lengths):
    return x[torch.arange(len(x)), lengths - 1]
""",
    reason=(
        "Steps are counted from 0, so a sequence of n steps has its last one at n - 1, "
        "and two index tensors side by side pick one step of each sequence. A network "
        "that reads from left to right has its answer exactly there, which is why "
        "notebooks 06 and 11 come back to this line."
    ),
    hints=(
        "A sequence of 3 steps has the steps 0, 1 and 2. Which number has its last "
        "step?",
        "`x[n, t]` is step `t` of sequence `n`. Both may be tensors of whole numbers; "
        "torch then goes through them side by side.",
        "`torch.arange(len(x))` counts the sequences: 0, 1, 2, ... Use it as the first "
        "index, and the numbers of the last steps as the second.",
    ),
    mistakes=(
        Mistake(
            "This takes the last column of the batch, which is padding for every "
            "shorter sequence. Its own last step has the number `lengths - 1`.",
            edit=("torch.arange(len(x)), lengths - 1", ":, -1"),
        ),
        Mistake(
            "This is one step too far. Steps are counted from 0, so the last one of a "
            "sequence has the number `lengths - 1`, and `lengths` is already padding.",
            edit=("lengths - 1", "lengths"),
        ),
        Mistake(
            "This is one step too early. The last step has the number `lengths - 1`.",
            edit=("lengths - 1", "lengths - 2"),
        ),
        Mistake(
            "`-lengths` counts from the end of the batch, padding included. Count from "
            "the front instead: `lengths - 1`.",
            edit=("lengths - 1", "-lengths"),
        ),
        Mistake(
            "This takes the same step of every sequence, the last of the shortest one. "
            "Every sequence has its own last step.",
            edit=("torch.arange(len(x)), lengths - 1", ":, lengths.min() - 1"),
        ),
        Mistake(
            "This is the first step of every sequence, but the last one is asked for.",
            edit=("torch.arange(len(x)), lengths - 1", ":, 0"),
        ),
    ),
)


# --- 01.2 ----------------------------------------------------------------------------

DIRECTION = Exercise(
    id="01.2",
    title="Backwards or forwards?",
    minutes=2,
    difficulty=1,
    points=1,
    name="answer",
    stub="""
# Write one letter in quotes, like "a".
answer = ...
""",
    reference="""
answer = "d"
""",
    hints=(
        "Take three numbers, 1, 2, 5, and compute all four. Then turn the sequence "
        "round, 5, 2, 1, and compute them again.",
        "Two of the four do not even notice a shuffle. A third one does notice it and "
        "is blind to the direction all the same.",
        "Which of the four changes its sign when time runs backwards?",
    ),
    mistakes=(
        Mistake(
            "The mean adds all values up, and a sum does not depend on the order of "
            "its terms, so backwards it is the same number.",
            code='answer = "a"',
        ),
        Mistake(
            "The sorted values are the same list whichever way time runs. Sorting "
            "throws the order away.",
            code='answer = "b"',
        ),
        Mistake(
            "The sizes of the steps do depend on the order, and a shuffle usually "
            "makes them grow. But without its sign, a step up looks like the same "
            "step down.",
            code='answer = "c"',
        ),
    ),
    reason=(
        "Backwards, the first and the last value change places, so their difference "
        "changes its sign. (If they are equal, d is blind as well.) Answer c is the "
        "subtle one, because it depends on the order and not on the direction."
    ),
)


# --- 01.3 ----------------------------------------------------------------------------


TO_BATCH = Exercise(
    id="01.3",
    title="Pad, and remember where",
    minutes=6,
    difficulty=2,
    points=2,
    name="to_batch",
    forbidden=("torch.nn.utils.rnn.pad_sequence",),
    cases=lambda: [
        (_ragged(2, 4, 3),),
        (_ragged(5, 1, 3, 3, input_size=3, seed=1),),
        (_ragged(3, seed=2),),
    ],
    stub="""
def to_batch(sequences):
    # Return x, (B, T, I), padded with zeros at the end, and mask, (B, T), True at the
    # true steps. T is the length of the longest sequence.
    ...
""",
    reference="""
def to_batch(sequences):
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    steps, input_size = int(lengths.max()), sequences[0].shape[1]
    x = torch.stack(
        [
            torch.cat([sequence, torch.zeros(steps - len(sequence), input_size)])
            for sequence in sequences
        ]
    )
    return x, torch.arange(steps) < lengths[:, None]
""",
    reason=(
        "The mask comes from the lengths and not from the zeros, since a true step may "
        "be zero. `pad_sequence` makes the same batch without the mask, so keep the "
        "lengths; notebook 11 hands them to `pack_padded_sequence`."
    ),
    hints=(
        "Find the longest length first. From it follows how many steps each sequence "
        "lacks.",
        "`torch.cat([sequence, zeros])` joins along time, and `torch.stack(...)` makes "
        "a batch of tensors of one shape.",
        "For the mask compare the numbers of the steps, `torch.arange(steps)`, with "
        "the lengths as a column, `lengths[:, None]`: step 2 exists if 2 is below the "
        "length.",
    ),
    mistakes=(
        Mistake(
            "The zeros come before the sequence. They belong after it, so in "
            "`torch.cat` the sequence comes first.",
            edits=[
                (
                    "[sequence, torch.zeros(steps - len(sequence), input_size)]",
                    "[torch.zeros(steps - len(sequence), input_size), sequence]",
                ),
                (
                    "torch.arange(steps) < lengths[:, None]",
                    "torch.arange(steps) >= steps - lengths[:, None]",
                ),
            ],
        ),
        Mistake(
            "The zeros come before the sequence, and the mask does not even fit them. "
            "They belong after it, so in `torch.cat` the sequence comes first.",
            edit=(
                "[sequence, torch.zeros(steps - len(sequence), input_size)]",
                "[torch.zeros(steps - len(sequence), input_size), sequence]",
            ),
        ),
        Mistake(
            "The zeros come before the sequence, but they belong after it. And the "
            "mask is guessed from the zeros, although a true step can be zero too.",
            edits=[
                (
                    "[sequence, torch.zeros(steps - len(sequence), input_size)]",
                    "[torch.zeros(steps - len(sequence), input_size), sequence]",
                ),
                ("torch.arange(steps) < lengths[:, None]", "(x != 0).any(dim=2)"),
            ],
        ),
        Mistake(
            "The mask is inverted: it is `True` on the padding. It should be `True` at "
            "the true steps.",
            edit=("< lengths[:, None]", ">= lengths[:, None]"),
        ),
        Mistake(
            "The mask is one step too long. Steps are counted from 0, so a sequence of "
            "3 steps has the steps 0, 1 and 2, all below 3: use `<` instead of `<=`.",
            edit=("< lengths[:, None]", "<= lengths[:, None]"),
        ),
        Mistake(
            "The mask is one step too short. Compare the numbers of the steps with the "
            "lengths themselves.",
            edit=("lengths[:, None]", "lengths[:, None] - 1"),
        ),
        Mistake(
            "The mask is guessed from the zeros, but a true step can be zero too. Only "
            "the lengths tell where the padding begins.",
            edit=("torch.arange(steps) < lengths[:, None]", "(x != 0).any(dim=2)"),
        ),
        Mistake(
            "Time is the first axis of `x` here. It should be the second, (B, T, I): "
            "stack the sequences along axis 0.",
            edit=(
                "x, torch.arange(steps) < lengths[:, None]",
                "x.transpose(0, 1), torch.arange(steps) < lengths[:, None]",
            ),
        ),
        Mistake(
            "This cuts to the shortest sequence. Pad to the longest instead, so that "
            "nothing is lost.",
            code="""
def to_batch(sequences):
    steps = min(len(s) for s in sequences)
    x = torch.stack([s[:steps] for s in sequences])
    return x, torch.ones(x.shape[:2], dtype=torch.bool)
""",
        ),
        Mistake(
            "The padding repeats the last step. It should be zeros.",
            code="""
def to_batch(sequences):
    lengths = torch.tensor([len(s) for s in sequences])
    steps = torch.arange(int(lengths.max()))
    rows = [s[steps.clamp(max=len(s) - 1)] for s in sequences]
    return torch.stack(rows), steps < lengths[:, None]
""",
        ),
    ),
)


# --- 01.4 ----------------------------------------------------------------------------


MASKED_SPREAD = Exercise(
    id="01.4",
    title="A spread that ignores padding",
    minutes=6,
    difficulty=2,
    points=2,
    name="masked_spread",
    cases=lambda: [
        _batch_and_mask(2, 4, 3, steps=6),
        _batch_and_mask(3, 2, 5, 4, steps=7, seed=1),
        _batch_and_mask(5, 2, steps=5, seed=2),  # the first fills its row
    ],
    stub="""
def masked_spread(x, mask):
    # Return the standard deviation over the true steps of each sequence, (B, I):
    # the root of the mean of the squared deviations from the mean.
    ...
""",
    reference="""
def masked_spread(x, mask):
    weight = mask[:, :, None].to(x.dtype)
    count = weight.sum(dim=1)
    mean = (x * weight).sum(dim=1) / count
    deviation = (x - mean[:, None]) * weight
    return (deviation.square().sum(dim=1) / count).sqrt()
""",
    reason=(
        "Both sums are masked and both are divided by the number of true steps, so "
        "whatever the padding holds has no influence. Exercise 11.4 needs the same "
        "care for the outputs of a network."
    ),
    hints=(
        "You need two means over the true steps: first of `x`, then of the squared "
        "deviations from it. Both are sums divided by a count.",
        "`mask[:, :, None]` has the shape (B, T, 1). Multiply by it to erase the "
        "padding, and sum it to count the true steps.",
        "Erase twice. After the mean is subtracted, the padding is no longer zero but "
        "zero minus the mean.",
    ),
    mistakes=(
        Mistake(
            "The padding is counted like true steps: `mask` is not used at all.",
            code="""
def masked_spread(x, mask):
    return x.std(dim=1, correction=0)
""",
        ),
        Mistake(
            "The padding is counted like true steps: `mask` is not used at all. And "
            "torch's `std` divides by the count minus 1, not by the count.",
            code="""
def masked_spread(x, mask):
    return x.std(dim=1)
""",
        ),
        Mistake(
            "The padding is erased but still counted: zeros enter the mean and the "
            "deviations. Divide by the number of true steps instead.",
            code="""
def masked_spread(x, mask):
    return (x * mask[:, :, None]).std(dim=1, correction=0)
""",
        ),
        Mistake(
            "The padding is erased but still counted: zeros enter the mean and the "
            "deviations. And torch's `std` divides by the count minus 1, not by the "
            "count.",
            code="""
def masked_spread(x, mask):
    return (x * mask[:, :, None]).std(dim=1)
""",
        ),
        Mistake(
            "The deviations of the padding are counted, because an erased step is no "
            "longer zero once the mean is subtracted. Multiply the deviations by the "
            "mask too.",
            edit=("(x - mean[:, None]) * weight", "x * weight - mean[:, None]"),
        ),
        Mistake(
            "The deviations of the padding are counted. Multiply the deviations by the "
            "mask before they are summed.",
            edit=("(x - mean[:, None]) * weight", "x - mean[:, None]"),
        ),
        Mistake(
            "The mean counts the padding, although the deviations do not. The mean "
            "needs the mask as well.",
            edit=("(x * weight).sum(dim=1) / count", "x.mean(dim=1)"),
        ),
        Mistake(
            "The mean is divided by all T steps of the batch. Divide it by the number "
            "of true steps of each sequence.",
            edit=("(x * weight).sum(dim=1) / count", "(x * weight).mean(dim=1)"),
        ),
        Mistake(
            "The squared deviations are divided by all T steps of the batch. Divide "
            "them by the number of true steps of each sequence.",
            edit=(
                "deviation.square().sum(dim=1) / count",
                "deviation.square().mean(dim=1)",
            ),
        ),
        Mistake(
            "The mask is inverted: this is the spread of the padding.",
            edit=("mask[:, :, None]", "(~mask)[:, :, None]"),
        ),
        Mistake(
            "The squared deviations are divided by the count minus 1. Here the plain "
            "mean is asked for: divide by the count.",
            edit=("/ count).sqrt()", "/ (count - 1)).sqrt()"),
        ),
        Mistake(
            "This is the variance. The root is missing.",
            edit=("/ count).sqrt()", "/ count)"),
        ),
        Mistake(
            "`x[mask]` throws all sequences together, but each sequence has a spread "
            "of its own.",
            code="""
def masked_spread(x, mask):
    values = x[mask]
    return values.std(dim=0, correction=0).expand(len(x), -1)
""",
        ),
    ),
)


# --- 01.5 ----------------------------------------------------------------------------

EACH_CHANNEL_ALONE = (
    "Every number of every channel is still there, but each channel is shuffled "
    "differently, so numbers that were measured together are torn apart. Draw one "
    "order of the steps, and use it for all channels."
)
CHANNELS_MOVED = (
    "The channels are shuffled, not the steps. Time is the first axis, so index `x` "
    "there."
)
NUMBERS_MIXED = (
    "The single numbers are shuffled, over steps and channels alike. A step should "
    "move as a whole: shuffle the rows of `x`."
)
STEPS_LOST = (
    "Some steps come twice and others are lost. A shuffle keeps each step once, as the "
    "orders that `torch.randperm` draws do; those of `torch.randint` do not."
)
NOT_SHUFFLED = "The steps are still in the order they had."
ALWAYS_THE_SAME = (
    "The new order is the same whatever the generator: either it is not drawn with it, "
    "or the generator is first set to a seed of yours."
)
BEGINS_AGAIN = (
    "Two orders drawn one after the other with one generator are the same. Draw with "
    "the generator itself, which goes on from draw to draw: a copy of it begins again."
)
NOT_REPEATABLE = (
    "Two generators with the same seed give two different orders. Hand "
    "`generator=generator` to the function that draws it."
)
TURNED = (
    "Each step is still followed by the step that came after it, because the sequence "
    "is only turned like a wheel. Every order should be possible."
)
STUCK = (
    "Some step is always found in the same place, whatever the generator. Every step "
    "should be able to come anywhere."
)
FEW_MOVE = (
    "Most steps stay where they were. Draw a new order of all steps, not of a few."
)
OTHER_SHAPE = "The result should be a tensor of the shape of `x`, (T, I)."


def _verify_shuffle(shuffle):
    """Say what keeps a function of x and a generator from shuffling the steps of x."""
    x = torch.arange(36.0).reshape(12, 3).square().cos()
    given = x.clone()
    generators = [torch.Generator().manual_seed(seed) for seed in (1, 1, 2)]
    first, again, other = (shuffle(given, generator) for generator in generators)
    if not torch.equal(given, x):
        return words.MUTATED.format(names="`x`")
    if not isinstance(first, torch.Tensor) or first.shape != x.shape:
        return OTHER_SHAPE
    return (
        _other_steps(x, first)
        or _other_order(x, first, again, other)
        or _same_again(x, shuffle)
        or _poor_mixing(x, shuffle)
    )


def _other_steps(x, found):
    """Say how the steps of found are others than those of x, in whatever order."""
    if torch.equal(found.unique(dim=0), x.unique(dim=0)):
        return None
    if torch.equal(found.sort(dim=1).values, x.sort(dim=1).values):
        return CHANNELS_MOVED
    if torch.equal(found.sort(dim=0).values, x.sort(dim=0).values):
        return EACH_CHANNEL_ALONE
    if torch.equal(found.flatten().sort().values, x.flatten().sort().values):
        return NUMBERS_MIXED
    return STEPS_LOST


def _other_order(x, first, again, other):
    """Say what is wrong with the order of the same steps."""
    if torch.equal(first, x):
        return NOT_SHUFFLED
    if not torch.equal(first, again):
        return NOT_REPEATABLE
    return ALWAYS_THE_SAME if torch.equal(first, other) else None


def _same_again(x, shuffle):
    """Say what is wrong if a generator does not go on from one order to the next."""
    generator = torch.Generator().manual_seed(3)
    first, second = (shuffle(x.clone(), generator) for _ in range(2))
    return BEGINS_AGAIN if torch.equal(first, second) else None


def _poor_mixing(x, shuffle, draws=60):
    """Say what orders never come, in many draws."""
    generators = (torch.Generator().manual_seed(seed) for seed in range(draws))
    found = torch.stack([shuffle(x.clone(), generator) for generator in generators])
    orders = (found[:, :, None] == x).all(dim=3).int().argmax(dim=2)  # (draws, T)
    if ((orders.roll(-1, dims=1) - orders) % len(x) == 1).all():
        return TURNED
    if (orders == orders[0]).all(dim=0).any():
        return STUCK
    kept = (orders == torch.arange(len(x))).double().mean()  # of a shuffle: 1 / T
    return FEW_MOVE if kept > 3 / len(x) else None


SHUFFLE_TIME = Exercise(
    id="01.5",
    title="Shuffle time, and nothing else",
    minutes=5,
    difficulty=2,
    points=2,
    name="shuffle_time",
    verify=_verify_shuffle,
    stub="""
def shuffle_time(x, generator):
    # Return the steps of x, (T, I), in a random order drawn with the generator.
    ...
""",
    reference="""
def shuffle_time(x, generator):
    order = torch.randperm(len(x), generator=generator)
    return x[order]
""",
    hints=(
        "A step is a row of `x`, with all the numbers measured at one moment. Rows "
        "move and stay whole.",
        "`torch.randperm(n, generator=generator)` returns the numbers 0 to n − 1 in a "
        "random order.",
        "A tensor of several numbers can be an index too: `x[[2, 0]]` is step 2, then "
        "step 0.",
    ),
    mistakes=(
        Mistake(
            EACH_CHANNEL_ALONE,
            code="""
def shuffle_time(x, generator):
    columns = [
        column[torch.randperm(len(x), generator=generator)] for column in x.T
    ]
    return torch.stack(columns, dim=1)
""",
        ),
        Mistake(
            CHANNELS_MOVED,
            edits=[
                ("len(x)", "x.shape[1]"),
                ("x[order]", "x[:, order]"),
            ],
        ),
        Mistake(
            NUMBERS_MIXED,
            edits=[
                ("len(x)", "x.numel()"),
                ("x[order]", "x.flatten()[order].reshape(x.shape)"),
            ],
        ),
        Mistake(
            STEPS_LOST,
            edit=(
                "torch.randperm(len(x), generator=generator)",
                "torch.randint(len(x), (len(x),), generator=generator)",
            ),
        ),
        Mistake(NOT_SHUFFLED, edit=("x[order]", "x")),
        Mistake(
            ALWAYS_THE_SAME,
            code="""
def shuffle_time(x, generator):
    return x.flip(0)
""",
        ),
        Mistake(
            NOT_REPEATABLE,
            edit=(
                "torch.randperm(len(x), generator=generator)",
                "torch.randperm(len(x))",
            ),
        ),
        Mistake(
            TURNED,
            code="""
def shuffle_time(x, generator):
    amount = torch.randint(1, len(x), (), generator=generator)
    return x.roll(int(amount), dims=0)
""",
        ),
        Mistake(
            STUCK,
            edits=[
                (
                    "torch.randperm(len(x), generator=generator)",
                    "torch.randperm(len(x) - 1, generator=generator) + 1",
                ),
                ("x[order]", "torch.cat([x[:1], x[order]])"),
            ],
        ),
        Mistake(
            FEW_MOVE,
            code="""
def shuffle_time(x, generator):
    order = torch.arange(len(x))
    a, b = torch.randperm(len(x), generator=generator)[:2]
    order[a], order[b] = int(b), int(a)
    return x[order]
""",
        ),
        Mistake(
            words.MUTATED.format(names="`x`"),
            edit=("return x[order]", "x[:] = x[order]\n    return x"),
        ),
        Mistake(
            BEGINS_AGAIN,
            edit=(
                "generator=generator",
                "generator=torch.Generator().set_state(generator.get_state())",
            ),
        ),
        Mistake(OTHER_SHAPE, edit=("x[order]", "order")),
    ),
    reason=(
        "All steps are still there, each of them whole, and the generator alone "
        "decides their order. With the same seed one can repeat the very same shuffle, "
        "which is why the generator is an argument and not hidden in the function."
    ),
)


# --- 01.6 ----------------------------------------------------------------------------

SORT_BY_LENGTH = Exercise(
    id="01.6",
    title="Long ones first",
    minutes=5,
    difficulty=2,
    points=2,
    name="sort_by_length",
    cases=lambda: [
        (_ragged(2, 4, 3), torch.tensor([5, 0, 8])),
        # Of equal lengths one label falls and one rises, so labels must not break ties.
        (_ragged(3, 6, 3, 4, 6, seed=1), torch.tensor([1, 0, 0, 2, 3])),
    ],
    stub="""
def sort_by_length(sequences, labels):
    # Return the sequences as a list, the longest first, and their labels, (N,).
    # Sequences of equal length stay in the order they had.
    ...
""",
    reference="""
def sort_by_length(sequences, labels):
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    order = lengths.argsort(descending=True, stable=True)
    return [sequences[n] for n in order], labels[order]
""",
    hints=(
        "Do not sort the sequences themselves. Find the *order* in which they should "
        "come, and apply that one order to both.",
        "`lengths.argsort(descending=True, stable=True)` returns places: first that of "
        "the largest length, then that of the second largest, and so on.",
        "A tensor takes the whole order at once, `labels[order]`, whereas a list takes "
        "one place at a time, in a loop.",
    ),
    mistakes=(
        Mistake(
            "The sequences have moved and the labels have not, so that most sequences "
            "now carry the label of another. Move both by one order.",
            edit=("labels[order]", "labels"),
        ),
        Mistake(
            "The labels have not moved with the sequences. And `sort` has changed the "
            "caller's own list: find the order, then make a new list.",
            code="""
def sort_by_length(sequences, labels):
    sequences.sort(key=len, reverse=True)
    return sequences, labels
""",
        ),
        Mistake(
            "The labels are sorted by their own size. They should follow their "
            "sequences, so use the order of the lengths for both.",
            edit=("labels[order]", "labels.sort(descending=True).values"),
        ),
        Mistake(
            "The shortest comes first, but the longest should: `descending=True`.",
            edit=("argsort(descending=True, stable=True)", "argsort()"),
        ),
        Mistake(
            "The labels are moved by the inverse of the order that moved the "
            "sequences. Use the same order for both.",
            edit=("labels[order]", "labels[order.argsort()]"),
        ),
        Mistake(
            "The labels have moved and the sequences have not. Move both by one order.",
            edit=("[sequences[n] for n in order]", "sequences"),
        ),
        Mistake(
            "Both are ordered by the size of the labels. The length of the sequences "
            "should decide.",
            edit=(
                "lengths.argsort(descending=True, stable=True)",
                "labels.argsort(descending=True)",
            ),
        ),
        Mistake(
            "Sequences of equal length are ordered by their labels. They should stay "
            "in the order they had: `stable=True`, and nothing but the length decides.",
            code="""
def sort_by_length(sequences, labels):
    order = sorted(range(len(labels)), key=lambda n: (-len(sequences[n]), labels[n]))
    return [sequences[n] for n in order], labels[order]
""",
        ),
        Mistake(
            "Sequences of one length share one label here, and the others are lost. "
            "Remember where a sequence was, not how long it was.",
            code="""
def sort_by_length(sequences, labels):
    label_of = {len(s): label for s, label in zip(sequences, labels)}
    ordered = sorted(sequences, key=len, reverse=True)
    return ordered, torch.stack([label_of[len(s)] for s in ordered])
""",
        ),
    ),
    reason=(
        "One order moves both, so every sequence keeps its own label, and a stable "
        "sort leaves ties as they were. Exercise 11.6 sorts in this way, packs, and "
        "puts everything back."
    ),
)


# --- 01.7 ----------------------------------------------------------------------------

STANDARDISE = Exercise(
    id="01.7",
    title="Scale without peeking",
    minutes=10,
    difficulty=3,
    points=3,
    name="standardise",
    cases=lambda: [
        (_ragged(2, 5, 3), _ragged(4, 2, seed=1)),
        (
            _ragged(3, 6, 2, 4, input_size=3, seed=2),
            _ragged(5, 3, 4, input_size=3, seed=3),
        ),
    ],
    rtol=1e-5,  # as the notebook does, 1e-6 may be added to the spread
    atol=1e-5,
    stub="""
def standardise(train, test):
    # Return both lists of sequences, each channel shifted and scaled so that all
    # steps of the training sequences together have mean 0 and spread 1.
    # The spread is the standard deviation with correction=0.
    ...
""",
    reference="""
def standardise(train, test):
    steps = torch.cat(train)
    mean, spread = steps.mean(dim=0), steps.std(dim=0, correction=0)
    return (
        [(x - mean) / spread for x in train],
        [(x - mean) / spread for x in test],
    )
""",
    reason=(
        "When the model is made, only the training set is known, so its mean and "
        "spread serve the test sequences too. Whatever else is fitted to data, from "
        "an imputed value to a vocabulary, must be fitted to the training set in the "
        "same way."
    ),
    hints=(
        "What may be known when the model is made? Only the training sequences, so "
        "their mean and spread must serve the test sequences too.",
        "`torch.cat(train)` lays all training sequences end to end, (all steps, I), so "
        "that every step counts once.",
        "You need one mean and one spread for each channel, both (I,). Subtract the "
        "one and divide by the other, sequence by sequence, in both lists.",
    ),
    mistakes=(
        Mistake(
            "The test sequences are scaled by their own statistics. That is peeking, "
            "because a test sequence then changes with the others that it is tested "
            "with. Use the mean and spread of the training sequences for both.",
            code="""
def standardise(train, test):
    def scale(part):
        steps = torch.cat(part)
        return [(x - steps.mean(0)) / steps.std(0, correction=0) for x in part]
    return scale(train), scale(test)
""",
        ),
        Mistake(
            "Mean and spread are taken from training and test sequences together. That "
            "is peeking, so use the training sequences alone.",
            edit=("torch.cat(train)", "torch.cat(train + test)"),
        ),
        Mistake(
            "Each sequence is scaled by itself. Its level and its size are erased, and "
            "they may be the very thing that tells the classes apart.",
            code="""
def standardise(train, test):
    def scale(x):
        return (x - x.mean(0)) / x.std(0, correction=0)
    return [scale(x) for x in train], [scale(x) for x in test]
""",
        ),
        Mistake(
            "This is the mean of the means of the sequences, so that a step of a short "
            "sequence weighs more than a step of a long one. Lay all steps end to end "
            "first.",
            code="""
def standardise(train, test):
    mean = torch.stack([x.mean(0) for x in train]).mean(0)
    spread = torch.stack([x.std(0, correction=0) for x in train]).mean(0)
    return [(x - mean) / spread for x in train], [(x - mean) / spread for x in test]
""",
        ),
        Mistake(
            "One mean and one spread serve all channels here, but every channel has "
            "its own unit. Take them over time only, `dim=0`.",
            edit=(
                "steps.mean(dim=0), steps.std(dim=0, correction=0)",
                "steps.mean(), steps.std(correction=0)",
            ),
        ),
        Mistake(
            "The squares are divided by the count minus 1, as torch does by default. "
            "Here the plain mean is asked for: `std(dim=0, correction=0)`.",
            edit=("std(dim=0, correction=0)", "std(dim=0)"),
        ),
        Mistake(
            "Only the mean is divided by the spread. Brackets are missing around "
            "`x - mean`.",
            edits=[
                (
                    "(x - mean) / spread for x in train",
                    "x - mean / spread for x in train",
                ),
                (
                    "(x - mean) / spread for x in test",
                    "x - mean / spread for x in test",
                ),
            ],
        ),
        Mistake(
            "This divides by the variance, but the spread is its root, `std`.",
            edit=("std(dim=0, correction=0)", "var(dim=0, correction=0)"),
        ),
        Mistake(
            "Mean and spread count the padding. `torch.cat` lays the sequences end to "
            "end without any.",
            code="""
def standardise(train, test):
    padded = nn.utils.rnn.pad_sequence(train, batch_first=True)
    mean, spread = padded.mean((0, 1)), padded.std((0, 1), correction=0)
    return [(x - mean) / spread for x in train], [(x - mean) / spread for x in test]
""",
        ),
        Mistake(
            "The test sequences are not scaled. A model that was trained on scaled "
            "sequences needs scaled ones, by the same mean and spread.",
            edit=("[(x - mean) / spread for x in test]", "test"),
        ),
    ),
)


# --- 01.8 ----------------------------------------------------------------------------

KIND_OF_TASK = Exercise(
    id="01.8",
    title="Which kind of task?",
    minutes=2,
    difficulty=1,
    points=1,
    name="kind",
    stub="""
# Write one letter in quotes, like "a".
kind = ...
""",
    reference="""
kind = "c"
""",
    reason=(
        "There is one answer at each step, so inputs and answers come in pairs: (B, "
        "T, I) goes in and (B, T, 2) comes out, a score for normal and one for not. "
        "The network must answer each beat before it has heard the rest."
    ),
    hints=(
        "Draw five beats in a row. How many answers do you have to write above them?",
        "Five beats ask for five answers. Do you know which answer belongs to which "
        "beat?",
        "Compare it with the picture of the next letter: something is read and "
        "something is answered at every step.",
    ),
    mistakes=(
        Mistake(
            "Many to one would be a single answer for the whole recording, such as "
            "which patient it is. Here every beat has an answer of its own.",
            code='kind = "a"',
        ),
        Mistake(
            "One to many would read a single thing and then write many. Here a beat is "
            "read at every step.",
            code='kind = "b"',
        ),
        Mistake(
            "The answers *are* aligned: there are as many as beats, and each belongs "
            "to the beat just read. Translation is an example without such pairs.",
            code='kind = "d"',
        ),
    ),
)


# --- 01.9 ----------------------------------------------------------------------------

LETTER_ROWS = Exercise(
    id="01.9",
    title="Letters as rows",
    minutes=4,
    difficulty=1,
    points=1,
    name="one_hot_rows",
    forbidden=("torch.nn.functional.one_hot",),
    cases=lambda: [("abca", "abcd"), ("to be", " abeot"), ("x", "zyx")],
    stub="""
def one_hot_rows(text, vocabulary):
    # Return a tensor, (T, V): each row is 1 at the place of its letter in the
    # vocabulary, a string of V different letters, and 0 elsewhere.
    ...
""",
    reference="""
def one_hot_rows(text, vocabulary):
    ids = [vocabulary.index(letter) for letter in text]
    return torch.eye(len(vocabulary))[ids]
""",
    reason=(
        "Row k of the identity matrix is the one-hot row of id k, so looking up rows "
        "is all there is to do. In notebook 06 the identity is replaced by a matrix "
        "that is learned, and the look-up is called an embedding."
    ),
    hints=(
        "First turn every letter into its id: `vocabulary.index(letter)` is its place.",
        "Begin with `torch.zeros(len(text), len(vocabulary))`, and write one 1 into "
        "each row.",
        "Or look at `torch.eye(4)`. Which of its rows belongs to the letter with id 2?",
    ),
    mistakes=(
        Mistake(
            "Rows and columns are exchanged: this is (V, T). Each step is a row, and "
            "the columns belong to the vocabulary.",
            edit=("(vocabulary))[ids]", "(vocabulary))[ids].T"),
        ),
        Mistake(
            "The columns are only those letters that occur in the text. They should be "
            "the whole vocabulary, in its order, or else two texts would not match.",
            code="""
def one_hot_rows(text, vocabulary):
    found = sorted(set(text))
    return torch.eye(len(found))[[found.index(letter) for letter in text]]
""",
        ),
        Mistake(
            "The columns are in alphabetical order. They should follow the order of "
            "`vocabulary`.",
            edit=("vocabulary.index(letter)", "sorted(vocabulary).index(letter)"),
        ),
        Mistake(
            "These are the ids themselves. An id is a name and not a quantity, so each "
            "becomes a row with a single 1.",
            edit=("torch.eye(len(vocabulary))[ids]", "torch.tensor(ids)"),
        ),
        Mistake(
            "This counts how often each letter occurs, and forgets where: one row for "
            "the whole text. Every letter needs a row of its own.",
            edit=("(vocabulary))[ids]", "(vocabulary))[ids].sum(dim=0)"),
        ),
        Mistake(
            "The rows come in reverse. Row t belongs to letter t of the text.",
            edit=("for letter in text", "for letter in text[::-1]"),
        ),
    ),
)


# --- 01.10 ---------------------------------------------------------------------------

ONE_LENGTH = Exercise(
    id="01.10",
    title="One length for all",
    minutes=8,
    difficulty=2,
    points=2,
    name="resample",
    forbidden=("torch.nn.functional.interpolate",),
    cases=lambda: [
        (normal(4, 2), 7),
        (normal(6, 3, seed=1), 3),
        (normal(5, 1, seed=2), 5),
        (normal(3, 2, seed=3), 2),
        (normal(7, 2, seed=4), 12),
    ],
    stub="""
def resample(x, steps):
    # Return x, (T, I), at this many steps, (steps, I): the ends stay, the new steps lie
    # at equal distances, each on the straight line between its two neighbours in x.
    # T and steps are 2 or more.
    ...
""",
    reference="""
def resample(x, steps):
    places = torch.arange(steps) * (len(x) - 1) / (steps - 1)
    before = places.long().clamp(max=len(x) - 2)
    share = (places - before)[:, None]
    return (1 - share) * x[before] + share * x[before + 1]
""",
    reason=(
        "Between two neighbours the line is a blend, with the more weight on the one "
        "that is nearer. After this all sequences are equally long, so the length is "
        "gone from the data; if the length means something, give it to the model as a "
        "number of its own."
    ),
    hints=(
        "New step k lies at the place k (T - 1) / (steps - 1) of the old sequence, "
        "which is usually between two whole numbers.",
        "If the place is 2.3, blend 0.7 of step 2 with 0.3 of step 3. `.long()` cuts "
        "2.3 down to 2, and what is cut off is the share of the later step.",
        "At the very end the place is T - 1, and the step after it does not exist. "
        "`clamp(max=len(x) - 2)` keeps the earlier neighbour one step before the end.",
    ),
    mistakes=(
        Mistake(
            "The shares of the two neighbours are exchanged: the *nearer* one has more "
            "weight, so the later step is multiplied by the distance from the earlier.",
            edit=(
                "(1 - share) * x[before] + share * x[before + 1]",
                "share * x[before] + (1 - share) * x[before + 1]",
            ),
        ),
        Mistake(
            "Each new step is a copy of the old step before it. Blend it with the step "
            "after it, by how far the place lies between the two.",
            edit=(
                "(1 - share) * x[before] + share * x[before + 1]",
                "x[places.long()]",
            ),
        ),
        Mistake(
            "Each new step is a copy of the nearest old one. Blend the two neighbours "
            "instead, by how far the place lies between them.",
            edit=(
                "(1 - share) * x[before] + share * x[before + 1]",
                "x[places.round().long()]",
            ),
        ),
        Mistake(
            "The last step is not reached: from the first to the last of `steps` "
            "places there are `steps - 1` distances.",
            edit=("(steps - 1)", "steps"),
        ),
        Mistake(
            "This is the plain mean of the two neighbours, wherever the new step lies "
            "between them.",
            edit=("(places - before)[:, None]", "0.5"),
        ),
        Mistake(
            "This cuts, or pads with zeros. All of the sequence should be kept, drawn "
            "out or pushed together.",
            code="""
def resample(x, steps):
    return torch.cat([x[:steps], torch.zeros(max(0, steps - len(x)), x.shape[1])])
""",
        ),
    ),
)
