"""Read the parallel corpora, filter them, and keep them apart from the evaluation sets."""

from __future__ import annotations

import lzma
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

NOT_WORD = re.compile(r"[^\w]+|_")
DIGITS = re.compile(r"\d+")
HANGUL = re.compile(r"[가-힣]")


@dataclass(frozen=True, slots=True)
class Pair:
    """One aligned pair: `source` names its origin; digest pairs carry their id as well."""

    source: str
    en: str
    ko: str
    score: float = 0.0
    id: str = ""


def read_corpus(path: Path) -> Iterator[Pair]:
    """Yield the pairs of a corpus file: `id, en, ko` or `source, score, en, ko`, tab separated.

    Digest ids start with a letter for their kind (p, k, b, n, w); the source becomes `digest-p` …
    """
    with (
        lzma.open(path, "rt", encoding="utf-8")
        if path.suffix == ".xz"
        else path.open(encoding="utf-8") as lines
    ):
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) == 3:
                identifier, en, ko = fields
                yield Pair(f"digest-{identifier[0]}", en, ko, id=identifier)
            else:
                source, score, en, ko = fields
                yield Pair(source, en, ko, float(score))


def words(text: str) -> list[str]:
    """The words of a text in the form texts are compared in: NFKC, lower case, no punctuation."""
    return NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text).lower()).split()


def ngrams(tokens: list[str], n: int) -> set[tuple[str, ...]]:
    """The distinct n-grams of a list of words."""
    return {tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)}


class EvaluationFilter:
    """Tells whether a text equals or nearly equals a line of the evaluation sets.

    Three tests, each on the words as `words` gives them:
    equality; containment, when at least half of the word 4-grams of the shorter of the two texts
    occur in the other one; and a shared run of eight words (Brown et al. 2020 test for benchmark
    overlap in that way, with 13) together with a quarter of the 4-grams. The run alone will not
    do: 'the principal implication for AI practitioners is that' stands in every third digest.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.equal: set[str] = set()
        self.runs: set[tuple[str, ...]] = set()
        self.sizes: list[int] = []
        self.lines_with: dict[tuple[str, ...], list[int]] = {}
        for index, line in enumerate(lines):
            tokens = words(line)
            self.equal.add(" ".join(tokens))
            self.runs |= ngrams(tokens, 8)
            grams = ngrams(tokens, 4)
            self.sizes.append(len(grams))
            for gram in grams:
                self.lines_with.setdefault(gram, []).append(index)

    def reason(self, text: str) -> str | None:
        """`equal`, `8-gram`, `4-grams`, or None where the text is far from every evaluation line.

        Containment asks for four shared 4-grams at least, so that a stock phrase is no match.
        """
        tokens = words(text)
        if " ".join(tokens) in self.equal:
            return "equal"
        run = any(gram in self.runs for gram in ngrams(tokens, 8))
        grams = ngrams(tokens, 4)
        shared: dict[int, int] = {}
        for gram in grams:
            for index in self.lines_with.get(gram, ()):
                shared[index] = shared.get(index, 0) + 1
        for index, count in shared.items():
            part = count / min(len(grams), self.sizes[index])
            if count >= 4 and part >= (0.25 if run else 0.5):
                return "8-gram" if run else "4-grams"
        return None


def template(text: str) -> str:
    """A key under which lines that differ only in numbers, case and punctuation fall together."""
    return DIGITS.sub("0", " ".join(words(text)))


def plausible(pair: Pair, minimum_score: float) -> bool:
    """Whether a pair looks like a translation: aligner's score, script of each side, lengths.

    A Korean line needs Hangul, an English one must have none, and the ratio of characters has to
    lie between 0.8 and 5 English to one Korean (very short lines are spared).
    """
    if pair.score < minimum_score or not HANGUL.search(pair.ko) or HANGUL.search(pair.en):
        return False
    return len(pair.ko) < 12 or 0.8 <= len(pair.en) / len(pair.ko) <= 5
