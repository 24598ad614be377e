"""Known answers, run on the user's own machine: ``maruyama verify``. A leaf: only the command line imports it.

Noise comes first, for everything else is made of it.
"""

from maruyama.verify.bits import bit_cases
from maruyama.verify.case import Case, Outcome
from maruyama.verify.finance import finance_cases
from maruyama.verify.first_passage import first_passage_cases
from maruyama.verify.flow import flow_cases
from maruyama.verify.linear import linear_cases

__all__ = ["Case", "Outcome", "all_cases"]


def all_cases() -> list[Case]:
    """Every known answer, in the order of the table."""
    return [*bit_cases(), *flow_cases(), *linear_cases(), *finance_cases(), *first_passage_cases()]
