"""How Sphinx builds these pages: ``pip install '.[docs]' && sphinx-build -W -b html docs docs/_build/html``.

Nothing is fetched: formulas are MathML, pictures are drawn by the build, and no other project's index is asked.
"""

import sys
from pathlib import Path

import matplotlib as mpl
import ziamath
from sphinx_gallery.sorting import ExplicitOrder

import maruyama

HERE = Path(__file__).parent
MATH_FONT = Path(ziamath.__file__).parent / "fonts" / "STIXTwoMath-Regular.ttf"  # all that is used of this package
EXAMPLES = HERE.parent / "examples"
LECTURE = [  # the order of its headings; what is not listed comes last
    "generation_as_sampling",
    "trajectories_and_flows",
    "blow_up",
    "linear_ode",
    "eulers_error",
    "flow_model",
    "brownian_motion",
    "sde",
    "state_dependent_diffusion",
    "ornstein_uhlenbeck",
    "diffusion_model",
    "conditional_generation",
    "digits",
    "option_price",
]
HAS_EXAMPLES = any((EXAMPLES / name).is_file() for name in ("README.txt", "README.rst", "GALLERY_HEADER.rst"))

sys.path.insert(0, str(HERE / "_ext"))
mpl.use("Agg")

project = "maruyama"
author = "the maruyama developers"
copyright = author
release = version = maruyama.__version__

extensions = [
    "command_line",
    "mathml",
    "matplotlib.sphinxext.plot_directive",
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
]
templates_path = ["_templates"]
suppress_warnings = ["ref.python"]  # names in the shapes of arguments, as dim, are not links
exclude_patterns = ["_build", "gallery/*.py", "gallery/*.ipynb"]
highlight_language = "none"
default_role = "autolink"  # `name` in a docstring links where there is such a name

myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 3
html_math_renderer = "mathml"

autosummary_generate = True
autodoc_typehints = "none"  # the docstrings name the types, with their shapes
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "inherited-members": True}
autodoc_preserve_defaults = True  # np.float64, and not what its repr is
numpydoc_show_class_members = False  # autodoc lists them, with what they say
toc_object_entries_show_parents = "hide"
maximum_signature_line_length = 100
python_use_unqualified_type_names = True

plot_include_source = True
plot_html_show_source_link = False
plot_html_show_formats = False
plot_formats = [("svg", 90)]
plot_rcparams = {
    "figure.figsize": (7.0, 3.6),
    "savefig.bbox": "tight",
    "axes.spines.top": False,
    "axes.spines.right": False,
}

html_theme = "pydata_sphinx_theme"
html_title = f"maruyama {version}"
html_static_path = ["_static", str(MATH_FONT)]
html_css_files = ["maruyama.css"]
html_sidebars = {"faq": []}
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "maruyama"},
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": True,
    "navigation_with_keys": False,
}

if HAS_EXAMPLES:
    extensions.append("sphinx_gallery.gen_gallery")
    sphinx_gallery_conf = {
        "examples_dirs": str(EXAMPLES),
        "gallery_dirs": "gallery",
        "filename_pattern": r"/plot_",
        "within_subsection_order": ExplicitOrder([f"plot_{name}.py" for name in LECTURE] + ["*"]),
        "download_all_examples": False,
        "show_signature": False,
        "abort_on_example_error": True,
        "remove_config_comments": True,
        "min_reported_time": 1,
        "write_computation_times": False,  # such a page fetches its scripts from elsewhere
    }
else:
    suppress_warnings.append("toc.glob")  # the start page lists the gallery where there is one
