"""One row of the ladder on one data set, from its start to its score."""

import time

import torch

from helpers.ladder.models import NETWORKS, make_model
from helpers.train import History, train

SEEDS = range(5)
EVALUATIONS = 8  # of a run on its way, at equal distances
WEIGHT_DECAY = 0.1  # of trained rows; naive searches for its own


class Run:
    """One row on one data set, from its start to its score; it may be stopped.

    Args:
        row: one of ``ROWS``.
        problem: one of the four.
        settings: one of the row's.
        seed: of the initial parameters and of the batches.
        part: "final" for the board, "search" to compare settings.
        history: makes what the run writes down; a LearningCurve shows it as it grows.

    Attributes:
        is_done: whether nothing is left to do.
        record: once it is done, a dict: ``score`` and its ``parts``, ``train_score`` on
            training data, the scores ``on_the_way``, how many ``parameters`` were
            learned or counted, and ``seconds`` of one core, evaluations included.
    """

    def __init__(  # noqa: D107
        self, row, problem, settings, seed=0, part="final", history=History
    ):
        self.row, self.problem, self.settings = row, problem, settings
        self.train_data, self.eval_data = getattr(problem, part)
        self.record, self.evaluations, self.seconds = None, [], 0.0
        if row != "Markov":
            self.model = self._fresh(seed)
        if is_trained(row, problem):
            self.generator = torch.Generator().manual_seed(seed)
            self.losses = self._batches()
            self.optimizer = torch.optim.AdamW(
                self.model.parameters(),
                lr=settings.get("learning_rate", 1e-2),
                betas=(0.9, 0.99),
                weight_decay=settings.get("weight_decay", WEIGHT_DECAY),
            )
            evaluations, updates = (
                EVALUATIONS if part == "final" else 1,
                problem.updates,
            )
            self.history = history(updates, self._evaluate, updates // evaluations)

    @property
    def is_done(self):  # noqa: D102
        return self.record is not None

    def go(self):
        """Work until it is done or stopped, and return the record, or None."""
        begin = time.process_time()
        if self.row == "Markov":
            found = self._count()
        elif is_trained(self.row, self.problem):
            found = self._train()
        else:
            found = self._solve()
        self.seconds += time.process_time() - begin
        if found is None:
            return None
        scored, seen, parameters = found
        self.record = {
            **scored,
            "train_score": seen["score"],
            "on_the_way": [evaluation["score"] for evaluation in self.evaluations],
            "parameters": parameters,
            "seconds": self.seconds,
        }
        return self.record

    def _count(self):
        count, train_data = self.problem.count, self.train_data
        found, parameters = count(self.settings, train_data, self.eval_data)
        seen, _ = count(self.settings, train_data, self._train_sample())
        return found, seen, parameters

    def _solve(self):
        self.problem.solve(self.model, self.settings, self.train_data)
        self._evaluate()
        return self._scored()

    def _train(self):
        """Go on where an earlier call was stopped; return None if this one is."""
        if self.losses.gi_frame is None:  # a batch was broken off: they begin anew
            self.losses = self._batches()
        train(self.optimizer, self.losses, self.history)
        return self._scored() if self.history.is_done else None

    def _scored(self):
        seen = self._score(self._train_sample())
        return (
            self.evaluations[-1],
            seen,
            sum(p.numel() for p in self.model.parameters()),
        )

    def _score(self, eval_data):
        return self.problem.evaluate(self.model, self.train_data, eval_data)

    def _train_sample(self):
        return self.problem.train_sample(self.train_data)

    def _batches(self):
        return self.problem.losses(self.model, self.train_data, self.generator)

    def _fresh(self, seed):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            model = make_model(self.row, self.problem, self.settings)
        return self.problem.prepare(model, self.train_data)

    def _evaluate(self):
        self.evaluations.append(self._score(self.eval_data))
        return self.problem.as_loss(self.evaluations[-1]["score"])


def is_trained(row, problem):
    """Return whether a row is trained step by step: then a seed matters."""
    return row in NETWORKS or (row != "Markov" and not problem.is_solved)
