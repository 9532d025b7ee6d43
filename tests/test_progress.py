"""What a learner has solved is kept, whatever happens to the kernel, file or disk."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from helpers import progress
from helpers.exercises import words
from helpers.exercises.board import Board


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(progress.FOLDER_VARIABLE, str(tmp_path / "learner"))
    return tmp_path / "learner"


def one_lesson(*exercise_ids, title="00 · Start here"):
    exercises = [
        SimpleNamespace(id=one, title="A <b>", minutes=2, difficulty=1, dots="●○○")
        for one in exercise_ids
    ]
    return [SimpleNamespace(title=title, exercises=exercises)]


def board_of(lessons):
    return Board(lessons, *progress.load())


def test_nothing_is_written_before_something_is_tried(folder):
    assert progress.load() == ({}, "")
    assert not folder.exists()


def test_attempts_the_first_time_and_every_answer_are_remembered():
    assert progress.record_attempt("08.2", passed=False, source="wrong") == ""
    progress.record_attempt("08.2", passed=True, source="first")
    solved = progress.load()[0]["08.2"].solved
    progress.record_attempt("08.2", passed=True, source="second")
    progress.record_attempt("08.2", passed=True, source="first")
    progress.record_attempt("08.2", passed=False)
    record = progress.load()[0]["08.2"]
    assert (record.attempts, record.answers) == (5, ["first", "second"])
    assert record.solved == solved
    assert solved.endswith("+00:00")


def test_hints_open_one_by_one_and_end_with_the_last():
    assert [progress.open_hint("08.2", 3)[0] for _ in range(4)] == [1, 2, 3, 3]


def test_a_hint_can_be_asked_for_by_number_and_stays_open():
    assert progress.open_hint("08.2", 3, number=2) == (2, "")
    assert progress.open_hint("08.2", 3, number=99) == (3, "")
    assert progress.open_hint("08.2", 3, number=-1) == (1, "")
    assert progress.load()[0]["08.2"].hints == 3


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b'{"exercises": {"00.1": {"atte',
        b"\x00\xff\xfe",
        b"[1, 2]",
        b'{"exercises": {"00.1": {"attempts": "many"}}}',
        b'{"exercises": {"00.1": null}}',
    ],
)
def test_a_damaged_file_is_put_aside_whole_and_the_learner_is_told(folder, damage):
    folder.mkdir()
    (folder / "progress.json").write_bytes(damage)
    note = progress.record_attempt("00.1", passed=True)
    (kept,) = folder.glob("progress-damaged-*.json")
    assert kept.read_bytes() == damage
    assert str(kept) in note
    assert progress.load()[0]["00.1"].solved
    assert progress.record_attempt("00.1", passed=True) == ""


def test_looking_at_a_damaged_file_puts_it_aside_too(folder):
    folder.mkdir()
    (folder / "progress.json").write_text("{", encoding="utf-8")
    assert "damaged" in repr(board_of(one_lesson("00.1")))
    assert len(list(folder.glob("progress-damaged-*.json"))) == 1


def test_an_unwritable_place_gives_one_sentence_and_no_exception(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv(progress.FOLDER_VARIABLE, str(tmp_path / "file"))
    assert "could not be saved" in progress.record_attempt("00.1", passed=True)
    shown, note = progress.open_hint("00.1", 3, number=2)
    assert (shown, "could not be saved" in note) == (2, True)
    progress.reset()
    assert "0 of 1" in repr(board_of(one_lesson("00.1")))


def test_a_file_that_another_kernel_holds_for_ever_is_not_waited_for(
    folder, monkeypatch
):
    monkeypatch.setattr(progress, "LOCK_SECONDS", 0.05)
    folder.mkdir()
    with progress.FileLock(folder / "progress.lock", is_singleton=False):
        assert "could not be saved" in progress.record_attempt("00.1", passed=True)


def test_a_kernel_killed_while_writing_leaves_the_progress_before(folder):
    progress.record_attempt("00.1", passed=True)
    die = (
        "import os, json\n"
        "from helpers import progress\n"
        "progress.os.replace = lambda *paths: os._exit(9)\n"
        "progress.record_attempt('00.2', passed=True)"
    )
    assert subprocess.run([sys.executable, "-c", die]).returncode == 9
    assert list(progress.load()[0]) == ["00.1"]
    assert progress.record_attempt("00.3", passed=True) == ""  # no lock is left behind
    assert list(progress.load()[0]) == ["00.1", "00.3"]


def test_kernels_side_by_side_lose_nothing():
    work = (
        "import sys\n"
        "from helpers import progress\n"
        "for n in range(20): progress.record_attempt(sys.argv[1], True, str(n))"
    )
    kernels = [
        subprocess.Popen([sys.executable, "-c", work, name])
        for name in ("01.1", "01.2", "01.1")
    ]
    assert [kernel.wait() for kernel in kernels] == [0, 0, 0]
    records, note = progress.load()
    assert note == ""
    assert {name: one.attempts for name, one in records.items()} == {
        "01.1": 40,
        "01.2": 20,
    }


def test_reset_keeps_a_dated_copy_and_says_where(folder, capsys):
    progress.record_attempt("00.1", passed=True, source="mine")
    before = (folder / "progress.json").read_bytes()
    progress.reset()
    (kept,) = folder.glob("progress-before-reset-*.json")
    assert kept.read_bytes() == before
    assert str(kept) in capsys.readouterr().out
    assert progress.load() == ({}, "")
    progress.reset()
    assert "no progress" in capsys.readouterr().out


def test_the_file_is_plain_json_that_a_teacher_can_read(folder):
    progress.record_attempt("00.1", passed=True, source="h = '\ud800'")
    stored = json.loads((folder / "progress.json").read_bytes())
    assert stored["exercises"]["00.1"]["answers"] == ["h = '\ud800'"]


def test_without_the_variable_the_file_lies_in_the_learners_own_folder(monkeypatch):
    monkeypatch.delenv(progress.FOLDER_VARIABLE)
    assert progress._path().parent.name == "rnn-course"


def test_a_tilde_in_the_variable_is_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv(progress.FOLDER_VARIABLE, "~/my progress")
    assert progress.record_attempt("00.1", passed=True) == ""
    assert (tmp_path / "my progress" / "progress.json").exists()


@pytest.mark.parametrize("variable", ["~/progress", ""])
def test_a_user_without_a_home_gets_one_sentence_and_no_folder(
    monkeypatch, tmp_path, variable
):
    def fails(*_):
        raise RuntimeError("could not determine the home directory")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "user_data_dir", fails)
    monkeypatch.setattr(progress.os.path, "expanduser", lambda path: path)
    monkeypatch.setenv(progress.FOLDER_VARIABLE, variable)
    note = progress.record_attempt("00.1", passed=True)
    assert "could not be saved (this user has no home folder" in note
    assert progress.open_hint("00.1", 3)[0] == 1
    assert "0 of 1" in repr(board_of(one_lesson("00.1")))
    progress.reset()
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_the_first_edition_still_opens(folder):
    """It names exercises that may be gone, and keeps answers of every shape."""
    stored = {
        "exercises": {
            "08.2": {
                "attempts": 3,
                "hints": 1,
                "solved": "2026-05-04T19:31:07+00:00",
                "answers": ["def unit_gradient(w, states):\n    return w\n"],
            },
            "13.99": {"attempts": 1, "hints": 3, "solved": "", "answers": []},
        }
    }
    folder.mkdir()
    (folder / "progress.json").write_text(json.dumps(stored, indent=1), "utf-8")
    assert "1 of 1 exercises solved" in repr(board_of(one_lesson("08.2")))
    assert progress.record_attempt("08.2", passed=True, source="new") == ""
    records, note = progress.load()
    assert (note, records["08.2"].attempts, len(records["08.2"].answers)) == ("", 4, 2)
    assert records["08.2"].solved == "2026-05-04T19:31:07+00:00"
    assert "13.99" in records


def test_the_board_says_in_words_what_is_solved_tried_and_open():
    progress.record_attempt("00.1", passed=True)
    progress.record_attempt("00.2", passed=False)
    progress.open_hint("00.2", 3)
    text = repr(board_of(one_lesson("00.1", "00.2", "00.3")))
    assert "1 of 3 exercises solved" in text
    rows = [line for line in text.splitlines() if line.startswith("    ")]
    assert [row.split("  ")[-2:] for row in rows] == [
        ["✓ solved", "0"],
        ["→ tried", "1"],
        ["○ not yet", "0"],
    ]


def test_the_board_has_a_folded_table_for_each_notebook():
    progress.record_attempt("01.1", passed=True)
    other = one_lesson("01.1", "01.2", title="01 · Sequential data")
    html = board_of(one_lesson("00.1") + other)._repr_html_()
    assert "1 of 3 exercises solved" in html
    assert html.count("<details>") == html.count("</details>") == 2
    assert "00 · Start here · 0 of 1 exercises solved</summary>" in html
    assert "01 · Sequential data · 1 of 2 exercises solved</summary>" in html


def test_the_board_has_tables_that_a_screen_reader_can_follow():
    html = board_of(one_lesson("00.1"))._repr_html_()
    assert "<table aria-label='00 · Start here'>" in html
    assert html.count("scope='col'") == len(words.HEADERS)
    assert html.count("scope='row'") == 1
    assert "aria-label='1 of 3'" in html
    assert "A &lt;b&gt;" in html
