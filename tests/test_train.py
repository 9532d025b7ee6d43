"""The training loop goes on where it was stopped; the curve tells where it is."""

import math
import signal

import pytest
import torch
from torch import nn

from helpers.figures import LearningCurve
from helpers.recurrent import GRU, LSTM
from helpers.side_by_side import SideBySide
from helpers.train import History, train, warmup_cosine


def quadratic(weight, stop_at=None):
    """Yield the loss (w - 3)² again and again; press the stop button once."""
    step = 0
    while True:
        step += 1
        if step == stop_at:
            raise KeyboardInterrupt
        yield (weight - 3).square().sum()


def new_run(steps=60, **named):
    weight = torch.zeros(1, requires_grad=True)
    curve = LearningCurve(steps, **named)
    return weight, torch.optim.Adam([weight], lr=0.3), curve


def test_it_takes_as_many_steps_as_the_curve_has_and_learns():
    weight, optimizer, curve = new_run()
    train(optimizer, quadratic(weight), curve)
    assert curve.step == len(curve.losses) == 60
    assert weight.item() == pytest.approx(3, abs=0.05)
    assert curve.losses[-1] < curve.losses[0] / 100


def test_a_stopped_run_keeps_its_weights_and_goes_on():
    weight, optimizer, curve = new_run()
    train(optimizer, quadratic(weight, stop_at=21), curve)
    assert curve.step == 20
    kept = weight.item()
    assert kept > 0.5
    assert "Stopped at step 20 of 60: run the cell again" in repr(curve)
    train(optimizer, quadratic(weight), curve)
    assert curve.step == 60
    assert curve.losses[20] == pytest.approx((kept - 3) ** 2)


def test_stopped_and_continued_equals_a_run_in_one_go():
    whole, optimizer, curve = new_run()
    train(optimizer, quadratic(whole), curve)
    weight, optimizer, curve = new_run()
    train(optimizer, quadratic(weight, stop_at=31), curve)
    train(optimizer, quadratic(weight), curve)
    assert torch.equal(weight, whole)


def pressing(losses, weight, at):
    """Yield the losses; press the stop button while some of them are computed."""
    for step, loss in enumerate(losses(weight), start=1):
        for _ in range(at.count(step)):
            signal.raise_signal(signal.SIGINT)
        yield loss


@pytest.fixture
def button():
    """Let an interrupt mean what it means in a notebook; pytest's workers ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("button")
def test_the_stop_button_waits_for_the_end_of_the_step():
    whole, optimizer, curve = new_run()
    train(optimizer, quadratic(whole), curve)
    weight, optimizer, curve = new_run()
    losses = pressing(quadratic, weight, at=[21, 40])
    for expected in (21, 40, 60):
        train(optimizer, losses, curve)  # of the same losses, none is left out
        assert curve.step == expected
    assert torch.equal(weight, whole)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)  # the button is what it was before


@pytest.mark.usefixtures("button")
def test_a_second_press_ends_the_step_itself():
    weight, optimizer, curve = new_run()
    train(optimizer, pressing(quadratic, weight, at=[21, 21]), curve)
    assert curve.step == 20
    assert "Stopped at step 20" in repr(curve)


def test_a_stop_while_the_first_picture_is_drawn_is_no_error(monkeypatch):
    weight, optimizer, curve = new_run()

    def stopped():
        raise KeyboardInterrupt

    monkeypatch.setattr(curve, "open", stopped)
    train(optimizer, quadratic(weight), curve)
    assert curve.step == 0
    assert "Stopped at step 0" in repr(curve)


def test_a_full_curve_takes_no_further_step():
    weight, optimizer, curve = new_run(steps=3)
    train(optimizer, quadratic(weight), curve)
    before = weight.item()
    train(optimizer, quadratic(weight), curve)
    assert weight.item() == before
    assert curve.step == 3


def test_each_group_keeps_its_own_learning_rate():
    weights = [torch.zeros(1, requires_grad=True) for _ in "ab"]
    groups = [{"params": [weights[0]], "lr": 0.1}, {"params": [weights[1]], "lr": 0.4}]
    optimizer = torch.optim.SGD(groups)
    losses = (sum(weight.sum() for weight in weights) for _ in range(9))
    train(optimizer, losses, History(9), clip=10.0)
    assert weights[1].item() == pytest.approx(4 * weights[0].item())


@pytest.mark.parametrize(("slope", "length"), [(1e6, 0.5), (-0.2, 0.2)])
def test_a_long_gradient_is_shortened_and_a_short_one_is_not(slope, length):
    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=1.0)
    train(optimizer, (slope * weight.sum() for _ in range(1)), History(1), clip=0.5)
    step = length * warmup_cosine(0.5)  # in the middle of the run
    assert weight.item() == pytest.approx(-math.copysign(step, slope))


def test_an_error_of_the_learner_is_not_swallowed():
    def losses():
        raise ValueError("shapes do not fit")
        yield

    _, optimizer, curve = new_run()
    with pytest.raises(ValueError, match="shapes do not fit"):
        train(optimizer, losses(), curve)
    assert "Stopped at step 0" in repr(curve)  # and is not said to be running


def test_the_learning_rate_rises_and_falls_to_zero():
    values = [warmup_cosine(k / 200) for k in range(201)]
    top = values.index(max(values))
    assert top == 6  # 3 % of the run
    assert values[:top] == sorted(values[:top])
    assert values[top:] == sorted(values[top:], reverse=True)
    assert warmup_cosine(1.0) == pytest.approx(0)
    assert warmup_cosine(0.5) == pytest.approx((1 + math.cos(math.pi / 2)) / 2)


def test_it_is_evaluated_now_and_then_and_at_the_end():
    asked = []
    weight, optimizer, curve = new_run(
        steps=25, evaluate=lambda: asked.append(1) or 0.5, every=10
    )
    train(optimizer, quadratic(weight), curve)
    assert [step for step, _ in curve.held_out] == [10, 20, 25]
    assert len(asked) == 3


def test_the_curve_says_in_words_and_as_a_picture_what_it_shows():
    weight, optimizer, curve = new_run(
        steps=10,
        evaluate=lambda: 2.5,
        every=5,
        unit="bits",
        baselines={"best n-gram": 2.09},
    )
    assert "At step 0 of 10" not in repr(curve)  # not begun is not on its way
    assert "<img" not in curve._repr_mimebundle_()["text/html"]  # nothing to draw
    train(optimizer, quadratic(weight), curve)
    assert repr(curve).startswith("Done: 10 steps in")
    assert "held out 2.50" in repr(curve)
    assert "best n-gram 2.09" in repr(curve)
    html = curve._repr_mimebundle_()[0]["text/html"]
    assert 'aria-label="steps done"' in html
    assert 'value="10"' in html
    assert "alt=" in html


@pytest.mark.parametrize("named", [{"steps": 0}, {"steps": 5, "every": 0}])
def test_numbers_of_steps_are_checked(named):
    for kind in (History, LearningCurve):
        with pytest.raises(ValueError, match="must be 1 or more, got"):
            kind(**named)


def networks(kind, count=3):
    """Return small layers and their read-outs, in float64."""
    torch.manual_seed(0)
    layers = [kind(2, 4, batch_first=True).double() for _ in range(count)]
    return layers, [nn.Linear(4, 3).double() for _ in range(count)]


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU, LSTM, GRU])
def test_side_by_side_each_network_answers_and_learns_as_it_does_alone(kind):
    layers, reads = networks(kind)
    together = SideBySide(layers, reads).double()
    inputs = torch.randn(3, 5, 6, 2, dtype=torch.float64)
    for _ in range(3):  # and after some updates still
        optimizer = torch.optim.SGD(together.parameters(), 0.1)
        scores = together(inputs)
        for k, (layer, read) in enumerate(zip(layers, reads, strict=True)):
            alone = read(layer(inputs[k])[0])
            assert torch.allclose(scores[k], alone)
            weights = [*layer.parameters(), *read.parameters()]
            gradients = torch.autograd.grad(alone.square().sum(), weights)
            for weight, gradient in zip(weights, gradients, strict=True):
                weight.data -= 0.1 * gradient
        optimizer.zero_grad()
        scores.square().sum().backward()
        optimizer.step()


def test_side_by_side_each_gradient_is_clipped_by_its_own_norm():
    layers, reads = networks(nn.LSTM)
    together = SideBySide(layers, reads).double()
    inputs = torch.randn(3, 5, 6, 2, dtype=torch.float64)
    together(inputs).square().sum().backward()
    together.clip_gradients(30.0)
    norms = []
    for k, (layer, read) in enumerate(zip(layers, reads, strict=True)):
        read(layer(inputs[k])[0]).square().sum().backward()
        weights = [*layer.parameters(), *read.parameters()]
        norms.append(nn.utils.clip_grad_norm_(weights, 30.0))
        assert torch.allclose(together.read_out.grad[k], read.weight.grad)
        rows = together.layer.weight_hh_l0.grad.view(4, 3, 4, 3, 4)[:, k, :, k]
        assert torch.allclose(rows.flatten(0, 1), layer.weight_hh_l0.grad)
    assert min(norms) < 30 < max(norms)


def test_networks_of_different_size_are_not_put_side_by_side():
    layers, reads = networks(nn.GRU)
    with pytest.raises(ValueError, match="of one size"):
        SideBySide([*layers, nn.GRU(2, 5)], reads)
