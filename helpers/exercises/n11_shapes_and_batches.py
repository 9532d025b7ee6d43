"""The exercises of notebook 11."""

import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence

from helpers.exercises.cases import normal, symbols
from helpers.exercises.exercise import Exercise, Mistake

NOTEBOOK = "11 · Shapes and batches"


def _layer(input_size, hidden_size, seed=0):
    """Return a GRU with batch_first and weights that do not depend on other calls."""
    layer = nn.GRU(input_size, hidden_size, batch_first=True).double()
    with torch.no_grad():
        for place, weight in enumerate(layer.parameters()):
            weight.copy_(0.5 * normal(*weight.shape, seed=100 * seed + place))
    return layer


class _OldLayer(nn.GRU):
    """Reads what an older torch would have read: batches that came in sorted."""

    def forward(self, x, h=None):
        if not isinstance(x, PackedSequence) or x.sorted_indices is not None:
            raise TypeError(
                "this layer reads only a packed batch that was sorted before, with the "
                "longest sequence first"
            )
        return super().forward(x, h)


def _old_layer(input_size, hidden_size, seed=0):
    layer = _OldLayer(input_size, hidden_size, batch_first=True).double()
    layer.load_state_dict(_layer(input_size, hidden_size, seed).state_dict())
    return layer


def _lengths(*numbers):
    return torch.tensor(numbers)


ON_PAPER = Exercise(
    id="11.1",
    title="Shapes on paper",
    minutes=2,
    difficulty=1,
    points=1,
    name="h_n_shape",
    stub="""
# Replace the dots with the shape of h_n, three whole numbers in brackets.
h_n_shape = ...
""",
    reference="h_n_shape = (6, 32, 20)",
    reason=(
        "Three layers times two directions make 6 rows, then comes the batch of 32, "
        "then the 20 units. `batch_first` leaves h_n as it is, which is what exercise "
        "13.4 is about."
    ),
    hints=(
        "How many final states are there for one sequence? One for each layer and "
        "direction.",
        "The batch axis of h_n is always the one in the middle, with batch_first or "
        "without.",
        "(num_layers · directions, batch, hidden_size).",
    ),
    mistakes=(
        Mistake(
            "`batch_first` does not move the batch axis of h_n, only that of input and "
            "output.",
            code="h_n_shape = (32, 6, 20)",
        ),
        Mistake(
            "The directions are missing: each layer ends in two states, one for each "
            "direction.",
            code="h_n_shape = (3, 32, 20)",
        ),
        Mistake(
            "Both directions lie side by side in `output`. In h_n they are rows of "
            "their own.",
            code="h_n_shape = (3, 32, 40)",
        ),
        Mistake(
            "The directions are counted twice: they are rows of h_n already, so each "
            "row is hidden_size wide.",
            code="h_n_shape = (6, 32, 40)",
        ),
        Mistake(
            "This is the shape of `output`, which holds every step of the last layer. "
            "h_n holds the last step of every layer.",
            code="h_n_shape = (32, 50, 40)",
        ),
        Mistake(
            "Batch and time are swapped: with `batch_first` the batch is 32 and the 50 "
            "are the steps, for which h_n has no axis.",
            code="h_n_shape = (6, 50, 20)",
        ),
        Mistake(
            "The layers are missing: h_n holds the final states of all three, not of "
            "the last one alone.",
            code="h_n_shape = (2, 32, 20)",
        ),
    ),
)

LAST_STATE = Exercise(
    id="11.2",
    title="The last true state",
    minutes=4,
    difficulty=1,
    points=2,
    name="last_states",
    cases=lambda: [
        (normal(5, 4, 2), _lengths(2, 4, 3, 1)),
        (normal(4, 4, 3, seed=1), _lengths(3, 1, 2, 3)),
        (normal(6, 3, 2, seed=2), _lengths(2, 1, 3)),
    ],
    gradient=True,
    stub="""
def last_states(output, lengths):
    # output is (T, B, H): the layer was made without batch_first. lengths is (B,).
    # Return the state after the last true step of every sequence, (B, H).
    ...
""",
    reference="""
def last_states(output, lengths):
    return output[lengths - 1, torch.arange(len(lengths))]
""",
    reason=(
        "A sequence of n steps ends at step n − 1, and each sequence needs its own "
        "row. `output[-1]` would give the state after the padding for every sequence "
        "but the longest."
    ),
    hints=(
        "In `output[t, b]`, which step t do you want for sequence b?",
        "Index with two tensors of B numbers side by side: one for the steps, one that "
        "counts the sequences.",
        "A sequence of n steps ends at step n - 1. Time is the first axis here.",
    ),
    mistakes=(
        Mistake(
            "This is the last column of the batch, which is padding for every shorter "
            "sequence. The last true step stands at `lengths - 1`.",
            edit=("output[lengths - 1, torch.arange(len(lengths))]", "output[-1]"),
        ),
        Mistake(
            "The length is off by one: steps count from 0, so step `lengths` is the "
            "first one of the padding.",
            edit=("lengths - 1", "lengths"),
        ),
        Mistake(
            "The length is off by one the other way: you read the state *before* the "
            "last true step.",
            edit=("lengths - 1", "lengths - 2"),
        ),
        Mistake(
            "Batch and time are swapped: without `batch_first`, time is the first axis "
            "of `output`, and the batch the second.",
            edit=(
                "lengths - 1, torch.arange(len(lengths))",
                "torch.arange(len(lengths)), lengths - 1",
            ),
        ),
        Mistake(
            "Batch and time are swapped: this takes every step of the last sequence.",
            edit=("lengths - 1, torch.arange(len(lengths))", ":, -1"),
        ),
        Mistake(
            "All sequences are read at the last step of the longest one. Each has its "
            "own length.",
            edit=(
                "output[lengths - 1, torch.arange(len(lengths))]",
                "output[lengths.max() - 1]",
            ),
        ),
    ),
)

BOTH_ENDS = Exercise(
    id="11.3",
    title="Both ends of the last layer",
    minutes=5,
    difficulty=2,
    points=2,
    name="both_ends",
    cases=lambda: [
        (normal(6, 4, 3), 3),
        (normal(4, 2, 5, seed=1), 2),
        (normal(2, 3, 2, seed=2), 1),
    ],
    stub="""
def both_ends(h_n, num_layers):
    # h_n is (2 * num_layers, B, H), from a bidirectional layer.
    # Return forward and backward state of the last layer side by side, (B, 2H).
    ...
""",
    reference="""
def both_ends(h_n, num_layers):
    return torch.cat([h_n[-2], h_n[-1]], dim=1)
""",
    reason=(
        "The last two rows of h_n belong to the last layer: forward, then backward. "
        "The forward one has read the sequence up to its end and the backward one up "
        "to its beginning, whereas `output[-1]` holds a backward state that has read "
        "a single step."
    ),
    hints=(
        "Look at the drawing of the rows of h_n. Which two are drawn in blue?",
        "Layer after layer, forward before backward: the last layer has the last two "
        "rows.",
        "`torch.cat` with dim=1 puts two (B, H) side by side. No reshape is needed.",
    ),
    mistakes=(
        Mistake(
            "These are the two directions of the *first* layer. The rows go layer by "
            "layer, so the last layer has the last two.",
            edit=("h_n[-2], h_n[-1]", "h_n[0], h_n[1]"),
        ),
        Mistake(
            "You took the rows as if all forward states came first. They go layer by "
            "layer, with forward before backward in each.",
            edit=("h_n[-2], h_n[-1]", "h_n[num_layers - 1], h_n[2 * num_layers - 1]"),
        ),
        Mistake(
            "The directions are swapped: the forward state of a layer comes before its "
            "backward state.",
            edit=("h_n[-2], h_n[-1]", "h_n[-1], h_n[-2]"),
        ),
        Mistake(
            "Both halves are the backward state: h_n[-1] is the last layer's backward "
            "direction. Its forward state is the row before.",
            edit=("h_n[-2]", "h_n[-1]"),
        ),
        Mistake(
            "These are the right rows, but `reshape` mixes the sequences, because it "
            "reads (2, B, H) in the order of memory. Bring the batch axis to the front "
            "first.",
            edit=(
                "torch.cat([h_n[-2], h_n[-1]], dim=1)",
                "h_n[-2:].reshape(h_n.shape[1], -1)",
            ),
        ),
        Mistake(
            "The two states are added. Side by side they are 2H numbers wide.",
            edit=("torch.cat([h_n[-2], h_n[-1]], dim=1)", "h_n[-2] + h_n[-1]"),
        ),
    ),
)

MEAN_STATE = Exercise(
    id="11.4",
    title="The mean over true steps",
    minutes=6,
    difficulty=2,
    points=2,
    name="mean_state",
    cases=lambda: [
        (normal(3, 5, 2), _lengths(2, 4, 3)),
        (normal(2, 6, 3, seed=1) + 1, _lengths(5, 2)),
        (normal(4, 4, 2, seed=2), _lengths(2, 3, 2, 2)),
        (normal(1, 3, 2, seed=3), _lengths(3)),
    ],
    stub="""
def mean_state(output, lengths):
    # output is (B, T, H), lengths is (B,).
    # Return the mean over the true steps of every sequence, (B, H).
    ...
""",
    reference="""
def mean_state(output, lengths):
    true = torch.arange(output.shape[1]) < lengths[:, None]
    return (output * true[..., None]).sum(dim=1) / lengths[:, None]
""",
    reason=(
        "Padding adds nothing to the sum because the mask multiplies it by zero, and "
        "dividing by the true length instead of T keeps short sequences from being "
        "shrunk. Notebook 01 met the same mistake with plain values."
    ),
    hints=(
        "Make a mask first: `torch.arange(T)` holds the numbers of the steps. Which of "
        "them are true for a sequence of 2 steps?",
        "Steps 0 and 1, those *below* the length. The mask is (B, T); to multiply "
        "(B, T, H) by it, it needs one more axis.",
        "Sum the masked states over time, and divide by how many are true, which is "
        "`lengths[:, None]`.",
    ),
    mistakes=(
        Mistake(
            "You divide by the true steps of the whole batch. Each sequence has a mean "
            "of its own: divide by its own length.",
            edit=("dim=1) / lengths[:, None]", "dim=1) / true.sum()"),
        ),
        Mistake(
            "You divide by the number of true steps, but the sum still runs over the "
            "padding too.",
            edit=("output * true[..., None]", "output"),
        ),
        Mistake(
            "The padding is counted like true steps. Only the steps below `lengths` "
            "are true.",
            code="""
def mean_state(output, lengths):
    return output.mean(dim=1)
""",
        ),
        Mistake(
            "The mask is off by one: `<=` lets the first step of the padding in. Steps "
            "count from 0, so the true ones are `< lengths`.",
            edit=(
                "torch.arange(output.shape[1]) < lengths[:, None]",
                "torch.arange(output.shape[1]) <= lengths[:, None]",
            ),
        ),
        Mistake(
            "The mask is off by one: the last true step is left out of the sum.",
            edit=(
                "torch.arange(output.shape[1]) < lengths[:, None]",
                "torch.arange(output.shape[1]) < lengths[:, None] - 1",
            ),
        ),
        Mistake(
            "The mask is off by one: you count steps from 1, so the last true step is "
            "missing from both the sum and the count.",
            edits=[
                (
                    "torch.arange(output.shape[1])",
                    "torch.arange(1, output.shape[1] + 1)",
                ),
                ("dim=1) / lengths[:, None]", "dim=1) / true.sum(dim=1, keepdim=True)"),
            ],
        ),
        Mistake(
            "The sum is right, but you divide by T, padding included. Divide by "
            "`lengths`.",
            edit=(
                "..., None]).sum(dim=1) / lengths[:, None]",
                "..., None]).mean(dim=1)",
            ),
        ),
        Mistake(
            "This is the sum of the true steps. Divide by how many there are.",
            edit=("sum(dim=1) / lengths[:, None]", "sum(dim=1)"),
        ),
        Mistake(
            "This is the last true state, as in 11.2. Here you need the mean over all "
            "true steps.",
            code="""
def mean_state(output, lengths):
    return output[torch.arange(len(output)), lengths - 1]
""",
        ),
    ),
)

MASKED_LOSS = Exercise(
    id="11.5",
    title="A loss without padding",
    minutes=6,
    difficulty=2,
    points=2,
    name="masked_loss",
    cases=lambda: [
        (normal(2, 4, 2), normal(2, 4, 2, seed=1), _lengths(1, 3)),
        (normal(3, 5, 3, seed=2), normal(3, 5, 3, seed=3), _lengths(4, 2, 3)),
        (normal(2, 3, 1, seed=4), normal(2, 3, 1, seed=5), _lengths(2, 1)),
    ],
    gradient=True,
    stub="""
def masked_loss(prediction, target, lengths):
    # prediction and target are (B, T, I), lengths is (B,).
    # Return the mean squared error over all true numbers, one number in a tensor.
    ...
""",
    reference="""
def masked_loss(prediction, target, lengths):
    true = torch.arange(target.shape[1]) < lengths[:, None]
    return (prediction - target).square()[true].mean()
""",
    reason=(
        "Selecting the true steps before averaging gives every true step the same "
        "weight, whatever the batch is padded to. A mean over the padded tensor would "
        "fall whenever a longer sequence joined the batch."
    ),
    hints=(
        "The padding must be left out of two things: what is summed, and the count "
        "you divide by.",
        "A mask (B, T) may be used as an index: `errors[mask]` keeps the true steps, "
        "one below the other.",
        "Square the difference, index it with `torch.arange(T) < lengths[:, None]`, "
        "and take the mean.",
    ),
    mistakes=(
        Mistake(
            "The padding is counted in the loss: its errors are in the sum, and its "
            "steps in the number you divide by.",
            edit=(".square()[true]", ".square()"),
        ),
        Mistake(
            "The sum is masked, but the mean still divides by all steps, padding "
            "included, so more padding would look like a better model.",
            edit=(
                "return (prediction - target).square()[true].mean()",
                "return ((prediction - target).square() * true[..., None]).mean()",
            ),
        ),
        Mistake(
            "You divide by the number of true steps. Each holds I numbers, so the "
            "count of numbers is I times that.",
            edit=(
                "(prediction - target).square()[true].mean()",
                "((prediction - target).square() * true[..., None]).sum() / true.sum()",
            ),
        ),
        Mistake(
            "This is the mean of the means of the sequences: a step of a short one "
            "weighs more. Here every true number weighs the same.",
            code="""
def masked_loss(prediction, target, lengths):
    true = torch.arange(target.shape[1]) < lengths[:, None]
    errors = ((prediction - target).square() * true[..., None]).sum(dim=1)
    return (errors / lengths[:, None]).mean()
""",
        ),
        Mistake(
            "The mask is off by one: `<=` counts the first step of the padding.",
            edit=(
                "torch.arange(target.shape[1]) < lengths[:, None]",
                "torch.arange(target.shape[1]) <= lengths[:, None]",
            ),
        ),
        Mistake(
            "This is the sum over the true numbers, which grows with the batch. Return "
            "the mean.",
            edit=(
                "(prediction - target).square()[true].mean()",
                "(prediction - target).square()[true].sum()",
            ),
        ),
        Mistake(
            "This is the mean *absolute* error. Square the differences, then take the "
            "mean.",
            edit=("(prediction - target).square()", "(prediction - target).abs()"),
        ),
        Mistake(
            "This is the *root* of the mean squared error. Leave the root out.",
            edit=(
                "(prediction - target).square()[true].mean()",
                "(prediction - target).square()[true].mean().sqrt()",
            ),
        ),
    ),
)

SORTED = Exercise(
    id="11.6",
    title="Sort, pack, put back",
    minutes=12,
    difficulty=3,
    points=3,
    name="sorted_states",
    given="from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence",
    cases=lambda: [
        (_old_layer(2, 3), normal(4, 5, 2), _lengths(2, 5, 1, 4)),
        (_old_layer(1, 2, seed=1), normal(5, 4, 1, seed=1), _lengths(3, 1, 4, 2, 3)),
        (_old_layer(2, 2, seed=2), normal(3, 6, 2, seed=2), _lengths(1, 3, 6)),
    ],
    rtol=1e-6,
    stub="""
def sorted_states(layer, x, lengths):
    # layer is a GRU with batch_first, x is (B, T, I), lengths is (B,).
    # Return the final state of every sequence, in the order in which they came, (B, H).
    ...
""",
    reference="""
def sorted_states(layer, x, lengths):
    order = lengths.argsort(descending=True)
    packed = pack_padded_sequence(x[order], lengths[order], batch_first=True)
    _, h_n = layer(packed)
    return h_n[-1][order.argsort()]
""",
    reason=(
        "`argsort` of a permutation is its inverse, so the states come back in the "
        "order in which the sequences came. `enforce_sorted=False` does the same "
        "behind the scenes."
    ),
    hints=(
        "`lengths.argsort(descending=True)` says which row comes first, second, ... "
        "Index both `x` and `lengths` with it.",
        "Row k of the result belongs to sequence `order[k]`. You need the inverse: at "
        "which position of `order` does sequence 0 stand?",
        "The inverse of a permutation is its own `argsort`: `states[order.argsort()]`.",
    ),
    mistakes=(
        Mistake(
            "The sorting is not undone: the states come with the longest sequence "
            "first, so they stand beside the labels of other sequences.",
            edit=("h_n[-1][order.argsort()", "h_n[-1"),
        ),
        Mistake(
            "You sorted once more instead of undoing it: `order` says where a row "
            "comes from. Its inverse is `order.argsort()`.",
            edit=("order.argsort()", "order"),
        ),
        Mistake(
            "Only the lengths are sorted, not the rows of `x`: every sequence gets the "
            "length of another.",
            edit=(
                "packed = pack_padded_sequence(x[order], lengths[order], batch_first",
                """longest_first = lengths.sort(descending=True).values
    packed = pack_padded_sequence(x, longest_first, batch_first""",
            ),
        ),
        Mistake(
            "The order is right, but you read the last column of the unpacked output, "
            "which is zero for every shorter sequence. h_n has the last true states.",
            code="""
def sorted_states(layer, x, lengths):
    order = lengths.argsort(descending=True)
    packed = pack_padded_sequence(x[order], lengths[order], batch_first=True)
    output, _ = pad_packed_sequence(layer(packed)[0], batch_first=True)
    return output[order.argsort(), -1]
""",
        ),
        Mistake(
            "The lengths are off by one: the last true step of each sequence is cut "
            "off.",
            edit=("lengths[order]", "lengths[order] - 1 + (lengths[order] < 2)"),
        ),
    ),
)


def _stream(seed, begins, size=(2, 2), hidden=3):
    """Return a layer, chunks of size (K, I), and where new sequences begin."""
    begins = torch.tensor(begins)
    shape = len(begins[0]), *size
    chunks = [normal(*shape, seed=10 * seed + n) for n in range(len(begins))]
    return _layer(size[1], hidden, seed), chunks, begins


NEW_STATE = Exercise(
    id="11.7",
    title="A new sequence, a new state",
    minutes=10,
    difficulty=2,
    points=3,
    name="read_chunks",
    cases=lambda: [
        _stream(1, [[True, True], [False, True], [False, False], [True, False]]),
        _stream(2, [[True] * 3, [False, False, True], [True, False, False]]),
        _stream(3, [[True], [False], [True]], size=(3, 1), hidden=2),
    ],
    gradient=True,
    stub="""
def read_chunks(layer, chunks, begins):
    # layer is a GRU with batch_first; chunks is a list of C tensors (B, K, I).
    # begins is (C, B), True where a row starts a new sequence with this chunk.
    # Return the state of every row after every chunk, (C, B, H).
    ...
""",
    reference="""
def read_chunks(layer, chunks, begins):
    h, states = torch.zeros(1, chunks[0].shape[0], layer.hidden_size), []
    for chunk, begin in zip(chunks, begins):
        h = torch.where(begin[:, None], 0.0, h)
        _, h = layer(chunk, h)
        states.append(h[0])
    return torch.stack(states)
""",
    reason=(
        "Where a new sequence begins, the state must begin anew, and only there; the "
        "other rows of the batch carry on. `torch.where` does both at once and lets "
        "no gradient through where it puts the zero."
    ),
    hints=(
        "Carry `h`, (1, B, H), from chunk to chunk. Before a chunk is read, some of "
        "its rows become zero.",
        "`torch.where(condition, 0.0, h)` puts zeros where the condition is true. The "
        "condition must have an axis more than `begin`.",
        "`h = torch.where(begin[:, None], 0.0, h)`, then `_, h = layer(chunk, h)`, "
        "then keep `h[0]`.",
    ),
    mistakes=(
        Mistake(
            "The state is set to zero after the chunk that begins a sequence. It must "
            "be zero before that chunk is read.",
            edits=[
                ("        h = torch.where(begin[:, None], 0.0, h)\n", ""),
                (
                    "states.append(h[0])",
                    """states.append(h[0])
        h = torch.where(begin[:, None], 0.0, h)""",
                ),
            ],
        ),
        Mistake(
            "You set rows of `h` to zero in place. The state kept from the chunk "
            "before is the same memory, so it becomes zero as well: make a new tensor, "
            "for instance with `torch.where`.",
            edit=("h = torch.where(begin[:, None], 0.0, h)", "h[:, begin] = 0"),
        ),
        Mistake(
            "The state is carried between unrelated sequences: `begins` is never used, "
            "so a new one starts from what another has left.",
            edit=("        h = torch.where(begin[:, None], 0.0, h)\n", ""),
        ),
        Mistake(
            "Every chunk starts from zero. Where nothing new begins, the state goes on "
            "from the chunk before.",
            edit=("layer(chunk, h)", "layer(chunk)"),
        ),
        Mistake(
            "As soon as one row begins anew, *all* rows are set to zero. Only those "
            "where `begin` is True should be.",
            edit=(
                "torch.where(begin[:, None], 0.0, h)",
                "torch.where(begin.any(), 0.0, h)",
            ),
        ),
        Mistake(
            "The state is reset only where *all* rows begin anew, so a single row that "
            "begins anew gets the state of another sequence.",
            edit=(
                "torch.where(begin[:, None], 0.0, h)",
                "torch.where(begin.all(), 0.0, h)",
            ),
        ),
        Mistake(
            "The state is set to zero *after* the chunk that begins something new. It "
            "must be zero before that chunk is read.",
            edit=(
                """h = torch.where(begin[:, None], 0.0, h)
        _, h = layer(chunk, h)""",
                """_, h = layer(chunk, h)
        h = torch.where(begin[:, None], 0.0, h)""",
            ),
        ),
        Mistake(
            "The two sides are swapped: the rows that begin anew keep their state, and "
            "the others lose it.",
            edit=(
                "torch.where(begin[:, None], 0.0, h)",
                "torch.where(begin[:, None], h, 0.0)",
            ),
        ),
        Mistake(
            "The states are right, but the gradient is cut by `detach` between chunks. "
            "That is for training on long streams; here nothing is to be cut.",
            edit=(
                "torch.where(begin[:, None], 0.0, h)",
                "torch.where(begin[:, None], 0.0, h.detach())",
            ),
        ),
    ),
)


RIGHT_AXIS = Exercise(
    id="11.8",
    title="The right axis",
    minutes=5,
    difficulty=2,
    points=2,
    name="sequence_loss",
    given="from torch.nn.functional import cross_entropy",
    cases=lambda: [
        (normal(2, 3, 3), symbols(2, 3, vocab_size=3), _lengths(3, 1)),
        (
            normal(3, 4, 4, seed=1),
            symbols(3, 4, vocab_size=4, seed=1),
            _lengths(2, 3, 1),
        ),
        (normal(2, 4, 3, seed=2), symbols(2, 4, vocab_size=3, seed=2), _lengths(2, 3)),
    ],
    gradient=True,
    stub="""
def sequence_loss(scores, targets, lengths):
    # scores are (B, T, V), targets are (B, T) int64, lengths is (B,).
    # Return the mean cross-entropy over all true steps, one number in a tensor.
    ...
""",
    reference="""
def sequence_loss(scores, targets, lengths):
    true = torch.arange(targets.shape[1]) < lengths[:, None]
    return cross_entropy(scores[true], targets[true])
""",
    reason=(
        "Indexing with the mask makes (N, V) out of (B, T, V), with N the number of "
        "true steps. So the classes are on axis 1, where `cross_entropy` looks for "
        "them, and the padding is gone from the sum and from the count."
    ),
    hints=(
        "Two things can go wrong here: the axis on which `cross_entropy` looks for the "
        "classes, and the steps that are padding.",
        "It wants the classes on axis 1. With one row for every step, (N, V), they are "
        "there.",
        "A mask (B, T) used as an index does both at once: `scores[mask]` is (N, V), "
        "with the true steps only.",
    ),
    mistakes=(
        Mistake(
            "The axis is wrong: `cross_entropy` takes axis 1 for the classes, and here "
            "that is time. Nothing complains, because there are as many steps as "
            "symbols.",
            edit=(
                "cross_entropy(scores[true], targets[true])",
                'cross_entropy(scores, targets, reduction="none")[true].mean()',
            ),
        ),
        Mistake(
            "The axis is wrong and the padding is counted: `cross_entropy` looks for "
            "the classes on axis 1, which is time here, and it knows no lengths.",
            edit=("scores[true], targets[true]", "scores, targets"),
        ),
        Mistake(
            "The axis is right, but the padding is counted: its steps are in the mean "
            "as well.",
            edit=(
                "scores[true], targets[true]",
                "scores.flatten(0, 1), targets.flatten()",
            ),
        ),
        Mistake(
            "`reshape` gives the right shape but moves no axis: it keeps the numbers "
            "in the same order, so scores of different steps get mixed. Use "
            "`transpose(1, 2)`, or one row for every step.",
            edit=(
                "cross_entropy(scores[true], targets[true])",
                "cross_entropy(scores.reshape(len(scores), scores.shape[2], -1), "
                'targets, reduction="none")[true].mean()',
            ),
        ),
        Mistake(
            "The padding is out of the sum, but the mean still divides by all steps.",
            edit=(
                "cross_entropy(scores[true], targets[true])",
                'cross_entropy(scores[true], targets[true], reduction="sum") '
                "/ targets.numel()",
            ),
        ),
        Mistake(
            "This is the sum over the true steps, which grows with the batch. Return "
            "the mean.",
            edit=("targets[true])", 'targets[true], reduction="sum")'),
        ),
        Mistake(
            "This is the mean of the means of the sequences, so a step of a short one "
            "weighs more. Here every true step counts the same.",
            code="""
def sequence_loss(scores, targets, lengths):
    means = [cross_entropy(s[:n], t[:n]) for s, t, n in zip(scores, targets, lengths)]
    return torch.stack(means).mean()
""",
        ),
        Mistake(
            "The mask is off by one: `<=` counts the first step of the padding.",
            edit=("< lengths", "<= lengths"),
        ),
        Mistake(
            "The mask is off by one: the last true step of every sequence is left out.",
            edit=("< lengths[:, None]", "< lengths[:, None] - 1"),
        ),
        Mistake(
            "`cross_entropy` takes scores and makes probabilities of them itself. With "
            "probabilities as input the softmax acts twice.",
            edit=("scores[true], t", "scores[true].softmax(dim=1), t"),
        ),
    ),
)

COLLATE = Exercise(
    id="11.9",
    title="A collate function",
    minutes=6,
    difficulty=1,
    points=2,
    name="collate_symbols",
    given="from torch.nn.utils.rnn import pad_sequence",
    cases=lambda: [
        ([(torch.tensor([3, 0]), 1), (torch.tensor([2, 0, 4, 1]), 0)],),
        (
            [
                (torch.tensor([5, 1, 0]), 2),
                (torch.tensor([0]), 0),
                (torch.tensor([4, 4]), 2),
            ],
        ),
        ([(torch.tensor([1, 2, 3]), 4)],),
    ],
    stub="""
def collate_symbols(samples):
    # samples is a list of pairs: symbols, an int64 tensor (T_n,), and a whole number.
    # Return the symbols padded with -1, (B, T), the lengths, (B,), the labels, (B,).
    ...
""",
    reference="""
def collate_symbols(samples):
    symbols, labels = zip(*samples)
    padded = pad_sequence(symbols, batch_first=True, padding_value=-1)
    lengths = torch.tensor([len(row) for row in symbols])
    return padded, lengths, torch.tensor(labels)
""",
    reason=(
        "A collate function sees the samples of one batch, so it pads no further than "
        "to the longest of them. It is also the last to know the true lengths, which "
        "is why it has to return them."
    ),
    hints=(
        "Take the list apart first: `zip(*samples)` gives all symbols and all labels.",
        "`pad_sequence` pads after the end. It has arguments for the value of the "
        "padding and for the axis that comes first.",
        "`pad_sequence(symbols, batch_first=True, padding_value=-1)`; the lengths come "
        "from the symbols before they are padded.",
    ),
    mistakes=(
        Mistake(
            "The padding is 0, which is a symbol of its own here. Pad with -1, so that "
            "the two cannot be confused.",
            edit=(", padding_value=-1", ""),
        ),
        Mistake(
            "Batch and time are swapped: `pad_sequence` returns (T, B) unless you ask "
            "for `batch_first=True`.",
            edit=("batch_first=True, ", ""),
        ),
        Mistake(
            "The lengths are those of the padded rows, all the same. Take them from "
            "the symbols before they are padded.",
            edit=("for row in symbols", "for row in padded"),
        ),
        Mistake(
            "The padding stands before the symbols. Here it belongs after their end.",
            edit=("padding_value=-1", 'padding_value=-1, padding_side="left"'),
        ),
        Mistake(
            "Lengths and labels are swapped: first the symbols, then the lengths, then "
            "the labels.",
            edit=("lengths, torch.tensor(labels)", "torch.tensor(labels), lengths"),
        ),
        Mistake(
            "Everything is cut to the shortest sequence. Pad to the longest instead, "
            "so that nothing is lost.",
            edit=(
                "pad_sequence(symbols, batch_first=True, padding_value=-1)",
                "torch.stack([row[: min(map(len, symbols))] for row in symbols])",
            ),
        ),
    ),
)

BACKWARDS = Exercise(
    id="11.10",
    title="Backwards without packing",
    minutes=10,
    difficulty=3,
    points=3,
    name="turned_round",
    cases=lambda: [
        (normal(3, 5, 2), _lengths(2, 5, 3)),
        (normal(2, 6, 1, seed=1), _lengths(4, 1)),
        (normal(4, 4, 3, seed=2), _lengths(3, 4, 2, 1)),
    ],
    gradient=True,
    stub="""
def turned_round(x, lengths):
    # x is (B, T, I), lengths is (B,).
    # Return x with the true steps of each sequence backwards, the padding as it is.
    ...
""",
    reference="""
def turned_round(x, lengths):
    step, lengths = torch.arange(x.shape[1]), lengths[:, None]
    source = torch.where(step < lengths, lengths - 1 - step, step)
    return x[torch.arange(len(x))[:, None], source]
""",
    reason=(
        "Step t of a sequence of n steps goes to step n − 1 − t, and the padding stays "
        "where it is. Applied twice this gives x back, so the states of the backward "
        "direction can be brought into the order of time by the same function."
    ),
    hints=(
        "In a sequence of n steps, which step of x belongs at step 0 of the result, "
        "and which one at step t?",
        "Make a table (B, T) that says from which step each number comes: "
        "`lengths - 1 - t` where t is true, and t itself in the padding.",
        "With such a table `source`, `x[rows, source]` picks the steps, if `rows` "
        "counts the sequences with shape (B, 1).",
    ),
    mistakes=(
        Mistake(
            "The whole row is turned round, so the padding comes first, and a layer "
            "would begin in it. Turn each sequence within its own length.",
            code="""
def turned_round(x, lengths):
    return x.flip(1)
""",
        ),
        Mistake(
            "The padding does not stay where it is: after the end of a sequence the "
            "index is negative, and counts from the end of the row.",
            edit=(
                "torch.where(step < lengths, lengths - 1 - step, step)",
                "lengths - 1 - step",
            ),
        ),
        Mistake(
            "The padding does not stay where it is: the negative indices are set to 0, "
            "so it is filled with copies of step 0.",
            edit=(
                "torch.where(step < lengths, lengths - 1 - step, step)",
                "(lengths - 1 - step).clamp(min=0)",
            ),
        ),
        Mistake(
            "The order of the sequences is reversed. The batch stays as it is, and "
            "time runs backwards.",
            code="""
def turned_round(x, lengths):
    return x.flip(0)
""",
        ),
        Mistake(
            "The channels, on the last axis, are reversed. Time is axis 1.",
            code="""
def turned_round(x, lengths):
    return x.flip(2)
""",
        ),
        Mistake(
            "All sequences are turned round within the length of the longest one. Each "
            "has its own length.",
            edit=("lengths[:, None]\n", "lengths.max()[None, None]\n"),
        ),
        Mistake(
            "The last true step is left where it is: the others are turned round "
            "among themselves. Step 0 comes from step n − 1.",
            edit=(
                "step < lengths, lengths - 1 - step",
                "step < lengths - 1, lengths - 2 - step",
            ),
        ),
    ),
)
