"""The course as a web site, alive without a kernel, in ``build/site/``.

    python -m tools.site [00 08 ...]

Read the modules in this order:

- ``record``: the frames of every live figure, drawn in a notebook's own kernel and
  written in bricks that a page loads when it needs them.
- ``pages``: a notebook as Sphinx reads it, with its stored outputs, recorded figures in
  place of widgets, and exercises that answer without Python where that can be.
- ``exercises``: what a page needs to know of an exercise.
- ``conf``: Sphinx's configuration.
- ``__main__``: the whole site, one step after the other.

In the reader's browser, ``static/recorded.js`` gives ``live.js`` of the live figures a
model whose kernel is a folder of frames, and ``static/exercises.js`` keeps what is
solved.
"""
