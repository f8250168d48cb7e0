"""Text to the token strings of each model family, by its own sentencepiece models.

CTranslate2 takes tokens as strings; sentencepiece gives them without loading transformers, which
takes seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import sentencepiece

from digestlang.errors import ModelError
from digestlang.languages import Direction
from digestlang.models import Family, Model


class Tokenizer(Protocol):
    """Text to and from one model's tokens in one direction."""

    def encode(self, text: str, direction: Direction) -> list[str]:
        """The source tokens, with the language token and end of sentence the model expects."""
        ...

    def decode(self, tokens: Sequence[str], direction: Direction) -> str:
        """The text of target tokens; special tokens are left out."""
        ...

    def target_prefix(self, direction: Direction) -> list[str]:
        """The tokens every translation starts with."""
        ...


def load_tokenizer(model: Model) -> Tokenizer:
    """Return the tokenizer of a model.

    Raises:
        ModelError: if its sentencepiece files are missing or damaged.
    """
    return _MarianTokenizer(model) if model.family is Family.MARIAN else _ManyToManyTokenizer(model)


class _MarianTokenizer:
    """MarianMT: one sentencepiece model a side; many-target models start with ``>>xx<<``."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._source = _load(model, "source.spm")
        self._target = _load(model, "target.spm")

    def encode(self, text: str, direction: Direction) -> list[str]:
        token = self._model.target_tokens.get(direction.target)
        return [*([token] if token else []), *self._source.encode(text, out_type=str), "</s>"]

    def decode(self, tokens: Sequence[str], direction: Direction) -> str:
        return str(self._target.decode([token for token in tokens if token not in _SPECIAL]))

    def target_prefix(self, direction: Direction) -> list[str]:
        return []


class _ManyToManyTokenizer:
    """NLLB-200 and M2M-100: one sentencepiece model; language tokens lead source and target."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._pieces = _load(model, "sentencepiece.bpe.model")

    def encode(self, text: str, direction: Direction) -> list[str]:
        token = self._model.target_tokens[direction.source]
        return [token, *self._pieces.encode(text, out_type=str), "</s>"]

    def decode(self, tokens: Sequence[str], direction: Direction) -> str:
        special = _SPECIAL | set(self._model.target_tokens.values())
        return str(self._pieces.decode([token for token in tokens if token not in special]))

    def target_prefix(self, direction: Direction) -> list[str]:
        return [self._model.target_tokens[direction.target]]


_SPECIAL = {"<pad>", "<s>", "</s>", "<unk>"}


def _load(model: Model, name: str) -> sentencepiece.SentencePieceProcessor:
    processor = sentencepiece.SentencePieceProcessor()
    try:
        processor.load(str(model.path / name))
    except (OSError, RuntimeError):
        raise ModelError(
            f"model {model.name}: {model.path / name} is missing or damaged; "
            "install the model again"
        ) from None
    return processor
