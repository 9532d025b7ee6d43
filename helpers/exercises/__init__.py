"""The exercises of every notebook: ``check``, ``hint`` and ``solution``.

Each notebook has a module named ``n`` and the notebook's name, with its title in
``NOTEBOOK`` and every Exercise in a name of its own; ``n00_start_here`` is their model.
A long one goes on in modules whose names go on too. ``cases`` makes their tensors.

``python -m helpers.exercises 04.7`` prints one with all its wrong answers.

The engine that checks answers, in the order of its imports:

- ``words``: what the engine says.
- ``exercise``: what an exercise is, and the cells written from it.
- ``catalogue``: where exercises are found.
- ``sandbox``: runs an answer that may loop for ever.
- ``observe``: writes down what an answer does.
- ``diagnose``: says how it differs.
- ``card``: shows that in the notebook.
- ``board``: every exercise, and what is solved.
- ``engine``: puts them together.
"""

from helpers.exercises.board import board
from helpers.exercises.engine import check, hint, solution
from helpers.exercises.exercise import Exercise, Mistake

__all__ = ["Exercise", "Mistake", "board", "check", "hint", "solution"]
