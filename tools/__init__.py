"""How notebooks, data, results, pictures and measurements of the course are made.

Each is run from the folder of the course, and ``make`` has a target for most of them:

python -m tools.notebooks     re-execute and normalise the notebooks
python -m tools.data          rebuild data/ and compare it with its manifest
python -m tools.ladder        make the results of notebook 12 anew
python -m tools.bench         measure speed as ratios against rivals
python -m tools.site          build the web edition in build/site/
python -m tools.portable      run notebooks and tests as other machines would
python -m tools.grading       grade a small class with nbgrader, and compare
python -m tools.screenshot    take the moving picture in the README
python -m tools.terms         write the index of terms in docs/
python -m tools.fonts         cut the fonts of the live figures and of formulas
python -m tools.lock          write down the versions that are installed

Two modules serve others: ``lab`` drives JupyterLab in a browser, for tests, bench and
screenshot, and ``backend`` is what pip asks when it is to build the course.
"""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[1]
