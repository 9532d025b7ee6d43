"""Sphinx's configuration: the pages are written by ``tools.site`` beforehand."""

project = "Recurrent neural networks, hands on"
html_title = project
language = "en"
extensions = ["myst_nb", "sphinxcontrib.katex"]
exclude_patterns = ["_static"]
suppress_warnings = ["mystnb.unknown_mime_type"]

nb_execution_mode = "off"
nb_render_plugin = "default"
nb_mime_priority_overrides = [("html", "text/html", 0)]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3

katex_css_path = "katex-math.css"  # MathML needs no more
katex_inline = [r"\(", r"\)"]
katex_display = [r"\[", r"\]"]
katex_options = 'output: "mathml", throwOnError: false'

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css", "live.css"]
html_js_files = ["live.js", "recorded.js", "exercises.js", "page.js"]
html_copy_source = False
html_show_sourcelink = False
