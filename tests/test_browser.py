"""Every notebook, solved, in real JupyterLab: what a learner sees, moves and hears.

Without a Chromium these tests are skipped, or fail where RNN_COURSE_BROWSER_REQUIRED is
set; then test_solved.py runs the solved notebooks without one. They work on copies of
the notebooks, with a server and a browser of their own.
"""

import pathlib
import re
import shutil

import nbformat
import pytest

from helpers.exercises import catalogue, words
from tests.browsing import (
    CLOSE,
    CONTROLS,
    Figure,
    Lab,
    assert_clean,
    position,
    press_a_key,
    require_browser,
    use_the_mouse,
    wait_for,
)
from tests.solving import live_figures_in, solved
from tools.lab import (
    chromium,
    jupyter_server,
    run_all,
    watched_page,
)
from tools.notebooks import METADATA

NOTEBOOKS = pathlib.Path(__file__).parents[1] / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
NAMES = [path.stem for path in PATHS]

BROKEN = """\
from helpers.figures import LiveFigure, Slider, Toggle, subplots

figure, axes = subplots(figsize=(4, 2))
(line,) = axes.plot([0, 1], [0, 1])


def draw(n, thick):
    line.set_linewidth(5 if thick else 1)
    if n == 2:
        raise ZeroDivisionError("no second step")
    line.set_ydata([0, 1 / n])
    return f"A {'thick' if thick else 'thin'} line up to 1 / {n}."


LiveFigure(figure, draw, n=Slider("step", 1, 3), thick=Toggle("thick"))
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Start server and browser on an empty folder, or say what is not run."""
    require_browser()
    folder = tmp_path_factory.mktemp("course")
    (folder / "notebooks").mkdir()
    with jupyter_server(folder) as server, chromium() as browser:
        yield Lab(browser, folder, *server)


@pytest.fixture(scope="module")
def window(lab):
    """Yield a page for all notebooks, one after the other: it loads slowly."""
    page = watched_page(lab.browser)
    yield page
    page.close()


@pytest.fixture(scope="module", params=PATHS, ids=NAMES)
def opened(lab, window, request):
    """Open a notebook; its outputs are those of the project, its answers solve it."""
    path = request.param
    nbformat.write(solved(path), lab.folder / "notebooks" / path.name)
    lab.show(window, path.name)
    yield window
    window.evaluate(CLOSE)


@pytest.fixture(scope="module")
def page(opened):
    """Run all of a notebook, once for all tests that ask for it."""
    run_all(opened, seconds=300)
    return opened


@pytest.fixture(scope="module")
def figures(page):
    """Find the live figures of the notebook, and remember how they began."""
    return [Figure(box) for box in page.locator(".live-figure").all()]


# Before anything is run


def test_a_fresh_clone_shows_its_pictures(opened):
    """It is not trusted, and must not say "model not found" for a live figure."""
    assert not is_trusted(opened)
    assert_pictures(opened)
    assert opened.problems == []


def test_a_trusted_notebook_shows_its_pictures_too(lab):
    """It may run scripts, but has no kernel yet that knows a live figure."""
    shutil.copy(PATHS[0], lab.folder / "notebooks" / "trusted.ipynb")
    page = lab.open("trusted.ipynb")
    page.evaluate("() => void jupyterapp.commands.execute('notebook:trust')")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.wait_for_function(SAVED)
    page.evaluate("() => jupyterapp.shell.currentWidget.context.revert()")
    assert is_trusted(page)
    assert_pictures(page)
    assert page.problems == []
    page.close()


def pictures_in(path):
    """Return the number of pictures in the outputs of a notebook on disk."""
    cells = nbformat.read(path, 4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return sum("<img" in o.get("data", {}).get("text/html", "") for o in outputs)


def is_trusted(page):
    return page.evaluate(TRUSTED)


def assert_pictures(page):
    """Wait until all pictures are there, with alt text, and no broken widget."""
    count = pictures_in(page.file)
    page.wait_for_function(PICTURES_ARE, arg=count, timeout=20_000)
    assert page.get_by_text("model not found").count() == 0


# After all cells were run


def test_all_cells_run_all_checks_pass_and_controls_go_through_their_range(page):
    """The last cell has moved every control and counted the live figures."""
    assert_clean(page)
    count = page.locator(".live-figure").count()
    assert count == live_figures_in(NOTEBOOKS / page.file.name) > 0
    assert page.evaluate(LAST_OUTPUT) == f"{count} live figures\n"


def test_every_control_has_a_name(figures):
    """Read from what a screen reader is told."""
    for figure in figures:
        tree = figure.box.locator(".live-controls").aria_snapshot()
        found = re.findall(r"- (?:slider|combobox|checkbox|button)\b(.*)", tree)
        assert len(found) == figure.box.locator(f"{CONTROLS}, button").count(), tree
        assert all(re.match(r' "\S', rest) for rest in found), tree


def test_every_control_moves_the_picture_by_keyboard(page, figures):
    for figure in figures:
        for control in figure.controls:
            figure.assert_moves(control, press_a_key)
    assert_clean(page)


def test_the_mouse_moves_it_and_reset_takes_it_back(page, figures):
    """One control of each kind; the test before has reached them all."""
    for figure in figures:
        kinds = {control.get_attribute("type"): control for control in figure.controls}
        for control in kinds.values():
            figure.assert_moves(control, use_the_mouse)
        figure.reset()
        wait_for(page, lambda f=figure: f.is_as_at_the_start())
    assert_clean(page)


def test_play_steps_forward_and_can_be_paused(page, figures):
    for figure in figures:
        for box in figure.box.locator(".live-control:has(button)").all():
            figure.reset()
            button, control = box.locator("button"), box.locator("input")
            control.press("Home")
            first = figure.look()
            button.click()
            page.wait_for_function(IS_PLAYING, arg=control.element_handle(), polling=50)
            figure.wait_until("now.alt !== then.alt", first)
            button.click()
            paused = position(control)
            page.wait_for_timeout(600)
            assert position(control) == paused
    assert_clean(page)


def test_a_window_of_640_pixels_holds_every_figure(page, figures):
    page.set_viewport_size({"width": 640, "height": 900})
    try:
        page.wait_for_timeout(300)
        for figure in figures:
            figure.box.scroll_into_view_if_needed()
            assert figure.box.evaluate(OVERFLOW) <= 0
    finally:
        page.set_viewport_size({"width": 1280, "height": 900})


def test_the_dark_theme_keeps_every_text_readable(page, figures):
    """The contrast of text with what is behind it, as WCAG 2.2 counts it."""
    change_theme(page, "JupyterLab Dark")
    try:
        for figure in figures:
            faint = [text for text in figure.box.evaluate(CONTRASTS) if text[1] < 4.5]
            assert faint == []
    finally:
        change_theme(page, "JupyterLab Light")


def change_theme(page, theme):
    """Change JupyterLab's theme and wait until it is drawn."""
    page.evaluate(CHANGE_THEME, theme)
    light = str(theme.endswith("Light")).lower()
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{light}'")


# One notebook written here, one exercise


def test_an_error_in_draw_is_shown_and_keeps_the_last_good_picture(lab):
    cells = [nbformat.v4.new_code_cell(BROKEN)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    nbformat.write(notebook, lab.folder / "notebooks" / "broken.ipynb")
    page = lab.open("broken.ipynb")
    run_all(page)
    figure = Figure(page.locator(".live-figure"))
    alarm, (slider, toggle) = figure.box.locator(".live-error"), figure.controls
    assert alarm.is_hidden()
    for move in (press_a_key, use_the_mouse):  # a checkbox, there and back
        figure.assert_moves(toggle, move)
    figure.reset()

    slider.press("ArrowRight")
    alarm.wait_for(state="visible")
    assert alarm.inner_text() == "ZeroDivisionError: no second step"
    assert figure.look().markup == figure.start.markup
    assert any("no second step" in problem for problem in page.problems)

    slider.press("ArrowRight")
    alarm.wait_for(state="hidden")
    figure.wait_until("now.markup !== then.markup", figure.start)
    page.close()


def test_an_exercise_answers_a_wrong_try_and_then_a_right_one(lab):
    exercise = catalogue.find("00.1")
    first = next(path for path in PATHS if path.stem.startswith("00"))
    shutil.copy(first, lab.folder / "notebooks" / "unsolved.ipynb")
    page = lab.open("unsolved.ipynb")
    mistake = exercise.mistakes[0]
    for code, (symbol, word) in (
        (exercise.code_of(mistake), words.WRONG),
        (exercise.reference, words.SOLVED),
    ):
        page.evaluate(WRITE, ["stub-00-1", code.strip()])
        run_all(page)
        card = page.locator(f"section[aria-label$='{exercise.title}: {word}']").first
        card.scroll_into_view_if_needed()
        card.get_by_text(symbol).first.wait_for()  # drawn once it is in view
    assert_clean(page)
    page.close()


SAVED = """() => {
    const { context } = jupyterapp.shell.currentWidget;
    return !context.model.dirty && [...context.model.cells].every((c) => c.trusted);
}"""
TRUSTED = """() => [...jupyterapp.shell.currentWidget.context.model.cells]
    .filter((cell) => cell.type === 'code').every((cell) => cell.trusted)"""
LAST_OUTPUT = """() => [...jupyterapp.shell.currentWidget.context.model.cells]
    .filter((cell) => cell.type === 'code').at(-1).outputs.toJSON()[0].text"""
PICTURES_ARE = """(count) => {
    const images = [...document.querySelectorAll('.jp-OutputArea-output img')];
    return images.length === count
        && images.every((image) => image.alt.length > 20 && image.naturalWidth > 0);
}"""
IS_PLAYING = "(slider) => Number(slider.value) >= 3"
OVERFLOW = """(figure) => {
    const edge = figure.closest('.jp-OutputArea-output').getBoundingClientRect().right;
    const all = [figure, ...figure.querySelectorAll('*:not(svg *)')];
    const right = all.map((element) => element.getBoundingClientRect().right);
    return Math.round(Math.max(...right) - Math.min(edge, window.innerWidth));
}"""
CHANGE_THEME = """(theme) => void
    jupyterapp.commands.execute('apputils:change-theme', { theme })"""
CONTRASTS = """(figure) => {
    const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const luminance = (colour) => {
        const [r, g, b] = numbers(colour).map((value) => {
            const part = value / 255;
            return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
        const colour = getComputedStyle(element).backgroundColor;
        return numbers(colour)[3] === 0 ? behind(element.parentElement) : colour;
    };
    return [...figure.querySelectorAll('span, output, select, button')].map((text) => {
        const both = [getComputedStyle(text).color, behind(text)].map(luminance);
        const [dark, light] = both.sort((a, b) => a - b);
        return [text.textContent, (light + 0.05) / (dark + 0.05)];
    });
}"""
WRITE = """([id, source]) => [...jupyterapp.shell.currentWidget.context.model.cells]
    .find((cell) => cell.getMetadata('nbgrader')?.grade_id === id)
    .sharedModel.setSource(source)"""
