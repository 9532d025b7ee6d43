"""The exercises of notebook 08."""

import torch

from helpers.exercises.cases import normal
from helpers.exercises.exercise import Exercise, Mistake
from helpers.gradients import random_networks, stretch

NOTEBOOK = "08 · Vanishing and exploding gradients"


def _slopes(*shape, seed=0):
    return 1 - torch.tanh(normal(*shape, seed=seed)) ** 2


BEST_CASE = Exercise(
    id="08.1",
    title="The best case of a sigmoid",
    minutes=3,
    difficulty=1,
    points=1,
    name="steps",
    stub="""
# Replace the dots with a whole number.
steps = ...
""",
    reference="steps = 5",
    reason=(
        "One quarter to the power of 5 is 1/1,024, and to the power of 4 it is 1/256. "
        "That is the best case for a weight of 1, since most slopes are smaller. A "
        "weight of 4 would make up for the quarter, but only as long as the unit stays "
        "where the sigmoid is steepest."
    ),
    hints=(
        "The largest slope of a sigmoid is in the output of the cell that compares "
        "`slope` with autograd.",
        "With w = 1 the best factor of one step is 1/4. How often must you multiply "
        "it by itself to reach 1/1000?",
        "Write down 1/4, 1/16, 1/64, 1/256, ... and count until you are at or below "
        "1/1000.",
    ),
    mistakes=(
        Mistake(
            "After 4 steps 1/256 may be left, which is more than 1/1000, so it takes "
            "one step more.",
            code="steps = 4",
        ),
        Mistake(
            "After 5 steps it is 1/1024, which is below 1/1000 already, so you need "
            "one step fewer.",
            code="steps = 6",
        ),
        Mistake(
            "The formula is right and gives a number with a fraction, but a step is "
            "taken as a whole, so round up.",
            code="steps = math.log(1000) / math.log(4)",
        ),
        Mistake(
            "10 steps would be right for a factor of 1/2, but the largest slope of a "
            "sigmoid is 1/4.",
            code="steps = 10",
        ),
        Mistake(
            "You divided 1000 by 4, but the factors are multiplied, step after step, "
            "so count powers of 1/4.",
            code="steps = 250",
        ),
    ),
)

ONE_UNIT = Exercise(
    id="08.2",
    title="The gradient of one unit",
    minutes=5,
    difficulty=1,
    points=2,
    name="unit_gradient",
    cases=lambda: [
        (0.9, normal(6).tanh()),
        (-1.3, normal(4, seed=1).tanh()),
        (2.0, normal(1, seed=2).tanh()),
        (-0.8, normal(5, seed=3).tanh()),  # the product is negative
    ],
    stub="""
def unit_gradient(w, states):
    # states holds h_1 to h_T of a tanh unit with recurrent weight w, (T,).
    # Return the derivative of h_T by h_0, one number in a tensor.
    ...
""",
    reference="""
def unit_gradient(w, states):
    return (w * (1 - states**2)).prod()
""",
    reason=(
        "Each step back multiplies by the weight and by the slope at the state it "
        "leads through, so the gradient is a product of T factors. With many units "
        "the factors become the Jacobians of the next exercise."
    ),
    hints=(
        "The derivative is a product with one factor for each of the T steps.",
        "The factor of step t is w times the slope at h_t, and the slope of tanh can "
        "be had from its output: 1 - h².",
        "`(...).prod()` multiplies all entries of a tensor; put the T factors inside.",
    ),
    mistakes=(
        Mistake(
            "`w` appears once, but each of the T steps multiplies by it.",
            edit=("(w * (1 - states**2)).prod()", "w * (1 - states**2).prod()"),
        ),
        Mistake(
            "The slope is taken at the wrong argument: `states` are outputs of tanh "
            "already, so the slope is `1 - states**2` without another `tanh`.",
            edit=("states**2", "states.tanh() ** 2"),
        ),
        Mistake(
            "The factors are added, but the chain rule multiplies them: `prod`, not "
            "`sum`.",
            edit=("(w * (1 - states**2)).prod()", "(w * (1 - states**2)).sum()"),
        ),
        Mistake(
            "The weight `w` is missing: each factor is the slope times `w`.",
            edit=("w * (1 - states**2)", "1 - states**2"),
        ),
        Mistake(
            "`h * (1 - h)` is the slope of a sigmoid, but this unit is a tanh.",
            edit=("w * (1 - states**2)", "w * states * (1 - states)"),
        ),
        Mistake(
            "The last step is missing: with states h_1 to h_T there are T factors.",
            edit=("states**2", "states[:-1] ** 2"),
        ),
    ),
)

JACOBIAN = Exercise(
    id="08.3",
    title="One Jacobian",
    minutes=5,
    difficulty=2,
    points=2,
    name="jacobian",
    cases=lambda: [
        (normal(3, 3), normal(3, seed=1).tanh()),
        (normal(5, 5, seed=2), normal(5, seed=3).tanh()),
    ],
    forbidden=("autograd",),
    stub="""
def jacobian(weight_hh, h):
    # h is the new state of a tanh RNN after a step, (H,).
    # Return J with J[i, j] = derivative of the new h_i by the old h_j, (H, H).
    ...
""",
    reference="""
def jacobian(weight_hh, h):
    return (1 - h**2)[:, None] * weight_hh
""",
    reason=(
        "The slope of unit i scales everything that reaches unit i, which is row i of "
        "the matrix: the new h_i changes with the old h_j by (1 − h_i²) W_ij. In "
        "notebook 13 the same factor appears once for each layer of a deep stack."
    ),
    hints=(
        "Unit i computes tanh of row i of the matrix times the old state. Which single "
        "slope does the whole row i get?",
        "J is diag(1 - h²) times W: row i of `weight_hh` is multiplied by the slope of "
        "unit i.",
        "`slope[:, None]` is a column, (H, 1); times a matrix it scales the rows.",
    ),
    mistakes=(
        Mistake(
            "The slopes scale the columns of `weight_hh`. A slope belongs to the unit "
            "that is computed, the row: `slope[:, None] * weight_hh`.",
            edit=(
                "return (1 - h**2)[:, None] * weight_hh",
                "return (1 - h**2) * weight_hh",
            ),
        ),
        Mistake(
            "`weight_hh` is transposed: row i of `weight_hh` itself makes the new h_i.",
            edit=(
                "(1 - h**2)[:, None] * weight_hh",
                "(1 - h**2)[:, None] * weight_hh.T",
            ),
        ),
        Mistake(
            "This is the transpose of the Jacobian: rows must stand for the new state, "
            "columns for the old one.",
            edit=(
                "(1 - h**2)[:, None] * weight_hh",
                "((1 - h**2)[:, None] * weight_hh).T",
            ),
        ),
        Mistake(
            "The slope is taken at the wrong argument: `h` is the output of tanh "
            "already.",
            edit=("h**2", "h.tanh() ** 2"),
        ),
        Mistake(
            "`*` multiplies entry by entry, so only the diagonal is left. The product "
            "of two matrices is `@`.",
            edit=("(1 - h**2)[:, None]", "torch.diag(1 - h**2)"),
        ),
        Mistake(
            "The slope of the activation is missing: `weight_hh` alone is the Jacobian "
            "of a linear network.",
            edit=("(1 - h**2)[:, None] * weight_hh", "weight_hh * 1.0"),
        ),
        Mistake(
            "A matrix times a vector gives a vector, (H,). Scale the rows of "
            "`weight_hh` instead, so that a matrix is left.",
            edit=("(1 - h**2)[:, None] * weight_hh", "weight_hh @ (1 - h**2)"),
        ),
    ),
)

RESCALE = Exercise(
    id="08.4",
    title="A matrix with a chosen spectral radius",
    minutes=5,
    difficulty=2,
    points=2,
    name="rescale",
    cases=lambda: [
        (normal(4, 4), 1.0),
        (torch.tensor([[0.0, -2.0], [2.0, 0.0]], dtype=torch.float64), 0.5),
        (normal(7, 7, seed=1), 1.7),
    ],
    forbidden=("helpers.gradients.recurrent_weight",),
    stub="""
def rescale(weight, radius):
    # Return weight, (H, H), times the number that gives it this spectral radius.
    ...
""",
    reference="""
def rescale(weight, radius):
    return weight * radius / torch.linalg.eigvals(weight).abs().max()
""",
    reason=(
        "Multiplying a matrix by a number multiplies all of its eigenvalues by it, so "
        "one division and one product set the largest of them. The recurrent weights "
        "of echo state networks are set in this way, and so is every scale in this "
        "notebook."
    ),
    hints=(
        "Multiplying a matrix by a number multiplies all its eigenvalues by it. So "
        "divide by the radius that it has, and multiply by the one that you want.",
        "`torch.linalg.eigvals` returns the eigenvalues, complex numbers; their size "
        "is `.abs()`.",
        "The radius it has is `torch.linalg.eigvals(weight).abs().max()`.",
    ),
    mistakes=(
        Mistake(
            "You divided by the largest singular value, the most one step can stretch. "
            "The spectral radius is the largest absolute eigenvalue, which is never "
            "larger and mostly smaller.",
            edit=(
                "torch.linalg.eigvals(weight).abs().max()",
                "torch.linalg.matrix_norm(weight, 2)",
            ),
        ),
        Mistake(
            "You divided by the Frobenius norm, the root of the sum of squares. The "
            "spectral radius is the largest absolute eigenvalue.",
            edit=("torch.linalg.eigvals(weight).abs().max()", "weight.norm()"),
        ),
        Mistake(
            "You took the real parts of the eigenvalues only, but those of a rotation "
            "have imaginary parts too: use the absolute value of the complex number.",
            edit=("torch.linalg.eigvals(weight)", "torch.linalg.eigvals(weight).real"),
        ),
        Mistake(
            "The radius that `weight` already had is still in there, so divide by it.",
            edit=("* radius / torch.linalg.eigvals(weight).abs().max()", "* radius"),
        ),
        Mistake(
            "This matrix has the radius 1. Multiply it by the `radius` that was asked "
            "for.",
            edit=("weight * radius", "weight"),
        ),
        Mistake(
            "You divided by the largest entry. The spectral radius is the largest "
            "absolute eigenvalue.",
            edit=("torch.linalg.eigvals(weight)", "weight"),
        ),
    ),
)

PREDICT = Exercise(
    id="08.5",
    title="Predict the rate",
    minutes=8,
    difficulty=2,
    points=2,
    name="predict_rate",
    cases=lambda: [
        (normal(6, 6), _slopes(9, 6, seed=1)),
        (torch.tensor([[0.0, -2.0], [2.0, 0.0]], dtype=torch.float64), _slopes(5, 2)),
        (normal(4, 4, seed=2) * 0.2, _slopes(7, 4, seed=3)),
    ],
    forbidden=("helpers.gradients.predicted_rate",),
    stub="""
def predict_rate(weight_hh, slopes):
    # weight_hh is (H, H); slopes holds those of all steps and units, (T, H).
    # Return the factor to expect for each step back, one number in a tensor.
    ...
""",
    reference="""
def predict_rate(weight_hh, slopes):
    radius = torch.linalg.eigvals(weight_hh).abs().max()
    return slopes.square().mean().sqrt() * radius
""",
    reason=(
        "On average the weights multiply a squared length by the square of their "
        "spectral radius, and the slopes multiply it by their mean square, if the two "
        "are independent. The length itself is multiplied by the roots. This is an "
        "estimate, which fails for the identity and is rough for small ReLU networks."
    ),
    hints=(
        "The formula is in the section *Picture*: a typical slope times the spectral "
        "radius.",
        "The typical slope is the root mean square: square all slopes, take the mean, "
        "and then the root.",
        "The spectral radius is the largest absolute eigenvalue, and "
        "`torch.linalg.eigvals(weight_hh)` returns all eigenvalues.",
    ),
    mistakes=(
        Mistake(
            "You took the mean of the slopes. Norms add in squares, so the typical "
            "slope is the root of the mean of squares.",
            edit=("slopes.square().mean().sqrt()", "slopes.mean()"),
        ),
        Mistake(
            "This is the mean of the squared slopes, and its root is still missing.",
            edit=("slopes.square().mean().sqrt()", "slopes.square().mean()"),
        ),
        Mistake(
            "The norm adds up all squares, so it grows with the number of steps. Take "
            "the mean of the squares before the root.",
            edit=("slopes.square().mean().sqrt()", "slopes.norm()"),
        ),
        Mistake(
            "The largest singular value is the most that one step can stretch. Over "
            "many steps it is the spectral radius that counts.",
            edit=(
                "torch.linalg.eigvals(weight_hh).abs().max()",
                "torch.linalg.matrix_norm(weight_hh, 2)",
            ),
        ),
        Mistake(
            "With the largest slope you predict the best case, but most steps meet "
            "smaller slopes: take the root mean square.",
            edit=("slopes.square().mean().sqrt()", "slopes.max()"),
        ),
        Mistake(
            "The slopes are missing: the spectral radius alone is the rate of a "
            "linear network.",
            edit=("slopes.square().mean().sqrt() * radius", "radius"),
        ),
    ),
)

FAR_BACK = Exercise(
    id="08.6",
    title="A product that never underflows",
    minutes=20,
    difficulty=3,
    points=3,
    name="log10_norm",
    cases=lambda: [
        (normal(5, 3, 3),),
        (normal(1, 2, 2, seed=4),),
        (normal(400, 4, 4, seed=1) * 0.05,),
        (normal(400, 4, 4, seed=2) * 20,),
        (normal(1000, 32, 32, seed=3) * 0.15,),
    ],
    stub="""
def log10_norm(jacobians):
    # jacobians holds J_1 to J_T, (T, H, H).
    # Return log10 of the Frobenius norm of J_T @ ... @ J_1, one number in a tensor,
    # also where the norm itself is smaller than 1e-308 or larger than 1e+308.
    ...
""",
    reference="""
def log10_norm(jacobians):
    product, log10_size = torch.eye(jacobians.shape[1]), 0.0
    for J in jacobians:
        product = J @ product
        size = product.norm()
        product = product / size
        log10_size = log10_size + size.log10()
    return log10_size
""",
    reason=(
        "The product is scaled back to size 1 at every step and its logarithm is kept "
        "apart, so not even 10 to the power of −2,000 is rounded to zero. Logarithms "
        "rescued the probabilities of notebook 04 for the same reason."
    ),
    hints=(
        "A product of numbers too small to write down is a sum of logarithms that are "
        "easy to write down.",
        "After every step, divide the product by its norm and remember the logarithm "
        "of what you divided by.",
        "At the end the product has norm 1, so the answer is the sum of all the "
        "logarithms you remembered.",
    ),
    mistakes=(
        Mistake(
            "This is right for a few steps. For many the product leaves the range of "
            "float64 and the logarithm is infinite: rescale after every step.",
            code="""
def log10_norm(jacobians):
    product = torch.eye(jacobians.shape[1])
    for J in jacobians:
        product = J @ product
    return product.norm().log10()
""",
        ),
        Mistake(
            "Each factor is rescaled by its own norm, which is not enough: a product "
            "of many such matrices still underflows. Rescale the product.",
            code="""
def log10_norm(jacobians):
    sizes = jacobians.norm(dim=(1, 2))
    product = torch.eye(jacobians.shape[1])
    for J, size in zip(jacobians, sizes):
        product = J / size @ product
    return sizes.log10().sum() + product.norm().log10()
""",
        ),
        Mistake(
            "You added the logarithms of the single norms. The norm of a product is at "
            "most the product of the norms, and mostly smaller, so multiply the "
            "matrices, step by step.",
            code="""
def log10_norm(jacobians):
    return sum(J.norm().log10() for J in jacobians)
""",
        ),
        Mistake(
            "These are natural logarithms, but the task asks for `log10`.",
            edit=("size.log10()", "size.log()"),
        ),
        Mistake(
            "The factors stand in the wrong order, J_1 @ ... @ J_T. The last step "
            "belongs on the left, because matrices may not change places.",
            edit=("J @ product", "product @ J"),
        ),
        Mistake(
            "Only the last size is kept, but the logarithms of everything you divided "
            "by must be added up.",
            edit=("log10_size + size.log10()", "size.log10()"),
        ),
    ),
)

STAYS = "The number must be a scale between 1/4 and 16, as on the slider of the figure."
VANISHES = (
    "At this scale less than a tenth of the median gradient is left. Go up a little."
)
EXPLODES = (
    "At this scale the median gradient grows more than tenfold. Go down a little."
)


def _on_the_edge(scale):
    """Return what is wrong with a scale for the twenty orthogonal tanh networks."""
    if isinstance(scale, bool) or not isinstance(scale, int | float):
        return STAYS
    if not 0.25 <= scale <= 16:
        return STAYS
    weights, drives = random_networks(20, 32, "orthogonal", steps=100)
    scales = torch.tensor([scale], dtype=torch.float64)
    change = stretch("tanh", weights, drives, scales).log10[:, 0, -1].median()
    return VANISHES if change < -1 else EXPLODES if change > 1 else None


EDGE = Exercise(
    id="08.7",
    title="Find the edge",
    minutes=4,
    difficulty=1,
    points=1,
    name="edge",
    verify=_on_the_edge,
    stub="""
# Replace the dots with the scale you found.
edge = ...
""",
    reference="edge = 1.3",
    reason=(
        "The scale is above 1 because the slopes of tanh are below 1, and slope times "
        "scale must come to about 1. With other noise the edge lies elsewhere, and a "
        "small move of the slider leaves it again, which is why a plain RNN is hard to "
        "keep on it."
    ),
    hints=(
        "Set the live figure to T = 100, tanh, orthogonal and 32 units, and read the "
        "title of the left panel while you move the scale.",
        "At scale 1 the slopes of tanh shrink the gradient, and a larger scale must "
        "make up for that. So look above 1.",
        "It lies between 1.3 and 1.4.",
    ),
    mistakes=(
        Mistake(VANISHES, code="edge = 1.0"),
        Mistake(EXPLODES, code="edge = 2.0"),
        Mistake(STAYS, code="edge = 120"),
    ),
)

CURE = Exercise(
    id="08.8",
    title="Which cure for which illness?",
    minutes=3,
    difficulty=2,
    points=1,
    name="cure",
    stub="""
# A network learns what happened 5 steps ago, and never what happened 60 steps ago.
#   "a"  Clip the gradient: it must have exploded.
#   "b"  Multiply the learning rate by a million: the far gradient is only small.
#   "c"  Start with factors nearer to 1, or let gates choose them.
#   "d"  Replace tanh by a sigmoid, which does not saturate as early.
cure = ...
""",
    reference='cure = "c"',
    reason=(
        "Only this changes the factors of the product. A careful initialisation brings "
        "them near 1 at the beginning of training, whereas gates, in notebook 09, can "
        "keep them there."
    ),
    hints=(
        "Near steps are learned, far ones are not: has the gradient vanished or "
        "exploded?",
        "A cure must change the ratio of the far gradient to the near one.",
        "Only one of the four changes the factors of the product for the better.",
    ),
    mistakes=(
        Mistake(
            "An exploded gradient would ruin the near past too. Clipping multiplies "
            "everything by one number, so the far past weighs no more than before.",
            code='cure = "a"',
        ),
        Mistake(
            "The learning rate multiplies the near gradient as well, so the steps "
            "would be a million times too long there, and the ratio of far to near "
            "would stay what it is.",
            code='cure = "b"',
        ),
        Mistake(
            "The largest slope of a sigmoid is 1/4, and that of a tanh is 1. With "
            "weights of the same size the factors would become smaller still.",
            code='cure = "d"',
        ),
    ),
)

DISGUISE = Exercise(
    id="08.9",
    title="Make it the tanh network",
    minutes=12,
    difficulty=2,
    points=3,
    name="as_sigmoid",
    cases=lambda: [
        (normal(3, 3), normal(3, 2, seed=1), normal(3, seed=2)),
        (normal(5, 5, seed=3), normal(5, 1, seed=4), normal(5, seed=5)),
    ],
    stub="""
def as_sigmoid(weight_hh, weight_ih, bias):
    # weight_hh is (H, H), weight_ih is (H, I) and bias is (H,), of a tanh network.
    # Return weight_hh, weight_ih, bias and h_0, (H,), of the sigmoid network whose
    # states are (1 + s) / 2 wherever those of the tanh network are s.
    ...
""",
    reference="""
def as_sigmoid(weight_hh, weight_ih, bias):
    h_0 = torch.full_like(bias, 0.5)
    return 4 * weight_hh, 2 * weight_ih, 2 * bias - 2 * weight_hh.sum(1), h_0
""",
    reason=(
        "The tanh of a is 2σ(2a) − 1, so every score is doubled, and since s = 2h − 1, "
        "every old state is doubled too. The recurrent weights therefore become four "
        "times as large, and the bias takes off what the middle of the states, ½, "
        "would add. A sigmoid network can do whatever a tanh network can."
    ),
    hints=(
        "The new state is h = (1 + tanh(a)) / 2 with a = W s + U x + b. By the formula "
        "for σ this is σ(2a), so begin by doubling a.",
        "In 2a = 2 W s + 2 U x + 2b the old state must be h and not s: put in "
        "s = 2h − 1, and multiply out.",
        "2 W (2h − 1) is 4 W h minus 2 W times a vector of ones, and a matrix times a "
        "vector of ones is the sum of each of its rows: `weight_hh.sum(1)`.",
    ),
    mistakes=(
        Mistake(
            "The recurrent weights are only doubled. The score is doubled, and so is "
            "the old state, since s = 2h − 1, so the factor is 4.",
            edit=("4 * weight_hh", "2 * weight_hh"),
        ),
        Mistake(
            "The input weights are four times as large. The input is the same in both "
            "networks and only the score is doubled, so the factor is 2.",
            edit=("2 * weight_ih", "4 * weight_ih"),
        ),
        Mistake(
            "The input weights are unchanged, but the whole score is doubled.",
            edit=("2 * weight_ih", "weight_ih"),
        ),
        Mistake(
            "The bias is not centred: with s = 2h − 1, the −1 adds −2 times the sum of "
            "each row of `weight_hh`.",
            edit=("2 * bias - 2 * weight_hh.sum(1)", "2 * bias"),
        ),
        Mistake(
            "The sums run down the columns. Each score is a row of `weight_hh` times "
            "the state, so sum the rows: `weight_hh.sum(1)`.",
            edit=("weight_hh.sum(1)", "weight_hh.sum(0)"),
        ),
        Mistake(
            "Only half of the centring is there: 2W(2h − 1) is 4Wh − 2W1, so the bias "
            "loses twice the sum of each row.",
            edit=("- 2 * weight_hh.sum(1)", "- weight_hh.sum(1)"),
        ),
        Mistake(
            "The sum of each row is added, but it has to be taken off.",
            edit=("bias - 2", "bias + 2"),
        ),
        Mistake(
            "The bias itself is not doubled, although the whole score is.",
            edit=("2 * bias", "bias"),
        ),
        Mistake(
            "h_0 is zero, which would stand for s = −1. The tanh network begins at "
            "s = 0, and (1 + 0) / 2 is ½.",
            edit=("torch.full_like(bias, 0.5)", "torch.zeros_like(bias)"),
        ),
    ),
)

TRANSIENT = Exercise(
    id="08.10",
    title="Grow first, fade later",
    minutes=6,
    difficulty=2,
    points=2,
    name="most_stretch",
    cases=lambda: [
        (torch.tensor([[0.8, 3.0], [0.0, 0.7]], dtype=torch.float64), 6),
        (normal(4, 4) / 3, 5),
        (normal(3, 3, seed=1), 1),
    ],
    stub="""
def most_stretch(weight, steps):
    # weight is (H, H); steps is T, at least 1.
    # Return the largest singular value of weight to the power of 1, 2, ..., T, (T,).
    ...
""",
    reference="""
def most_stretch(weight, steps):
    product, found = weight, []
    for _ in range(steps):
        found.append(torch.linalg.matrix_norm(product, 2))
        product = product @ weight
    return torch.stack(found)
""",
    reason=(
        "A vector that W stretches is turned as well, so the next W need not stretch "
        "it again. The first example stretches up to 5.1 times within three steps, and "
        "fades all the same, because both of its eigenvalues are below 1."
    ),
    hints=(
        "Carry a product along, and look at it once in every step.",
        "`torch.linalg.matrix_norm(product, 2)` is the largest singular value, and "
        "`torch.linalg.svdvals(product)[0]` is the same number.",
        "Begin with the product `weight`, note its largest singular value, multiply by "
        "`weight`, and go on; `torch.stack` joins the T numbers.",
    ),
    mistakes=(
        Mistake(
            "These are the powers of the largest singular value of `weight`. The power "
            "of a matrix stretches less, because it turns vectors too: multiply the "
            "matrices first.",
            code="""
def most_stretch(weight, steps):
    most = torch.linalg.matrix_norm(weight, 2)
    return most ** torch.arange(1, steps + 1)
""",
        ),
        Mistake(
            "These are powers of the spectral radius, which is what decides in the "
            "long run. The most that a few steps can stretch is a singular value.",
            code="""
def most_stretch(weight, steps):
    radius = torch.linalg.eigvals(weight).abs().max()
    return radius ** torch.arange(1, steps + 1)
""",
        ),
        Mistake(
            "Your first number belongs to the power 0, the identity. Begin with the "
            "product `weight`.",
            edit=(
                "product, found = weight, []",
                "product, found = torch.eye(len(weight)), []",
            ),
        ),
        Mistake(
            "This is the Frobenius norm, the root of the sum of squares. The largest "
            "singular value is the matrix norm of order 2.",
            edit=("(product, 2)", "(product)"),
        ),
        Mistake(
            "`*` multiplies entry by entry. The power of a matrix needs `@`.",
            edit=("product @ weight", "product * weight"),
        ),
        Mistake(
            "This is the smallest singular value. The most that a matrix stretches is "
            "the largest.",
            edit=("(product, 2)", "(product, -2)"),
        ),
    ),
)
