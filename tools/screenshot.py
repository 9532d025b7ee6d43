"""Take the README's moving picture: notebook 08's explorer, in JupyterLab.

    python -m tools.screenshot

It shows what a learner sees while an arrow key of a control is held.
"""

import io
import pathlib
import shutil
import tempfile

from PIL import Image

from tools import ROOT
from tools.lab import browser_page, jupyter_server, open_notebook, run_all

NOTEBOOK = "notebooks/08_vanishing_and_exploding_gradients.ipynb"
PICTURE = ROOT / "docs" / "notebook_08.gif"
STEPS = 32  # of the control, from a gradient that vanishes to one that explodes
DURATION = 120  # milliseconds of a picture
COLOURS = 32
MOST = 2_000_000  # bytes of the moving picture


def main():
    """Run the notebook in a copy, move its explorer, and save what the page shows."""
    PICTURE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(ROOT / "notebooks", pathlib.Path(copy) / "notebooks")
        with jupyter_server(copy) as (address, token), browser_page(1180, 760) as page:
            open_notebook(page, address, token, NOTEBOOK)
            run_all(page, seconds=300)
            explorer = page.locator(".live-figure").filter(has_text="sequence length")
            save(moving(explorer.filter(has_text="initialisation")))
    size = PICTURE.stat().st_size / 1000
    print(f"{PICTURE.relative_to(ROOT)}: {size:.0f} kB")


def moving(explorer):
    """Return what the explorer shows while a hand holds the scale's arrow key."""
    explorer.evaluate("figure => figure.scrollIntoView({block: 'center'})")
    slider = explorer.get_by_role("slider", name="scale of the weights")
    slider.focus()
    pictures = []
    for _ in range(STEPS):
        slider.press("ArrowRight")
        explorer.page.wait_for_timeout(250)
        pictures.append(Image.open(io.BytesIO(explorer.screenshot())).convert("RGB"))
    return pictures


def save(pictures):
    """Write the pictures as one that moves, there and back.

    Raises:
        ValueError: if it is too large for a README.
    """
    few = [picture.quantize(COLOURS) for picture in pictures]
    there_and_back = [*few, *few[-2:0:-1]]
    there_and_back[0].save(
        PICTURE,
        save_all=True,
        append_images=there_and_back[1:],
        duration=DURATION,
        loop=0,
        optimize=True,
    )
    if (size := PICTURE.stat().st_size) > MOST:
        raise ValueError(f"{PICTURE.name} may have {MOST:,} bytes; it has {size:,}")


if __name__ == "__main__":
    main()
