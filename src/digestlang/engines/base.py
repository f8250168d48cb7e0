"""What an engine is: sentences in, translations out."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self

from digestlang.alignment import Alignment
from digestlang.engines.tokenization import load_tokenizer
from digestlang.languages import DIRECTIONS, Direction
from digestlang.models import Model, verify


@dataclass(frozen=True, slots=True)
class DecodingOptions:
    """How a translation is searched for.

    ``beam_size`` hypotheses are kept at each step (1 is greedy search); ``threads`` is the number
    of CPU threads in all, 0 for one per core. No run of ``no_repeat_ngram_size`` tokens may come
    twice in a translation; 0 allows all.
    """

    beam_size: int = 4
    threads: int = 0
    no_repeat_ngram_size: int = 0

    @property
    def careful(self) -> DecodingOptions:
        """For what the usual search fails on: twice as wide, and no four tokens twice."""
        return replace(self, beam_size=2 * self.beam_size, no_repeat_ngram_size=4)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A translation, and whether it came from a translation memory.

    ``alternatives`` are what else the same search found, best first: they cost nothing, and one of
    them may have kept a number that the best one lost.
    """

    text: str
    alternatives: tuple[str, ...] = ()
    remembered: bool = False

    @classmethod
    def best_of(cls, texts: Sequence[str]) -> Hypothesis:
        """The first of a beam's texts, with the others that differ from it as alternatives."""
        first, *others = dict.fromkeys(texts)
        return cls(first, tuple(others))


class Engine(Protocol):
    """Anything that translates sentences.

    ``key`` names the model, its weights and the decoding options: two engines with the same key
    give the same translations, so it is what a translation memory stores them under.
    ``placeholders`` says whether the model carries ``⟦1⟧`` through, ``directions`` what it can do.
    """

    @property
    def key(self) -> str: ...

    @property
    def placeholders(self) -> bool: ...

    @property
    def directions(self) -> frozenset[Direction]: ...

    def fits(self, source: str, direction: Direction) -> bool:
        """Whether a sentence is short enough to be translated whole."""
        ...

    def careful(self) -> Engine:
        """The same model, searching longer: for sentences the usual search fails on."""
        ...

    def translate(self, sources: Sequence[str], direction: Direction) -> list[Hypothesis]:
        """Translate sentences, in any order inside, returned in the order given."""
        ...

    def align(self, source: str, target: str, direction: Direction) -> Alignment:
        """Which words of a translation, the engine's own or not, stand for which of its source."""
        ...


class ModelEngine(ABC):
    """What the engines that run a checkpoint have in common. ``runtime`` says how they run it."""

    def __init__(self, model: Model, options: DecodingOptions, runtime: str) -> None:
        """Raises ModelError if a file of the model is missing or damaged."""
        verify(model, anew=False)
        self._model = model
        self._options = options
        self._runtime = runtime
        self._tokenizer = load_tokenizer(model)

    @property
    def key(self) -> str:
        model, options = self._model, self._options
        key = (
            f"{model.name}@{model.fingerprint} {self._runtime} "
            f"beam={options.beam_size} length_penalty={model.length_penalty}"
        )
        repeats = options.no_repeat_ngram_size
        return f"{key} no_repeat_ngram_size={repeats}" if repeats else key

    @property
    def placeholders(self) -> bool:
        return self._model.placeholders

    @property
    def directions(self) -> frozenset[Direction]:
        return self._model.directions

    def fits(self, source: str, direction: Direction) -> bool:
        limit = self._model.max_source_tokens
        # No piece is shorter than a byte, so that most sentences need not be tokenized to tell.
        return len(source.encode()) < limit or len(self.encode(source, direction)) <= limit

    def careful(self) -> Self:
        twin = copy.copy(self)  # of the same network in memory
        twin._options = self._options.careful
        return twin

    @abstractmethod
    def encode(self, source: str, direction: Direction) -> Sequence[int] | Sequence[str]:
        """The tokens of a sentence, special ones included, as the model takes them."""

    @abstractmethod
    def translate(self, sources: Sequence[str], direction: Direction) -> list[Hypothesis]:
        """See :class:`Engine`.

        Raises:
            UnsupportedLanguageError: if the model does not do this direction.
        """

    def align(self, source: str, target: str, direction: Direction) -> Alignment:
        """See :class:`Engine`. The model is made to say the translation, and watched."""
        tokenizer = self._tokenizer
        pieces, places = tokenizer.target_pieces(target)
        attention = [
            [round(weight, 3) for weight in row]  # so that a memory can tell the same
            for row in self.attend(source, pieces, direction)
        ]
        return Alignment(target, tokenizer.source_places(source, direction), places, attention)

    @abstractmethod
    def attend(
        self, source: str, pieces: Sequence[str], direction: Direction
    ) -> Sequence[Sequence[float]]:
        """The attention that each piece of a translation pays to each token of its source."""


class IdentityEngine:
    """Returns its input: for looking at structure without a model."""

    key = "identity"
    placeholders = True
    directions = frozenset(DIRECTIONS)

    def fits(self, source: str, direction: Direction) -> bool:
        return True

    def careful(self) -> Engine:
        return self

    def translate(self, sources: Sequence[str], direction: Direction) -> list[Hypothesis]:
        return [Hypothesis(source) for source in sources]

    def align(self, source: str, target: str, direction: Direction) -> Alignment:
        return Alignment(target, (), (), ())  # what comes back as it was needs none


_BUCKET = 16
_BATCH_TOKENS = 1024  # enough to fill a core, little enough to share out among the workers


def batches_by_length(
    lengths: Sequence[int], max_positions: int
) -> Iterator[tuple[list[int], int]]:
    """Group sentences for translation: yields (indexes, the most tokens a translation may have).

    Longest first. Only sentences whose length in tokens rounds up to the same multiple are put
    together, so that a sentence's limit, and with it its translation, never depends on the others.
    The limit stops loops (translations between Korean and English rarely differ by half in tokens)
    and keeps within the positions a network has, less two for language and end.
    """
    buckets: dict[int, list[int]] = {}
    for index, length in enumerate(lengths):
        buckets.setdefault(-(-length // _BUCKET) * _BUCKET, []).append(index)
    for bucket in sorted(buckets, reverse=True):
        size = max(1, _BATCH_TOKENS // bucket)
        for start in range(0, len(buckets[bucket]), size):
            yield buckets[bucket][start : start + size], min(2 * bucket + 16, max_positions - 2)
