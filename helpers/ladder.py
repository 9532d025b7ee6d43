"""Every model family of the course on the same four data sets, by one definition.

A model is a summary of the past, h_t = g(h_{t-1}, x_t), and a linear read-out of it. A
row of the ladder says what the summary is; the read-out, the loss, the number of
updates and the size of the search are the same for every row of a data set:

- ``naive``: every input there has been, each with a weight of its own.
- ``AR``: the last τ inputs.
- ``Markov``: the last symbol or symbols, as the key to a table of counts.
- ``latent AR``: exponential averages, a summary nobody has to learn.
- ``RNN``, ``LSTM``, ``GRU``: a summary that is learned.

Axes: B batch, T time, I input_size, H hidden_size.
"""

import time
from itertools import count, product

import torch
from torch import nn
from torch.nn import functional as F

from helpers import chorales, data, markov
from helpers.characters import bits_per_character, text_losses
from helpers.recurrent import GRU, LSTM, RNN
from helpers.tasks import temporal_order
from helpers.train import LearningCurve, train


def _combined(tries):
    """Return every combination of choices, a list of dicts."""
    return [dict(zip(tries, each, strict=True)) for each in product(*tries.values())]


ROWS = ("naive", "AR", "Markov", "latent AR", "RNN", "LSTM", "GRU")
NETWORKS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
HALF_LIVES = (0, 1, 2, 4, 8, 16, 32, 64)  # in steps; 0 is the last input itself
SEEDS = range(5)
LOOKS = 8  # how often a run is judged on its way, at equal distances
PENALTY = 0.1  # weight decay of trained rows; naive searches for its own
TRIES = {  # two choices that every trained row has, eight settings together
    "naive": {"learning_rate": (1e-2, 3e-2), "penalty": (0, 0.1, 0.3, 1)},
    "AR": {"learning_rate": (1e-2, 3e-2), "order": (2, 5, 9, 15)},
    "latent AR": {"learning_rate": (1e-2, 3e-2), "averages": (2, 4, 6, 8)},
}
TRIES |= dict.fromkeys(
    NETWORKS,
    {"learning_rate": (1e-3, 4e-3, 1.5e-2, 3e-2), "start": ("torch", "careful")},
)
SEARCH = {row: _combined(tries) for row, tries in TRIES.items()}
SEARCH["Markov"] = [{"order": order} for order in range(8)]


# --- summaries -----------------------------------------------------------------------


class Lags(nn.Module):
    """A summary that keeps the last inputs as they are: naive and AR(τ).

    Args:
        input_size: I.
        order: how many inputs are kept, τ, at least 1.
    """

    def __init__(self, input_size, order):  # noqa: D107
        super().__init__()
        self.input_size, self.order = input_size, order
        self.hidden_size = input_size * order

    def forward(self, x, state=None):
        """Read inputs, (T, B, I); before the first one there were zeros.

        Returns:
            The summaries, (T, B, I * order), input by input, the last τ steps of each
            with the most recent at the end; and the τ - 1 inputs to begin with.
        """
        if state is None:
            state = x.new_zeros(self.order - 1, *x.shape[1:])
        seen = torch.cat((state, x))
        return seen.unfold(0, self.order, 1).flatten(2), seen[len(x) :]


class Averages(nn.Module):
    """A summary of exponential averages, a fast one and slower ones: latent AR.

    Each average is divided by the size it has for independent inputs of size 1, so
    that slow ones are not drowned by fast ones.

    Args:
        input_size: I.
        half_lives: of the averages, in steps, (K,) numbers; 0 is the last input.
    """

    def __init__(self, input_size, half_lives):  # noqa: D107
        super().__init__()
        self.input_size, self.hidden_size = input_size, input_size * len(half_lives)
        kept = [0.5 ** (1 / steps) if steps else 0.0 for steps in half_lives]
        self.register_buffer("kept", torch.tensor(kept)[:, None])  # (K, 1)
        self.register_buffer("size", ((1 - self.kept) / (1 + self.kept)).sqrt())

    def forward(self, x, state=None):
        """Read inputs, (T, B, I); the first average is the first input.

        Returns:
            The summaries, (T, B, K * I), and the averages to go on with, (B, K, I).
        """
        h = x[0].unsqueeze(1).expand(-1, len(self.kept), -1) if state is None else state
        averages = []
        for new in (x.unsqueeze(2) * (1 - self.kept)).unbind():
            h = self.kept * h + new
            averages.append(h)
        return (torch.stack(averages) / self.size).flatten(2), h


class Model(nn.Module):
    """A summary of the past and a linear read-out of it.

    Args:
        summary: a layer from (T, B, I) and a state to (T, B, H) and the next state.
        outputs: how many numbers are read out.
        symbols: how many symbols get a vector (I,) that is learned; None for inputs
            that are vectors already, or symbols that enter as zeros and a one.
    """

    def __init__(self, summary, outputs, symbols=None):  # noqa: D107
        super().__init__()
        self.embedding = nn.Embedding(symbols, summary.input_size) if symbols else None
        self.summary = summary
        self.read_out = nn.Linear(summary.hidden_size, outputs)

    def forward(self, x, state=None):
        """Read inputs, (T, B, I), or symbols, (T, B) int64; score every step."""
        if self.embedding is not None:
            x = self.embedding(x)
        elif not x.is_floating_point():
            x = F.one_hot(x, self.summary.input_size).float()
        h, state = self.summary(x, state)
        return self.read_out(h), state


def make_model(row, problem, settings):
    """Return a fresh model of a row that is trained; torch's own seed is used.

    Args:
        row: one of ``ROWS``, but Markov.
        problem: an instance of one of ``PROBLEMS``.
        settings: one of the row's, as in ``SEARCH``.
    """
    inputs, outputs = problem.inputs, problem.outputs
    if row in NETWORKS:
        size = problem.embedding  # of the vector of a symbol, or None
        numbers = problem.numbers - inputs * (size or 0)
        H = width(row, size or inputs, outputs, numbers)
        summary = NETWORKS[row](size or inputs, H)
        if settings["start"] == "careful":
            start_carefully(summary)
        return Model(summary, outputs, symbols=inputs if size else None)
    if row == "naive":
        return Model(Lags(inputs, problem.window), outputs)
    if row == "AR":
        return Model(Lags(inputs, settings["order"]), outputs)
    return Model(Averages(inputs, HALF_LIVES[: settings["averages"]]), outputs)


def width(row, inputs, outputs, numbers):
    """Return how many units a network may have that learns so many numbers at most.

    Args:
        row: "RNN", "LSTM" or "GRU", with 1, 4 or 3 blocks of weights.
        inputs, outputs: I, and the numbers read out.
        numbers: the most that may be learned, weights and biases of layer and read-out.

    Returns:
        H, the largest with blocks * H * (I + H + 2) + (H + 1) * outputs ≤ numbers.
    """
    blocks = {"RNN": 1, "LSTM": 4, "GRU": 3}[row]
    fits = (
        H - 1
        for H in count(1)
        if blocks * H * (inputs + H + 2) + (H + 1) * outputs > numbers
    )
    return next(fits)


def start_carefully(layer):
    """Give a layer the start that its own notebook found good for a long memory.

    A tanh RNN gets an orthogonal recurrent matrix (notebook 08); an LSTM a forget gate,
    and a GRU an update gate, that begin open, with a bias of 1 (notebooks 09 and 10).
    """
    H = layer.hidden_size
    with torch.no_grad():
        if isinstance(layer, RNN):
            nn.init.orthogonal_(layer.weight_hh_l0)
        else:  # the second block is f in an LSTM, z in a GRU
            layer.bias_ih_l0[H : 2 * H] += 1


# --- data sets -----------------------------------------------------------------------


class Problem:
    """A data set, and how every row is trained and judged on it.

    Attributes:
        name, unit: of the data set, and of its score.
        low_is_good: whether a smaller score is better.
        inputs, outputs: I, and how many numbers are read out.
        window: how many steps back the naive row reaches.
        updates: of the weights, for every row that is trained.
        numbers: the most that a network may learn, which sets its width.
        embedding: for symbols, how long the vector is that a network learns for each.
        search, final: what is learned from and what is asked, once to choose settings,
            once for the board. The board's questions take no part in any choice.
        is_solved: whether the linear rows get the best weights at once, by ``solve``.
    """

    low_is_good = True
    is_solved = False
    embedding = None

    def search_for(self, row):
        """Return the eight settings that are tried for a row."""
        return SEARCH[row]

    def prepare(self, model, learn):
        """Make a fresh model ready for what it is to learn."""
        return model

    def seen(self, learn):
        """Return some of what was learned, to be asked like what was not."""
        return learn

    def shown(self, score):
        """Return a score in the unit of the training loss, for a learning curve."""
        return score


class Alice(Problem):
    """Text: the next of 27 symbols."""

    name, unit = "Alice", "bits per character"
    inputs = outputs = 27
    window, updates, numbers, embedding = 32, 1000, 25_100, 32

    def __init__(self):  # noqa: D107
        whole = data.alice_characters()
        cut = round(0.9 * len(whole.train))
        self.search = whole.train[:cut], whole.train[cut:]
        self.final = whole.train, whole.held_out

    def losses(self, model, learn, generator):
        """Yield the bits of 32 windows of 32 steps, in the order of the book."""
        return text_losses(model, learn, batch_size=32, length=32)

    def judge(self, model, learn, asked):
        """Return the bits per character, in all and of ten blocks."""
        return self._by_block(bits_per_character, model, learn, asked, streams=9)

    def count(self, settings, learn, asked):
        """Count n-grams; return what ``judge`` does, and how many numbers there are."""
        ngram = markov.fit_ngram(learn, **settings)
        found = self._by_block(markov.bits_per_character, ngram, learn, asked)
        return found, ngram.counts.numel()

    def seen(self, learn):
        """Return the last pages that were learned, as many as are held out."""
        return learn[-len(self.final[1]) :]

    def _by_block(self, bits, model, learn, asked, **options):
        text, found = learn, []
        for block in asked.chunk(10):
            found.append(bits(model, block, text, **options))
            text = torch.cat((text, block))
        return mean_of(found)


class Sunspots(Problem):
    """A series: one value a year, to be forecast 1 to 20 years ahead."""

    name, unit = "sunspots", "sunspots, one year ahead"
    inputs = outputs = 1
    is_solved = True
    window, updates, numbers = 40, 400, 250
    horizon = 20

    def __init__(self):  # noqa: D107
        series = data.sunspots_yearly()
        series = series.values[series.time >= 1749].double()
        chosen, known = 1885 - 1749, 1925 - 1749
        self.search = series[:chosen], series[:known]
        self.final = series[:known], series

    def search_for(self, row):
        """Give rows that are solved at once eight sizes: they have no learning rate."""
        sizes = {
            "naive": ("penalty", (0, 0.3, 1, 3, 10, 30, 100, 300)),
            "AR": ("order", (1, 2, 3, 5, 7, 9, 12, 15)),
            "Markov": ("classes", (3, 4, 5, 6, 8, 10, 12, 16)),
            "latent AR": ("averages", range(1, len(HALF_LIVES) + 1)),
        }
        if row not in sizes:
            return super().search_for(row)
        name, choices = sizes[row]
        return [{name: choice} for choice in choices]

    def prepare(self, model, learn):
        """Use float64, as the rows that are solved need it."""
        return model.double()

    def losses(self, model, learn, generator):
        """Yield the mean squared error of 32 windows; the spread of the past is 1."""
        scaled = (learn - learn.mean()) / learn.std()
        windows = scaled.unfold(0, self.window + 1, 1)  # (N, window + 1)
        while True:
            chosen = torch.randint(len(windows), (32,), generator=generator)
            batch = windows[chosen].T.unsqueeze(2)  # (window + 1, B, 1)
            forecasts, _ = model(batch[:-1])
            yield F.mse_loss(forecasts[10:], batch[11:])  # ten years to warm up

    def solve(self, model, settings, learn):
        """Give a linear row the read-out with the smallest sum of squares.

        Args:
            model: of ``Lags`` or ``Averages``.
            settings: a ``penalty`` counts squared weights, as if each were an error.
            learn: the series, (T,).
        """
        scaled = (learn - learn.mean()) / learn.std()
        windows = scaled.unfold(0, self.window + 1, 1)
        h, _ = model.summary(windows[:, :-1].T.unsqueeze(2))
        design = F.pad(h[-1], (1, 0), value=1.0)  # (N, 1 + H)
        size = settings.get("penalty", 0.0) ** 0.5
        extra = size * torch.eye(design.shape[1], dtype=design.dtype)[1:]
        values = F.pad(windows[:, -1:], (0, 0, 0, len(extra)))
        found = torch.linalg.lstsq(torch.cat((design, extra)), values).solution
        with torch.no_grad():
            model.read_out.bias.copy_(found[0])
            model.read_out.weight.copy_(found[1:].T)

    def judge(self, model, learn, asked):
        """Return the errors of forecasts from every year with 20 years to come.

        Args:
            model: a Model.
            learn: the years it has learned from, (T,).
            asked: the same and later ones, which are then forecast; or the same alone.
        """
        past, truth = self.origins(learn, asked)
        x = ((past - learn.mean()) / learn.std()).T.unsqueeze(2)  # (window, N, 1)
        forecasts, state = [], None
        with torch.no_grad():
            for _ in range(self.horizon):
                scores, state = model(x, state)
                x = scores[-1:]  # its own forecast is its next input
                forecasts.append(x[0, :, 0])
        forecasts = torch.stack(forecasts, dim=1) * learn.std() + learn.mean()
        return self.errors(forecasts, truth)

    def count(self, settings, learn, asked):
        """Sort years into classes; a forecast is a power of the transition matrix."""
        size = settings["classes"]
        share = torch.linspace(0, 1, size + 1, dtype=learn.dtype)[1:-1]
        borders = torch.quantile(learn, share)
        classes = torch.bucketize(learn, borders)
        middle = torch.stack([learn[classes == k].mean() for k in range(size)])
        chain = markov.transition_matrix(markov.pair_counts(classes, size), alpha=0.1)
        past, truth = self.origins(learn, asked)
        chances = F.one_hot(torch.bucketize(past[:, -1], borders), size).double()
        forecasts = []
        for _ in range(self.horizon):
            chances = chances @ chain
            forecasts.append(chances @ middle)
        return self.errors(torch.stack(forecasts, dim=1), truth), size**2 + size

    def origins(self, learn, asked):
        """Return the last years before each origin and the 20 after it, (N, ...)."""
        windows = asked.unfold(0, self.window + self.horizon, 1)
        if len(asked) > len(learn):
            windows = windows[len(learn) - self.window :]
        return windows[:, : self.window], windows[:, self.window :]

    def errors(self, forecasts, truth):
        """Return the root mean squared error by horizon, and parts one year ahead."""
        squares = (forecasts - truth).square()  # (N, horizon)
        horizons = squares.mean(0).sqrt().tolist()
        parts = [part.mean().item() for part in squares[:, 0].chunk(5)]
        return {"score": horizons[0], "parts": parts, "horizons": horizons}

    def shown(self, score):
        """Return the squared error in squared spreads, as the losses are."""
        return (score / self.final[0].std().item()) ** 2


class Chorales(Problem):
    """Music: which of 88 keys sound at the next beat."""

    name, unit = "chorales", "nats per step"
    inputs = outputs = chorales.KEYS
    window, updates, numbers = 32, 240, 30_000

    def __init__(self):  # noqa: D107
        parts = chorales.split(data.transpose_to_c(data.chorales()))
        self.search = parts.train, parts.choice
        self.final = parts.train + parts.choice, parts.test

    def prepare(self, model, learn):
        """Let the scores start at how often each key sounds, in every row."""
        beats = torch.cat(learn)
        with torch.no_grad():
            chances = (beats.sum(0) + 0.5) / (len(beats) + 1)
            model.read_out.bias.copy_(chances.logit())
        return model

    def losses(self, model, learn, generator):
        """Yield the nats per step of 16 pieces, in a new order every pass."""
        return chorales.chorale_losses(model, learn, generator)

    def judge(self, model, learn, asked):
        """Return the nats per step, in all and of ten blocks of pieces."""
        blocks = tenths(asked)
        found = [chorales.held_out_nats(model, block) for block in blocks]
        return mean_of(found, [sum(map(len, block)) for block in blocks])

    def count(self, settings, learn, asked):
        """Give each key a table of what followed its own last values."""
        order = settings["order"]
        counts = torch.full((2**order, self.inputs, 2), 0.5)
        for roll in learn:
            counts.index_put_(own_past(roll, order), torch.tensor(1.0), accumulate=True)
        nats = -(counts / counts.sum(-1, keepdim=True)).log()
        blocks = [
            torch.cat([nats[own_past(r, order)] for r in b]) for b in tenths(asked)
        ]
        found = [block.sum(1).mean().item() for block in blocks]
        return mean_of(found, [*map(len, blocks)]), counts[..., 0].numel()


def own_past(roll, order):
    """Return each key's last values as a number, the key, and its value, (T, I) each.

    Before the first beat every key was silent.
    """
    now = roll.long()
    windows = F.pad(now, (0, 0, order + 1, 0)).unfold(0, order + 1, 1)[:-1]
    codes = (windows[..., 1:] * 2 ** torch.arange(order)).sum(-1)  # (T, I)
    return codes, torch.arange(roll.shape[1]).expand_as(codes), now


class Order(Problem):
    """Sequences of 20 to 60 symbols: in which order did two marks come?"""

    name, unit, low_is_good = "order", "accuracy in %", False
    inputs, outputs = 6, 4
    window, updates, numbers, embedding = 60, 1600, 4_000, 8
    lengths = range(20, 61, 10)

    def __init__(self):  # noqa: D107
        generator = torch.Generator().manual_seed(12)
        fit, choice, test = (self.draw(n, generator) for n in (500, 100, 400))
        self.search = fit, choice
        both = {T: zip(fit[T], choice[T], strict=True) for T in fit}
        self.final = {T: tuple(map(torch.cat, both[T])) for T in fit}, test

    def draw(self, size, generator):
        """Return inputs, (size, T), and targets, (size,), by the length T."""
        return {T: temporal_order(size, T, generator) for T in self.lengths}

    def losses(self, model, learn, generator):
        """Yield the loss of 32 sequences of one length, drawn from all there are."""
        while True:
            T = self.lengths[torch.randint(len(self.lengths), (), generator=generator)]
            inputs, targets = learn[T]
            batch = torch.randint(len(inputs), (32,), generator=generator)
            scores, _ = model(inputs[batch].T)
            yield F.cross_entropy(scores[-1], targets[batch])

    def judge(self, model, learn, asked):
        """Return the accuracy, in all and of ten blocks with all lengths in each."""
        with torch.no_grad():
            scores = {T: model(x.T)[0][-1] for T, (x, _) in asked.items()}
        return accuracy(scores, asked)

    def count(self, settings, learn, asked):
        """Give each class its own n-grams; the class that makes it likeliest wins."""
        scores = {T: torch.zeros(len(y), self.outputs) for T, (_, y) in asked.items()}
        cells = 0
        for label in range(self.outputs):
            text = [ended(x[y == label]).flatten() for x, y in learn.values()]
            ngram = markov.fit_ngram(torch.cat(text), size=7, **settings)
            cells += ngram.counts.numel()
            for T, (x, _) in asked.items():
                rows = [markov.log2_probabilities(ngram, row).sum() for row in ended(x)]
                scores[T][:, label] = torch.stack(rows)
        return accuracy(scores, asked), cells

    def shown(self, score):
        """Return the share of wrong answers: it falls as the losses do."""
        return 1 - score / 100


def ended(inputs):
    """Put the symbol 6, an edge, before and after every sequence, (B, T + 2)."""
    return F.pad(inputs, (1, 1), value=6)


def accuracy(scores, asked):
    """Return the accuracy in per cent, in all and of ten blocks."""
    right = [scores[T].argmax(1) == targets for T, (_, targets) in asked.items()]
    blocks = torch.stack(right).float().chunk(10, dim=1)  # (lengths, N / 10) each
    return mean_of([100 * block.mean().item() for block in blocks])


def tenths(pieces):
    """Return ten blocks of pieces, as lists, of nearly equal length."""
    borders = [round(k * len(pieces) / 10) for k in range(11)]
    return [pieces[a:b] for a, b in zip(borders, borders[1:], strict=False)]


def mean_of(parts, sizes=None):
    """Return the mean over blocks of questions, weighted by their sizes, and them."""
    sizes = torch.tensor(sizes or [1] * len(parts), dtype=torch.float64)
    score = (torch.tensor(parts, dtype=torch.float64) @ sizes / sizes.sum()).item()
    return {"score": score, "parts": parts}


PROBLEMS = {one.name: one for one in (Alice, Sunspots, Chorales, Order)}


# --- runs ----------------------------------------------------------------------------


class Run:
    """One row on one data set, from its start to its score; it may be stopped.

    Args:
        row: one of ``ROWS``.
        problem: one of the four.
        settings: one of the row's.
        seed: of the start of the weights and of the batches.
        part: "final" for the board, "search" to compare settings.
        is_shown: whether a curve grows under the running cell.

    Attributes:
        is_done: whether nothing is left to do.
        record: once it is done, the score, its parts, the score on what was learned
            (seen), the scores on the way, how many numbers were learned or counted, and
            seconds of one core, judging included.
    """

    def __init__(self, row, problem, settings, seed=0, part="final", is_shown=False):  # noqa: D107
        self.row, self.problem, self.settings = row, problem, settings
        self.learn, self.asked = getattr(problem, part)
        self.record, self.looks, self.seconds = None, [], 0.0
        if row != "Markov":
            self.model = self._fresh(seed)
        if is_trained(row, problem):
            self.generator = torch.Generator().manual_seed(seed)
            self.losses = self._batches()
            self.optimizer = torch.optim.AdamW(
                self.model.parameters(),
                lr=settings.get("learning_rate", 1e-2),
                betas=(0.9, 0.99),
                weight_decay=settings.get("penalty", PENALTY),
            )
            looks, updates = LOOKS if part == "final" else 1, problem.updates
            self.curve = LearningCurve(
                updates, self._look, updates // looks, "loss", is_shown=is_shown
            )

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
        scored, seen, numbers = found
        self.record = {
            **scored,
            "seen": seen["score"],
            "on_the_way": [look["score"] for look in self.looks],
            "numbers": numbers,
            "seconds": self.seconds,
        }
        return self.record

    def _count(self):
        asked, seen = self.asked, self.problem.seen(self.learn)
        found, numbers = self.problem.count(self.settings, self.learn, asked)
        return found, self.problem.count(self.settings, self.learn, seen)[0], numbers

    def _solve(self):
        self.problem.solve(self.model, self.settings, self.learn)
        self._look()
        return self._scored()

    def _train(self):
        """Go on where an earlier call was stopped; return None if this one is."""
        if self.losses.gi_frame is None:  # a batch was broken off: they begin anew
            self.losses = self._batches()
        train(self.optimizer, self.losses, self.curve)
        return self._scored() if self.curve.done == self.curve.steps else None

    def _scored(self):
        seen = self.problem.seen(self.learn)
        numbers = sum(weight.numel() for weight in self.model.parameters())
        return self.looks[-1], self.problem.judge(self.model, self.learn, seen), numbers

    def _batches(self):
        return self.problem.losses(self.model, self.learn, self.generator)

    def _fresh(self, seed):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            model = make_model(self.row, self.problem, self.settings)
        return self.problem.prepare(model, self.learn)

    def _look(self):
        self.looks.append(self.problem.judge(self.model, self.learn, self.asked))
        return self.problem.shown(self.looks[-1]["score"])


def is_trained(row, problem):
    """Return whether a row is trained step by step: then a seed matters."""
    return row in NETWORKS or (row != "Markov" and not problem.is_solved)
