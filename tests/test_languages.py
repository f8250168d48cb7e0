"""Languages and directions, however they are spelt."""

from __future__ import annotations

import pytest

from digestlang.errors import UnsupportedLanguageError
from digestlang.languages import DIRECTIONS, Direction, Language, parse_language

KOREAN = "ko kor KO ko-KR ko_KR kor_Hang >>kor<< >>kor_Hang<< __ko__ Korean 한국어".split()
ENGLISH = "en eng EN en-US en_GB eng_Latn >>eng<< >>en<< __en__ English 영어".split()


@pytest.mark.parametrize(
    ("spelling", "language"),
    [(s, Language.KOREAN) for s in [*KOREAN, " ko "]] + [(s, Language.ENGLISH) for s in ENGLISH],
)
def test_every_usual_spelling_is_understood(spelling: str, language: Language) -> None:
    assert parse_language(spelling) is language


@pytest.mark.parametrize("spelling", ["", "fr", "kok", "enm", "k", "jpn_Jpan", "koreaneese", "-ko"])
def test_other_languages_are_refused_with_those_there_are(spelling: str) -> None:
    with pytest.raises(UnsupportedLanguageError, match=r"Korean \(ko\) and English \(en\)"):
        parse_language(spelling)


def test_each_language_is_translated_into_the_other() -> None:
    for language in Language:
        assert language.other is not language
        assert language.other.other is language
        assert Direction.into(language) == Direction(language.other, language)


def test_a_direction_is_read_as_it_is_written() -> None:
    assert [str(direction) for direction in DIRECTIONS] == ["en-ko", "ko-en"]
    for direction in DIRECTIONS:
        assert Direction.parse(str(direction)) == direction
    assert Direction.parse("eng-kor_Hang") == DIRECTIONS[0]


@pytest.mark.parametrize("spelling", ["en-en", "ko", "en-fr", "", "-"])
def test_what_is_no_direction_is_refused(spelling: str) -> None:
    with pytest.raises(UnsupportedLanguageError):
        Direction.parse(spelling)
