"""The two languages, the directions between them, and every spelling of a language code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from digestlang.errors import UnsupportedLanguageError


class Language(StrEnum):
    """A language digestlang translates, valued by its ISO 639-1 code."""

    KOREAN = "ko"
    ENGLISH = "en"

    @property
    def other(self) -> Language:
        """The language a text in this one is translated into."""
        return Language.ENGLISH if self is Language.KOREAN else Language.KOREAN

    @property
    def autonym(self) -> str:
        """The language's name in itself, as a reader of it expects to see it."""
        return {"ko": "한국어", "en": "English"}[self.value]


_SPELLINGS: dict[Language, frozenset[str]] = {
    Language.KOREAN: frozenset({"ko", "kor", "kor_hang", "korean", "한국어"}),
    Language.ENGLISH: frozenset({"en", "eng", "eng_latn", "english", "영어"}),
}


def parse_language(spelling: str) -> Language:
    """Return the language meant by any usual spelling of its code.

    ISO 639-1 and 639-3 (``ko``, ``kor``), BCP 47 with a region (``ko-KR``), FLORES-200 and NLLB
    (``kor_Hang``), Marian's target tokens (``>>kor<<``), M2M-100's (``__ko__``) and names.

    Raises:
        UnsupportedLanguageError: for anything else.
    """
    code = spelling.strip().removeprefix(">>").removesuffix("<<").strip("_").lower()
    for language, spellings in _SPELLINGS.items():
        if code in spellings or code.replace("_", "-").split("-")[0] in spellings:
            return language
    raise UnsupportedLanguageError(
        f"language {spelling!r} is not supported; "
        "digestlang translates Korean (ko) and English (en)"
    )


@dataclass(frozen=True, slots=True, order=True)
class Direction:
    """From a source language into a target language; ``str`` gives ``ko-en`` or ``en-ko``."""

    source: Language
    target: Language

    def __str__(self) -> str:
        return f"{self.source}-{self.target}"

    @classmethod
    def into(cls, target: Language) -> Direction:
        """The direction whose target is ``target``."""
        return cls(target.other, target)

    @classmethod
    def parse(cls, spelling: str) -> Direction:
        """Read ``ko-en`` or ``en-ko``.

        Raises:
            UnsupportedLanguageError: if it names other languages, or the same one twice.
        """
        source, _, target = spelling.partition("-")
        direction = cls(parse_language(source), parse_language(target))
        if direction.source is direction.target:
            raise UnsupportedLanguageError(f"direction {spelling!r} names one language twice")
        return direction


DIRECTIONS = (Direction.into(Language.KOREAN), Direction.into(Language.ENGLISH))
