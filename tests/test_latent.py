"""Summaries of the past equal what one gets from the whole past at once."""

import itertools

import numpy as np
import pytest
import torch
from matplotlib import colors
from statsmodels.tsa.statespace.structural import UnobservedComponents
from torch.distributions import MultivariateNormal

from helpers import baselines, data, latent
from helpers.explorers import latent as explorer
from helpers.figures import colour
from helpers.latent import HMM, Belief, LinearGaussianModel

FLOAT = torch.float64


def normal(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=FLOAT)


def models(count=3, states=3, symbols=4, seed=0):
    generator = torch.Generator().manual_seed(seed)
    drawn = latent.random_hmms(count, states, symbols, generator)
    return drawn._replace(initial=drawn.emission[..., :states].softmax(-1)[:, 0])


def pick(many, m):
    return HMM(*(part[m] for part in many))


def symbols(*shape, size=4, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(size, shape, generator=generator)


def all_paths(model, x):
    """Return every path of states, and its probability together with the symbols."""
    paths = list(itertools.product(range(len(model.initial)), repeat=len(x)))
    chances = []
    for path in paths:
        chance = model.initial[path[0]]
        for before, after in itertools.pairwise(path):
            chance = chance * model.transition[before, after]
        for state, symbol in zip(path, x.tolist(), strict=True):
            chance = chance * model.emission[state, symbol]
        chances.append(chance)
    return torch.tensor(paths), torch.stack(chances)


# The loop


def test_no_prediction_sees_what_it_predicts():
    series = normal(8)
    changed = series.clone()
    changed[4:] += 1
    runs = [
        latent.carry(torch.add, lambda h: h, 0 * x[0], x)[0] for x in (series, changed)
    ]
    assert torch.equal(runs[0][:5], runs[1][:5])
    assert not torch.equal(runs[0][5:], runs[1][5:])


def test_carry_returns_the_summary_after_the_last_value():
    predictions, h = latent.carry(
        torch.add, lambda h: h, torch.tensor(0), torch.arange(4)
    )
    assert predictions.tolist() == [0, 0, 1, 3]
    assert h == 6


# Exponential average


@pytest.mark.parametrize("a", [0.0, 0.3, 0.9, 1.0])
def test_the_average_is_the_weighted_sum_of_all_values(a):
    series = normal(12)
    found = latent.exponential_average(series, a)
    for t in range(1, 13):
        weights = (1 - a) * a ** torch.arange(t, dtype=FLOAT)
        whole = weights @ series[:t].flip(0) + a**t * series[0]
        assert torch.isclose(found[t - 1], whole)


def test_without_memory_it_is_persistence():
    past = normal(5)
    assert torch.equal(latent.exponential(0)(past, 3), baselines.persistence(past, 3))


def test_the_forecaster_is_judged_like_any_other():
    series = data.nile().values.double()
    errors = baselines.rolling_errors(latent.exponential(0.7), series, 50, 2)
    averages = latent.exponential_average(series, 0.7)
    assert errors.shape == (49, 2)
    assert torch.allclose(errors[:, 1], averages[49:-2] - series[51:])


@pytest.mark.parametrize("a", [-0.1, 1.1])
def test_a_memory_out_of_range_is_refused(a):
    with pytest.raises(ValueError, match="a must be from 0 to 1, got"):
        latent.exponential_average(normal(3), a)


# Kalman filter


def test_the_nile_equals_statsmodels():
    series = data.nile().values.double()
    theirs = UnobservedComponents(series.numpy(), "llevel")
    theirs.ssm.initialize_known([1000.0], [[40000.0]])
    theirs.loglikelihood_burn = 0
    expected = theirs.filter([15099.0, 1469.1])

    belief = Belief(
        torch.tensor([1000.0], dtype=FLOAT), 40000 * torch.eye(1, dtype=FLOAT)
    )
    found = latent.kalman_filter(latent.local_level(1469.1, 15099.0), belief, series)
    means = torch.tensor(expected.filtered_state[0].copy())
    variances = torch.tensor(expected.filtered_state_cov[0, 0].copy())
    assert torch.allclose(found.means[:, 0], means)
    assert torch.allclose(found.covariances[:, 0, 0], variances)
    assert torch.isclose(found.log_likelihood, torch.tensor(expected.llf, dtype=FLOAT))


def test_vectors_equal_conditioning_on_everything_at_once():
    H, I, T = 3, 2, 5  # noqa: E741
    root, other = normal(H, H, seed=1), normal(I, I, seed=2)
    model = LinearGaussianModel(
        0.5 * normal(H, H, seed=3), root @ root.T, normal(I, H, seed=4), other @ other.T
    )
    belief = Belief(normal(H, seed=5), torch.eye(H, dtype=FLOAT))
    series = normal(T, I, seed=6)
    found = latent.kalman_filter(model, belief, series)

    means, blocks = [belief.mean], {(0, 0): belief.covariance}
    for t in range(1, T):
        means.append(model.transition @ means[-1])
        for s in range(t):
            blocks[t, s] = model.transition @ blocks[t - 1, s]
            blocks[s, t] = blocks[t, s].T
        moved = model.transition @ blocks[t - 1, t - 1] @ model.transition.T
        blocks[t, t] = moved + model.transition_covariance
    hidden = torch.cat(
        [torch.cat([blocks[t, s] for s in range(T)], 1) for t in range(T)]
    )
    read = torch.block_diag(*[model.observation] * T)
    readings = read @ hidden @ read.T + torch.block_diag(
        *[model.observation_covariance] * T
    )
    expected = read @ torch.cat(means)
    everything = MultivariateNormal(expected, readings).log_prob(series.flatten())
    assert torch.isclose(found.log_likelihood, everything)

    shared = (hidden @ read.T)[-H:]
    gain = torch.linalg.solve(readings, shared.T).T
    last = means[-1] + gain @ (series.flatten() - expected)
    assert torch.allclose(found.means[-1], last)
    assert torch.allclose(found.covariances[-1], blocks[T - 1, T - 1] - gain @ shared.T)


def test_a_noiseless_ar2_predicts_from_its_last_two_values():
    series, phi = normal(20), torch.tensor([1.3, -0.6], dtype=FLOAT)
    zero = torch.zeros(2, 2, dtype=FLOAT)
    transition = torch.stack((phi, torch.tensor([1.0, 0.0], dtype=FLOAT)))
    noise, read_out = zero.clone(), torch.tensor([[1.0, 0.0]], dtype=FLOAT)
    noise[0, 0] = 1.0
    model = LinearGaussianModel(transition, noise, read_out, zero[:1, :1])
    belief = Belief(zero[0], torch.eye(2, dtype=FLOAT))
    found = latent.kalman_filter(model, belief, series)
    assert torch.allclose(
        found.forecasts[2:, 0], phi[0] * series[1:-1] + phi[1] * series[:-2]
    )


def test_a_settled_gain_is_an_exponential_average():
    drift, noise = 2.0, 7.0
    settled = (drift + (drift**2 + 4 * drift * noise) ** 0.5) / 2
    gain = settled / (settled + noise)
    series = normal(30)
    belief = Belief(series[:1], torch.tensor([[settled]], dtype=FLOAT))
    found = latent.kalman_filter(latent.local_level(drift, noise), belief, series)
    average = latent.exponential_average(series, 1 - gain)
    assert torch.allclose(found.means[:, 0], average)


# Hidden Markov model


@pytest.mark.parametrize("seed", range(3))
def test_the_filter_equals_the_sum_over_all_paths(seed):
    model, x = pick(models(seed=seed), 0), symbols(7, seed=seed)
    paths, chances = all_paths(model, x)
    beliefs, log_chances = latent.hmm_filter(model, x)
    shares = torch.stack([chances[paths[:, -1] == state].sum() for state in range(3)])
    assert torch.allclose(beliefs[-1], shares / chances.sum(), rtol=1e-12)
    assert torch.isclose(log_chances.sum(), chances.sum().log(), rtol=1e-12)


def test_step_by_step_it_is_the_same_filter():
    model, x = pick(models(), 1), symbols(9)
    beliefs, log_chances = latent.hmm_filter(model, x)
    h = model.initial
    for t, symbol in enumerate(x):
        assert torch.isclose(log_chances[t], (h @ model.emission)[symbol].log())
        h = latent.hmm_update(h, model, symbol)
        assert torch.allclose(beliefs[t], h)
        h = latent.hmm_predict(h, model)


def test_a_long_text_does_not_underflow():
    model, x = pick(models(), 0), symbols(20_000)
    beliefs, log_chances = latent.hmm_filter(model, x)
    assert torch.isfinite(log_chances).all()
    assert torch.allclose(beliefs.sum(1), torch.ones(20_000, dtype=FLOAT))


def test_many_models_at_once_equal_one_by_one():
    many, x = models(), symbols(50)
    bits = latent.bits_per_symbol(many, x)
    for m in range(3):
        _, log_chances = latent.hmm_filter(pick(many, m), x)
        assert torch.isclose(bits[m], -log_chances.mean() / torch.tensor(2.0).log())


def test_the_bits_of_every_symbol_are_those_of_the_filter():
    many, chunks = models(), symbols(2, 6, seed=1)
    bits = latent.symbol_bits(many, chunks)
    assert bits.shape == (3, 2, 6)
    for m in range(3):
        for b in range(2):
            _, log_chances = latent.hmm_filter(pick(many, m), chunks[b])
            assert torch.allclose(bits[m, b], -log_chances / np.log(2))


def test_a_drawn_path_moves_and_emits_as_often_as_its_tables_say():
    model = pick(models(), 0)
    generator = torch.Generator().manual_seed(0)
    states, emitted = latent.sample_hmm(model, 20_000, generator)
    for state in range(3):
        following = states[1:][states[:-1] == state].bincount(minlength=3)
        shown = emitted[states == state].bincount(minlength=4)
        for counts, row in ((following, model.transition), (shown, model.emission)):
            assert (counts / counts.sum() - row[state]).abs().max() < 0.04


def test_a_state_that_is_never_visited_keeps_its_rows():
    model = HMM(
        torch.tensor([[1.0, 0.0]], dtype=FLOAT),
        torch.tensor([[[1.0, 0.0], [0.3, 0.7]]], dtype=FLOAT),
        torch.tensor([[[0.5, 0.5], [0.2, 0.8]]], dtype=FLOAT),
    )
    better, _ = latent.baum_welch(model, symbols(3, 5, size=2))
    assert torch.equal(better.transition[0, 1], model.transition[0, 1])
    assert torch.equal(better.emission[0, 1], model.emission[0, 1])


def test_expected_counts_equal_those_over_all_paths():
    many, chunks = models(count=1), symbols(2, 6, seed=4)
    model, found = pick(many, 0), pick(latent.baum_welch(many, chunks)[0], 0)
    first, pairs, seen = (torch.zeros_like(part) for part in model)
    total = 0.0
    for x in chunks:
        paths, chances = all_paths(model, x)
        total += chances.sum().log()
        for path, share in zip(paths, chances / chances.sum(), strict=True):
            first[path[0]] += share
            for before, after in itertools.pairwise(path):
                pairs[before, after] += share
            for state, symbol in zip(path, x, strict=True):
                seen[state, symbol] += share
    for part, counts in zip(found, (first, pairs, seen), strict=True):
        assert torch.allclose(part, counts / counts.sum(-1, keepdim=True))
    assert torch.isclose(latent.baum_welch(many, chunks)[1][0], total)


def test_no_step_makes_the_text_less_likely():
    chunks = data.alice_characters().train[:3000].view(50, 60)
    start = latent.random_hmms(4, 3, 27, torch.Generator().manual_seed(0))
    fitted, bits = latent.fit_hmms(start, chunks, 15)
    assert bits.shape == (15, 4)
    assert (bits.diff(dim=0) <= 1e-12).all()
    for part in fitted:
        assert torch.allclose(part.sum(-1), torch.ones_like(part[..., 0]))


def test_one_state_is_the_table_of_frequencies():
    chunks = symbols(10, 30)
    start = latent.random_hmms(1, 1, 4, torch.Generator().manual_seed(0), stay=0.7)
    fitted, _ = latent.fit_hmms(start, chunks, 1)
    assert torch.allclose(
        fitted.emission[0, 0], chunks.flatten().bincount().double() / 300
    )
    assert fitted.transition.item() == 1


def test_a_start_that_stays_has_the_diagonal_asked_for():
    drawn = latent.random_hmms(2, 3, 5, torch.Generator().manual_seed(0), stay=0.4)
    assert torch.allclose(
        drawn.transition.diagonal(dim1=1, dim2=2), torch.tensor(0.4).double()
    )
    assert torch.allclose(drawn.transition.sum(-1), torch.ones(2, 3, dtype=FLOAT))


def test_an_impossible_symbol_is_named_by_its_place():
    model = pick(models(), 0)
    emission = model.emission.clone()
    emission[:, 2] = 0
    with pytest.raises(ValueError, match="at place 3 has probability 0"):
        latent.hmm_filter(
            model._replace(emission=emission), torch.tensor([0, 1, 3, 2, 0])
        )


# The figures of notebook 05


def title(axes):
    """Return the title of axes, wherever the style puts it."""
    return axes.get_title() + axes.get_title(loc="left")


def test_the_valley_of_every_series_has_its_floor_in_the_title():
    memories = torch.arange(4) / 4
    errors = {"one": torch.tensor([3.0, 2, 1, 4]), "two": torch.tensor([1.0, 2, 3, 4])}
    units = {"one": "metres", "two": "bits"}
    figure = explorer.valley_figure(memories, errors, units)
    titles = [title(axes) for axes in figure.axes]
    assert titles == ["one: lowest at a = 0.50", "two: lowest at a = 0.00"]
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "error (metres)",
        "error (bits)",
    ]


def test_shares_are_drawn_from_the_largest_with_the_vowels_in_colour():
    shares = torch.linspace(0, 1, 27)  # z has the largest
    (axes,) = explorer.share_figure(shares, "A title").axes
    letters = [label.get_text() for label in axes.get_xticklabels()]
    assert letters[0] == "z" and letters[-1] == "␣"
    navy = colors.to_rgba(colour("h"))
    inks = {
        letter: bar.get_facecolor()
        for letter, bar in zip(letters, axes.patches, strict=True)
    }
    assert {letter for letter, ink in inks.items() if ink == navy} == set("aeiou")


def test_a_leaking_memory_is_labelled_by_its_states():
    kept = {8: [1.0] * 9, 4: [0.5] * 9, 2: [0.25] * 9}
    (axes,) = explorer.leak_figure(range(9), kept, guessing=1 / 8).axes
    texts = {text.get_text() for text in axes.texts}
    assert texts == {"8 states", "4 states", "2 states", "guessing"}


def test_the_title_of_the_gain_is_where_it_settles():
    series = data.nile()
    numbers = torch.arange(1.0, len(series.values))
    figure = explorer.level_figure(series, numbers, numbers, 1 / numbers)
    assert title(figure.axes[1]) == "The gain settles at 0.010"
