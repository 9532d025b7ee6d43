"""Any row of the ladder once more, beside what is stored."""

from contextlib import suppress
from functools import partial

from helpers.figures import LearningCurve
from helpers.ladder.models import ROWS
from helpers.ladder.problems import PROBLEMS, Sunspots
from helpers.ladder.results import chosen, runs_of
from helpers.ladder.run import Run


class Forecasts(Sunspots):
    """The sunspots of the board, with the forecasts themselves kept in the record."""

    def errors(self, forecasts, truth):
        """Add the forecasts, (N, 20), to what is evaluated."""
        return {**super().errors(forecasts, truth), "forecasts": forecasts}


class Rerun:
    """Any row of the board once more, with a bar that can be stopped and resumed.

    Call it with data set, row and seed. The stop button of the notebook interrupts it;
    the same call goes on from there. What is done is kept.

    Args:
        results: Results, whose settings are used and whose scores are compared.
        baselines: as for ``board_figure``, to be seen beside the curve.
    """

    def __init__(self, results, baselines):
        """Begin with nothing done."""
        self.results, self.baselines, self.runs = results, baselines, {}

    def __call__(self, name, row, seed=0):
        """Work on a row until it is done or stopped.

        Args:
            name: one of ``PROBLEMS``.
            row: one of ``ROWS``.
            seed: 0 to 4; rows that are counted or solved at once have none.

        Returns:
            What was found, beside what is stored.

        Raises:
            ValueError: if there is no such data set, row or seed.
        """
        stored = self._stored(name, row, seed)
        key = name, row, stored["seed"]
        if key not in self.runs:
            self.runs[key] = self._fresh(*key)
        run = self.runs[key]
        if not run.is_done:
            with suppress(KeyboardInterrupt):  # the stop button, outside of training
                run.go()
        return Rescored(key, PROBLEMS[name].unit, stored, run.record)

    def _fresh(self, name, row, seed):
        problem, settings = PROBLEMS[name](), chosen(self.results, name, row)
        guess, score = self.baselines[name]
        beaten = {guess: problem.as_loss(score)}
        curve = partial(LearningCurve, unit="loss", baselines=beaten)
        return Run(row, problem, settings, seed or 0, history=curve)

    def _stored(self, name, row, seed):
        if name not in PROBLEMS or row not in ROWS:
            known = f"{', '.join(PROBLEMS)}; {', '.join(ROWS)}"
            raise ValueError(f"data set and row are of {known}; got {name!r}, {row!r}")
        records = {
            record["seed"]: record for record in runs_of(self.results, name, row)
        }
        if seed not in records and None not in records:
            raise ValueError(f"seed must be one of {[*records]}, got {seed}")
        return records.get(None) or records[seed]


class Rescored:
    """What a row has scored, beside what is stored.

    Attributes:
        stored: the score that is stored.
        found: the score just found, or None if the run was stopped.
    """

    def __init__(self, key, unit, stored, record):
        """Keep both scores."""
        self.key, self.unit, self.stored = key, unit, stored["score"]
        self.found = record and record["score"]
        self.seconds = stored["seconds"], record and record["seconds"]

    def __repr__(self):
        """Return both in words."""
        name, row, seed = self.key
        what = f"{row} on {name}" + ("" if seed is None else f", seed {seed}")
        if self.found is None:
            return f"{what}: not finished. Run the cell again to go on."
        scores = f"stored {self.stored:.3f}, now {self.found:.3f} {self.unit}"
        return f"{what}: {scores} ({self.seconds[0]:.1f} s and {self.seconds[1]:.1f} s)"
