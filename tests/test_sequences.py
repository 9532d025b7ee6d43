"""Sequences as they are shown and classified in the first two notebooks."""

import pytest
import torch

from helpers import data
from helpers.classify import linear_hits, paired_difference
from helpers.explorers.sequences import (
    cutting_explorer,
    film_explorer,
    order_explorer,
    padding_explorer,
)
from helpers.explorers.start import tap_explorer
from helpers.figures import (
    draw_batch,
    length_histograms,
    motion_strips,
    task_shapes,
    waveforms,
)


@pytest.fixture
def signs():
    """Return sequences whose class is the sign of their mean, lengths all different."""
    generator = torch.Generator().manual_seed(0)

    def part(count):
        labels = torch.arange(count) % 2
        noise = (torch.randn(3 + n, 2, generator=generator) for n in range(count))
        signs = 2 * labels - 1
        return [x + 3 * sign for x, sign in zip(noise, signs, strict=True)], labels

    return data.Sequences(*part(20), *part(30), ["minus", "plus"], ["a", "b"])


def test_a_linear_classifier_finds_what_a_feature_tells(signs):
    assert linear_hits(signs, lambda x: x.mean(dim=0)).all()


def test_a_linear_classifier_needs_no_scale_and_no_centre(signs):
    hits = linear_hits(signs, lambda x: 1000 + 0.001 * x.mean(dim=0))
    assert hits.all()


def test_a_test_set_may_be_described_in_another_way(signs):
    hits = linear_hits(signs, lambda x: x.mean(dim=0), lambda x: -x.mean(dim=0))
    assert not hits.any()


def test_a_paired_difference_knows_what_both_share():
    """Two classifiers that agree nearly everywhere differ surely, if slightly."""
    one = torch.arange(400) % 2 == 0
    other = one.clone()
    other[:20:2] = False
    difference, margin = paired_difference(one, other)
    assert difference == 10 / 400
    assert 0.01 < margin < difference  # unpaired, each share alone has 0.05
    back, same = paired_difference(other, one)
    assert (back, same) == (-difference, pytest.approx(margin))


def test_a_paired_difference_takes_the_share_of_several_tries():
    tries = torch.tensor([[True, True, False], [True, False, False]]).double()
    difference, _ = paired_difference(tries.mean(dim=0), torch.tensor([True] * 3))
    assert difference == pytest.approx(-0.5)


def test_the_tapped_unit_fades_below_one_and_locks_above():
    live = tap_explorer()
    assert "0% of the difference" in live.set(w=0.5).alt
    assert "12% of the difference" in live.set(w=1.0).alt
    assert "hard is at 0.86, the one tapped softly at 0.86" in live.set(w=1.5).alt
    live.check()


def test_the_film_shows_the_brightness_of_its_pixel():
    film = data.film()
    live = film_explorer(film, row=3, column=5)
    assert f"brightness {film.frames[7, 3, 5]}" in live.set(t=7).alt


def test_explorers_of_padding_and_cutting_show_their_scores():
    lengths = range(4, 13, 2)
    shares = {"a": [0.9, 0.8, 0.7, 0.6, 0.5], "b": [0.9] * 5, "c": [1.0] * 5}
    live = padding_explorer(lengths, shares, guess=0.5)
    assert "a: 70%, b: 90%, c: 100%" in live.set(steps=8).alt
    live.check()
    both = {"first": shares["a"], "last": shares["b"]}
    live = cutting_explorer(lengths, both, [0.2, 0.4, 0.6, 0.8, 1.0], guess=0.5)
    assert "The first 6 steps: 80% right. 60% of" in live.set(steps=6, end="first").alt
    live.check()


def test_the_explorer_of_orders_says_who_is_right(signs):
    equal = signs._replace(
        train=[x[:3] for x in signs.train], test=[x[:3] for x in signs.test]
    )
    right = torch.arange(30) % 2  # training sequence 0 is minus, 1 is plus
    views = {("set", "in order"): equal, ("set", "shuffled"): equal}
    neighbours = {("set", "in order"): right, ("set", "shuffled"): 1 - right}
    live = order_explorer(views, neighbours, shown=4)
    assert "100% right. For test sequence 0 it is right" in live.alt
    assert (
        "0% right. For test sequence 2 it is wrong"
        in live.set(order="shuffled", n=2).alt
    )
    live.check()


def test_a_batch_is_drawn_with_as_many_cells_as_it_has_numbers():
    mask = torch.tensor([[True, True, False], [True, True, True]])
    figure = draw_batch([torch.ones(2, 2), torch.ones(3, 2)], mask)
    ragged, padded, masked = (len(axes.patches) for axes in figure.axes)
    assert (ragged, padded, masked) == (5 * 2, 6 * 2, 6)


def test_figures_of_recordings_say_what_they_show():
    speech = data.speech()
    assert "44%" in waveforms(speech, 47_840).axes[0].get_title()
    motions = data.basic_motions()
    strips = motion_strips(motions).axes
    assert [axes.texts[0].get_text() for axes in strips] == motions.class_names
    panel = length_histograms({"words": [1, 2, 9]}).axes[0]
    assert panel.texts[0].get_text() == "1 to 9"
    assert len(task_shapes().axes) == 4
