"""The four data sets of the ladder, and how rows are trained and evaluated on them."""

from itertools import product

import torch
from torch.nn import functional as F

from helpers import chorales, data, markov
from helpers.characters import bits_per_character, text_losses
from helpers.ladder.models import HALF_LIVES, NETWORKS
from helpers.tasks import temporal_order


def _combined(tries):
    """Return every combination of values, a list of dicts."""
    return [dict(zip(tries, each, strict=True)) for each in product(*tries.values())]


TRIES = {  # two choices that every trained row has, eight settings together
    "naive": {"learning_rate": (1e-2, 3e-2), "weight_decay": (0, 0.1, 0.3, 1)},
    "AR": {"learning_rate": (1e-2, 3e-2), "order": (2, 5, 9, 15)},
    "latent AR": {"learning_rate": (1e-2, 3e-2), "averages": (2, 4, 6, 8)},
}
TRIES |= dict.fromkeys(
    NETWORKS,
    {"learning_rate": (1e-3, 4e-3, 1.5e-2, 3e-2), "init": ("torch", "long memory")},
)
SEARCH = {row: _combined(tries) for row, tries in TRIES.items()}
SEARCH["Markov"] = [{"order": order} for order in range(8)]


class Problem:
    """A data set, and how every row is trained and evaluated on it.

    Attributes:
        name, unit: of the data set, and of its score.
        low_is_good: whether a smaller score is better.
        inputs, outputs: I, and how many numbers are read out.
        window: how many steps back the naive row reaches.
        updates: of the parameters, for every row that is trained.
        max_parameters: the budget of a network, which sets its width.
        embedding: for symbols, how long the vector is that a network learns for each.
        search: (train, validation), to choose settings.
        final: (train + validation, test), for the board. The test data take no part in
            any search.
        is_solved: whether the linear rows get the best weights at once, by ``solve``.
    """

    low_is_good = True
    is_solved = False
    embedding = None

    def search_for(self, row):
        """Return the eight settings that are tried for a row."""
        return SEARCH[row]

    def prepare(self, model, train_data):
        """Make a fresh model ready for its training data."""
        return model

    def train_sample(self, train_data):
        """Return some of the training data, to be evaluated like data that is new."""
        return train_data

    def as_loss(self, score):
        """Return a score in the unit of the training loss, for a learning curve."""
        return score


class Alice(Problem):
    """Text: the next of 27 symbols."""

    name, unit = "Alice", "bits per character"
    inputs = outputs = 27
    window, updates, max_parameters, embedding = 32, 1000, 25_100, 32

    def __init__(self):  # noqa: D107
        whole = data.alice_characters()
        cut = round(0.9 * len(whole.train))
        self.search = whole.train[:cut], whole.train[cut:]
        self.final = whole.train, whole.held_out

    def losses(self, model, train_data, generator):
        """Yield the bits of 32 windows of 32 steps, in the order of the book."""
        return text_losses(model, train_data, batch_size=32, length=32)

    def evaluate(self, model, train_data, eval_data):
        """Return the bits per character, in all and of ten blocks."""
        text, found = train_data, []
        for block in eval_data.chunk(10):
            found.append(bits_per_character(model, block, text, streams=9))
            text = torch.cat((text, block))
        return scored_blocks(found)

    def count(self, settings, train_data, eval_data):
        """Count n-grams; return what ``evaluate`` does, and how many parameters."""
        ngram = markov.fit_ngram(train_data, **settings)
        found = self.evaluate(ngram, train_data, eval_data)
        return found, ngram.counts.numel()

    def train_sample(self, train_data):
        """Return the last pages of the training data, as many as are held out."""
        return train_data[-len(self.final[1]) :]


class Sunspots(Problem):
    """A series: one value a year, to be forecast 1 to 20 years ahead."""

    name, unit = "sunspots", "sunspots, one year ahead"
    inputs = outputs = 1
    is_solved = True
    window, updates, max_parameters = 40, 400, 250
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
            "naive": ("ridge", (0, 0.3, 1, 3, 10, 30, 100, 300)),
            "AR": ("order", (1, 2, 3, 5, 7, 9, 12, 15)),
            "Markov": ("classes", (3, 4, 5, 6, 8, 10, 12, 16)),
            "latent AR": ("averages", range(1, len(HALF_LIVES) + 1)),
        }
        if row not in sizes:
            return super().search_for(row)
        name, values = sizes[row]
        return [{name: value} for value in values]

    def prepare(self, model, train_data):
        """Use float64, as the rows that are solved need it."""
        return model.double()

    def losses(self, model, train_data, generator):
        """Yield the mean squared error of 32 windows; the spread of the past is 1."""
        scaled = (train_data - train_data.mean()) / train_data.std()
        windows = scaled.unfold(0, self.window + 1, 1)  # (N, window + 1)
        while True:
            chosen = torch.randint(len(windows), (32,), generator=generator)
            batch = windows[chosen].T.unsqueeze(2)  # (window + 1, B, 1)
            forecasts, _ = model(batch[:-1])
            yield F.mse_loss(forecasts[10:], batch[11:])  # ten years to warm up

    def solve(self, model, settings, train_data):
        """Give a linear row the read-out with the smallest sum of squares.

        Args:
            model: of ``Lags`` or ``Averages``.
            settings: ``ridge`` counts squared weights, as if each were an error.
            train_data: the series, (T,).
        """
        scaled = (train_data - train_data.mean()) / train_data.std()
        windows = scaled.unfold(0, self.window + 1, 1)
        h, _ = model.layer(windows[:, :-1].T.unsqueeze(2))
        design = F.pad(h[-1], (1, 0), value=1.0)  # (N, 1 + H)
        size = settings.get("ridge", 0.0) ** 0.5
        extra = size * torch.eye(design.shape[1], dtype=design.dtype)[1:]
        values = F.pad(windows[:, -1:], (0, 0, 0, len(extra)))
        found = torch.linalg.lstsq(torch.cat((design, extra)), values).solution
        with torch.no_grad():
            model.read_out.bias.copy_(found[0])
            model.read_out.weight.copy_(found[1:].T)

    def evaluate(self, model, train_data, eval_data):
        """Return the errors of forecasts from every year with 20 years to come.

        Args:
            model: a SequenceModel.
            train_data: the years it has learned from, (T,).
            eval_data: the same and later ones, which are forecast; or the same alone.
        """
        past, truth = self.origins(train_data, eval_data)
        x = ((past - train_data.mean()) / train_data.std()).T.unsqueeze(
            2
        )  # (window, N, 1)
        forecasts, state = [], None
        with torch.no_grad():
            for _ in range(self.horizon):
                outputs, state = model(x, state)
                x = outputs[-1:]  # its own forecast is its next input
                forecasts.append(x[0, :, 0])
        forecasts = torch.stack(forecasts, dim=1) * train_data.std() + train_data.mean()
        return self.errors(forecasts, truth)

    def count(self, settings, train_data, eval_data):
        """Sort years into classes; a forecast is a power of the transition matrix."""
        size = settings["classes"]
        share = torch.linspace(0, 1, size + 1, dtype=train_data.dtype)[1:-1]
        borders = torch.quantile(train_data, share)
        classes = torch.bucketize(train_data, borders)
        middle = torch.stack([train_data[classes == k].mean() for k in range(size)])
        chain = markov.transition_matrix(markov.pair_counts(classes, size), alpha=0.1)
        past, truth = self.origins(train_data, eval_data)
        probabilities = F.one_hot(torch.bucketize(past[:, -1], borders), size).double()
        forecasts = []
        for _ in range(self.horizon):
            probabilities = probabilities @ chain
            forecasts.append(probabilities @ middle)
        return self.errors(torch.stack(forecasts, dim=1), truth), size**2 + size

    def origins(self, train_data, eval_data):
        """Return the last years before each origin and the 20 after it, (N, ...)."""
        windows = eval_data.unfold(0, self.window + self.horizon, 1)
        if len(eval_data) > len(train_data):
            windows = windows[len(train_data) - self.window :]
        return windows[:, : self.window], windows[:, self.window :]

    def errors(self, forecasts, truth):
        """Return the root mean squared error by horizon, and parts one year ahead."""
        squares = (forecasts - truth).square()  # (N, horizon)
        horizons = squares.mean(0).sqrt().tolist()
        parts = [part.mean().item() for part in squares[:, 0].chunk(5)]
        return {"score": horizons[0], "parts": parts, "horizons": horizons}

    def as_loss(self, score):
        """Return the squared error in squared spreads, as the losses are."""
        return (score / self.final[0].std().item()) ** 2


class Chorales(Problem):
    """Music: which of 88 keys sound at the next beat."""

    name, unit = "chorales", "nats per step"
    inputs = outputs = chorales.KEYS
    window, updates, max_parameters = 32, 240, 30_000

    def __init__(self):  # noqa: D107
        parts = chorales.split(data.transpose_to_c(data.chorales()))
        self.search = parts.train, parts.validation
        self.final = parts.train + parts.validation, parts.test

    def prepare(self, model, train_data):
        """Let the logits start at how often each key sounds, in every row."""
        return chorales.start_from_frequencies(model, train_data)

    def losses(self, model, train_data, generator):
        """Yield the nats per step of 16 pieces, in a new order every pass."""
        return chorales.chorale_losses(model, train_data, generator)

    def evaluate(self, model, train_data, eval_data):
        """Return the nats per step, in all and of ten blocks of pieces."""
        blocks = ten_blocks(eval_data)
        found = [chorales.held_out_nats(model, block) for block in blocks]
        return scored_blocks(found, [sum(map(len, block)) for block in blocks])

    def count(self, settings, train_data, eval_data):
        """Give each key a table of what followed its own last values."""
        order = settings["order"]
        counts = torch.full((2**order, self.inputs, 2), 0.5)
        for roll in train_data:
            counts.index_put_(
                key_history(roll, order), torch.tensor(1.0), accumulate=True
            )
        nats = -(counts / counts.sum(-1, keepdim=True)).log()
        blocks = [
            torch.cat([nats[key_history(r, order)] for r in b])
            for b in ten_blocks(eval_data)
        ]
        found = [block.sum(1).mean().item() for block in blocks]
        return scored_blocks(found, [*map(len, blocks)]), counts[..., 0].numel()


def key_history(roll, order):
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
    window, updates, max_parameters, embedding = 60, 1600, 4_000, 8
    lengths = range(20, 61, 10)

    def __init__(self):  # noqa: D107
        generator = torch.Generator().manual_seed(12)
        train, validation, test = (self.draw(n, generator) for n in (500, 100, 400))
        self.search = train, validation
        both = {T: zip(train[T], validation[T], strict=True) for T in train}
        self.final = {T: tuple(map(torch.cat, both[T])) for T in train}, test

    def draw(self, size, generator):
        """Return inputs, (size, T), and targets, (size,), by the length T."""
        return {T: temporal_order(size, T, generator) for T in self.lengths}

    def losses(self, model, train_data, generator):
        """Yield the loss of 32 sequences of one length, drawn from all there are."""
        while True:
            T = self.lengths[torch.randint(len(self.lengths), (), generator=generator)]
            inputs, targets = train_data[T]
            batch = torch.randint(len(inputs), (32,), generator=generator)
            logits, _ = model(inputs[batch].T)
            yield F.cross_entropy(logits[-1], targets[batch])

    def evaluate(self, model, train_data, eval_data):
        """Return the accuracy, in all and of ten blocks with all lengths in each."""
        with torch.no_grad():
            logits = {T: model(x.T)[0][-1] for T, (x, _) in eval_data.items()}
        return accuracy(logits, eval_data)

    def count(self, settings, train_data, eval_data):
        """Give each class its own n-grams; the class that makes it likeliest wins."""
        scores = {
            T: torch.zeros(len(y), self.outputs) for T, (_, y) in eval_data.items()
        }
        cells = 0
        for label in range(self.outputs):
            text = [pad_edges(x[y == label]).flatten() for x, y in train_data.values()]
            ngram = markov.fit_ngram(torch.cat(text), vocab_size=7, **settings)
            cells += ngram.counts.numel()
            for T, (x, _) in eval_data.items():
                rows = [
                    markov.log2_probabilities(ngram, row).sum() for row in pad_edges(x)
                ]
                scores[T][:, label] = torch.stack(rows)
        return accuracy(scores, eval_data), cells

    def as_loss(self, score):
        """Return the share of wrong answers: it falls as the losses do."""
        return 1 - score / 100


def pad_edges(inputs):
    """Put the symbol 6, an edge, before and after every sequence, (B, T + 2)."""
    return F.pad(inputs, (1, 1), value=6)


def accuracy(scores, eval_data):
    """Return the accuracy in per cent, in all and of ten blocks."""
    right = [scores[T].argmax(1) == targets for T, (_, targets) in eval_data.items()]
    blocks = torch.stack(right).float().chunk(10, dim=1)  # (lengths, N / 10) each
    return scored_blocks([100 * block.mean().item() for block in blocks])


def ten_blocks(pieces):
    """Return ten blocks of pieces, as lists, of nearly equal length."""
    borders = [round(k * len(pieces) / 10) for k in range(11)]
    return [pieces[a:b] for a, b in zip(borders, borders[1:], strict=False)]


def scored_blocks(parts, sizes=None):
    """Return the mean over blocks of questions, weighted by their sizes, and them."""
    sizes = torch.tensor(sizes or [1] * len(parts), dtype=torch.float64)
    score = (torch.tensor(parts, dtype=torch.float64) @ sizes / sizes.sum()).item()
    return {"score": score, "parts": parts}


PROBLEMS = {one.name: one for one in (Alice, Sunspots, Chorales, Order)}
