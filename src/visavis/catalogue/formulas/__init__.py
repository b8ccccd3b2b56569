"""The language of formula fields and conditions: read, checked against the catalogue, never executed as code."""

from visavis.catalogue.formulas.checking import RESULTS, Checked, Reads, check, check_rule
from visavis.catalogue.formulas.functions import FUNCTIONS
from visavis.catalogue.formulas.nodes import Constant, Do, FormulaError, Node, Read, ValueKind, nodes_of
from visavis.catalogue.formulas.reading import parse

__all__ = [
    "FUNCTIONS",
    "RESULTS",
    "Checked",
    "Constant",
    "Do",
    "FormulaError",
    "Node",
    "Read",
    "Reads",
    "ValueKind",
    "check",
    "check_rule",
    "nodes_of",
    "parse",
]
