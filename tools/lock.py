"""Write the versions installed now into constraints.txt, for pip and conda alike."""

import pathlib
import subprocess
import sys

HEADER = """\
# Versions tried together. pip reads this file with -c: it limits what is installed
# and installs nothing by itself. Written by `make lock`; environment.yml must agree.
"""


def main():
    """Freeze this environment, without the course itself and without build tags."""
    command = [sys.executable, "-m", "pip", "freeze", "--exclude-editable"]
    frozen = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = sorted((line.split("+")[0] for line in frozen.splitlines()), key=str.lower)
    if strange := [line for line in lines if "==" not in line]:
        raise SystemExit(f"only pinned releases can be locked; got {strange}")
    root = pathlib.Path(__file__).parents[1]
    (root / "constraints.txt").write_text(HEADER + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
