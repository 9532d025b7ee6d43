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
import pathlib
import time
import zlib

from helpers.figures import LiveFigure

BRICK = 240  # frames in a file, at most; some 0.4 kB each
UNDECLARED = 3000  # states that a figure may have without saying what the web gets
MOST = 25_000  # states of one figure on the web


class TooManyStates(Exception):
    """Says which figure has more states than a page can be given."""


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
        TooManyStates: if they are too many and no control says which the web gets.
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
    """Raise TooManyStates if a page cannot be given so many states of a figure."""
    is_declared = any(control["web"] is not None for control in figure.controls)
    limit = MOST if is_declared else UNDECLARED
    if count > limit:
        names = ", ".join(control["description"] for control in figure.controls)
        raise TooManyStates(
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
        drawn.append([frame.background.name, frame.moving, frame.alt])
    return {"backgrounds": backgrounds, "frames": drawn}


def write(folder, label, name, content):
    """Write a script that hands content to the page; return its size in bytes."""
    packed = zlib.compress(json.dumps(content, ensure_ascii=False).encode(), 9)
    text = base64.b64encode(packed).decode()
    script = f'recorded.take("{label}/{name}", "{text}");\n'
    (folder / f"{name}.js").write_text(script, encoding="ascii", newline="\n")
    return len(script)
