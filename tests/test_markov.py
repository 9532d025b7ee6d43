"""Markov chains and n-grams count, score and draw what their definitions say."""

import itertools
import math
import re
from collections import Counter

import pytest
import torch

from helpers import characters, data, explorers, markov
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
    model = markov.fit_ngram(symbols, order, vocab_size=3, alpha=0.5)
    assert len(model.contexts) == len(contexts)
    for window in itertools.product(range(3), repeat=order + 1):
        expected = (windows[window] + 0.5) / (contexts[window[:-1]] + 1.5)
        context = torch.tensor(window[:-1], dtype=torch.int64)
        found = model.next_probabilities(context)
        assert found[window[-1]] == pytest.approx(expected)


def test_order_one_is_the_markov_chain():
    symbols = draw(4, 300)
    chain = markov.transition_matrix(markov.pair_counts(symbols, 4), 0.1)
    model = markov.fit_ngram(symbols, 1, vocab_size=4)
    found = model.next_probabilities(torch.arange(4)[:, None])
    assert torch.allclose(found, chain)


@pytest.mark.parametrize(
    ("order", "bits"), list(enumerate([4.06, 3.21, 2.515, 2.09, 2.11, 2.35]))
)
def test_floors_on_alice_are_those_of_the_course(order, bits):
    alice = data.alice_characters()
    model = markov.fit_ngram(alice.train, order)
    found = characters.bits_per_character(model, alice.held_out, alice.train)
    assert found == pytest.approx(bits, abs=0.005)
    alone = markov.log2_probabilities(model, alice.held_out)
    assert len(alone) == len(alice.held_out) - order


@pytest.mark.parametrize("order", range(4))
def test_an_ngram_is_called_like_a_network(order):
    """In one go, or in pieces with the state carried: the same probabilities."""
    model = markov.fit_ngram(draw(3, 300), order, vocab_size=3)
    symbols = draw(3, 24, seed=1).view(12, 2)
    whole, _ = model(symbols)
    state, pieces = None, []
    for piece in symbols.split((1, 1, 3, 7)):
        logits, state = model(piece, state)
        assert len(state) <= order
        pieces.append(logits)
    assert torch.equal(torch.cat(pieces), whole)
    assert torch.allclose(whole.exp().sum(-1), torch.ones(12, 2).double())
    assert torch.allclose(
        whole[: max(0, order - 1)].exp(), torch.tensor(1 / 3).double()
    )
    for text, logits in zip(symbols.T, whole.unbind(1), strict=True):
        log2 = logits[order - 1 if order else 0 : -1].log_softmax(-1) / math.log(2)
        found = log2.gather(1, text[max(order, 1) :, None])[:, 0]
        expected = markov.log2_probabilities(model, text)
        assert torch.allclose(found, expected[len(expected) - len(found) :])


def test_what_is_too_short_or_too_long_is_named():
    with pytest.raises(ValueError, match="order must be from 0 to 4, got 5"):
        markov.fit_ngram(draw(2, 5), 5, vocab_size=2)
    with pytest.raises(ValueError, match="27 symbols to the power of 14"):
        markov.fit_ngram(draw(27, 50), 13)


def kneser_ney_by_hand(text, context, symbol, discount, vocab_size):
    """Return a probability from the definition, with strings of digits for contexts."""
    longest = len(context)

    def count(context, symbol):
        window = context + symbol
        found = {k for k in range(len(text)) if text[k:].startswith(window)}
        if len(context) == longest:
            return len(found)
        before = longest - len(context)  # continuations: what may stand one before
        return len({text[k - 1] for k in found if k >= before})

    def probability(context):
        if context is None:
            return 1 / vocab_size
        shorter = probability(context[1:] if context else None)
        counts = [count(context, str(k)) for k in range(vocab_size)]
        if not sum(counts):
            return shorter
        kept = max(count(context, symbol) - discount, 0)
        freed = discount * sum(c > 0 for c in counts)
        return (kept + freed * shorter) / sum(counts)

    return probability(context)


@pytest.mark.parametrize("order", range(4))
def test_kneser_ney_is_its_definition(order):
    symbols = draw(3, 60)
    model = markov.fit_kneser_ney(symbols, order, vocab_size=3, discount=0.7)
    text = "".join(map(str, symbols.tolist()))
    for context in itertools.product(range(3), repeat=order):
        found = model.next_probabilities(torch.tensor(context, dtype=torch.int64))
        assert found.sum() == pytest.approx(1)
        digits = "".join(map(str, context))
        for symbol in range(3):
            expected = kneser_ney_by_hand(text, digits, str(symbol), 0.7, 3)
            assert found[symbol] == pytest.approx(expected)


def test_kneser_ney_needs_far_less_than_added_counts_on_alice():
    alice = data.alice_characters()
    model = markov.fit_kneser_ney(alice.train, 6)
    found = characters.bits_per_character(model, alice.held_out, alice.train)
    assert found == pytest.approx(1.793, abs=0.002)
    with pytest.raises(ValueError, match="above 0 and at most 1, got 0"):
        markov.fit_kneser_ney(alice.train, 6, discount=0)


def test_samples_have_the_probabilities_of_the_model():
    model = markov.fit_ngram(draw(3, 400) * draw(2, 400, seed=1), 1, vocab_size=3)
    start = torch.zeros(20_000, 1, dtype=torch.int64)
    found = characters.sample(model, start, 1, seeded())[:, 0].bincount(minlength=3)
    expected = model.next_probabilities(start[0])
    assert torch.allclose(found / 20_000, expected.float(), atol=0.015)


def test_samples_take_their_batch_seed_and_temperature():
    model = markov.fit_ngram(draw(5, 500), 2, vocab_size=5)
    start = draw(5, 8).view(2, 4)
    found = characters.sample(model, start, 7, seeded())
    assert found.shape == (2, 7)
    assert torch.equal(found, characters.sample(model, start, 7, seeded()))
    cold = characters.sample(model, start, 7, seeded(), torch.tensor([0.001, 1.0]))
    contexts = torch.cat((start[0], cold[0])).unfold(0, 3, 1)[2:]
    probabilities = model.next_probabilities(contexts[:, :2])
    drawn = probabilities.gather(1, contexts[:, 2:])[:, 0]
    assert torch.equal(drawn, probabilities.amax(-1))


def test_a_model_without_smoothing_draws_only_what_it_has_seen():
    symbols = torch.tensor([0, 0, 1, 1]).repeat(20)
    model = markov.fit_ngram(symbols, 2, vocab_size=2, alpha=0.0)
    found = characters.sample(model, torch.tensor([0, 0]), 8, seeded())
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
    families = {"one": models, "other": [m._replace(alpha=1.0) for m in models]}
    bits = {"one": [4.0, 3.0, 2.0], "other": [4.0, 3.5, 3.6]}
    information = torch.rand(2, 6, generator=seeded())

    def fit(symbols, order):
        return markov.fit_ngram(symbols, order, 9)

    for figure in (
        explorer.power_explorer(chain, longest=3),
        explorer.text_explorer(families, data.encode("the "), {"the"}, bits),
        explorer.riddle_explorer(fit, 2),
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
    bits = {"added": [4.0, 3.0, 2.0]}
    figure = explorer.text_explorer({"added": models}, start, set(), bits)
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


def test_a_riddle_is_solved_in_the_figure_as_soon_as_its_opener_is_seen():
    """Of a short gap; the letters on the axis are those of a riddle with this gap."""
    figure = explorer.riddle_explorer(lambda x, order: markov.fit_ngram(x, order, 9), 2)
    bits = [
        float(re.search(r"costs ([\d.]+) bits", figure.set(gap=2, order=order).alt)[1])
        for order in range(5)
    ]
    assert bits[4] < 0.1 < 0.9 < min(bits[:4])
    assert len(explorer._riddles(2, seed=1)[0]) == 5


def test_the_figure_of_bits_labels_every_line_where_it_is_seen():
    curves = {"grey": [2.0, 2.5, 9.0], "dotted": [2.0, 1.9, 1.8], "best": [2, 1.5, 1]}
    figure = explorer.bits_figure(range(3), curves, "A title", ylim=(0.5, 3))
    (axes,) = figure.axes
    labels = {text.get_text(): text.xy for text in axes.texts}
    assert labels == {"grey": (1, 2.5), "dotted": (2, 1.8), "best": (2, 1)}
    two = dict(list(curves.items())[1:])
    (axes,) = explorer.bits_figure(range(3), two, "A title", ylim=(0.5, 3)).axes
    assert [line.get_linestyle() for line in axes.lines] == ["--", "-"]


def test_a_matrix_has_a_scale_and_its_entries_are_read_from_row_to_column():
    chain = torch.eye(27, dtype=torch.float64).roll(1, dims=1)  # a to b, b to c, ...
    figure = explorer.matrix_figure(chain, ("ab", "ba"), "A title")
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["a → b: 1.00", "b → a: 0.00"]
    assert figure.axes[1].get_ylabel() == "probability"
