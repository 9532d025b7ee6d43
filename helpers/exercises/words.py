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
NOT_YET = "Your answer is not right yet."
COMPARE = 'Compare with ours: `solution("{id}")`.'
STUCK = 'Stuck? `hint("{id}")` opens a hint.'
REPEAT = "In the next cell, `{name}(*_.case)` makes this call again."
UNKNOWN = 'There is no exercise "{id}". {known}'
KNOWN_EXERCISES = "Notebook {number} has {ids}."
KNOWN_NOTEBOOKS = "There are exercises for notebooks {numbers}."
INTERRUPTED = "You stopped the check. Nothing was counted."
CHECK_BROKEN = (
    "The check itself failed, which is our mistake and not yours: `{error}`. "
    "Please report it with your answer."
)
LINE = "Line {number} of your code"
CALL = "The call"
PRINTED = "Your code printed"

# What an exercise says of its answer
NOT_ALLOWED = "Not allowed: {names}."
CONCATENATION = "`torch.cat` and whatever else puts two tensors side by side"
RECURRENT_LAYERS = "ready-made recurrent layers and cells"
AUTOGRAD = "automatic differentiation (`backward`, `torch.autograd`, `torch.func`)"
CLIPPING = "torch's own clipping of gradients"
LOSSES = "ready-made losses"
ATTENTION = "ready-made attention"
GRADIENTS_TOO = "Gradients are compared as well as values, so stay with torch tensors."

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
COROUTINE = "Your function begins with `async def`, so a call only promises a value."
NO_FORWARD = "`{name}` has no method `forward`, which is what a call of it runs."
ARGUMENT = "argument {number}"

# Weights that do not fit into a module
NO_MODULE = (
    "We copy our weights into what your class builds, so it must be an `nn.Module`: "
    "`class ...(nn.Module)`. Yours is a `{kind}`."
)
WEIGHTS = (
    "We copy our weights into your module, so its parameters need these names and "
    "shapes: {expected}. Yours has {found}."
)
WEIGHT_TURNED = " `{name}` is transposed."
WEIGHT_SHAPE = " `{name}` should be {expected}, but yours is {found}."
WEIGHT_IS_NO_PARAMETER = (
    " `{name}` is a plain tensor, which no optimizer finds: `nn.Parameter(...)`."
)
WEIGHT_IS_BUFFER = (
    " `{name}` is a buffer, which is not trained: `nn.Parameter(...)` makes it one "
    "that is."
)
WEIGHT_IS_FROZEN = (
    "`{name}` has `requires_grad=False`, so no gradient reaches it and no optimizer "
    "changes it. A parameter has `True` by itself."
)
WEIGHT_RENAMED = " Is `{found}` what we call `{name}`?"

# What happened while the answer ran
RAISED = "Your code stopped with `{error}`."
RAISED_OUTSIDE = "What your code does or returns cannot be used: `{error}`."
TOO_LONG = (
    "Your code still ran after {seconds:g} seconds, so we stopped it. "
    "Is there a loop that never ends?"
)
DEAF = (
    "Your code still ran after {seconds:g} seconds, and it caught the exception that "
    "stops it: an `except:` without a name catches everything. We have put it to "
    "sleep. Is there a loop that never ends?"
)
HANGS = (
    "Your code still waits or computes after {seconds:g} seconds, inside a function "
    "that cannot be stopped. You can go on working; if your computer stays busy, "
    "restart the kernel (Kernel menu)."
)
FORBIDDEN = "Your code calls `{name}`, which this exercise asks you to build yourself."
FORBIDDEN_FAMILY = "Your code calls `{name}`. Not allowed here: {family}."
FORBIDDEN_GLUE = (
    "Your code makes a tensor in which two arguments stand side by side. "
    "Not allowed here: {family}."
)

# What an error of Python means
IN_PLACE = (
    "The gradient cannot be computed: a tensor was changed in place (`+=`, "
    "`x[t] = ...`, a method ending in `_`) although the backward pass still needs its "
    "old value."
)
LEAF = (
    "A parameter that is trained cannot be written into while gradients are recorded: "
    "write into it inside `with torch.no_grad():`."
)
NUMPY = (
    "The tensor carries gradients, and NumPy would cut them off: stay with torch's "
    "functions, or `detach()` first if no gradient is needed."
)
FLOAT_TYPES = (
    "Two tensors of different types meet, float32 and float64. In this check all "
    "numbers are float64; `torch.zeros(..., dtype=x.dtype)` and `.to(x.dtype)` follow "
    "the argument."
)
NO_PRODUCT = (
    "`@` needs as many columns on its left as rows on its right, but these are {1} and "
    "{2}. Is a `.T` missing, or one too many?"
)
NO_DOT = "`@` needs two vectors of equal length, but these have {0} and {1} numbers."
NO_FIT = (
    "Number by number, two tensors must have equal lengths along every axis (or 1), "
    "but along axis {2} one has {0} and the other {1}."
)
UNPACK = "On the left stand {0} names, but the right side has another number of parts."
PAST = "Along axis {1} there are {2} entries, counted from 0, so there is none at {0}."
PAST_LIST = "The list is shorter than the index says; it is counted from 0."
NO_AXIS = "The tensor has no axis {1}: its axes are counted from 0 to {0}."
BY_ZERO = "Something is divided by 0 for this call."
DOMAIN = "A logarithm of 0 or a root of a negative number is asked for in this call."
AMBIGUOUS = (
    "`if`, `and`, `or` and `not` need a single yes or no, but this tensor holds many: "
    "`.any()`, `.all()` or `torch.where` decide what is meant."
)
NOT_SINGLE = "A single number is needed here, but the tensor holds several."
NOT_CALLABLE = "A tensor stands where a function is called: `x(...)` for `x[...]`?"
NOT_TENSORS = "Only tensors can be joined; a plain number needs `torch.tensor(...)`."
UNEVEN = "Only tensors of equal shape can be joined like this."
NOTHING_TO_JOIN = "The list to be joined is empty: nothing was collected."
NO_VIEW = "After a transposition `view` does not fit any more; `reshape` does."
NO_SUPER = "`super().__init__()` must come first in the `__init__` of a module."
NO_GRAPH = (
    "No gradient leads back from here: a `detach()`, `item()`, `.data`, `numpy()` or "
    "`torch.no_grad()` has cut it, or nothing asked for it."
)
SECOND_BACKWARD = "The graph is gone after one `backward()`: detach what is carried on."
NONE_USED = "Something is `None` here: a function without `return` gives that."
UNKNOWN_NAME = "The name `{name}` means nothing here: is it spelt as where it was made?"
ELLIPSIS_LEFT = "One `...` is still in your code."
RECURSION = "The function calls itself without an end."
EXITED = "An answer must not leave Python: it ends with `return`."
BAD_INDEX = "What selects entries must be whole numbers, or `True` and `False`."

# What an answer does to its arguments
MUTATED = (
    "Your code changes its argument {names} in place. The caller still needs the old "
    "value: make a new one (`x = x + 1` instead of `x += 1`), or `clone()` first."
)
LEFT_CHANGED = (
    "Your code does not leave {names} as it came. The caller goes on with it: put back "
    "what you change, or work on a copy."
)
NOT_CHANGED = "The result is right, but `{name}` should be changed too, and is not."
CHANGED_OTHERWISE = "The result is right, but `{name}` should hold other values now."

# How gradients differ
NO_GRADIENT = (
    "The values are right, but no gradient reaches {names}. Something on the way cuts "
    "it: `detach()`, `item()`, `.data`, `numpy()`, `torch.no_grad()`, or "
    "`torch.tensor(...)` around computed values."
)
WRONG_GRADIENT = (
    "The values are right, but the gradient with respect to `{name}` is not: "
    "it should be {expected}, but yours is {found}."
)
PART_OF_GRADIENT = (
    "The values are right, but a part of the gradient is lost: with respect to "
    "`{name}` it should be {expected}, but yours is {found}. Something on one of the "
    "ways cuts it, such as `detach()`, `item()`, `.data` or `torch.no_grad()`."
)

# Known slips
IN_MOST_CASES = (
    "{diagnosis} (So it is in most calls; in others something more is wrong.)"
)
IN_ONE_PART = "`{name}` shows one slip, though it is not the only one: {diagnosis}"
TWO_SLIPS = (
    "You get exactly the numbers of an answer with two slips. One: {first} The other: "
    "{second}"
)

# Kinds of slips: the answer as a whole
RETURNS_NONE = "Your function returns `None`. Does it end with `return`?"
GENERATOR = (
    "Your function returns a generator, which has computed nothing yet: write `return` "
    "instead of `yield`, and `[...]` instead of `(...)`."
)
AS_IT_STOOD = "This still does what the code did before: nothing is mended yet."
ARGUMENT_RETURNED = "Your function hands `{name}` back as it came."
ARGUMENTS_RETURNED = "Your function hands {names} back as they came."
CONSTANT = (
    "Your function returns `{found}` whatever it gets. That may fit an example, but "
    "the rule is asked for."
)
VARIANT = (
    "You get exactly the numbers of our answer with one thing changed: {change}. "
    "Look for that, or for what comes to the same."
)

# Kinds of slips: parts
PARTS_EXCHANGED = (
    "The parts are right, but their order is not: what stands at `result[{wrong}]` "
    "belongs at `result[{right}]`."
)
PART_ALONE = (
    "This is only what belongs at `result[{place}]`, and it is right. The other parts "
    "are missing."
)
PARTS_TOO_MANY = "{names}: that is right, and all that is asked for. Return it alone."
PARTS_JOINED = (
    "The numbers are right, but they are joined into one tensor. A list is asked for, "
    "with a tensor for each part."
)
NOT_BOOL = (
    "`{name}` is right but for its type: 0 and 1 are numbers, and `True` and `False` "
    "are asked for. A comparison gives them, or `.bool()`."
)
OTHERS_RIGHT = "Right already: {names}. "
BESIDES = " In other calls something more is wrong."

# Kinds of slips: numbers
ZERO = "Every number in `{name}` is 0."
SIGN = "Every number in `{name}` has the wrong sign."
SOME_SIGNS = (
    "In `{name}` all numbers have the right size, but {wrong} of {total} have the "
    "wrong sign."
)
ALMOST = (
    "Every number in `{name}` is nearly right, to about three digits. Is something "
    "rounded on the way, cut off at a limit, or a small number added?"
)
FACTOR = "Every number in `{name}` is {factor:.4g} times what it should be."
BITS = " That is ln 2 or its inverse: bits and nats are mixed up."
BASE_TEN = " That is ln 10 or its inverse: a logarithm has the base 10."
BASE_TEN_OR_TWO = " That is log2(10) or its inverse: bases 2 and 10 are mixed up."
DEGREES = " That is 180/π or its inverse: degrees and radians are mixed up."
PERCENT = " Percent and shares are mixed up."
FACTORS = (
    "In each call all numbers in `{name}` are the same multiple of what they should be."
)
WHOLE_MULTIPLES = (
    " The factors are {factors}: a sum may stand where a mean belongs, or a division "
    "may be missing."
)
WHOLE_PARTS = (
    " The factors are {factors}: a mean may stand where a sum belongs, or something "
    "may be divided once too often."
)
NOT_DIVIDED = (
    " The factor is {length}: a sum stands where a mean belongs, or a division by it "
    "is missing."
)
DIVIDED = (
    " The factor is 1 over {length}: a mean stands where a sum belongs, or something "
    "is divided by it once too often."
)
LENGTH = "the length of `{name}` along axis {axis}"
LENGTH_LIST = "the length of `{name}`"
LENGTH_NUMBER = "`{name}`"
TOO_LARGE = "Every number in `{name}` is too large by the same {offset:.6g}."
TOO_SMALL = "Every number in `{name}` is too small by the same {offset:.6g}."
UPSIDE_DOWN = "Every number in `{name}` is upside down: `1 / x` is right."
COMPLEMENT = "Every number in `{name}` is what is left to 1: `1 - x` is right."
FUNCTION_MISSING = (
    "The numbers in `{name}` lack one `{function}`: with it, all are right."
)
FUNCTION_TOO_MANY = (
    "The numbers in `{name}` went through one `{function}` too many; without it, all "
    "are right."
)
AXIS_MISSING = "In `{name}` one `{function}` along axis {axis} is missing."
AXIS_TOO_MANY = "In `{name}` there is one `{function}` along axis {axis} too many."
NOT_NORMALISED = (
    "The numbers in `{name}` are not normalised: divided by their sum along axis "
    "{axis}, all are right."
)
SWAPPED = "`{name}` holds the right numbers, but axes {first} and {second} are swapped."
RESHAPED = (
    "`{name}` holds the right numbers in a muddle: `reshape` and `view` keep the order "
    "in memory and turn no axes; `transpose` does."
)
EARLY = "`{name}` is shifted along axis {axis}: every number stands one step too early."
LATE = "`{name}` is shifted along axis {axis}: every number stands one step too late."
REVERSED = "`{name}` is reversed along axis {axis}: the last entry stands first."
TURNED_ROUND = (
    "The entries of `{name}` along axis {axis} are the right ones, but turned round "
    "like a wheel."
)
REORDERED = (
    "The entries of `{name}` along axis {axis} are the right ones, in another order."
)
REPEATED = (
    "Along axis {axis} of `{name}` some of the right entries stand in wrong places, "
    "and others are missing."
)
CONJUGATE = "Every number in `{name}` has the wrong sign in its imaginary part."
PIECE = "`{name}` is only the {piece} of what is asked for, which is complex."
REAL_PART, IMAGINARY_PART = "real part", "imaginary part"
ABSOLUTE_VALUE, ANGLE = "absolute value", "angle"
INVERTED = "In `{name}` `True` and `False` are exchanged."
ALL_THE_SAME = "Every answer in `{name}` is `{value}`."

# Kinds of slips: shapes
TOO_MANY_ENTRIES = (
    "`{name}` has too many entries along axis {axis}: {extra} the right ones."
)
EXTRA_BEFORE = "{count} before"
EXTRA_BEHIND = "{count} behind"
EXTRA_AT_BOTH_ENDS = "{before} before and {behind} behind"
TOO_FEW_ENTRIES = (
    "`{name}` has too few entries along axis {axis}: of the right ones {lost} missing."
)
FIRST_ONES = ("the first is", "the first {count} are")
LAST_ONES = ("the last is", "the last {count} are")
BOTH_ENDS = "the first {before} and the last {behind} are"
AXIS_LEFT = "`{name}` has an axis too many, axis {axis}: {text}."
AXIS_LOST = "`{name}` lacks an axis, axis {axis}: {text}."
# What to say of an axis too many, and of an axis too few
OF_LENGTH_ONE = (
    "it has the length 1, and `squeeze` or an index takes it away",
    "it should be there with the length 1, as `keepdim=True` or `[:, None]` keep it",
)
LAST_ENTRY = (
    "the last entry along it is right, so that alone is asked for",
    "only its last entry is there",
)
FIRST_ENTRY = (
    "the first entry along it is right, so that alone is asked for",
    "only its first entry is there",
)
SUMMED = ("summed along it, all is right", "the right numbers are summed along it")
AVERAGED = (
    "averaged along it, all is right",
    "the right numbers are averaged along it",
)
ALL_SUMMED = "`{name}` is the sum of the right numbers, which are asked for one by one."
ALL_AVERAGED = (
    "`{name}` is the mean of the right numbers, which are asked for one by one."
)
SUM_MISSING = "The numbers in `{name}` are right, but their sum is asked for."
MEAN_MISSING = "The numbers in `{name}` are right, but their mean is asked for."
EACH_WITH_EACH = (
    "`{name}` combines everything along axis {first} with everything along axis "
    "{second}. Only equal places belong together: `x[torch.arange(n), index]` takes "
    "one entry for each."
)
ANOTHER_SHAPE = (
    "`{name}` holds the right numbers, in the shape `{found}` instead of `{expected}`."
)

# Places
FIRST_PLACE = "`{name}` is right but for its first entry along axis {axis}."
LAST_PLACE = "`{name}` is right but for its last entry along axis {axis}."
SOME_PLACES = (
    "Along axis {axis} of `{name}` the entries {right} are right, and {wrong} are not."
)
IN_SOME_CASES = (
    "Your answer is right in {right} of {total} calls, so it fits some examples and "
    "not the rule. In the one below:"
)

# Kinds of slips: a value that was typed
OPTIONS = "Answer with one of {options}; yours is `{found}`."
NOT_RIGHT = "`{name}` is not right yet: yours is `{found}`."
SIGN_OF = "The sign of `{name}` is wrong."
ONE_OFF = "`{name}` is wrong by one: yours is `{found}`."
NOT_WHOLE = (
    "`{name}` is a whole number, and yours is `{found}`. Should it go up or down?"
)
PERCENT_OF = "`{name}` is a share of 1, not a number of percent."
ROUNDED_OF = "`{name}` is rounded too far: give more digits than `{found}`."
INVERSE_OF = "`{name}` is upside down: yours is `{found}`."
REST_OF = "`{name}` is what is left to 1: yours is `{found}`."
ANOTHER_ORDER = "`{name}` has the right numbers in another order: yours is `{found}`."
SOME_RIGHT = "Right already: {names}. The rest of `{name}` is not: yours is `{found}`."

# The first difference
TYPE = "`{name}` should be {expected}, but yours is {found}."
UNEVEN_LIST = " Its parts do not make one tensor: they differ in shape or in kind."
KEYS = "`{name}` lacks the keys `{missing}` and has the keys `{extra}` too many."
SHAPE = "`{name}` should have the shape `{expected}`, but yours has `{found}`."
NOTHING_IN_IT = "`{name}` is empty: nothing was collected. It should be `{expected}`."
NOT_FINITE = "`{name}` holds `{found}`, where a finite number belongs."
DIFFERENT = "`{place}` should be `{expected}`, but yours is `{found}`{count}."
COUNT = " ({wrong} of {total} numbers differ)"

# Our answer with one thing changed
INSTEAD = "`{wrong}` where `{right}` belongs"
INSTEAD_OF_OURS = "`{wrong}` where `{right}` belongs, as our answer calls them"
EXCHANGED = "`{first}` and `{second}` exchanged"
EXCHANGED_SIDES = "the two sides of a `{sign}` exchanged"
EXCHANGED_ARGUMENTS = "the two arguments of a call exchanged"
EXCHANGED_ITEMS = "two items of a tuple exchanged"
EXCHANGED_LINES = "two steps in the wrong order"
TURNED = "a matrix that should be transposed and is not, or the other way round"
WITHOUT_TERM = "the part with {names} left out"
WITHOUT_A_TERM = "a term or a factor left out"
WITHOUT_MINUS = "a minus sign left out"
WITHOUT_NOT = "a `not` left out"
WITHOUT_CALL = "`{name}` left out"
WITHOUT_OPTION = "`{name}=` left out"
WITHOUT_SLICE = "all of something taken, where only a part of it belongs"
WITHOUT_LINE = "a step left out"
REWRITTEN = "`{name}` {how}"
REWRITTEN_OF_OURS = "`{name}`, as our answer calls it, {how}"
OTHER_SIGN = "with the other sign"
BACKWARDS = "read backwards"
WITHOUT_FIRST = "without its first entry"
WITHOUT_LAST = "without its last entry"
TRANSPOSED = "transposed"
DOUBLED = "doubled"
HALVED = "halved"
ONE_MORE = "larger by 1"
ONE_LESS = "smaller by 1"
LEFT_TO_ONE = "replaced by what is left to 1"
SQUARED = "squared"
ROOTED = "replaced by its square root"
WITHOUT_SIGNS = "taken without its sign"
ALWAYS_ONE = "always taken for 1"
WRAPPED = "a `{function}` around `{name}`, where none belongs"
BRACKETS = "the brackets set in another way"
EXCHANGED_ORDER = "`{first}` and `{second}` in the wrong order"
OFF_BY_ONE = "something counted one too few or one too many"
OFF_BY_ONE_TURN = "a loop with one turn too few or one too many"
OTHER_AXIS = "something done along another axis"
ALL_AXES = "something done along all axes at once"
ALWAYS = "a condition that always holds"
NEVER = "a condition that never holds"

# hint and solution
HINT_COUNT = "Hint {number} of {total}"
MORE_HINTS = 'Run `hint("{id}")` again for the next one.'
NO_SUCH_HINT = "Hints are counted from 1 to {total}, so there is none at `{number}`."
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
EMPTY = "an empty {type}"
SO_MANY = "{count} numbers"
STRANGE = "a tensor without numbers of its own (`{kind}`)"
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
