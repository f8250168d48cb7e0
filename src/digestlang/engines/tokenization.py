"""Text to the token strings of each model family, by its own sentencepiece models.

CTranslate2 takes tokens as strings; sentencepiece gives them without loading transformers, which
takes seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import sentencepiece

from digestlang.alignment import Place
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

    def source_places(self, text: str, direction: Direction) -> list[Place]:
        """Where in a source each of its tokens stands; special ones nowhere."""
        ...

    def target_pieces(self, text: str) -> tuple[list[str], list[Place]]:
        """The tokens of a translation, without special ones, and where each stands."""
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

    def source_places(self, text: str, direction: Direction) -> list[Place]:
        token = self._model.target_tokens.get(direction.target)
        return [*([_NOWHERE] if token else []), *_pieces(self._source, text)[1], _NOWHERE]

    def target_pieces(self, text: str) -> tuple[list[str], list[Place]]:
        return _pieces(self._target, text)

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

    def source_places(self, text: str, direction: Direction) -> list[Place]:
        return [_NOWHERE, *_pieces(self._pieces, text)[1], _NOWHERE]

    def target_pieces(self, text: str) -> tuple[list[str], list[Place]]:
        return _pieces(self._pieces, text)

    def target_prefix(self, direction: Direction) -> list[str]:
        return [self._model.target_tokens[direction.target]]


_SPECIAL = {"<pad>", "<s>", "</s>", "<unk>"}
_NOWHERE = (0, 0)


def _pieces(
    processor: sentencepiece.SentencePieceProcessor, text: str
) -> tuple[list[str], list[Place]]:
    found = processor.encode(text, return_type="offset_mapping")
    return found["pieces"], found["offsets"]


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
