"""Every sentence the exercise engine says; an exercise keeps its own in its module.

Single backticks mark code. Names in braces are filled in by the engine.
"""

# States of an answer: symbol and word, so that colour is never the only cue.
SOLVED = ("✓", "Solved")
OPEN = ("○", "Not tried yet")
WRONG = ("→", "Not yet")
HINT = ("?", "Hints")
SOLUTION = ("≡", "Solution")
NOTICE = ("!", "Notice")

# The board
CAPTION = "{solved} of {total} exercises solved"
HEADERS = ("Exercise", "Minutes", "Difficulty", "State", "Hints opened")
DIFFICULTY = "{level} of 3"
BOARD_SOLVED, BOARD_TRIED, BOARD_UNTRIED = "✓ solved", "→ tried", "○ not yet"

MINUTES = "{minutes} min"
STUB_TITLE = "# Exercise {id} · {title}"

# check
UNTOUCHED = (
    "Replace the `...` with your own code, run the cell, then run this one again."
)
PASSED = "Your answer is right."
PASSED_WITH_GRADIENTS = "Your answer is right, in values and in gradients."
COMPARE = 'Compare with ours: `solution("{id}")`.'
STUCK = 'Stuck? `hint("{id}")` opens a hint.'
UNKNOWN = 'There is no exercise "{id}". {known}'
KNOWN_EXERCISES = "Notebook {number} has {ids}."
KNOWN_NOTEBOOKS = "There are exercises for notebooks {numbers}."
INTERRUPTED = "You stopped the check. Nothing was counted."
CHECK_BROKEN = (
    "The check itself failed, which is our mistake and not yours: `{error}`. "
    "Please report it with your answer."
)
LINE = "Line {number} of your code"
PRINTED = "Your code printed"

# What kind of answer was handed over
NEED_FUNCTION = (
    '`check` needs your function itself: `check("{id}", {name})`, without calling it. '
    "It got {found}."
)
NEED_CLASS = (
    '`check` needs your class itself: `check("{id}", {name})`, without building it. '
    "It got {found}."
)
NEED_VALUE = "`check` needs the value of `{name}`. It got {found}."
SIGNATURE = "We call `{expected}`, but yours is `{found}`."
WEIGHTS = (
    "We copy our weights into your module, so its parameters need these names and "
    "shapes: {expected}. Yours has {found}."
)
NONE = "none"
ARGUMENT = "argument {number}"

# What happened while the answer ran
RAISED = "Your code stopped with `{error}`."
ELLIPSIS_LEFT = "One `...` is still in your code: `{error}`."
RECURSION = "Your function calls itself without an end: `{error}`."
EXITED = "Your code tried to leave Python with `{error}`. An answer ends with `return`."
IN_PLACE = (
    "The gradient cannot be computed: a tensor was changed in place (`+=`, "
    "`x[t] = ...`, a method ending in `_`) although the backward pass still needs its "
    "old value."
)
TOO_LONG = (
    "Your code still ran after {seconds:g} seconds, so we stopped it. "
    "Is there a loop that never ends?"
)
RUNAWAY = (
    "Your code still runs after {seconds:g} seconds and cannot be stopped. "
    "Restart the kernel (Kernel menu), then look for a loop that never ends."
)
FORBIDDEN = "Your code calls `{name}`, which this exercise asks you to build yourself."
MUTATED = (
    "Your code changes its argument {names} in place. The caller still needs the old "
    "value: make a new one (`x = x + 1` instead of `x += 1`), or `clone()` first."
)

# How a value differs
RETURNS_NONE = "Your function returns `None`. Does it end with `return`?"
GENERATOR = (
    "`{name}` is a generator, which has computed nothing yet: write `return` instead "
    "of `yield`, and `[...]` instead of `(...)`."
)
TYPE = "`{name}` should be {expected}, but yours is {found}."
STACK = " `torch.stack` joins a list of tensors."
KEYS = "`{name}` lacks the keys `{missing}` and has the keys `{extra}` too many."
SHAPE = "`{name}` should have the shape `{expected}`, but yours has `{found}`."
SWAPPED_SHAPE = " Axes {first} and {second} are swapped."
SWAPPED = "`{name}` holds the right numbers, but axes {first} and {second} are swapped."
NOT_FINITE = "`{name}` holds `{found}`, where a finite number belongs."
SIGN = "Every number in `{name}` has the wrong sign."
FACTOR = "Every number in `{name}` is {factor:.4g} times what it should be."
ZERO = "Every number in `{name}` is 0."
BITS = " That is ln 2 or its inverse: bits and nats are mixed up."
EARLY = "`{name}` is shifted along axis {axis}: every number stands one step too early."
LATE = "`{name}` is shifted along axis {axis}: every number stands one step too late."
DIFFERENT = "`{place}` should be `{expected}`, but yours is `{found}`{count}."
COUNT = " ({wrong} of {total} numbers differ)"
NOT_RIGHT = "`{name}` is not right yet: yours is `{found}`."
OPTIONS = "Answer with one of {options}; yours is `{found}`."
FOR_CALL = " We called `{call}`."

# How a gradient differs
NO_GRADIENT = (
    "The values are right, but no gradient reaches {names}. Something on the way cuts "
    "it: `detach()`, `item()`, `.data`, `numpy()`, `torch.no_grad()`, or "
    "`torch.tensor(...)` around computed values."
)
WRONG_GRADIENT = (
    "The values are right, but the gradient with respect to `{name}` is not: "
    "it should be {expected}, but yours is {found}."
)

# hint and solution
HINT_COUNT = "Hint {number} of {total}"
MORE_HINTS = 'Run `hint("{id}")` again for the next one.'
NEXT_HINT = 'Run `hint("{id}", {next})` for the next one.'
NO_MORE_HINTS = 'These were all. `solution("{id}")` shows ours.'
HINTS_LEFT = (
    "All hints are open. This is one way to write it.",
    'One hint is still closed: `hint("{id}")`.',
    'Two hints are still closed: `hint("{id}")`.',
    'Three hints are still closed: `hint("{id}")`.',
)
ALREADY_SOLVED = "You have solved it; this is one way to write it."

# Kinds of values, as a learner calls them
TENSOR = "a tensor of shape {shape}"
TENSOR_OF_BOOL = "a tensor of `True` and `False` of shape {shape}"
MANY = "a {type} of {count}"
CLASS = "a class"
THING = "a value of type {type}"
KINDS = {
    "bool": "`True` or `False`",
    "int": "a number",
    "float": "a number",
    "complex": "a number",
    "str": "a text in quotes",
    "function": "a function",
    "ellipsis": "`...`",
}
