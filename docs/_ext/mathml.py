"""Formulas as MathML, which browsers draw by themselves: no script, no network, no LaTeX.

latex2mathml translates the TeX; a command that it leaves as it is is a warning, and so ends a build with ``-W``.
"""

import re

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

_log = logging.getLogger(__name__)
_LEFT = re.compile(r">\s*(\\[A-Za-z]+)")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer, for ``html_math_renderer = "mathml"``."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(writer: HTML5Translator, node: nodes.math) -> None:
    writer.body.append(_mathml(node, "inline"))
    raise nodes.SkipNode


def _block(writer: HTML5Translator, node: nodes.math_block) -> None:
    writer.body.append(f'<div class="math">{_mathml(node, "block")}</div>\n')
    raise nodes.SkipNode


def _mathml(node: nodes.Element, display: str) -> str:
    mathml = convert(node.astext(), display=display)
    if left := _LEFT.findall(mathml):
        _log.warning("%s of %r is not translated into MathML", ", ".join(left), node.astext(), location=node)
    return str(mathml)
