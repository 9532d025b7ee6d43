"""Write the index of terms: where each is introduced, with its Korean word.

    python -m tools.terms

The words stand in ``docs/terms.csv``. A term is introduced where a notebook has it in
bold for the first time; the index, ``docs/terms.md``, links to that section.
"""

import csv
import re
from urllib.parse import quote

import nbformat

from tools import ROOT

WORDS = ROOT / "docs" / "terms.csv"
INDEX = ROOT / "docs" / "terms.md"
HEAD = """# Index of terms

Where each term is introduced, and its Korean word. Written by `make terms` from
[`terms.csv`](terms.csv) and the notebooks.

| term | Korean | introduced in |
|---|---|---|
"""
BOLD = re.compile(r"\*\*(.+?)\*\*", re.S)
HEADING = re.compile(r"^#{1,3} (.+)$", re.M)


def main():
    """Write the index."""
    INDEX.write_text(index(words(), notebooks()), encoding="utf-8", newline="\n")
    print(f"{INDEX.relative_to(ROOT)}: {len(words())} terms")


def words():
    """Return a dict from every English term to its Korean word."""
    with WORDS.open(encoding="utf-8", newline="") as file:
        return {row["english"]: row["korean"] for row in csv.DictReader(file)}


def notebooks():
    """Return the paths of all notebooks, in order."""
    return sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def index(korean, paths):
    """Return the index as Markdown.

    Args:
        korean: a dict from every English term to its Korean word.
        paths: of the notebooks, in the order in which they are read.

    Raises:
        LookupError: if a term is bold in no notebook.
    """
    places = introductions(paths)
    if unknown := [term for term in korean if key(term) not in places]:
        raise LookupError(f"terms must be bold in a notebook, not so: {unknown}")
    return HEAD + "".join(
        f"| {term} | {korean[term]} | {places[key(term)]} |\n"
        for term in sorted(korean, key=str.casefold)
    )


def introductions(paths):
    """Return a dict from everything bold to a link to the section where it is first."""
    places = {}
    for path in paths:
        section = ""
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type != "markdown":
                continue
            for part in re.split(r"(?=^#{1,3} )", cell.source, flags=re.M):
                if heading := HEADING.match(part):
                    section = heading[1]
                for bold in BOLD.findall(part):
                    places.setdefault(key(bold), link(path, section))
    return places


def key(text):
    """Return a term as it is looked up: in any case, in the plural or not."""
    text = " ".join(text.split()).casefold().strip(".,:;?!")
    return text.removesuffix("s") if len(text) > 4 else text


def link(path, section):
    """Return a Markdown link to a section of a notebook."""
    anchor = quote(section.replace(" ", "-"))  # as JupyterLab names headings
    title = section if section[:2].isdigit() else f"{path.stem[:2]}, {section}"
    return f"[{title}](../notebooks/{path.name}#{anchor})"


if __name__ == "__main__":
    main()
