"""The field's words are introduced, in bold, and the index says where."""

import nbformat
import pytest

from tools import terms


def test_every_term_is_introduced_and_the_index_is_up_to_date():
    """If this fails after a change of a notebook or a word: ``make terms``."""
    written = terms.INDEX.read_text(encoding="utf-8")
    assert written == terms.index(terms.words(), terms.notebooks())


def lesson(folder, *texts):
    """Write a notebook with these Markdown cells; return its path."""
    path = folder / "04_markov_models.ipynb"
    cells = [nbformat.v4.new_markdown_cell(text) for text in texts]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_a_term_is_found_where_it_is_first_bold_in_any_case_and_number(tmp_path):
    path = lesson(
        tmp_path,
        "# 04 · Markov models\n\nA token, and **n-gram**.",
        "## By hand\n\nNow **Tokens**.\n\n### Later\n\nA **token** again.",
    )
    found = terms.index({"token": "토큰", "n-gram": "n-그램"}, [path])
    place = "[04, By hand](../notebooks/04_markov_models.ipynb#By-hand)"
    assert f"| token | 토큰 | {place} |" in found
    assert "| n-gram | n-그램 | [04 · Markov models]" in found


def test_a_term_that_no_notebook_introduces_is_named(tmp_path):
    path = lesson(tmp_path, "# 04\n\nPlain overfitting is not bold.")
    with pytest.raises(LookupError, match="overfitting"):
        terms.index({"overfitting": "과적합"}, [path])
