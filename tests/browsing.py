"""Hands and eyes of a learner in JupyterLab, for the tests that use a browser."""

import os
import pathlib
from typing import NamedTuple

import pytest
from playwright.sync_api import TimeoutError as Late

from helpers.figures.live import _pieces
from tools.lab import cell_errors, find_chromium, open_notebook, watched_page

NO_BROWSER = "no Chromium found: the notebooks were not run in JupyterLab"
CONTROLS = ".live-controls :is(input, select)"
TRIES = 8  # a step may honestly leave the picture as it is; so many in a row may not


def require_browser():
    """Skip the tests that ask, or fail where RNN_COURSE_BROWSER_REQUIRED is set."""
    if find_chromium() is None:
        if os.environ.get("RNN_COURSE_BROWSER_REQUIRED"):
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)


class Lab(NamedTuple):
    """A browser, and a JupyterLab whose root is a folder of its own."""

    browser: object
    folder: pathlib.Path
    address: str
    token: str

    def open(self, name):
        """Return a new page with the notebook open in it."""
        page = watched_page(self.browser)
        self.show(page, name)
        return page

    def show(self, page, name):
        """Open the notebook in a page, which may have shown another."""
        page.problems.clear()
        page.file = self.folder / "notebooks" / name
        open_notebook(page, self.address, self.token, f"notebooks/{name}")


class Look(NamedTuple):
    """What a figure shows at one moment."""

    positions: list
    alt: str
    markup: str


class Figure:
    """Drives a live figure as a learner's hands and eyes would.

    Whatever it waits for, the page itself looks out for: asking it again and again
    from here would take longer than all that is tested.
    """

    def __init__(self, box):
        """Remember how it begins."""
        box.scroll_into_view_if_needed()
        box.locator(".live-stage svg").wait_for()
        self.box, self.page = box, box.page
        self.element = box.element_handle()
        self.controls = self.element.query_selector_all(CONTROLS)
        self.start = self.look()
        self.first = _pieces(self.start.markup)

    def look(self):
        """Return what is seen now."""
        return Look(**self.element.evaluate(f"(figure) => ({LOOK})(figure)"))

    def wait_until(self, condition, look, seconds=10):
        """Wait until what is seen compares with an earlier look as a condition says.

        Args:
            condition: JavaScript, of ``now`` and ``then``, as "now.alt !== then.alt".
            look: the Look to compare with.
            seconds: how long to wait.

        Raises:
            playwright TimeoutError: if it has not by then.
        """
        compare = f"const now = ({LOOK})(figure); return {condition}"
        self.page.wait_for_function(
            f"([figure, then]) => {{ {compare} }}",
            arg=[self.element, look._asdict()],
            polling=50,
            timeout=1000 * seconds,
        )

    def reset(self):
        """Press Reset; wait until controls and alt text are those of the start."""
        self.box.get_by_role("button", name="Reset", exact=True).click()
        self.wait_until(AS_AT_THE_START, self.start)

    def is_as_at_the_start(self):
        """Tell whether either layer shows what was drawn at first."""
        return _pieces(self.look().markup) == self.first

    def assert_moves(self, control, move):
        """Move a control until the picture and its alt text have changed."""
        before, here = self.look(), position(control)
        first, last = control.evaluate(ENDS)
        forward = last - here >= here - first
        for _ in range(TRIES):
            move(control, forward)
            try:
                self.wait_until(HAS_CHANGED, before, seconds=2.5)
            except Late:
                continue
            assert position(control) != here
            assert self.look().alt.strip()
            return
        name = control.get_attribute("aria-label")
        raise AssertionError(f"{TRIES} moves of {name!r} left picture or alt unchanged")


def press_a_key(control, forward):
    """Step a range or a menu by an arrow key; switch a checkbox by the space bar."""
    arrow = "ArrowRight" if forward else "ArrowLeft"
    is_checkbox = control.get_attribute("type") == "checkbox"
    control.press("Space" if is_checkbox else arrow)


def use_the_mouse(control, forward):
    """Drag a range, pick the next option of a menu, or click a checkbox."""
    control.scroll_into_view_if_needed()
    kind, (first, last) = control.get_attribute("type"), control.evaluate(ENDS)
    here = position(control)
    if kind == "checkbox":
        control.click()
    elif kind == "range":
        share = (here - first) / (last - first)
        drag(control, share, share + 0.6 * ((1 if forward else 0) - share))
    else:
        step = 1 if forward else -1
        control.select_option(index=min(max(here + step, first), last))


def drag(control, start, stop):
    """Drag the thumb of a range from one share of its track to another."""
    box, mouse = control.bounding_box(), control.owner_frame().page.mouse
    y = box["y"] + box["height"] / 2
    mouse.move(box["x"] + 8 + start * (box["width"] - 16), y)
    mouse.down()
    mouse.move(box["x"] + 8 + stop * (box["width"] - 16), y, steps=10)
    mouse.up()


def position(control):
    """Return the position of a control, a whole number."""
    return control.evaluate(POSITION)


def wait_for(page, condition, seconds=10):
    """Wait until a function of no arguments returns true.

    Raises:
        playwright TimeoutError: if it has not by then.
    """
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        page.wait_for_timeout(50)
    raise Late(f"not within {seconds} seconds")


def assert_clean(page):
    """Assert that nothing went wrong on the page, in a cell or in a live figure."""
    assert page.problems == []
    assert cell_errors(page) == []
    assert page.locator(".live-error:visible").count() == 0


CLOSE = """async () => {
    const notebook = jupyterapp.shell.currentWidget;
    await notebook.sessionContext.shutdown();
    notebook.context.model.dirty = false; // so that nobody is asked to save it
    notebook.close();
}"""
POSITION = """(control) => ({ checkbox: Number(control.checked),
    range: Number(control.value) })[control.type] ?? control.selectedIndex"""
LOOK = f"""(figure) => {{
    const drawing = figure.querySelector('.live-stage svg');
    const controls = [...figure.querySelectorAll({CONTROLS!r})];
    return {{ positions: controls.map({POSITION}),
        alt: drawing.getAttribute('aria-label'),
        get markup() {{ return drawing.innerHTML; }} }};
}}"""
AS_AT_THE_START = "now.alt === then.alt && `${now.positions}` === `${then.positions}`"
HAS_CHANGED = "now.alt !== then.alt && now.markup !== then.markup"
ENDS = """(control) => control.type === 'range'
    ? [Number(control.min), Number(control.max)]
    : [0, (control.options?.length ?? 2) - 1]"""
