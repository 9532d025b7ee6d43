"""The live figures of notebook 14 say what a second way of computing it finds."""

import math
import re

import pytest
import torch

from helpers.explorers.beyond import (
    WAYS_TO_GUESS,
    attention_explorer,
    eigenvalue_explorer,
    newton_explorer,
    scan_explorer,
    times_figure,
)


@pytest.mark.parametrize(("T", "rounds"), [(2, 1), (8, 3), (9, 4), (16, 4)])
def test_after_the_last_round_a_place_holds_what_the_loop_finds(T, rounds):
    alt = scan_explorer().set(T=T, done=rounds, place=T).alt
    assert f"round {rounds} of {rounds}" in alt
    assert f"made of steps 1 to {T}" in alt
    held, looped = re.search(r"holds (\S+), made.*finds (-?[\d.]+\d)", alt).groups()
    assert held == looped
    assert f"{T} steps are done" in alt


def test_a_place_holds_its_last_steps_and_no_control_leaves_the_range():
    live = scan_explorer()
    assert "made of steps 8 to 11" in live.set(T=16, done=2, place=11).alt
    assert "made of steps 1 to 3" in live.set(T=3, done=4, place=16).alt
    for values in live.sweep():
        assert live.set(**values).alt


def test_the_eigenvalue_fades_and_turns_as_it_says():
    live = eigenvalue_explorer([0.5 + 0.5j], "a root")
    alt = live.set(radius=0.5, angle=90).alt
    assert "Half-life 1 steps, period 4" in alt
    assert "stays, period 180" in live.set(radius=1.0, angle=2).alt
    assert "grows" in live.set(radius=1.02, angle=2).alt
    assert "no swing" in live.set(radius=0.9, angle=0).alt


def test_the_query_looks_where_its_letters_stood_before():
    text = "abcab"
    codes = torch.eye(3)[[0, 1, 2, 0, 1]]

    def look_up(letters, sharpness):
        past = torch.cat([torch.zeros(1, 3), codes[:-1]])
        return sharpness * math.sqrt(3) * codes, past

    live = attention_explorer(text, look_up, longest=1)
    alt = live.set(t=5, letters=1, sharpness=10.0).alt
    assert "looks most at letter 3, “c”, with 1.00" in alt
    flat = live.set(t=5, letters=1, sharpness=0.0).alt
    assert "with 0.20" in flat


def states_right(live, **values):
    """Return how many of the 100 states the alt text counts as right."""
    return int(re.search(r"round \d+, (\d+) of 100", live.set(**values).alt)[1])


def test_newton_is_done_after_a_few_rounds_and_repetition_is_not():
    live = newton_explorer()
    newton, repeat = WAYS_TO_GUESS
    assert states_right(live, done=12, w=1.0, way=newton) == 100
    assert 12 <= states_right(live, done=12, w=1.0, way=repeat) < 100
    assert states_right(live, done=0, w=1.0, way=newton) == 0
    for way in (newton, repeat):
        assert states_right(live, done=20, w=2.0, way=way) >= 20


def test_names_at_the_ends_of_lines_do_not_lie_on_each_other():
    ways = ("loop", "Hillis–Steele", "work-efficient")
    seconds = {(name, width): [1e-3, 2e-3] for name in ways for width in (32, 1024)}
    figure = times_figure((64, 256), seconds, (32, 1024))
    figure.draw_without_rendering()
    for axes in figure.axes:
        boxes = sorted(
            (text.get_window_extent() for text in axes.texts), key=lambda box: box.y0
        )
        assert len(boxes) == 3
        for below, above in zip(boxes, boxes[1:], strict=False):
            assert below.y0 + 12 < above.y0
