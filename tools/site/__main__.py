"""Build the web edition of the course in ``build/site/``.

    python -m tools.site [00 08 ...] [--keep-frames]

Nothing is fetched from elsewhere. The pages show what the notebooks hold; their cells
run only to record the live figures, which takes most of the time. Whatever cannot be
made as it should be ends the build with a sentence that says why.
"""

import argparse
import multiprocessing
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tools import ROOT
from tools.site.pages import NotReady
from tools.site.record import NotRecorded, record_notebook
from tools.site.source import NOTEBOOKS, write_source

BUILD = ROOT / "build"


def main(arguments):
    """Build the site of the notebooks whose number is named, or of all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("numbers", nargs="*", help="of notebooks, such as 08; all")
    keep = "show the frames of the last build, for work on anything else"
    parser.add_argument("--keep-frames", action="store_true", help=keep)
    chosen = parser.parse_args(arguments)
    known = {path.stem[:2]: path for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*"))}
    if unknown := set(chosen.numbers) - set(known):
        raise SystemExit(f"notebooks are {', '.join(known)}; got {', '.join(unknown)}")
    paths = [known[number] for number in chosen.numbers or known]
    started = time.perf_counter()
    try:
        rows = build(paths, BUILD / "site-source", BUILD / "site", chosen.keep_frames)
    except (NotReady, NotRecorded) as failure:
        raise SystemExit(f"no site: {failure}") from None
    seconds = time.perf_counter() - started
    print("\n".join(table(rows)))
    site = BUILD / "site"
    print(f"{site / 'index.html'}: {size(site):.1f} MB, {seconds:.0f} s")


def build(paths, source, site, keep_frames=False):
    """Build a site.

    Args:
        paths: of the notebooks that become its pages.
        source: the folder, a Path, for what Sphinx reads.
        site: the folder, a Path, for what it writes.
        keep_frames: whether the frames that are there already will do.

    Returns:
        A list of what ``record`` tells of each live figure.

    Raises:
        NotReady: if a notebook cannot be a page as it is.
        NotRecorded: if a live figure cannot be recorded.
        subprocess.CalledProcessError: if Sphinx finds fault with a page.
    """
    write_source(source, paths)
    frames = source / "_static" / "figures"
    rows = [] if keep_frames else record(paths, frames)
    shutil.rmtree(site, ignore_errors=True)
    sphinx = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going"]
    subprocess.run([*sphinx, "--quiet", "--fresh-env", source, site], check=True)
    return rows


def record(paths, frames):
    """Record the live figures of notebooks, on every core; return their rows."""
    shutil.rmtree(frames, ignore_errors=True)
    spawn = multiprocessing.get_context("spawn")  # a kernel's client needs its own loop
    with ProcessPoolExecutor(os.cpu_count(), spawn) as pool:
        found = [pool.submit(record_notebook, path, frames) for path in paths]
        return [row for future in found for row in future.result()]


def table(rows):
    """Yield a line for each live figure: states in JupyterLab, on the web, and kB."""
    for row in rows:
        yield (
            f"{row['figure']:8}{row['states']:>10,} states{row['web']:>10,} on the web"
            f"{row['bytes'] / 1000:>10,.0f} kB{row['seconds']:>8.1f} s"
        )


def size(folder):
    """Return the size of all files of a folder in megabytes."""
    return (
        sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    )


if __name__ == "__main__":
    main(sys.argv[1:])
