"""Formulas as MathML, which browsers draw by themselves: no script, no network, no LaTeX.

docutils translates the TeX; a formula that it cannot translate is a warning, and so ends a build with ``-W``.
"""

from docutils import nodes
from docutils.utils.math import MathError, wrap_math_code
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

_log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer, for ``html_math_renderer = "mathml"``."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(writer: HTML5Translator, node: nodes.math) -> None:
    writer.body.append(_mathml(node.astext(), node, block=False))
    raise nodes.SkipNode


def _block(writer: HTML5Translator, node: nodes.math_block) -> None:
    code = wrap_math_code(node.astext(), as_block=True)
    writer.body.append(f'<div class="math">{_mathml(code, node, block=True)}</div>\n')
    raise nodes.SkipNode


def _mathml(tex: str, node: nodes.Element, *, block: bool) -> str:
    try:
        return str(tex2mathml(tex, as_block=block))
    except MathError as error:
        _log.warning("%r cannot be translated into MathML: %s", tex, error, location=node)
        return f"<code>{nodes.unescape(tex)}</code>"
