"""The tools are one package, and the bench measures and reports as it says."""

import importlib
import json
import pkgutil

import pytest
import torch

import tools
from helpers.exercises import catalogue, check
from tools.bench import __main__ as bench
from tools.bench import adding, checks, large
from tools.bench.measuring import Row, compare, one_thread

MODULES = [one.name for one in pkgutil.walk_packages(tools.__path__, "tools.")]


@pytest.mark.parametrize("name", MODULES)
def test_every_tool_can_be_imported_and_then_does_nothing(name, capfd):
    importlib.import_module(name)
    assert capfd.readouterr() == ("", "")


def test_the_list_of_tools_names_all_that_can_be_run():
    listed = {line.split()[2] for line in tools.__doc__.splitlines() if "-m" in line}
    runs = {
        name.removesuffix(".__main__")
        for name in MODULES
        if hasattr(importlib.import_module(name), "main")
    }
    assert listed == runs


@pytest.mark.parametrize(
    ("row", "met"),
    [
        (Row("a", 1.0, "s", target=2), "yes"),
        (Row("a", 3.0, "s", target=2), "no"),
        (Row("a", 3.0, "frames", target=2, sense=">="), "yes"),
        (Row("a", 1.0, "frames", target=2, sense=">="), "no"),
        (Row("a", None, "s", target=2), "–"),
        (Row("a", 1.0, "s"), "–"),
    ],
)
def test_a_target_is_met_from_the_right_side(row, met):
    assert row.columns()["met"] == met


def test_rivals_are_measured_in_turn_and_compared_round_by_round():
    """A machine that gets slower, round by round, leaves the ratio as it is."""
    ticks = iter([0, 2, 2, 3, 3, 7, 7, 9, 9, 17, 17, 21])  # 2 and 1, 4 and 2, 8 and 4
    found = compare(lambda: None, lambda: None, rounds=3, clock=lambda: next(ticks))
    assert found == (4, 2, 2)


def test_the_number_of_threads_is_put_back_even_after_an_error():
    before = torch.get_num_threads()
    with pytest.raises(ZeroDivisionError), one_thread():
        assert torch.get_num_threads() == 1
        raise ZeroDivisionError
    assert torch.get_num_threads() == before


def test_a_section_that_fails_is_a_row_and_the_others_are_measured(
    tmp_path, monkeypatch, capsys
):
    def fail():
        raise RuntimeError("no browser\nhere")

    sections = {"live": fail, "layers": lambda: [Row("tanh", 0.5, "times", target=1)]}
    monkeypatch.setattr(bench, "SECTIONS", sections)
    monkeypatch.setenv("RNN_COURSE_PROGRESS", str(tmp_path))  # put back in the end
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    monkeypatch.setattr(bench, "JSON", tmp_path / "build" / "bench.json")
    bench.main([])
    shown = capsys.readouterr().out
    assert "live failed: no browser" in shown and "tanh" in shown
    stored = json.loads(bench.JSON.read_text(encoding="utf-8"))["rows"]
    assert [row["met"] for row in stored] == ["–", "yes"]
    assert [row["target"] for row in stored] == [None, "<= 1"]


def test_checks_are_timed_with_an_answer_that_is_wrong_without_any_rule():
    times = {"09.1": 0.1, "09.2": 0.2, "09.3": 0.7}
    rows = checks._rows("right", times)
    assert [(row.value, row.met()) for row in rows[::2]] == [(0.2, "yes"), (0.7, "no")]
    assert "slowest, 09.3" in rows[-1].name
    exercise = catalogue.find("09.3")
    message = check("09.3", checks._wrong(exercise)).message
    assert "should be" in message and "but yours is" in message


def test_an_unknown_section_is_refused_with_those_that_there_are(capsys):
    with pytest.raises(SystemExit):
        bench.main(["leyers"])
    assert "sections are live, web, explorer" in capsys.readouterr().err


def test_the_large_recipe_reads_the_whole_text_in_every_pass_and_cuts_it_anew():
    read = []

    def model(x, state):
        if state is None:
            read.append([])
        read[-1].append(x[:, 0])
        return torch.zeros(*x.shape, 27), torch.zeros(1)

    text = torch.arange(5000)
    generator = torch.Generator().manual_seed(0)
    losses = large.shifted_losses(model, text % 27, generator)
    while len(read) < 4:
        next(losses)
    firsts = [torch.cat(windows) for windows in read[:3]]  # of the first stream
    for symbols in firsts:
        offset = int(symbols[0])
        assert torch.equal(symbols, text[offset : offset + len(symbols)] % 27)
        lost = len(text) - large.BATCH * len(symbols)
        assert 1 <= lost < large.LENGTH + large.BATCH + 1
    assert len({int(symbols[0]) for symbols in firsts}) > 1


def test_the_large_recipe_starts_with_open_forget_gates_and_drops_both_ends():
    model = large.new_model()
    forget = slice(large.UNITS, 2 * large.UNITS)
    assert (model.layer.bias_ih_l0 + model.layer.bias_hh_l0)[forget].eq(1).all()
    assert model.dropout.p == large.DROPOUT
    x = torch.zeros(4, 2, dtype=torch.int64)
    assert not torch.equal(model(x)[0], model(x)[0])
    model.eval()
    assert torch.equal(model(x)[0], model(x)[0])


def test_a_run_that_is_stuck_is_begun_again_and_its_updates_count(monkeypatch):
    attempts = iter([[(20, 10), (40, 5), (None, 7)], [(20, 3), (40, 4), (100, 6)]])
    monkeypatch.setattr(adding, "climb", lambda *_: next(attempts))
    cell = adding.CELLS["tanh RNN"]._replace(longest=100)
    solved = adding.solve(cell, seed=0, updates=100)
    assert {steps: one[1:] for steps, one in solved.items()} == {
        20: (10, 1),
        40: (15, 1),
        100: (35, 2),
    }


def test_what_is_solved_beyond_the_budget_does_not_count(monkeypatch):
    monkeypatch.setattr(adding, "climb", lambda *_: iter([(20, 60), (40, 60)]))
    assert [*adding.solve(adding.CELLS["LSTM"], seed=0, updates=100)] == [20]
