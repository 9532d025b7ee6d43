"""Chorales by Bach: scores in MusicXML, read as pitches on a grid."""

import io
import re
import zipfile
from collections import Counter
from fractions import Fraction
from math import ceil
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from tools.data.packages import BuildError
from tools.data.packing import pack_arrays

VOICES = ("Soprano", "Alto", "Tenor", "Bass")
STEPS_PER_BEAT = 4  # a step is a sixteenth note, a beat a quarter note
OPENING_NOTES = 7
SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
# How well each step above the tonic fits a key: Krumhansl & Kessler (1982).
PROFILES = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}


def build_chorales(members):
    """Keep the pitches of every piece written for just four voices, and its key."""
    pieces, names, tonics, modes, openings = [], [], [], [], []
    for path in sorted(members, key=by_number):
        score = read_score(members[path])
        parts = score.findall("part-list/score-part/part-name")
        if [part.text.split()[0] for part in parts] != list(VOICES):
            continue
        grid = np.array([read_voice(part) for part in score.findall("part")]).T
        tonic = find_tonic(grid, declared_tonic(score))
        pieces.append(grid)
        names.append(Path(path).stem)
        tonics.append(tonic)
        modes.append(max(PROFILES, key=lambda mode: fit(grid, tonic, mode)))
        openings.append(opening(grid[:, 0]))
    order = list(dict.fromkeys(openings))
    runs = [run_lengths(piece) for piece in pieces]
    return {
        "chorales.npz": pack_arrays(
            chords=np.concatenate([chords for chords, _ in runs]).astype(np.int8),
            durations=np.concatenate([steps for _, steps in runs]).astype(np.uint8),
            lengths=np.array([len(chords) for chords, _ in runs], "<i4"),
            names=np.array(names, "S"),
            tonics=np.array(tonics, np.uint8),
            modes=np.array(modes, "S"),
            groups=np.array([order.index(notes) for notes in openings], "<i2"),
        )
    }


def run_lengths(grid):
    """Return the chords of a piece, and for how many steps each one sounds."""
    changes = np.any(np.diff(grid, axis=0), axis=1)
    starts = np.flatnonzero(np.concatenate([[True], changes]))
    return grid[starts], np.diff(starts, append=len(grid))


def by_number(path):
    """Sort bwv2.6 before bwv10.7."""
    stem = Path(path).stem
    return [int(digits) for digits in re.findall(r"\d+", stem)], stem


def read_score(content):
    """Return the root of a score, compressed (``.mxl``) or plain MusicXML."""
    if content.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        [name] = (
            name
            for name in archive.namelist()
            if name.endswith("xml") and not name.startswith("META-INF/")
        )
        content = archive.read(name)
    return ElementTree.fromstring(content)


def read_voice(part):
    """Return the pitch that sounds at every step of one part, -1 where it rests.

    A note that begins and ends between two steps leaves no trace. There are nine
    such ornaments in all pieces.
    """
    steps, end = [], Fraction(0)
    for element in part.iter():
        if element.tag == "divisions":
            length_of_beat = int(element.text)
        elif element.tag in ("backup", "chord"):
            raise BuildError("a part must hold one voice, found several")
        elif element.tag in ("note", "forward") and element.find("grace") is None:
            duration = Fraction(int(element.findtext("duration")), length_of_beat)
            end += STEPS_PER_BEAT * duration
            steps += [read_pitch(element)] * (ceil(end) - len(steps))
    return steps


def read_pitch(note):
    """Return the MIDI number of a note (60 is middle C), or -1 for a rest."""
    if note.find("pitch") is None:
        return -1
    semitone = SEMITONES[note.findtext("pitch/step")]
    alter = int(note.findtext("pitch/alter", "0"))
    return 12 * (int(note.findtext("pitch/octave")) + 1) + semitone + alter


def declared_tonic(score):
    """Return the tonic that the first key signature with a mode declares, 0 to 11."""
    key = next(key for key in score.iter("key") if key.findtext("mode"))
    tonic_of_major = 7 * int(key.findtext("fifths"))
    lower = 3 if key.findtext("mode") == "minor" else 0
    return (tonic_of_major - lower) % 12


def find_tonic(grid, declared):
    """Return the tonic, 0 to 11, that most of three witnesses name.

    The witnesses are the last note of the bass, the key signature as declared, and
    the best fit of the pitches to a key. When all differ, the bass is believed.
    """
    bass = grid[:, 3]
    last = bass[bass >= 0][-1] % 12
    keys = [(tonic, mode) for tonic in range(12) for mode in PROFILES]
    fitted, _ = max(keys, key=lambda key: fit(grid, *key))
    (tonic, _), *_ = Counter([int(last), declared, fitted]).most_common(1)
    return tonic


def fit(grid, tonic, mode):
    """Return the correlation of how long each pitch sounds with a key's profile."""
    durations = np.bincount(grid[grid >= 0] % 12, minlength=12)
    return np.corrcoef(np.roll(durations, -tonic), PROFILES[mode])[0, 1]


def opening(soprano):
    """Return how a melody begins, in semitones above its first note.

    Only what sounds on the beat counts, and no note twice in a row, so that two
    settings of one tune agree in spite of passing notes and other lengths.
    """
    on_beat = soprano[soprano >= 0][::STEPS_PER_BEAT]
    moves = np.flatnonzero(np.diff(on_beat, prepend=-1))[:OPENING_NOTES]
    return tuple((on_beat[moves] - on_beat[0]).tolist())
