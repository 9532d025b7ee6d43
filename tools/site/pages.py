"""Notebooks as Sphinx reads them: stored outputs, recorded figures, exercises."""

import base64
import hashlib
import html
import re
import tomllib

import nbformat

from helpers.exercises.catalogue import lessons
from helpers.exercises.exercise import check_cell
from tools import ROOT
from tools.notebooks import grade_id
from tools.site import exercises

STILL = re.compile(r'<div class="live-still"( data-figure="\w+")?>')
CAPTION = re.compile(r'<div style="color:#5f6670[^>]*>.*?</div>')
EMBEDDED = re.compile(
    r'<img alt="([^"]*)" src="data:image/(png|svg\+xml);base64,([^"]+)" width="(\d+)"'
)
SOUND = re.compile(r'src="data:audio/wav;base64,([^"]+)"')
DOWNLOAD = '<a href="_static/notebooks/{file}" download>Download this notebook</a>'
BINDER = '<a href="{address}?urlpath=lab/tree/notebooks/{file}">Open it on Binder</a>'
ENDINGS = {"png": "png", "svg+xml": "svg"}


class NotReady(Exception):
    """Says what keeps a notebook from being a page."""


def page(path, pictures):
    """Return a notebook as Sphinx is to read it.

    Args:
        path: of the notebook.
        pictures: the folder that its pictures are written to.

    Raises:
        NotReady: if a cell was not executed, or a picture has no alt text.
    """
    notebook = nbformat.read(path, as_version=4)
    own = {lesson.stem: lesson.exercises for lesson in lessons()}.get(path.stem, ())
    checks = {check_cell(exercise): exercise for exercise in own}
    cells, figures = [], 0
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            cells.append(cell)
        elif cell.source in checks:
            block = exercises.block(checks[cell.source])
            cells.append(nbformat.v4.new_markdown_cell(raw(block)))
        else:
            require_executed(cell, f"{path.name}, cell {number}")
            for output in cell.outputs:
                figures += adapt(output, f"{path.stem[:2]}-{figures + 1}", pictures)
            cells.append(cell)
    title, _, rest = cells[0].source.partition("\n")
    cells[0].source = f"{title}\n\n{raw(links(path.name, binder()))}\n{rest}"
    notebook.cells = cells
    return notebook


def binder():
    """Return the address on Binder that the owner has written down, or None."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return project["project"]["urls"].get("Binder")


def links(file, address):
    """Return where a notebook can be had and run, as a line of HTML."""
    found = [DOWNLOAD.format(file=file)]
    found += [BINDER.format(address=address, file=file)] if address else []
    return f'<p class="course-links">{" · ".join(found)}</p>'


def require_executed(cell, where):
    """Raise NotReady if a cell with code has not run."""
    if cell.source.strip() and cell.execution_count is None and not grade_id(cell):
        raise NotReady(f"{where} was not executed: python -m tools.notebooks")


def adapt(output, label, pictures):
    """Make an output fit for a page; return whether it is a live figure.

    Args:
        output: of a cell, changed in place.
        label: for the live figure, if it is one.
        pictures: the folder that pictures are written to.
    """
    data = output.get("data", {})
    text = data.get("text/html")
    if text is None:
        return False
    is_live = STILL.search(text) is not None
    if is_live:
        text = CAPTION.sub("", text)
        text = STILL.sub(f'<div class="live-still" data-figure="{label}">', text)
        text += (
            f'<div class="live-recorded" data-figure="{label}" '
            'data-root="_static/figures"></div>'
        )
    text = EMBEDDED.sub(lambda found: outside(found, pictures), text)
    text = SOUND.sub(lambda found: sound(found, pictures), text)
    data["text/html"] = text.replace("<audio ", '<audio preload="none" ')
    data.pop("image/png", None)
    return is_live


def outside(found, pictures):
    """Write an embedded picture to a file of its own; return how its tag begins.

    Raises:
        NotReady: if it has no alt text.
    """
    alt, kind, encoded, width = found.groups()
    if not html.unescape(alt).strip():
        raise NotReady("a picture has no alt text")
    content = base64.b64decode(encoded)
    size = f'width="{width}"'
    if kind == "png":
        wide, high = (int.from_bytes(content[k : k + 4]) for k in (16, 20))
        size += f' height="{round(int(width) * high / wide)}"'
    source = written(content, ENDINGS[kind], pictures)
    return f'<img alt="{alt}" src="{source}" {size} loading="lazy"'


def sound(found, pictures):
    """Write an embedded recording to a file of its own; return the new attribute."""
    return f'src="{written(base64.b64decode(found[1]), "wav", pictures)}"'


def written(content, ending, folder):
    """Write a file named after what it holds; return the address that pages use."""
    name = f"{hashlib.sha256(content).hexdigest()[:16]}.{ending}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return f"_static/{folder.name}/{name}"


def raw(block):
    """Return Markdown that puts HTML into a page as it stands."""
    return f"````{{raw}} html\n{block}\n````"
