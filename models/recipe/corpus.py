"""Read the parallel corpora and filter them."""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from digestlang.evaluation.overlap import words

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
