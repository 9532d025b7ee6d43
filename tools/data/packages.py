"""Packages of public registries, opened as archives and never installed."""

import subprocess
import sys
import tarfile
import zipfile
from fnmatch import filter as filter_names
from fnmatch import fnmatch
from typing import NamedTuple


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
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", errors="replace", **options
        )
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
