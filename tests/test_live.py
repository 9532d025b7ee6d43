"""Live figures: right pixels, honest errors, every state reachable."""

import asyncio
import io

import numpy as np
import pytest
from PIL import Image

from helpers.figures import new_figure
from helpers.live import QUIET, LiveFigure, Menu, Slider, Toggle


def wave_figure(draw=None, **controls):
    """Make a live figure of one wave, titled with its frequency."""
    time = np.linspace(0, 1, 200)
    figure, axes = new_figure(width=4, height=2)
    (line,) = axes.plot(time, time)
    axes.set_ylim(-1, 1)

    def wave(frequency, visible=True):
        line.set_ydata(np.sin(2 * np.pi * frequency * time))
        line.set_visible(visible)
        axes.set_title(f"{frequency} Hz")
        return f"A wave of {frequency} hertz."

    controls = controls or {"frequency": Slider("frequency", 1, 5)}
    return LiveFigure(figure, draw or wave, **controls)


def pixels(picture):
    """Return the pixels of a Picture as an array of integers."""
    return np.asarray(Image.open(io.BytesIO(picture.data)).convert("RGB"), dtype=int)


def full_draw(live):
    """Return the pixels of a full draw of the figure, without any shortcut."""
    figure = live._stage.figure
    for artist in live._stage.overlay:
        artist.set_animated(False)
    figure.canvas.draw()
    for artist in live._stage.overlay:
        artist.set_animated(True)
    return np.asarray(figure.canvas.buffer_rgba(), dtype=int)[..., :3]


def assert_same_picture(live):
    """Compare fast and full draw; a palette of 64 colours rounds a little."""
    difference = np.abs(pixels(live.picture) - full_draw(live))
    assert difference.mean() < 2.5
    assert (difference.max(axis=2) > 60).mean() < 0.002


@pytest.mark.parametrize("frequency", [1, 3, 5])
def test_a_fast_step_shows_what_a_full_draw_shows(frequency):
    live = wave_figure()
    for step in (2, 4, frequency):
        live.set(frequency=step)
    assert_same_picture(live)


def test_the_picture_follows_changed_limits_and_new_artists():
    figure, axes = new_figure(width=4, height=2)
    (line,) = axes.plot([0, 1], [0, 1])

    def draw(top):
        line.set_ydata([0, top])
        axes.set_ylim(0, top)
        for old in axes.texts[:]:
            old.remove()
        axes.text(0.5, top / 2, f"{top}")
        return f"A line up to {top}."

    live = LiveFigure(figure, draw, top=Slider("top", 1, 6))
    for top in (2, 5, 3):
        live.set(top=top)
        assert_same_picture(live)


def test_the_picture_follows_a_colour_map():
    figure, axes = new_figure(width=3, height=3)
    mesh = axes.pcolormesh(np.zeros((4, 4)), vmin=0, vmax=1)

    def draw(level):
        mesh.set_array(np.full((4, 4), level))
        return f"All cells stand at {level}."

    live = LiveFigure(figure, draw, level=Slider("level", 0, 1, 0.25))
    before = pixels(live.picture)
    live.set(level=1)
    assert np.abs(pixels(live.picture) - before).max() > 50
    assert_same_picture(live)


def count_full_draws(live):
    """Return a list that grows with every full draw of the figure from now on."""
    draws, canvas = [], live._stage.figure.canvas
    draw = canvas.draw
    canvas.draw = lambda: draws.append(1) or draw()
    return draws


def test_a_step_redraws_only_what_moves():
    """The first step shows what moves; after it nothing else is drawn again."""
    live = wave_figure()
    live.set(frequency=2)
    draws = count_full_draws(live)
    for frequency in (3, 4, 5):
        live.set(frequency=frequency)
    assert not draws


def test_limits_seen_before_cost_no_full_draw():
    figure, axes = new_figure(width=4, height=2)
    (line,) = axes.plot([0, 1], [0, 1])

    def draw(top):
        line.set_ydata([0, top])
        axes.set_ylim(0, 2 if top <= 2 else 8)
        return f"A line up to {top}."

    live = LiveFigure(figure, draw, top=Slider("top", 1, 6))
    for top in (2, 5):
        live.set(top=top)
    draws = count_full_draws(live)
    for top in (1, 6, 2, 4):
        live.set(top=top)
        assert not draws
    assert_same_picture(live)


def test_the_page_moves_controls_by_position():
    live = wave_figure()
    before = live.frame
    live.positions = {"frequency": 3}
    assert live.values == {"frequency": 4}
    assert live.alt == "A wave of 4 hertz."
    assert live.frame != before


def test_an_error_is_shown_and_keeps_the_last_good_picture(capsys):
    def draw(frequency):
        if frequency == 3:
            raise ZeroDivisionError("no third wave")
        return f"Wave {frequency}."

    live = wave_figure(draw)
    good = live.frame
    live.positions = {"frequency": 2}
    assert live.error == "ZeroDivisionError: no third wave"
    assert "no third wave" in capsys.readouterr().err
    assert (live.frame, live.alt) == (good, "Wave 1.")
    live.positions = {"frequency": 1}
    assert live.error == ""


def test_an_error_fails_the_cell_that_sets_a_value():
    def draw(frequency):
        return f"Wave {1 / (frequency - 3):.2f}."

    live = wave_figure(draw)
    with pytest.raises(ZeroDivisionError):
        live.set(frequency=3)


def test_draw_must_return_the_alt_text():
    with pytest.raises(TypeError, match="draw must return the alt text"):
        wave_figure(lambda frequency: None)


def test_unknown_controls_and_values_are_named():
    live = wave_figure()
    with pytest.raises(ValueError, match="the controls are frequency; got 'speed'"):
        live.set(speed=1)
    with pytest.raises(ValueError, match="one of its 5 values from 1 to 5; got 9"):
        live.set(frequency=9)
    with pytest.raises(ValueError, match="one of its 5 values from 1 to 5; got 7"):
        wave_figure(frequency=Slider("frequency", 1, 5, value=7))


def test_every_combination_and_the_range_of_every_control_are_listed():
    live = wave_figure(
        frequency=Slider("frequency", 1, 2, 0.5),
        visible=Toggle("visible", value=True),
    )
    states = list(live.states())
    assert len(states) == 6
    assert {"frequency": 1.5, "visible": False} in states
    swept = list(live.sweep())
    assert {values["frequency"] for values in swept} == {1, 1.5, 2}
    assert {values["visible"] for values in swept} == {False, True}
    for values in states:
        live.set(**values)


def test_sliders_reach_both_ends_with_whole_or_rounded_numbers():
    assert Slider("n", 0, 10, 5).states() == [0, 5, 10]
    assert Slider("w", -0.3, 0.3, 0.1).states() == [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]
    assert Slider("w", 0, 1, 0.5, unit="s").texts() == ["0 s", "0.5 s", "1 s"]
    assert Menu("m", {"one": 1, "two": 2}).states() == [1, 2]
    assert Menu("m", {"one": 1, "two": 2}).texts() == ["one", "two"]


def test_without_a_kernel_the_picture_and_its_alt_text_are_there():
    data, _ = wave_figure()._repr_mimebundle_()
    assert data["text/plain"] == "A wave of 1 hertz."
    assert 'alt="A wave of 1 hertz."' in data["text/html"]
    assert "data:image/png;base64," in data["text/html"]


def noted():
    """Return a draw function and the list of what it has drawn."""
    drawn = []

    def draw(frequency):
        drawn.append(frequency)
        return f"Wave {frequency}."

    return draw, drawn


def move(live, *positions, rest):
    """Move the control as the page does, and rest after each step.

    Args:
        live: a figure with the control "frequency".
        *positions: where the control is moved to, one after the other.
        rest: whether the page waits until nothing is left to be drawn ahead.

    Returns:
        What was sent to the page ahead: pairs of content and buffers.
    """
    sent = []
    live.send = lambda content, buffers: sent.append((content, buffers))

    async def steps():
        for position in positions:
            live.positions = {"frequency": position}
            while rest and live._timer.when() > asyncio.get_running_loop().time() - 1:
                await asyncio.sleep(QUIET)  # a timer is set anew while frames are drawn

    asyncio.run(steps())
    return sent


@pytest.fixture
def patient(monkeypatch):
    """Draw ahead on a busy machine too."""
    monkeypatch.setattr("helpers.live.LONGEST_AHEAD", 60)


def test_neighbours_are_drawn_ahead_in_a_quiet_moment(patient):
    live = wave_figure()
    sent = move(live, 2, rest=True)
    assert [content["drawn"]["frequency"] for content, _ in sent] == [3, 1]
    assert [content["alt"][:9] for content, _ in sent] == ["A wave of"] * 2
    assert live.alt == "A wave of 3 hertz."
    move(live, 3, rest=False)
    assert [live.frame] == sent[0][1]


def test_a_step_drawn_ahead_is_not_drawn_again(patient):
    draw, drawn = noted()
    move(wave_figure(draw), 2, 3, rest=True)
    assert drawn == [1, 3, 4, 2, 5]


def test_nothing_is_drawn_ahead_while_the_reader_moves(patient):
    draw, drawn = noted()
    move(wave_figure(draw), 1, 3, 1, rest=False)
    assert drawn == [1, 2, 4]


def test_an_error_ahead_is_shown_only_when_the_reader_goes_there(patient, capsys):
    def draw(frequency):
        return f"Wave {1 / (frequency - 4):.2f}."

    live = wave_figure(draw)
    move(live, 2, rest=True)
    assert live.error == ""
    move(live, 3, rest=False)
    assert "ZeroDivisionError" in live.error
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_slow_figure_is_drawn_only_when_asked(monkeypatch):
    monkeypatch.setattr("helpers.live.LONGEST_AHEAD", 0)
    draw, drawn = noted()
    move(wave_figure(draw), 2, rest=True)
    assert drawn == [1, 3]
