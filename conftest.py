"""Every notebook and every test runs offline, with a progress folder of its own."""

import atexit
import os
import pathlib
import shutil
import tempfile

_progress = tempfile.mkdtemp(prefix="recurrent-course-")
atexit.register(shutil.rmtree, _progress, ignore_errors=True)
os.environ["RNN_COURSE_PROGRESS"] = _progress

_offline = str(pathlib.Path(__file__).parent / "tests" / "offline")
_paths = [_offline, os.environ.get("PYTHONPATH", "")]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, _paths))
