"""Labels with a fixed translation."""

from __future__ import annotations

import pytest

from digestlang.glossary import label
from digestlang.languages import Direction

KO_EN, EN_KO = Direction.parse("ko-en"), Direction.parse("en-ko")


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("Title", "제목"),
        ("Summary", "요약"),
        ("What's New", "새로운 점"),
        ("Follow-up questions", "후속 질문"),
        ("Papers for 2024-10-14", "2024-10-14 논문"),
        ("Daily Papers (2024-09-27)", "오늘의 논문 (2024-09-27)"),
    ],
)
def test_labels_go_there_and_back(english: str, korean: str) -> None:
    assert label(english, EN_KO) == korean
    assert label(korean, KO_EN) == english


@pytest.mark.parametrize("spelling", ["SUMMARY", "summary", "  Summary ", "Authors", "Author"])
def test_case_and_spacing_make_no_difference(spelling: str) -> None:
    assert label(spelling, EN_KO) in ("요약", "저자")
    assert label("What’s  \n New", EN_KO) == "새로운 점"


@pytest.mark.parametrize(
    "text",
    ["", "Summaries", "Summary of results", "a title", "Papers for you", "Daily Papers 2024 x"],
)
def test_only_whole_labels_are_known(text: str) -> None:
    assert label(text, EN_KO) is None


def test_a_label_of_the_target_language_is_not_looked_up() -> None:
    assert label("제목", EN_KO) is None
    assert label("Title", KO_EN) is None
