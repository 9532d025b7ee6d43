"""Latency of a live figure in real JupyterLab, beside the usual ``@interact``.

One notebook holds three cells: the explorer of notebook 08 as it stands there, the same
two panels drawn by ``@interact`` and ``plt.show()``, and a bare label, the floor of any
round trip to the kernel. They are measured in turn, on one page and one kernel. Times
are the browser's own, from its input event to the animation frame after the picture.
"""

import pathlib
import tempfile
import time
from statistics import median, quantiles
from typing import NamedTuple

import nbformat
from playwright.sync_api import TimeoutError as Late

from tools.bench.lessons import EXPLORER, before_the_explorer
from tools.bench.measuring import Row
from tools.lab import browser_page, cell_errors, jupyter_server, open_notebook, run_all
from tools.notebooks import METADATA

ROUNDS, PRESSES = 3, 20
DRAGS, POSITIONS, REACH = 3, 60, 90
SLIDER = "scale of the weights"

NAIVE = """\
import matplotlib.pyplot as plt
from ipywidgets import interact
from helpers.explorers.gradients import phase_diagram

found = phase_diagram("gaussian", 32)
growth = torch.cat([row.log10[:, :, -1] for row in found.values()]) / 100

@interact(row=list(found), steps=(4, 100, 4), scale=(0, 48))
def explore(row="tanh", steps=100, scale=16):
    log10 = found[row].log10[:, scale, : steps + 1]
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9.8, 3.9), layout="constrained")
    left.plot(log10.T, color="navy", linewidth=0.6, alpha=0.35)
    left.plot(log10.median(0).values, color="navy", label="median")
    left.set(xlim=(0, 100), xlabel="steps", title=f"{steps} steps back")
    left.legend()
    right.imshow(growth, aspect="auto", cmap="PuOr_r", vmin=-0.3, vmax=0.3)
    right.axvline(scale, color="grey")
    right.set(xlabel="scale", title="The phase diagram")
    plt.show()
"""
LABEL = """\
from ipywidgets import FloatSlider, Label, VBox
slider, label = FloatSlider(1, min=0.1, max=4, step=0.05), Label("1")
label.add_class("floor")
slider.observe(lambda change: setattr(label, "value", str(change.new)), "value")
VBox([slider, label])
"""


class Design(NamedTuple):
    """One of the rivals: its cell on the page and the slider of its scale."""

    cell: object
    slider: object


def rows():
    """Return a Row for each measurement."""
    with tempfile.TemporaryDirectory() as folder:
        nbformat.write(rivals(), pathlib.Path(folder) / "rivals.ipynb")
        with jupyter_server(folder) as server, browser_page() as page:
            open_notebook(page, *server, "rivals.ipynb")
            run_all(page)
            if errors := cell_errors(page):
                raise RuntimeError(f"the rivals must run without errors; got {errors}")
            designs = find_designs(page)
            return press_rows(page, designs) + drag_rows(page, designs)


def rivals():
    """Return a notebook: notebook 08 up to its explorer, then the two rivals of it."""
    sources = *before_the_explorer(), EXPLORER, NAIVE, LABEL
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


def find_designs(page):
    """Return the three rivals by name, each watched from now on."""
    cells = page.locator(".jp-CodeCell")
    end = cells.count()
    names = {"ours": end - 3, "naive": end - 2, "label": end - 1}
    designs = {}
    for name, index in names.items():
        cell = cells.nth(index)
        ours = cell.get_by_role("slider", name=SLIDER)
        slider = ours if name == "ours" else cell.locator(".noUi-handle").last
        designs[name] = Design(cell, slider)
        cell.scroll_into_view_if_needed()
        slider.wait_for()
        cell.evaluate(WATCH)
    return designs


def press_rows(page, designs):
    """Measure key presses, the rivals in turn, after a round that is not counted."""
    found = {name: [] for name in designs}
    for turn in range(ROUNDS + 1):
        for name, design in designs.items():
            latencies = press_to_and_fro(page, design, PRESSES if turn else 4)
            found[name] += latencies if turn else []
    middle = {name: median(latencies) for name, latencies in found.items()}
    slow = {name: quantiles(latencies, n=20)[-1] for name, latencies in found.items()}
    press = "key press to new pixels"
    return [
        _row(f"{press}, p50", middle, "ms"),
        _row(f"{press}, p95", slow, "ms", target=40),
        _row(f"{press}, p50", middle, "times faster", target=10, sense=">="),
        _floor(f"{press}, bare label, p50", middle),
        _floor(f"{press}, bare label, p95", slow),
    ]


def press_to_and_fro(page, design, count):
    """Press arrow keys, half of them right, half left; return milliseconds of each."""
    design.cell.scroll_into_view_if_needed()
    design.slider.focus()
    latencies = []
    for index in range(count):
        design.cell.evaluate("(cell) => { cell.frames = []; }")
        page.keyboard.press("ArrowRight" if index < count // 2 else "ArrowLeft")
        try:
            page.wait_for_function(SHOWN, arg=design.cell.element_handle())
        except Late:  # a press that showed nothing counts as the longest wait
            latencies.append(30_000.0)
            continue
        latencies.append(design.cell.evaluate("(cell) => cell.frames[0] - cell.key"))
        page.wait_for_timeout(80)
    return latencies


def drag_rows(page, designs):
    """Measure drags of about a second, the rivals in turn."""
    frames = {name: [] for name in designs}
    settled = {name: [] for name in designs}
    for turn in range(DRAGS):
        for name, design in designs.items():
            shown, wait = drag(page, design, to_the_right=turn % 2 == 0)
            frames[name].append(shown)
            settled[name].append(wait)
    frames = {name: median(counts) for name, counts in frames.items()}
    settled = {name: median(waits) for name, waits in settled.items()}
    return [
        _row("distinct frames in a second", frames, "frames", target=40, sense=">="),
        _row("last picture after a drag's end", settled, "ms", target=60),
    ]


def drag(page, design, to_the_right):
    """Drag a slider for a second; return pictures shown and ms until the last of them.

    The wait is counted from the end of the drag. No picture is counted twice.

    It ends short of the slider's own end, so that its last positions count too.
    """
    design.cell.scroll_into_view_if_needed()
    x, y = _thumb(design.slider)
    design.cell.evaluate("(cell) => { cell.frames = []; cell.pictures.clear(); }")
    page.mouse.move(x, y)
    page.mouse.down()
    begin = time.perf_counter()
    for position in range(1, POSITIONS + 1):
        reach = REACH * position / POSITIONS
        page.mouse.move(x + reach if to_the_right else x - reach, y)
        left = begin + position / POSITIONS - time.perf_counter()
        if left > 0:
            page.wait_for_timeout(1000 * left)
    page.mouse.up()
    page.wait_for_timeout(2500)
    found = "(cell) => [cell.pictures.size, cell.frames, cell.up]"
    count, shown, end = design.cell.evaluate(found)
    return count, max(0.0, shown[-1] - end) if shown else 2500.0


def _thumb(slider):
    """Return where the thumb of a slider is, in pixels of the page."""
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    if slider.get_attribute("type") != "range":
        return box["x"] + box["width"] / 2, y
    share = slider.evaluate("(s) => (s.value - s.min) / (s.max - s.min)")
    return box["x"] + 8 + share * (box["width"] - 16), y


def _row(name, found, unit, target=None, sense="<="):
    ratio = found["naive"] / max(found["ours"], 1e-3)
    if unit == "frames":
        ratio = 1 / ratio if ratio else None
    value = ratio if unit == "times faster" else found["ours"]
    rival = f"@interact {found['naive']:.0f}"
    return Row(name, value, unit, rival, ratio, target, sense)


def _floor(name, found):
    return Row(name, found["label"], "ms")


WATCH = """(cell) => {
    cell.frames = [];
    cell.pictures = new Set();
    let last;
    const shown = (picture) => {
        if (picture === last) return;
        last = picture;
        requestAnimationFrame(() => {
            cell.frames.push(performance.now());
            cell.pictures.add(picture);
        });
    };
    cell.addEventListener('load', ({ target }) => shown(target.src), true);
    const part = cell.querySelector('.live-moving, .floor');
    if (part) new MutationObserver(() => shown(part.innerHTML)).observe(part,
        { childList: true, characterData: true, subtree: true });
    document.addEventListener(
        'keydown', (event) => { cell.key = event.timeStamp; }, true);
    document.addEventListener(
        'mouseup', (event) => { cell.up = event.timeStamp; }, true);
}"""
SHOWN = "(cell) => cell.frames.length > 0"
