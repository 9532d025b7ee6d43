"""The exercises of notebook 07."""

import torch

from helpers.exercises.cases import normal
from helpers.exercises.exercise import Exercise, Mistake

NOTEBOOK = "07 · Backpropagation through time"


ON_PAPER = Exercise(
    id="07.1",
    title="Three steps on paper",
    minutes=5,
    difficulty=1,
    points=1,
    name="by_w",
    stub="""
# Replace the dots with a number.
by_w = ...
""",
    reference="by_w = 2.2",
    reason=(
        "δ is 1, then 0.64 · 2 · 1 = 1.28, then 0.75 · 2 · 1.28 = 1.92, so the "
        "contributions are 0.6, 0.64 and 0.96. Here the oldest use of the weight "
        "counts most, because each step back multiplies by more than 1; notebook 08 "
        "asks when that is so."
    ),
    hints=(
        "Walk from the end: δ_3 is the slope at h_3. Each step back multiplies by the "
        "weight and by the slope there, 1 - h².",
        "δ_3 = 1 and δ_2 = 0.64 · 2 · δ_3. Then δ_1. The part of step t is δ_t times "
        "the state before it.",
        "δ_1 = 0.75 · 2 · 1.28 = 1.92. Add δ_3 · 0.6, δ_2 · 0.5 and δ_1 · 0.5.",
    ),
    mistakes=(
        Mistake(
            "This is only the last step's part, δ_3 · h_2. The weight was used at "
            "steps 2 and 1 as well: add their parts.",
            code="by_w = 0.6",
        ),
        Mistake(
            "This is the sum for w = 0.5, as in the text. Here each step back "
            "multiplies by w = 2.",
            code="by_w = 0.82",
        ),
        Mistake(
            "The slopes are missing. Each step back multiplies by 1 - h² too, 0.64 at "
            "h_2 and 0.75 at h_1.",
            code="by_w = 3.6",
        ),
        Mistake(
            "The weight is missing on the way back: δ_2 is 0.64 · w · δ_3, with w = 2.",
            code="by_w = 1.16",
        ),
        Mistake(
            "δ of the next step is missing: δ_1 is made from δ_2, not from the end "
            "directly.",
            code="by_w = 0.6 + 2 * 0.64 * 0.5 + 2 * 0.75 * 0.5",
        ),
        Mistake(
            "The slope is taken at the wrong argument: h is the output of tanh "
            "already, so the slope is 1 - h² without another tanh.",
            edit=(
                "by_w = 2.2",
                """slopes = [1 - math.tanh(h) ** 2 for h in (0.5, 0.6, 0.0)]
by_w = 0.6 + 2 * slopes[1] * 0.5 + 4 * slopes[1] * slopes[0] * 0.5""",
            ),
        ),
        Mistake(
            "Each δ_t is multiplied by the state *after* the step, h_t. The weight "
            "multiplied the state before it, h_{t-1}.",
            code="by_w = 1.728",
        ),
        Mistake(
            "This is only the oldest part, δ_1 · h_0. Add those of steps 2 and 3.",
            code="by_w = 0.96",
        ),
        Mistake(
            "These are the three δ, added. Each is still to be multiplied by the state "
            "that w multiplied, h_{t-1}.",
            code="by_w = 1 + 1.28 + 1.92",
        ),
        Mistake(
            "The slopes are one step off: on the way back from h_3, the next slope is "
            "that at h_2, 0.64.",
            code="by_w = 0.6 + 2 * 0.75 * 0.5 + 4 * 0.75 * 0.75 * 0.5",
        ),
        Mistake(
            "This is the mean of the three parts. The one weight is all three uses at "
            "once, so their parts are added.",
            code="by_w = 2.2 / 3",
        ),
    ),
)

COUNT = Exercise(
    id="07.2",
    title="How many parts are left?",
    minutes=4,
    difficulty=1,
    points=1,
    name="left",
    stub="""
# Replace the dots with a whole number.
left = ...
""",
    reference="left = 30",
    reason=(
        "Each of the three windows keeps 4 · 5 / 2 = 10 contributions. Without cuts "
        "there would be 12 · 13 / 2 = 78, so truncation drops most of them, and all "
        "of the long ones."
    ),
    hints=(
        "A part is left when its loss and its use of W lie in the same window. Look at "
        "one window first.",
        "In a window of 4 steps, the loss of its first step reaches one use, the loss "
        "of its last step reaches four.",
        "1 + 2 + 3 + 4 in each window; and there are 12 / 4 windows.",
    ),
    mistakes=(
        Mistake(
            "This is every part, 12 · 13 / 2. The cuts have not been counted.",
            code="left = 78",
        ),
        Mistake(
            "You let every loss look four steps back, with a window that slides. Here "
            "the cuts stand still: the first loss of a window reaches one use only.",
            code="left = 42",
        ),
        Mistake(
            "4 · 4 parts in each window would include uses after the loss. A loss "
            "reaches its own step and earlier ones.",
            code="left = 48",
        ),
        Mistake(
            "The use at the loss's own step is missing: W made that very state, so "
            "loss 1 already has one part.",
            code="left = 18",
        ),
        Mistake(
            "This counts one part for each loss, the use at its own step. Within a "
            "window, earlier uses are reached too.",
            code="left = 12",
        ),
        Mistake(
            "These are the parts of one window. There are 12 / 4 of them.",
            code="left = 10",
        ),
    ),
)

WALK = Exercise(
    id="07.3",
    title="The walk back",
    minutes=10,
    difficulty=2,
    points=2,
    name="unit_deltas",
    cases=lambda: [
        (0.9, normal(6).tanh(), normal(5, seed=1)),
        (-1.4, normal(5, seed=2).tanh(), normal(4, seed=3)),
        (0.5, torch.tensor([0.5, 0.5, 0.6, 0.0]), torch.zeros(3)),
        (0.7, normal(2, seed=4).tanh(), normal(1, seed=5)),
    ],
    forbidden=("autograd",),
    stub="""
def unit_deltas(w, states, targets):
    # states holds h_0 to h_T, (T + 1,); targets y_1 to y_T, (T,).
    # The loss is the mean over t = 1 to T of (h_t - y_t)².
    # Return δ_1 to δ_T, a tensor (T,).
    ...
""",
    reference="""
def unit_deltas(w, states, targets):
    from_loss = 2 * (states[1:] - targets) / len(targets)
    deltas, from_next = torch.zeros_like(targets), 0.0
    for t in reversed(range(len(targets))):
        deltas[t] = (1 - states[t + 1] ** 2) * (from_loss[t] + from_next)
        from_next = w * deltas[t]
    return deltas
""",
    reason=(
        "Each δ collects what its own loss says and what the step after it hands "
        "back, and both pass through the slope of tanh. One walk from the end to the "
        "beginning therefore costs as little as the forward pass; autograd does the "
        "same."
    ),
    hints=(
        "Begin with what each loss says about its own state, all steps at once. Then "
        "walk from the last step to the first.",
        "`states` has one more entry than `targets`: h_t of the step `t` of your loop "
        "stands at `states[t + 1]`.",
        "In the loop: δ is the slope 1 - h² times the sum of what the loss says and "
        "what the next step hands back, which is `w` times the δ of the next step.",
    ),
    mistakes=(
        Mistake(
            "The targets are compared with the states one step before. The first "
            "target belongs to h_1, which is `states[1]`.",
            edit=("states[1:]", "states[:-1]"),
        ),
        Mistake(
            "You divided by T + 1, the number of states. The mean is over T losses: "
            "h_0 has none.",
            edit=(
                "2 * (states[1:] - targets) / len(targets)",
                "2 * (states[1:] - targets) / len(states)",
            ),
        ),
        Mistake(
            "The slope multiplies only what the step's own loss says. What the next "
            "step hands back passes the same slope.",
            edit=(
                "1] ** 2) * (from_loss[t] + from_next)",
                "1] ** 2) * from_loss[t] + from_next",
            ),
        ),
        Mistake(
            "This is the gradient of the sum of the squares. The loss is their mean: "
            "each term hands back 1/T of it.",
            edit=(
                "2 * (states[1:] - targets) / len(targets)",
                "2 * (states[1:] - targets)",
            ),
        ),
        Mistake(
            "The slope of tanh is taken at the wrong argument: `states` are its "
            "outputs, so the slope is `1 - h**2` without another `tanh`.",
            edit=("states[t + 1]", "states[t + 1].tanh()"),
        ),
        Mistake(
            "δ of the next step is missing: a state also acts on all later losses, "
            "through `w` times the δ after it.",
            edit=("from_loss[t] + from_next", "from_loss[t]"),
        ),
        Mistake(
            "Only the last step's loss is walked back. There is a loss at every step: "
            "add what it says about its own state.",
            edits=[
                ("targets), 0.0", "targets), from_loss[-1]"),
                ("from_loss[t] + from_next", "from_next"),
            ],
        ),
        Mistake(
            "The weight is missing between the steps: what the next step hands back is "
            "`w` times its δ.",
            edit=("w * deltas[t]", "deltas[t]"),
        ),
        Mistake(
            "A factor of 2 is missing: the derivative of a square (h - y)² is "
            "2 (h - y).",
            edit=("from_loss = 2 * (states", "from_loss = (states"),
        ),
        Mistake(
            "The slope belongs to the state before the step. `states[0]` is h_0, so "
            "the state that step `t` of the loop made is `states[t + 1]`.",
            edit=("states[t + 1]", "states[t]"),
        ),
        Mistake(
            "These are the gradients of the states h_t. δ_t is the gradient of a_t, "
            "before the activation: one slope further.",
            edits=[
                (
                    "(1 - states[t + 1] ** 2) * (from_loss[t] + from_next)",
                    "from_loss[t] + from_next",
                ),
                ("w * deltas[t]", "w * (1 - states[t + 1] ** 2) * deltas[t]"),
            ],
        ),
    ),
)

WEIGHTS = Exercise(
    id="07.4",
    title="From δ to the weights",
    minutes=6,
    difficulty=1,
    points=2,
    name="weight_gradients",
    cases=lambda: [
        (normal(6, 3), normal(6, 3, seed=1), normal(7, 3, seed=2)),
        (normal(5, 4, seed=3), normal(5, 2, seed=4), normal(6, 4, seed=5)),
    ],
    stub="""
def weight_gradients(deltas, x, states):
    # deltas is (T, H), x is (T, I), states is (T + 1, H).
    # Return the gradients of weight_ih, weight_hh and bias.
    ...
""",
    reference="""
def weight_gradients(deltas, x, states):
    return deltas.T @ x, deltas.T @ states[:-1], deltas.sum(0)
""",
    reason=(
        "Every step uses the same weights, so their gradient is a sum over the steps, "
        "and a matrix product adds up all the outer products at once. The hidden "
        "state that belongs to δ_t is the one from before the step."
    ),
    hints=(
        "Each gradient is a sum over the steps: δ_t times what the weight multiplied "
        "at that step. What did the bias multiply?",
        "W multiplied h_0 to h_{T-1}. The outer product of δ_t and h_{t-1} has δ in "
        "the rows.",
        "A sum of outer products of rows is `a.T @ b`. A bias multiplies 1, so its "
        "gradient is the sum of all δ_t.",
    ),
    mistakes=(
        Mistake(
            "The two weight matrices are swapped: `weight_ih` multiplied the inputs, "
            "`weight_hh` the states, and `weight_ih` comes first.",
            edit=(
                "deltas.T @ x, deltas.T @ states[:-1]",
                "deltas.T @ states[:-1], deltas.T @ x",
            ),
        ),
        Mistake(
            "W multiplied the state *before* each step, h_0 to h_{T-1}. You took the "
            "states after it, h_1 to h_T.",
            edit=("states[:-1]", "states[1:]"),
        ),
        Mistake(
            "Both matrices are transposed: row i of a weight belongs to unit i, so δ "
            "stands in the rows.",
            edit=(
                "deltas.T @ x, deltas.T @ states[:-1]",
                "x.T @ deltas, states[:-1].T @ deltas",
            ),
        ),
        Mistake(
            "Only the last step's term is kept. The weights were used at every step: "
            "add all of them.",
            edit=(
                "return deltas.T @ x, deltas.T @ states[:-1], deltas.sum(0)",
                """last = deltas[-1]
    return torch.outer(last, x[-1]), torch.outer(last, states[-2]), last""",
            ),
        ),
        Mistake(
            "This is a mean over the steps. The weight is all its uses at once, so "
            "their parts are summed; if the loss is a mean, δ knows that already.",
            edit=(
                "return deltas.T @ x, deltas.T @ states[:-1], deltas.sum(0)",
                """T = len(x)
    return deltas.T @ x / T, deltas.T @ states[:-1] / T, deltas.mean(0)""",
            ),
        ),
        Mistake(
            "The gradient of the bias is the last δ only. The bias was used at every "
            "step: sum over all of them.",
            edit=("deltas.sum(0)", "deltas[-1]"),
        ),
        Mistake(
            "The slope is applied twice: δ_t is the gradient before the activation, it "
            "has passed the slope already.",
            edit=(
                "return",
                """slopes = 1 - states[1:] ** 2
    deltas = slopes * deltas
    return""",
            ),
        ),
    ),
)

TRUNCATED = Exercise(
    id="07.5",
    title="Truncated, by hand",
    minutes=15,
    difficulty=3,
    points=3,
    name="truncated_deltas",
    cases=lambda: [
        (normal(8, 3).tanh(), normal(3, 3, seed=1), normal(7, 3, seed=2), 3),
        (normal(7, 2, seed=3).tanh(), normal(2, 2, seed=4), normal(6, 2, seed=5), 2),
        (normal(5, 3, seed=6).tanh(), normal(3, 3, seed=7), normal(4, 3, seed=8), 1),
        (normal(5, 3, seed=6).tanh(), normal(3, 3, seed=7), normal(4, 3, seed=8), 4),
        (normal(5, 3, seed=6).tanh(), normal(3, 3, seed=7), normal(4, 3, seed=8), 6),
    ],
    forbidden=("autograd",),
    stub="""
def truncated_deltas(states, weight_hh, from_loss, window):
    # states holds h_0 to h_T, (T + 1, H); from_loss is (T, H).
    # The state is detached before steps 1, window + 1, 2 * window + 1, ...
    # Return δ_1 to δ_T, a tensor (T, H).
    ...
""",
    reference="""
def truncated_deltas(states, weight_hh, from_loss, window):
    deltas, from_next = torch.zeros_like(from_loss), torch.zeros_like(states[0])
    for t in reversed(range(len(from_loss))):
        deltas[t] = (1 - states[t + 1] ** 2) * (from_loss[t] + from_next)
        from_next = weight_hh.T @ deltas[t]
        if t % window == 0:
            from_next = torch.zeros_like(from_next)
    return deltas
""",
    reason=(
        "The first step of a window still gets its own δ, but hands nothing back. "
        "What lies within a window is exact, and what would have crossed its edge is "
        "missing; `detach` does this in PyTorch."
    ),
    hints=(
        "Start from `backward` of the lesson. A cut changes no number of the forward "
        "pass; it stops one thing that is handed from step to step.",
        "What step t hands back to the one before is zero when the state was detached "
        "before step t. The loss of the step before still speaks for itself.",
        "With `t` from 0 to T - 1, the first steps of the windows are those with "
        "`t % window == 0`. There, after δ is computed, `from_next` becomes zero.",
    ),
    mistakes=(
        Mistake(
            "Nothing is cut: this is the full walk back. At the first step of a window "
            "nothing is handed on.",
            edit=(
                """        if t % window == 0:
            from_next = torch.zeros_like(from_next)
""",
                "",
            ),
        ),
        Mistake(
            "The cut comes one step too early: δ of the first step of a window must "
            "still hear the steps after it. Only what *it* hands on is lost.",
            edits=[
                (
                    """        if t % window == 0:
            from_next = torch.zeros_like(from_next)
""",
                    "",
                ),
                (
                    "        deltas[t] = ",
                    """        if t % window == 0:
            from_next = torch.zeros_like(from_next)
        deltas[t] = """,
                ),
            ],
        ),
        Mistake(
            "The weight must be transposed on the way back: unit j collects from "
            "every unit it had sent to, column j of `weight_hh`.",
            edit=("weight_hh.T", "weight_hh"),
        ),
        Mistake(
            "Here every loss looks `window` steps back, a window that slides. The "
            "detached states stand still: no way crosses them, however short it is.",
            code="""
def truncated_deltas(states, weight_hh, from_loss, window):
    deltas = torch.zeros_like(from_loss)
    T = len(from_loss)
    for last in range(T):
        message = from_loss[last]
        for t in range(last, max(last - window, -1), -1):
            delta = (1 - states[t + 1] ** 2) * message
            deltas[t] += delta
            message = weight_hh.T @ delta
    return deltas
""",
        ),
        Mistake(
            "What the *last* step of a window hands on is lost here. It belongs to the "
            "window; the *first* step, `t % window == 0`, hands nothing on.",
            edit=("t % window", "(t + 1) % window"),
        ),
        Mistake(
            "δ of the next step is missing everywhere. Within a window it is handed "
            "back as ever.",
            edit=("from_loss[t] + from_next", "from_loss[t]"),
        ),
        Mistake(
            "The slope of tanh is taken at the wrong argument: `states` are its "
            "outputs, so the slope is `1 - h**2`.",
            edit=("states[t + 1]", "states[t + 1].tanh()"),
        ),
        Mistake(
            "The windows are counted from the end. They begin at step 1, so the last "
            "one may be shorter.",
            edit=("t % window", "(len(from_loss) - t) % window"),
        ),
        Mistake(
            "The first step of each window has lost its δ altogether. Its own loss "
            "and the steps after it in the window still reach it.",
            edits=[
                (
                    """        if t % window == 0:
            from_next = torch.zeros_like(from_next)
""",
                    "",
                ),
                (
                    "        deltas[t] = ",
                    """        if t % window == 0:
            from_next = torch.zeros_like(from_next)
            continue
        deltas[t] = """,
                ),
            ],
        ),
    ),
)

STREAM = Exercise(
    id="07.6",
    title="Along the stream",
    minutes=8,
    difficulty=2,
    points=2,
    name="stream_states",
    cases=lambda: [
        (torch.tensor(0.8), normal(3, 4)),
        (torch.tensor(-1.2), normal(4, 2, seed=1)),
        (torch.tensor(0.7), normal(3, 1, seed=2)),
    ],
    gradient=True,
    stub="""
def stream_states(w, chunks):
    # w is a tensor without axes, chunks is (C, K).
    # Return the states of h_t = tanh(w * h_{t-1} + x_t), a tensor (C, K).
    ...
""",
    reference="""
def stream_states(w, chunks):
    h, rows = torch.zeros(()), []
    for chunk in chunks:
        h, row = h.detach(), []
        for x in chunk:
            h = torch.tanh(w * h + x)
            row.append(h)
        rows.append(torch.stack(row))
    return torch.stack(rows)
""",
    reason=(
        "The numbers are carried from chunk to chunk, so the forward pass is that of "
        "one long sequence, while `detach` keeps the backward pass inside its chunk. "
        "`text_losses` trains the models of notebooks 06 and 12 in this way."
    ),
    hints=(
        "Two loops: over the chunks, and over the inputs of a chunk. `h` lives outside "
        "both, so that it is carried.",
        "There is exactly one place for `detach`: between two chunks, not between two "
        "steps.",
        "`h = h.detach()` at the start of each chunk. Collect the states in lists and "
        "`torch.stack` them, so that gradients can flow within a chunk.",
    ),
    mistakes=(
        Mistake(
            "The states are right, but the state is not detached: the gradient walks "
            "back through all earlier chunks.",
            edit=("h, row = h.detach(), []", "row = []"),
        ),
        Mistake(
            "The state is not carried: every chunk starts from zero again. Set `h` to "
            "zero once, before the first chunk.",
            edit=("h.detach()", "torch.zeros(())"),
        ),
        Mistake(
            "The state is detached at every step, a window of 1. Cut only between two "
            "chunks.",
            edit=("w * h", "w * h.detach()"),
        ),
        Mistake(
            "The state after the *first* step of a chunk is carried. The next chunk "
            "goes on from the last one.",
            edits=[
                ("h, row = h.detach(), []", "row = []"),
                (
                    "rows.append(torch.stack(row))",
                    "rows.append(torch.stack(row))\n        h = row[0].detach()",
                ),
            ],
        ),
        Mistake(
            "The states returned are detached themselves, so that no gradient is left "
            "at all. Detach only what is carried.",
            edit=(
                "rows.append(torch.stack(row))",
                "rows.append(torch.stack(row).detach())",
            ),
        ),
        Mistake(
            "The nonlinearity is missing: the new state is the `tanh` of `w * h + x`.",
            edit=("torch.tanh(w * h + x)", "w * h + x"),
        ),
    ),
)

CLIP = Exercise(
    id="07.7",
    title="Clip all together",
    minutes=8,
    difficulty=2,
    points=2,
    name="clip_together",
    cases=lambda: [
        ([normal(3, 3), normal(3, seed=1)], 1.0),
        ([normal(2, 4, seed=2) * 100, normal(4, seed=3) * 0.01], 2.5),
        ([normal(2, 2, seed=4) * 0.01, normal(2, seed=5) * 0.02], 1.0),
        ([torch.tensor([3.0, 4.0], dtype=torch.float64)], 1.0),
    ],
    forbidden=("clipping",),
    stub="""
def clip_together(gradients, limit):
    # gradients is a list of tensors, all gradients of one network.
    # Return a list of clipped gradients, and the norm of everything before.
    ...
""",
    reference="""
def clip_together(gradients, limit):
    norm = torch.cat([g.flatten() for g in gradients]).norm()
    factor = (limit / norm).clamp(max=1.0)
    return [g * factor for g in gradients], norm
""",
    reason=(
        "One common factor shortens the step and keeps its direction, which clipping "
        "each tensor by itself would not. `torch.nn.utils.clip_grad_norm_` returns "
        "the norm from before the clipping too, and it is worth watching while you "
        "train."
    ),
    hints=(
        "Put all numbers of all tensors into one long vector, in your mind or with "
        "`torch.cat`. It has one length.",
        "One factor multiplies everything: `limit` over that length. When should it "
        "not be used?",
        "The factor is never more than 1, `.clamp(max=1.0)`. Return the list and the "
        "length, in this order.",
    ),
    mistakes=(
        Mistake(
            "The gradients are returned as they came. Where the norm is above the "
            "limit, multiply each by `limit / norm`.",
            edit=("[g * factor for g in gradients]", "gradients"),
        ),
        Mistake(
            "This clips every number by value, which turns the gradient. By norm is "
            "meant: multiply all numbers by one factor.",
            edit=("g * factor", "g.clamp(-limit, limit)"),
        ),
        Mistake(
            "Each tensor is clipped by its own norm, which turns the gradient as a "
            "whole. Take one norm over all tensors together.",
            edit=("g * factor", "g * (limit / g.norm()).clamp(max=1.0)"),
        ),
        Mistake(
            "A small gradient is scaled up to the limit. Clipping only shortens: the "
            "factor is at most 1.",
            edit=("(limit / norm).clamp(max=1.0)", "limit / norm"),
        ),
        Mistake(
            "The norms of the tensors are added. Squares add: take the root of the sum "
            "of all squares.",
            edit=(
                "torch.cat([g.flatten() for g in gradients]).norm()",
                "sum(g.norm() for g in gradients)",
            ),
        ),
        Mistake(
            "This is the norm squared: the root is missing.",
            edit=("gradients]).norm()", "gradients]).square().sum()"),
        ),
        Mistake(
            "The gradients are right, but the norm returned is the one after clipping. "
            "The one *before* tells whether training was about to be thrown.",
            edit=(
                "[g * factor for g in gradients], norm",
                "[g * factor for g in gradients], norm * factor",
            ),
        ),
        Mistake(
            "This is a mean where a sum is meant: the norm is the root of the *sum* of "
            "all squares.",
            edit=("gradients]).norm()", "gradients]).square().mean().sqrt()"),
        ),
    ),
)
