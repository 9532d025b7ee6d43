"""How pytest-xdist shares out the tests, if it is there: by file, or by notebook.

A notebook is opened once for all its browser tests, so they must stay on one core; but
all of their file on one core would take longer than everything else on the other.
"""

import pytest

# What takes longest begins first, so that no core is left alone with it at the end.
FIRST = (
    "tests/test_browser.py",
    "tests/test_accidents.py",
    "notebooks/",
    "tests/test_mutants.py",
    "tests/test_recurrent.py",
    "tests/test_exercises.py",
)


def longest_first(item):
    """Return the place of a test among all, for sorting: smaller begins earlier."""
    places = (k for k, start in enumerate(FIRST) if item.nodeid.startswith(start))
    return next(places, len(FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Group the tests by file, but browser tests of a notebook by the notebook."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling  # pytest works without it

    class Scheduling(LoadFileScheduling):
        """Sees every test of a notebook as if it stood in a file of the notebook's."""

        def add_node_collection(self, node, collection):
            super().add_node_collection(node, [moved(nodeid) for nodeid in collection])

        def remove_node(self, node):
            return moved_back(super().remove_node(node))

    return Scheduling(config, log)


def moved(nodeid):
    """Put the notebook before the node id of a browser test: ``06::tests/...[06]``."""
    path, _, test = nodeid.partition("::")
    notebook = test.partition("[")[2].rstrip("]")
    return f"{notebook}::{nodeid}" if is_browser_test(path) and notebook else nodeid


def moved_back(nodeid):
    """Return the node id that ``moved`` was given; None, where no test ran, is kept."""
    place, _, rest = (nodeid or "").partition("::")
    return rest if is_browser_test(rest.partition("::")[0]) else nodeid


def is_browser_test(path):
    """Tell whether a path is that of the tests that open each notebook in a browser."""
    return path.endswith("test_browser.py")
