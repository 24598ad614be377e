"""The tracer: a NumPy function becomes a program of the core. It never runs one; `compiled` does.

Read in this order: ``operations`` (what the core can), ``graph`` (values by number), ``peephole`` (cheaper forms),
``array`` (the symbolic array), ``rules`` and the modules that fill its tables (``movement``, ``elementwise``,
``reductions``, ``products``, ``choices``, ``creation``, ``linear_algebra``, ``differences``, ``special``,
``entered``), ``trace`` (calling the function), ``states`` (functions of one state), ``lower``, ``pairs``, ``schedule``
and ``registers`` (from the graph to the program), ``text`` (the program), ``keys`` and ``surroundings`` (what a program
depends on), ``programs`` (those that are kept),
``compiled`` (what the user holds).
"""

from maruyama.tracing.compiled import CompiledFunction, attribute, compile
from maruyama.tracing.errors import TracingError

__all__ = ["CompiledFunction", "TracingError", "attribute", "compile"]
