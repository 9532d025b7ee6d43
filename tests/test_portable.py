"""The table of ``make portable`` counts and names what failed under each setting."""

import sys
import types

import pytest

from tools import portable
from tools.portable import Outcome, Setting

REPORT = """<testsuites><testsuite>
<testcase classname="notebooks.06_rnn.ipynb" name="Cell 1" />
<testcase classname="notebooks.06_rnn.ipynb" name="Cell 2">
<failure message="cut short">#x1B[91mCell 2: Cell outputs differ#x1B[0m

- 0e+00
+ 4e-17
</failure></testcase>
<testcase classname="tests.test_gates" name="test_it[3]">
<error message="no text" /></testcase>
<testcase classname="tests.test_gates" name="test_that"><skipped /></testcase>
</testsuite></testsuites>"""


def test_failures_and_errors_are_read_from_pytest_s_report(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT, encoding="utf-8")
    cell, other = portable.failures(report)
    assert cell[0] == "06" and other[0] == "tests"
    name = "notebooks.06_rnn.ipynb::Cell 2"
    differ = "Cell 2: Cell outputs differ"
    assert cell[1].split("\n    ") == [name, differ, "- 0e+00", "+ 4e-17"]
    assert other[1].split("\n    ") == ["tests.test_gates::test_it[3]", "no text"]


def test_every_setting_has_one_line_and_failures_follow():
    settings = [Setting("3.11", "this", 1), Setting("3.13", "sse4", 2)]
    outcomes = [Outcome({}, [], 61.2), Outcome({"06": 2}, ["one", "two"], 99.9)]
    left_out = (Setting("3.12", "this", 1), None)
    rows = [*zip(settings, outcomes, strict=True), left_out]
    lines = [line.split() for line in portable.table(rows, {"06": "", "tests": ""})]
    assert lines[1:5] == [
        ["Python", "processor", "threads", "06", "tests", "seconds"],
        ["3.11", "this", "1", "ok", "ok", "61"],
        ["3.13", "sse4", "2", "2", "ok", "100"],
        ["3.12", "this", "1", "left", "out"],
    ]
    assert lines[5:] == [["3.13,", "sse4,", "2:"], ["one"], ["two"]]


def test_short_names_lead_to_notebooks_and_tests():
    assert len(portable.paths([])) == 16
    chosen = portable.paths(["tests", "08"])
    assert list(chosen) == ["tests", "08"]
    assert chosen["08"].endswith("08_vanishing_and_exploding_gradients.ipynb")
    with pytest.raises(SystemExit, match="there are 00, .*; got 99"):
        portable.paths(["99"])


def test_settings_are_named_one_by_one_or_all_combined(capsys):
    named = portable.parser().parse_args(["--settings", "3.12,avx2,2", "3.13,sse4,1"])
    assert named.settings == [Setting("3.12", "avx2", 2), Setting("3.13", "sse4", 1)]
    everything = portable.parser().parse_args(["--pythons", "3.11", "3.13"])
    combined = list(portable.combinations(everything))
    assert len(set(combined)) == 2 * 3 * 2
    assert combined[0] == Setting("3.11", "this", 1)
    for wrong in ("3.12,avx512,2", "3.12,avx2", "3.12,avx2,two"):
        with pytest.raises(SystemExit):
            portable.parser().parse_args(["--settings", wrong])
    assert "invalid setting value: '3.12,avx2,two'" in capsys.readouterr().err


def test_this_python_is_found_and_another_is_not():
    own = f"3.{sys.version_info.minor}"
    assert portable.pythons()[0] == own
    assert portable.environment(own) == sys.executable
    assert portable.find_python("3.99") is None


def test_a_python_without_environment_is_left_out(monkeypatch, capsys):
    monkeypatch.setattr(portable, "find_python", lambda version: None)
    assert portable.environment("3.99") is None
    assert "Python 3.99 is left out" in capsys.readouterr().err


def test_a_setting_becomes_variables():
    found = portable.variables(Setting("3.11", "sse4", 2))
    assert found["ATEN_CPU_CAPABILITY"] == "default"
    assert found["OMP_NUM_THREADS"] == "2"


def test_a_run_in_which_pytest_itself_breaks_down_has_failed(monkeypatch):
    broken = types.SimpleNamespace(returncode=3, stdout="1 passed\nbroken\n")
    monkeypatch.setattr(portable.subprocess, "run", lambda *_, **__: broken)
    outcome = portable.run("python", Setting("3.11", "this", 1), {"06": "notebooks"})
    assert outcome.counts == {"06": 1}
    assert outcome.failures == ["06: pytest ended with code 3: broken"]
