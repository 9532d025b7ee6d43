"""Every state of the live figures of a notebook, written for pages without a kernel.

A figure is a folder. ``figure.js`` in it describes the controls and the first frame;
the frames of all states lie in bricks, each a box of the grid that the controls span.
They are scripts and not plain data, since a page that was opened from a disk may load
scripts only.
"""

import base64
import itertools
import json
import math
import os
import pathlib
import re
import tempfile
import time
import zlib

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from helpers.figures import LiveFigure
from tools import ROOT
from tools.notebooks import is_run_once

BRICK = 240  # frames in a file, at most; some 0.4 kB each
UNDECLARED = 4000  # states that a figure may have without saying what the web gets
MOST = 25_000  # states of one figure on the web
PATH = re.compile(r' d="[^"]*"')
DECIMALS = re.compile(r"(\.\d)\d")
NAME = re.compile(r'class="live-still" data-figure="(\w+)"')


class NotRecorded(Exception):
    """Says which live figure cannot be recorded, and why."""


def record_notebook(path, folder):
    """Run a notebook in a kernel of its own, and record its live figures there.

    Args:
        path: of the notebook.
        folder: that the figures' folders are made in, a Path.

    Returns:
        A list of what ``record`` tells of each figure.

    Raises:
        NotRecorded: if a cell fails, or a figure has too many states.
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if not is_run_once(cell)]
    client = NotebookClient(
        notebook, timeout=1800, resources={"metadata": {"path": path.parent}}
    )
    with tempfile.TemporaryDirectory() as progress:
        own = {"RNN_COURSE_PROGRESS": progress, "PYTHONPATH": str(ROOT)}
        try:
            with client.setup_kernel(env={**os.environ, "OMP_NUM_THREADS": "1", **own}):
                for number, cell in enumerate(notebook.cells):
                    client.execute_cell(cell, number)
                names = names_of_live_figures(notebook)
                last = recording(path.stem[:2], names, folder)
                notebook.cells.append(last)
                client.execute_cell(last, len(notebook.cells) - 1)
        except CellExecutionError as failure:
            raise NotRecorded(
                f"{path.name}: {failure.ename}: {failure.evalue}"
            ) from None
    return json.loads(last.outputs[-1].text)


def names_of_live_figures(notebook):
    """Return the names of the live figures that a run has shown, in their order."""
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    shown = [o.get("data", {}).get("text/html", "") for o in outputs]
    return [found[1] for found in map(NAME.search, shown) if found]


def recording(number, names, folder):
    """Return a cell that records the live figures of these names."""
    labels = {name: f"{number}-{k}" for k, name in enumerate(names, start=1)}
    return nbformat.v4.new_code_cell(
        "from tools.site.record import record_all\n"
        f"print(record_all({{**globals()}}, {labels!r}, {str(folder)!r}))"
    )


# --- in the kernel -------------------------------------------------------------------


def live_figures(namespace):
    """Return every LiveFigure that a notebook still holds, by its name.

    Args:
        namespace: ``globals()`` of the notebook.
    """
    everything = [*namespace.values(), *namespace.get("Out", {}).values()]
    return {one.name: one for one in everything if isinstance(one, LiveFigure)}


def record_all(namespace, labels, folder):
    """Record the figures of a notebook; return the table of them as JSON.

    Args:
        namespace: ``globals()`` of the notebook.
        labels: of its live figures, a dict from their names, in their order.
        folder: that the figures' folders are made in.
    """
    found, folder = live_figures(namespace), pathlib.Path(folder)
    rows = []
    for name, label in labels.items():
        started = time.perf_counter()
        row = record(found[name], folder / label, label)
        rows.append({"figure": label, **row, "seconds": time.perf_counter() - started})
    return json.dumps(rows)


def record(figure, folder, label):
    """Draw every state that the web gets, and write the folder of a figure.

    Args:
        figure: a LiveFigure.
        folder: a Path, made if it is not there.
        label: by which the page knows the figure, such as "08-2".

    Returns:
        A dict: the states in JupyterLab, those on the web, and the bytes written.

    Raises:
        NotRecorded: if they are too many and no control says which the web gets.
    """
    axes = [kept_places(control) for control in figure.controls]
    counts = [len(axis) for axis in axes]
    check_number(figure, math.prod(counts), label)
    folder.mkdir(parents=True, exist_ok=True)
    box = brick_shape(counts)
    size = 0
    for brick in itertools.product(*map(range, map(math.ceil, quotients(counts, box)))):
        inside = [
            axis[k * side : (k + 1) * side]
            for axis, k, side in zip(axes, brick, box, strict=True)
        ]
        size += write(folder, label, name_of(brick), frames(figure, inside))
    start = [[control["start"]] for control in figure.controls]
    controls = [on_the_web(*pair) for pair in zip(figure.controls, axes, strict=True)]
    described = {
        "size": figure.size,
        "width": figure.width,
        "controls": controls,
        "brick": box,
        "first": frames(figure, start),
    }
    size += write(folder, label, "figure", described)
    lab = math.prod(len(control["texts"]) for control in figure.controls)
    return {"states": lab, "web": math.prod(counts), "bytes": size}


def check_number(figure, count, label):
    """Raise NotRecorded if a page cannot be given so many states of a figure."""
    is_declared = any(control["web"] is not None for control in figure.controls)
    limit = MOST if is_declared else UNDECLARED
    if count > limit:
        names = ", ".join(control["description"] for control in figure.controls)
        raise NotRecorded(
            f"figure {label} ({names}) has {count:,} states, and a page takes "
            f"{limit:,}: let some of its controls say web=, how many steps, or which "
            "options, are enough there"
        )


def kept_places(control):
    """Return the places of a control that a page without a kernel has."""
    return control["web"] or list(range(len(control["texts"])))


def on_the_web(control, axis):
    """Return what the page is told of a control: only the places it has."""
    return {
        **control,
        "texts": [control["texts"][place] for place in axis],
        "start": axis.index(control["start"]),
        "lab": len(control["texts"]),
    }


def brick_shape(counts):
    """Return the sides of a brick: the longest is halved until few frames fit in."""
    box = list(counts)
    while math.prod(box) > BRICK:
        longest = box.index(max(box))
        box[longest] = math.ceil(box[longest] / 2)
    return box


def quotients(counts, box):
    """Return how many bricks lie along each control, not yet rounded up."""
    return [count / side for count, side in zip(counts, box, strict=True)]


def name_of(brick):
    """Return the name of a brick, the places of its corner in the wall of bricks."""
    return "-".join(map(str, brick)) or "0"


def frames(figure, axes):
    """Return the frames of a box of states, the last control moving fastest.

    Args:
        figure: a LiveFigure.
        axes: the places of each control.
    """
    backgrounds, drawn = {}, []
    for places in itertools.product(*axes):
        frame = figure.frame_at(places)
        backgrounds.setdefault(frame.background.name, frame.background.svg)
        drawn.append([frame.background.name, shortened(frame.moving), frame.alt])
    return {"backgrounds": backgrounds, "frames": drawn}


def shortened(svg):
    """Return a drawing whose lines are exact to a tenth of a point, not a hundredth."""
    return PATH.sub(lambda path: DECIMALS.sub(r"\1", path[0]), svg)


def write(folder, label, name, content):
    """Write a script that hands content to the page; return its size in bytes."""
    packed = zlib.compress(json.dumps(content, ensure_ascii=False).encode(), 9)
    text = base64.b64encode(packed).decode()
    script = f'recorded.take("{label}/{name}", "{text}");\n'
    (folder / f"{name}.js").write_text(script, encoding="ascii", newline="\n")
    return len(script)
