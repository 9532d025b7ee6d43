"""The exercises of notebook 03."""

import torch

from helpers.autoregressive import cycle
from helpers.exercises.cases import normal
from helpers.exercises.exercise import Exercise, Mistake

NOTEBOOK = "03 · Autoregressive models"


def _series(steps, seed=0):
    """Return a wavy series around 20, (steps,)."""
    swing = torch.arange(steps, dtype=torch.float64).mul(0.7).sin()
    return 20 + 8 * swing + normal(steps, seed=seed)


def _weights(*phi):
    return torch.tensor(phi, dtype=torch.float64)


ROWS = Exercise(
    id="03.1",
    title="Rows of the past",
    minutes=4,
    difficulty=1,
    points=1,
    name="lags",
    cases=lambda: [
        (torch.tensor([3.0, 5.0, 4.0, 6.0, 7.0]), 2),
        (_series(12), 1),
        (_series(9, seed=1), 4),
        (_series(4, seed=2), 3),  # a single row
    ],
    forbidden=("helpers.autoregressive.lag_matrix",),
    strict=True,
    stub="""
def lags(series, order):
    # series is (T,). Return (T - order, order): beside each value that has a full
    # past, the values 1, 2, ... and order steps before it, in this order.
    ...
""",
    reference="""
def lags(series, order):
    T = len(series)
    columns = [series[order - k : T - k] for k in range(1, order + 1)]
    return torch.stack(columns, dim=1)
""",
    reason=(
        "Every AR model is a regression on these columns, however it is fitted. The "
        "first `order` values are used as a past, but never explained."
    ),
    hints=(
        "Think in columns: column 0 is the series, delayed by one step. The first "
        "value that is explained is the one at place `order`.",
        "The column of lag k begins at place `order - k` and ends k places before the "
        "end of the series.",
        "`torch.stack([...], dim=1)` puts one-dimensional columns side by side. Each "
        "is a slice of `series`, one for k = 1 to `order`.",
    ),
    mistakes=(
        Mistake(
            "The columns run from the oldest value to the newest. Here the most recent "
            "lag comes first, in column 0, as φ₁ is the first weight.",
            edit=("range(1, order + 1)", "range(order, 0, -1)"),
        ),
        Mistake(
            "Every lag is one too small: column 0 holds the very value that is to be "
            "forecast. Count k from 1, the step before.",
            edit=("order - k : T - k", "order - k + 1 : T - k + 1"),
        ),
        Mistake(
            "There is one row too many: the last one belongs to a value after the end "
            "of the series, which nobody has seen.",
            edit=("T - k", "T - k + 1"),
        ),
        Mistake(
            "The last row is missing. The last value of the series has a full past "
            "too, which makes T - order rows.",
            edit=("T - k", "T - k - 1"),
        ),
        Mistake(
            "Rows and columns have changed places. Each lag is a column, so stack "
            "along `dim=1`.",
            edit=("torch.stack(columns, dim=1)", "torch.stack(columns)"),
        ),
    ),
)

FEED = Exercise(
    id="03.2",
    title="Feed on your own forecasts",
    minutes=8,
    difficulty=2,
    points=2,
    name="roll_out",
    cases=lambda: [
        (10.0, _weights(1.2, -0.7), torch.tensor([100.0, 100, 90, 70, 40, 20]), 2, 3),
        (2.0, _weights(0.9), _series(14), 6, 5),
        (-1.0, _weights(0.5, 0.3, -0.4), _series(20, seed=1), 9, 8),
        (1.0, _weights(0.6, -0.2), _series(7, seed=2), 5, 3),  # past the end
        (3.0, _weights(0.7, 0.2), _series(6, seed=3), 6, 1),
    ],
    forbidden=("helpers.autoregressive.forecaster",),
    stub="""
def roll_out(intercept, weights, series, origin, horizon):
    # weights holds φ₁, φ₂, ..., the most recent lag first, (τ,).
    # Forecast the values at places origin, origin + 1, ... and return them, (horizon,).
    # Only series[:origin] is known.
    ...
""",
    reference="""
def roll_out(intercept, weights, series, origin, horizon):
    x = series[:origin]
    for _ in range(horizon):
        recent = x[-len(weights) :].flip(0)
        x = torch.cat([x, (intercept + weights @ recent).reshape(1)])
    return x[origin:]
""",
    reason=(
        "Soon the forecast reads nothing but its own earlier forecasts. That is why a "
        "stable model can only fade into its level."
    ),
    hints=(
        "Keep one growing past. It begins as `series[:origin]`, and each forecast is "
        "added at its end before the next is made.",
        "The last τ values, the most recent first, are `x[-len(weights):].flip(0)`. "
        "Their weighted sum plus the intercept is the next value.",
        "`torch.cat([x, value.reshape(1)])` adds a value at the end. After `horizon` "
        "rounds return everything from place `origin` on.",
    ),
    mistakes=(
        Mistake(
            "From the second step on you read true values after the origin, which are "
            "not known yet. Feed the model its own forecasts instead.",
            code="""
def roll_out(intercept, weights, series, origin, horizon):
    found = []
    for t in range(origin, origin + horizon):
        recent = series[t - len(weights) : t].flip(0)
        found.append(intercept + weights @ recent)
    return torch.stack(found)
""",
        ),
        Mistake(
            "The weights meet the values in reverse order: φ₁ belongs to the most "
            "recent value, which is the last of the series. Use `flip(0)`.",
            edit=("x[-len(weights) :].flip(0)", "x[-len(weights) :]"),
        ),
        Mistake(
            "The intercept is missing, so the forecasts fade to zero instead of the "
            "level of the series.",
            edit=("intercept + weights @ recent", "weights @ recent"),
        ),
        Mistake(
            "The intercept is added once, after the loop. It belongs to every step, so "
            "that the next forecast feeds on it too.",
            edits=[
                ("intercept + weights @ recent", "weights @ recent"),
                ("x[origin:]", "x[origin:] + intercept"),
            ],
        ),
        Mistake(
            "The first forecast is repeated. Instead, each one must become the most "
            "recent value for the next.",
            code="""
def roll_out(intercept, weights, series, origin, horizon):
    recent = series[:origin][-len(weights) :].flip(0)
    return (intercept + weights @ recent).repeat(horizon)
""",
        ),
        Mistake(
            "You begin one step late: `series[origin]` is the first value to be "
            "forecast, so the past ends before it.",
            edits=[
                ("series[:origin]", "series[: origin + 1]"),
                ("x[origin:]", "x[origin + 1 :]"),
            ],
        ),
    ),
)

PERIOD = Exercise(
    id="03.3",
    title="The period from two weights",
    minutes=5,
    difficulty=2,
    points=2,
    name="period",
    cases=lambda: [(0.3, -0.65), (0.8, -0.8), (-0.7, -0.5), (0.9, -0.9)],
    forbidden=("helpers.autoregressive.cycle",),
    stub="""
def period(phi_1, phi_2):
    # Return the period in steps, a number. The roots are complex.
    ...
""",
    reference="""
def period(phi_1, phi_2):
    size = math.sqrt(-phi_2)
    angle = math.acos(phi_1 / (2 * size))
    return 2 * math.pi / angle
""",
    reason=(
        "Two weights are enough for a period of any length above 2 steps, because the "
        "angle can be as small as you like."
    ),
    hints=(
        "First find the size of the root, then its angle, then how many such angles "
        "make a full turn. All three formulas are below the spiral.",
        "The size is the root of -φ₂. The cosine of the angle is φ₁ over twice the "
        "size; `math.acos` turns a cosine back into an angle, in radians.",
        "A full turn has 2π radians. Divide it by the angle of one step.",
    ),
    mistakes=(
        Mistake(
            "The angle is in degrees, the full turn in radians. Use one unit for both: "
            "2π with radians, or 360 with degrees.",
            edit=("/ angle", "/ math.degrees(angle)"),
        ),
        Mistake(
            "The full turn is in degrees, but `math.acos` gives radians. Use one unit "
            "for both: 2π with radians.",
            edit=("2 * math.pi", "360"),
        ),
        Mistake(
            "This is the frequency, turns per step. The period is its inverse, steps "
            "per turn.",
            edit=("2 * math.pi / angle", "angle / (2 * math.pi)"),
        ),
        Mistake(
            "The full turn is missing: divide 2π by the angle of one step, not 1.",
            edit=("2 * math.pi / angle", "1 / angle"),
        ),
        Mistake(
            "This is half a turn, from a peak to the next valley, but a full turn has "
            "2π.",
            edit=("2 * math.pi / angle", "math.pi / angle"),
        ),
        Mistake(
            "φ₁ / 2 is the real part of the root. Its cosine is the real part over the "
            "size, the root of -φ₂.",
            edit=("phi_1 / (2 * size)", "phi_1 / 2"),
        ),
        Mistake(
            "The size of the root is the square root of -φ₂, not -φ₂ itself.",
            edit=("math.sqrt(-phi_2)", "-phi_2"),
        ),
        Mistake(
            "A 2 is missing: φ₁ is twice the real part of the root, so the cosine is "
            "φ₁ over twice the size.",
            edit=("phi_1 / (2 * size)", "phi_1 / size"),
        ),
        Mistake(
            "The real part over the size is the cosine of the angle, not its sine: "
            "`math.acos`.",
            edit=("math.acos", "math.asin"),
        ),
    ),
)

STABLE = Exercise(
    id="03.4",
    title="Does it fade?",
    minutes=8,
    difficulty=2,
    points=2,
    name="fades",
    cases=lambda: [
        (_weights(0.5),),
        (_weights(1.336, -0.65),),
        (_weights(0.9, 0.5),),
        (_weights(0.2, -1.1),),
        (_weights(-1.05),),
        (_weights(-0.7, 0.6),),
        (_weights(2.2, -1.1),),
        (_weights(0.0, 0.0, 0.9),),
        (_weights(1.5, -0.9, 0.2),),
        (_weights(-0.9, -0.9, -0.9, -0.9),),
        (_weights(0.3, -0.2, 0.1, -1.2),),
        (_weights(2.2, -1.3),),
        (_weights(2.2, -0.72),),
        (_weights(1.0),),
        (_weights(1.01),),
    ],
    given="from helpers.autoregressive import roots",
    forbidden=("helpers.autoregressive.is_stable",),
    stub="""
def fades(weights):
    # weights holds φ₁ to φ_τ, (τ,). Return True if every shock fades, else False.
    ...
""",
    reference="""
def fades(weights):
    return bool((roots(weights).abs() < 1).all())
""",
    reason=(
        "A shock is a sum of powers of the roots, and the largest of them outlives all "
        "others. So one root outside the circle is enough to make shocks grow without "
        "end."
    ),
    hints=(
        "Look at the roots, not at the weights: after t steps a root z has become z to "
        "the power of t.",
        "A power of z fades if the size of z is below 1. `.abs()` of a complex tensor "
        "gives the sizes.",
        "A single root that does not fade is enough to spoil it, so all roots must be "
        "inside: use `.all()`, and turn the answer into a `bool`.",
    ),
    mistakes=(
        Mistake(
            "A root of size 1 keeps its size for ever, so demand sizes *below* 1.",
            edit=("roots(weights).abs() < 1", "roots(weights).abs() <= 1"),
        ),
        Mistake(
            "You compare the real parts. A complex root can lie outside the unit "
            "circle with a small real part: compare its size, `.abs()`.",
            edit=("roots(weights).abs()", "roots(weights).real"),
        ),
        Mistake(
            "You ask whether all weights are below 1 in size. That is neither needed, "
            "see (1.336, -0.65), nor enough, see (0.9, 0.5). Ask the same of the "
            "roots.",
            edit=("roots(weights)", "weights"),
        ),
        Mistake(
            "A sum below 1 keeps the model from running away through the right edge of "
            "the triangle. It may still flip or swing ever more widely, so look at all "
            "roots.",
            edit=("(roots(weights).abs() < 1).all()", "weights.sum() < 1"),
        ),
        Mistake(
            "If the sizes of the weights add up to less than 1, the model does fade. "
            "But others fade too: (1.336, -0.65). Look at the roots.",
            edit=("(roots(weights).abs() < 1).all()", "weights.abs().sum() < 1"),
        ),
        Mistake(
            "Outside the circle is the rule for books that write the polynomial in "
            "1/z. Our roots are multiplied step after step, so they must lie inside.",
            edit=("roots(weights).abs() < 1", "roots(weights).abs() > 1"),
        ),
        Mistake(
            "Only the real part of the roots is compared. A root can leave the circle "
            "upwards: take its size, `.abs()` of the complex number.",
            edit=("roots(weights)", "roots(weights).real"),
        ),
        Mistake(
            "A mean below 1 can hide a root above 1. Every root must be below 1: use "
            "`.all()`.",
            edit=(
                "(roots(weights).abs() < 1).all()",
                "roots(weights).abs().mean() < 1",
            ),
        ),
        Mistake(
            "One root inside the circle is not enough, because the others decide too. "
            "Use `.all()`.",
            edit=(
                "(roots(weights).abs() < 1).all()",
                "(roots(weights).abs() < 1).any()",
            ),
        ),
        Mistake(
            "The last weight is, up to its sign, the product of all roots. A product "
            "below 1 can hide a root above 1: look at each of them.",
            edit=("(roots(weights).abs() < 1).all()", "weights[-1].abs() < 1"),
        ),
    ),
)

SHAPE = "Give two numbers in brackets, `model = (φ₁, φ₂)`, each between -2 and 2."
NO_SWING = (
    "These roots are real, so nothing swings with a period of its own. Go down with "
    "φ₂, into the shaded part of the triangle."
)
GROWS = "This swing does not fade: φ₂ must stay above -1."
TOO_FAST = (
    "This swing fades too fast. The damping factor is the root of -φ₂, so bring φ₂ "
    "closer to -1."
)
TOO_SLOW = "This swing fades too slowly. Bring φ₂ a little away from -1."
TOO_LONG = "The period is too long. For a larger angle φ₁ must be smaller."
TOO_SHORT = "The period is too short. For a smaller angle φ₁ must be larger."


def _to_order(model):
    """Return what is wrong with two weights, or None."""
    try:
        model = torch.as_tensor(model, dtype=torch.float64).detach()
    except (TypeError, ValueError, RuntimeError):
        return SHAPE
    if model.shape != (2,) or not (model.abs() <= 2).all():
        return SHAPE
    period, damping = cycle(model)
    if model[0] ** 2 / 4 + model[1] >= 0:
        return NO_SWING
    if model[1] <= -1:
        return GROWS
    if not 0.9 <= damping <= 0.97:
        return TOO_FAST if damping < 0.9 else TOO_SLOW
    if not 5.8 <= period <= 6.2:
        return TOO_LONG if period > 6 else TOO_SHORT
    return None


ORDER = Exercise(
    id="03.5",
    title="A model to order",
    minutes=4,
    difficulty=1,
    points=1,
    name="model",
    verify=_to_order,
    stub="""
# Replace the dots with two numbers, (φ₁, φ₂).
model = ...
""",
    reference="model = (0.95, -0.9)",
    reason=(
        "The damping factor is the root of -φ₂. A period of about 6 steps is an angle "
        "of about 60 degrees, whose cosine is 1/2, so φ₁ is close to the damping "
        "factor."
    ),
    hints=(
        "The damping factor depends on φ₂ alone. Set that first, then move φ₁ until "
        "the period fits.",
        "The root of -φ₂ must lie between 0.9 and 0.97, so -φ₂ between 0.81 and 0.94.",
        "Six steps for a full turn are 60 degrees a step, and the cosine of 60 degrees "
        "is 1/2. So φ₁ is twice 1/2 times the damping factor.",
    ),
    mistakes=(
        Mistake(TOO_LONG, code="model = (1.65, -0.9)"),
        Mistake(TOO_SHORT, code="model = (0.0, -0.9)"),
        Mistake(GROWS, code="model = (1.0, -1.0)"),
        Mistake(TOO_FAST, code="model = (0.7, -0.5)"),
        Mistake(TOO_SLOW, code="model = (0.98, -0.97)"),
        Mistake(NO_SWING, code="model = (0.9, 0.05)"),
        Mistake(SHAPE, code="model = 0.95"),
    ),
)

HONEST = Exercise(
    id="03.6",
    title="An honest error",
    minutes=10,
    difficulty=3,
    points=3,
    name="held_out_error",
    cases=lambda: [
        (_series(40), 2, 25),
        (_series(60, seed=1), 1, 30),
        (_series(80, seed=2), 5, 50),
    ],
    given="from helpers.autoregressive import fit_ar, lag_matrix",
    stub="""
def held_out_error(series, order, split):
    # Fit to series[:split] only; return the root mean squared one-step error on all
    # values from place split on, one number in a tensor.
    ...
""",
    reference="""
def held_out_error(series, order, split):
    model = fit_ar(series[:split], order)
    lags, values = lag_matrix(series, order, first=split)
    errors = model.intercept + lags @ model.weights - values
    return errors.square().mean().sqrt()
""",
    reason=(
        "An error is honest if nothing that it is measured on had a say in the model: "
        "neither in its weights nor in the choice of its order."
    ),
    hints=(
        "There are two cuts: the fit sees `series[:split]` and nothing else; the "
        "errors are those of the values from `split` on.",
        "`fit_ar(series[:split], order)` does the first. For the second, "
        "`lag_matrix(series, order, first=split)` gives the values and their pasts.",
        "A forecast is the intercept plus `lags @ model.weights`. Then take the root "
        "of the mean of the squared errors.",
    ),
    mistakes=(
        Mistake(
            "The weights were fitted to the whole series, so they have seen what they "
            "are tested on. Fit to `series[:split]`.",
            edit=("series[:split]", "series"),
        ),
        Mistake(
            "The weights were fitted to the test set, which is the future. Fit to "
            "`series[:split]`.",
            edit=("series[:split]", "series[split:]"),
        ),
        Mistake(
            "This is the training error: the values it is measured on are those the "
            "weights were fitted to. Measure it from `split` on.",
            code="""
def held_out_error(series, order, split):
    return fit_ar(series[:split], order).noise
""",
        ),
        Mistake(
            "The error is taken over the whole series, most of which the fit has seen. "
            "Take it from place `split` on: `first=split`.",
            edit=(
                "lag_matrix(series, order, first=split)",
                "lag_matrix(series, order)",
            ),
        ),
        Mistake(
            "The forecasts lack the intercept, so all of them are too low or too high "
            "by the same amount.",
            edit=("model.intercept + lags @ model.weights", "lags @ model.weights"),
        ),
        Mistake(
            "Both the fit and the forecast lack the intercept, so the level of the "
            "series is missing from the model. `fit_ar` fits one.",
            code="""
def held_out_error(series, order, split):
    lags, values = lag_matrix(series[:split], order)
    weights = torch.linalg.lstsq(lags, values[:, None]).solution[:, 0]
    lags, values = lag_matrix(series, order, first=split)
    return (lags @ weights - values).square().mean().sqrt()
""",
        ),
        Mistake(
            "The forecasts feed on each other, further and further ahead. A one-step "
            "forecast reads the true values just before it.",
            code="""
def held_out_error(series, order, split):
    intercept, weights, _ = fit_ar(series[:split], order)
    x = series[:split]
    for _ in range(len(series) - split):
        x = torch.cat([x, (intercept + weights @ x[-order:].flip(0)).reshape(1)])
    return (x[split:] - series[split:]).square().mean().sqrt()
""",
        ),
        Mistake(
            "The model is fitted anew for every forecast, so it learns from the test "
            "set. Here it is fitted once, to `series[:split]`.",
            code="""
def held_out_error(series, order, split):
    errors = []
    for t in range(split, len(series)):
        intercept, weights, _ = fit_ar(series[:t], order)
        errors.append(intercept + weights @ series[t - order : t].flip(0) - series[t])
    return torch.stack(errors).square().mean().sqrt()
""",
        ),
        Mistake(
            "The first values after `split` are left out. Their past lies before "
            "`split`, and a forecast may look at it.",
            edit=(
                "lag_matrix(series, order, first=split)",
                "lag_matrix(series[split:], order)",
            ),
        ),
        Mistake(
            "The weights are in reverse order: both the columns and `model.weights` "
            "have the most recent lag first.",
            edit=("model.weights", "model.weights.flip(0)"),
        ),
        Mistake(
            "This is the mean squared error, without the root.",
            edit=("errors.square().mean().sqrt()", "errors.square().mean()"),
        ),
        Mistake(
            "This is the mean absolute error. Square the errors, take the mean, then "
            "the root.",
            edit=("errors.square().mean().sqrt()", "errors.abs().mean()"),
        ),
    ),
)

PASTS = Exercise(
    id="03.7",
    title="Two pasts",
    minutes=3,
    difficulty=2,
    points=1,
    name="forecasts",
    stub="""
# One fitted AR(2) forecasts ten years ahead, once after 90, 60, 30, 20 and once after
# 5, 10, 30, 20. What do the two forecasts of ten years look like?
#   "a"  They differ from the first year on, because the pasts differ.
#   "b"  They agree in the first two years and differ afterwards.
#   "c"  They agree in all ten years.
#   "d"  They differ more and more, because small differences grow.
forecasts = ...
""",
    reference='forecasts = "c"',
    reason=(
        "Only the last two values enter the first forecast, and only those two and "
        "forecasts enter the later ones. The last two values are the model's whole "
        "state: notebook 05 builds states that can hold more."
    ),
    hints=(
        "Which values of each past enter the first forecast?",
        "Are the values that enter the second forecast the same in both cases?",
        "Nothing before the last two values is ever read, at any step.",
    ),
    mistakes=(
        Mistake(
            "The pasts differ only before the last two values, and an AR(2) reads no "
            "more than those.",
            code='forecasts = "a"',
        ),
        Mistake(
            "Later forecasts do not reach further back. The third is made from the "
            "second and the first, which agree.",
            code='forecasts = "b"',
        ),
        Mistake(
            "There is no difference that could grow: 30, 20 is all that is read, in "
            "both cases. Besides, in a stable model differences fade.",
            code='forecasts = "d"',
        ),
    ),
)

DIRECT = Exercise(
    id="03.8",
    title="Ask directly",
    minutes=8,
    difficulty=2,
    points=2,
    name="direct_forecast",
    cases=lambda: [
        (_series(40), 2, 5),
        (_series(30, seed=1), 1, 3),
        (_series(50, seed=2), 3, 1),
        (_series(45, seed=3), 4, 10),
    ],
    given="from helpers.autoregressive import fit_ar, forecaster, lag_matrix",
    forbidden=("helpers.autoregressive.fit_direct", "helpers.autoregressive.direct"),
    stub="""
def direct_forecast(series, order, ahead):
    # series is (T,). Fit by least squares, with a constant, the value `ahead` steps
    # after the last of `order` neighbouring values. Use it to forecast the value
    # `ahead` steps after the end of the series; return one number in a tensor.
    ...
""",
    reference="""
def direct_forecast(series, order, ahead):
    rows, values = lag_matrix(series, order, ahead=ahead)
    A = torch.cat([torch.ones(len(rows), 1), rows], dim=1)
    b = torch.linalg.lstsq(A, values[:, None]).solution[:, 0]
    return b[0] + b[1:] @ series[-order:].flip(0)
""",
    reason=(
        "Nothing is fed back, so no error of the model is multiplied. The price is a "
        "regression for every horizon, and fewer rows the further one looks."
    ),
    hints=(
        "It is the fit of an AR with other pairs. Which value belongs to a row now?",
        "`lag_matrix(series, order, ahead=ahead)` gives the rows, the most recent "
        "value first, and the values. Put a column of ones before the rows.",
        "`torch.linalg.lstsq(A, values[:, None]).solution[:, 0]` holds the constant "
        "and the weights. They are used with the last `order` values of the series.",
    ),
    mistakes=(
        Mistake(
            "These are the weights for one step ahead. Pair each row with the value "
            "`ahead` steps later.",
            edit=("ahead=ahead", "ahead=1"),
        ),
        Mistake(
            "You iterate: this is an AR that feeds on its own forecasts. Ask for the "
            "far value at once.",
            code="""
def direct_forecast(series, order, ahead):
    return forecaster(fit_ar(series, order))(series, ahead)[-1]
""",
        ),
        Mistake(
            "This forecasts the last value of the series, which is known already. The "
            "last row ends `ahead` steps earlier; use the last values themselves.",
            edit=("series[-order:].flip(0)", "rows[-1]"),
        ),
        Mistake(
            "The weights meet the values in reverse order: the rows have the most "
            "recent value first. Use `flip(0)`.",
            edit=("series[-order:].flip(0)", "series[-order:]"),
        ),
        Mistake(
            "The regression has no constant, so the level of the series is missing. "
            "Put a column of ones before the rows.",
            edits=[
                ("torch.cat([torch.ones(len(rows), 1), rows], dim=1)", "rows"),
                ("b[0] + b[1:] @", "b @"),
            ],
        ),
        Mistake(
            "The constant was fitted, but it is missing from the forecast.",
            edit=("b[0] + b[1:] @", "b[1:] @"),
        ),
    ),
)

WAVE = Exercise(
    id="03.9",
    title="A wave that never fades",
    minutes=4,
    difficulty=1,
    points=1,
    name="wave_weights",
    cases=lambda: [(11,), (4,), (6.0,), (2.5,)],
    stub="""
def wave_weights(period):
    # Return the weights (φ₁, φ₂) of an AR(2) without noise whose swing has this period
    # in steps and keeps its height for ever, two numbers.
    ...
""",
    reference="""
def wave_weights(period):
    return 2 * math.cos(2 * math.pi / period), -1.0
""",
    reason=(
        "The two roots lie on the unit circle, at plus and minus the angle of one "
        "step. If the observations were noisy, least squares would find smaller "
        "weights, and the fitted wave would fade."
    ),
    hints=(
        "To keep its height, the damping factor must be 1. Which weight decides that?",
        "The damping factor is the root of -φ₂. And φ₁ is twice the factor times the "
        "cosine of the angle.",
        "One step turns by 2π / period, in radians.",
    ),
    mistakes=(
        Mistake(
            "A 2 is missing: φ₁ is the sum of both roots, so twice the cosine.",
            edit=("2 * math.cos", "math.cos"),
        ),
        Mistake(
            "With φ₂ = 1 one root is real and larger than 1, or smaller than -1. The "
            "product of two mirrored roots is -φ₂, so φ₂ must be -1.",
            edit=("-1.0", "1.0"),
        ),
        Mistake(
            "The angle is in degrees, but `math.cos` wants radians.",
            edit=("2 * math.pi / period", "360 / period"),
        ),
        Mistake(
            "Your angle is the number of turns in one step. A turn has 2π radians.",
            edit=("2 * math.pi / period", "1 / period"),
        ),
        Mistake(
            "This is half the angle: a full turn, from peak to peak, has 2π.",
            edit=("2 * math.pi / period", "math.pi / period"),
        ),
        Mistake(
            "The weights have changed places. φ₁ belongs to the most recent value and "
            "holds the cosine.",
            code="""
def wave_weights(period):
    return -1.0, 2 * math.cos(2 * math.pi / period)
""",
        ),
    ),
)

AHEAD = Exercise(
    id="03.10",
    title="How wrong, how far ahead?",
    minutes=6,
    difficulty=2,
    points=2,
    name="error_ahead",
    cases=lambda: [
        (0.8, 1.0, 1),
        (0.8, 2.0, 3),
        (-0.5, 1.0, 4),
        (0.0, 3.0, 2),
        (0.95, 15.0, 10),
    ],
    stub="""
def error_ahead(phi, noise, horizon):
    # An AR(1) with weight phi, below 1 in size, gets shocks of standard deviation
    # noise. Return the root mean squared error of its best forecast so many steps
    # ahead, horizon >= 1, a number.
    ...
""",
    reference="""
def error_ahead(phi, noise, horizon):
    return noise * math.sqrt(sum(phi ** (2 * k) for k in range(horizon)))
""",
    reason=(
        "Each later shock adds to the error what remains of it, and independent shocks "
        "add in squares. The sum stops at the variance of the series."
    ),
    hints=(
        "Which shocks happen after the forecast is made, and what remains of each of "
        "them when the forecast year comes?",
        "The last shock counts in full, the one before it with phi, the one before "
        "that with phi squared. Independent shocks add their *variances*.",
        "The variance is noise squared times 1 + phi² + phi⁴ + ..., with as many terms "
        "as steps. Take its root.",
    ),
    mistakes=(
        Mistake(
            "The shocks are added as if all had the same sign. Independent shocks add "
            "their squares: sum those, then take the root.",
            edit=(
                "math.sqrt(sum(phi ** (2 * k) for k in range(horizon)))",
                "sum(phi**k for k in range(horizon))",
            ),
        ),
        Mistake(
            "What remains of a shock is phi to the power of k, and its square has "
            "twice that power.",
            edit=("phi ** (2 * k)", "abs(phi) ** k"),
        ),
        Mistake(
            "There is one shock too many. One step ahead there is only one.",
            edit=("range(horizon)", "range(horizon + 1)"),
        ),
        Mistake(
            "The last shock is missing, the one that counts in full. Begin with the "
            "power 0.",
            edit=("range(horizon)", "range(1, horizon + 1)"),
        ),
        Mistake(
            "This is the variance. Take its root.",
            edit=("noise * math.sqrt(", "noise**2 * ("),
        ),
        Mistake(
            "This is the error for an infinite horizon, the spread of the series "
            "itself. At a finite horizon fewer shocks have come.",
            edit=(
                "noise * math.sqrt(sum(phi ** (2 * k) for k in range(horizon)))",
                "noise / math.sqrt(1 - phi**2)",
            ),
        ),
    ),
)
