"""What happens to a live figure in the wild: kernels that go, pages that lack a part.

Each is tried in real JupyterLab, or in what it exports. None may leave a blank box.
"""

import os
import pathlib
import signal
import subprocess
import sys

import nbconvert
import nbformat
import psutil
import pytest
from nbclient import NotebookClient

from tests.browsing import CLOSE, Figure, Lab, require_browser, wait_for
from tools.lab import cell_errors, chromium, jupyter_server, run_all, watched_page
from tools.notebooks import METADATA

WAVES = """\
import time

import numpy as np
from IPython.display import display
from ipywidgets import HTML, VBox
from helpers.figures import LiveFigure, Slider, colour, show, subplots, use_style

use_style()
x = np.linspace(0, 1, 200)
figure, axes = subplots(figsize=(8, 2.4))
(line,) = axes.plot(x, x, color=colour("h"))
axes.set(ylim=(-1, 1), xlabel="time $t$ (s)")


def draw(n, wait):
    time.sleep(1.5 * wait)
    line.set_ydata(np.sin(6 * n * x))
    axes.set_title(f"{n} waves in a second")
    return f"A line that goes up and down {n} times, waiting {wait}."


live = LiveFigure(figure, draw, n=Slider("n", 1, 20, play=200), wait=False)
live
"""
STILL = 'show(figure, alt="A still picture of a wave, for the record.")'
BOX = 'VBox([live, HTML("a box")])'
SAVE = "() => jupyterapp.shell.currentWidget.context.save()"
TOGGLE_SAVE_STATE = """() => jupyterapp.commands.execute(
    '@jupyter-widgets/jupyterlab-manager:saveWidgetState')"""
RESTART = "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
SHUT_DOWN = "() => jupyterapp.shell.currentWidget.sessionContext.shutdown()"
REST = "() => document.activeElement.blur()"
SIZES = """() => [...document.images].filter((image) => image.clientWidth > 0)
    .map((image) => [image.alt, image.naturalWidth, image.clientWidth])"""
NO_ANYWIDGET = {"disabledExtensions": {"anywidget": True}}
NO_WIDGETS = {"disabledExtensions": {"@jupyter-widgets/jupyterlab-manager": True}}
NO_BLOB = (
    '--ServerApp.tornado_settings={"headers": {"Content-Security-Policy": '
    "\"script-src 'self' 'unsafe-eval' 'unsafe-inline'\"}}"
)


def write(folder, *sources):
    """Write a notebook of these cells into ``notebooks/waves.ipynb``."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    (folder / "notebooks").mkdir(exist_ok=True)
    nbformat.write(notebook, folder / "notebooks" / "waves.ipynb")


@pytest.fixture(scope="module")
def browser():
    """Start a browser for all servers."""
    require_browser()
    with chromium() as context:
        yield context


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """Start a server with nothing missing."""
    folder = tmp_path_factory.mktemp("accidents")
    with jupyter_server(folder) as server:
        yield Lab(browser, folder, *server)


@pytest.fixture(scope="module")
def window(lab):
    """Yield a page for all tests, one after the other: JupyterLab loads slowly."""
    page = watched_page(lab.browser)
    yield page
    page.close()


@pytest.fixture
def page(lab, window):
    """Open the waves, run them, and shut them down in the end."""
    write(lab.folder, WAVES)
    lab.show(window, "waves.ipynb")
    run_all(window)
    window.locator(".live-stage svg").wait_for()
    assert cell_errors(window) == []
    yield window
    window.evaluate(CLOSE)
    for button in window.locator(".jp-Dialog .jp-mod-accept").all():
        button.click()  # it says that a kernel has died


def stored_pictures(page):
    """Return the stored pictures that are seen."""
    return page.locator(".live-still img:visible")


# The picture in the file


def test_the_stored_picture_gives_way_to_the_live_one(page):
    assert stored_pictures(page).count() == 0
    assert page.locator(".live-stage svg:visible").count() == 1


@pytest.mark.parametrize("saves_state", [False, True])
@pytest.mark.parametrize("is_trusted", [False, True])
def test_the_day_after_the_last_picture_shows(lab, page, saves_state, is_trusted):
    """Run, moved, saved, shut down, opened again, with either setting of JupyterLab."""
    if saves_state:
        page.evaluate(TOGGLE_SAVE_STATE)
    slider = page.get_by_role("slider", name="n")
    slider.press("ArrowRight")
    alt = "A line that goes up and down 2 times, waiting False."
    page.locator(f".live-stage svg[aria-label='{alt}']").wait_for()
    page.evaluate(REST)
    wait_for(page, lambda: alt in stored(page))
    page.evaluate(SAVE)
    page.evaluate(CLOSE)
    if saves_state:
        page.evaluate(TOGGLE_SAVE_STATE)
    if not is_trusted:
        distrust(page.file)
    lab.show(page, "waves.ipynb")
    if saves_state and is_trusted:
        page.locator(f".live-stage svg[aria-label='{alt}']").wait_for()
        page.locator(".live-note").get_by_text("The kernel has stopped").wait_for()
    else:
        page.wait_for_timeout(2500)  # JupyterLab looks for the widget for two seconds
        assert stored_pictures(page).get_attribute("alt") == alt
        assert page.locator(".live-still").get_by_text("Run this cell").is_visible()
    assert not page.get_by_text("Error displaying widget").is_visible()


def stored(page):
    """Return the HTML that the notebook's model holds for the picture."""
    return page.evaluate("""() => jupyterapp.shell.currentWidget.context.model
        .cells.get(0).outputs.toJSON()[0].data['text/html']""")


def distrust(path):
    """Change a notebook from outside, so that JupyterLab does not trust it."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].outputs[0].data["text/plain"] = "changed by somebody else"
    nbformat.write(notebook, path)


# Kernels that go, or have no time


@pytest.mark.parametrize("how", [RESTART, SHUT_DOWN, signal.SIGKILL], ids=str)
def test_a_kernel_that_has_gone_is_said_and_stops_the_play(page, how):
    figure = Figure(page.locator(".live-figure"))
    button = page.locator(".live-control button")
    button.click()
    figure.wait_until("now.positions[0] >= 2", figure.start)
    if how is signal.SIGKILL:
        kill_kernels()
    else:
        page.evaluate(how)
    note = page.locator(".live-note").get_by_text("The kernel has stopped")
    note.wait_for(timeout=8000)
    assert page.locator(".live-stage.live-outdated").count() == 1
    assert button.inner_text() == "Play"
    positions = figure.look().positions
    figure.controls[0].press("ArrowRight")
    page.wait_for_timeout(400)
    assert figure.look().positions == positions


def kill_kernels():
    """Kill the kernels of our own server."""
    for process in psutil.Process().children(recursive=True):
        if any("ipykernel" in word for word in process.cmdline()):
            process.kill()


def test_a_busy_kernel_is_said_in_time_and_taken_back(page):
    page.get_by_role("checkbox", name="wait").check()
    note = page.locator(".live-note")
    note.get_by_text("The kernel is busy").wait_for(timeout=600)
    assert page.locator(".live-stage.live-outdated").count() == 1
    note.wait_for(state="hidden")
    assert "waiting True" in Figure(page.locator(".live-figure")).start.alt
    assert page.locator(".live-outdated").count() == 0


def test_the_new_alt_text_is_announced_when_a_drag_rests(page):
    voice, slider = page.locator(".live-voice"), page.get_by_role("slider", name="n")
    assert voice.get_attribute("aria-live") == "polite"
    for _ in range(4):
        slider.press("ArrowRight")
    assert voice.inner_text() == ""
    wait_for(page, lambda: "up and down 5 times" in voice.inner_text())


# Good company


def test_two_views_and_a_box_follow_each_other_and_code(lab, page):
    write(lab.folder, WAVES, BOX, "live.set(n=7).alt")
    page.evaluate(CLOSE)
    lab.show(page, "waves.ipynb")
    run_all(page)
    alt = "A line that goes up and down {} times, waiting False."
    seen = ".live-stage svg[aria-label='{}']".format
    wait_for(page, lambda: page.locator(seen(alt.format(7))).count() == 2)
    sliders = page.get_by_role("slider", name="n")
    sliders.nth(1).press("ArrowRight")
    wait_for(page, lambda: page.locator(seen(alt.format(8))).count() == 2)
    assert [sliders.nth(k).input_value() for k in (0, 1)] == ["7", "7"]


def test_texts_are_drawn_in_the_font_they_were_measured_in(page):
    loaded = """() => [...document.fonts].filter((font) => font.status === 'loaded')
        .map((font) => font.family.replaceAll('"', ''))"""
    wait_for(page, lambda: "DejaVu Sans" in page.evaluate(loaded))
    text = page.locator(".live-stage text").filter(has_text="waves")
    assert "DejaVu Sans" in text.evaluate("(t) => getComputedStyle(t).fontFamily")
    text.evaluate("(t) => getSelection().selectAllChildren(t)")
    assert page.evaluate("() => getSelection().toString()") == "1 waves in a second"


@pytest.mark.parametrize(
    "options, page_config",
    [((), NO_ANYWIDGET), ((), NO_WIDGETS), ((NO_BLOB,), None)],
    ids=["no anywidget", "no widgets", "no blob"],
)
def test_where_a_part_is_missing_the_picture_shows(
    browser, tmp_path, options, page_config
):
    write(tmp_path, WAVES)
    with jupyter_server(tmp_path, *options, page_config=page_config) as server:
        page = Lab(browser, tmp_path, *server).open("waves.ipynb")
        run_all(page)
        page.wait_for_timeout(1000)
        assert stored_pictures(page).count() == 1
        assert page.locator(".live-still").get_by_text("need ipywidgets").is_visible()
        page.close()


# Exported


@pytest.fixture(scope="module")
def executed():
    """Execute a live and a still figure, and store the state of the widget too."""
    cells = [nbformat.v4.new_code_cell(source) for source in (WAVES, STILL)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    NotebookClient(notebook, store_widget_state=True).execute()
    assert "widgets" in notebook.metadata
    return notebook


def test_a_web_page_shows_sharp_pictures_without_a_network(executed, browser, tmp_path):
    html, _ = nbconvert.HTMLExporter().from_notebook_node(executed)
    path = tmp_path / "waves.html"
    path.write_text(html, encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    found = page.evaluate(SIZES)
    assert len(found) == 2
    for alt, dots, pixels in found:
        assert len(alt) > 20
        assert (dots, pixels) == (1600, 800)
    page.close()


def test_latex_keeps_the_pictures(executed):
    text, resources = nbconvert.LatexExporter().from_notebook_node(executed)
    assert text.count("includegraphics") == 2
    assert [name.endswith(".png") for name in resources["outputs"]] == [True, True]


# A reader's own settings


def test_a_matplotlibrc_of_ones_own_changes_nothing(tmp_path):
    program = (
        "import sys, hashlib\n"
        "from helpers.figures import subplots, show, use_style\n"
        "use_style()\n"
        "figure, axes = subplots(figsize=(3, 2))\n"
        "axes.plot([1, 2], label='x')\n"
        "axes.set_title('$h_t$')\n"
        "picture = show(figure, 'A line that rises from 1 to 2.')\n"
        "print(hashlib.sha256(picture.data).hexdigest())\n"
    )
    own = "text.usetex: True\naxes.facecolor: black\nfigure.dpi: 300\nlines.color: r\n"
    prints = []
    for settings in ("", own):
        (tmp_path / "matplotlibrc").write_text(settings, encoding="utf-8")
        environment = {**os.environ, "MATPLOTLIBRC": str(tmp_path / "matplotlibrc")}
        command = [sys.executable, "-c", program]
        run = subprocess.run(
            command, env=environment, capture_output=True, encoding="utf-8"
        )
        assert run.returncode == 0, run.stderr
        prints.append(run.stdout)
    assert prints[0] == prints[1] and len(prints[0]) > 60


def test_the_style_can_be_used_by_any_script():
    import matplotlib.style

    path = pathlib.Path(__file__).parents[1] / "helpers" / "figures" / "course.mplstyle"
    with matplotlib.style.context(["default", path]):
        assert matplotlib.rcParams["axes.titlelocation"] == "left"
