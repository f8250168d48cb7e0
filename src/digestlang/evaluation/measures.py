"""What a digest must not lose, measured on a translation: numbers, names, markup, the language.

Every measure gives a part and a whole; over a set both are summed, so that each is a ratio. Beside
a system's figure stands the reference's own: a human translation spells out a number now and then,
and keeps a Latin word.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from digestlang import quality
from digestlang.digest.document import Document, Format
from digestlang.digest.markdown import read_markdown
from digestlang.digest.outline import copied as copied_inlines
from digestlang.digest.outline import outline
from digestlang.digest.plain_text import read_text
from digestlang.languages import Direction, Language

_HANGUL = re.compile("[가-힣]")
_LETTER = re.compile(r"[^\W\d_]")
_COMMON_WORD = re.compile(r"\b[a-z]{3,}\b")  # a Latin word that is no name


def document_of(text: str, format_: Format) -> Document:
    """A text read as a digest of a format."""
    return read_text(text) if format_ is Format.TEXT else read_markdown(text)


@dataclass(slots=True)
class Case:
    """One translation to measure, beside its source and first reference."""

    source: str
    hypothesis: str
    reference: str
    direction: Direction
    format: Format
    source_words: str = field(init=False)
    words: str = field(init=False)
    documents: tuple[Document, Document] = field(init=False)

    def __post_init__(self) -> None:
        self.documents = (
            document_of(self.source, self.format),
            document_of(self.hypothesis, self.format),
        )
        self.source_words, self.words = map(_words, self.documents)

    def flags(self) -> list[str]:
        """The names of the checks (see quality) that the translation fails."""
        return quality.reported(quality.check(self.source_words, self.words, self.direction))


Ratio = tuple[float, float]


def numbers_kept(case: Case) -> Ratio:
    """Numbers of the source that stand in the translation: in digits, scaled or in words."""
    of = len(quality.numbers(case.source_words))
    return of - len(quality.lost_numbers(case.source_words, case.words, case.direction)), of


def names_kept(case: Case) -> Ratio:
    """Names in Latin letters that the translation spells as the source does."""
    of = len(quality.names(case.source_words))
    return of - len(quality.lost_names(case.source_words, case.words, case.direction)), of


def markup_kept(case: Case) -> Ratio:
    """Code, formulas, addresses, links and emphasis of the source that the translation has."""
    wanted, given = (
        sum(map(copied_inlines, document.segments), Counter()) for document in case.documents
    )
    return (wanted & given).total(), wanted.total()


def structure_kept(case: Case) -> Ratio:
    """Whether the translation has the blocks of the source, in the same order."""
    first, second = ([block.kind for block in outline(document)] for document in case.documents)
    return float(first == second), 1


def purity(case: Case) -> Ratio:
    """Letters in the script of the target language; names in Latin letters do not count."""
    hangul = len(_HANGUL.findall(case.words))
    if case.direction.target is Language.ENGLISH:
        letters = len(_LETTER.findall(case.words))
        return letters - hangul, letters
    return hangul, hangul + sum(map(len, _COMMON_WORD.findall(case.words)))


def length_ratio(case: Case) -> Ratio:
    """Characters of the translation to characters of the reference."""
    return len(case.hypothesis), len(case.reference)


def loops(case: Case) -> Ratio:
    """Translations that repeat words back to back."""
    return float(bool(quality.loop(case.source_words, case.words, case.direction))), 1


def copied(case: Case) -> Ratio:
    """Sources that came back untranslated though they had words to translate."""
    same = case.source_words.split() == case.words.split()
    return float(same and quality.needs_translation(case.source_words, case.direction)), 1


def empty(case: Case) -> Ratio:
    """Translations without a word."""
    return float(bool(quality.empty(case.source, case.hypothesis, case.direction))), 1


MEASURES: dict[str, Callable[[Case], Ratio]] = {
    "numbers kept": numbers_kept,
    "names kept": names_kept,
    "markup kept": markup_kept,
    "structure kept": structure_kept,
    "purity": purity,
    "length ratio": length_ratio,
    "loops": loops,
    "copied": copied,
    "empty": empty,
}


def measure(cases: Iterable[Case]) -> dict[str, float | None]:
    """Every measure over a set, as a ratio; None where there was nothing to measure."""
    sums = {name: (0.0, 0.0) for name in MEASURES}
    for case in cases:
        for name, one in MEASURES.items():
            part, whole = one(case)
            sums[name] = sums[name][0] + part, sums[name][1] + whole
    return {name: part / whole if whole else None for name, (part, whole) in sums.items()}


def _words(document: Document) -> str:
    return " ".join(segment.text for segment in document.segments)


LENGTHS = ("1–9", "10–19", "20–29", "30–39", "40–79", "80 and more")
_STARTS = (10, 20, 30, 40, 80)


def length_class(text: str) -> str:
    """The class in :data:`LENGTHS` of a text, by its words between spaces."""
    return LENGTHS[bisect_right(_STARTS, len(text.split()))]
