"""The ladder: its parts are those of earlier notebooks; its results can be remade."""

import ast
import math
import shutil
import signal

import pytest
import torch

from helpers import chorales, markov, recurrent
from helpers.autoregressive import fit_ar, forecaster, lag_matrix
from helpers.baselines import rolling_errors
from helpers.characters import bits_per_character
from helpers.explorers.ladder import at_share, board_explorer
from helpers.figures import LearningCurve
from helpers.ladder import PROBLEMS, ROWS, Run
from helpers.ladder import problems as data_sets
from helpers.ladder.models import (
    NETWORKS,
    Averages,
    Lags,
    init_for_long_memory,
    make_model,
)
from helpers.ladder.rerun import Forecasts, Rerun
from helpers.ladder.results import (
    Results,
    chosen,
    compare,
    load,
    over_seeds,
    runs_of,
    save,
)
from helpers.ladder.run import EVALUATIONS, SEEDS, is_trained
from helpers.ladder.version import PACKAGE, code_version, meaning
from helpers.latent import exponential_average

STORED = load()
BASELINES = {"Alice": ("a", 4.0), "sunspots": ("b", 40.0)}
BASELINES |= {"chorales": ("c", 11.0), "order": ("d", 25.0)}
CHEAP = [  # data set, row and how far it may be off on another machine
    ("Alice", "Markov", 1e-4),
    ("chorales", "Markov", 1e-4),
    ("chorales", "AR", 2e-3),
    *(("sunspots", row, 1e-3) for row in ROWS[:4]),
    ("sunspots", "RNN", 0.05),
    ("sunspots", "GRU", 0.05),
]


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def problems():
    return {name: kind() for name, kind in PROBLEMS.items()}


# --- what is stored ------------------------------------------------------------------


def test_the_results_were_made_by_this_code():
    """If this fails, the code or its data have changed: `make ladder`."""
    assert STORED.made_by["code"] == code_version()


@pytest.mark.parametrize(("name", "row", "off"), CHEAP)
def test_a_cheap_row_scores_again_what_is_stored(problems, name, row, off):
    stored = runs_of(STORED, name, row)[0]
    settings = chosen(STORED, name, row)
    assert stored["settings"] == settings
    found = Run(row, problems[name], settings, seed=stored["seed"] or 0).go()
    assert math.isclose(found["score"], stored["score"], rel_tol=off)
    assert found["parameters"] == stored["parameters"]
    assert torch.allclose(
        torch.tensor(found["parts"]), torch.tensor(stored["parts"]), rtol=10 * off
    )


def test_a_setting_of_the_search_scores_again_what_is_stored(problems):
    tried = [r for r in STORED.search if (r["data"], r["row"]) == ("sunspots", "AR")]
    assert len(tried) == 8
    for record in tried:
        args = "AR", problems["sunspots"], record["settings"]
        found = Run(*args, part="search").go()
        assert math.isclose(found["score"], record["score"], rel_tol=1e-4)


def test_every_row_was_searched_and_evaluated_alike(problems):
    for name, problem in problems.items():
        for row in ROWS:
            tried = [
                r["settings"]
                for r in STORED.search
                if (r["data"], r["row"]) == (name, row)
            ]
            assert tried == problem.search_for(row) and len(tried) == 8
            runs = runs_of(STORED, name, row)
            seeds = [*SEEDS] if is_trained(row, problem) else [None]
            assert [run["seed"] for run in runs] == seeds
            for run in runs:
                assert len(run["on_the_way"]) == (
                    EVALUATIONS if len(runs) > 1 else 0
                ) or (row != "Markov" and len(run["on_the_way"]) == 1)
                assert run["seconds"] > 0 and math.isfinite(run["score"])


def test_scores_are_the_means_of_their_parts():
    for run in STORED.runs:
        mean = sum(run["parts"]) / len(run["parts"])
        if run["data"] == "sunspots":  # squares; blocks of 13 years
            mean = mean**0.5
            assert run["horizons"][0] == run["score"]
        assert math.isclose(mean, run["score"], rel_tol=0.01)


def test_results_survive_being_written_and_read(tmp_path):
    save(STORED, tmp_path / "results" / "again.json")
    assert load(tmp_path / "results" / "again.json") == STORED


def test_the_version_ignores_remarks_and_sees_code():
    def version(text):
        return meaning(ast.parse(text).body)

    plain = "def f(x):\n    return x + 1"
    assert version('def f(x):\n    """Say."""\n    # why\n    return (x + 1)') == (
        version(plain)
    )
    assert version(plain.replace("+", "-")) != version(plain)
    assert version(plain.replace("1", "2")) != version(plain)


def version_of_a_copy(folder, file=None, old="", new=""):
    """Return the version of a copy of the code in which one text is another."""
    for path in ("helpers", "data/manifest.json"):
        source, target = PACKAGE.parent / path, folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    if file is not None:
        path = folder / "helpers" / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, (file, old)
        path.write_text(text.replace(old, new), "utf-8")
    return code_version(folder / "helpers")


CHANGES = {
    "a constant": ("characters.py", "WARM_UP = 100", "WARM_UP = 3"),
    "a constant of another module": ("chorales.py", "KEYS = 88", "KEYS = 80"),
    "a loader": ("data.py", '"sunspots_yearly.csv"', '"nile.csv"'),
    "a formula": ("markov.py", "counts.double() + alpha", "counts.double() - alpha"),
    "an import": ("chorales.py", "import pad_sequence", "import pack_sequence"),
    "a schedule": ("train.py", "math.cos(math.pi", "math.sin(math.pi"),
}


def test_the_version_sees_constants_loaders_formulas_and_imports(tmp_path):
    versions = {version_of_a_copy(tmp_path / "same")}
    assert versions == {code_version()}
    for name, change in CHANGES.items():
        versions.add(version_of_a_copy(tmp_path / name, *change))
    assert len(versions) == 1 + len(CHANGES)


def test_the_version_does_not_see_what_no_run_needs(tmp_path):
    change = "data.py", "def nile(", "def the_nile("
    assert version_of_a_copy(tmp_path, *change) == code_version()


def test_a_name_that_is_defined_nowhere_is_an_error(tmp_path):
    change = "tasks.py", "def temporal_order(", "def order_in_time("
    with pytest.raises(LookupError, match="helpers.tasks must define 'temporal_order'"):
        version_of_a_copy(tmp_path, *change)


# --- the summaries -------------------------------------------------------------------


def test_lags_are_those_of_the_lag_matrix():
    x = torch.randn(20, dtype=torch.float64)
    found, state = Lags(1, 4)(x.view(-1, 1, 1))
    lags, _ = lag_matrix(x, 4)
    assert torch.equal(found[3:-1, 0], lags.flip(1))
    assert torch.equal(state[:, 0, 0], x[-3:])


@pytest.mark.parametrize("summary", [Lags(3, 1), Lags(3, 6), Averages(3, (0, 1, 8))])
def test_a_summary_read_in_two_pieces_is_the_same(summary):
    x = torch.randn(15, 2, 3)
    whole, _ = summary(x)
    first, state = summary(x[:7])
    second, _ = summary(x[7:], state)
    assert torch.allclose(torch.cat((first, second)), whole)
    assert whole.shape == (15, 2, summary.hidden_size)


def test_averages_are_exponential_averages_of_equal_size():
    x = torch.randn(30)
    a = 0.5 ** (1 / 8)
    found, _ = Averages(1, (0, 8))(x.view(-1, 1, 1))
    assert torch.equal(found[:, 0, 0], x)
    size = ((1 - a) / (1 + a)) ** 0.5
    assert torch.allclose(found[:, 0, 1] * size, exponential_average(x, a), atol=1e-6)


@pytest.mark.parametrize("row", NETWORKS)
@pytest.mark.parametrize("name", PROBLEMS)
def test_networks_use_their_parameters_and_no_more(problems, name, row):
    problem = problems[name]
    model = make_model(row, problem, problem.search_for(row)[0])
    used = sum(weight.numel() for weight in model.parameters())
    assert 0.85 * problem.max_parameters < used <= problem.max_parameters


def test_an_init_for_long_memory_opens_gates_and_turns_the_rnn():
    lstm, gru, rnn = (
        kind(2, 3) for kind in (recurrent.LSTM, recurrent.GRU, recurrent.RNN)
    )
    before = [layer.bias_ih_l0.detach().clone() for layer in (lstm, gru)]
    for layer in (lstm, gru, rnn):
        init_for_long_memory(layer)
    for layer, old in zip((lstm, gru), before, strict=True):
        added = (layer.bias_ih_l0 - old).detach()
        assert torch.allclose(added[3:6], torch.ones(3), atol=1e-6)
        assert added[:3].abs().max() == 0 and added[6:].abs().max() == 0
    weight = rnn.weight_hh_l0.detach()
    assert torch.allclose(weight @ weight.T, torch.eye(3), atol=1e-5)


# --- the data sets -------------------------------------------------------------------


def test_linear_rows_on_sunspots_are_those_of_notebook_03():
    problem = Forecasts()
    known, series = problem.final
    found = Run("AR", problem, {"order": 9}).go()
    forecast = forecaster(fit_ar(known, 9, first=problem.window))
    errors = rolling_errors(forecast, series, len(known), 20)
    rmse = errors.square().mean(0).sqrt()
    assert torch.allclose(torch.tensor(found["horizons"]).double(), rmse, rtol=1e-5)


def test_counts_on_chorales_are_those_of_the_helpers(problems):
    train_data, eval_data = problems["chorales"].final
    for order, helper in enumerate((chorales.independent_notes, chorales.first_order)):
        found, _ = problems["chorales"].count({"order": order}, train_data, eval_data)
        assert math.isclose(found["score"], helper(train_data, eval_data), rel_tol=1e-5)


def test_markov_on_alice_is_the_ngram(problems):
    train_data, eval_data = problems["Alice"].final
    found, _ = problems["Alice"].count({"order": 3}, train_data, eval_data)
    ngram = markov.fit_ngram(train_data, 3)
    bits = bits_per_character(ngram, eval_data, train_data)
    assert math.isclose(found["score"], bits, rel_tol=1e-9)


def known_and_asked_of_alice(_, train_data, eval_data):
    """A page of a hundred letters stands in a book once."""
    pages = (part.unfold(0, 100, 1).tolist() for part in (train_data, eval_data))
    return tuple({tuple(page) for page in part} for part in pages)


def known_and_asked_of_sunspots(problem, train_data, eval_data):
    past, truth = problem.origins(train_data, eval_data)
    assert torch.equal(past[0], train_data[-problem.window :])
    later = eval_data[len(train_data) :]
    assert torch.equal(truth[0], later[: problem.horizon])
    years = range(len(eval_data))
    return {*years[: len(train_data)]}, {*years[len(train_data) :]}


def known_and_asked_of_chorales(_, train_data, eval_data):
    parts = train_data, eval_data
    return tuple({tuple(roll.flatten().tolist()) for roll in part} for part in parts)


def known_and_asked_of_order(_, train_data, eval_data):
    assert train_data.keys() == eval_data.keys()
    parts = train_data.values(), eval_data.values()
    return tuple(
        {tuple(row) for inputs, _ in part for row in inputs.tolist()} for part in parts
    )


def test_what_is_asked_was_never_learned(problems):
    for name, problem in problems.items():
        known_and_asked = globals()[f"known_and_asked_of_{name.lower()}"]
        for train_data, eval_data in (problem.search, problem.final):
            known, asked = known_and_asked(problem, train_data, eval_data)
            assert known and asked and not known & asked, name


def test_a_forecast_of_sunspots_does_not_see_what_comes():
    problem = Forecasts()
    known, series = problem.final
    changed = series.clone()
    changed[-20:] += 100  # what the last origin is asked
    for row in ("AR", "Markov", "GRU"):
        settings = chosen(STORED, "sunspots", row)
        runs = [Run(row, Forecasts(), settings) for _ in range(2)]
        runs[1].eval_data = changed
        one, other = (run.go()["forecasts"] for run in runs)
        assert torch.allclose(one[-1], other[-1]), row


# --- bands and the control -----------------------------------------------------------


def invented(*parts, data="Alice"):
    """Return Results with one seed a list of parts: row AR first, then RNN."""
    runs = [
        {"data": data, "row": row, "seed": seed, "parts": part}
        for row, seeds in zip(("AR", "RNN"), parts, strict=True)
        for seed, part in enumerate(seeds)
    ]
    return Results({}, [], runs)


def test_a_comparison_sees_a_difference_that_is_there_and_none_that_is_not():
    hard = [1.0, 5.0, 9.0, 2.0, 7.0]  # blocks differ far more than the rows do
    worse = [[h + 0.2 + 0.01 * s for h in hard] for s in range(5)]
    better = [[h + 0.01 * s for h in hard] for s in range(5)]
    found = compare(invented(worse, better), "Alice", "RNN", "AR")
    assert found.verdict == 1 and math.isclose(found.ahead, 0.2, rel_tol=1e-6)
    assert compare(invented(better, worse), "Alice", "RNN", "AR").verdict == -1
    assert compare(invented(better, better), "Alice", "RNN", "AR").verdict == 0
    accuracy = compare(invented(worse, better, data="order"), "order", "RNN", "AR")
    assert accuracy.verdict == -1  # there, high is good


@pytest.mark.parametrize("place", ["between", "within"])
def test_a_stopped_row_goes_on_and_gets_done(monkeypatch, place):
    again, whole, steps = Rerun(STORED, BASELINES), Rerun(STORED, BASELINES), []
    expected = whole("sunspots", "RNN", seed=1).found
    add = LearningCurve.add

    def add_and_stop(curve, loss):
        add(curve, loss)
        steps.append(loss)
        if len(steps) in (30, 400):  # in the middle, and at the last evaluation
            signal.raise_signal(signal.SIGINT)

    square = data_sets.F.mse_loss

    def stop_and_square(*args):
        if len(steps) == 30:
            steps.append(None)
            raise KeyboardInterrupt
        return square(*args)

    if place == "between":
        monkeypatch.setattr(LearningCurve, "add", add_and_stop)
    else:
        monkeypatch.setattr(
            LearningCurve, "add", lambda c, x: (add(c, x), steps.append(x))
        )
        monkeypatch.setattr(data_sets.F, "mse_loss", stop_and_square)
    first = again("sunspots", "RNN", seed=1)
    assert first.found is None and "not finished" in repr(first)
    (run,) = again.runs.values()
    assert run.history.step == 30
    second = again("sunspots", "RNN", seed=1)
    assert run.history.is_done
    assert len(run.record["on_the_way"]) == EVALUATIONS
    if place == "between":
        assert second.found == expected
    else:  # the batch that was broken off is another one
        assert math.isclose(second.found, expected, rel_tol=0.3)
    assert again("sunspots", "RNN", seed=1).found == second.found


def test_a_row_stopped_before_it_trains_says_so(monkeypatch):
    def stop(*args):
        raise KeyboardInterrupt

    again = Rerun(STORED, BASELINES)
    with monkeypatch.context() as patch:
        patch.setattr(data_sets.Sunspots, "evaluate", stop)
        assert again("sunspots", "AR").found is None
    assert again("sunspots", "AR").found is not None


def test_the_control_names_what_there_is():
    with pytest.raises(ValueError, match="Alice, sunspots"):
        Rerun(STORED, BASELINES)("Onegin", "RNN")
    with pytest.raises(ValueError, match="seed must be one of"):
        Rerun(STORED, BASELINES)("Alice", "RNN", seed=7)


def test_the_board_shows_the_stored_scores():
    figure = board_explorer(STORED, BASELINES)
    alt = figure.set(name="order", share=8, beside="parameters").alt
    assert "parameters: naive 1,444" in alt
    assert f"GRU {over_seeds(STORED, 'order', 'GRU').mean():.3g}" in alt
    early = at_share(STORED, "chorales", "GRU", "score", 1)
    assert (early > over_seeds(STORED, "chorales", "GRU")).all()
