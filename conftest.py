"""Every notebook and every test runs offline, with a progress folder of its own."""

import atexit
import os
import pathlib
import shutil
import tempfile

from xdist.scheduler import LoadFileScheduling

_progress = tempfile.mkdtemp(prefix="recurrent-course-")
atexit.register(shutil.rmtree, _progress, ignore_errors=True)
os.environ["RNN_COURSE_PROGRESS"] = _progress

_offline = str(pathlib.Path(__file__).parent / "tests" / "offline")
_paths = [_offline, os.environ.get("PYTHONPATH", "")]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, _paths))


class Schedule(LoadFileScheduling):
    """Keeps a file on one core, except that browser tests go by their notebook."""

    def _split_scope(self, nodeid):
        path, _, test = nodeid.partition("::")
        _, bracket, notebook = test.partition("[")
        return notebook if bracket and path.endswith("test_browser.py") else path


def pytest_xdist_make_scheduler(config, log):
    """Run the pages of JupyterLab, the longest of all tests, on all cores."""
    return Schedule(config, log)
