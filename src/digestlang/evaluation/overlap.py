"""Whether texts of an evaluation set occur elsewhere: in training data, or in a memory."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from digestlang.evaluation.pairs import Pair

_NOT_WORD = re.compile(r"[^\w]+|_")


def words(text: str) -> list[str]:
    """The words of a text in the form texts are compared in: NFKC, lower case, no punctuation."""
    return _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).lower()).split()


def ngrams(tokens: list[str], n: int) -> set[tuple[str, ...]]:
    """The distinct n-grams of a list of words."""
    return {tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)}


@dataclass(frozen=True, slots=True)
class Overlap:
    """A text that occurs elsewhere: the index of the held-out text, and in what way it does."""

    index: int
    kind: str  # equal, 8-gram, 4-grams


class HeldOut:
    """Tells whether a text equals or nearly equals one that is held out.

    Three tests, each on the words as :func:`words` gives them: equality; containment, when at least
    half of the word 4-grams of the shorter of the two texts occur in the other one; and a shared
    run of eight words (Brown et al. 2020 test for benchmark overlap in that way, with 13) together
    with a quarter of the 4-grams. The run alone will not do: 'the principal implication for AI
    practitioners is that' stands in every third digest.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._equal: dict[str, int] = {}
        self._runs: set[tuple[str, ...]] = set()
        self._sizes: list[int] = []
        self._texts_with: dict[tuple[str, ...], list[int]] = {}
        for index, text in enumerate(texts):
            tokens = words(text)
            self._equal.setdefault(" ".join(tokens), index)
            self._runs |= ngrams(tokens, 8)
            grams = ngrams(tokens, 4)
            self._sizes.append(len(grams))
            for gram in grams:
                self._texts_with.setdefault(gram, []).append(index)

    def find(self, text: str) -> Overlap | None:
        """The held-out text that a text overlaps with; None where it is far from all of them.

        Containment asks for four shared 4-grams at least, so that a stock phrase is no match.
        """
        tokens = words(text)
        joined = " ".join(tokens)
        if joined in self._equal:
            return Overlap(self._equal[joined], "equal")
        grams = ngrams(tokens, 4)
        shared: dict[int, int] = {}
        for gram in grams:
            for index in self._texts_with.get(gram, ()):
                shared[index] = shared.get(index, 0) + 1
        if not shared:
            return None
        run = any(gram in self._runs for gram in ngrams(tokens, 8))
        for index, count in shared.items():
            part = count / min(len(grams), self._sizes[index])
            if count >= 4 and part >= (0.25 if run else 0.5):
                return Overlap(index, "8-gram" if run else "4-grams")
        return None


@dataclass(frozen=True, slots=True)
class Leak:
    """A pair that is not held out: where its text occurs, as which item there, and how alike."""

    pair: Pair
    where: str
    number: int
    kind: str

    def __str__(self) -> str:
        return f"{self.pair.id} ({self.where}, item {self.number}, {self.kind})"


_SHORTEST = 4  # words; two texts of fewer may be alike by chance


def find_leaks(
    pairs: Sequence[Pair], places: Iterable[tuple[str, Iterable[Iterable[str]]]]
) -> list[Leak]:
    """Return the first occurrence of every pair any of whose texts stands in one of the places.

    A place is what it is called and its items, each an iterable of texts: a training corpus with
    its pairs, a translation memory with its entries.
    """
    held = [
        (text, pair)
        for pair in pairs
        for texts in pair.texts.values()
        for text in texts
        if len(words(text)) >= _SHORTEST
    ]
    held_out = HeldOut(text for text, _ in held)
    found: dict[str, Leak] = {}
    for where, items in places:
        for number, texts in enumerate(items, start=1):
            for text in texts:
                overlap = held_out.find(text)
                if overlap is not None:
                    pair = held[overlap.index][1]
                    found.setdefault(pair.id, Leak(pair, where, number, overlap.kind))
    return list(found.values())
