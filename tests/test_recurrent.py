"""The layers of the course equal those of ``torch.nn``, and both their ways agree."""

import copy
from itertools import product

import pytest
import torch
from torch import nn
from torch.autograd import gradcheck
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pack_sequence

from helpers import recurrent

T, B, I, H = 5, 3, 4, 5  # noqa: E741
LENGTHS = [3, 5, 1]
CELLS = ("RNN", "LSTM", "GRU")
STEPS = {
    "RNN": recurrent.rnn_step,
    "LSTM": recurrent.lstm_step,
    "GRU": recurrent.gru_step,
}
KINDS = [  # of input, and batch_first
    ("batched", False),
    ("batched", True),
    ("unbatched", True),
    ("packed", False),
    ("unsorted", True),
]
BLOCKS = {"RNN": 1, "LSTM": 4, "GRU": 3}  # of H rows in each weight


def pair(cell, *args, **kwargs):
    """Return torch's layer and ours with equal weights, in float64."""
    theirs = getattr(nn, cell)(*args, **kwargs).double()
    ours = getattr(recurrent, cell)(*args, **kwargs).double()
    ours.load_state_dict(theirs.state_dict(), strict=True)
    return theirs, ours


def random(seed, *shape):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=generator)


def inputs(kind, batch_first):
    """Return a leaf tensor and the input of this kind made from it."""
    if kind == "unbatched":
        leaf = random(1, T, I).requires_grad_()
        return leaf, leaf
    leaf = random(1, *((B, T) if batch_first else (T, B)), I).requires_grad_()
    if kind == "batched":
        return leaf, leaf
    lengths = sorted(LENGTHS, reverse=True) if kind == "packed" else LENGTHS
    packed = pack_padded_sequence(leaf, lengths, batch_first, kind == "packed")
    return leaf, packed


def initial_state(cell, layers, kind):
    """Return leaf tensors h_0, or h_0 and c_0."""
    shape = (layers, H) if kind == "unbatched" else (layers, B, H)
    seeds = (2, 3) if cell == "LSTM" else (2,)
    return [random(seed, *shape).requires_grad_() for seed in seeds]


def as_tuple(state):
    return state if isinstance(state, tuple) else (state,)


def everything(layer, kind, with_state):
    """Return outputs, final states and all gradients of a loss that uses them all."""
    leaf, x = inputs(kind, layer.batch_first)
    cell = type(layer).__name__
    directions = 2 if layer.bidirectional else 1
    state = initial_state(cell, layer.num_layers * directions, kind)
    hx = (tuple(state) if len(state) > 1 else state[0]) if with_state else None
    output, final = layer(x, hx)
    rows = output.data if isinstance(output, PackedSequence) else output
    results = [rows, *as_tuple(final)]
    loss = sum(
        (part * random(seed, *part.shape)).sum()
        for seed, part in enumerate(results, start=4)
    )
    leaves = [leaf, *layer.parameters(), *(state if with_state else [])]
    return results + list(torch.autograd.grad(loss, leaves))


def assert_close(ours, theirs):
    for mine, reference in zip(ours, theirs, strict=True):
        assert mine.shape == reference.shape
        torch.testing.assert_close(mine, reference, rtol=0, atol=1e-12)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("num_layers", [1, 2, 3])
@pytest.mark.parametrize(
    ("cell", "options"),
    [
        ("RNN", {"nonlinearity": "tanh"}),
        ("RNN", {"nonlinearity": "relu"}),
        ("LSTM", {}),
        ("GRU", {}),
    ],
)
def test_outputs_and_all_gradients_equal_torch(
    cell, options, num_layers, bidirectional, bias
):
    """Fast and readable way, every kind of input, with and without initial state."""
    shape = dict(num_layers=num_layers, bidirectional=bidirectional, bias=bias)
    theirs, ours = pair(cell, I, H, **shape, **options)
    for (kind, batch_first), with_state in product(KINDS, (False, True)):
        theirs.batch_first = ours.batch_first = batch_first
        reference = everything(theirs, kind, with_state)
        for ours.fast in {True, not with_state}:
            assert_close(everything(ours, kind, with_state), reference)


@pytest.mark.parametrize("nonlinearity", ["sigmoid", "identity"])
@pytest.mark.parametrize("kind", ["batched", "unbatched", "packed", "unsorted"])
def test_nonlinearities_torch_lacks_agree_in_both_ways(nonlinearity, kind):
    layer = recurrent.RNN(I, H, 2, nonlinearity, bidirectional=True).double()
    fast = everything(layer, kind, True)
    layer.fast = False
    assert_close(fast, everything(layer, kind, True))


def test_sigmoid_rnn_follows_its_formula():
    """H = sigmoid(W x + b + U h + b'), written out."""
    layer = recurrent.RNN(I, H, nonlinearity="sigmoid").double()
    weight_ih, weight_hh, bias_ih, bias_hh = layer.all_weights[0]
    x, h = random(0, T, I), torch.zeros(H, dtype=torch.float64)
    for t in range(T):
        scores = weight_ih @ x[t] + bias_ih + weight_hh @ h + bias_hh
        h = 1 / (1 + (-scores).exp())
    torch.testing.assert_close(layer(x)[1][0], h, rtol=0, atol=1e-14)


@pytest.mark.parametrize("cell", CELLS)
def test_step_equals_torch_cell(cell):
    theirs = getattr(nn, f"{cell}Cell")(I, H).double()
    weights = theirs.weight_ih, theirs.weight_hh, theirs.bias_ih, theirs.bias_hh
    state = [part[0] for part in initial_state(cell, 1, "batched")]
    x = random(1, B, I)
    expected = as_tuple(theirs(x, tuple(state) if len(state) > 1 else state[0]))
    found = as_tuple(STEPS[cell](x, *state, *weights))[: len(state)]
    assert_close(found, expected)


@pytest.mark.parametrize("cell", CELLS)
def test_unrolled_step_equals_layer(cell):
    """A lesson's plain loop over (T, B, I) gives what the layer gives."""
    layer = getattr(recurrent, cell)(I, H).double()
    state = [part[0] for part in initial_state(cell, 1, "batched")]
    history = recurrent.unroll(
        STEPS[cell], random(1, T, B, I), state, layer.all_weights[0]
    )
    hx = tuple(part.unsqueeze(0) for part in state)
    output, final = layer(random(1, T, B, I), hx if len(hx) > 1 else hx[0])
    assert_close([torch.stack(history[0])], [output])
    assert_close([part[-1] for part in history], [p[0] for p in as_tuple(final)])


def test_steps_show_their_gates():
    """Gates are what the new state is made of."""
    x, h, c = random(1, B, I), random(2, B, H), random(3, B, H)
    new_h, new_c, gates = recurrent.lstm_step(x, h, c, *_weights(4))
    torch.testing.assert_close(new_c, gates.f * c + gates.i * gates.g)
    torch.testing.assert_close(new_h, gates.o * new_c.tanh())
    new_h, gates = recurrent.gru_step(x, h, *_weights(3))
    torch.testing.assert_close(new_h, (1 - gates.z) * gates.n + gates.z * h)


def _weights(blocks):
    shapes = (blocks * H, I), (blocks * H, H), (blocks * H,), (blocks * H,)
    return [random(seed, *shape) for seed, shape in enumerate(shapes)]


@pytest.mark.parametrize("sizes", [[B] * 4, [3, 2, 2, 1]])
@pytest.mark.parametrize("nonlinearity", recurrent.NONLINEARITIES)
def test_gradcheck_of_rnn_backward(nonlinearity, sizes):
    parts = random(0, sum(sizes), H), random(1, B, H), random(2, H, H)
    gradcheck(
        lambda *tensors: recurrent.RNNThroughTime.apply(*tensors, sizes, nonlinearity),
        [part.requires_grad_() for part in parts],
    )


@pytest.mark.parametrize("sizes", [[B] * 4, [3, 2, 2, 1]])
def test_gradcheck_of_lstm_backward(sizes):
    parts = (random(0, sum(sizes), 4 * H), random(1, B, H), random(2, B, H))
    gradcheck(
        lambda *tensors: recurrent.LSTMThroughTime.apply(*tensors, sizes),
        [part.requires_grad_() for part in (*parts, random(3, 4 * H, H))],
    )


@pytest.mark.parametrize("sizes", [[B] * 4, [3, 2, 2, 1]])
def test_gradcheck_of_gru_backward(sizes):
    parts = (random(0, sum(sizes), 3 * H), random(1, B, H), random(2, 3 * H, H))
    gradcheck(
        lambda *tensors: recurrent.GRUThroughTime.apply(*tensors, sizes),
        [part.requires_grad_() for part in (*parts, random(3, 3 * H))],
    )


@pytest.mark.parametrize("cell", CELLS)
def test_second_derivative_is_refused_fast_and_right_readable(cell):
    theirs, ours = pair(cell, I, H)

    def second(layer):
        x = random(1, T, B, I).requires_grad_()
        (first,) = torch.autograd.grad(layer(x)[0].sum(), x, create_graph=True)
        return torch.autograd.grad(first.square().sum(), x)

    with pytest.raises(RuntimeError, match="layer.fast = False"):
        second(ours)
    ours.fast = False
    assert_close(second(ours), second(theirs))


@pytest.mark.parametrize("cell", CELLS)
def test_same_seed_gives_torchs_weights_and_dropout(cell):
    results = []
    for library in (nn, recurrent):
        torch.manual_seed(0)
        layer = getattr(library, cell)(I, H, 3, dropout=0.4, bidirectional=True)
        results.append((layer.state_dict(), layer.double()(random(1, T, B, I))[0]))
    (weights, output), (our_weights, our_output) = results
    assert list(weights) == list(our_weights)
    for name, weight in weights.items():
        assert torch.equal(weight, our_weights[name])
    torch.testing.assert_close(our_output, output, rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_dropout_of_packed_input_equals_torchs_and_rests_in_evaluation(cell):
    theirs, ours = pair(cell, I, H, 2, dropout=0.5)
    packed = pack_sequence([random(n, n, I) for n in LENGTHS], enforce_sorted=False)
    results = []
    for layer in (theirs, ours):
        torch.manual_seed(0)
        results.append([layer(packed)[0].data, layer.eval()(packed)[0].data])
    assert_close(*results)
    assert not torch.allclose(*results[0])


@pytest.mark.parametrize("cell", CELLS)
def test_state_dict_loads_strictly_both_ways(cell):
    for bias, bidirectional in product((True, False), repeat=2):
        options = dict(num_layers=2, bias=bias, bidirectional=bidirectional)
        theirs, ours = pair(cell, I, H, **options)
        theirs.load_state_dict(ours.state_dict(), strict=True)
        assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("cell", CELLS)
def test_packed_output_keeps_its_order_and_lengths(cell):
    theirs, ours = pair(cell, I, H)
    packed = pack_sequence([random(n, n, I) for n in LENGTHS], enforce_sorted=False)
    expected, found = theirs(packed)[0], ours(packed)[0]
    assert_close(found, expected)


@pytest.mark.parametrize("cell", CELLS)
def test_positional_arguments_mean_what_they_mean_in_torch(cell):
    nonlinearity = ("relu",) if cell == "RNN" else ()
    args = (I, H, 2, *nonlinearity, False, True, 0.0, True)
    theirs, ours = pair(cell, *args)
    x = random(1, B, T, I)
    torch.testing.assert_close(ours(x)[0], theirs(x)[0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_layer_works_in_float32_copied_and_without_gradient(cell):
    theirs, ours = pair(cell, I, H)
    twin = copy.deepcopy(ours).float()
    with torch.no_grad():
        x = random(1, T, B, I).float()
        found = twin(x)[0]
        assert found.dtype == torch.float32
        torch.testing.assert_close(found, theirs.float()(x)[0])
        assert twin(torch.zeros(T, 0, I))[0].shape == (T, 0, H)


def wrong_calls(cell):
    """Yield calls of a layer (I, H) that torch refuses."""
    packed = pack_padded_sequence(torch.zeros(T, B, I), [5, 3, 1])
    x = torch.zeros(T, B, I)
    yield torch.zeros(I), None
    yield torch.zeros(T, B, 1, I), None
    yield x[..., 1:], None
    yield x[0:0], None
    yield x[:0, 0], None
    yield x.double(), None
    yield packed._replace(data=packed.data[:, 1:]), None
    for shape in ((B, H), (1, B + 1, H), (2, B, H), (1, B, H + 1)):
        wrong, right = torch.zeros(shape), torch.zeros(1, B, H)
        for hx in [(wrong, right), (right, wrong)] if cell == "LSTM" else [wrong]:
            yield x, hx
            yield x[:, 0], hx
    wrong = torch.zeros(1, B + 1, H)
    yield packed, (wrong, wrong) if cell == "LSTM" else wrong
    wrong = torch.zeros(1, B, H, dtype=torch.float64)
    yield x, (wrong, wrong) if cell == "LSTM" else wrong


@pytest.mark.parametrize("cell", CELLS)
def test_wrong_shapes_raise_what_torch_raises(cell):
    theirs, ours = getattr(nn, cell)(I, H), getattr(recurrent, cell)(I, H)
    for x, hx in wrong_calls(cell):
        with pytest.raises((ValueError, RuntimeError)) as expected:
            theirs(x, hx)
        for ours.fast in (True, False):
            with pytest.raises(expected.type) as found:
                ours(x, hx)
            assert found.type is expected.type


def test_errors_say_what_was_expected_and_found():
    x = torch.zeros(T, B, I)
    layer = recurrent.LSTM(I, H)
    with pytest.raises(RuntimeError, match=r"c_0 must be \(1, 3, 5\), got \[1, 2, 5\]"):
        layer(x, (torch.zeros(1, B, H), torch.zeros(1, 2, H)))
    with pytest.raises(TypeError, match=r"hx must be \(h_0, c_0\), got 1 part"):
        layer(x, torch.zeros(1, B, H))
    with pytest.raises(TypeError, match=r"hx must be \(h_0\), got 2 part"):
        recurrent.GRU(I, H)(x, (torch.zeros(1, B, H), torch.zeros(1, B, H)))
    with pytest.raises(ValueError, match="tanh, relu, sigmoid, identity; got 'sin'"):
        recurrent.RNN(I, H, nonlinearity="sin")
    with pytest.raises(ValueError, match="proj_size must be 0, got 2"):
        recurrent.LSTM(I, H, proj_size=2)


@pytest.mark.parametrize(
    "options",
    [
        {"dropout": 2},
        {"dropout": True},
        {"bias": 1},
        {"batch_first": 1},
        {"hidden_size": 0},
        {"input_size": 3.0},
        {"num_layers": 0},
    ],
)
@pytest.mark.parametrize("cell", CELLS)
def test_wrong_arguments_raise_what_torch_raises(cell, options):
    arguments = {"input_size": I, "hidden_size": H} | options
    with pytest.raises((ValueError, TypeError)) as expected:
        getattr(nn, cell)(**arguments)
    with pytest.raises(expected.type):
        getattr(recurrent, cell)(**arguments)


def test_dropout_on_a_single_layer_warns_as_in_torch():
    with pytest.warns(UserWarning, match="num_layers greater than 1"):
        recurrent.GRU(I, H, dropout=0.5)


@pytest.mark.parametrize("cell", CELLS)
def test_step_refuses_a_state_of_the_wrong_shape(cell):
    state = [torch.zeros(B, H + 1)] * (2 if cell == "LSTM" else 1)
    with pytest.raises(ValueError, match=r"must (both )?be \(3, 5\), got"):
        STEPS[cell](random(1, B, I), *state, *_weights(BLOCKS[cell]))
