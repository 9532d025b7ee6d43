"""What is written of a built set: its files, the manifest, and a page for people."""

import hashlib
import json

from tools import ROOT
from tools.data.table import DATA_SETS

DATA_FOLDER = ROOT / "data"


def compare(files):
    """Compare built files with the manifest, and put back what data/ has lost.

    Args:
        files: ``{file name: (name of its set, bytes)}``.

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
    """Replace these files in data/, write the manifest anew, and the README.

    Of sets that are not among them the files stay, and what is said of them follows
    the table; a set that the table has no longer goes with its files.

    Args:
        files: ``{file name: (name of its set, bytes)}``.
    """
    before = read_manifest()
    rebuilt_sets = {name for name, _ in files.values()}
    after = {
        file: entry
        for file, entry in before.items()
        if entry["set"] in DATA_SETS.keys() - rebuilt_sets
    }
    for file, (name, content) in files.items():
        (DATA_FOLDER / file).write_bytes(content)
        after[file] = fingerprint(name, content)
    for file in before.keys() - after.keys():
        (DATA_FOLDER / file).unlink(missing_ok=True)

    order = list(DATA_SETS)
    files = sorted(after, key=lambda file: (order.index(after[file]["set"]), file))
    manifest = {file: described(after[file]) for file in files}
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (DATA_FOLDER / "manifest.json").write_bytes(text.encode())
    (DATA_FOLDER / "README.md").write_bytes(readme(manifest).encode())


def fingerprint(name, content):
    """Return what the manifest says of one file by itself."""
    sha256 = hashlib.sha256(content).hexdigest()
    return {"set": name, "sha256": sha256, "bytes": len(content)}


def described(entry):
    """Return the entry of a file with all that the table says of its set."""
    data_set = DATA_SETS[entry["set"]]
    return {
        **{key: entry[key] for key in ("set", "sha256", "bytes")},
        "title": data_set.title,
        "contents": data_set.contents,
        "source": data_set.package.name,
        "version": data_set.package.version,
        "members": data_set.members,
        "licence": data_set.licence,
        "citation": data_set.citation,
        "processing": data_set.processing,
    }


def read_manifest():
    """Return ``data/manifest.json``, or nothing where there is none yet."""
    path = DATA_FOLDER / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def readme(manifest):
    """Return the text of ``data/README.md``: the manifest, for people."""
    sections = [README_HEAD]
    for name, data_set in DATA_SETS.items():
        entries = [(f, e) for f, e in manifest.items() if e["set"] == name]
        listed = ", ".join(f"`{f}` ({e['bytes']:,} bytes)" for f, e in entries)
        package = data_set.package
        members = ", ".join(f"`{member}`" for member in data_set.members)
        sections.append(
            f"## `{name}()`: {data_set.title}\n\n"
            f"| | |\n|---|---|\n"
            f"| contents | {data_set.contents} |\n"
            f"| files | {listed} |\n"
            f"| source | {package.registry} `{package.name}` {package.version}, "
            f"{members} |\n"
            f"| licence | {data_set.licence} |\n"
            f"| citation | {data_set.citation} |\n"
            f"| processing | {data_set.processing} |\n"
        )
    return "\n".join(sections)


README_HEAD = """# The data of the course

Small real data sets, kept here so that no lesson needs a network. Each is loaded by
one line, `helpers.data.NAME()`, which first compares its files with the SHA-256 in
`manifest.json`. This page and the manifest are written by
`python -m tools.data --write`; `make data` rebuilds every file from the packages
named and compares the hashes.

Formats are plain and uncompressed (`.wav`, `.txt`, `.csv`, and `.npz` whose members
are stored as they are), so that a rebuilt file has the same bytes on every machine.
None needs pickle. In an `.npz`, sequences of different length lie end to end, with
their lengths beside them; a chorale is a row of chords and for how many steps each
sounds.
"""
