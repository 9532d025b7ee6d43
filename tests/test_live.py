"""Live figures: right pictures, honest errors, every state reachable, good citizens."""

import asyncio
import base64
import io
import re
import types
import xml.etree.ElementTree as ElementTree

import ipywidgets
import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
import traitlets
from IPython.core.formatters import DisplayFormatter
from ipywidgets.widgets.widget import _instances
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from PIL import Image

from helpers.figures import LiveFigure, Menu, Slider, Toggle, subplots
from helpers.figures.live import QUIET, _pieces
from helpers.figures.stage import Stage
from helpers.figures.vector import document


def wave_figure(draw=None, **controls):
    """Make a live figure of one wave, titled with its frequency."""
    time = np.linspace(0, 1, 200)
    figure, axes = subplots(figsize=(4, 2))
    (line,) = axes.plot(time, time)
    axes.set_ylim(-1, 1)

    def wave(frequency, visible=True):
        line.set_ydata(np.sin(2 * np.pi * frequency * time))
        line.set_visible(visible)
        axes.set_title(f"{frequency} Hz")
        return f"A wave of {frequency} hertz."

    controls = controls or {"frequency": Slider("frequency", 1, 5)}
    return LiveFigure(figure, draw or wave, **controls)


def move_to(live, positions):
    """Move the controls as the page does."""
    live._on_message(live, {"move": positions, "number": "a-1"}, [])


def seen(live):
    """Return what a page shows of a live figure, as SVG."""
    return live._known[live.frame["background"]][1] + live.frame["moving"]


# Right pictures


def test_a_fast_step_shows_what_a_full_draw_shows():
    wave_figure().check()


def test_the_picture_follows_changed_limits_and_new_artists():
    figure, axes = subplots(figsize=(4, 2))
    (line,) = axes.plot([0, 1], [0, 1])

    def draw(top):
        line.set_ydata([0, top])
        axes.set_ylim(0, top)
        for old in axes.texts[:]:
            old.remove()
        axes.text(0.5, top / 2, f"{top}")
        return f"A line up to {top}."

    LiveFigure(figure, draw, top=Slider("top", 1, 6)).check()


def a_patch(axes):
    patch = axes.add_patch(PathPatch(Path([(0, 0), (1, 1)])))
    return lambda n: patch.set_path(Path([(0, 0), (1, n / 5)]))


def a_legend(axes):
    axes.plot([0, 1], label="first")
    text = axes.legend().get_texts()[0]
    return lambda n: text.set_text(f"line {n}")


def a_spine(axes):
    return lambda n: axes.spines["left"].set_color((n / 5, 0, 0))


def tick_parameters(axes):
    return lambda n: axes.tick_params(labelsize=5 + n)


def one_tick_label(axes):
    axes.figure.draw_without_rendering()
    return lambda n: axes.get_xticklabels()[1].set_color((0, n / 5, 0))


def the_paper(axes):
    return lambda n: axes.set_facecolor((1, 1, n / 10))


def the_paper_of_the_figure(axes):
    return lambda n: axes.figure.set_facecolor((1, 1, n / 10))


def an_arrow(axes):
    note = axes.annotate("here", (0, 0), (0.5, 0.5), arrowprops={"arrowstyle": "->"})
    return lambda n: note.arrow_patch.set_color((n / 5, 0, 0))


def a_note_that_moves(axes):
    note = axes.annotate("here", (0, 0), (5, 5), textcoords="offset points")
    return lambda n: setattr(note, "xy", (n / 10, 0.5))


def the_place_of_axes(axes):
    return lambda n: axes.set_position([0.1, 0.1, n / 10, 0.5])


def a_mesh(axes):
    mesh = axes.pcolormesh(np.zeros((4, 4)), vmin=0, vmax=5)
    return lambda n: mesh.set_array(np.full((4, 4), n))


def a_title_of_the_figure(axes):
    title = axes.figure.suptitle("0")
    return lambda n: title.set_text(f"{n}")


def an_inset(axes):
    (line,) = axes.inset_axes([0.5, 0.5, 0.4, 0.4]).plot([0, 1])
    return lambda n: line.set_ydata([0, n / 5])


def under_a_twin(axes):
    (line,) = axes.plot([0, 1])
    axes.twinx().plot([1, 0])
    return lambda n: line.set_ydata([0, n / 5])


def a_grid(axes):
    return lambda n: axes.grid(n % 2 == 0)


def an_artist_that_comes_and_goes(axes):
    axes.plot([0, 1])
    shown = []

    def touch(n):
        while shown:
            shown.pop().remove()
        if n == 2:
            shown.append(axes.axvspan(0.2, 0.4))

    return touch


def an_artist_of_the_figure(axes):
    axes.plot([0, 1])
    patch = axes.figure.add_artist(Rectangle((0.1, 0.1), 0.2, 0.2))
    return lambda n: patch.set_x(n / 6)


def bars_under_a_grid(axes):
    axes.grid(True)
    (bar,) = axes.bar([0], [1])
    return lambda n: bar.set_height(n / 5)


def an_order(axes):
    (line, _) = axes.plot([0, 1]) + axes.plot([1, 0])
    return lambda n: line.set(zorder=n % 2 * 5, alpha=n / 5)


def a_cell_of_a_table(axes):
    table = axes.table([["a", "b"], ["c", "d"]])
    return lambda n: table[1, 0].get_text().set_text(f"{n}")


def the_box_of_a_text(axes):
    text = axes.text(0.5, 0.5, "here", bbox={"facecolor": "white"})
    return lambda n: text.get_bbox_patch().set_facecolor((1, 1, n / 5))


def the_style_of_a_spine(axes):
    return lambda n: axes.spines["left"].set_linestyle(["-", "--", ":", "-."][n - 1])


def the_turn_of_a_label(axes):
    axes.set_ylabel("value")
    return lambda n: axes.yaxis.label.set_rotation(10 * n)


def minor_ticks(axes):
    return lambda n: (axes.minorticks_on if n % 2 else axes.minorticks_off)()


def a_surface_that_turns(axes):
    deep = axes.figure.add_axes([0.5, 0.5, 0.4, 0.4], projection="3d")
    deep.plot([0, 1], [0, 1], [0, 1])
    return lambda n: deep.view_init(azim=30 * n)


def a_secondary_axis(axes):
    axes.secondary_xaxis("top")
    (line,) = axes.plot([0, 1])
    return lambda n: line.set_ydata([0, n / 5])


def dots_as_an_image(axes):
    dots = axes.scatter([0, 1], [0, 1], rasterized=True, zorder=10)
    return lambda n: dots.set_offsets([[0, n / 5], [1, 1]])


@pytest.mark.parametrize(
    "prepare",
    [
        a_patch,
        a_legend,
        a_spine,
        tick_parameters,
        one_tick_label,
        the_paper,
        the_paper_of_the_figure,
        an_arrow,
        a_note_that_moves,
        the_place_of_axes,
        a_mesh,
        a_title_of_the_figure,
        an_inset,
        under_a_twin,
        a_grid,
        an_artist_that_comes_and_goes,
        an_artist_of_the_figure,
        bars_under_a_grid,
        an_order,
        a_cell_of_a_table,
        the_box_of_a_text,
        the_style_of_a_spine,
        the_turn_of_a_label,
        minor_ticks,
        a_surface_that_turns,
        a_secondary_axis,
        dots_as_an_image,
    ],
)
def test_whatever_draw_touches_is_redrawn(prepare):
    """Matplotlib marks none of the first four as changed."""
    figure, axes = subplots(figsize=(3, 2))
    touch = prepare(axes)

    def draw(n):
        touch(n)
        return f"Step {n}."

    LiveFigure(figure, draw, n=(1, 4)).check()


def test_still_artists_stay_when_another_has_gone():
    figure, axes = subplots(figsize=(3, 2))
    touch = an_artist_that_comes_and_goes(axes)

    def draw(n):
        touch(n)
        return f"Step {n}."

    live = LiveFigure(figure, draw, n=(1, 4))
    live.set(n=1)
    first = _pieces(seen(live))
    live.set(n=2)
    live.set(n=3)
    assert _pieces(seen(live)) == first


def test_papers_are_never_drawn_over_what_is_still():
    figure, axes = subplots(figsize=(3, 2))
    axes.plot([0, 1])
    touch = an_artist_of_the_figure(axes)

    def draw(n):
        touch(n)
        return f"Step {n}."

    live = LiveFigure(figure, draw, n=(1, 4))
    live.set(n=2)
    live.set(n=3)
    assert figure.patch not in live._stage.overlay
    assert axes.patch not in live._stage.overlay


def test_settings_that_a_cell_changes_meanwhile_are_left_alone():
    with matplotlib.rc_context():
        figure, axes = subplots(figsize=(3, 2))

        class Meddler(Rectangle):
            def draw(self, renderer):
                matplotlib.rcParams["font.size"] = 33

        axes.add_patch(Meddler((0, 0), 1, 1))
        Stage(figure).shoot()
        assert matplotlib.rcParams["font.size"] == 33


def test_a_draw_that_remembers_is_found():
    figure, axes = subplots(figsize=(3, 2))
    (line,) = axes.plot([0, 1])
    visits = []

    def draw(n):
        visits.append(n)
        line.set_ydata([0, len(visits)])
        return f"Step {n}."

    live = LiveFigure(figure, draw, n=(1, 4))
    with pytest.raises(AssertionError, match="depends on where n came from"):
        live.check()


def test_a_control_that_moves_nothing_is_found():
    figure, axes = subplots(figsize=(3, 2))
    live = LiveFigure(figure, lambda n: "A figure that stands still.", n=(1, 4))
    with pytest.raises(AssertionError, match="n moves nothing"):
        live.check()


@pytest.mark.parametrize("last", [4, 100])
def test_a_change_that_a_step_does_not_show_is_found(last):
    """Of a long control only some places are drawn in full, but its end is."""

    class Sly(Rectangle):
        def draw(self, renderer):
            self._width = 1 if shown[-1] == last else 2  # and does not tell
            super().draw(renderer)

    figure, axes = subplots(figsize=(3, 2))
    axes.add_patch(Sly((0, 0), 1, 1))
    (line,) = axes.plot([0, 1])
    shown = [0]

    def draw(n):
        shown.append(n)
        line.set_ydata([0, n])
        return f"Step {n}."

    message = f"'n': {last}}}: a step does not show what a full draw shows"
    with pytest.raises(AssertionError, match=message):
        LiveFigure(figure, draw, n=(0, last)).check()


def count_full_draws(live):
    """Return a list that grows with every full draw of the figure from now on."""
    draws, figure = [], live._stage.figure
    draw = figure.draw
    figure.draw = lambda renderer: draws.append(1) or draw(renderer)
    return draws


def test_a_step_redraws_only_what_moves():
    """The first step shows what moves; after it nothing else is drawn again."""
    live = wave_figure()
    live.set(frequency=2)
    draws = count_full_draws(live)
    for frequency in (3, 4, 5):
        live.set(frequency=frequency)
    assert not draws


def two_scales():
    """Make a live figure whose axis jumps between two ranges."""
    figure, axes = subplots(figsize=(4, 2))
    (line,) = axes.plot([0, 1], [0, 1])

    def draw(top):
        line.set_ydata([0, top])
        axes.set_ylim(0, 2 if top <= 2 else 8)
        return f"A line up to {top}."

    return LiveFigure(figure, draw, top=Slider("top", 1, 6))


def test_limits_seen_before_cost_no_full_draw():
    live = two_scales()
    for top in (2, 5):
        live.set(top=top)
    draws = count_full_draws(live)
    for top in (1, 6, 2, 4):
        live.set(top=top)
        assert not draws
    live.check()


def test_a_background_travels_once_and_is_named_afterwards():
    live, sent = two_scales(), []
    live.observe(lambda change: sent.append(change.new[0]), "background")
    for top in (2, 5, 1, 6, 2, 5):
        live.set(top=top)
    assert len(sent) == len({*sent}) == 2
    assert live.frame["background"] in sent
    assert "background" not in live.frame["moving"]


# The format


def test_ids_of_two_figures_never_collide():
    """Clips, markers and collections have ids; two pictures stand on one page."""
    ids = []
    for _ in range(2):
        figure, axes = subplots(figsize=(3, 2))
        axes.plot([1, 2, 3], "o-")
        axes.scatter([1, 2], [1, 2], s=[9, 16])
        axes.bar([0, 1], [1, 2], hatch="//")
        shot = Stage(figure).shoot()
        ids.append({*re.findall(r'\bid="([^"]+)"', shot.background.svg + shot.moving)})
    assert ids[0] and ids[1] and not ids[0] & ids[1]


def test_no_style_leaks_into_the_page():
    svg = seen(wave_figure())
    assert "<style" not in svg and "<?xml" not in svg and "<svg" not in svg


def test_text_is_text_and_paths_are_short():
    svg = seen(wave_figure())
    assert ">1 Hz</text>" in svg
    assert "'DejaVu Sans'" in svg
    (line,) = re.findall(r'd="(M [^"]{900,})"', svg)
    assert not re.search(r"\.\d{3}", line)


def test_continuous_colour_is_one_true_colour_image():
    figure, (left, right) = subplots(1, 2, figsize=(4, 2))
    shades = np.linspace(0, 1, 900).reshape(30, 30)
    left.imshow(shades, cmap="Greys")
    right.pcolormesh(shades, cmap="Greys")
    svg = Stage(figure).shoot().background.svg
    pictures = re.findall(r"base64,\s*([^\"]+)\"", svg)
    sizes = [Image.open(io.BytesIO(base64.b64decode(p))) for p in pictures]
    assert len(sizes) == 2
    assert sizes[0].size == (30, 30)  # as many dots as numbers
    assert all(len(picture.convert("L").getcolors()) > 200 for picture in sizes)
    assert len(svg) < 40_000


def test_a_document_stands_alone():
    figure, axes = subplots(figsize=(3, 2))
    axes.plot([1, 2], label="$h_t$")
    axes.set_title("$h_t$ & more")
    shot = Stage(figure, fonttype="path").shoot()
    root = ElementTree.fromstring(document(figure, shot.background.svg, shot.moving))
    assert root.get("viewBox") == "0 0 216 144"
    assert not list(root.iter("{http://www.w3.org/2000/svg}text"))


# Moved by the page


def test_the_page_moves_controls_by_position():
    live = wave_figure()
    before = live.frame
    move_to(live, {"frequency": 3})
    assert live.values == {"frequency": 4}
    assert live.alt == "A wave of 4 hertz."
    assert live.frame["moving"] != before["moving"]
    assert live.frame["positions"] == {"frequency": 3}


def test_an_error_is_shown_and_keeps_the_last_good_picture(capsys):
    def draw(frequency):
        if frequency == 3:
            raise ZeroDivisionError("no third wave")
        return f"Wave {frequency}."

    live = wave_figure(draw)
    good = live.frame
    move_to(live, {"frequency": 2})
    assert live.error == "ZeroDivisionError: no third wave"
    assert "no third wave" in capsys.readouterr().err
    assert (live.frame, live.alt) == (good, "Wave 1.")
    move_to(live, {"frequency": 1})
    assert live.error == ""


def test_an_error_fails_the_cell_that_sets_a_value():
    def draw(frequency):
        return f"Wave {1 / (frequency - 3):.2f}."

    live = wave_figure(draw)
    with pytest.raises(ZeroDivisionError):
        live.set(frequency=3)


@pytest.mark.parametrize("returned", [None, "", " "])
def test_draw_must_return_the_alt_text(returned):
    with pytest.raises(TypeError, match="draw must return the alt text"):
        wave_figure(lambda frequency: returned)


def test_what_is_no_figure_is_said():
    with pytest.raises(
        TypeError, match="figure must be a matplotlib Figure; got tuple"
    ):
        LiveFigure(subplots(), lambda n: "text", n=(0, 1))


def test_pyplot_within_draw_is_said():
    def draw(frequency):
        plt.title("a title of another figure")
        return f"Wave {frequency}."

    with pytest.raises(TypeError, match="use axes.set_title for plt.title"):
        wave_figure(draw)
    assert plt.get_fignums() == []


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
    texts = Slider("w", 0, 1, 0.5, unit="s").control().texts
    assert texts == ["0 s", "0.5 s", "1 s"]
    menu = Menu("m", {"one": 1, "two": 2}).control()
    assert (menu.states, menu.texts) == ([1, 2], ["one", "two"])


def test_none_is_an_option_and_a_control_may_be_called_anything():
    figure, axes = subplots(figsize=(3, 2))

    def shown(figure, draw, self):
        axes.set_title(f"{figure}, {draw}, {self}")
        return f"{figure}, {draw}, {self}"

    live = LiveFigure(
        figure,
        shown,
        figure=Menu("batch", {"none": None, "1": 1}, None),
        draw=Menu("batch", {"1": 1, "none": None}, None),
        self=Toggle("self"),
    )
    assert live.alt == "None, None, False"
    assert live.set(figure=1, self=True).alt == "1, None, True"


@pytest.mark.parametrize(
    "slider, sentence",
    [
        (
            Slider("T", 5, 1),
            "'T' needs min <= max and a step above 0; got min 5, max 1",
        ),
        (Slider("T", 0, 1, 0), "a step above 0; got min 0, max 1, step 0"),
        (Slider("T", 0, 1, 1e-6), "'T' must have 10,000 values or fewer"),
        (Menu("T", []), "'T' must have an option; got none"),
    ],
)
def test_a_control_that_cannot_be_says_why(slider, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        wave_figure(frequency=slider)


# In the world of ipywidgets


@pytest.mark.parametrize(
    "given, states, start, kind",
    [
        ((1, 4), [1, 2, 3, 4], 2, "slider"),
        ((0.0, 1.0, 0.25), [0, 0.25, 0.5, 0.75, 1], 0.5, "slider"),
        ([1, 2], [1, 2], 1, "menu"),
        ({"one": 1, "two": 2}, [1, 2], 1, "menu"),
        (True, [False, True], True, "toggle"),
        (ipywidgets.IntSlider(3, min=1, max=9, step=2), [1, 3, 5, 7, 9], 3, "slider"),
        (
            ipywidgets.FloatSlider(0.5, min=0, max=1, step=0.5),
            [0, 0.5, 1],
            0.5,
            "slider",
        ),
        (ipywidgets.Dropdown(options=[1, 2], value=2), [1, 2], 2, "menu"),
        (ipywidgets.RadioButtons(options=[("a", 1), ("b", 2)]), [1, 2], 1, "menu"),
        (ipywidgets.SelectionSlider(options=[1, 5], value=5), [1, 5], 5, "slider"),
        (
            ipywidgets.FloatLogSlider(1, min=-1, max=1, step=1),
            [0.1, 1, 10],
            1,
            "slider",
        ),
        (ipywidgets.Checkbox(True), [False, True], True, "toggle"),
        (ipywidgets.ToggleButton(False), [False, True], False, "toggle"),
        (ipywidgets.Play(2, min=1, max=3, interval=90), [1, 2, 3], 2, "slider"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_what_interact_takes_is_taken(given, states, start, kind):
    live = wave_figure(lambda n: f"At {n}.", n=given)
    assert [values["n"] for values in live.states()] == states
    assert live.values == {"n": start}
    (control,) = live.controls
    assert (control["kind"], control["description"]) == (kind, "n")
    if isinstance(given, ipywidgets.Play):
        assert control["play"] == 90


@pytest.mark.parametrize(
    "given", ["a text", ipywidgets.Text(), ipywidgets.IntRangeSlider(), object()]
)
def test_what_is_no_control_is_said_in_one_sentence(given):
    with pytest.raises(
        TypeError, match="n must be a Slider, Menu or Toggle, an abbrev"
    ):
        wave_figure(lambda n: f"At {n}.", n=given)


def test_a_widget_handed_in_stays_linked_both_ways():
    slider = ipywidgets.IntSlider(2, min=1, max=5, description="frequency (Hz)")
    live = wave_figure(frequency=slider)
    assert live.controls[0]["description"] == "frequency (Hz)"
    slider.value = 4
    assert live.alt == "A wave of 4 hertz."
    move_to(live, {"frequency": 0})
    assert slider.value == 1
    live.set(frequency=5)
    assert slider.value == 5


def test_a_widget_between_two_steps_moves_to_the_closest():
    slider = ipywidgets.FloatSlider(0, min=0, max=1, step=0.5)
    live = wave_figure(lambda n: f"At {n}.", n=slider)
    slider.value = 0.4
    assert live.values == {"n": 0.5}
    assert slider.value == 0.4


def test_a_widget_serves_the_next_figure_once_the_first_is_closed():
    slider = ipywidgets.IntSlider(2, min=1, max=5)
    wave_figure(frequency=slider).close()
    live = wave_figure(frequency=slider)
    slider.value = 4
    assert live.alt == "A wave of 4 hertz."


def test_a_widget_that_leads_to_an_error_shows_it(capsys):
    slider = ipywidgets.IntSlider(1, min=1, max=5)
    live = wave_figure(lambda n: f"Wave {1 / (n - 3)}.", n=slider)
    slider.value = 3
    assert live.error.startswith("ZeroDivisionError")
    assert live.values == {"n": 1} and live.picture.alt == live.alt
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_widget_whose_range_changes_later_is_told():
    slider = ipywidgets.IntSlider(1, min=1, max=5)
    live = wave_figure(frequency=slider)
    slider.max = 9
    assert "keeps the max that its widget had" in live.error


def test_options_may_be_pairs_of_anything():
    given = ipywidgets.Dropdown(options=[(1, "one"), (2, "two")])
    live = wave_figure(lambda n: f"At {n}.", n=given)
    assert live.values == {"n": "one"} and live.controls[0]["texts"] == ["1", "2"]


def test_abbreviations_leave_no_widget_behind():
    before = len(_instances)
    live = wave_figure(lambda n, m: f"At {n} {m}.", n=(0, 3), m=[1, 2])
    live.close()
    assert len(_instances) <= before + 1  # the layout of the figure


def test_values_can_be_observed_set_and_linked():
    one, other, heard = wave_figure(), wave_figure(), []
    one.observe(lambda change: heard.append(change.new), "values")
    one.set(frequency=3)
    assert heard == [{"frequency": 3}]
    traitlets.link((one, "values"), (other, "values"))
    move_to(other, {"frequency": 4})
    assert (one.values, one.alt) == ({"frequency": 5}, "A wave of 5 hertz.")
    traitlets.dlink((one, "values"), (other, "values"), lambda v: {"frequency": 1})
    assert other.alt == "A wave of 1 hertz."


def test_it_stands_in_a_box():
    live = wave_figure()
    assert ipywidgets.VBox([live]).children == (live,)


def test_a_figure_of_pyplot_is_not_shown_twice():
    figure, axes = plt.subplots()
    LiveFigure(figure, lambda n: f"At {n}.", n=(0, 3))
    assert plt.get_fignums() == []


def test_a_figure_that_pyplot_has_closed_is_as_good_as_any():
    figure, axes = plt.subplots(figsize=(3, 2))
    (line,) = axes.plot([0, 1])
    plt.close(figure)

    def draw(n):
        line.set_ydata([0, n])
        return f"A line up to {n}."

    live = LiveFigure(figure, draw, n=(0, 3))
    live.check()
    assert live.picture.width == 300


def test_fonts_travel_once_and_may_be_missing(monkeypatch, tmp_path):
    monkeypatch.setattr("helpers.figures.live._has_sent_fonts", False)
    first, second = wave_figure(), wave_figure()
    assert len(first.fonts) == 4 and second.fonts == []
    second._on_message(second, {"want_fonts": True}, [])
    assert second.fonts == first.fonts
    monkeypatch.setattr("helpers.figures.live.HERE", tmp_path)
    second._on_message(second, {"want_fonts": True}, [])
    assert second.fonts == []
    second.set(frequency=2)


def test_a_closed_figure_says_so():
    live = wave_figure()
    live.close()
    with pytest.raises(ValueError, match="this live figure was closed"):
        live.set(frequency=2)


# Without a kernel, and the day after


def displayed(live, monkeypatch):
    """Return the bundles that a notebook stores for a live figure."""
    stored = []

    class Handle:
        def update(self, bundle, **_):
            stored[0] = bundle

    def display(bundle, **_):
        stored.append(bundle)
        return Handle()

    monkeypatch.setattr("helpers.figures.live.display", display)
    live._ipython_display_()
    return stored


def test_the_picture_is_stored_beside_the_widget(monkeypatch):
    """Where the widget cannot be shown, the picture is: as HTML, or as PNG in LaTeX."""
    picture, widget = displayed(wave_figure(), monkeypatch)
    assert picture["text/plain"] == "A wave of 1 hertz."
    assert 'alt="A wave of 1 hertz."' in picture["text/html"]
    data = base64.b64decode(picture["image/png"])
    assert Image.open(io.BytesIO(data)).size == (800, 400)  # shown at 400 by 200
    assert "application/vnd.jupyter.widget-view+json" in widget
    assert not widget["text/plain"]


def test_ipython_shows_both_by_itself():
    formatter = DisplayFormatter()
    assert formatter.format(wave_figure()) == ({}, {})


def test_the_stored_picture_follows_once_the_reader_has_left(monkeypatch):
    live = wave_figure()
    stored = displayed(live, monkeypatch)
    move_to(live, {"frequency": 2})
    assert stored[0]["text/plain"] == "A wave of 1 hertz."
    live._on_message(live, {"left": True}, [])
    assert stored[0]["text/plain"] == "A wave of 3 hertz."


def run_in(monkeypatch, cell, run):
    """Let the next figures be made by this run of a cell, as JupyterLab tells it."""
    header = {"header": {"msg_id": run}, "metadata": {"cellId": cell}}
    shell = types.SimpleNamespace(parent_header=header)
    monkeypatch.setattr("helpers.figures.live.get_ipython", lambda: shell)


def test_running_a_cell_again_frees_its_figures(monkeypatch):
    made = []
    for cell, run in (("a", "1"), ("a", "1"), ("b", "2"), ("a", "3")):
        run_in(monkeypatch, cell, run)
        made.append(wave_figure())
    assert [live._stage is None for live in made] == [True, True, False, False]
    assert made[0].comm is None


# Drawn ahead


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
        The frames sent to the page ahead.
    """
    sent = []
    live.send = lambda content: sent.append(content.get("ahead"))

    async def steps():
        for position in positions:
            move_to(live, {"frequency": position})
            while rest and live._timer.when() > asyncio.get_running_loop().time() - 1:
                await asyncio.sleep(QUIET)  # a timer is set anew while frames are drawn

    asyncio.run(steps())
    return sent


@pytest.fixture
def patient(monkeypatch):
    """Draw ahead on a busy machine too."""
    monkeypatch.setattr("helpers.figures.live.LONGEST_AHEAD", 60)


def test_neighbours_are_drawn_ahead_in_a_quiet_moment(patient):
    live = wave_figure()
    sent = move(live, 2, rest=True)
    assert [frame["positions"]["frequency"] for frame in sent] == [3, 1]
    assert [frame["alt"][:9] for frame in sent] == ["A wave of"] * 2
    assert live.alt == "A wave of 3 hertz."
    move(live, 3, rest=False)
    assert live.frame["moving"] == sent[0]["moving"]


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
    monkeypatch.setattr("helpers.figures.live.LONGEST_AHEAD", 0)
    draw, drawn = noted()
    move(wave_figure(draw), 2, rest=True)
    assert drawn == [1, 3]
