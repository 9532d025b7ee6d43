"""Still figures: sharp, true in their shades, told in words, in one style."""

import base64
import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from helpers import figures
from helpers.figures import Page, label_line, show, subplots, text_colour
from helpers.figures.still import png

ALT = "A line that rises from 1 to 2."


def pixels(data):
    """Return the pixels of a PNG, (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=int)


def test_everything_that_the_door_promises_is_there():
    assert figures.__all__ == sorted(
        figures.__all__,
        key=lambda name: (not name.isupper(), not name[0].isupper(), name),
    )
    assert all(hasattr(figures, name) for name in figures.__all__)


def test_subplots_has_the_words_of_matplotlib():
    for make in (subplots, plt.subplots):
        figure, axes = make(nrows=1, ncols=2, figsize=(6, 2), sharey=True)
        assert len(axes) == 2
        assert tuple(figure.get_size_inches()) == (6, 2)
    plt.close("all")


def test_a_picture_has_two_dots_for_each_pixel_of_the_page():
    figure, axes = subplots(figsize=(6, 2))
    axes.plot([1, 2])
    html = show(figure, ALT)._repr_html_()
    assert 'width="600"' in html and f'alt="{ALT}"' in html
    data = base64.b64decode(re.search(r"base64,([^\"]+)", html)[1])
    assert Image.open(io.BytesIO(data)).size == (1200, 400)


def test_a_picture_brings_its_png_along_for_latex():
    figure, axes = subplots(figsize=(3, 2))
    data, metadata = show(figure, ALT)._repr_mimebundle_()
    assert {"text/plain", "text/html", "image/png"} == set(data)
    assert metadata["image/png"] == {"width": 300, "alt": ALT}


@pytest.mark.parametrize("colours", ["Greys", "viridis"])
def test_every_shade_of_a_heat_map_is_kept(colours):
    """Of 729 cells with 729 values, a palette once made a few dozen."""
    figure, axes = subplots(figsize=(6, 5))
    shades = np.linspace(0, 1, 729).reshape(27, 27)
    axes.imshow(shades, cmap=colours, vmin=0, vmax=1)
    drawn = pixels(show(figure, ALT).data)
    wanted = (plt.get_cmap(colours)(shades.ravel())[:, :3] * 255).round()
    found = {tuple(colour) for colour in drawn.reshape(-1, 3)}
    near = [min(np.abs(np.subtract(w, f)).max() for f in found) for w in wanted[::27]]
    assert max(near) <= 1


def test_lines_are_stored_with_few_colours_that_nobody_misses():
    figure, axes = subplots(figsize=(6, 3))
    for place, ink in enumerate(("#1D3488", "#2892EA", "#DC40A4", "#6F360A")):
        axes.plot(np.sin(np.linspace(0, 9, 99) + place), color=ink)
    data = png(figure)
    exact = io.BytesIO()
    figure.savefig(exact, dpi=200)
    assert Image.open(io.BytesIO(data)).mode == "P"
    assert len(data) < 0.5 * len(exact.getvalue())
    assert np.abs(pixels(data) - pixels(exact.getvalue())).max() <= 16


def test_a_figure_of_pyplot_is_shown_once():
    figure, axes = plt.subplots()
    show(figure, ALT)
    assert plt.get_fignums() == []


def test_a_picture_without_words_is_refused():
    figure, _ = subplots()
    with pytest.raises(ValueError, match="alt must say in a sentence what is seen"):
        show(figure, " ")


def test_a_label_is_readable_in_the_colour_of_its_line():
    _, axes = subplots()
    (line,) = axes.plot([1, 2], color="#2892EA")
    assert label_line(line, "candidate").get_color() == text_colour("#2892EA")
    assert text_colour("#2892EA") != "#2892EA"


def test_a_page_wraps_its_words_as_text():
    _, axes = subplots()
    page = Page(axes, columns=9)
    page.write("down the rabbit hole")
    assert page.text.get_text() == "down the\nrabbit\nhole"
