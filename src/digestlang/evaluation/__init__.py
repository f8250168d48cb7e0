"""Evaluation on held-out pairs: sets, systems, metrics, measures, guards, results, the page."""

from digestlang.evaluation.harness import evaluate, result
from digestlang.evaluation.pairs import Pair, PairSet, load_set, set_names
from digestlang.evaluation.results import Evaluation, Result, read_result
from digestlang.evaluation.systems import System, read_stored, translate_raw, translate_set

__all__ = [
    "Evaluation",
    "Pair",
    "PairSet",
    "Result",
    "System",
    "evaluate",
    "load_set",
    "read_result",
    "read_stored",
    "result",
    "set_names",
    "translate_raw",
    "translate_set",
]
