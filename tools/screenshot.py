"""Take the README's picture: the gradient explorer of notebook 08, in JupyterLab.

python -m tools.screenshot
"""

import pathlib
import shutil
import tempfile

from tools import ROOT
from tools.lab import browser_page, jupyter_server, open_notebook, run_all

NOTEBOOK = "notebooks/08_vanishing_and_exploding_gradients.ipynb"
PICTURE = ROOT / "docs" / "notebook_08.png"


def main():
    """Run the notebook in a copy, move its explorer, and save what the page shows."""
    PICTURE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(ROOT / "notebooks", pathlib.Path(copy) / "notebooks")
        with jupyter_server(copy) as (address, token), browser_page(1180, 760) as page:
            open_notebook(page, address, token, NOTEBOOK)
            run_all(page, seconds=300)
            explorer = page.locator(".live-figure").filter(has_text="sequence length")
            explorer = explorer.filter(has_text="initialisation")
            explorer.get_by_label("initialisation", exact=True).select_option(
                "orthogonal"
            )
            explorer.get_by_role("slider", name="sequence length").press("End")
            explorer.evaluate("figure => figure.scrollIntoView({block: 'end'})")
            page.wait_for_timeout(1500)
            page.screenshot(path=PICTURE)
    print(f"wrote {PICTURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
