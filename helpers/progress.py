"""What a learner has solved, kept in one small file on the learner's own disk.

The file is written whole or not at all, so a killed kernel leaves the one before.
A lock lets kernels that are open side by side write one after the other. A damaged
file is put aside, never deleted.
"""

import contextlib
import json
import os
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock
from platformdirs import user_data_dir

FOLDER_VARIABLE = "RNN_COURSE_PROGRESS"
LOCK_SECONDS = 2

# What a learner reads
UNSAVED = "Your progress could not be saved ({reason}). You can go on all the same."
DAMAGED = "Your progress file was damaged. We began a new one and kept it as {path}."
NO_HOME = "this user has no home folder; {variable} can name another one"
RESET = "Your progress is reset. The old file is kept as {path}."
NOTHING_TO_RESET = "There was no progress to reset."


@dataclass
class Record:
    """What is remembered of one exercise.

    Attributes:
        attempts: checks of an answer that was more than the stub.
        hints: how many hints were opened, 0 to 3.
        solved: when it was first solved, UTC in ISO format; empty if it is not.
        answers: source text of every different answer that passed.
    """

    attempts: int = 0
    hints: int = 0
    solved: str = ""
    answers: list[str] = field(default_factory=list)


def record_attempt(exercise_id, passed, source=""):
    """Remember one attempt.

    Args:
        exercise_id: notebook and number, "08.2".
        passed: whether the answer was right.
        source: text of the answer, kept if it passed.

    Returns:
        What the learner must be told about the file, or "".
    """

    def change(record):
        record.attempts += 1
        if passed:
            record.solved = record.solved or datetime.now(UTC).isoformat("T", "seconds")
            if source and source not in record.answers:
                record.answers.append(source)

    return _change(exercise_id, change)


def open_hint(exercise_id, total, number=None):
    """Remember that one more hint is open.

    Args:
        exercise_id: notebook and number, "08.2".
        total: how many hints there are.
        number: how many to open, 1 to total; by default one more than are open.

    Returns:
        How many hints to show, and what the learner must be told about the file, or "".
    """
    opened = load()[0].get(exercise_id, Record()).hints
    shown = min(max(number or opened + 1, 1), total)

    def change(record):
        record.hints = max(record.hints, shown)

    return shown, _change(exercise_id, change)


def load():
    """Return a Record for every exercise ever tried, by id, and a note or ""."""
    try:
        return _read(), ""
    except OSError as error:
        return {}, _unsaved(error)
    except ValueError:
        with contextlib.suppress(OSError), _locked():
            return _read_or_put_aside()
        return {}, DAMAGED.format(path=_path())


def reset():
    """Begin anew, keep the progress so far under another name, and say where."""
    try:
        with _locked():
            print(RESET.format(path=_put_aside("before-reset")))
    except FileNotFoundError:
        print(NOTHING_TO_RESET)
    except OSError as error:
        print(_unsaved(error))


def _change(exercise_id, change):
    """Apply a change to one record on disk; return a note or ""."""
    try:
        with _locked():
            records, note = _read_or_put_aside()
            change(records.setdefault(exercise_id, Record()))
            _write(records)
        return note
    except OSError as error:
        return _unsaved(error)


def _read_or_put_aside():
    """Return all records and a note or ""; call it only while the file is locked."""
    try:
        return _read(), ""
    except ValueError:
        return {}, DAMAGED.format(path=_put_aside("damaged"))


def _read():
    """Return all records by exercise id.

    Raises:
        ValueError: if the file is damaged.
        OSError: if it cannot be read.
    """
    try:
        text = _path().read_text("utf-8")
    except FileNotFoundError:
        return {}
    try:
        stored = json.loads(text)["exercises"]
        return {exercise_id: _record(fields) for exercise_id, fields in stored.items()}
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"no records of exercises in {_path()}") from error


def _record(fields):
    record = Record(**fields)
    kinds = [type(value) for value in asdict(record).values()]
    if kinds != [int, int, str, list]:
        raise TypeError(f"expected int, int, str and list, got {kinds}")
    return record


def _write(records):
    stored = {"exercises": {name: asdict(one) for name, one in records.items()}}
    new = _path().with_suffix(".new")
    with new.open("w", encoding="utf-8") as file:
        json.dump(stored, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, _path())


def _put_aside(reason):
    """Rename the file and return its new path."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = _path().with_name(f"progress-{reason}-{stamp}.json")
    os.replace(_path(), target)
    return target


@contextlib.contextmanager
def _locked():
    _path().parent.mkdir(parents=True, exist_ok=True)
    with FileLock(_path().with_suffix(".lock"), timeout=LOCK_SECONDS):
        yield


def _path():
    """Return where the file lies.

    Raises:
        OSError: if this computer knows no home folder for its user.
    """
    try:
        folder = os.environ.get(FOLDER_VARIABLE) or user_data_dir("rnn-course", False)
        folder = os.path.expanduser(folder)
    except RuntimeError:  # neither a variable nor the user's entry names a home
        folder = "~"
    if folder.startswith("~"):
        raise OSError(NO_HOME.format(variable=FOLDER_VARIABLE))
    return Path(folder) / "progress.json"


def _unsaved(error):
    return UNSAVED.format(reason=error.strerror or error)
