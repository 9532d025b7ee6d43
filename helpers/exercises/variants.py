"""Our own answer with one thing changed, in every way in which one easily slips.

Whoever gets the very numbers of such a variant has made that slip or one that amounts
to the same, even if nobody has thought of it when the exercise was written.
"""

import ast
import copy
from collections.abc import Iterator
from types import CodeType
from typing import NamedTuple

from helpers.exercises import words

OPERATORS = {  # each with those that it is taken for
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
}
ONE_SIDED = (ast.Sub, ast.Div, ast.Pow, ast.MatMult, ast.FloorDiv)  # a - b is not b - a
COMPARISONS = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
SIGNS = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"},
    **{ast.MatMult: "@", ast.FloorDiv: "//"},
    **{ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="},
    **{ast.Eq: "==", ast.NotEq: "!="},
}
RELATIVES = (  # functions that are taken for each other
    ("tanh", "sigmoid", "relu", "softmax"),
    ("sum", "mean", "prod", "median"),
    ("log", "log2", "log10"),
    ("cumsum", "cumprod"),
    ("max", "min"),
    ("argmax", "argmin"),
    ("std", "var"),
    ("square", "abs"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("new_zeros", "new_ones"),
    ("transpose", "reshape"),
    ("triu", "tril"),
    ("acos", "asin", "atan"),
)
AXES = ("dim", "axis")
ALONG = (  # functions that take an axis without its name
    *("sum", "mean", "std", "var", "prod", "cumsum", "cumprod", "max", "min"),
    *("argmax", "argmin", "softmax", "log_softmax", "flip", "stack", "cat", "chunk"),
    *("split", "squeeze", "unsqueeze", "norm", "all", "any", "sort", "argsort"),
    *("flatten", "unbind", "select", "narrow", "repeat_interleave"),
)
WRAPPED = ("tanh", "sigmoid")  # around a name where nothing belongs
REWRITTEN = (  # what stands for a name from some line on, and how it is said
    ("-{}", words.OTHER_SIGN),
    ("{}.flip(0)", words.BACKWARDS),
    ("{}[1:]", words.WITHOUT_FIRST),
    ("{}[:-1]", words.WITHOUT_LAST),
    ("{}.mT", words.TRANSPOSED),
    ("2 * {}", words.DOUBLED),
    ("{} / 2", words.HALVED),
    ("{} + 1", words.ONE_MORE),
    ("{} - 1", words.ONE_LESS),
    ("1 - {}", words.LEFT_TO_ONE),
    ("{} ** 2", words.SQUARED),
    ("{} ** 0.5", words.ROOTED),
    ("{}.abs()", words.WITHOUT_SIGNS),
    ("1", words.ALWAYS_ONE),
)


class Variant(NamedTuple):
    """Our answer with one thing changed.

    Attributes:
        change: what is changed, to be said after "with": "a `-` where a `+` belongs".
        code: the code, compiled.
    """

    change: str
    code: CodeType


def variants(source) -> Iterator[Variant]:
    """Yield every Variant of some source text, the likelier slips first."""
    tree = ast.parse(source)
    arguments = {one.arg for one in ast.walk(tree) if isinstance(one, ast.arg)}
    seen = set()
    for make in (_of_nodes, _of_names, _of_values, _of_slices, _of_lines):
        for change, place, new in make(tree, arguments):
            key = id(place.node), _text(new)
            if key in seen or key[1] == _text(place.node):
                continue
            seen.add(key)
            try:
                code = _compiled(tree, place, new)
            except (SyntaxError, TypeError, ValueError):  # that is no Python
                continue
            yield Variant(change, code)


class _Place(NamedTuple):
    """Where a node stands in its tree."""

    parent: ast.AST
    field: str
    index: int | None
    node: ast.AST


def _places(tree):
    """Return the place of every node but the root.

    Loops without a fixed number of turns are left as they are: changed, they may never
    end.
    """
    found = []
    endless = [n for n in ast.walk(tree) if isinstance(n, ast.While)]
    spared = {id(node) for loop in endless for node in ast.walk(loop)}
    for parent in ast.walk(tree):
        if id(parent) in spared:
            continue
        for field, value in ast.iter_fields(parent):
            nodes = enumerate(value) if isinstance(value, list) else [(None, value)]
            found += [
                _Place(parent, field, index, node)
                for index, node in nodes
                if isinstance(node, ast.AST)
            ]
    return found


def _text(node):
    """Return what two nodes have in common that do the same."""
    nodes = node if isinstance(node, list) else [node]
    return "\n".join(map(ast.dump, nodes))


def _compiled(tree, place, new):
    """Return the code of a tree with another node, or other nodes, at one place."""
    parent, field, index, old = place
    usual = getattr(parent, field)
    changed = new
    for node in new if isinstance(new, list) else [new]:
        ast.fix_missing_locations(ast.copy_location(node, old))
    if index is not None:
        changed = list(usual)
        changed[index : index + 1] = [new] if isinstance(new, ast.AST) else new
    setattr(parent, field, changed)
    try:
        return compile(tree, "<variant>", "exec", dont_inherit=True)
    finally:
        setattr(parent, field, usual)


def _of_nodes(tree, arguments):
    """Yield every change of a single expression, where, and what stands there then."""
    for place in _places(tree):
        for rule in RULES.get(type(place.node), ()):
            for change, new in rule(copy.deepcopy(place.node), arguments):
                yield change, place, new


# --- one expression ------------------------------------------------------------------


def _operators(node, arguments):
    kind = type(node.op)
    left, right = node.left, node.right
    yield _without(right, arguments, "{sign} {number}", kind), left
    yield _without(left, arguments, "{number} {sign}", kind), right
    for other in OPERATORS.get(kind, ()):
        said = words.INSTEAD.format(wrong=SIGNS[other], right=SIGNS[kind])
        yield said, ast.BinOp(left, other(), right)
    if kind in ONE_SIDED:
        said = words.EXCHANGED_SIDES.format(sign=SIGNS[kind])
        yield said, ast.BinOp(right, node.op, left)
    if kind is ast.MatMult:
        for pair in ((_turned(left), right), (left, _turned(right))):
            yield words.TURNED, ast.BinOp(pair[0], node.op, pair[1])
    yield from _brackets(node)


def _brackets(node):
    """Yield a * b + c as a * (b + c) and (a + c) * b, and c + a * b likewise."""
    if not isinstance(node.op, ast.Add | ast.Sub):
        return
    left, right, add = node.left, node.right, node.op
    if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult | ast.Div):
        first, second, times = left.left, left.right, left.op
        inner = ast.BinOp(second, add, right)
        yield words.BRACKETS, ast.BinOp(first, times, inner)
        inner = ast.BinOp(first, add, right)
        yield words.BRACKETS, ast.BinOp(inner, times, second)
    if isinstance(right, ast.BinOp) and isinstance(right.op, ast.Mult | ast.Div):
        first, second, times = right.left, right.right, right.op
        inner = ast.BinOp(left, add, first)
        yield words.BRACKETS, ast.BinOp(inner, times, second)
        inner = ast.BinOp(left, add, second)
        yield words.BRACKETS, ast.BinOp(first, times, inner)


def _turned(node):
    return ast.Attribute(node, "T", ast.Load())


def _without(node, arguments, number, kind):
    """Say that a term or factor is left out, by the arguments in it."""
    names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]
    own = list(dict.fromkeys(name for name in names if name in arguments))
    if own:
        listed = ", ".join(f"`{name}`" for name in own)
        return words.WITHOUT_TERM.format(names=listed)
    if isinstance(node, ast.Constant):
        text = number.format(number=node.value, sign=SIGNS.get(kind, ""))
        return words.WITHOUT_CALL.format(name=text)
    return words.WITHOUT_A_TERM


def _signs(node, arguments):
    if isinstance(node.op, ast.USub):
        yield words.WITHOUT_MINUS, node.operand
    if isinstance(node.op, ast.Not | ast.Invert):
        yield words.WITHOUT_NOT, node.operand


def _comparisons(node, arguments):
    kind = type(node.ops[0])
    for other in COMPARISONS.get(kind, ()):
        new = ast.Compare(node.left, [other(), *node.ops[1:]], node.comparators)
        said = words.INSTEAD.format(wrong=SIGNS[other], right=SIGNS[kind])
        yield said, new


def _constants(node, arguments):
    if type(node.value) is int:
        for other in (node.value - 1, node.value + 1):
            said = words.INSTEAD.format(wrong=other, right=node.value)
            yield said, ast.Constant(other)
    if node.value is True or node.value is False:
        said = words.INSTEAD.format(wrong=not node.value, right=node.value)
        yield said, ast.Constant(not node.value)


def _attributes(node, arguments):
    if node.attr in ("T", "mT"):
        yield words.TURNED, node.value
    yield from _relatives(node, node.attr, "attr")


def _relatives(node, name, field):
    for family in RELATIVES:
        for other in family if name in family else ():
            if other != name:
                new = copy.deepcopy(node)
                setattr(new, field, other)
                yield words.INSTEAD.format(wrong=other, right=name), new


def _calls(node, arguments):
    function = node.func
    if isinstance(function, ast.Attribute):
        name, inner = function.attr, function.value
        is_method = not (isinstance(inner, ast.Name) and inner.id in ("torch", "math"))
        if is_method:
            yield words.WITHOUT_CALL.format(name=name), inner
        elif node.args:
            yield words.WITHOUT_CALL.format(name=name), node.args[0]
    elif isinstance(function, ast.Name) and len(node.args) == 1:
        yield words.WITHOUT_CALL.format(name=function.id), node.args[0]
    yield from _around(node)
    yield from _options(node)
    yield from _axes(node)
    yield from _turns(node)
    if len(node.args) == 2:
        new = copy.deepcopy(node)
        new.args.reverse()
        yield words.EXCHANGED_ARGUMENTS, new


def _around(node):
    """Yield calls around another part: f(a + b) as f(a) + b, x.f().g() as x.g().f()."""
    function = node.func
    if not isinstance(function, ast.Attribute):
        return
    inner = function.value
    if isinstance(inner, ast.BinOp):
        for side in ("left", "right"):
            call = copy.deepcopy(node)
            call.func.value = getattr(inner, side)
            new = copy.deepcopy(inner)
            setattr(new, side, call)
            yield words.BRACKETS, new
    if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
        new = copy.deepcopy(node)
        one, other = new.func, new.func.value.func
        one.attr, other.attr = other.attr, one.attr
        new.args, new.func.value.args = new.func.value.args, new.args
        new.keywords, new.func.value.keywords = new.func.value.keywords, new.keywords
        said = words.EXCHANGED_ORDER.format(first=inner.func.attr, second=function.attr)
        yield said, new


def _options(node):
    for place, option in enumerate(node.keywords):
        if option.arg and option.arg not in AXES:
            new = copy.deepcopy(node)
            del new.keywords[place]
            yield words.WITHOUT_OPTION.format(name=option.arg), new


def _axes(node):
    """Yield calls along another axis, or along all of them."""
    if isinstance(node.func, ast.Attribute) and node.func.attr in ALONG:
        for place, argument in enumerate(node.args):
            if isinstance(argument, ast.Constant) and type(argument.value) is int:
                for axis in (0, 1, -1, 2):
                    new = copy.deepcopy(node)
                    new.args[place] = ast.Constant(axis)
                    yield words.OTHER_AXIS, new
                new = copy.deepcopy(node)
                del new.args[place]
                yield words.ALL_AXES, new
    for place, option in enumerate(node.keywords):
        if option.arg in AXES:
            for axis in (0, 1, -1, 2):
                new = copy.deepcopy(node)
                new.keywords[place].value = ast.Constant(axis)
                yield words.OTHER_AXIS, new
            new = copy.deepcopy(node)
            del new.keywords[place]
            yield words.ALL_AXES, new


def _turns(node):
    """Yield loops with one turn more or less."""
    if isinstance(node.func, ast.Name) and node.func.id == "range":
        for operator in (ast.Sub, ast.Add):
            new = copy.deepcopy(node)
            new.args[-1] = ast.BinOp(new.args[-1], operator(), ast.Constant(1))
            yield words.OFF_BY_ONE_TURN, new
        if len(node.args) == 1:
            new = copy.deepcopy(node)
            new.args.insert(0, ast.Constant(1))
            yield words.OFF_BY_ONE_TURN, new


def _slices(node, arguments):
    """Yield what is sliced without its slice, and slices that begin elsewhere."""
    if isinstance(node.slice, ast.Constant) and type(node.slice.value) is int:
        for index in (0, 1, -1, 2):
            new = copy.deepcopy(node)
            new.slice = ast.Constant(index)
            yield _instead(new, node), new
    if isinstance(node.slice, ast.Slice):
        yield words.WITHOUT_SLICE, node.value
    for part in ast.walk(node.slice):
        if isinstance(part, ast.Slice):
            yield from _shifted(node, part)
    if not isinstance(node.slice, ast.Constant | ast.Slice | ast.Tuple | ast.UnaryOp):
        for operator in (ast.Sub, ast.Add):
            new = copy.deepcopy(node)
            new.slice = ast.BinOp(new.slice, operator(), ast.Constant(1))
            yield words.OFF_BY_ONE, new


def _shifted(node, part):
    for field in ("lower", "upper"):
        bound = getattr(part, field)
        for operator in (ast.Sub, ast.Add):
            one = ast.Constant(1)
            if bound is None:
                if (field, operator) != ("lower", ast.Add):
                    continue
                new = one
            else:
                new = ast.BinOp(bound, operator(), one)
            setattr(part, field, new)
            yield words.OFF_BY_ONE, copy.deepcopy(node)
        setattr(part, field, bound)


def _instead(wrong, right, said=words.INSTEAD):
    return said.format(wrong=ast.unparse(wrong), right=ast.unparse(right))


def _tuples(node, arguments):
    """Yield the items of a tuple with two of them exchanged."""
    for first in range(len(node.elts)):
        for second in range(first + 1, len(node.elts)):
            new = copy.deepcopy(node)
            items = new.elts
            items[first], items[second] = items[second], items[first]
            names = [ast.unparse(items[n]) for n in (second, first)]
            if isinstance(node.ctx, ast.Store):
                yield words.EXCHANGED.format(first=names[0], second=names[1]), new
            else:
                yield words.EXCHANGED_ITEMS, new


def _conditions(node, arguments):
    for answer in (True, False):
        new = copy.deepcopy(node)
        new.test = ast.Constant(answer)
        yield words.ALWAYS if answer else words.NEVER, new


RULES = {
    ast.BinOp: (_operators,),
    ast.UnaryOp: (_signs,),
    ast.Compare: (_comparisons,),
    ast.Constant: (_constants,),
    ast.Attribute: (_attributes,),
    ast.Call: (_calls,),
    ast.Subscript: (_slices,),
    ast.Tuple: (_tuples,),
    ast.If: (_conditions,),
    ast.IfExp: (_conditions,),
}


# --- names and lines -----------------------------------------------------------------


def _of_names(tree, arguments):
    """Yield the changes by which one name stands for another, or two are exchanged.

    Arguments come first, then the names that our answer gives itself.
    """
    places = [one for one in _places(tree) if _is_read(one.node, arguments)]
    own = {n.id for n in ast.walk(tree) if _is_written(n)} - arguments
    others = [one for one in _places(tree) if _is_read(one.node, own)]
    yield from _exchanged(tree, places)
    yield from _replaced(places, places)
    for place in places:
        yield from _wrapped(place)
    yield from _replaced(places, others, words.INSTEAD_OF_OURS)
    yield from _replaced(others, places + others, words.INSTEAD_OF_OURS)


def _exchanged(tree, places):
    names = _names(places)
    whole = next(one for one in _places(tree) if one.parent is tree)
    for first in names:
        for second in names:
            if first < second:
                said = words.EXCHANGED.format(first=first, second=second)
                new = _renamed(whole.node, {first: second, second: first}, set(names))
                yield said, whole, new


def _replaced(places, sources, said=words.INSTEAD):
    for place in places:
        for other in _names(sources):
            if other != place.node.id:
                text = said.format(wrong=other, right=place.node.id)
                yield text, place, ast.Name(other, ast.Load())


def _wrapped(place):
    name = place.node.id
    for function in WRAPPED:
        said = words.WRAPPED.format(function=function, name=name)
        yield said, place, _expression(f"{name}.{function}()")
    for text in (f"1 - {name}", f"{name} + 1", f"{name} - 1"):
        said = words.INSTEAD.format(wrong=text, right=name)
        yield said, place, _expression(text)


def _expression(text):
    return ast.parse(text, mode="eval").body


def _names(places):
    return list(dict.fromkeys(place.node.id for place in places))


def _is_written(node):
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _is_read(node, arguments):
    is_name = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    return is_name and node.id in arguments


def _renamed(tree, names, arguments):
    changed = copy.deepcopy(tree)
    for node in ast.walk(changed):
        if _is_read(node, arguments):
            node.id = names.get(node.id, node.id)
    return changed


def _of_values(tree, arguments):
    """Yield the changes after which a name holds another value from some line on.

    These are the arguments of a function, and the names that our answer gives itself.
    A loop without a fixed number of turns may depend on any of them.
    """
    if any(isinstance(node, ast.While) for node in ast.walk(tree)):
        return
    for place in _places(tree):
        if place.field != "body" or place.index is None:
            continue
        if place.index == 0 and isinstance(place.parent, ast.FunctionDef):
            for one in place.parent.args.args:
                for how, line in _rewritten(one.arg):
                    said = words.REWRITTEN.format(name=one.arg, how=how)
                    yield said, place, [line, place.node]
        if isinstance(place.node, ast.Assign):
            names = [n.id for n in ast.walk(place.node) if _is_written(n)]
            for name in names:
                for how, line in _rewritten(name):
                    said = words.REWRITTEN_OF_OURS.format(name=name, how=how)
                    yield said, place, [place.node, line]


def _rewritten(name):
    """Yield what may happen to a name, in words and as a line."""
    for text, how in REWRITTEN:
        target = ast.Name(name, ast.Store())
        yield how, ast.Assign([target], _expression(text.format(name)))


def _of_slices(tree, arguments):
    """Yield the changes by which a part is taken as it is taken elsewhere."""
    places = [one for one in _places(tree) if _is_part(one.node)]
    for place in places:
        for other in places:
            new = copy.copy(place.node)
            new.slice = other.node.slice
            yield _instead(new, place.node), place, new


def _is_part(node):
    read = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
    return read and any(isinstance(one, ast.Slice) for one in ast.walk(node.slice))


def _of_lines(tree, arguments):
    """Yield the changes by which a line is left out, or changes places with the next.

    A line that goes must leave another one, and what returns stays.
    """
    for place in _places(tree):
        if place.field != "body" or place.parent is tree or place.index is None:
            continue
        lines = place.parent.body
        if len(lines) > 1 and not isinstance(place.node, ast.Return):
            yield words.WITHOUT_LINE, place, []
        if place.index + 1 < len(lines):
            following = lines[place.index + 1]
            body = [*lines[: place.index], following, place.node]
            body += lines[place.index + 2 :]
            whole = place.parent
            for outer in _places(tree):
                if outer.node is whole:
                    new = copy.copy(whole)
                    new.body = body
                    yield words.EXCHANGED_LINES, outer, new
