"""The exercises of notebook 13 that mend programs, its gallery of silent mistakes."""

import torch
from torch import nn

from helpers.exercises.cases import normal, step_of_cell
from helpers.exercises.exercise import Exercise, Mistake, alike

MEND = """\
    # This runs, and it is wrong. Mend it; take this line and the dots away.
    ..."""


LINEAR = Exercise(
    id="13.12",
    title="Gallery: a network without a bend",
    minutes=3,
    difficulty=1,
    points=1,
    name="read",
    cases=lambda: [
        (normal(5, 3), normal(4, 3, seed=1), normal(4, 4, seed=2), normal(4)),
        (normal(1, 2), normal(3, 2, seed=4), normal(3, 3, seed=5), normal(3)),
    ],
    stub=f"""
def read(xs, weight_ih, weight_hh, bias):
    # A tanh RNN without a batch: xs is (T, I). Return the last state, (H,).
{MEND}
    h = torch.zeros(weight_hh.shape[0])
    for x in xs:
        h = weight_ih @ x + weight_hh @ h + bias
    return h
""",
    reference="""
def read(xs, weight_ih, weight_hh, bias):
    h = torch.zeros(weight_hh.shape[0])
    for x in xs:
        h = (weight_ih @ x + weight_hh @ h + bias).tanh()
    return h
""",
    reason=(
        "Without the tanh, every state is a linear function of all inputs, and a "
        "stack of a thousand steps could be written as one matrix. The bend is what "
        "makes a loop more than a sum; notebook 14 gives it up on purpose."
    ),
    hints=(
        "Compare the loop with the formula of notebook 06, symbol by symbol.",
        "Something that bends is missing, and it belongs into every step.",
        "The sum of all three terms goes through a tanh before it becomes h.",
    ),
    mistakes=(
        Mistake(
            "One tanh at the end: until then the network is still linear. It belongs "
            "into the loop.",
            edits=[
                (
                    "(weight_ih @ x + weight_hh @ h + bias).tanh()",
                    "weight_ih @ x + weight_hh @ h + bias",
                ),
                ("return h", "return h.tanh()"),
            ],
        ),
        Mistake(
            "The tanh acts on the old state alone, so the state that comes out is not "
            "squashed. It goes around the whole sum.",
            edit=(
                "(weight_ih @ x + weight_hh @ h + bias).tanh()",
                "weight_ih @ x + weight_hh @ h.tanh() + bias",
            ),
        ),
        Mistake(
            "The bias is added after the tanh. It belongs to the score inside.",
            edit=(
                "(weight_ih @ x + weight_hh @ h + bias).tanh()",
                "(weight_ih @ x + weight_hh @ h).tanh() + bias",
            ),
        ),
        Mistake(
            "A ReLU bends too, but this is to be a tanh RNN.",
            edit=(
                "(weight_ih @ x + weight_hh @ h + bias).tanh()",
                "(weight_ih @ x + weight_hh @ h + bias).relu()",
            ),
        ),
        Mistake(
            "A sigmoid bends too, but this is to be a tanh RNN.",
            edit=(
                "(weight_ih @ x + weight_hh @ h + bias).tanh()",
                "(weight_ih @ x + weight_hh @ h + bias).sigmoid()",
            ),
        ),
        Mistake(
            "The tanh acts on the input alone; the state is still a linear function of "
            "the state before.",
            edit=(
                "(weight_ih @ x + weight_hh @ h + bias).tanh()",
                "(weight_ih @ x).tanh() + weight_hh @ h + bias",
            ),
        ),
    ),
)


SWAPPED = Exercise(
    id="13.13",
    title="Gallery: gates in a muddle",
    minutes=4,
    difficulty=1,
    points=1,
    name="step",
    cases=lambda: [step_of_cell(4, 2, 3, 5, states=2, biases=1, seed=5)],
    stub=f"""
def step(x, h, c, weight_ih, weight_hh, bias):
    # One LSTM step with weights taken from torch. Return the new h and c.
{MEND}
    scores = x @ weight_ih.T + h @ weight_hh.T + bias
    f, i, o, g = scores.chunk(4, dim=1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c
""",
    reference="""
def step(x, h, c, weight_ih, weight_hh, bias):
    scores = x @ weight_ih.T + h @ weight_hh.T + bias
    i, f, g, o = scores.chunk(4, dim=1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c
""",
    reason=(
        "The order i, f, g, o is a convention, and a network trained from scratch "
        "does not care about it. Loaded weights do: with two rows swapped, the forget "
        "gate gets the input gate's numbers and no error is raised."
    ),
    hints=(
        "The formulas of the last two lines are right. So are the letters the right "
        "rows?",
        "In which order does torch stack the four blocks? Notebook 09 says.",
        "Input gate, forget gate, candidate, output gate.",
    ),
    mistakes=(
        Mistake(
            "`i` and `f` are right now; `g` and `o` are still swapped.",
            edit=("i, f, g, o", "i, f, o, g"),
        ),
        Mistake(
            "`g` and `o` are right now; `i` and `f` still have each other's part.",
            edit=("i, f, g, o", "f, i, g, o"),
        ),
        Mistake(
            "`f` and `g` are swapped: the order is i, f, g, o.",
            edit=("i, f, g, o", "i, g, f, o"),
        ),
        Mistake(
            "The output gate comes last: i, f, g, o.", edit=("i, f, g, o", "o, i, f, g")
        ),
    ),
)


def _two_layers(batch, steps, seed):
    torch.manual_seed(seed)
    layer = nn.GRU(3, 4, num_layers=2).requires_grad_(False)
    return layer, normal(batch, steps, 3, seed=seed)


LAST = Exercise(
    id="13.14",
    title="Gallery: whose last state?",
    minutes=5,
    difficulty=2,
    points=2,
    name="last_state",
    cases=lambda: [_two_layers(5, 5, seed=1), _two_layers(3, 3, seed=2)],
    stub=f"""
def last_state(layer, x):
    # layer is an nn.GRU with two layers, made without batch_first; x is (B, T, I).
    # Return the upper layer's state after the last step, (B, H).
{MEND}
    _, h_n = layer(x)
    return h_n[0]
""",
    reference="""
def last_state(layer, x):
    _, h_n = layer(x.transpose(0, 1))
    return h_n[-1]
""",
    reason=(
        "A layer without `batch_first` takes time as its first axis, so the input "
        "must be turned before it goes in. Turned wrongly it still runs, since the "
        "layer cannot know which axis is time."
    ),
    hints=(
        "There are two mistakes. What does torch take the first axis of `x` for?",
        "Swap two axes of the input. Then ask which row of `h_n` is the upper layer.",
        "`x.transpose(0, 1)` goes in; the last row of h_n comes out.",
    ),
    mistakes=(
        Mistake(
            "The layer is right now, but time and batch are still swapped: this layer "
            "wants (T, B, I). (`reshape` swaps nothing; `transpose` does.)",
            edit=("x.transpose(0, 1)", "x"),
        ),
        Mistake(
            "The axes are right now, but `h_n[0]` is the lower layer. The upper one is "
            "`h_n[-1]`.",
            edit=("h_n[-1]", "h_n[0]"),
        ),
        Mistake(
            "The last *column* is taken, but torch still reads the first axis as time: "
            "each of your sequences is a step to it.",
            edits=[
                ("_, h_n = layer(x.transpose(0, 1))", "output, _ = layer(x)"),
                ("h_n[-1]", "output[:, -1]"),
            ],
        ),
        Mistake(
            "This is the output of the *first* step. The last one is row -1.",
            edits=[
                ("_, h_n =", "output, _ ="),
                ("h_n[-1]", "output[0]"),
            ],
        ),
        Mistake(
            "The output is (T, B, H) here, so `[:, -1]` is the last sequence at every "
            "step. The last step is row -1.",
            edits=[
                ("_, h_n =", "output, _ ="),
                ("h_n[-1]", "output[:, -1]"),
            ],
        ),
    ),
)


TARGETS = Exercise(
    id="13.15",
    title="Gallery: too good to be true",
    minutes=6,
    difficulty=2,
    points=2,
    name="next_letter_loss",
    given="from torch.nn.functional import cross_entropy\n",
    cases=lambda: [
        (3 * normal(5, 5), (normal(4, 7, seed=1) > 0).long() + 2),
        (normal(4, 4, seed=2), torch.tensor([[0, 3, 1, 1, 2], [2, 2, 0, 1, 3]])),
    ],
    stub=f"""
def next_letter_loss(table, letters):
    # letters is (B, T), whole numbers. In a Markov chain row k of the table, (V, V),
    # holds the scores of the letter that FOLLOWS letter k. Return its cross-entropy.
{MEND}
    scores = table[letters]  # (B, T, V)
    probabilities = scores.softmax(dim=-1)
    return cross_entropy(probabilities.flatten(0, 1), letters.flatten())
""",
    reference="""
def next_letter_loss(table, letters):
    scores = table[letters]  # (B, T, V)
    return cross_entropy(scores[:, :-1].flatten(0, 1), letters[:, 1:].flatten())
""",
    reason=(
        "Step t must be asked about letter t + 1. If the letter that it is asked "
        "about is also the one it has read, the loss falls to zero and the model has "
        "learned to copy."
    ),
    hints=(
        "There are two mistakes. What does `cross_entropy` do to its first argument?",
        "It takes scores and makes them probabilities itself. Second: which letter is "
        "the target at step t?",
        "Drop the last step of the scores and the first of the letters, so that step t "
        "meets letter t + 1.",
    ),
    mistakes=(
        Mistake(
            "The targets are right now, but `cross_entropy` still gets probabilities. "
            "It applies a softmax itself: give it the scores.",
            edit=("scores[:, :-1]", "scores[:, :-1].softmax(dim=-1)"),
        ),
        Mistake(
            "The softmax is gone, but the target at step t is still letter t, which "
            "the model has just read. It is letter t + 1.",
            edits=[
                ("scores[:, :-1]", "scores"),
                ("letters[:, 1:]", "letters"),
            ],
        ),
        Mistake(
            "The shift goes the wrong way: this asks for the letter *before*.",
            edits=[
                ("scores[:, :-1]", "scores[:, 1:]"),
                ("letters[:, 1:]", "letters[:, :-1]"),
            ],
        ),
        Mistake(
            "`roll` hands the first letter of each row to its last step. That step has "
            "no next letter: leave it out.",
            edits=[
                ("scores[:, :-1]", "scores"),
                ("letters[:, 1:]", "letters.roll(-1, dims=1)"),
            ],
        ),
        Mistake(
            "You shifted after flattening, so the last letter of a row must predict "
            "the first of the next one. Shift along T, row by row.",
            edit=(
                "scores[:, :-1].flatten(0, 1), letters[:, 1:].flatten()",
                "scores.flatten(0, 1)[:-1], letters.flatten()[1:]",
            ),
        ),
    ),
)


def _line_case(seed, slope):
    torch.manual_seed(seed)
    model = nn.Linear(1, 1)
    x = normal(20, 1, seed=seed)
    return model, x, slope * x + 1, 12


def _plane_case(seed):
    """Return what a plane needs: a weight of several entries, beside the bias."""
    torch.manual_seed(seed)
    model, x = nn.Linear(3, 1), normal(20, 3, seed=seed)
    return model, x, x @ x.new_tensor([[4.0], [-3.0], [2.0]]) + 5, 12


LOOP = Exercise(
    id="13.16",
    title="Gallery: a loop that swings",
    minutes=5,
    difficulty=2,
    points=2,
    name="train",
    given="from torch.nn.utils import clip_grad_norm_\n",
    cases=lambda: [_line_case(1, 5.0), _line_case(2, -3.0), _plane_case(3)],
    stub=f"""
def train(model, x, y, steps):
    # Return the squared error before each step. Gradients are to be clipped to norm 1.
{MEND}
    optimizer, losses = torch.optim.SGD(model.parameters(), lr=0.2), []
    for _ in range(steps):
        loss = (model(x) - y).square().mean()
        loss.backward()
        optimizer.step()
        clip_grad_norm_(model.parameters(), 1.0)
        losses.append(loss.item())
    return losses
""",
    reference="""
def train(model, x, y, steps):
    optimizer, losses = torch.optim.SGD(model.parameters(), lr=0.2), []
    for _ in range(steps):
        loss = (model(x) - y).square().mean()
        optimizer.zero_grad()
        loss.backward()
        clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    return losses
""",
    reason=(
        "Gradients add up until they are cleared, and clipping must come after "
        "backward and before the step; in any other order the loop runs, and swings "
        "or crawls. Notebook 07 has the same four calls."
    ),
    hints=(
        "There are two mistakes. What does `backward` do with gradients that are there "
        "already?",
        "It adds to them: one line is missing. And a line that changes gradients is of "
        "use only before they are used.",
        "Four calls in this order: clear the gradients, backward, clip, step.",
    ),
    mistakes=(
        Mistake(
            "The gradients are cleared now, but the clipping has no effect. It belongs "
            "after `backward`, which makes the gradients, and before `step`, which "
            "uses them.",
            edit=(
                """clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()""",
                """optimizer.step()
        clip_grad_norm_(model.parameters(), 1.0)""",
            ),
        ),
        Mistake(
            "Clipping comes at the right place now, but old gradients are still there: "
            "`zero_grad` is missing inside the loop, and `backward` adds to what it "
            "finds.",
            edit=("        optimizer.zero_grad()\n", ""),
        ),
        Mistake(
            "The gradients are cleared between `backward` and `step`: the step sees "
            "zeros and nothing is learned.",
            edits=[
                ("        optimizer.zero_grad()\n", ""),
                ("optimizer.step()", "optimizer.zero_grad()\n        optimizer.step()"),
            ],
        ),
        Mistake(
            "Each tensor is clipped to norm 1 by itself. Asked is the norm of all of "
            "them together.",
            edit=(
                "clip_grad_norm_(model.parameters(), 1.0)",
                "[clip_grad_norm_(one, 1.0) for one in model.parameters()]",
            ),
        ),
        Mistake(
            "Each entry is clipped to 1. Asked is the norm of all of them together.",
            edit=("clip_grad_norm_", "torch.nn.utils.clip_grad_value_"),
        ),
    ),
)


def _songs_case(seed):
    torch.manual_seed(seed)
    layer = nn.GRU(2, 3, batch_first=True)
    songs = [
        [normal(2, 4, 2, seed=10 * seed + 3 * song + chunk) for chunk in range(3)]
        for song in range(2)
    ]
    return layer, songs


GRAPH = Exercise(
    id="13.17",
    title="Gallery: a graph without an end",
    minutes=7,
    difficulty=3,
    points=3,
    name="song_losses",
    cases=lambda: [_songs_case(1), _songs_case(2)],
    gradient=True,
    stub=f"""
def song_losses(layer, songs):
    # layer is a GRU with batch_first. A song is a list of chunks (B, K, I), read one
    # after the other. The state goes on from chunk to chunk of a song; its gradient
    # stays in the chunk. A song begins from zeros. Return all losses, (chunks,).
{MEND}
    h, losses = None, []
    for song in songs:
        for chunk in song:
            output, h = layer(chunk, h)
            losses.append(output.square().mean())
    return torch.stack(losses)
""",
    reference="""
def song_losses(layer, songs):
    losses = []
    for song in songs:
        h = None
        for chunk in song:
            output, h = layer(chunk, h)
            h = h.detach()
            losses.append(output.square().mean())
    return torch.stack(losses)
""",
    reason=(
        "Within a song the state is carried and its history is cut at each chunk, so "
        "the graph never grows; at a new song the state begins anew. `None` where the "
        "song begins, `detach` where the chunk ends."
    ),
    hints=(
        "There are two mistakes: one about what goes on too far forward, one about "
        "what goes on too far back.",
        "Forward: a song must not hear the end of the one before. Back: a loss must "
        "not reach earlier chunks.",
        "Set h to None where a song begins, and cut its history with `detach` after "
        "every chunk.",
    ),
    mistakes=(
        Mistake(
            "The gradient stays in its chunk now, but a song still begins with the "
            "state that another has left. Reset `h` for every song.",
            edit=(
                """losses = []
    for song in songs:
        h = None
""",
                """losses, h = [], None
    for song in songs:
""",
            ),
        ),
        Mistake(
            "Every song begins anew now, but the gradient still runs through all "
            "earlier chunks: `detach` the state.",
            edit=("            h = h.detach()\n", ""),
        ),
        Mistake(
            "Every chunk begins from zeros: the state is thrown away, or never handed "
            "to the layer. It goes on within a song; only its gradient is cut.",
            edit=("h.detach()", "None"),
        ),
        Mistake(
            "The output is detached as well, so no gradient is left to learn from. Cut "
            "only the state.",
            edit=("h = h.detach()", "output, h = output.detach(), h.detach()"),
        ),
    ),
)

CHANGES = "Asked twice, it gives two answers: dropout is on. `model.eval()` is missing."
COUNT = (
    "It is steady now, but the number of right answers. Their share is asked for: the "
    "mean."
)
WRONG_SHARE = "It is steady now, but not the share of right answers without dropout."
LEFT_IN_EVAL = (
    "The accuracy is right, but the model is left in eval mode: training would go on "
    "without dropout. Put it back with `model.train()`."
)
FORCED_TRAIN = (
    "A model that came in eval mode goes out in training mode. Remember "
    "`model.training` first, and put that back."
)
LAYER_GONE = "The dropout of the model was changed for good. Only its mode may change."


class _Dropping(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden, self.drop = nn.Linear(4, 32), nn.Dropout(0.5)
        self.read = nn.Linear(32, 3)

    def forward(self, x):
        return self.read(self.drop(self.hidden(x).tanh()))


def _asks_calmly(accuracy):
    """Return what is wrong with a function that measures accuracy."""
    torch.manual_seed(1)
    model, x = _Dropping(), normal(200, 4)
    y = torch.arange(200) % 3
    right = (model.eval()(x).argmax(1) == y).double().mean().item()
    model.train()
    first, second = (float(accuracy(model, x, y)) for _ in range(2))
    left_in_eval = not model.training
    if first != second:
        return CHANGES
    if model.drop.p != 0.5:
        return LAYER_GONE
    if abs(first - right * len(y)) < 1e-6:
        return COUNT
    if abs(first - right) > 1e-6:
        return WRONG_SHARE
    if left_in_eval:
        return LEFT_IN_EVAL
    accuracy(model.eval(), x, y)
    return FORCED_TRAIN if model.training else None


EVAL = Exercise(
    id="13.18",
    title="Gallery: three marks for one exam",
    minutes=4,
    difficulty=2,
    points=2,
    name="accuracy",
    verify=_asks_calmly,
    stub=f"""
def accuracy(model, x, y):
    # The model has dropout. Return the share of right answers as a number, and leave
    # the model in the mode in which it came.
{MEND}
    with torch.no_grad():
        answers = model(x).argmax(dim=1)
    return (answers == y).float().mean().item()
""",
    reference="""
def accuracy(model, x, y):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        answers = model(x).argmax(dim=1)
    model.train(was_training)
    return (answers == y).float().mean().item()
""",
    reason=(
        "`no_grad` switches gradients off, and `eval` switches dropout off: neither "
        "does the work of the other. Notebook 11 counts both among the mistakes that "
        "make no noise."
    ),
    hints=(
        "`torch.no_grad()` stops the recording of gradients. Does it stop dropout?",
        "`model.eval()` before the question. And afterwards?",
        "`model.training` says in which mode it is, True or False; `model.train(mode)` "
        "puts it there.",
    ),
    mistakes=(
        *alike(
            CHANGES,
            ("    model.eval()\n", ""),
            ("model.eval()", "model.train()"),
        ),
        Mistake(LEFT_IN_EVAL, edit=("    model.train(was_training)\n", "")),
        Mistake(FORCED_TRAIN, edit=("model.train(was_training)", "model.train()")),
        Mistake(WRONG_SHARE, edit=("model.eval()", "torch.manual_seed(0)")),
        Mistake(LAYER_GONE, edit=("model.eval()", "model.drop.p = 0.0")),
        Mistake(COUNT, edit=(".float().mean()", ".float().sum()")),
    ),
)
