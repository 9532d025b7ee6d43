"""How the files in data/ are made from the packages that they come from.

All that is known of a set stands in its row of ``table``. Its files are made in one of
``series``, ``sequences``, ``names``, ``chorales`` and ``media`` from what ``packages``
has downloaded, and in formats of ``packing``. ``manifest`` writes ``data/README.md``
and ``data/manifest.json``, where ``helpers.data`` finds what its loaders say.
"""
