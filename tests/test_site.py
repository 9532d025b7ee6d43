"""The web edition, built small and driven in a real browser, opened from the disk.

One page is notebook 00; the other is made up here, with controls of every kind, more
states than one brick holds, and coarser steps than in JupyterLab.
"""

import json
import re
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.browsing import CONTROLS, Figure, press_a_key, require_browser, use_the_mouse
from tools.lab import chromium, watched_page
from tools.notebooks import execute, normalise
from tools.site.__main__ import build
from tools.site.pages import NotReady, links, page
from tools.site.record import BRICK, NotRecorded, brick_shape, check_number
from tools.site.source import NOTEBOOKS

FIRST = NOTEBOOKS / "00_start_here.ipynb"
MADE_UP = """\
from helpers.figures import LiveFigure, Menu, Slider, Toggle, subplots

figure, axes = subplots(figsize=(6, 2))
(line,) = axes.plot(range(50), range(50))
axes.set_ylim(-1, 80)


def draw(height, shift, thick, colour):
    line.set_ydata([height * k / 50 + shift for k in range(50)])
    line.set(linewidth=4 if thick else 1, color=colour)
    return f"A {colour} line up to {height} from {shift}, {thick=}."


LiveFigure(
    figure,
    draw,
    height=Slider("height", 1, 30, play=50),
    shift=Slider("shift", 0, 16, web=4),
    thick=Toggle("thick"),
    colour=Menu("colour", ["black", "red"]),
)"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build a site of two pages; its rows are kept beside it."""
    folder = tmp_path_factory.mktemp("a site")
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# 98 · Made up\n\nSee [another](99_nowhere.ipynb)."),
            new_code_cell(MADE_UP),
        ]
    )
    execute(notebook)
    normalise(notebook)
    path = folder / "98_made_up.ipynb"
    nbformat.write(notebook, path)
    rows = build([FIRST, path], folder / "source", folder / "site")
    (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser():
    require_browser()
    with chromium(900, 1000) as context:
        yield context


@pytest.fixture
def opened(browser, site):
    """Open the made-up page in the browser."""
    page = watched_page(browser, "file://")
    page.goto((site / "site" / "98_made_up.html").as_uri())
    page.locator(".live-recorded svg").wait_for()
    yield page
    page.close()


# Recording


def test_every_state_is_counted_and_coarser_steps_keep_ends_and_start(site):
    rows = {
        row["figure"]: row
        for row in json.loads((site / "rows.json").read_text("utf-8"))
    }
    assert rows["98-1"]["states"] == 30 * 17 * 2 * 2
    assert rows["98-1"]["web"] == 30 * 5 * 2 * 2
    assert {"00-1", "00-2", "98-1"} == {*rows}


@pytest.mark.parametrize("counts", [[], [1], [61], [500], [60, 5, 2, 2], [7, 300]])
def test_a_brick_is_no_larger_than_it_may_be(counts):
    box = brick_shape(counts)
    product = 1
    for side, count in zip(box, counts, strict=True):
        assert 1 <= side <= count
        product *= side
    assert product <= BRICK


def test_too_many_states_are_refused_by_name_and_number():
    control = {"description": "length", "texts": ["."] * 4001, "web": None}
    figure = type("Figure", (), {"controls": [control]})
    with pytest.raises(NotRecorded, match=r"08-3 \(length\) has 4,001 states.*web="):
        check_number(figure, 4001, "08-3")


# Pages


def test_a_cell_that_was_not_executed_is_named(tmp_path):
    path = tmp_path / "97_fresh.ipynb"
    cells = [new_markdown_cell("# 97 · Fresh"), new_code_cell("1 + 1")]
    nbformat.write(new_notebook(cells=cells), path)
    with pytest.raises(NotReady, match="97_fresh.ipynb, cell 1 was not executed"):
        page(path, tmp_path)


def test_a_picture_without_alt_text_is_refused(tmp_path):
    html = '<img alt="" src="data:image/png;base64,AAAA" width="10"'
    output = nbformat.v4.new_output("display_data", {"text/html": html})
    cell = new_code_cell("show()", outputs=[output], execution_count=1)
    path = tmp_path / "97_blind.ipynb"
    cells = [new_markdown_cell("# 97 · Blind"), cell]
    nbformat.write(new_notebook(cells=cells), path)
    with pytest.raises(NotReady, match="no alt text"):
        page(path, tmp_path)


def test_no_page_holds_a_picture_or_a_link_to_another_host(site):
    for path in (site / "site").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "base64," not in text, path.name
        loaded = re.findall(
            r'<(?:script|link|img)[^>]*(?:src|href)="(http[^"]+)"', text
        )
        assert loaded == [], path.name


def test_a_link_to_a_notebook_that_is_no_page_becomes_its_text(site):
    text = (site / "site" / "98_made_up.html").read_text(encoding="utf-8")
    assert "See another." in text and "99_nowhere" not in text


def test_a_page_leads_to_binder_once_the_owner_has_an_address():
    assert "Binder" not in links("08_x.ipynb", None)
    led = links("08_x.ipynb", "https://mybinder.org/v2/gh/me/course/HEAD")
    assert "course/HEAD?urlpath=lab/tree/notebooks/08_x.ipynb" in led


# In the browser


def test_every_control_moves_the_picture_by_keyboard_and_mouse(opened):
    figure = Figure(opened.locator(".live-recorded"))
    for control in figure.controls:
        figure.assert_moves(control, press_a_key)
        figure.assert_moves(control, use_the_mouse)
    figure.reset()
    assert figure.look().positions == figure.start.positions
    assert opened.problems == []


def test_the_still_picture_makes_way_and_coarser_steps_are_said(opened):
    assert not opened.locator(".live-still").is_visible()
    said = opened.locator(".live-coarser").inner_text()
    assert "shift (17 for 5)" in said and "height" not in said


def test_a_state_far_from_the_start_is_the_one_that_the_controls_show(opened):
    """It lies in another brick than the start, along every control."""
    for name, key in (("height", "End"), ("shift", "End")):
        opened.get_by_role("slider", name=name).press(key)
    opened.get_by_role("checkbox", name="thick").check()
    opened.get_by_role("combobox", name="colour").select_option("red")
    alt = "A red line up to 30 from 16, thick=True."
    opened.locator(f'.live-stage svg[aria-label="{alt}"]').wait_for()


def test_a_missing_or_damaged_brick_is_said_once_and_the_last_picture_stays(
    browser, site, tmp_path
):
    copy = shutil.copytree(site / "site", tmp_path / "copy")
    bricks = copy / "_static" / "figures" / "98-1"
    for path in bricks.glob("[0-9]*.js"):
        path.write_text(f'recorded.take("98-1/{path.stem}", "####");', "ascii")
    page = watched_page(browser, "file://")
    page.goto((copy / "98_made_up.html").as_uri())
    figure = page.locator(".live-recorded")
    figure.locator("svg").wait_for()
    before = figure.locator("svg").get_attribute("aria-label")
    page.get_by_role("slider", name="height").press("End")
    alarm = figure.locator(".live-error")
    alarm.wait_for()
    assert "could not be loaded" in alarm.inner_text()
    assert figure.locator("svg").get_attribute("aria-label") == before
    for path in bricks.glob("[0-9]*.js"):
        path.unlink()
    page.get_by_role("checkbox", name="thick").check()
    assert "could not be loaded" in alarm.inner_text()
    page.close()


def test_an_answer_is_checked_on_the_page_and_remembered(browser, site):
    """Notebook 00 asks for code only, so the page says where code is checked."""
    page = watched_page(browser, "file://")
    page.goto((site / "site" / "00_start_here.html").as_uri())
    section = page.locator('[data-exercise="00.1"]')
    assert "open the notebook" in section.inner_text()
    section.get_by_text("Hint 1 of 3").click()
    section.get_by_text("Hint 2 of 3").click()
    assert not section.get_by_text("Solution").is_visible()
    section.get_by_text("Hint 3 of 3").click()
    section.get_by_text("Solution").click()
    assert "torch.tanh(w * h + x)" in section.inner_text()
    assert page.problems == []
    page.close()


def test_figures_on_the_start_page_and_of_notebook_00_move(browser, site):
    for name in ("index", "00_start_here"):
        page = watched_page(browser, "file://")
        page.goto((site / "site" / f"{name}.html").as_uri())
        for box in page.locator(".live-recorded").all():
            box.scroll_into_view_if_needed()
            box.locator(CONTROLS).first.wait_for()
            figure = Figure(box)
            figure.assert_moves(figure.controls[0], press_a_key)
        assert page.problems == []
        page.close()
