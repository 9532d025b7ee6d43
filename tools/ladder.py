"""Make results/ladder.json anew: a small search for every row, then five seeds.

    python -m tools.ladder

It writes after every run, so that a call goes on where the last one was interrupted;
results of other code are thrown away. It takes most of an hour of one core.
"""

import platform
import sys
from itertools import product

import torch

from helpers.ladder.models import ROWS
from helpers.ladder.problems import PROBLEMS
from helpers.ladder.results import RESULTS, Results, chosen, load, save
from helpers.ladder.run import SEEDS, Run, is_trained
from helpers.ladder.version import code_version


def main():
    """Run what is missing, the cheap rows first."""
    torch.set_num_threads(1)
    results = begin()
    problems = {name: kind() for name, kind in PROBLEMS.items()}
    for row, name in product(("Markov", *(r for r in ROWS if r != "Markov")), problems):
        search(results, problems[name], row)
        evaluate(results, problems[name], row)


def begin():
    """Return what is stored by this code, or nothing yet."""
    made_by = {
        "code": code_version(),
        "torch": torch.__version__.split("+")[0],
        "python": platform.python_version(),
    }
    if RESULTS.exists() and (stored := load()).made_by["code"] == made_by["code"]:
        return stored
    return Results(made_by, [], [])


def search(results, problem, row):
    """Try every setting that was not tried yet."""
    for settings in problem.search_for(row):
        what = {"data": problem.name, "row": row, "settings": settings}
        if not has(results.search, what):
            found = Run(row, problem, settings, part="search").go()
            results.search.append({**what, **rounded({"score": found["score"]})})
            report(results, results.search[-1])


def evaluate(results, problem, row):
    """Run every seed on the test data, with the best settings."""
    settings = chosen(results, problem.name, row)
    for seed in SEEDS if is_trained(row, problem) else (None,):
        what = {"data": problem.name, "row": row, "seed": seed}
        if not has(results.runs, what):
            found = Run(row, problem, settings, seed or 0).go()
            results.runs.append({**what, "settings": settings, **rounded(found)})
            report(results, results.runs[-1])


def has(records, what):
    """Return whether one of the records is about this."""
    return any(all(record[key] == what[key] for key in what) for record in records)


def rounded(found):
    """Return a record with five significant digits, to be read by eye."""
    if isinstance(found, dict):
        return {key: rounded(value) for key, value in found.items()}
    if isinstance(found, list):
        return [rounded(value) for value in found]
    return float(f"{found:.5g}") if isinstance(found, float) else found


def report(results, record):
    """Store the results so far and say what was found."""
    save(results)
    words = (record["data"], record["row"], record.get("seed", "search"))
    print(*words, record["settings"], record["score"], record.get("seconds", ""))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
