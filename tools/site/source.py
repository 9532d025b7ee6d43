"""What Sphinx reads: pages, a start page, the index of terms, and what they load."""

import pathlib
import re
import shutil
import string
from urllib.parse import unquote

import nbformat
from mdit_py_plugins.anchors.index import slugify

from tools import ROOT
from tools.site.pages import page, raw

HERE = pathlib.Path(__file__).parent
NOTEBOOKS = ROOT / "notebooks"
FIGURES = ROOT / "helpers" / "figures"
EXPORT = re.compile(r"export default (\{.*\});\s*$")
FOREIGN = re.compile(r"\[([^]]+)\]\((?:\.\./)?notebooks/([^)]+)\)")  # from elsewhere
PAGE = re.compile(r"\[([^]]+)\]\((\d\d_\w+)\.ipynb(?:#([^)]*))?\)")
ELSEWHERE = re.compile(r"\[([^]]+)\]\((?!https?:|#|\d\d_\w+\.ipynb)[^)]+\)")
PICTURE = re.compile(r"!\[[^]]*\]\([^)]*\)\n*")
SHOWN_FIRST = "00_start_here"  # its first live figure stands on the start page


def write_source(folder, paths):
    """Write all that Sphinx reads, but the recorded figures.

    Args:
        folder: a Path; what an earlier build wrote there is replaced.
        paths: of the notebooks that become pages.
    """
    static = folder / "_static"
    for old in [*folder.glob("*.*"), static / "pictures", static / "notebooks"]:
        shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
    write_static(static)
    pages = {path.stem: page(path, static / "pictures") for path in paths}
    for path in paths:
        for cell in pages[path.stem].cells:
            if cell.cell_type == "markdown":
                cell.source = within_the_site(cell.source, pages)
        nbformat.write(pages[path.stem], folder / path.name)
        (static / "notebooks").mkdir(exist_ok=True)
        shutil.copy(path, static / "notebooks")
    shutil.copy(HERE / "conf.py", folder)
    (folder / "index.md").write_text(start_page(pages), encoding="utf-8")
    (folder / "terms.md").write_text(terms(pages), encoding="utf-8")


def write_static(static):
    """Copy scripts, styles and fonts; live.js as a script, not a module.

    A page that was opened from a disk may not load modules.
    """
    shutil.copytree(HERE / "static", static, dirs_exist_ok=True)
    shutil.copytree(FIGURES / "fonts", static / "fonts", dirs_exist_ok=True)
    shutil.copy(FIGURES / "live.css", static)
    live = EXPORT.sub(r"return \1;", (FIGURES / "live.js").read_text(encoding="utf-8"))
    script = f"const liveFigure = (() => {{\n{live}\n}})();\n"
    (static / "live.js").write_text(script, encoding="utf-8", newline="\n")


def start_page(pages):
    """Return the start page, whose parts stand in the README and in notebook 00."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = nbformat.read(NOTEBOOKS / f"{SHOWN_FIRST}.ipynb", as_version=4)
    cells = "\n\n".join(c.source for c in first.cells if c.cell_type == "markdown")
    template = (HERE / "start.md").read_text(encoding="utf-8")
    made = string.Template(template).substitute(
        introduction=on_the_site(section(readme, "# "), pages),
        figure=raw(first_figure(pages[SHOWN_FIRST])) if SHOWN_FIRST in pages else "",
        toctree="\n".join([*pages, "terms"]),
        notebooks=on_the_site(section(readme, "## The notebooks"), pages),
        ways=section(cells, "## Two ways through the course"),
        commands=on_the_site(section(readme, "## Two commands"), pages),
    )
    return within_the_site(made, pages)


def section(text, heading):
    """Return what stands below the first heading that begins so, up to the next."""
    below = text.partition(heading)[2].partition("\n")[2]
    return re.split(r"^##? ", below, maxsplit=1, flags=re.MULTILINE)[0].strip()


def first_figure(notebook):
    """Return the HTML of the first live figure of a page."""
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    shown = [o.get("data", {}).get("text/html", "") for o in outputs]
    return next(text for text in shown if "live-recorded" in text)


def on_the_site(text, pages):
    """Return Markdown of the project as it stands on the site.

    Pictures are left out, and links that lead to other files of the project become
    their text.
    """
    text = FOREIGN.sub(r"[\1](\2)", PICTURE.sub("", text))
    return ELSEWHERE.sub(r"\1", within_the_site(text, pages))


def within_the_site(text, pages):
    """Return Markdown in which a link to a notebook that is no page is its text."""

    def link(found):
        words, stem, anchor = found.groups()
        if stem not in pages:
            return words
        return f"[{words}]({stem}.ipynb{'#' + slug(anchor) if anchor else ''})"

    return PAGE.sub(link, text)


def slug(anchor):
    """Return how a page spells an anchor that is spelled as JupyterLab does."""
    return slugify(unquote(anchor).replace("-", " "))


def terms(pages):
    """Return the index of terms."""
    text = (ROOT / "docs" / "terms.md").read_text(encoding="utf-8")
    return on_the_site(text, pages)
