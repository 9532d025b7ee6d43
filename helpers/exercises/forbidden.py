"""What an answer must not call: whole families of ready-made functions, by meaning.

An exercise names families and single functions. Torch itself reports every operator
that it is asked for, under whatever name and in whatever namespace; the interpreter
reports every call of a Python function, whatever alias it goes by.
"""

import contextlib
import inspect
import pkgutil
import re
import sys
from functools import lru_cache
from types import BuiltinFunctionType
from typing import NamedTuple

import numpy
import torch
from torch.overrides import TorchFunctionMode

from helpers.exercises import words
from helpers.exercises.values import leaves


class Family(NamedTuple):
    """Functions that do the same thing for the learner.

    Attributes:
        words: what a sentence calls them, "ready-made losses".
        operators: a regular expression for the whole names of operators of torch and
            NumPy, in any namespace, without an underscore at the end.
        functions: dotted names of Python functions, or of classes with all methods.
        glues: whether two arguments side by side in one tensor are forbidden too,
            however it was made.
    """

    words: str
    operators: str = ""
    functions: tuple[str, ...] = ()
    glues: bool = False


FAMILIES = {
    "concatenation": Family(
        words.CONCATENATION,
        "cat|concat|concatenate|append|block|block_diag|(h|v|d|column_|row_)stack|.*_cat",
        glues=True,
    ),
    "recurrent layers": Family(
        words.RECURRENT_LAYERS,
        ".*(lstm|gru|rnn_(tanh|relu|layer)|cudnn_rnn|miopen_rnn).*",
        (
            *("torch.nn.RNNBase", "torch.nn.RNN", "torch.nn.LSTM", "torch.nn.GRU"),
            *("torch.nn.RNNCellBase", "torch.nn.RNNCell"),
            *("torch.nn.LSTMCell", "torch.nn.GRUCell"),
            *("helpers.recurrent.RNN", "helpers.recurrent.LSTM"),
            *("helpers.recurrent.GRU", "helpers.recurrent.rnn_step"),
            *("helpers.recurrent.lstm_step", "helpers.recurrent.gru_step"),
            "helpers.recurrent.unroll",
        ),
    ),
    "autograd": Family(
        words.AUTOGRAD,
        "run_backward|_?make_dual",
        (
            *("torch.Tensor.backward", "torch.autograd.backward"),
            *("torch.autograd.grad", "torch.autograd.forward_ad.make_dual"),
            *("torch.autograd.functional.jacobian", "torch.autograd.functional.vjp"),
            *("torch.autograd.functional.hessian", "torch.autograd.functional.jvp"),
            *("torch.func.grad", "torch.func.grad_and_value", "torch.func.vjp"),
            *("torch.func.jvp", "torch.func.jacrev", "torch.func.jacfwd"),
            *("torch.func.hessian", "torch.func.linearize"),
        ),
    ),
    "clipping": Family(
        words.CLIPPING,
        functions=(
            *("torch.nn.utils.clip_grad_norm_", "torch.nn.utils.clip_grad_norm"),
            *("torch.nn.utils.clip_grads_with_norm_", "torch.nn.utils.get_total_norm"),
            "torch.nn.utils.clip_grad_value_",
        ),
    ),
    "losses": Family(words.LOSSES, ".*_loss.*|.*cross_entropy.*|kl_div"),
    "attention": Family(
        words.ATTENTION,
        ".*(attention|multi_head).*",
        (
            "torch.nn.MultiheadAttention",
            "torch.nn.attention.flex_attention.flex_attention",
        ),
    ),
}


class ForbiddenCallError(BaseException):
    """Raised inside code that does what it should do without; says so in words."""


def sentence(names):
    """Return what an exercise says of what is not allowed; "" if all is.

    Args:
        names: families and dotted names, as an exercise lists them.
    """
    families = [FAMILIES[name].words for name in names if name in FAMILIES]
    single = [f"`{name}`" for name in names if name not in FAMILIES]
    said = families + single
    if not said:
        return ""
    *others, last = said
    listed = f"{', '.join(others)} and {last}" if others else last
    return words.NOT_ALLOWED.format(names=listed)


@contextlib.contextmanager
def watch(names, arguments=()):
    """Raise ForbiddenCallError when this thread does what is forbidden.

    Args:
        names: families, dotted names such as "torch.cumsum", which forbids the method
            ``x.cumsum()`` too, and bare names of functions that the notebook defines.
        arguments: what the answer is called with.
    """
    if not names:
        yield
        return
    rules = _Rules(names, arguments)
    with contextlib.ExitStack() as stack:
        if rules.operators or rules.glued:
            stack.enter_context(_Operators(rules))
        stack.callback(sys.setprofile, sys.getprofile())
        sys.setprofile(rules.see_call)
        yield
    if rules.broken:  # the code has caught the exception
        raise ForbiddenCallError(rules.broken)


class _Rules:
    """What is forbidden, in the forms in which a call can be seen."""

    def __init__(self, names, arguments):
        self.operators = []  # pairs of a pattern for names and the words of a family
        self.code = {}  # code of a Python function: its dotted name and those words
        self.typed = set()  # names of functions typed into the notebook
        self.glued = ()
        self.broken = ""
        self._words = lru_cache(maxsize=None)(self._words_for)
        for name in names:
            self._add(name, arguments)

    def _add(self, name, arguments):
        family = FAMILIES.get(name)
        if family:
            self.operators.append((re.compile(family.operators), family.words))
            for function in family.functions:
                self._add_function(function, family.words)
            if family.glues:
                self.glued = _glued(arguments)
        elif "." in name:
            self._add_function(name, "")
            if name.startswith(("torch.", "numpy.")):
                bare = name.rpartition(".")[2].rstrip("_")
                self.operators.append((re.compile(re.escape(bare)), ""))
        else:
            self.typed.add(name)

    def _add_function(self, name, family):
        target = pkgutil.resolve_name(name)
        functions = vars(target).values() if isinstance(target, type) else [target]
        for function in map(inspect.unwrap, filter(callable, functions)):
            if hasattr(function, "__code__"):
                self.code[function.__code__] = (name, family)

    def see_call(self, frame, event, called):
        """Look at a call that the interpreter reports to a profile function."""
        if event == "call":
            self._see_function(frame)
        elif event == "c_call" and isinstance(called, BuiltinFunctionType):
            owner = called.__self__
            if isinstance(owner, numpy.ndarray):
                self.see_operator(called.__name__, "numpy.ndarray")
            elif owner is torch.autograd.Variable._execution_engine:
                self.see_operator(called.__name__, "torch.autograd")

    def _see_function(self, frame):
        code = frame.f_code
        if code in self.code:
            self._break(*self.code[code])
        module = frame.f_globals.get("__name__") or ""
        if module.partition(".")[0] == "numpy":
            self.see_operator(code.co_name, "numpy")
        if code.co_name in self.typed and frame.f_globals.get("__spec__") is None:
            self._break(code.co_name, "")

    def see_operator(self, name, home):
        """Look at an operator of torch or NumPy that is asked for."""
        bare = name.partition(".")[0]  # an overload, "cat.default"
        family = self._words(bare.rstrip("_"))  # x.cumsum_() counts as cumsum
        if family is not None:
            self._break(f"{home}.{bare}", family)

    def _words_for(self, name):
        """Return the words of the family that forbids an operator, or None."""
        found = (family for names, family in self.operators if names.fullmatch(name))
        return next(found, None)

    def see_operands(self, operands):
        """Look for two arguments side by side among the operands of an operator."""
        for tensor in operands:
            if any(_holds(tensor, rows) for rows in self.glued):
                self._break("", words.CONCATENATION)

    def _break(self, name, family):
        text = words.FORBIDDEN
        if family:
            text = words.FORBIDDEN_FAMILY if name else words.FORBIDDEN_GLUE
        self.broken = self.broken or text.format(name=name, family=family)
        raise ForbiddenCallError(self.broken)


class _Operators(TorchFunctionMode):
    """Torch reports here what it is asked for, before it is done."""

    def __init__(self, rules):
        super().__init__()
        self.rules = rules

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        home = getattr(function, "__module__", None) or "torch"
        home = home.replace("._ops.", ".ops.").replace("_C._nn", "nn.functional")
        self.rules.see_operator(function.__name__, home)
        if self.rules.glued:
            operands = [*args, *kwargs.values()]
            self.rules.see_operands(x for x in operands if isinstance(x, torch.Tensor))
        return function(*args, **kwargs)


def _glued(arguments):
    """Return every two of the arguments that fit side by side, joined."""
    parts = [part.value for part in leaves(list(arguments), "")]
    tensors = [x.detach() for x in parts if isinstance(x, torch.Tensor) and x.dim() > 1]
    return [
        torch.cat([one, other], dim=-1)
        for one in tensors
        for other in tensors
        if one is not other and one.shape[:-1] == other.shape[:-1]
    ]


def _holds(tensor, rows):
    """Return whether a tensor is these rows, their transpose, or one of them."""
    tensor = tensor.detach().to(rows.dtype)
    if tensor.shape == rows.shape[-1:]:
        return bool((rows == tensor).all(-1).any())
    return torch.equal(tensor, rows) or torch.equal(tensor, rows.mT)
