"""The real data sets of the course, one line each.

Every function reads small files in ``data/``, first comparing them with the SHA-256 in
``data/manifest.json``. What is in them, their licence and source, and what was done to
them stand in the manifest, in ``data/README.md``, and so in ``help(data.nile)``.
"""

import contextlib
import csv
import hashlib
import inspect
import io
import json
import re
import textwrap
import wave
from collections import Counter
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

DATA_FOLDER = Path(__file__).parent.parent / "data"
ALPHABET = " abcdefghijklmnopqrstuvwxyz"
SOUND_ALIKE = (  # words of Alice, within commas
    "be bee, eye i, for four, hear here, hole whole, hour our, knew new, know no, "
    "knot not, meat meet, one won, passed past, right write, sea see, tail tale, "
    "their there, threw through, to too two, wood would"
)


# --- sound and film ------------------------------------------------------------------


class Speech(NamedTuple):
    """Spoken sentences of different length."""

    waves: list  # of (T,) float32, air pressure between -1 and 1
    sentences: list  # of str, what is said
    sample_rate: int  # samples per second


class Film(NamedTuple):
    """A silent film in shades of grey."""

    frames: torch.Tensor  # (T, height, width) uint8, 0 black to 255 white
    frames_per_second: float


def speech():
    """Load three spoken sentences."""
    sentences = read_text("speech.txt").splitlines()
    waves = []
    for number in range(1, len(sentences) + 1):
        with wave.open(io.BytesIO(read_bytes(f"speech_{number}.wav"))) as recording:
            sample_rate = recording.getframerate()
            samples = np.frombuffer(recording.readframes(recording.getnframes()), "<i2")
        waves.append(torch.from_numpy(samples / np.float32(2**15)))
    return Speech(waves, sentences, sample_rate)


def film():
    """Load a clip of a film."""
    arrays = read_arrays("film.npz")
    return Film(torch.from_numpy(arrays["frames"]), float(arrays["frames_per_second"]))


# --- labelled sequences --------------------------------------------------------------


class Sequences(NamedTuple):
    """Sequences to be classified, in the two parts the archive gives them."""

    train: list  # of (T, I) float32
    train_labels: torch.Tensor  # (N,) int64, 0 to the number of classes - 1
    test: list  # of (T, I) float32
    test_labels: torch.Tensor  # (N,) int64
    class_names: list  # of str, in the order of the labels
    channel_names: list  # of str, in the order of the I channels


def japanese_vowels():
    """Load nine men saying the vowels a and e in a row: who speaks?

    The level of a sequence is what tells the speakers apart: do not normalise each one
    by itself.
    """
    return read_sequences("japanese_vowels.npz")


def basic_motions():
    """Load the wrist movements of people who stand, run, walk or play badminton."""
    return read_sequences("basic_motions.npz")


def pickup_gestures():
    """Load a picking-up gesture made with a remote control: whose hand was it?"""
    return read_sequences("pickup_gestures.npz")


def gun_point():
    """Load the path of a hand, tracked in video, that draws a gun or points."""
    return read_sequences("gun_point.npz")


def read_sequences(name):
    """Read the two parts of a set of labelled sequences."""
    arrays = read_arrays(name)
    parts = []
    for part in ("train", "test"):
        values = torch.from_numpy(arrays[f"{part}_values"])
        lengths = arrays[f"{part}_lengths"].tolist()
        parts.append([sequence.clone() for sequence in values.split(lengths)])
        parts.append(torch.from_numpy(arrays[f"{part}_labels"]).long())
    names = (
        arrays[key].astype(str).tolist() for key in ("class_names", "channel_names")
    )
    return Sequences(*parts, *names)


# --- series --------------------------------------------------------------------------


class Series(NamedTuple):
    """One quantity measured again and again at equal distances in time."""

    time: torch.Tensor  # (T,) float64, in years: 1749.5 is the middle of 1749
    values: torch.Tensor  # (T,) float32
    unit: str  # of the values


def sunspots_yearly():
    """Load the mean number of sunspots of every year."""
    return read_series("sunspots_yearly.csv", "sunspots")


def sunspots_monthly():
    """Load the mean number of sunspots of every month."""
    return read_series("sunspots_monthly.csv", "sunspots")


def nile():
    """Load how much water the Nile brought to Aswan in every year."""
    return read_series("nile.csv", "10⁸ m³ a year")


def co2():
    """Load the carbon dioxide in the air over Mauna Loa, week by week."""
    return read_series("co2.csv", "parts per million")


def lynx():
    """Load how many lynx were trapped in Canada in every year."""
    return read_series("lynx.csv", "lynx trapped")


def air_passengers():
    """Load how many people flew abroad in every month."""
    return read_series("air_passengers.csv", "thousand passengers")


def read_series(name, unit):
    """Read a table of times and values; an empty value becomes nan."""
    rows = list(csv.DictReader(io.StringIO(read_text(name))))
    time = [in_years(row["time"]) for row in rows]
    values = [float(row["value"] or "nan") for row in rows]
    return Series(torch.tensor(time, dtype=torch.float64), torch.tensor(values), unit)


def in_years(stamp):
    """Turn 1749, 1749-01 or 1958-03-29 into years; a month counts by its middle."""
    match [int(number) for number in stamp.split("-")]:
        case [year]:
            return float(year)
        case [year, month]:
            return year + (month - 0.5) / 12
        case [year, month, day]:
            new_year = date(year, 1, 1)
            days = (date(year, month, day) - new_year).days
            return year + days / (date(year + 1, 1, 1) - new_year).days


# --- text ----------------------------------------------------------------------------


class Characters(NamedTuple):
    """A text as places in ``ALPHABET``, 0 for the space."""

    train: torch.Tensor  # (T,) int64
    held_out: torch.Tensor  # (T,) int64, what follows directly


class FamilyNames(NamedTuple):
    """Family names, as many for every language."""

    names: list  # of str, in Latin letters with their accents
    labels: torch.Tensor  # (N,) int64, the language of each name
    class_names: list  # of str, the languages in the order of the labels
    is_shared: torch.Tensor  # (N,) bool, whether another language has the name too


def alice():
    """Load Alice in Wonderland as one string."""
    return read_text("alice.txt")


def to_alphabet(text):
    """Reduce a text to 27 symbols: the letters a to z, and the space.

    Capitals become small; whatever stands between two runs of letters (spaces,
    newlines, punctuation, digits) becomes one space, and none is left at either end.
    So "Don't" becomes "don t". Alice keeps 134,997 characters.

    Args:
        text: a str in English; letters with accents count as punctuation.

    Returns:
        A str over ``ALPHABET``.
    """
    return re.sub("[^a-z]+", " ", text.lower()).strip()


def alice_characters():
    """Load Alice over the 27 symbols of ``ALPHABET``, as numbers, in two parts.

    Returns:
        Characters: the first nine tenths to learn from, 121,497 symbols, and the last
        tenth, 13,500, held out. Every lesson uses this split.
    """
    symbols = encode(to_alphabet(alice()))
    cut = round(0.9 * len(symbols))
    return Characters(symbols[:cut], symbols[cut:])


def encode(text):
    """Turn a text over ``ALPHABET`` into the places of its symbols, (T,) int64.

    Raises:
        ValueError: if the text holds another symbol; ``to_alphabet`` removes them.
    """
    if strangers := set(text) - set(ALPHABET):
        found = "".join(sorted(strangers))
        raise ValueError(f"text must hold only a to z and spaces, got {found!r}")
    places = {symbol: place for place, symbol in enumerate(ALPHABET)}
    return torch.tensor([places[symbol] for symbol in text], dtype=torch.int64)


def decode(symbols):
    """Turn places in ``ALPHABET`` back into a text; undoes ``encode``."""
    return "".join(ALPHABET[place] for place in symbols.tolist())


def homophones():
    """Return the words of Alice that sound like another one, each with its twins.

    Returns:
        A dict from a word to the list of all words that sound like it, itself included.
    """
    groups = [group.split() for group in SOUND_ALIKE.split(",")]
    return {word: group for group in groups for word in group}


def family_names():
    """Load family names: which of 15 languages is each from?"""
    rows = list(csv.DictReader(io.StringIO(read_text("family_names.csv"))))
    names = [row["name"] for row in rows]
    languages = [row["language"] for row in rows]
    class_names = sorted(set(languages))
    labels = torch.tensor([class_names.index(language) for language in languages])
    times_found = Counter(names)
    is_shared = torch.tensor([times_found[name] > 1 for name in names])
    return FamilyNames(names, labels, class_names, is_shared)


# --- music ---------------------------------------------------------------------------


class Chorales(NamedTuple):
    """Chorales in four voices, on a grid of sixteenth notes."""

    pieces: list  # of (T, 4) int64, MIDI pitches of soprano, alto, tenor, bass; -1 rest
    names: list  # of str, numbers in the catalogue of Bach's works, like bwv66.6
    tonics: torch.Tensor  # (N,) int64, the note that is home: 0 C, 1 C sharp, ... 11 B
    modes: list  # of str, "major" or "minor"
    groups: torch.Tensor  # (N,) int64, equal where melodies open alike


def chorales():
    """Load chorales by Bach as pitches on a grid, in their own keys.

    ``[::4]`` takes one step a beat. Split by ``groups``, or the same melody is met in
    training and in testing.
    """
    arrays = read_arrays("chorales.npz")
    chords = torch.from_numpy(arrays["chords"]).long().split(arrays["lengths"].tolist())
    steps = torch.from_numpy(arrays["durations"]).long()
    steps = steps.split(arrays["lengths"].tolist())
    return Chorales(
        [c.repeat_interleave(s, dim=0) for c, s in zip(chords, steps, strict=True)],
        arrays["names"].astype(str).tolist(),
        torch.from_numpy(arrays["tonics"]).long(),
        arrays["modes"].astype(str).tolist(),
        torch.from_numpy(arrays["groups"]).long(),
    )


def transpose_to_c(music):
    """Move every chorale, by at most six semitones, so that C is its home.

    Major pieces come to C major, minor ones to C minor. Published figures are
    measured on pieces moved like this, one step a beat.

    Args:
        music: Chorales.

    Returns:
        Chorales with other pieces, and tonics of 0; the modes stay.
    """
    moves = (6 - music.tonics) % 12 - 6  # -6 to 5
    pieces = [
        torch.where(piece < 0, piece, piece + move)
        for piece, move in zip(music.pieces, moves, strict=True)
    ]
    return music._replace(pieces=pieces, tonics=torch.zeros_like(music.tonics))


# --- files, checked ------------------------------------------------------------------


def read_text(name):
    """Return a checked file of ``data/`` as text."""
    return read_bytes(name).decode("utf-8")


def read_arrays(name):
    """Return the arrays in a checked .npz file of ``data/``, by name."""
    with np.load(io.BytesIO(read_bytes(name)), allow_pickle=False) as archive:
        return dict(archive)


def read_bytes(name):
    """Return the content of a file of ``data/``, once its SHA-256 is as expected.

    Raises:
        FileNotFoundError: if the file, or the manifest, is missing.
        ValueError: if the file is not the one that the manifest describes.
    """
    expected = json.loads(read_existing("manifest.json"))[name]["sha256"]
    content = read_existing(name)
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise ValueError(
            f"data/{name} is damaged (SHA-256 {expected[:8]}… expected, {found[:8]}… "
            f"found): {HOW_TO_MEND}"
        )
    return content


def read_existing(name):
    """Return the content of a file of ``data/``, or say that it is missing."""
    try:
        return (DATA_FOLDER / name).read_bytes()
    except FileNotFoundError:
        message = f"data/{name} is missing: {HOW_TO_MEND}"
        raise FileNotFoundError(message) from None


HOW_TO_MEND = "run `git checkout -- data` to restore it, or `make data` to rebuild it"


# --- what is known of each set -------------------------------------------------------


def loaders():
    """Return the functions that load the data sets, by name, one for each set."""
    return {name: globals()[name] for name in _known_sets() if name in globals()}


def _known_sets():
    """Return what the manifest knows of every set, by name."""
    files = json.loads(read_existing("manifest.json"))
    return {entry["set"]: entry for entry in files.values()}


def _complete_docstrings():
    """Let the docstring of every loader say what the manifest knows of its set."""
    known = _known_sets()
    for name, loader in loaders().items():
        loader.__doc__ = f"{inspect.getdoc(loader)}\n\n{_facts(known[name])}"


def _facts(known):
    """Return what is known of a set, as the last sections of a docstring."""
    fill = partial(textwrap.fill, width=80, break_on_hyphens=False)
    contents = textwrap.indent(fill(known["contents"]), "    ")
    package = f"In the package {known['source']} {known['version']}."
    sections = [
        f"Returns:\n{contents}",
        fill(f"Licence: {known['licence']}"),
        fill(f"Source: {known['citation']} {package}"),
        fill(f"Processing: {known['processing']}"),
    ]
    return "\n\n".join(sections)


# A manifest that is missing or damaged is reported by the first loader that is called.
with contextlib.suppress(FileNotFoundError, ValueError):
    _complete_docstrings()
