"""The exercises of notebook 04."""

import torch

from helpers.exercises.cases import rows, symbols
from helpers.exercises.exercise import Exercise, Mistake, alike
from helpers.markov import fit_ngram, log2_probabilities

NOTEBOOK = "04 · Markov models"


def _counts(*shape, seed=0):
    """Return random counts from 0 to 5, with a 0 in each row, in float64."""
    counts = symbols(*shape, vocab_size=6, seed=seed).double()
    counts[..., 0], counts[..., 1] = 0, 2
    return counts


def _first_row_empty(count):
    """Return a column of ones, (count, 1), with a 0 at the top."""
    return (torch.arange(count) > 0).double()[:, None]


HOW_MANY_BITS = Exercise(
    id="04.1",
    title="How many bits?",
    minutes=2,
    difficulty=1,
    points=1,
    name="bits",
    stub="""
# Replace the dots with a number.
bits = ...
""",
    reference="bits = 1.75",
    reason=(
        "Half of the symbols cost 1 bit, a quarter cost 2, and two eighths cost 3: "
        "0.5 + 0.5 + 0.375 + 0.375 = 1.75. This is the entropy of the language, and no "
        "model can need less; what a real model needs is its cross-entropy."
    ),
    hints=(
        "A symbol of probability ½ costs 1 bit. What do ¼ and ⅛ cost?",
        "A rare symbol is expensive, but it is seldom paid for: weigh each price by "
        "how often it is paid.",
        "½ · 1 + ¼ · 2 + ⅛ · 3 + ⅛ · 3.",
    ),
    mistakes=(
        Mistake(
            "2 bits are needed if all four symbols are equally likely. Here they are "
            "not, and the frequent one is cheaper.",
            code="bits = 2",
        ),
        Mistake(
            "The four prices 1, 2, 3, 3 are right, but you averaged them evenly. Weigh "
            "each by its probability.",
            code="bits = (1 + 2 + 3 + 3) / 4",
        ),
        Mistake(
            "That is in nats: the logarithm is natural. Bits take the logarithm to the "
            "base 2.",
            code="bits = 1.75 * math.log(2)",
        ),
        Mistake(
            "That is the perplexity, 2 to the power of the bits. The bits themselves "
            "are asked for.",
            code="bits = 2**1.75",
        ),
        Mistake(
            "The size is right. Bits are the *negative* logarithm, so they are "
            "positive.",
            code="bits = -1.75",
        ),
    ),
)

SCORES = Exercise(
    id="04.2",
    title="The scores of many sequences",
    minutes=6,
    difficulty=1,
    points=2,
    name="log2_scores",
    cases=lambda: [
        (symbols(3, 6, vocab_size=4), rows(4), rows(4, 4, seed=1)),
        (symbols(2, 5000, vocab_size=3, seed=1), rows(3, seed=2), rows(3, 3, seed=3)),
        (symbols(4, 1, vocab_size=5, seed=2), rows(5, seed=4), rows(5, 5, seed=5)),
    ],
    forbidden=("helpers.markov.sequence_log2_probability",),
    gradient=True,
    stub="""
def log2_scores(symbols, initial, transition):
    # symbols (B, T) int64, initial (V,), transition (V, V) from row to column.
    # Return log2 of the probability of each of the B sequences, (B,).
    ...
""",
    reference="""
def log2_scores(symbols, initial, transition):
    steps = transition[symbols[:, :-1], symbols[:, 1:]]
    return initial[symbols[:, 0]].log2() + steps.log2().sum(dim=1)
""",
    reason=(
        "In logarithms a text of any length has a finite score, and a whole batch is "
        "read off the table at once. The loss of a network, `cross_entropy`, is the "
        "same sum with another sign and the natural logarithm."
    ),
    hints=(
        "A product of 5,000 probabilities is 0 for the computer. Add logarithms.",
        "`transition[now, later]` takes whole tensors of rows and columns: what are "
        "`now` and `later`, both (B, T - 1)?",
        "Each sequence has T factors: the initial probability of its first symbol, "
        "and T - 1 steps. Sum the steps along dim=1.",
    ),
    mistakes=(
        Mistake(
            "The initial distribution is missing: the first symbol has a probability "
            "too.",
            edit=("initial[symbols[:, 0]].log2() + steps.log2", "steps.log2"),
        ),
        Mistake(
            "The product of the steps underflows to 0 in a long sequence, and its "
            "logarithm is -inf. Take logarithms first, then add.",
            edit=(
                "initial[symbols[:, 0]].log2() + steps.log2().sum(dim=1)",
                "(initial[symbols[:, 0]] * steps.prod(dim=1)).log2()",
            ),
        ),
        Mistake(
            "This is the natural logarithm, in nats. The score is asked for in bits: "
            "use `log2`.",
            edit=(
                "initial[symbols[:, 0]].log2() + steps.log2()",
                "initial[symbols[:, 0]].log() + steps.log()",
            ),
        ),
        Mistake(
            "`transition` is read the wrong way round: the row is the symbol now, the "
            "column the next one.",
            edit=("symbols[:, :-1], symbols[:, 1:]", "symbols[:, 1:], symbols[:, :-1]"),
        ),
        Mistake(
            "The initial probability is added as it is. It needs its `log2` too.",
            edit=("initial[symbols[:, 0]].log2()", "initial[symbols[:, 0]]"),
        ),
        Mistake(
            "Every symbol gets its initial probability, as if it came alone. From the "
            "second symbol on, the factor is a transition.",
            edit=(
                "initial[symbols[:, 0]].log2() + steps.log2()",
                "initial[symbols].log2()",
            ),
        ),
        Mistake(
            "These are the bits, the negative of what is asked: log2 of a probability "
            "is never above 0.",
            edit=(
                "initial[symbols[:, 0]].log2() + steps.log2",
                "-initial[symbols[:, 0]].log2() - steps.log2",
            ),
        ),
        Mistake(
            "This is divided by T. The score of the whole sequence is the sum, not the "
            "mean.",
            edits=[
                (
                    "initial[symbols[:, 0]].log2()",
                    "initial[symbols[:, 0]].log2() / symbols.shape[1]",
                ),
                (
                    "steps.log2().sum(dim=1)",
                    "steps.log2().sum(dim=1) / symbols.shape[1]",
                ),
            ],
        ),
    ),
)

FIT = Exercise(
    id="04.3",
    title="A chain from many texts",
    minutes=10,
    difficulty=2,
    points=2,
    name="fit_chain",
    cases=lambda: [
        (
            [
                symbols(7, vocab_size=3),
                symbols(4, vocab_size=3, seed=1),
                symbols(9, vocab_size=3, seed=2),
            ],
            3,
            0.5,
        ),
        ([torch.tensor([0, 0]), torch.tensor([1])], 2, 1.0),
        ([symbols(12, vocab_size=4, seed=n) for n in range(5)], 5, 0.1),
    ],
    forbidden=("helpers.markov.transition_matrix",),
    stub="""
def fit_chain(texts, vocab_size, alpha):
    # texts is a list of (T,) int64 tensors; T may differ, and may be 1. With
    # V = vocab_size, return the initial distribution, (V,), and the transitions,
    # (V, V) from row to column; in both, alpha is added to every count.
    ...
""",
    reference="""
def fit_chain(texts, vocab_size, alpha):
    first, pairs = torch.zeros(vocab_size), torch.zeros(vocab_size, vocab_size)
    for text in texts:
        first[text[0]] += 1
        for now, later in zip(text[:-1], text[1:], strict=True):
            pairs[now, later] += 1
    first, pairs = first + alpha, pairs + alpha
    return first / first.sum(), pairs / pairs.sum(dim=1, keepdim=True)
""",
    reason=(
        "Counting within each text keeps out pairs that nobody ever wrote. Notebook 11 "
        "needs the same care where sequences of different length are packed together."
    ),
    hints=(
        "The last symbol of one text and the first of the next are not neighbours: "
        "count within each text. A plain loop will do.",
        "The initial distribution is counted from the first symbols only, one for "
        "each text.",
        "Add alpha to the counts, then divide: the first symbols by their sum, the "
        "pairs by the sum of each row, `sum(dim=1, keepdim=True)`.",
    ),
    mistakes=(
        Mistake(
            "The texts are glued together, so the last symbol of one and the first of "
            "the next count as a pair. They never stood side by side.",
            code="""
def fit_chain(texts, vocab_size, alpha):
    V = vocab_size
    first = torch.bincount(torch.stack([t[0] for t in texts]), minlength=V) + alpha
    text = torch.cat(texts)
    codes = text[:-1] * V + text[1:]
    pairs = torch.bincount(codes, minlength=V**2).view(V, V) + alpha
    return first / first.sum(), pairs / pairs.sum(dim=1, keepdim=True)
""",
        ),
        Mistake(
            "The transitions are normalised along the wrong axis: your columns sum to "
            "1. The symbol now is given, so each *row* must: `sum(dim=1)`.",
            edit=("pairs.sum(dim=1, keepdim=True)", "pairs.sum(dim=0, keepdim=True)"),
        ),
        Mistake(
            "alpha is added after normalising, so nothing sums to 1 any more. Add it "
            "to the counts, then divide.",
            code="""
def fit_chain(texts, vocab_size, alpha):
    V = vocab_size
    first, pairs = torch.zeros(V), torch.zeros(V, V)
    for text in texts:
        first[text[0]] += 1
        for now, later in zip(text[:-1], text[1:]):
            pairs[now, later] += 1
    rows = pairs.sum(dim=1, keepdim=True)
    return first / first.sum() + alpha, pairs / rows.clamp(min=1) + alpha
""",
        ),
        Mistake(
            "The pairs are counted in the wrong direction: the row must be the symbol "
            "now, the column the next one.",
            edit=("pairs[now, later]", "pairs[later, now]"),
        ),
        Mistake(
            "Your initial distribution counts all symbols. It is about the *first* one "
            "of a text, so each text counts once.",
            edit=(
                "first[text[0]] += 1",
                "for symbol in text:\n            first[symbol] += 1",
            ),
        ),
        Mistake(
            "alpha is in the total once, but it was added to V counts: divide by the "
            "total plus V times alpha.",
            code="""
def fit_chain(texts, vocab_size, alpha):
    V = vocab_size
    first, pairs = torch.zeros(V), torch.zeros(V, V)
    for text in texts:
        first[text[0]] += 1
        for now, later in zip(text[:-1], text[1:]):
            pairs[now, later] += 1
    rows = pairs.sum(dim=1, keepdim=True)
    return (first + alpha) / (first.sum() + alpha), (pairs + alpha) / (rows + alpha)
""",
        ),
        Mistake(
            "The whole matrix sums to 1: these are probabilities of pairs. Given the "
            "symbol now, each row must sum to 1.",
            edit=("pairs.sum(dim=1, keepdim=True)", "pairs.sum()"),
        ),
        Mistake(
            "A pair that comes twice in a text is counted once: `pairs[now, later] += "
            "1` with whole tensors adds to each place only once. Loop over the pairs, "
            "or let `torch.bincount` count them.",
            code="""
def fit_chain(texts, vocab_size, alpha):
    V = vocab_size
    first, pairs = torch.zeros(V), torch.zeros(V, V)
    for text in texts:
        first[text[0]] += 1
        pairs[text[:-1], text[1:]] += 1
    first, pairs = first + alpha, pairs + alpha
    return first / first.sum(), pairs / pairs.sum(dim=1, keepdim=True)
""",
        ),
        Mistake(
            "A first symbol is counted once, however many texts begin with it: "
            "`first[...] += 1` with a whole tensor adds to each place only once. Loop, "
            "or use `torch.bincount`.",
            code="""
def fit_chain(texts, vocab_size, alpha):
    V = vocab_size
    first, pairs = torch.zeros(V), torch.zeros(V, V)
    first[torch.stack([text[0] for text in texts])] += 1
    for text in texts:
        for now, later in zip(text[:-1], text[1:]):
            pairs[now, later] += 1
    first, pairs = first + alpha, pairs + alpha
    return first / first.sum(), pairs / pairs.sum(dim=1, keepdim=True)
""",
        ),
        Mistake(
            "The transitions are right. In the initial distribution alpha is missing: "
            "without it a text that begins with a new symbol is impossible.",
            edit=(
                "first, pairs = first + alpha, pairs + alpha",
                "pairs = pairs + alpha",
            ),
        ),
    ),
)

STATIONARY = Exercise(
    id="04.4",
    title="Where it leads, always",
    minutes=10,
    difficulty=2,
    points=2,
    name="long_run",
    cases=lambda: [
        (rows(4, 4),),
        (torch.tensor([[0.0, 1.0], [1.0, 0.0]], dtype=torch.float64),),
        (torch.tensor([[0, 1, 0], [0.5, 0, 0.5], [0, 1, 0]], dtype=torch.float64),),
        (torch.tensor([[0, 1, 0], [0, 0, 1], [1, 0, 0]], dtype=torch.float64),),
        (rows(6, 6, seed=1),),
        # After 400 steps this one still knows where it began.
        (torch.tensor([[0.98, 0.02], [0.01, 0.99]], dtype=torch.float64),),
    ],
    forbidden=("helpers.markov.stationary",),
    stub="""
def long_run(transition):
    # transition is (V, V), from row to column; every state can reach every other.
    # Return the distribution that one more step does not change, (V,).
    ...
""",
    reference="""
def long_run(transition):
    lazy = (transition + torch.eye(len(transition))) / 2
    return torch.linalg.matrix_power(lazy, 2**20)[0]
""",
    reason=(
        "A chain that rests now and then has the same stationary distribution, but it "
        "cannot go round in a circle, so its powers settle. Whether powers of a matrix "
        "settle, fade or grow is the question of notebook 08."
    ),
    hints=(
        "High powers of [[0, 1], [1, 0]] go round in a circle, so a power is not "
        "enough. Look for `pi @ transition == pi`, or stop the circling.",
        "There are two ways. One is a left eigenvector, which is an eigenvector of "
        "`transition.T`: take the one whose eigenvalue is nearest to 1, and divide it "
        "by its sum. The other is a chain that rests now and then.",
        "A lazy chain stays where it is with probability ½: the mean of `transition` "
        "and the identity. It has the same `pi`, and its high powers settle.",
    ),
    mistakes=(
        *alike(
            "A high power is right for most chains, but a chain that goes round in a "
            "circle never settles: for [[0, 1], [1, 0]] you get (1, 0). Solve for the "
            "vector that one step leaves as it is.",
            (
                "torch.linalg.matrix_power(lazy, 2**20)",
                "torch.linalg.matrix_power(transition, 1000)",
            ),
            (
                "torch.linalg.matrix_power(lazy, 2**20)",
                "torch.linalg.matrix_power(transition, 500)",
            ),
        ),
        Mistake(
            "A high power is right for most chains, but a chain that goes round in a "
            "circle never settles: for [[0, 1], [1, 0]] you get (0, 1). Solve for the "
            "vector that one step leaves as it is.",
            edit=(
                "torch.linalg.matrix_power(lazy, 2**20)",
                "torch.linalg.matrix_power(transition, 1001)",
            ),
        ),
        Mistake(
            "Every symbol gets the same probability. A *right* eigenvector looks like "
            "that, because rows sum to 1; so does a guess. A *left* one is wanted: use "
            "`transition.T`.",
            code="""
def long_run(transition):
    values, vectors = torch.linalg.eig(transition)
    vector = vectors[:, (values - 1).abs().argmin()].real
    return vector / vector.sum()
""",
        ),
        Mistake(
            "The eigenvector is right up to a factor: it has length 1. Probabilities "
            "must sum to 1, so divide by the sum.",
            code="""
def long_run(transition):
    values, vectors = torch.linalg.eig(transition.T)
    vector = vectors[:, (values - 1).abs().argmin()].real
    return vector.abs()
""",
        ),
        Mistake(
            "The eigenvector is right up to a factor: it has length 1, and its sign is "
            "arbitrary. Divide it by its sum, which mends both.",
            code="""
def long_run(transition):
    values, vectors = torch.linalg.eig(transition.T)
    return vectors[:, (values - 1).abs().argmin()].real
""",
        ),
        Mistake(
            "The mean of two powers mends a circle of two, not one of three: for "
            "[[0, 1, 0], [0, 0, 1], [1, 0, 0]] you get (0, ½, ½). Solve for the vector "
            "that one step leaves as it is.",
            code="""
def long_run(transition):
    power = torch.linalg.matrix_power(transition, 1000)
    return ((power + power @ transition) / 2)[0]
""",
        ),
        Mistake(
            "A high power from a uniform start is right for [[0, 1], [1, 0]] by luck: "
            "there the uniform start is the answer. For [[0, 1, 0], [½, 0, ½], [0, 1, "
            "0]] it goes on flipping. Solve for the vector that one step leaves as it "
            "is.",
            edit=(
                "torch.linalg.matrix_power(lazy, 2**20)[0]",
                "torch.linalg.matrix_power(transition, 1000).mean(dim=0)",
            ),
        ),
        Mistake(
            "This is one step from a uniform start. Another step would change it "
            "again.",
            edit=(
                "torch.linalg.matrix_power(lazy, 2**20)[0]",
                "transition.mean(dim=0)",
            ),
        ),
        Mistake(
            "This is a column: the probability of the first symbol, from every start. "
            "The distribution is a row.",
            edit=(
                "torch.linalg.matrix_power(lazy, 2**20)[0]",
                "torch.linalg.matrix_power(lazy, 2**20)[:, 0]",
            ),
        ),
    ),
)

ORDER_TWO = Exercise(
    id="04.5",
    title="Bits at order two",
    minutes=8,
    difficulty=2,
    points=2,
    name="bits_at_order_two",
    cases=lambda: [
        (rows(3, 3, 3), symbols(12, vocab_size=3)),
        (rows(4, 4, 4, seed=1), symbols(3000, vocab_size=4, seed=1)),
        (rows(2, 2, 2, seed=2), symbols(3, vocab_size=2, seed=2)),
    ],
    forbidden=("helpers.characters.bits_per_character",),
    gradient=True,
    stub="""
def bits_at_order_two(table, symbols):
    # table[i, j, k] is the probability of k after i then j, (V, V, V).
    # Return the mean bits of the symbols, (T,) int64, that have two before them.
    ...
""",
    reference="""
def bits_at_order_two(table, symbols):
    chances = table[symbols[:-2], symbols[1:-1], symbols[2:]]
    return -chances.log2().mean()
""",
    reason=(
        "Contexts are cut out of a text by shifting it against itself. The inputs and "
        "targets of every network of this course are made in the same way."
    ),
    hints=(
        "Three shifted views of `symbols` index the table: two back, one back, and the "
        "symbol itself.",
        "All three have length T - 2. The symbol to be predicted is `symbols[2:]`.",
        "Take log2 of the probabilities found, then the mean over the T - 2 symbols, "
        "then the sign.",
    ),
    mistakes=(
        Mistake(
            "You divide by T, but only T - 2 symbols were predicted. The first two "
            "have no whole context.",
            edit=("-chances.log2().mean()", "-chances.log2().sum() / len(symbols)"),
        ),
        Mistake(
            "The two symbols of the context are swapped: the first index belongs to "
            "the one two back.",
            edit=("symbols[:-2], symbols[1:-1]", "symbols[1:-1], symbols[:-2]"),
        ),
        Mistake(
            "The context is off by one: you predict a symbol that is already in its "
            "own context. The target is `symbols[2:]`.",
            edit=("symbols[2:]", "symbols[1:-1]"),
        ),
        Mistake(
            "The natural logarithm gives nats. Bits need `log2`.",
            edit=("chances.log2()", "chances.log()"),
        ),
        Mistake(
            "The mean is taken before the logarithm. The surprise is averaged, not the "
            "probability: `log2` first.",
            edit=("chances.log2().mean()", "chances.mean().log2()"),
        ),
        Mistake(
            "This is the perplexity, 2 to the power of the bits, but the bits "
            "themselves are asked for.",
            edit=("-chances.log2().mean()", "2 ** (-chances.log2().mean())"),
        ),
        Mistake(
            "This is the sum over all symbols. Bits *per symbol* are the mean.",
            edit=("chances.log2().mean()", "chances.log2().sum()"),
        ),
        Mistake(
            "The table is read backwards in time: the last index is the symbol to be "
            "predicted.",
            edit=(
                "symbols[:-2], symbols[1:-1], symbols[2:]]",
                "symbols[2:], symbols[1:-1], symbols[:-2]]",
            ),
        ),
    ),
)


def _outwits(answer):
    """Say what keeps a sequence from outwitting orders 1 and 2, or None."""
    try:
        symbols = torch.as_tensor(answer)
    except (TypeError, ValueError, RuntimeError):
        return "`sequence` must be a list or a tensor of zeros and ones."
    if symbols.dim() != 1:
        return (
            f"`sequence` has {symbols.dim()} axes, not one. A list in a list is "
            "nested: `[pattern] * 40` holds 40 lists, `pattern * 40` one long one."
        )
    if len(symbols) < 200:
        return f"`sequence` needs at least 200 symbols; yours has {len(symbols)}."
    if not ((symbols == 0) | (symbols == 1)).all():
        return "`sequence` may hold only zeros and ones."
    symbols = symbols.long()
    half = len(symbols) // 2
    bits = [
        -log2_probabilities(fit_ngram(symbols[:half], order, 2), symbols[half:])
        .mean()
        .item()
        for order in range(4)
    ]
    if bits[3] > 0.1:
        return (
            f"Order 3 still needs {bits[3]:.2f} bits. Three symbols must settle the "
            "next one, so there can be nothing random in it."
        )
    if bits[0] < 0.95:
        return (
            f"Order 0 needs only {bits[0]:.2f} bits: zeros and ones must be equally "
            "frequent."
        )
    if bits[1] < 0.95:
        return (
            f"Order 1 needs only {bits[1]:.2f} bits: after a 0, and after a 1, both "
            "symbols must be equally frequent."
        )
    if bits[2] < 0.95:
        return (
            f"Order 2 needs only {bits[2]:.2f} bits: after each of 00, 01, 10 and 11, "
            "both symbols must be equally frequent."
        )
    return None


OUTWIT = Exercise(
    id="04.6",
    title="Outwit the chain",
    minutes=8,
    difficulty=2,
    points=2,
    name="sequence",
    verify=_outwits,
    reason=(
        "To orders 1 and 2 it is a coin, and order 3 knows everything. A circle of "
        "symbols that contains every triple exactly once is called a de Bruijn "
        "sequence, after de Bruijn (1946)."
    ),
    stub="""
# Replace the dots with a list of at least 200 zeros and ones.
sequence = ...
""",
    reference="sequence = [0, 0, 0, 1, 0, 1, 1, 1] * 25",
    hints=(
        "Repeat a short pattern: then a context that is long enough settles "
        "everything. Which pattern hides this from two symbols?",
        "Each of 00, 01, 10 and 11 must be followed once by 0 and once by 1. So every "
        "one of the eight windows of three stands in the pattern exactly once.",
        "The pattern has eight symbols, read in a circle, and begins 0 0 0 1. Try a 0 "
        "next.",
    ),
    mistakes=(
        Mistake(
            "after each of 00, 01, 10 and 11, both symbols must be equally frequent.",
            code="sequence = [0, 0, 1, 1] * 50",
        ),
        Mistake(
            "after a 0, and after a 1, both symbols must be equally frequent.",
            code="sequence = [0, 1] * 100",
        ),
        Mistake(
            "after a 0, and after a 1, both symbols must be equally frequent.",
            code="sequence = [0, 0, 0, 1, 1, 1] * 40",
        ),
        Mistake(
            "zeros and ones must be equally frequent.", code="sequence = [0] * 200"
        ),
        Mistake(
            "Three symbols must settle the next one, so there can be nothing random in "
            "it.",
            edit=(
                "sequence = [0, 0, 0, 1, 0, 1, 1, 1] * 25",
                """g = torch.Generator().manual_seed(0)
sequence = torch.randint(2, (400,), generator=g)""",
            ),
        ),
        Mistake(
            "`sequence` needs at least 200 symbols; yours has 8.",
            code="sequence = [0, 0, 0, 1, 0, 1, 1, 1]",
        ),
        Mistake(
            "`[pattern] * 40` holds 40 lists, `pattern * 40` one long one.",
            code="sequence = [[0, 0, 0, 1, 0, 1, 1, 1]] * 40",
        ),
        Mistake(
            "`sequence` may hold only zeros and ones.",
            code="sequence = [1, 1, 1, 2, 1, 2, 2, 2] * 25",
        ),
    ),
)

SECOND_BACK = Exercise(
    id="04.7",
    title="What the second letter back adds",
    minutes=15,
    difficulty=3,
    points=3,
    name="added_by_second",
    cases=lambda: [
        (symbols(40, vocab_size=3), 3),
        (torch.tensor([0, 0, 1, 1]).repeat(10), 2),
        (
            symbols(3000, vocab_size=4, seed=1) % 3
            + symbols(3000, vocab_size=2, seed=2),
            5,
        ),
    ],
    forbidden=("helpers.markov.mutual_information",),
    atol=1e-8,
    stub="""
def added_by_second(symbols, vocab_size):
    # symbols is (T,) int64, from 0 to vocab_size - 1. From its T - 2 triples, return
    # the bits of order 1 minus the bits of order 2, without smoothing: one number.
    ...
""",
    reference="""
def added_by_second(symbols, vocab_size):
    codes = symbols[:-2] * vocab_size**2 + symbols[1:-1] * vocab_size + symbols[2:]
    joint = torch.bincount(codes, minlength=vocab_size**3).double()
    joint = joint.view(vocab_size, vocab_size, vocab_size)
    one_back = joint.sum(dim=0, keepdim=True)
    order_1 = one_back / one_back.sum(dim=2, keepdim=True)
    order_2 = joint / joint.sum(dim=2, keepdim=True)
    gained = (order_2 / order_1).log2()[joint > 0]
    return (joint[joint > 0] * gained).sum() / joint.sum()
""",
    reason=(
        "This is the mutual information of a letter and the one two back, given the "
        "one between: what a first-order chain throws away at the very next step. On "
        "Alice it is nearly 0.8 bits."
    ),
    hints=(
        "Count all triples in one (V, V, V) table, as `pair_counts` does with pairs. "
        "Summed over its first axis it holds the pairs (one back, now).",
        "Order 2 gives a triple `joint / joint.sum(dim=2)`. Order 1 gives the same "
        "ratio after summing over the first axis. Each triple gains log2 of the one "
        "over the other.",
        "Average the gain over the T - 2 triples: weigh with the counts, and leave out "
        "triples that never occur, because 0 · log 0 is nan for the computer.",
    ),
    mistakes=(
        Mistake(
            "This is the mutual information at lag 2, with nothing else known. Here "
            "the letter one back is known already: what is added *to it*?",
            code="""
def added_by_second(symbols, vocab_size):
    V = vocab_size
    codes = symbols[:-2] * V + symbols[2:]
    joint = torch.bincount(codes, minlength=V**2).view(V, V).double()
    joint = joint / joint.sum()
    apart = joint.sum(dim=1, keepdim=True) * joint.sum(dim=0)
    return (joint[joint > 0] * (joint[joint > 0] / apart[joint > 0]).log2()).sum()
""",
        ),
        Mistake(
            "Your order 1 looks at the letter *two* back: you sum over the middle "
            "axis. Sum over the first one, so that one back is left.",
            edit=("joint.sum(dim=0, keepdim=True)", "joint.sum(dim=1, keepdim=True)"),
        ),
        Mistake(
            "The natural logarithm gives nats. Bits need `log2`.",
            edit=("(order_2 / order_1).log2()", "(order_2 / order_1).log()"),
        ),
        Mistake(
            "Triples that never occur give 0 · log 0, which is nan for the computer. "
            "Leave them out: they weigh nothing.",
            code="""
def added_by_second(symbols, vocab_size):
    V = vocab_size
    codes = symbols[:-2] * V**2 + symbols[1:-1] * V + symbols[2:]
    joint = torch.bincount(codes, minlength=V**3).view(V, V, V).double()
    one_back = joint.sum(dim=0, keepdim=True)
    order_1 = one_back / one_back.sum(dim=2, keepdim=True)
    order_2 = joint / joint.sum(dim=2, keepdim=True)
    return (joint * (order_2 / order_1).log2()).sum() / joint.sum()
""",
        ),
        Mistake(
            "Every kind of triple weighs the same here. Weigh it by its count: the "
            "mean is over the T - 2 places of the text.",
            edit=("(joint[joint > 0] * gained).sum() / joint.sum()", "gained.mean()"),
        ),
        Mistake(
            "You divide by T, but there are only T - 2 triples.",
            edit=("joint.sum()", "len(symbols)"),
        ),
        Mistake(
            "These are the bits of order 2. The *gain* is asked for: take them from "
            "the bits of order 1.",
            edit=("(order_2 / order_1).log2()", "-order_2.log2()"),
        ),
        Mistake(
            "Your order 1 is counted from all T - 1 pairs, order 2 from T - 2 triples. "
            "Take both from the same places: sum the triples over their first axis.",
            code="""
def added_by_second(symbols, vocab_size):
    V = vocab_size
    codes = symbols[:-2] * V**2 + symbols[1:-1] * V + symbols[2:]
    joint = torch.bincount(codes, minlength=V**3).view(V, V, V).double()
    codes = symbols[:-1] * V + symbols[1:]
    pairs = torch.bincount(codes, minlength=V**2).view(V, V).double()
    order_1 = pairs / pairs.sum(dim=1, keepdim=True)
    order_2 = joint / joint.sum(dim=2, keepdim=True)
    gained = (order_2 / order_1).log2()[joint > 0]
    return (joint[joint > 0] * gained).sum() / joint.sum()
""",
        ),
        Mistake(
            "Your order 1 is counted from all T - 1 pairs, order 2 from T - 2 triples. "
            "Take both from the same places: sum the triples over their first axis.",
            code="""
def added_by_second(symbols, vocab_size):
    V = vocab_size
    codes = symbols[:-2] * V**2 + symbols[1:-1] * V + symbols[2:]
    joint = torch.bincount(codes, minlength=V**3).view(V, V, V).double()
    codes = symbols[:-1] * V + symbols[1:]
    pairs = torch.bincount(codes, minlength=V**2).view(V, V).double()
    one, two = (n / n.sum(-1, keepdim=True) for n in (pairs, joint))
    bits_1 = -(pairs * one.log2())[pairs > 0].sum() / pairs.sum()
    bits_2 = -(joint * two.log2())[joint > 0].sum() / joint.sum()
    return bits_1 - bits_2
""",
        ),
        *alike(
            "You add alpha to the counts. The question is without smoothing: leave out "
            "triples that never occur instead.",
            [
                (
                    "joint.sum(dim=0, keepdim=True)",
                    "joint.sum(dim=0, keepdim=True) + 0.1",
                ),
                (
                    "joint / joint.sum(dim=2, keepdim=True)",
                    "(joint + 0.1) / (joint + 0.1).sum(dim=2, keepdim=True)",
                ),
            ],
            (".double()", ".double() + 0.1"),
        ),
        *alike(
            "Your order 1 sums the triples over their *last* axis, which leaves pairs "
            "of (two back, one back). Sum over the first: (one back, now) is left.",
            [
                ("joint.sum(dim=0, keepdim=True)", "joint.sum(dim=2)"),
                (
                    "one_back.sum(dim=2, keepdim=True)",
                    "one_back.sum(dim=1, keepdim=True)",
                ),
            ],
            [
                ("joint.sum(dim=0, keepdim=True)", "joint.sum(dim=2, keepdim=True)"),
                (
                    "one_back.sum(dim=2, keepdim=True)",
                    "one_back.sum(dim=1, keepdim=True)",
                ),
            ],
        ),
    ),
)

INTERPOLATE = Exercise(
    id="04.8",
    title="Ask the shorter context",
    minutes=10,
    difficulty=2,
    points=2,
    name="interpolate",
    cases=lambda: [
        ([torch.tensor([3.0, 1.0], dtype=torch.float64)], 2.0),
        ([_counts(5), _counts(5, seed=1), _counts(5, seed=2)], 3.0),
        ([_counts(4, seed=3), _counts(4, seed=4), 0 * _counts(4)], 0.5),
    ],
    gradient=("counts[0]",),  # a new context has none
    stub="""
def interpolate(counts, beta):
    # counts is a list of (V,), how often each symbol followed the contexts of order
    # 0, 1, 2 ...; beta is how many imaginary letters each order borrows.
    # Return the probabilities after the longest context, (V,).
    ...
""",
    reference="""
def interpolate(counts, beta):
    found = torch.ones_like(counts[0]) / len(counts[0])
    for seen in counts:
        found = (seen + beta * found) / (seen.sum() + beta)
    return found
""",
    reason=(
        "Each order has the last word where it has counts, and passes on what it was "
        "told where it has none: with a count of zero the fraction leaves `found` as "
        "it was. Additive smoothing is the same with a single order."
    ),
    hints=(
        "Begin with the uniform law, then let one order after the other change it.",
        "The counts of an order, plus beta times what you have so far: what do you "
        "have to divide by, so that the sum is 1?",
        "The probabilities so far sum to 1, so beta times them sum to beta: divide by "
        "the sum of the counts plus beta.",
    ),
    mistakes=(
        Mistake(
            "The uniform law gets no share: you begin with zeros, so a symbol that was "
            "never seen is impossible. Begin with 1/V.",
            edit=(
                "torch.ones_like(counts[0]) / len(counts[0])",
                "torch.zeros_like(counts[0])",
            ),
        ),
        Mistake(
            "You begin with ones. The uniform law is 1/V for each symbol, so that it "
            "sums to 1.",
            edit=(" / len(counts[0])", ""),
        ),
        Mistake(
            "The orders are taken in the wrong direction, so that the shortest context "
            "has the last word. Go from the shortest to the longest.",
            edit=("in counts:", "in counts[::-1]:"),
        ),
        Mistake(
            "Every order borrows from the uniform law. It should borrow from the order "
            "before it, which has borrowed itself.",
            code="""
def interpolate(counts, beta):
    uniform = torch.ones_like(counts[0]) / len(counts[0])
    for seen in counts:
        found = (seen + beta * uniform) / (seen.sum() + beta)
    return found
""",
        ),
        Mistake(
            "You divide by the counts alone, but beta letters were added to them: the "
            "result must sum to 1.",
            edit=("(seen.sum() + beta)", "(seen.sum() + 1e-9)"),
        ),
        Mistake(
            "You add beta to every count, V times beta in all, and divide as if it had "
            "been added once. What is added is beta times the *probabilities* so far.",
            edit=("beta * found", "beta"),
        ),
        Mistake(
            "This is back-off: only the longest context that was seen is asked. Here "
            "every order has its share.",
            code="""
def interpolate(counts, beta):
    uniform = torch.ones_like(counts[0]) / len(counts[0])
    longest = [seen for seen in counts if seen.sum() > 0][-1]
    return (longest + beta * uniform) / (longest.sum() + beta)
""",
        ),
    ),
)

UNIT = Exercise(
    id="04.9",
    title="Per what?",
    minutes=2,
    difficulty=1,
    points=1,
    name="perplexity",
    stub="""
# Replace the dots with a number.
perplexity = ...
""",
    reference="perplexity = 1024",
    reason=(
        "Bits add up, so a word costs 5 · 2 = 10 bits, and 2 to the power of 10 is "
        "1024. Per character the same model has a perplexity of 4. A perplexity "
        "without its unit therefore means nothing."
    ),
    hints=(
        "Surprises add up. How many bits does a whole word cost?",
        "Ten bits. And a perplexity is 2 to the power of the bits.",
        "2 to the power of 5 · 2.",
    ),
    mistakes=(
        Mistake(
            "These are the bits per word. The perplexity is 2 to that power.",
            code="perplexity = 10",
        ),
        Mistake(
            "You multiplied the perplexity per character by 5. It is the *bits* that "
            "add up; perplexities multiply.",
            code="perplexity = 5 * 2**2",
        ),
        Mistake(
            "This is the perplexity per character. A word has five of them.",
            code="perplexity = 4",
        ),
        Mistake(
            "2 to the power of 5 would be right at one bit per character. Here each "
            "character costs 2 bits.",
            code="perplexity = 32",
        ),
        Mistake(
            "The exponential is right for nats. Bits are to the base 2.",
            code="perplexity = math.exp(10)",
        ),
        Mistake(
            "You divided the bits by 5. A word costs more than a character, not less.",
            code="perplexity = 2 ** (2 / 5)",
        ),
    ),
)

TAKE_AND_LEND = Exercise(
    id="04.10",
    title="Take and lend",
    minutes=12,
    difficulty=2,
    points=2,
    name="discounted",
    cases=lambda: [
        (_counts(4, 6), rows(4, 6), 0.7),
        (_counts(3, 3, seed=1), rows(3, 3, seed=1), 0.5),
        (_counts(3, 5, seed=2) * _first_row_empty(3), rows(3, 5, seed=2), 0.9),
        (torch.eye(3, dtype=torch.float64), rows(3, 3, seed=3), 1.0),
        (torch.eye(2, dtype=torch.float64), rows(2, 2, seed=5), 0.25),
        (_counts(2, 4, seed=4), rows(2, 4, seed=4), 0.0),
    ],
    gradient=("shorter",),
    stub="""
def discounted(counts, shorter, discount):
    # counts (N, V): how often each symbol followed each context, 0 or at least 1.
    # shorter (N, V): the probabilities after the shorter contexts.
    # Return the probabilities (N, V) of one level of Kneser-Ney.
    ...
""",
    reference="""
def discounted(counts, shorter, discount):
    total = counts.sum(dim=1, keepdim=True)
    kept = (counts - discount).clamp(min=0)
    freed = discount * (counts > 0).sum(dim=1, keepdim=True)
    found = (kept + freed * shorter) / total.clamp(min=1)
    return torch.where(total > 0, found, shorter)
""",
    reason=(
        "What is taken from the counts of a row, the discount times the number of "
        "different symbols in it, is exactly what the shorter context is lent, so each "
        "row still sums to 1. Stacked over all orders, this is "
        "`helpers.markov.KneserNey`."
    ),
    hints=(
        "Take the discount from every count that is not zero. How much have you taken "
        "from a row, all together?",
        "The discount times the number of symbols with a count in the row: this much "
        "is shared out in proportion to `shorter`. Then divide by the row's total.",
        "`clamp(min=0)` keeps zeros from becoming negative. A row of zeros has the "
        "total 0: give it the probabilities of `shorter` with `torch.where`.",
    ),
    mistakes=(
        Mistake(
            "You take the discount from every symbol that was seen, but lend it only "
            "once. What is freed is the discount times the number of *different* "
            "symbols in the row.",
            edit=("(counts > 0).sum(dim=1, keepdim=True)", "(total > 0)"),
        ),
        Mistake(
            "You free the discount for all V symbols, although nothing was taken from "
            "those that were never seen. Count only those with a count above 0.",
            edit=("(counts > 0)", "(counts >= 0)"),
        ),
        Mistake(
            "A count of 0 becomes negative when the discount is taken from it. Nothing "
            "can be taken where nothing is: `clamp(min=0)`.",
            edit=("(counts - discount).clamp(min=0)", "(counts - discount)"),
        ),
        Mistake(
            "What the discount frees is given to nobody, so your rows do not sum to 1. "
            "It belongs to the shorter context.",
            edit=("(kept + freed * shorter)", "(kept + 0 * freed * shorter)"),
        ),
        Mistake(
            "What is freed is shared out evenly. It should be shared out as the "
            "shorter context says.",
            edit=("freed * shorter", "freed / counts.shape[1]"),
        ),
        Mistake(
            "Nothing is taken from the counts, but the shorter context is lent "
            "something all the same: your rows sum to more than 1.",
            edit=("(counts - discount).clamp(min=0)", "counts"),
        ),
        Mistake(
            "A context that was never seen has a row of zeros, and you divide by its "
            "total. There the answer is what `shorter` says.",
            edits=[
                (" / total.clamp(min=1)", " / total"),
                ("torch.where(total > 0, found, shorter)", "found"),
            ],
        ),
        Mistake(
            "A context that was never seen gets no probabilities at all. There the "
            "answer is what `shorter` says.",
            edit=("torch.where(total > 0, found, shorter)", "found"),
        ),
    ),
)

TABLE_GRADIENT = Exercise(
    id="04.11",
    title="The gradient of a table",
    minutes=8,
    difficulty=2,
    points=2,
    name="table_gradient",
    cases=lambda: [
        (
            torch.zeros(2, 2, dtype=torch.float64),
            torch.tensor([[3.0, 1.0], [0.0, 0.0]], dtype=torch.float64),
        ),
        (rows(3, 3).log(), _counts(3, 3)),
        (3 * rows(5, 5, seed=1), _counts(5, 5, seed=1)),
    ],
    forbidden=("autograd",),
    stub="""
def table_gradient(weights, counts):
    # weights (V, V): the softmax of a row predicts what follows its symbol.
    # counts (V, V): the pairs of a text, from row to column.
    # Return the gradient of the mean cross-entropy, in nats, for the weights, (V, V).
    ...
""",
    reference="""
def table_gradient(weights, counts):
    predicted = weights.softmax(dim=1)
    expected = counts.sum(dim=1, keepdim=True) * predicted
    return (expected - counts) / counts.sum()
""",
    reason=(
        "Expected minus counted, for each pair: the gradient is zero where the softmax "
        "of every row equals the shares, so counting and gradient descent look for the "
        "same table. Predicted minus true is also where every backward pass of this "
        "course begins, from notebook 07 on."
    ),
    hints=(
        "For a single pair (i, j), the gradient of the cross-entropy with respect to "
        "row i is the softmax of that row, minus 1 at place j.",
        "Add this up over all pairs: row i comes as often as symbol i has a follower, "
        "and place j as often as the pair was counted.",
        "How often is j *expected* after i? The row's total times the softmax. Take "
        "the counts from it, and divide by the number of all pairs.",
    ),
    mistakes=(
        Mistake(
            "The sign is turned round: this is the direction in which to step. The "
            "gradient points uphill, predicted minus counted.",
            edit=("(expected - counts)", "(counts - expected)"),
        ),
        Mistake(
            "The prediction of a row is counted once, although the row comes as often "
            "as its symbol has a follower. Multiply it by the row's total.",
            edit=("counts.sum(dim=1, keepdim=True) * predicted", "predicted"),
        ),
        Mistake(
            "You divide each row by its own total. The mean is over *all* pairs, so "
            "that rare symbols count for little.",
            code="""
def table_gradient(weights, counts):
    totals = counts.sum(dim=1, keepdim=True)
    return weights.softmax(dim=1) - counts / totals.clamp(min=1)
""",
        ),
        Mistake(
            "This is the gradient of the sum over all pairs. Of the *mean* it is "
            "smaller by their number.",
            edit=("(expected - counts) / counts.sum()", "expected - counts"),
        ),
        Mistake(
            "The softmax runs down the columns. Each *row* is a distribution: `dim=1`.",
            edit=("softmax(dim=1)", "softmax(dim=0)"),
        ),
        Mistake(
            "This is the gradient of the loss in bits. In nats it is smaller by log 2.",
            edit=("/ counts.sum()", "/ counts.sum() / math.log(2)"),
        ),
    ),
)
