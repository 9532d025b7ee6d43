"""The layers of the course equal those of ``torch.nn``, and both their ways agree."""

import copy
from itertools import product

import pytest
import torch
from torch import nn
from torch.autograd import forward_ad, gradcheck, gradgradcheck
from torch.autograd.functional import jacobian
from torch.func import (
    functional_call,
    grad,
    hessian,
    jacfwd,
    jacrev,
    stack_module_state,
    vjp,
    vmap,
)
from torch.nn import functional as F
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pack_sequence
from torch.overrides import TorchFunctionMode

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
CHANGES = {  # of an output, in place
    "mul_": lambda rows: rows.mul_(random(8, rows.shape[-1])),
    "relu_": torch.relu_,
    "dropout": lambda rows: F.dropout(rows, 0.5, inplace=True),
}
# torch compiles its rules of forward-mode differentiation by what it calls deprecated.
FORWARD_MODE = pytest.mark.filterwarnings(
    "ignore:.*torch.jit.script:DeprecationWarning"
)
OPTIONS = [
    ("RNN", {"nonlinearity": "tanh"}),
    ("RNN", {"nonlinearity": "relu"}),
    ("LSTM", {}),
    ("GRU", {}),
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


def everything(layer, kind, with_state, change=None):
    """Return outputs, final states and all gradients of a loss that uses them all.

    The output is changed in place before, if a change is given.
    """
    leaf, x = inputs(kind, layer.batch_first)
    cell = type(layer).__name__
    directions = 2 if layer.bidirectional else 1
    state = initial_state(cell, layer.num_layers * directions, kind)
    hx = (tuple(state) if len(state) > 1 else state[0]) if with_state else None
    output, final = layer(x, hx)
    rows = output.data if isinstance(output, PackedSequence) else output
    if change is not None:
        change(rows)
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
@pytest.mark.parametrize(("cell", "options"), OPTIONS)
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


@pytest.mark.parametrize("nonlinearity", recurrent.NONLINEARITIES)
def test_the_step_to_be_read_changes_nothing_in_place(nonlinearity):
    class Names(TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            names.append(getattr(function, "__name__", ""))
            return function(*args, **(kwargs or {}))

    names = []
    with Names():
        recurrent.rnn_step(random(1, B, I), random(2, B, H), *_weights(1), nonlinearity)
    in_place = {n for n in names if n.endswith("_") and not n.endswith("__")}
    assert names
    assert not in_place


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


@pytest.mark.parametrize("sizes", [[B] * 2, [3, 2, 1]])
@pytest.mark.parametrize("cell", CELLS)
def test_gradgradcheck_of_the_functions(cell, sizes):
    """Their backward can be differentiated again."""
    run = getattr(recurrent, f"{cell}ThroughTime").apply
    rows = BLOCKS[cell] * 2
    state = [random(seed, B, 2) for seed in ((1, 2) if cell == "LSTM" else (1,))]
    bias = [random(4, rows)] if cell == "GRU" else []
    parts = random(0, sum(sizes), rows), *state, random(3, rows, 2), *bias
    options = (sizes, "tanh") if cell == "RNN" else (sizes,)
    gradgradcheck(
        lambda *tensors: run(*tensors, *options),
        [part.requires_grad_() for part in parts],
    )


@pytest.mark.parametrize("kind", ["batched", "packed", "unsorted"])
@pytest.mark.parametrize(("cell", "options"), OPTIONS)
def test_second_derivatives_equal_torch(cell, options, kind):
    theirs, ours = pair(cell, I, H, 2, bidirectional=True, **options)

    def second(layer):
        leaf, x = inputs(kind, layer.batch_first)
        rows = layer(x)[0]
        rows = rows.data if kind != "batched" else rows
        leaves = [leaf, *layer.parameters()]
        first = torch.autograd.grad(rows.square().mean(), leaves, create_graph=True)
        loss = sum(part.square().mean() for part in first)
        return [*first, *torch.autograd.grad(loss, leaves)]

    expected = second(theirs)
    for ours.fast in (True, False):
        assert_close(second(ours), expected)


@pytest.mark.parametrize("cell", CELLS)
def test_gradients_of_a_fed_back_state_equal_torch_when_recorded(cell):
    """The input of a step depends on the state that the same step starts from."""
    theirs, ours = pair(cell, H, H, 2)

    def run(layer):
        x = leaf = random(1, 1, B, H).requires_grad_()
        state, total = None, 0.0
        for _ in range(3):
            output, state = layer(x, state)
            x = as_tuple(state)[0][:1] * 2
            total = total + output.square().sum()
        leaves = [leaf, *layer.parameters()]
        return torch.autograd.grad(total, leaves, create_graph=True)

    assert_close(run(ours), run(theirs))


@pytest.mark.parametrize("cell", CELLS)
def test_batches_of_gradients_equal_torch(cell):
    theirs, ours = pair(cell, I, H, 2)

    def batches(layer):
        x = random(1, T, B, I).requires_grad_()
        leaves, grads = [x, *layer.parameters()], random(2, 3, T, B, H)
        found = torch.autograd.grad(layer(x)[0], leaves, grads, is_grads_batched=True)
        rows = jacobian(lambda x: layer(x)[0][-1], x, vectorize=True)
        return [*found, rows.detach()]

    assert_close(batches(ours), batches(theirs))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("cell", CELLS)
def test_an_output_may_be_changed_in_place(cell, change):
    """As in torch.nn: neither gradients nor final states notice."""
    for num_layers, bidirectional in product((1, 2), (False, True)):
        shape = dict(num_layers=num_layers, bidirectional=bidirectional)
        theirs, ours = pair(cell, I, H, **shape, dropout=0.3 * (num_layers > 1))
        for kind, batch_first in KINDS[::2]:
            theirs.batch_first = ours.batch_first = batch_first
            results = []
            for layer, fast in ((theirs, None), (ours, True), (ours, False)):
                layer.fast = fast
                torch.manual_seed(0)
                results.append(everything(layer, kind, True, change))
            assert_close(results[1], results[0])
            assert_close(results[2], results[0])


@pytest.mark.parametrize("cell", CELLS)
def test_a_float32_output_may_be_changed_in_place(cell):
    """Even where torch.nn.LSTM, one kernel there, refuses it."""
    layer = getattr(recurrent, cell)(I, H)
    found = []
    for change in (torch.relu, torch.relu_):
        x = random(1, T, B, I).float().requires_grad_()
        output, _ = layer(x)
        change(output).square().sum().backward()
        found.append(x.grad)
    torch.testing.assert_close(*found)


def in_autocast(layer, kind, hx_dtype, lower=torch.bfloat16):
    """Return what ``everything`` returns, under autocast, for a float32 layer."""
    x = random(1, T, B, I).float().requires_grad_()
    given = pack_padded_sequence(x, [5, 3, 1]) if kind == "packed" else x
    cell, layers = type(layer).__name__, layer.num_layers * (1 + layer.bidirectional)
    state = [part.to(hx_dtype) for part in initial_state(cell, layers, "batched")]
    with torch.autocast("cpu", lower):
        output, final = layer(given, tuple(state) if cell == "LSTM" else state[0])
    rows = output.data if kind == "packed" else output
    results = [rows, *as_tuple(final)]
    loss = sum(part.float().square().sum() for part in results)
    return results + list(torch.autograd.grad(loss, [x, *layer.parameters()]))


@pytest.mark.parametrize("hx_dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("kind", ["batched", "packed"])
@pytest.mark.parametrize("cell", CELLS)
def test_autocast_gives_torchs_dtypes_and_its_values_about(cell, kind, hx_dtype):
    theirs, ours = pair(cell, I, H, 2, bidirectional=True)
    theirs, ours = theirs.float(), ours.float()
    try:
        expected = in_autocast(theirs, kind, hx_dtype)
    except RuntimeError as error:
        if "primitive" not in str(error):
            raise
        pytest.skip("torch.nn has no bfloat16 kernel for this processor")
    for ours.fast in (True, False):
        found = in_autocast(ours, kind, hx_dtype)
        assert [part.dtype for part in found] == [part.dtype for part in expected]
        for mine, reference in zip(found, expected, strict=True):
            distance = (mine.double() - reference.double()).norm()
            assert distance < 0.06 * reference.double().norm()


@pytest.mark.parametrize("cell", CELLS)
def test_autocast_reaches_all_products_and_the_backward_inside_it(cell):
    """An RNN and an LSTM return bfloat16; a GRU adds its state, which is float32."""
    layer = getattr(recurrent, cell)(I, H, 2)
    x = random(1, T, B, I).float()
    exact = layer(x)[0]
    with torch.autocast("cpu", torch.bfloat16):
        output, _ = layer(x)
        output.sum().backward()
        with torch.autocast("cpu", enabled=False):
            assert torch.equal(layer(x)[0], exact)
    assert {part.grad.dtype for part in layer.parameters()} == {torch.float32}
    if cell == "RNN" or (cell == "LSTM" and torch.backends.mkldnn.is_available()):
        assert output.dtype == torch.bfloat16
    torch.testing.assert_close(output.float(), exact, rtol=0, atol=0.02)


@pytest.mark.parametrize("cell", CELLS)
def test_autocast_leaves_float64_alone_as_in_torch(cell):
    theirs, ours = pair(cell, I, H)
    x = random(1, T, B, I)
    expected = ours(x)[0]
    with torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(ours(x)[0], expected)
        for layer in (theirs.float(), ours.float()):
            with pytest.raises(RuntimeError):
                layer(x)


@pytest.mark.parametrize("kind", ["batched", "packed", "unsorted"])
@pytest.mark.parametrize("cell", CELLS)
def test_torch_func_differentiates_by_weights(cell, kind):
    """As torch.nn does without it, with two layers and dropout between them."""
    theirs, ours = pair(cell, I, H, 2, dropout=0.4)
    x = inputs(kind, False)[1]
    x = x.detach() if kind == "batched" else x._replace(data=x.data.detach())

    def loss(weights, layer):
        torch.manual_seed(0)
        output, final = functional_call(layer, weights, (x,))
        rows = output if kind == "batched" else output.data
        return rows.square().sum() + as_tuple(final)[-1].sum()

    weights = dict(theirs.named_parameters())
    expected = torch.autograd.grad(loss(weights, theirs), weights.values())
    assert_close(grad(loss)(weights, ours).values(), expected)
    if kind == "batched":
        assert_close(grad(loss)(weights, theirs).values(), expected)


@FORWARD_MODE
@pytest.mark.parametrize("cell", CELLS)
def test_torch_func_differentiates_by_inputs_as_in_torch(cell):
    """Backwards, forwards, and twice."""
    theirs, ours = pair(cell, I, H, 2, bidirectional=True)
    state = tuple(initial_state(cell, 4, "batched"))
    state = state if cell == "LSTM" else state[0]

    def derivatives(layer):
        x = random(1, T, B, I)

        def last(x):
            return layer(x, state)[0][-1]

        def loss(x):
            return last(x).square().sum()

        (pulled,) = vjp(last, x)[1](random(7, B, 2 * H))
        once = grad(loss)(x), jacrev(last)(x), jacfwd(last)(x), pulled
        return [*once, hessian(loss)(x)]

    assert_close(derivatives(ours), derivatives(theirs))


@pytest.mark.parametrize("cell", CELLS)
def test_vmap_runs_an_ensemble_and_gives_gradients_of_every_sample(cell):
    """torch.nn has no rule for it; the plain loop is the reference."""
    layers = [getattr(recurrent, cell)(I, H, 2).double() for _ in range(3)]
    weights, _ = stack_module_state(layers)
    x = random(1, T, B, I)

    def run(weights, x):
        return functional_call(layers[0], weights, (x,))[0]

    together = vmap(run, (0, None))(weights, x)
    assert_close(together, [layer(x)[0] for layer in layers])

    one = {name: weight[0].detach() for name, weight in weights.items()}
    by_weights = grad(lambda weights, x: run(weights, x).square().sum())
    samples = vmap(by_weights, (None, 1))(one, x)
    for b in range(B):
        alone = by_weights(one, x[:, b])
        assert_close([samples[name][b] for name in alone], alone.values())


@pytest.mark.parametrize("cell", CELLS)
def test_torch_func_may_differentiate_something_else(cell):
    """A read-out by its weight, while the layer inside is only run."""
    theirs, ours = pair(cell, I, H)
    x, weight = random(1, T, B, I), random(2, H)
    found, expected = (
        grad(lambda w, layer=layer: (layer(x)[0] @ w).square().sum())(weight)
        for layer in (ours, theirs)
    )
    assert_close([found.detach()], [expected.detach()])


@FORWARD_MODE
@pytest.mark.parametrize("cell", CELLS)
def test_forward_mode_differentiation_equals_torch(cell):
    theirs, ours = pair(cell, I, H, 2)
    x, direction = random(1, T, B, I), random(2, T, B, I)
    found = []
    for layer in (ours, theirs):
        with forward_ad.dual_level():
            output = layer(forward_ad.make_dual(x, direction))[0]
            found.append([*forward_ad.unpack_dual(output)])
    assert_close(*found)


@pytest.mark.parametrize("kind", ["batched", "unsorted"])
@pytest.mark.parametrize("cell", CELLS)
def test_the_fast_way_is_taken_where_it_can_serve(cell, kind, monkeypatch):
    """Also in place and under autocast; nothing unrolls the step there."""

    def refuse(*args):
        raise AssertionError("the readable way was taken")

    layer = getattr(recurrent, cell)(I, H, 2, bidirectional=True).double()
    monkeypatch.setattr(recurrent, "unroll", refuse)
    everything(layer, kind, True, torch.relu_)
    with torch.autocast("cpu", torch.bfloat16):
        everything(layer, kind, True)
    layer.fast = False
    with pytest.raises(AssertionError, match="readable"):
        everything(layer, kind, True)


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
