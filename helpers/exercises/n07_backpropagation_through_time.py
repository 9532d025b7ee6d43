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
        "counts most, because δ grows on its way back; notebook 08 asks when that is "
        "so."
    ),
    hints=(
        "Begin at the end: δ_3 is the slope at h_3. Each step back multiplies by the "
        "weight and by the slope there, 1 - h².",
        "δ_3 = 1 and δ_2 = 0.64 · 2 · δ_3. Then comes δ_1. What step t contributes is "
        "δ_t times the state before it.",
        "δ_1 = 0.75 · 2 · 1.28 = 1.92. Add δ_3 · 0.6, δ_2 · 0.5 and δ_1 · 0.5.",
    ),
    mistakes=(
        Mistake(
            "This is only what the last step contributes, δ_3 · h_2. The weight was "
            "used at steps 2 and 1 as well, so add their contributions.",
            code="by_w = 0.6",
        ),
        Mistake(
            "This is the sum for w = 0.5, as in the text. Here each step back "
            "multiplies by w = 2.",
            code="by_w = 0.82",
        ),
        Mistake(
            "The slopes are missing. Each step back also multiplies by 1 - h², which "
            "is 0.64 at h_2 and 0.75 at h_1.",
            code="by_w = 3.6",
        ),
        Mistake(
            "The weight is missing in the backward pass: δ_2 is 0.64 · w · δ_3, with "
            "w = 2.",
            code="by_w = 1.16",
        ),
        Mistake(
            "The δ of the next step is missing: δ_1 is made from δ_2, and not directly "
            "from the end.",
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
            "This is only the oldest contribution, δ_1 · h_0. Add those of steps 2 and "
            "3.",
            code="by_w = 0.96",
        ),
        Mistake(
            "This is the sum of the three δ. Each of them must still be multiplied by "
            "the state that w multiplied, h_{t-1}.",
            code="by_w = 1 + 1.28 + 1.92",
        ),
        Mistake(
            "The slopes are one step off: on the way back from h_3, the next slope is "
            "the one at h_2, 0.64.",
            code="by_w = 0.6 + 2 * 0.75 * 0.5 + 4 * 0.75 * 0.75 * 0.5",
        ),
        Mistake(
            "This is the mean of the three contributions. The one weight is all three "
            "copies at once, so their contributions are added.",
            code="by_w = 2.2 / 3",
        ),
    ),
)

COUNT = Exercise(
    id="07.2",
    title="How many contributions are left?",
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
        "A contribution is left when its loss and its step lie in the same window. "
        "Look at one window first.",
        "In a window of 4 steps, the loss of the first step reaches one step, and the "
        "loss of the last step reaches four.",
        "There are 1 + 2 + 3 + 4 in each window, and there are 12 / 4 windows.",
    ),
    mistakes=(
        Mistake(
            "These are all contributions, 12 · 13 / 2, as if nothing had been cut.",
            code="left = 78",
        ),
        Mistake(
            "You let every loss look four steps back, with a window that slides. Here "
            "the cuts stay where they are, so the first loss of a window reaches a "
            "single step.",
            code="left = 42",
        ),
        Mistake(
            "With 4 · 4 contributions in each window, losses would reach steps that "
            "come after them. A loss reaches its own step and earlier ones.",
            code="left = 48",
        ),
        Mistake(
            "The step of the loss itself is missing. W was used to make that very "
            "state, so even the first loss of a window contributes once.",
            code="left = 18",
        ),
        Mistake(
            "This counts one contribution for each loss, through its own step. Within "
            "a window, earlier steps are reached too.",
            code="left = 12",
        ),
        Mistake(
            "These are the contributions in one window. There are 12 / 4 windows.",
            code="left = 10",
        ),
    ),
)

WALK = Exercise(
    id="07.3",
    title="The backward pass",
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
        "back, and both are multiplied by the slope of tanh. So one pass from the end "
        "to the beginning is enough for all the losses, and autograd does just the "
        "same."
    ),
    hints=(
        "Begin with what each loss gives to its own state, for all steps at once. Then "
        "go from the last step to the first.",
        "`states` has one more entry than `targets`, so the state that step `t` of "
        "your loop makes is `states[t + 1]`.",
        "In the loop, δ is the slope 1 - h² times a sum of two: the gradient from the "
        "step's own loss, and what the next step hands back, `w` times its δ.",
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
            "The slope multiplies only the gradient from the step's own loss. What the "
            "next step hands back goes through the same slope.",
            edit=(
                "1] ** 2) * (from_loss[t] + from_next)",
                "1] ** 2) * from_loss[t] + from_next",
            ),
        ),
        Mistake(
            "This is the gradient of the sum of the squares. The loss is their mean, "
            "so each term must be divided by T.",
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
            "The δ of the next step is missing. A state also acts on all later losses, "
            "so add `w` times the δ after it.",
            edit=("from_loss[t] + from_next", "from_loss[t]"),
        ),
        Mistake(
            "Only the loss of the last step is passed back. There is a loss at every "
            "step, so add what each of them gives to its own state.",
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
            "These are the gradients with respect to the states h_t. δ_t belongs to "
            "a_t, before the activation, so multiply by one more slope.",
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
            "Both matrices are transposed. Row i of a weight belongs to unit i, so δ "
            "belongs in the rows.",
            edit=(
                "deltas.T @ x, deltas.T @ states[:-1]",
                "x.T @ deltas, states[:-1].T @ deltas",
            ),
        ),
        Mistake(
            "Only the term of the last step is left. The weights were used at every "
            "step, so add the terms of all steps.",
            edit=(
                "return deltas.T @ x, deltas.T @ states[:-1], deltas.sum(0)",
                """last = deltas[-1]
    return torch.outer(last, x[-1]), torch.outer(last, states[-2]), last""",
            ),
        ),
        Mistake(
            "This is a mean over the steps, but contributions are added up. If the "
            "loss is a mean, every δ contains its 1/T already.",
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
            "The slope is applied twice. δ_t is the gradient with respect to a_t, "
            "before the activation, so it has been multiplied by the slope already.",
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
        "The first step of a window still gets its own δ, but hands nothing back. So "
        "every contribution within a window is exact, and every one that would have "
        "crossed its edge is missing. In PyTorch `detach` does the same."
    ),
    hints=(
        "Start from `backward` of the lesson. A cut changes no number of the forward "
        "pass; it stops one thing that is handed from step to step.",
        "What step t hands back to the step before is zero if the state was detached "
        "before step t. The step before still has a loss of its own.",
        "With `t` from 0 to T - 1, the first steps of the windows are those with "
        "`t % window == 0`. There, after δ is computed, `from_next` becomes zero.",
    ),
    mistakes=(
        Mistake(
            "Nothing is cut: this is the full backward pass. At the first step of a "
            "window nothing is handed on.",
            edit=(
                """        if t % window == 0:
            from_next = torch.zeros_like(from_next)
""",
                "",
            ),
        ),
        Mistake(
            "The cut comes one step too early. The δ of the first step of a window "
            "still gets what the steps after it hand back; only what *it* would hand "
            "on is lost.",
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
            "The weight must be transposed in the backward pass: unit j collects from "
            "every unit that it has sent to, along column j of `weight_hh`.",
            edit=("weight_hh.T", "weight_hh"),
        ),
        Mistake(
            "Here every loss looks `window` steps back, as if the window slid along. "
            "But the detached states stay where they are, and no path crosses them, "
            "however short it is.",
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
            "Here the *last* step of a window hands nothing on, although the step "
            "before it is in the same window. It is the *first* step, `t % window == "
            "0`, that hands nothing on.",
            edit=("t % window", "(t + 1) % window"),
        ),
        Mistake(
            "The δ of the next step is missing everywhere. Within a window it is "
            "handed back as always.",
            edit=("from_loss[t] + from_next", "from_loss[t]"),
        ),
        Mistake(
            "The slope of tanh is taken at the wrong argument: `states` are its "
            "outputs, so the slope is `1 - h**2`.",
            edit=("states[t + 1]", "states[t + 1].tanh()"),
        ),
        Mistake(
            "The windows are counted from the end here. They begin at step 1, so the "
            "last one may be shorter.",
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
            "The states are right, but nothing is detached, so the gradient goes back "
            "through all earlier chunks.",
            edit=("h, row = h.detach(), []", "row = []"),
        ),
        Mistake(
            "The state is not carried: every chunk starts from zero again. Set `h` to "
            "zero once, before the first chunk.",
            edit=("h.detach()", "torch.zeros(())"),
        ),
        Mistake(
            "The state is detached at every step, which makes a window of 1. Cut only "
            "between two chunks.",
            edit=("w * h", "w * h.detach()"),
        ),
        Mistake(
            "The state after the *first* step of a chunk is carried on. The next chunk "
            "must go on from the state after the last step.",
            edits=[
                ("h, row = h.detach(), []", "row = []"),
                (
                    "rows.append(torch.stack(row))",
                    "rows.append(torch.stack(row))\n        h = row[0].detach()",
                ),
            ],
        ),
        Mistake(
            "The states that you return are detached themselves, so no gradient is "
            "left at all. Detach only what is carried.",
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
        "The factor must never be more than 1, hence `.clamp(max=1.0)`. Return the "
        "list and the length, in this order.",
    ),
    mistakes=(
        Mistake(
            "The gradients are returned as they came. Where the norm is above the "
            "limit, multiply each by `limit / norm`.",
            edit=("[g * factor for g in gradients]", "gradients"),
        ),
        Mistake(
            "This clips every number by value, which turns the gradient. Clipping by "
            "norm multiplies all numbers by one factor.",
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
            "The norms of the tensors are added. It is their squares that must be "
            "added: take the root of the sum of all squares.",
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
            "The gradients are right, but the norm is the one after clipping. The one "
            "*before* tells you how large the step would have been.",
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

JACOBIAN = Exercise(
    id="07.8",
    title="Far back",
    minutes=8,
    difficulty=2,
    points=2,
    name="last_by_first",
    cases=lambda: [
        (normal(5, 3).tanh(), normal(3, 3, seed=1)),
        (normal(4, 2, seed=2).tanh(), normal(2, 2, seed=3)),
        (normal(2, 3, seed=4).tanh(), normal(3, 3, seed=5)),
    ],
    forbidden=("autograd",),
    stub="""
def last_by_first(states, weight_hh):
    # states holds h_0 to h_T of a tanh network, (T + 1, H); weight_hh is (H, H).
    # Return the derivative of h_T with respect to h_0, (H, H).
    ...
""",
    reference="""
def last_by_first(states, weight_hh):
    product = torch.eye(len(weight_hh))
    for h in states[1:]:
        jacobian = (1 - h**2)[:, None] * weight_hh
        product = jacobian @ product
    return product
""",
    reason=(
        "Each step multiplies from the left by its own Jacobian, the slopes of its "
        "units times the rows of the matrix. Notebook 08 asks what becomes of such a "
        "product when it is long."
    ),
    hints=(
        "How does h_t change with h_{t-1}? Write this matrix for one step, and then "
        "apply the chain rule.",
        "The matrix of step t is diag(1 - h_t²) W: row i of `weight_hh` times the "
        "slope of unit i, which is `(1 - h**2)[:, None] * weight_hh`.",
        "Begin with `torch.eye(len(weight_hh))` and go through `states[1:]` from the "
        "first to the last, multiplying from the left each time.",
    ),
    mistakes=(
        Mistake(
            "The matrices are multiplied in the wrong order. The latest step belongs "
            "on the left, because it acts last.",
            edit=("jacobian @ product", "product @ jacobian"),
        ),
        Mistake(
            "The slope multiplies the columns here. It belongs to the unit that the "
            "step computes, so it multiplies row i: `[:, None]`.",
            edit=("[:, None] * weight_hh", " * weight_hh"),
        ),
        Mistake(
            "The slopes are missing: each step also multiplies by 1 - h².",
            edit=("(1 - h**2)[:, None] * weight_hh", "weight_hh"),
        ),
        Mistake(
            "The slope belongs to the state that the step makes, so it is taken at h_1 "
            "to h_T, not at h_0 to h_{T-1}.",
            edit=("states[1:]", "states[:-1]"),
        ),
        Mistake(
            "There is one factor too many. No step led to h_0, so begin with "
            "`states[1]`.",
            edit=("states[1:]", "states"),
        ),
        Mistake(
            "This is transposed. Row i is for unit i of h_T and column j for unit j of "
            "h_0.",
            edit=("return product", "return product.T"),
        ),
        Mistake(
            "The weight is not transposed here. The transpose carries a gradient "
            "back, but ∂h_t/∂h_{t-1} holds the matrix itself.",
            edit=("* weight_hh", "* weight_hh.T"),
        ),
        Mistake(
            "The slope of tanh is taken at the wrong argument: `states` are its "
            "outputs, so the slope is `1 - h**2` without another `tanh`.",
            edit=("1 - h**2", "1 - h.tanh() ** 2"),
        ),
        Mistake(
            "This is the Jacobian of the last step only. The chain rule multiplies "
            "those of all steps.",
            edit=("product = jacobian @ product", "product = jacobian"),
        ),
    ),
)

FORWARDS = Exercise(
    id="07.9",
    title="Forwards only",
    minutes=10,
    difficulty=2,
    points=3,
    name="derivatives_by_w",
    cases=lambda: [
        (torch.tensor(0.5), torch.tensor(0.5), torch.zeros(1)),
        (torch.tensor(0.8), torch.tensor(0.3), normal(6)),
        (torch.tensor(-1.3), torch.tensor(-0.6), normal(5, seed=1)),
    ],
    forbidden=("autograd",),
    stub="""
def derivatives_by_w(w, h_0, x):
    # h_t = tanh(w * h_{t-1} + x_t); w and h_0 have no axes, x is (T,).
    # Return the derivatives of h_1 to h_T with respect to w, (T,).
    ...
""",
    reference="""
def derivatives_by_w(w, h_0, x):
    h, by_w, found = h_0, torch.zeros(()), []
    for x_t in x:
        by_a = h + w * by_w
        h = torch.tanh(w * h + x_t)
        by_w = (1 - h**2) * by_a
        found.append(by_w)
    return torch.stack(found)
""",
    reason=(
        "A change of w reaches h_t directly, through the product with the state "
        "before, and through that state itself. Nothing has to be kept, which is why "
        "forward mode suits endless streams, but with H units one carries H³ numbers "
        "where this unit carries one."
    ),
    hints=(
        "a_t = w · h_{t-1} + x_t is a product of two things that both depend on w. "
        "What does the product rule say?",
        "∂a_t/∂w is h_{t-1} + w · ∂h_{t-1}/∂w, and the slope of tanh turns it into "
        "∂h_t/∂w.",
        "Carry `h` and `by_w`, which begins at zero. Compute `h + w * by_w` before you "
        "replace `h`, then multiply it by `1 - h**2` of the new `h`.",
    ),
    mistakes=(
        Mistake(
            "Only the direct effect is counted. The state before depends on w as well: "
            "add w times its derivative.",
            edit=("h + w * by_w", "h"),
        ),
        Mistake(
            "The direct effect is missing: w multiplies the state before, so that "
            "state itself must be added at every step.",
            edit=("by_a = h + w * by_w", "by_a = (h if h is h_0 else 0) + w * by_w"),
        ),
        Mistake(
            "The weight is missing: the derivative of the state before comes through "
            "w, so multiply it by w.",
            edit=("h + w * by_w", "h + by_w"),
        ),
        Mistake(
            "The slope of tanh is missing: multiply by `1 - h**2` of the new state.",
            edit=("(1 - h**2) * by_a", "by_a"),
        ),
        Mistake(
            "The slope multiplies only one of the two terms. Both are part of the "
            "derivative of a_t, and both go through tanh.",
            edits=[
                ("by_a = h + w * by_w", "direct, by_a = h, w * by_w"),
                ("(1 - h**2) * by_a", "direct + (1 - h**2) * by_a"),
            ],
        ),
        Mistake(
            "The state was replaced too early: w multiplied the state *before* the "
            "step, so the new state must not be added.",
            edits=[
                ("        by_a = h + w * by_w\n", ""),
                (
                    "w * h + x_t)\n",
                    "w * h + x_t)\n        by_a = h + w * by_w\n",
                ),
            ],
        ),
        Mistake(
            "The slope is taken at the state before the step. It belongs to the new "
            "one.",
            edits=[
                ("        h = torch.tanh(w * h + x_t)\n", ""),
                (
                    "* by_a\n",
                    "* by_a\n        h = torch.tanh(w * h + x_t)\n",
                ),
            ],
        ),
        Mistake(
            "The slope of tanh is taken at the wrong argument: h is its output, so the "
            "slope is `1 - h**2` without another `tanh`.",
            edit=("1 - h**2", "1 - h.tanh() ** 2"),
        ),
        Mistake(
            "These are the states. Return their derivatives with respect to w.",
            edit=("append(by_w)", "append(h)"),
        ),
    ),
)

REACH = Exercise(
    id="07.10",
    title="How far do they reach?",
    minutes=4,
    difficulty=2,
    points=1,
    name="lag",
    stub="""
# Replace the dots with a whole number.
lag = ...
""",
    reference="lag = 12",
    reason=(
        "The oldest answer that is counted is that of step 13 of the run, and the run "
        "begins at step 1, so 12 = k₂ - k₁ steps back is as far as it reaches. Newer "
        "answers reach further, up to 19 steps, but not all of them do."
    ),
    hints=(
        "Number the steps of one run from 1 to 20. Which answers are counted?",
        "Those of steps 13 to 20. Which of them has the shortest past in the run?",
        "The answer of step 13 can ask for the sign of step 1, but for no older one.",
    ),
    mistakes=(
        Mistake(
            "This is the length of the run. The answer of its last step can look back "
            "19 steps at most, and the other answers have less before them.",
            code="lag = 20",
        ),
        Mistake(
            "This is as far as the newest answer reaches. Every answer that is counted "
            "must reach its sign, even the oldest of the eight.",
            code="lag = 19",
        ),
        Mistake(
            "One too many: the answer of step 13 has 12 steps before it, so it cannot "
            "ask for a sign 13 steps back.",
            code="lag = 13",
        ),
        Mistake(
            "One too few: the answer of step 13 can ask for the sign of step 1, which "
            "is 12 steps before.",
            code="lag = 11",
        ),
        Mistake(
            "This is how far one moves on between two updates. How far one can look "
            "back depends on the length of the run, 20, as well.",
            code="lag = 8",
        ),
        Mistake(
            "The two numbers are added here. But the run has only 20 steps, and the 8 "
            "newest of them are among these.",
            code="lag = 28",
        ),
    ),
)
