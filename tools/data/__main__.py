"""Rebuild the files in data/ from the packages they come from.

    python -m tools.data [nile film ...] [--write | --facts]

Downloads the packages that the table names into a temporary folder, rebuilds every
file and compares it, byte by byte, with ``data/manifest.json``. A file that is missing
or damaged in data/ is put back. Each difference is one line, and the exit code is then
1. Names restrict it to those sets. ``--write`` replaces the files, the manifest and
``data/README.md``; ``--facts`` writes the latter two from the table and builds nothing.

Packages are opened as archives, never installed, so nothing of theirs is run. The
exception is PyAV (``make data`` installs it), which decodes the film. The speech needs
``apt-get`` and ``dpkg-deb``, as found on Debian 12.
"""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.data.manifest import compare, write
from tools.data.packages import BuildError, open_package
from tools.data.table import DATA_SETS


def main(arguments):
    """Rebuild the sets asked for, and return the number of differences."""
    summary = __doc__.partition("\n")[0]
    parser = argparse.ArgumentParser("python -m tools.data", description=summary)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(DATA_SETS)}; all")
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--write", action="store_true", help="replace what differs")
    action.add_argument("--facts", action="store_true", help="write what is known")
    chosen = parser.parse_args(arguments)
    if unknown := sorted(set(chosen.names) - set(DATA_SETS)):
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(DATA_SETS)}")

    files, differences = rebuild(() if chosen.facts else chosen.names or DATA_SETS)
    if chosen.write or chosen.facts:
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


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
