"""The course as a web site, alive without a kernel, in ``build/site/``.

    python -m tools.site [00 08 ...]

Read the modules in this order:

- ``record``: the frames of every live figure, drawn in a notebook's own kernel and
  written in bricks that a page loads when it needs them.
- ``exercises``: what a page needs to know of an exercise, so that it answers without
  Python where that can be.
- ``pages``: a notebook as Sphinx reads it, with its stored outputs, and recorded
  figures in place of widgets.
- ``source``: all that Sphinx reads: the pages, a start page, the index of terms.
- ``conf``: Sphinx's configuration.
- ``__main__``: the whole site, one step after the other.

In the reader's browser, ``static/recorded.js`` gives ``live.js`` of the live figures a
model whose kernel is a folder of frames, and ``static/exercises.js`` keeps what is
solved.
"""
