"""What pip asks to build the course: an editable install is made, a wheel is refused.

A wheel would bring ``helpers`` without notebooks, data and results. It is refused
before pip downloads what the course requires.
"""

from setuptools import build_meta

REFUSED = """
The course cannot be installed as a package, because it is a folder to work in:
download or clone it, and type `python -m helpers lab` in that folder.
"""


def refuse(*_, **__):
    """Say how the course is installed instead.

    Raises:
        SystemExit: always.
    """
    raise SystemExit(REFUSED)


build_editable = build_meta.build_editable
get_requires_for_build_editable = build_meta.get_requires_for_build_editable
prepare_metadata_for_build_editable = build_meta.prepare_metadata_for_build_editable
get_requires_for_build_wheel = build_wheel = refuse
get_requires_for_build_sdist = build_sdist = refuse
