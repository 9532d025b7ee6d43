"""Cut the fonts of the live figures and of the web edition's formulas.

    python -m tools.fonts

The texts of a live figure are real text, so the page needs the font they were measured
in; matplotlib brings it along. Formulas on the web need a font that knows how far signs
stretch, STIX Two Math, which the package ziamath brings along. What is kept are Latin,
Greek and the signs of mathematics.
"""

import importlib.util
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


FORMULAS = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0xA0),  # a space that does not break
    (0xAC, 0xD7),  # ¬ ± · ×
    (0x300, 0x33F),  # accents on their own
    (0x391, 0x3C9),  # Greek
    (0x2010, 0x2057),  # dashes, dots, primes
    (0x2061, 0x2062),  # signs that are not seen
    (0x210E, 0x211D),  # h, ℓ and ℝ, which stand apart
    (0x2190, 0x21D4),  # arrows
    (0x2200, 0x226F),  # mathematics
    (0x2295, 0x22A5),  # signs in circles, ⊤
    (0x22C5, 0x22EF),  # ⋅ and dots
    (0x2308, 0x230B),  # floor and ceiling
    (0x23DE, 0x23DF),  # braces above and below
    (0x27E8, 0x27FA),  # angle brackets, long arrows
    (0x1D434, 0x1D467),  # italic letters
    (0x1D6FC, 0x1D71B),  # italic Greek
)
SIGNS = "STIXTwoMath-Regular"


def main():
    """Write every face as a web font; the licences beside them are by hand."""
    source = pathlib.Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    shutil.copy(source / "LICENSE_DEJAVU", FONTS)
    for name in FACES:
        cut(source / f"{name}.ttf", FONTS, LETTERS)
    found = importlib.util.find_spec("ziamath")
    if found is None:
        raise SystemExit(f"{SIGNS} is left as it is: pip install ziamath brings it")
    signs = pathlib.Path(found.origin).parent / "fonts" / f"{SIGNS}.ttf"
    cut(signs, ROOT / "tools" / "site" / "static" / "fonts", FORMULAS)


def cut(source, folder, ranges):
    """Write a font with the letters of these ranges only, as a web font."""
    options = subset.Options(flavor="woff", hinting=False)
    options.drop_tables += ["FFTM"]
    if ranges is FORMULAS:
        options.layout_features = ["ssty"]  # shapes for small signs, such as primes
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(
        unicodes=[c for first, last in ranges for c in range(first, last + 1)]
    )
    cutter.subset(font)
    path = folder / f"{source.stem}.woff"
    subset.save_font(font, str(path), options)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
