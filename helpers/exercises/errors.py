"""Say in a sentence what a learner can do about an error of Python or torch."""

import re

from helpers.exercises import words

MEANINGS = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (r"modified by an inplace operation", words.IN_PLACE),
        (r"leaf Variable that requires grad", words.LEAF),
        (r"numpy\(\) on Tensor that requires grad", words.NUMPY),
        (r"(?i)\bfloat\b.*\bdouble\b|\bdouble\b.*\bfloat\b", words.FLOAT_TYPES),
        (r"cannot be multiplied \((.*)x(.*) and (.*)x(.*)\)", words.NO_PRODUCT),
        (r"inconsistent tensor size, expected tensor \[(.*)\].*\[(.*)\]", words.NO_DOT),
        (r"tensor a \((.*)\) must match .* b \((.*)\) at .* (\d+)", words.NO_FIT),
        (r"unpack \(expected (\d+)", words.UNPACK),
        (
            r"index (-?\d+) is out of bounds for dimension (\d+) .* size (\d+)",
            words.PAST,
        ),
        (r"list index out of range", words.PAST_LIST),
        (r"Dimension out of range .* \[.*, (\d+)\], but got (-?\d+)", words.NO_AXIS),
        (r"division by zero|division or modulo by zero", words.BY_ZERO),
        (r"math domain error|expected a (positive|nonnegative) input", words.DOMAIN),
        (r"more than one value is ambiguous", words.AMBIGUOUS),
        (r"converted to (a )?(Python )?scalar|converted to an index", words.NOT_SINGLE),
        (r"Tensor' object is not callable", words.NOT_CALLABLE),
        (r"expected Tensor as element", words.NOT_TENSORS),
        (
            r"stack expects each tensor to be equal size|Sizes of tensors must",
            words.UNEVEN,
        ),
        (r"non-empty", words.NOTHING_TO_JOIN),
        (r"view size is not compatible", words.NO_VIEW),
        (r"before Module.__init__\(\) call", words.NO_SUPER),
        (r"does not require grad", words.NO_GRAPH),
        (r"backward through the graph a second time", words.SECOND_BACKWARD),
        (r"'NoneType'", words.NONE_USED),
        (r"'?ellipsis'?", words.ELLIPSIS_LEFT),
        (r"used as indices must be", words.BAD_INDEX),
    )
)


def explain_error(error):
    """Return what an error means, below the words of Python; "" if those say it."""
    if isinstance(error, RecursionError):
        return words.RECURSION
    if isinstance(error, SystemExit):
        return words.EXITED
    if isinstance(error, NameError) and error.name:
        return words.UNKNOWN_NAME.format(name=error.name)
    for pattern, meaning in MEANINGS:
        found = pattern.search(str(error))
        if found:
            return meaning.format(*found.groups())
    return ""


def one_line(error):
    """Return an error as Python shows it, in one line of bounded length."""
    text = f"{type(error).__name__}: {error}".strip(": ").replace("`", "'")
    text = " ".join(text.split())
    return text if len(text) <= 300 else text[:297] + "..."
