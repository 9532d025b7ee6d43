"""Data made by a formula: what each docstring says is measured here."""

import math
import re
from collections import Counter, defaultdict

import numpy as np
import pytest
import torch

from helpers import tasks

REBER = r"B(TS*X(XT*VP)*(S|XT*VV)|PT*V(PXT*V)*(V|PS))E"

DRAWS = {
    "adding": lambda generator: tasks.adding(3, 20, generator),
    "recall": lambda generator: tasks.recall(3, 5, 4, generator),
    "riddles": lambda generator: tasks.riddles(3, 5, generator),
    "delayed_echo": lambda generator: tasks.delayed_echo(3, 20, 5, generator),
    "temporal_order": lambda generator: tasks.temporal_order(3, 20, generator),
    "parity": lambda generator: tasks.parity(3, 20, generator),
    "last_marked": lambda generator: tasks.last_marked(3, 20, generator),
    "embedded_reber": lambda generator: tasks.embedded_reber(3, generator),
    "autoregressive": lambda generator: tasks.autoregressive([0.5], 5, generator),
}


def seeded(seed=0):
    """Return a fresh generator."""
    return torch.Generator().manual_seed(seed)


def legal_sets(strings):
    """Return, for each string, the letters that may follow each of its symbols."""
    return [
        [
            frozenset(np.array(list(strings.alphabet))[row.bool().numpy()])
            for row in rows
        ]
        for rows in strings.legal_next
    ]


def prefixes_and_next(texts):
    """Return what was seen to follow each prefix of the texts."""
    seen = defaultdict(set)
    for text in texts:
        for t, letter in enumerate(text[1:], start=1):
            seen[text[:t]].add(letter)
    return seen


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_a_seed_fixes_the_data_and_the_global_generator_is_left_alone(draw):
    before = torch.random.get_rng_state()
    first, again, other = (repr(draw(seeded(seed))) for seed in (1, 1, 2))
    assert first == again != other
    assert torch.equal(torch.random.get_rng_state(), before)


def test_adding_marks_one_number_in_each_half_and_asks_for_their_sum():
    for steps in (2, 7, 50):
        inputs, targets = tasks.adding(500, steps, seeded())
        numbers, marks = inputs.unbind(dim=2)
        assert inputs.shape == (500, steps, 2) and targets.shape == (500, 1)
        assert torch.all(marks[:, : steps // 2].sum(dim=1) == 1)
        assert torch.all(marks[:, steps // 2 :].sum(dim=1) == 1)
        marked = numbers[marks == 1].reshape(500, 2)
        torch.testing.assert_close(marked.sum(dim=1, keepdim=True), targets)
    assert torch.all(tasks.adding(500, 6, seeded()).inputs[..., 1].sum(dim=0) > 0)


def test_adding_answered_by_1_has_an_error_of_one_sixth():
    targets = tasks.adding(20_000, 10, seeded()).targets
    assert (targets - 1).square().mean().item() == pytest.approx(1 / 6, abs=0.005)


@pytest.mark.parametrize("lag", [0, 1, 30])
def test_recall_shows_the_answer_once_and_lag_steps_before_the_end(lag):
    inputs, targets = tasks.recall(4000, lag, 4, seeded(), noise=0.5)
    assert inputs.shape == (4000, lag + 1, 5)
    assert torch.equal(inputs[:, -1 - lag, :4].argmax(dim=1), targets)
    assert torch.all(inputs[:, 0].sum(dim=1) == 1)
    assert torch.all(inputs[:, 1:, :4] == 0)
    if lag:
        assert inputs[:, 1:, 4].std().item() == pytest.approx(0.5, abs=0.03)
    assert (targets == 0).float().mean().item() == pytest.approx(1 / 4, abs=0.03)


@pytest.mark.parametrize("lag", [0, 1, 7])
def test_delayed_echo_asks_for_the_sign_lag_steps_before(lag):
    inputs, targets = tasks.delayed_echo(300, 20, lag, seeded())
    assert inputs.shape == (300, 20, 1) and targets.shape == (300, 20)
    assert inputs.dtype == torch.get_default_dtype()
    assert torch.all(inputs.abs() == 1)
    assert torch.all(targets[:, :lag] == -100)
    shown = (inputs[:, : 20 - lag, 0] > 0).long()
    assert torch.equal(targets[:, lag:], shown)


def test_delayed_echo_is_a_coin_toss_without_the_sign_it_asks_for():
    inputs, targets = tasks.delayed_echo(4000, 8, 3, seeded())
    asked, signs = 2.0 * targets[:, -1] - 1, inputs[:, :, 0]
    agreement = (asked.unsqueeze(1) * signs).mean(dim=0)
    assert agreement[4].item() == 1
    assert agreement[[0, 1, 2, 3, 5, 6, 7]].abs().max().item() < 0.06


def test_delayed_echo_must_be_longer_than_its_lag():
    with pytest.raises(ValueError, match="steps must be .* at least 6, got 5"):
        tasks.delayed_echo(1, 5, 5, seeded())


def test_temporal_order_hides_two_symbols_in_their_windows():
    inputs, targets = tasks.temporal_order(2000, 100, seeded())
    texts = ["".join(tasks.TEMPORAL_ORDER_SYMBOLS[s] for s in row) for row in inputs]
    classes = ["XX", "XY", "YX", "YY"]
    first, second = set(), set()
    for text, target in zip(texts, targets.tolist(), strict=True):
        assert re.sub("[abcd]", "", text) == classes[target]
        t1, t2 = (match.start() for match in re.finditer("[XY]", text))
        first.add(t1)
        second.add(t2)
    assert first == set(range(10, 20)) and second == set(range(50, 60))
    assert Counter(targets.tolist())[3] / 2000 == pytest.approx(1 / 4, abs=0.03)
    assert tasks.temporal_order(50, 10, seeded()).inputs[:, [1, 5]].min() >= 4


def test_parity_is_recomputed_and_its_present_bit_tells_nothing():
    inputs, targets = tasks.parity(2000, 30, seeded())
    assert inputs.shape == (2000, 30, 1) and targets.shape == (2000, 30)
    odd = 0
    for t in range(30):
        odd = odd ^ inputs[:, t, 0].long()
        assert torch.equal(targets[:, t], odd)
    right = (inputs[:, 1:, 0] == targets[:, 1:]).float().mean().item()
    assert right == pytest.approx(1 / 2, abs=0.01)


def test_the_last_marked_number_is_found_by_a_loop():
    (numbers, marks), targets = _by_channel(tasks.last_marked(50, 30, seeded()))
    for row, is_marked, expected in zip(numbers, marks, targets, strict=True):
        kept = None
        for number, mark, target in zip(row, is_marked, expected, strict=True):
            kept = number if mark else kept
            assert target == kept
    assert (marks[:, 0] == 1).all()
    assert 0.07 < marks[:, 1:].mean() < 0.13


def test_always_answering_0_has_an_error_of_a_third_on_last_marked():
    _, targets = tasks.last_marked(2000, 30, seeded())
    assert targets.square().mean() == pytest.approx(1 / 3, abs=0.02)


def _by_channel(batch):
    """Return numbers and marks, (B, T) each, and the targets."""
    return batch.inputs.unbind(2), batch.targets


def test_reber_strings_match_an_independent_pattern_and_reach_every_branch():
    texts = [text[2:-2] for text in tasks.embedded_reber(3000, seeded()).texts()]
    assert all(re.fullmatch(REBER, text) for text in texts)
    assert {"BTXSE", "BPVVE", "BTSXSE", "BPTVVE", "BTXXVVE", "BPVPSE"} <= set(texts)
    assert np.mean([len(text) for text in texts]) == pytest.approx(8, abs=0.2)


def test_legal_letters_are_exactly_those_that_some_string_goes_on_with():
    strings = tasks.embedded_reber(6000, seeded())
    follows = prefixes_and_next(strings.texts())
    checked = Counter(text[:t] for text in strings.texts() for t in range(1, 9))
    for text, legal in zip(strings.texts(), legal_sets(strings), strict=True):
        assert len(text) == len(legal)
        for t, letters in enumerate(legal, start=1):
            assert letters >= follows[text[:t]]
            if checked[text[:t]] > 50:
                assert letters == follows[text[:t]]
        assert not legal[-1]


def test_embedded_reber_returns_to_its_second_symbol():
    strings = tasks.embedded_reber(1000, seeded())
    for text, legal in zip(strings.texts(), legal_sets(strings), strict=True):
        assert text[0] == "B" and text[1] in "TP" and text[-1] == "E"
        assert text[1] == text[-2]
        assert re.fullmatch(REBER, text[2:-2])
        assert legal[-3] == {text[1]}
    share = np.mean([text[1] == "T" for text in strings.texts()])
    assert share == pytest.approx(1 / 2, abs=0.05)


def test_least_squares_recovers_the_coefficients_of_an_ar_process():
    coefficients = torch.tensor([1.34, -0.65])
    x = tasks.autoregressive(coefficients, 20_000, seeded(), noise=3.0)
    past = torch.stack([x[1:-1], x[:-2]], dim=1)
    found = torch.linalg.lstsq(past, x[2:, None]).solution.squeeze(1)
    torch.testing.assert_close(found, coefficients, atol=0.02, rtol=0)
    left = x[2:] - past @ found
    assert left.std().item() == pytest.approx(3.0, rel=0.02)


def test_ar_1_has_the_variance_of_the_docstring_from_its_first_value_on():
    x = tasks.autoregressive([0.9], 50_000, seeded(), noise=2.0)
    assert x.square().mean().item() == pytest.approx(4 / (1 - 0.81), rel=0.05)
    firsts = [tasks.autoregressive([0.9], 1, seeded(seed)) for seed in range(1000)]
    assert torch.cat(firsts).var().item() == pytest.approx(1 / 0.19, rel=0.15)


def test_an_explosive_ar_process_grows_as_its_coefficient_says():
    x = tasks.autoregressive([2.0], 60, seeded(), burn_in=0)
    assert (x[-1] / x[-2]).item() == pytest.approx(2, abs=1e-5)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: tasks.adding(32, 1, seeded()),
            "steps must be a whole number of at least 2, got 1",
        ),
        (
            lambda: tasks.recall(32, -1, 4, seeded()),
            "lag must be a whole number of at least 0, got -1",
        ),
        (
            lambda: tasks.parity(0, 10, seeded()),
            "batch_size must be a whole number of at least 1, got 0",
        ),
        (
            lambda: tasks.temporal_order(8, 20.5, seeded()),
            "steps must be a whole number of at least 10, got 20.5",
        ),
        (
            lambda: tasks.embedded_reber(8, None),
            "generator must be a torch.Generator, got None",
        ),
        (
            lambda: tasks.autoregressive(0.5, 10, seeded()),
            "coefficients must have the shape (p,), got ()",
        ),
    ],
)
def test_a_bad_argument_gives_one_clear_sentence(call, sentence):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == sentence


@pytest.mark.parametrize("gap", [0, 1, 6])
def test_the_answer_of_a_riddle_is_its_opener_and_nothing_else_tells(gap):
    symbols = tasks.riddles(2000, gap, seeded())
    texts = ["".join(tasks.RIDDLE_SYMBOLS[x] for x in riddle) for riddle in symbols]
    assert all(re.fullmatch(rf"[AB][wxyz]{{{gap}}}\?[ab]", text) for text in texts)
    assert all(text[-1] == text[0].lower() for text in texts)
    for place in range(1, gap + 1):  # a letter of the gap tells no more than chance
        w = [text[-1] for text in texts if text[place] == "w"]
        assert abs(w.count("a") / len(w) - 0.5) < 4 * 0.5 / math.sqrt(len(w))
