"""Every model family of the course on the same four data sets, by one definition.

A model is a summary of the past, h_t = g(h_{t-1}, x_t), and a linear read-out of it. A
row of the ladder says what the summary is; the read-out, the loss, the number of
updates and the size of the search are the same for every row of a data set:

- ``naive``: every input there has been, each with a weight of its own.
- ``AR``: the last τ inputs.
- ``Markov``: the last symbol or symbols, as the key to a table of counts.
- ``latent AR``: exponential averages, a summary nobody has to train_data.
- ``RNN``, ``LSTM``, ``GRU``: a summary that is learned.

Axes: B batch, T time, I input_size, H hidden_size.

Read the modules in this order; each imports only those before it.

- ``models``: the rows, their summaries, and one model around each.
- ``problems``: the four data sets, and how every row is trained and evaluated on them.
- ``run``: one row on one data set, from its start to its score.
- ``results``: what is stored, and what may be read from it.
- ``version``: which code has made the results.
- ``figures``: the drawings of notebook 12.
- ``rerun``: any row once more, beside what is stored.
"""

from helpers.ladder.models import ROWS
from helpers.ladder.problems import PROBLEMS, SEARCH
from helpers.ladder.results import chosen, compare, load, over_seeds
from helpers.ladder.run import Run
from helpers.ladder.version import code_version

__all__ = [
    "PROBLEMS",
    "ROWS",
    "SEARCH",
    "Run",
    "chosen",
    "code_version",
    "compare",
    "load",
    "over_seeds",
]
