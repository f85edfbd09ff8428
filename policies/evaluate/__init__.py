"""From a rule to conditions on a fact sheet, and from stored evidence to a sentence: docs/pack-format.md."""

from policies.evaluate.compiling import Compiled, RuleFault, Trit, compile_rule
from policies.evaluate.evidence import evidence_expression, evidence_of, parse_evidence
from policies.evaluate.limits import Limit, limit_of, limits_of, limits_text, limits_zh, parse_limits
from policies.evaluate.saying import observed, percent_of, quotient, say

__all__ = [
    "Compiled", "Limit", "RuleFault", "Trit", "compile_rule", "evidence_expression", "evidence_of", "limit_of",
    "limits_of", "limits_text", "limits_zh", "observed", "parse_evidence", "parse_limits", "percent_of", "quotient", "say",
]  # fmt: skip
