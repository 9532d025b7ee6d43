"""What an exercise forbids is forbidden by meaning, under whatever name."""

import pkgutil
import re

import numpy
import pytest
import torch

from helpers import progress
from helpers.exercises import forbidden, words
from tests.answering import STEP, answered, function_of, handed_over, normal, written


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(progress.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


RUNNING_SUM = function_of(
    "torch.stack([x[: t + 1].sum(0) for t in range(len(x))])",
    (normal(4, 3),),
    forbidden=("torch.cumsum", "numpy.cumsum"),
)


@pytest.mark.parametrize(
    "body",
    [
        "return torch.cumsum(x, 0)",
        "return x.cumsum(0)",
        "return x.clone().cumsum_(0)",
        "return torch.Tensor.cumsum(x, dim=0)",
        "return torch.ops.aten.cumsum(x, 0)",
        "return torch.ops.aten.cumsum.default(x, 0)",
        "return torch._C._VariableFunctions.cumsum(x, 0)",
        "return list(map(torch.cumsum, [x], [0]))[0]",
        "f = getattr(torch, 'cum' + 'sum'); return f(x, 0)",
        "from torch import cumsum as mine; return mine(x, dim=0)",
        "try:\n    return torch.cumsum(x, 0)\nexcept BaseException: return x",
        "from numpy import cumsum; return torch.tensor(cumsum(x.tolist(), 0))",
        "return x.numpy().cumsum(0)",
    ],
)
def test_the_forbidden_function_is_seen_whatever_its_name(body):
    result = answered(RUNNING_SUM, body)
    assert "which this exercise asks you to build yourself" in result.message
    assert "cumsum" in result.message


def test_the_allowed_way_passes_where_another_is_forbidden():
    assert answered(RUNNING_SUM, "x[:1] * 0 + x.T @ torch.ones(4, 4).triu()").attempted
    right = "torch.stack([x[: t + 1].sum(0) for t in range(len(x))])"
    assert answered(RUNNING_SUM, right).passed


@pytest.mark.parametrize("family", forbidden.FAMILIES)
def test_every_function_of_a_family_is_there(family):
    for name in forbidden.FAMILIES[family].functions:
        assert callable(pkgutil.resolve_name(name)), name


def operators():
    """Return what torch and NumPy call their operators, whatever the namespace."""
    schemas = torch._C._jit_get_all_schemas()
    names = {one.name.partition("::")[2].partition(".")[0] for one in schemas}
    homes = torch, torch.nn.functional, torch._C._nn, torch._C._VariableFunctions, numpy
    return names.union(*map(dir, homes))


@pytest.mark.parametrize(
    ("family", "some", "others"),
    [
        (
            "concatenation",
            "cat concat concatenate hstack vstack dstack column_stack block_diag",
            "stack catch scatter chunk flatten",
        ),
        (
            "recurrent layers",
            "lstm gru rnn_tanh rnn_relu_cell quantized_lstm_cell _thnn_fused_gru_cell",
            "tanh sigmoid linear",
        ),
        (
            "losses",
            "cross_entropy nll_loss nll_loss_nd binary_cross_entropy_with_logits",
            "log_softmax logsigmoid logsumexp softplus",
        ),
        (
            "attention",
            "scaled_dot_product_attention _native_multi_head_attention",
            "softmax matmul masked_fill",
        ),
    ],
)
def test_a_family_holds_its_kin_and_no_one_else(family, some, others):
    pattern = re.compile(forbidden.FAMILIES[family].operators)
    held = {name for name in operators() if pattern.fullmatch(name.rstrip("_"))}
    assert set(some.split()) <= held
    assert not set(others.split()) & held


CELL_CASE = (
    normal(2, 3),
    normal(2, 4),
    normal(4, 3),
    normal(4, 4),
    normal(4),
    normal(4),
)
CELL = function_of(
    "torch.tanh(x @ w.T + b + h @ u.T + c)",
    CELL_CASE,
    arguments="x, h, w, u, b, c",
    forbidden=("recurrent layers",),
)
LAYER = """
layer = nn.RNN(3, 4).double()
def answer(x, h, w, u, b, c):
    weights = {"weight_ih_l0": w, "weight_hh_l0": u, "bias_ih_l0": b, "bias_hh_l0": c}
    return torch.func.functional_call(layer, weights, (x[None], h[None]))[1][0]
"""


@pytest.mark.parametrize(
    "body",
    [
        "torch.rnn_tanh_cell(x, h, w, u, b, c)",
        "torch._VF.rnn_tanh_cell(x, h, w, u, b, c)",
        "torch.ops.aten.rnn_tanh_cell(x, h, w, u, b, c)",
        "torch._C._VariableFunctions.rnn_tanh_cell(x, h, w, u, b, c)",
        "a = True, 1, 0.0, False, False, False\n"
        "return torch.rnn_tanh(x[None], h[None], [w, u, b, c], *a)[1][0]",
        "nn.RNNCell(3, 4)(x, h)",
        "nn.RNN(3, 4)(x[None], h[None])[1][0]",
        "type('Mine', (nn.RNN,), {})(3, 4)",
        "__import__('helpers.recurrent', fromlist=['_']).rnn_step(x, h, w, u, b, c)",
    ],
)
def test_fused_recurrent_operators_are_seen_under_every_name(body):
    message = answered(CELL, body).message
    assert "Not allowed here: ready-made recurrent layers and cells." in message


def test_a_layer_made_before_is_seen_through_functional_call():
    result = handed_over(CELL, written(LAYER, "answer"))
    assert "Not allowed here: ready-made recurrent layers" in result.message


GATES = function_of(
    "x @ w[:, :3].T + h @ w[:, 3:].T",
    (normal(2, 3), normal(2, 2, seed=1), normal(8, 5, seed=2)),
    (normal(1, 3), normal(1, 2, seed=1), normal(4, 5, seed=2)),
    arguments="x, h, w",
    forbidden=("concatenation",),
)


@pytest.mark.parametrize(
    "body",
    [
        "torch.cat([x, h], 1) @ w.T",
        "torch.concatenate([x, h], 1) @ w.T",
        "torch.hstack([x, h]) @ w.T",
        "torch.vstack([x.T, h.T]).T @ w.T",
        "torch.column_stack([x, h]) @ w.T",
        "torch.ops.aten.cat([x, h], 1) @ w.T",
        "torch.tensor(__import__('numpy').concatenate([x, h], 1)) @ w.T",
        "torch.tensor(__import__('numpy').c_[x, h]) @ w.T",
        "b = torch.empty(len(x), 5)\nb[:, :3] = x\nb[:, 3:] = h\nreturn b @ w.T",
        "b = torch.zeros(len(x), 5)\nb[:, :3].copy_(x)\nb[:, 3:] += h\nreturn w @ b.T",
        "i = torch.arange(5)\nb = torch.zeros(len(x), 5).index_copy(1, i[:3], x)\n"
        "b = b.index_copy(1, i[3:], h)\nreturn b @ w.T",
        "torch.stack([torch.stack([*a, *b]) @ w.T for a, b in zip(x, h)])",
        "torch.tensor([[*a, *b] for a, b in zip(x.tolist(), h.tolist())]) @ w.T",
        "torch.einsum('bi,gi->bg', torch.cat([x, h], 1), w)",
    ],
)
def test_two_arguments_side_by_side_are_seen_however_they_got_there(body):
    message = answered(GATES, body).message
    assert "Not allowed here: `torch.cat` and whatever else" in message


@pytest.mark.parametrize(
    "body",
    [
        "x @ w[:, :3].T + h @ w[:, 3:].T",
        "F = nn.functional\nreturn F.pad(x, (0, 2)) @ w.T + F.pad(h, (3, 0)) @ w.T",
        "torch.stack([w[:, :3] @ a + w[:, 3:] @ b for a, b in zip(x, h)])",
        "out = torch.empty(len(x), len(w))\nfor n in range(len(x)):\n"
        "    out[n] = w[:, :3] @ x[n] + w[:, 3:] @ h[n]\nreturn out",
    ],
)
def test_what_stays_apart_is_allowed(body):
    assert answered(GATES, body).passed


SLOPE = function_of("2 * x", (normal(4),), forbidden=("autograd",))
LEAF = "y = x.clone().requires_grad_()\n"


@pytest.mark.parametrize(
    "body",
    [
        f"{LEAF}y.square().sum().backward()\nreturn y.grad",
        f"{LEAF}torch.autograd.backward(y.square().sum())\nreturn y.grad",
        f"{LEAF}return torch.autograd.grad(y.square().sum(), y)[0]",
        "return torch.func.grad(lambda y: y.square().sum())(x)",
        "return torch.func.jacrev(lambda y: y.square())(x).diagonal()",
        "return torch.func.jacfwd(lambda y: y.square())(x).diagonal()",
        "return torch.autograd.functional.jacobian(torch.square, x).diagonal()",
        "return torch.func.jvp(torch.square, (x,), (torch.ones(4),))[1]",
        f"{LEAF}engine = torch.autograd.Variable._execution_engine\n"
        "engine.run_backward((y.square().sum(),), (None,), False, False, (), "
        "allow_unreachable=True, accumulate_grad=True)\nreturn y.grad",
    ],
)
def test_no_way_into_automatic_differentiation_is_open(body):
    message = answered(SLOPE, body).message
    assert "Not allowed here: automatic differentiation" in message


def test_what_is_no_differentiation_is_allowed():
    assert answered(SLOPE, "torch.vmap(lambda v: 2 * v)(x)").passed
    assert answered(SLOPE, "with torch.no_grad():\n    return 2 * x").passed


CLIPPED = function_of("x / x.norm()", (5 * normal(4),), forbidden=("clipping",))


@pytest.mark.parametrize(
    "call",
    [
        "clip_grad_norm_([p], 1.0)",
        "clip_grad_value_([p], 1.0)",
        "clip_grads_with_norm_([p], 1.0, torch.tensor(9.0))",
        "get_total_norm([p])",
    ],
)
def test_every_kind_of_ready_made_clipping_is_seen(call):
    body = f"p = nn.Parameter(x)\np.grad = x.clone()\nnn.utils.{call}\nreturn p.grad"
    assert "Not allowed here: torch's own clipping" in answered(CLIPPED, body).message


LOSS = function_of(
    "-x.log_softmax(1)[torch.arange(len(y)), y].mean()",
    (normal(3, 4), torch.tensor([1, 0, 3])),
    arguments="x, y",
    forbidden=("losses",),
)


@pytest.mark.parametrize(
    "body",
    [
        "nn.functional.cross_entropy(x, y)",
        "nn.CrossEntropyLoss()(x, y)",
        "nn.functional.nll_loss(x.log_softmax(1), y)",
        "torch.ops.aten.nll_loss_nd(x.log_softmax(1), y)",
        "torch.nn.functional.multilabel_soft_margin_loss(x, x)",
        "-torch.distributions.Bernoulli(logits=x).log_prob((x > 0).double()).mean()",
    ],
)
def test_every_ready_made_loss_is_seen(body):
    assert "Not allowed here: ready-made losses." in answered(LOSS, body).message


def test_every_ready_made_attention_is_seen():
    exercise = function_of(
        "(x @ x.T / 2).softmax(1) @ x", (normal(3, 4),), forbidden=("attention",)
    )
    for body in (
        "nn.functional.scaled_dot_product_attention(x[None], x[None], x[None])[0]",
        "torch.ops.aten.scaled_dot_product_attention(x[None], x[None], x[None])[0]",
        "nn.MultiheadAttention(4, 1)(x, x, x)[0]",
    ):
        assert "ready-made attention" in answered(exercise, body).message
    assert answered(exercise, "torch.softmax(x @ x.T / 2, 1) @ x").passed


def test_a_function_that_the_notebook_defines_can_be_forbidden_by_its_name():
    exercise = function_of("2 * x", (normal(3),), forbidden=("double",))
    mine = "def double(x):\n    return 2 * x\ndef answer(x):\n    return double(x)"
    result = handed_over(exercise, written(mine, "answer"))
    assert "Your code calls `double`" in result.message


def test_building_a_forbidden_layer_in_a_class_is_seen():
    from dataclasses import replace

    from tests.answering import judged
    from tests.test_checks import CELL as MODULE

    exercise = replace(MODULE, forbidden=("recurrent layers", "torch.nn.Linear"))
    line = "super().__init__()"
    for layer in ("nn.LSTM(3, 3)", "nn.Linear(3, 3)"):
        source = MODULE.reference.replace(line, f"{line}\n        {layer}")
        assert f"torch.nn.{layer[3:7]}" in judged(exercise, source).message
    assert judged(exercise, MODULE.reference).passed


def test_the_sentence_names_families_and_functions():
    assert forbidden.sentence(()) == ""
    assert forbidden.sentence(("losses",)) == f"Not allowed: {words.LOSSES}."
    said = forbidden.sentence(("losses", "attention", "torch.cumsum"))
    assert said == (
        f"Not allowed: {words.LOSSES}, {words.ATTENTION} and `torch.cumsum`."
    )


def test_nothing_is_watched_where_nothing_is_forbidden():
    assert STEP.forbidden == ()
    with forbidden.watch(()):
        assert torch.cumsum(torch.ones(2), 0)[1] == 2
