"""Latency of a live figure on a page of the web edition, where there is no kernel.

The page holds the explorer of notebook 08, as in the section on JupyterLab, which
measures it and ``@interact``. It is opened from the disk.
"""

import pathlib
import tempfile
from statistics import median, quantiles

import nbformat

from tools.bench.lessons import EXPLORER, before_the_explorer
from tools.bench.live import (
    DRAGS,
    PRESSES,
    ROUNDS,
    SLIDER,
    WATCH,
    Design,
    drag,
    press_to_and_fro,
)
from tools.bench.measuring import Row
from tools.lab import browser_page
from tools.notebooks import METADATA, execute, normalise
from tools.site.__main__ import build


def rows():
    """Return a Row for each measurement."""
    with tempfile.TemporaryDirectory() as folder, browser_page() as page:
        folder = pathlib.Path(folder)
        path = folder / "08_explorer.ipynb"
        nbformat.write(lesson(), path)
        *_, recorded = build([path], folder / "source", folder / "site")
        page.goto((folder / "site" / "08_explorer.html").as_uri())
        cell = page.locator(".live-recorded").last
        design = Design(cell, cell.get_by_role("slider", name=SLIDER))
        cell.scroll_into_view_if_needed()
        design.slider.wait_for()
        cell.evaluate(WATCH)
        press_to_and_fro(page, design, 4)
        waits = [press_to_and_fro(page, design, PRESSES) for _ in range(ROUNDS)]
        waits = [wait for turn in waits for wait in turn]
        drags = [drag(page, design, turn % 2 == 0) for turn in range(DRAGS)]
    frames, settled = (median(found) for found in zip(*drags, strict=True))
    press = "on the web: key press to new pixels"
    return [
        Row(f"{press}, p50", median(waits), "ms"),
        Row(f"{press}, p95", quantiles(waits, n=20)[-1], "ms", target=25),
        Row("on the web: frames in a second", frames, "frames", target=50, sense=">="),
        Row("on the web: last picture after a drag's end", settled, "ms"),
        Row("on the web: frames recorded", recorded["web"], "frames"),
        Row("on the web: their size", recorded["bytes"] / 1e6, "MB"),
    ]


def lesson():
    """Return notebook 08 up to its explorer, executed."""
    sources = [*before_the_explorer(), EXPLORER]
    title = nbformat.v4.new_markdown_cell("# 08 · The explorer")
    cells = [title, *map(nbformat.v4.new_code_cell, sources)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    execute(notebook)
    normalise(notebook)
    return notebook
