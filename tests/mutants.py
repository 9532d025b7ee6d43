"""Wrong answers made by machine: the reference of an exercise, changed in one place.

A learner's plain slip is mostly one token: ``<`` for ``<=``, one argument for another,
a sign, an index, an axis. Each such change of a reference is a mutant, and a check that
accepts one has a hole, unless the mutant answers as the reference does everywhere.
"""

import ast
import itertools
import math
from typing import NamedTuple

COMPARISONS = {
    ast.Lt: ("<=", ">"),
    ast.LtE: ("<", ">="),
    ast.Gt: (">=", "<"),
    ast.GtE: (">", "<="),
    ast.Eq: ("!=",),
    ast.NotEq: ("==",),
    ast.In: ("not in",),
    ast.Is: ("is not",),
}
OPERATORS = {
    ast.Add: ("-", "*"),
    ast.Sub: ("+", "*"),
    ast.Mult: ("/", "+"),
    ast.Div: ("*", "//"),
    ast.FloorDiv: ("/", "*"),
    ast.Mod: ("//", "*"),
    ast.Pow: ("*", "+"),
    ast.MatMult: ("*",),
    ast.BitAnd: ("|",),
    ast.BitOr: ("&",),
}
NAMES = (
    ("min", "max"),
    ("amin", "amax"),
    ("argmin", "argmax"),
    ("cummin", "cummax"),
    ("any", "all"),
    ("sum", "mean"),
    ("sum", "prod"),
    ("mean", "median"),
    ("std", "var"),
    ("log", "log2"),
    ("log10", "log"),
    ("log", "exp"),
    ("sin", "cos"),
    ("asin", "acos"),
    ("tanh", "sigmoid"),
    ("relu", "tanh"),
    ("softmax", "log_softmax"),
    ("square", "abs"),
    ("sqrt", "square"),
    ("cumsum", "cumprod"),
    ("triu", "tril"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("stack", "cat"),
    ("floor", "ceil"),
    ("argsort", "sort"),
    ("eigvals", "eigvalsh"),
    ("values", "indices"),
    ("real", "imag"),
    ("eval", "train"),
    ("reversed", "list"),
    ("append", "extend"),
)
OTHER_NAMES = {
    name: [pair[1 - place] for pair in NAMES for place in (0, 1) if pair[place] == name]
    for name in {name for pair in NAMES for name in pair}
}


class Mutant(NamedTuple):
    """A reference with one change.

    Attributes:
        change: the line of the change with {old -> new} in it, which names the mutant.
        code: the whole text.
    """

    change: str
    code: str


def mutants(code):
    """Return a Mutant for every change of one place in a source text."""
    changes = _Changes(code).found()
    made = {}
    for start, end, new in changes:
        mutated = code[:start] + new + code[end:]
        if mutated != code and _compiles(mutated):
            made.setdefault(mutated, _marked(code, start, end, new))
    names = _numbered(made.values())
    return [Mutant(name, text) for name, text in zip(names, made, strict=True)]


def _compiles(code):
    try:
        compile(code, "<mutant>", "exec")
    except SyntaxError:
        return False
    return True


def _marked(code, start, end, new):
    """Return the line of a change with the change in braces."""
    first = code.rfind("\n", 0, start) + 1
    last = code.find("\n", end)
    last = len(code) if last < 0 else last
    old = code[start:end]
    line = f"{code[first:start]}{{{old} -> {new}}}{code[end:last]}"
    return " ".join(line.split())


def _numbered(names):
    """Return the names, each second and later one of a kind with its number."""
    seen = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name} #{seen[name]}"


class _Changes:
    """All changes of a source text, as start, end and the new text between them."""

    def __init__(self, code):
        self.code = code
        lengths = (len(line) for line in code.splitlines(keepends=True))
        self.starts = [0, *itertools.accumulate(lengths)]
        self.lines = code.splitlines(keepends=True)

    def found(self):
        """Return the changes in the order of the text."""
        tree = ast.parse(self.code)
        changes = []
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                names = self._local_names(function)
                for statement in function.body:
                    changes += self._exchanged_names(statement, names)
                changes += self._dropped_statements(function)
        for node in ast.walk(tree):
            make = getattr(self, f"_{type(node).__name__.lower()}", None)
            if make:
                changes += make(node)
        return sorted(set(changes))

    # Where a node stands

    def _place(self, line, column):
        before = self.lines[line - 1].encode()[:column].decode()
        return self.starts[line - 1] + len(before)

    def _start(self, node):
        return self._place(node.lineno, node.col_offset)

    def _end(self, node):
        return self._place(node.end_lineno, node.end_col_offset)

    def _text(self, node):
        return self.code[self._start(node) : self._end(node)]

    def _instead(self, node, new):
        return self._start(node), self._end(node), new

    def _between(self, left, right, old, new):
        """Change an operator, which stands between two nodes."""
        place = self.code.index(old, self._end(left), self._start(right))
        return place, place + len(old), new

    def _exchanged(self, one, other):
        """Let two nodes of one line change places."""
        start, end = self._start(one), self._end(other)
        between = self.code[self._end(one) : self._start(other)]
        return start, end, self._text(other) + between + self._text(one)

    # Names

    def _local_names(self, function):
        """Return where each name of a function is first there to be read."""
        names = {}
        for node in ast.walk(function):
            if isinstance(node, ast.arg):
                names[node.arg] = 0
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names[node.id] = min(self._start(node), names.get(node.id, math.inf))
        return names

    def _exchanged_names(self, statement, names):
        """Let each name that is read be another one that is there."""
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and node.id in names:
                for name, since in names.items():
                    is_there = since < self._start(node) and name != node.id
                    if is_there and isinstance(node.ctx, ast.Load):
                        yield self._instead(node, name)

    def _name(self, node):
        if isinstance(node.ctx, ast.Load):
            for name in OTHER_NAMES.get(node.id, ()):
                yield self._instead(node, name)

    def _attribute(self, node):
        start = self._end(node) - len(node.attr)
        for name in OTHER_NAMES.get(node.attr, ()):
            yield start, start + len(node.attr), name
        if node.attr == "T":
            yield start - 1, self._end(node), ""

    # Statements

    def _dropped_statements(self, function):
        """Leave out each statement that is not the only one of its block."""
        for node in ast.walk(function):
            for block in ("body", "orelse"):
                body = getattr(node, block, None)
                if isinstance(body, list) and len(body) > 1:
                    for statement in body:
                        if not isinstance(statement, ast.Return | ast.FunctionDef):
                            yield self._instead(statement, "pass")

    # Operators and numbers

    def _compare(self, node):
        for left, operator, right in zip(
            [node.left, *node.comparators], node.ops, node.comparators, strict=False
        ):
            for new in COMPARISONS.get(type(operator), ()):
                old = _symbol(operator)
                yield self._between(left, right, old, new)

    def _binop(self, node):
        for new in OPERATORS.get(type(node.op), ()):
            yield self._between(node.left, node.right, _symbol(node.op), new)
        if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult | ast.Pow | ast.Mod):
            yield self._exchanged(node.left, node.right)

    def _unaryop(self, node):
        if isinstance(node.op, ast.USub | ast.Invert | ast.Not):
            yield self._start(node), self._start(node.operand), ""

    def _augassign(self, node):
        for new in OPERATORS.get(type(node.op), ()):
            yield self._between(node.target, node.value, _symbol(node.op), new)

    def _constant(self, node):
        value = node.value
        if isinstance(value, bool):
            yield self._instead(node, str(not value))
        elif isinstance(value, int):
            for new in dict.fromkeys((value + 1, value - 1)):
                yield self._instead(node, str(new))
        elif isinstance(value, float):
            for new in (value + 1, value / 2 if value else -1.0):
                yield self._instead(node, repr(new))

    def _slice(self, node):
        for bound in (node.lower, node.upper):
            if bound is not None:
                yield self._instead(bound, "")

    # Calls and tuples

    def _call(self, node):
        for one, other in itertools.pairwise(node.args):
            yield self._exchanged(one, other)
        for keyword in node.keywords:
            if keyword.arg:
                yield self._without(keyword, node)
        if isinstance(node.func, ast.Attribute):  # x.f(...) becomes x
            yield self._end(node.func.value), self._end(node), ""

    def _without(self, keyword, call):
        """Leave a keyword out, with the comma before or after it."""
        start, end = self._start(keyword), self._end(keyword)
        rest = self.code[end : self._end(call)]
        if rest.lstrip().startswith(","):
            end += rest.index(",") + 1
        else:
            before = self.code[self._end(call.func) : start].rstrip()
            if before.endswith(","):
                start = self._end(call.func) + len(before) - 1
        return start, end, ""

    def _tuple(self, node):
        for one, other in itertools.pairwise(node.elts):
            yield self._exchanged(one, other)

    _list = _tuple


def _symbol(operator):
    """Return how an operator is written, "<=" or "not in"."""
    if isinstance(operator, ast.cmpop):
        text = ast.unparse(ast.Compare(ast.Name("a"), [operator], [ast.Name("b")]))
    else:
        text = ast.unparse(ast.BinOp(ast.Name("a"), operator, ast.Name("b")))
    return text[1:-1].strip()
