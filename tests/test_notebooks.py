"""Committed notebooks are executed, clean, accessible and in the house's shape."""

import base64
import io
import json
import pathlib
import re

import nbformat
import pytest
from PIL import Image

from tools.notebooks import is_run_once

NOTEBOOKS = pathlib.Path(__file__).parents[1] / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
ABSOLUTE_PATH = re.compile(r"(?<![\w.:/])/(home|root|tmp|Users|work|usr)/|\b[A-Z]:\\\\")
HEADINGS = ["Exercises", "What you can say now"]
EVERY = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def code_cells(path):
    """Return the code cells of a notebook."""
    return [c for c in nbformat.read(path, 4).cells if c.cell_type == "code"]


def outputs(path):
    """Return every output of a notebook."""
    return [output for cell in code_cells(path) for output in cell.outputs]


def prose(path):
    """Return the text of all Markdown cells of a notebook."""
    cells = nbformat.read(path, 4).cells
    return "\n\n".join(c.source for c in cells if c.cell_type == "markdown")


@EVERY
def test_format_is_4_5_with_unique_ids_and_no_widget_state(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    nbformat.validate(notebook)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(ids) == len(set(ids))
    assert "widgets" not in notebook["metadata"]
    assert "widget-view" not in path.read_text(encoding="utf-8")


@EVERY
def test_every_code_cell_was_executed_in_order(path):
    cells = code_cells(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))


@EVERY
def test_no_errors_no_stderr_no_absolute_paths(path):
    for output in outputs(path):
        assert output.output_type != "error"
        assert output.get("name") != "stderr", output.text
    assert not ABSOLUTE_PATH.search(path.read_text(encoding="utf-8"))


@EVERY
def test_every_picture_is_sharp_and_has_alt_text(path):
    """A PNG of its own has no alt text in JupyterLab, so pictures are <img alt>."""
    for output in outputs(path):
        data = output.get("data", {})
        assert "image/svg+xml" not in data
        images = re.findall(r"<img[^>]*>", data.get("text/html", ""))
        assert len(images) == ("image/png" in data)  # the same, for LaTeX
        for image in images:
            assert len(re.search(r'alt="([^"]*)"', image)[1]) > 20
            assert data["image/png"].strip() in image
            dots = Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).width
            assert dots == 2 * int(re.search(r'width="(\d+)"', image)[1])
    assert "![](" not in prose(path)


@EVERY
def test_a_notebook_is_light_enough_to_be_opened_anywhere(path):
    assert path.stat().st_size < 1_500_000


@EVERY
def test_cells_are_small(path):
    """Half have twelve lines or fewer, none more than a screen; so have the imports."""
    sources = [cell.source for cell in code_cells(path)]
    imports = [source for source in sources if source.startswith(("from", "import"))]
    lengths = sorted(len(s.splitlines()) for s in sources if s not in imports)
    assert max(len(source.splitlines()) for source in imports) <= 40
    assert lengths[-1] <= 30
    assert lengths[len(lengths) // 2] <= 12


@EVERY
def test_what_runs_once_is_neither_check_nor_live_figure(path):
    """The browser tests leave such cells out, and must miss nothing that moves."""
    for cell in filter(is_run_once, code_cells(path)):
        assert "nbgrader" not in cell.metadata
        assert not re.search(r"explorer\(|LiveFigure\(", cell.source)


@EVERY
def test_the_lesson_has_its_parts(path):
    text = prose(path)
    assert re.match(rf"# {path.stem[:2]} · \w+", text)
    assert "**You will be able to**" in text and "**You need**" in text
    headings = re.findall(r"^## (.+)$", text, re.M)
    assert [heading for heading in headings if heading in HEADINGS] == HEADINGS


@EVERY
def test_links_to_files_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#]+)", prose(path)):
        if not target.startswith("http"):
            assert (NOTEBOOKS / target).exists(), target


def test_the_readme_lists_every_notebook_in_order():
    text = (NOTEBOOKS.parent / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (\d\d) \| \[.+\]\(notebooks/(.+)\) \| .+ \|$", text, re.M)
    assert listed == [(path.stem[:2], path.name) for path in PATHS]
