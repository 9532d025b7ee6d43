"""The table of one afternoon, in notebook 00, is kept to by the other notebooks."""

import re

import pytest

from helpers.exercises import catalogue
from tests.solving import NOT_YET
from tests.test_notebooks import NOTEBOOKS, PATHS, prose

START = NOTEBOOKS / "00_start_here.ipynb"
ROW = re.compile(r"^\| (?:\[)?(\d\d) [^|]*\|([^|]*)\|([^|]*)\| (\d+) \|$", re.M)
TOTAL = re.compile(r"^\| \*\*together\*\* \| \| \| \*\*(\d+)\*\* \|$", re.M)
ROWS = {number: row for number, *row in ROW.findall(prose(START))}
PARTS = ("Idea", "By hand", "From scratch", "Try it", "Check")


def test_the_minutes_add_up_to_three_hours():
    (total,) = TOTAL.findall(prose(START))
    assert sum(int(minutes) for _, _, minutes in ROWS.values()) == int(total)
    assert 170 <= int(total) <= 190


@pytest.mark.parametrize("number", ROWS)
def test_the_exercises_of_an_afternoon_exist_and_fit_its_minutes(number):
    _, exercises, minutes = ROWS[number]
    found = [catalogue.find(one) for one in re.findall(r"\d\d\.\d+", exercises)]
    assert all(one.id.startswith(number) for one in found)
    assert sum(one.minutes for one in found) <= int(minutes) / 2


@pytest.mark.parametrize("number", ROWS)
def test_the_parts_of_an_afternoon_exist(number):
    parts, _, _ = ROWS[number]
    (path,) = (path for path in PATHS if path.stem.startswith(number))
    headings = re.findall(r"^## (.+)$", prose(path), re.M)
    for part in re.findall(r"\*([^*]+)\*", parts):
        assert part in PARTS
        assert any(heading.startswith(part) for heading in headings), part


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_head_of_a_notebook_tells_the_afternoon_as_the_table_does(path):
    if path.name.startswith(NOT_YET):
        pytest.skip("this notebook is still in its first edition")
    (line,) = re.findall(r"^\*\*In an afternoon\*\*.*$", prose(path), re.M)
    parts, exercises, _ = ROWS.get(path.stem[:2], ("", "", ""))
    told = re.findall(r"\*[^*]+\*|\d\d\.\d+", parts + exercises)
    assert all(one in line for one in told)
