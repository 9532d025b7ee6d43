"""Cut the fonts of the live figures out of those that matplotlib brings along.

    python -m tools.fonts

The texts of a live figure are real text, so the page needs the font they were measured
in. What is kept are Latin, Greek and the signs of mathematics.
"""

import pathlib
import shutil

import matplotlib
from fontTools import subset

from helpers.figures.live import FACES
from tools import ROOT

FONTS = ROOT / "helpers" / "figures" / "fonts"
LETTERS = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0x17F),  # Latin with accents
    (0x300, 0x30C),  # accents on their own, as over x̂
    (0x370, 0x3FF),  # Greek
    (0x2010, 0x2044),  # dashes, quotes, dots, primes
    (0x2070, 0x209C),  # raised and lowered
    (0x2102, 0x211D),  # ℝ and its kin
    (0x2190, 0x21D5),  # arrows
    (0x2200, 0x22FF),  # mathematics
    (0x2308, 0x230B),  # floor and ceiling
    (0x2423, 0x2423),  # the mark for a space
    (0x25A0, 0x25FF),  # squares, triangles, dots
    (0x2713, 0x2717),  # check and cross
    (0x27E8, 0x27E9),  # angle brackets
)


def main():
    """Write every face as a web font, and the licence beside them."""
    source = pathlib.Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    FONTS.mkdir(exist_ok=True)
    shutil.copy(source / "LICENSE_DEJAVU", FONTS)
    codes = [code for first, last in LETTERS for code in range(first, last + 1)]
    for name in FACES:
        options = subset.Options(flavor="woff", hinting=False)
        options.drop_tables += ["FFTM"]
        font = subset.load_font(str(source / f"{name}.ttf"), options)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=codes)
        cutter.subset(font)
        path = FONTS / f"{name}.woff"
        subset.save_font(font, str(path), options)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
