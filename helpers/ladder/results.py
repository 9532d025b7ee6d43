"""The stored results of the ladder, and what may be read from them.

``results/ladder.json`` holds one record a line: every setting that was tried, and every
run on the test data. ``make ladder`` writes it.
"""

import json
from pathlib import Path
from typing import NamedTuple

import torch

from helpers.data import DATA_FOLDER
from helpers.ladder.models import ROWS
from helpers.ladder.problems import PROBLEMS

RESULTS = DATA_FOLDER.parent / "results" / "ladder.json"


class Results(NamedTuple):
    """What is stored."""

    # Versions of code, torch and python; ``first_made_by`` is the code that made the
    # numbers, if a later one, only put in order, was found to make the same ones.
    made_by: dict
    search: list  # of dicts: data, row, settings, score
    runs: list  # of dicts: data, row, seed, settings and the record of the Run


def load(path=RESULTS):
    """Read the stored results."""
    stored = json.loads(Path(path).read_text("utf-8"))
    return Results(stored["made_by"], stored["search"], stored["runs"])


def save(results, path=RESULTS):
    """Write results as JSON, one record a line."""
    lines = [f'"made_by": {json.dumps(results.made_by)}']
    for name in ("search", "runs"):
        records = ",\n".join(json.dumps(r) for r in getattr(results, name))
        lines.append(f'"{name}": [\n{records}\n]')
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def chosen(results, name, row):
    """Return the settings with the best score in the search.

    Args:
        results: Results.
        name, row: the data set and the row.
    """
    tried = [r for r in results.search if (r["data"], r["row"]) == (name, row)]
    sign = 1 if PROBLEMS[name].low_is_good else -1
    return min(tried, key=lambda record: sign * record["score"])["settings"]


def runs_of(results, name, row):
    """Return the records of a row on a data set, one for each seed."""
    return [r for r in results.runs if (r["data"], r["row"]) == (name, row)]


def over_seeds(results, name, row, key="score"):
    """Return one number, or one list of numbers, of every seed, (S,) or (S, N)."""
    found = [record[key] for record in runs_of(results, name, row)]
    return torch.tensor(found, dtype=torch.float64)


def mean_and_spread(scores):
    """Return mean and standard deviation of a list of scores, 0 of a single one."""
    mean = sum(scores) / len(scores)
    squares = sum((score - mean) ** 2 for score in scores)
    return mean, (squares / max(1, len(scores) - 1)) ** 0.5


class Comparison(NamedTuple):
    """How far one row is ahead of another, in the unit of the score."""

    ahead: float  # mean over seeds and blocks; above 0 if the first is better
    low: float  # ends of the band
    high: float

    @property
    def verdict(self):
        """1 if the first row is better beyond the band, -1 if worse, else 0."""
        return (self.low > 0) - (self.high < 0)


def compare(results, name, row, other, draws=2000):
    """Compare two rows, with a band over seeds and over the questions eval_data.

    The seeds of both rows are drawn anew, with replacement, and so are the blocks of
    questions, the same blocks for both. For the sunspots the blocks hold squared
    errors, so the difference is one of squares.

    Args:
        results: Results.
        name: the data set.
        row, other: two rows.
        draws: how often.

    Returns:
        A Comparison; the band holds 90 of 100 draws.

    Source: the bootstrap, Efron (1979).
    """
    generator = torch.Generator().manual_seed(0)
    parts = [over_seeds(results, name, one, "parts") for one in (other, row)]
    blocks = parts[0].shape[1]
    columns = torch.randint(blocks, (draws, blocks), generator=generator)
    means = []
    for part in parts:
        seeds = torch.randint(len(part), (draws, len(part)), generator=generator)
        means.append(part[seeds[:, :, None], columns[:, None, :]].mean((1, 2)))
    sign = 1 if PROBLEMS[name].low_is_good else -1
    ends = torch.tensor([0.05, 0.95], dtype=torch.float64)
    low, high = torch.quantile(sign * (means[0] - means[1]), ends).tolist()
    return Comparison((sign * (parts[0].mean() - parts[1].mean())).item(), low, high)


def missing(results):
    """Yield what the board still lacks: data set and row."""
    for name in PROBLEMS:
        for row in ROWS:
            if not runs_of(results, name, row):
                yield name, row
