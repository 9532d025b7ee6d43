"""Which code has made the results: every definition that a run can reach.

A run begins with a few names. What the definition of a name mentions is reached from
it, in the same module or in another one of ``helpers``: functions, classes, constants,
imports.
"""

import ast
import hashlib
import json
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
ROOTS = (("ladder.run", "Run"), ("ladder.problems", "PROBLEMS"))
DATA_FILES = ("alice.txt", "sunspots_yearly.csv", "chorales.npz")


def code_version(package=PACKAGE):
    """Return the SHA-256 of the code that makes the results, and of its data.

    Comments, docstrings and the layout of the code do not count.

    Args:
        package: the folder of ``helpers``; the data lie beside it.

    Raises:
        LookupError: if a name that is needed is defined nowhere.
    """
    reached = {}
    for module, name in ROOTS:
        _reach(package, module, name, reached)
    digest = hashlib.sha256()
    for place in sorted(reached):
        digest.update(meaning(reached[place]).encode())
    manifest = json.loads(
        (package.parent / "data" / "manifest.json").read_text("utf-8")
    )
    for name in DATA_FILES:
        digest.update(manifest[name]["sha256"].encode())
    return digest.hexdigest()


def meaning(node):
    """Return a piece of code as text, without docstrings, comments and layout."""
    if isinstance(node, list):
        said = [one for one in node if not is_remark(one)]
        return "[" + ",".join(map(meaning, said)) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = [(n, v) for n, v in ast.iter_fields(node) if v not in (None, [], "")]
    inside = ",".join(f"{name}={meaning(value)}" for name, value in fields)
    return f"{type(node).__name__}({inside})"


def is_remark(node):
    """Return whether a statement is a docstring or another bare string."""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text and isinstance(node.value.value, str)


def _reach(package, module, name, reached):
    """Add to ``reached`` what defines a name, and all that this mentions."""
    definitions = _definitions(package, module)
    if name not in definitions:
        raise LookupError(f"helpers.{module} must define {name!r}, which a run needs")
    for statement in definitions[name]:
        place = module, statement.lineno
        if place in reached:
            continue
        reached[place] = statement
        if isinstance(statement, ast.ImportFrom):
            home = _home(statement)
            for alias in statement.names if home is not None else ():
                if not _is_module(package, home, alias.name):
                    _reach(package, home, alias.name, reached)
        else:
            _follow(package, module, statement, reached)


def _follow(package, module, statement, reached):
    """Reach the names that a statement mentions, and those it takes from modules."""
    definitions = _definitions(package, module)
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and node.id in definitions:
            _reach(package, module, node.id, reached)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            for one in definitions.get(node.value.id, ()):
                home = _home(one) if isinstance(one, ast.ImportFrom) else None
                if home is not None and _is_module(package, home, node.value.id):
                    inner = ".".join(filter(None, (home, node.value.id)))
                    _reach(package, inner, node.attr, reached)


@cache
def _definitions(package, module):
    """Return the statements of a module by the names that they bind."""
    path = package.joinpath(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    found = {}
    for statement in ast.parse(path.read_text("utf-8")).body:
        for name in _bound(statement):
            found.setdefault(name, []).append(statement)
    return found


def _bound(statement):
    """Return the names that a statement of a module binds."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.split(".")[0] for alias in statement.names}
    if hasattr(statement, "name"):
        return {statement.name}
    nodes = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in nodes if isinstance(node.ctx, ast.Store)}


def _home(statement):
    """Return the module of ``helpers`` that an import is from, or None."""
    first, _, rest = (statement.module or "").partition(".")
    return rest if first == "helpers" else None


def _is_module(package, home, name):
    """Return whether a name of a package is a module rather than a definition."""
    folder = package.joinpath(*filter(None, home.split(".")))
    return (folder / f"{name}.py").exists() or (folder / name / "__init__.py").exists()
