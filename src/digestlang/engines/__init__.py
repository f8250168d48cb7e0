"""Engines: one protocol and a table of what implements it; heavy imports wait until one is made."""

from __future__ import annotations

from collections.abc import Callable

from digestlang.engines.base import DecodingOptions, Engine, Hypothesis, IdentityEngine
from digestlang.models import Model

__all__ = ["ENGINES", "DecodingOptions", "Engine", "Hypothesis", "IdentityEngine", "load_engine"]


def _ctranslate2(model: Model, options: DecodingOptions) -> Engine:
    from digestlang.engines.ctranslate2 import CTranslate2Engine

    return CTranslate2Engine(model, options)


def _transformers(model: Model, options: DecodingOptions) -> Engine:
    from digestlang.engines.transformers import TransformersEngine

    return TransformersEngine(model, options)


ENGINES: dict[str, Callable[[Model, DecodingOptions], Engine]] = {
    "ctranslate2": _ctranslate2,
    "transformers": _transformers,
}


def load_engine(name: str, model: Model, options: DecodingOptions) -> Engine:
    """Make the engine of a name in :data:`ENGINES` for a model.

    Raises:
        ModelError: if the model is damaged or the engine cannot load it.
    """
    return ENGINES[name](model, options)
