"""The exercises of every notebook: ``check``, ``hint`` and ``solution``.

Each notebook has a module named ``n`` and the notebook's name, with its title in
``NOTEBOOK`` and every Exercise in a name of its own; ``n00_start_here`` is their model.
A long one goes on in modules whose names go on too. ``cases`` makes their tensors.

``python -m helpers.exercises 04.7`` prints one with all its wrong answers.

The engine that checks answers is drawn in ``engine``. In the order of its imports:

- ``words``: what the engine says.
- ``values``: values of every kind in one form.
- ``forbidden``: what an answer must not call.
- ``exercise``: what an exercise is, and the cells written from it.
- ``catalogue``: where exercises are found.
- ``state``: what can be seen of an argument, before and after.
- ``weights``: gives a learner's module the weights of ours.
- ``sandbox``: runs an answer that may loop for ever.
- ``observe``: writes down what an answer does.
- ``verdict``: what is found out in the end.
- ``compare``: whether that is what it should do.
- ``variants``: our own answer with one thing changed.
- ``ours``: what our own answers do, right and wrong ones.
- ``source``: reads an answer's code.
- ``errors``: what an error of Python means.
- ``trial``: tries an answer out.
- ``recognise``: finds the slip that we know.
- ``explain``: says in words what differs.
- ``parts``: one part of the values in all cases.
- ``kinds_of_numbers``, ``kinds_of_shapes``, ``kinds_of_parts``, ``kinds_of_places``,
  ``kinds_of_values``: what kind of slip makes such numbers.
- ``diagnose``: finds the kind of slip.
- ``card``: shows that in the notebook.
- ``board``: every exercise, and what is solved.
- ``engine``: sends an answer on its way.
"""

from helpers.exercises.board import board
from helpers.exercises.engine import check, hint, solution
from helpers.exercises.exercise import Exercise, Mistake

__all__ = ["Exercise", "Mistake", "board", "check", "hint", "solution"]
