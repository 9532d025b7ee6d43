"""Markov chains and n-grams count, score and draw what their definitions say."""

import itertools
import math
import re
from collections import Counter

import pytest
import torch

from helpers import data, explorers, markov
from helpers.explorers import markov as explorer

CHAIN = torch.tensor([[0.1, 0.9], [0.6, 0.4]], dtype=torch.float64)
FLIP = torch.tensor([[0.0, 1.0], [1.0, 0.0]], dtype=torch.float64)
HALF = torch.tensor([0.5, 0.5], dtype=torch.float64)


def seeded(seed=0):
    """Return a fresh generator."""
    return torch.Generator().manual_seed(seed)


def draw(size, steps, seed=0):
    """Return random symbols, (steps,)."""
    return torch.randint(size, (steps,), generator=seeded(seed))


@pytest.mark.parametrize("lag", [1, 2, 5])
def test_pairs_are_counted_from_row_to_column(lag):
    symbols = draw(4, 50)
    expected = Counter(
        zip(symbols[:-lag].tolist(), symbols[lag:].tolist(), strict=True)
    )
    found = markov.pair_counts(symbols, 4, lag)
    assert found.sum() == 50 - lag
    for i, j in itertools.product(range(4), repeat=2):
        assert found[i, j] == expected[i, j]


@pytest.mark.parametrize("lag", [0, 3, -1])
def test_a_lag_that_does_not_fit_is_named(lag):
    with pytest.raises(ValueError, match=f"from 1 to 2, got {lag}"):
        markov.pair_counts(torch.tensor([0, 1, 0]), 2, lag)


def test_smoothing_comes_before_dividing_and_rows_sum_to_one():
    counts = torch.tensor([[3.0, 0.0], [0.0, 0.0]])
    found = markov.transition_matrix(counts, alpha=0.5)
    expected = [[3.5 / 4, 0.5 / 4], [0.5, 0.5]]
    assert torch.allclose(found, torch.tensor(expected, dtype=torch.float64))


def test_a_row_without_counts_needs_smoothing():
    with pytest.raises(ValueError, match=r"rows \[1\] hold no counts"):
        markov.transition_matrix(torch.tensor([[3.0, 1.0], [0.0, 0.0]]))


def test_probabilities_of_all_sequences_of_one_length_sum_to_one():
    sequences = itertools.product(range(2), repeat=6)
    bits = [
        markov.sequence_log2_probability(torch.tensor(s), HALF, CHAIN)
        for s in sequences
    ]
    assert torch.stack(bits).exp2().sum() == pytest.approx(1)


def test_a_book_does_not_underflow():
    found = markov.sequence_log2_probability(draw(2, 100_000), HALF, CHAIN)
    assert found.isfinite() and found < -50_000


@pytest.mark.parametrize("chain", [CHAIN, FLIP], ids=["settles", "circles"])
def test_one_step_leaves_the_stationary_distribution_as_it_is(chain):
    found = markov.stationary(chain)
    assert torch.allclose(found @ chain, found)
    assert found.sum() == pytest.approx(1)


def test_a_chain_in_two_parts_has_no_single_stationary_distribution():
    with pytest.raises(ValueError, match="got 2"):
        markov.stationary(torch.eye(2, dtype=torch.float64))


@pytest.mark.parametrize("order", range(6))
def test_an_ngram_counts_what_follows_every_context(order):
    symbols = draw(3, 200)
    windows = Counter(map(tuple, symbols.unfold(0, order + 1, 1).tolist()))
    contexts = Counter(window[:-1] for window in windows.elements())
    model = markov.fit_ngram(symbols, order, size=3, alpha=0.5)
    assert len(model.contexts) == len(contexts)
    for window in itertools.product(range(3), repeat=order + 1):
        expected = (windows[window] + 0.5) / (contexts[window[:-1]] + 1.5)
        context = torch.tensor(window[:-1], dtype=torch.int64)
        found = markov.next_probabilities(model, context)
        assert found[window[-1]] == pytest.approx(expected)


def test_order_one_is_the_markov_chain():
    symbols = draw(4, 300)
    chain = markov.transition_matrix(markov.pair_counts(symbols, 4), 0.1)
    model = markov.fit_ngram(symbols, 1, size=4)
    found = markov.next_probabilities(model, torch.arange(4)[:, None])
    assert torch.allclose(found, chain)


@pytest.mark.parametrize(
    ("order", "bits"), list(enumerate([4.06, 3.21, 2.515, 2.09, 2.11, 2.35]))
)
def test_floors_on_alice_are_those_of_the_course(order, bits):
    alice = data.alice_characters()
    model = markov.fit_ngram(alice.train, order)
    found = markov.bits_per_character(model, alice.held_out, alice.train)
    assert found == pytest.approx(bits, abs=0.005)
    alone = markov.log2_probabilities(model, alice.held_out)
    assert len(alone) == len(alice.held_out) - order


def test_what_is_too_short_or_too_long_is_named():
    model = markov.fit_ngram(draw(2, 20), 3, size=2)
    with pytest.raises(ValueError, match="must hold 3 symbols, got 2"):
        markov.bits_per_character(model, draw(2, 9), before=draw(2, 2))
    with pytest.raises(ValueError, match="order must be from 0 to 4, got 5"):
        markov.fit_ngram(draw(2, 5), 5, size=2)
    with pytest.raises(ValueError, match="27 symbols to the power of 14"):
        markov.fit_ngram(draw(27, 50), 13)


def test_samples_have_the_probabilities_of_the_model():
    model = markov.fit_ngram(draw(3, 400) * draw(2, 400, seed=1), 1, size=3)
    start = torch.zeros(20_000, 1, dtype=torch.int64)
    found = markov.sample(model, start, 1, seeded())[:, 0].bincount(minlength=3)
    expected = markov.next_probabilities(model, start[0])
    assert torch.allclose(found / 20_000, expected.float(), atol=0.015)


def test_samples_take_their_batch_seed_and_temperature():
    model = markov.fit_ngram(draw(5, 500), 2, size=5)
    start = draw(5, 8).view(2, 4)
    found = markov.sample(model, start, 7, seeded())
    assert found.shape == (2, 7)
    assert torch.equal(found, markov.sample(model, start, 7, seeded()))
    cold = markov.sample(model, start, 7, seeded(), torch.tensor([0.001, 1.0]))
    contexts = torch.cat((start[0], cold[0])).unfold(0, 3, 1)[2:]
    chances = markov.next_probabilities(model, contexts[:, :2])
    drawn = chances.gather(1, contexts[:, 2:])[:, 0]
    assert torch.equal(drawn, chances.amax(-1))


def test_a_model_without_smoothing_draws_only_what_it_has_seen():
    symbols = torch.tensor([0, 0, 1, 1]).repeat(20)
    model = markov.fit_ngram(symbols, 2, size=2, alpha=0.0)
    found = markov.sample(model, torch.tensor([0, 0]), 8, seeded())
    assert found.tolist() == [1, 1, 0, 0, 1, 1, 0, 0]


def test_information_is_that_of_a_table_and_never_below_zero():
    assert markov.mutual_information(FLIP) == pytest.approx(1)
    assert markov.mutual_information(torch.ones(3, 4)) == pytest.approx(0, abs=1e-6)
    apart = HALF[:, None] * CHAIN
    marginal = apart.sum(0)
    expected = -(marginal * marginal.log2()).sum() + (apart * CHAIN.log2()).sum()
    assert markov.mutual_information(7 * apart) == pytest.approx(expected.item())


def test_information_of_independent_symbols_is_its_bias():
    found = [
        markov.mutual_information(markov.pair_counts(draw(5, 4000, seed), 5))
        for seed in range(20)
    ]
    bias = 16 / (2 * 3999 * math.log(2))
    assert torch.stack(found).mean() == pytest.approx(bias, rel=0.25)


def test_explorers_draw_at_every_state_of_their_controls(monkeypatch):
    monkeypatch.setattr(explorer, "TEMPERATURES", [1.0, 2.0])
    monkeypatch.setattr(explorer, "AGAIN", 2)
    assert explorers.markov is explorer
    symbols = data.alice_characters().train[:3000]
    chain = markov.transition_matrix(markov.pair_counts(symbols, 27), 0.1)
    models = [markov.fit_ngram(symbols, order) for order in range(3)]
    start, words = data.encode("the "), {"the"}
    held_out = data.alice_characters().held_out[:500]
    information = torch.rand(2, 6, generator=seeded())

    def riddles(gap, seed):
        return draw(3, 40 * (gap + 3), seed).view(40, gap + 3)

    def fit(symbols, order):
        return markov.fit_ngram(symbols, order, 3)

    for figure in (
        explorer.power_explorer(chain, longest=3),
        explorer.text_explorer(models, start, words, symbols, held_out, [1e-6, 0.1]),
        explorer.riddle_explorer(riddles, fit, 2),
    ):
        seen = {figure.set(**state).alt for state in figure.sweep()}
        assert len(seen) >= 5

    texts, floors = dict.fromkeys((10, 20), information[0]), {10: information}
    floors[20] = information / 9
    figure = explorer.information_explorer(texts, floors, information[1])
    seen = {figure.set(**state).alt for state in figure.sweep()}
    assert len(seen) == 2


def written(frame):
    """Return the words on the page of text."""
    lines = re.findall(r"Mono[^>]*>([^<]*)</text>", frame.moving)
    return " ".join(lines).split()


def test_the_text_on_the_page_is_that_of_the_controls(monkeypatch):
    """The title, the dots and the alt text may move; the text itself must."""
    monkeypatch.setattr(explorer, "TEMPERATURES", [1.0])
    monkeypatch.setattr(explorer, "AGAIN", 1)
    symbols = data.alice_characters().train[:3000]
    models = [markov.fit_ngram(symbols, order) for order in range(3)]
    start = data.encode("the ")
    figure = explorer.text_explorer(models, start, set(), symbols, symbols, [0.1])
    pages = [written(figure.set(order=order)) for order in (0, 1, 2)]
    for one, other in itertools.combinations(pages, 2):
        assert one != other
    again = figure.set(order=1)
    assert written(again) == pages[1] == again.alt.split("The text: ")[1].split()
    short = written(figure.set(order=1, length=60))
    assert 0 < len(short) < len(pages[1])


def test_information_reaches_as_far_as_its_first_value_within_the_band():
    lags = torch.tensor([0.9, 0.5, 0.2, 0.1, 0.3])
    floors = {7: torch.tensor([[0.1] * 5, [0.15, 0.2, 0.1, 0.1, 0.1]])}
    figure = explorer.information_explorer({7: lags}, floors, lags)
    assert figure.alt.endswith("up to lag 2.")
