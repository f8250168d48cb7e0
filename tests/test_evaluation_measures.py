"""What a digest must keep, measured on translations that kept it and on some that did not."""

from __future__ import annotations

import pytest

from digestlang.digest.document import Format
from digestlang.evaluation.measures import Case, length_class, measure
from digestlang.languages import Direction

NUMBERED = "It has 3 million users and 12% growth."
MARKED = "Run `make` and see [docs](https://e.org/a)."
EN_KO, KO_EN = Direction.parse("en-ko"), Direction.parse("ko-en")


def case(
    source: str, hypothesis: str, direction: Direction = EN_KO, format_: Format = Format.MARKDOWN
) -> Case:
    return Case(source, hypothesis, "참고 번역", direction, format_)


@pytest.mark.parametrize(
    ("name", "source", "hypothesis", "direction", "expected"),
    [
        ("numbers kept", NUMBERED, "이용자는 300만 명, 12% 성장.", EN_KO, 1),
        ("numbers kept", NUMBERED, "이용자는 300만 명, 21% 성장.", EN_KO, 0.5),
        ("numbers kept", "No numbers here.", "숫자가 없습니다.", EN_KO, None),
        ("names kept", "LLaVA and GPT-4 see.", "LLaVA와 GPT-4는 봅니다.", EN_KO, 1),
        ("names kept", "LLaVA and BERT see.", "라바와 BERT는 봅니다.", EN_KO, 0.5),
        ("markup kept", MARKED, "`make`를 실행하고 [문서](https://e.org/a)를 보세요.", EN_KO, 1),
        ("markup kept", MARKED, "`make`를 실행하고 문서를 보세요.", EN_KO, 0.5),
        ("markup kept", "A **bold** and `code`.", "**굵은** 것과 code.", EN_KO, 0.5),
        ("markup kept", "A **bold** word.", "<strong>굵은(bold)</strong>를 씁니다.", EN_KO, 1),
        ("structure kept", "# Title\n\nText here.", "# 제목\n\n본문입니다.", EN_KO, 1),
        ("structure kept", "# Title\n\nText here.", "제목\n\n본문입니다.", EN_KO, 0),
        ("purity", "모델입니다.", "It is a 모델.", KO_EN, 5 / 7),
        ("purity", "It is big.", "크다 very.", EN_KO, 2 / 6),
        ("purity", "It is BERT.", "버트 BERT.", EN_KO, 1),
        ("length ratio", "x", "12345", EN_KO, 1),
        ("loops", "It is good.", "좋다 좋다 좋다 좋다 좋다 좋다.", EN_KO, 1),
        ("loops", "It is good.", "좋습니다.", EN_KO, 0),
        ("copied", "It is a good model.", "It is a good model.", EN_KO, 1),
        ("copied", "BERT, LLaVA", "BERT, LLaVA", EN_KO, 0),
        ("empty", "It is good.", " . ", EN_KO, 1),
    ],
)  # fmt: skip
def test_measures(
    name: str, source: str, hypothesis: str, direction: Direction, expected: float | None
) -> None:
    found = measure([case(source, hypothesis, direction)])[name]
    assert found == (expected if expected is None else pytest.approx(expected))


def test_a_measure_is_over_all_cases_not_the_mean_of_theirs() -> None:
    cases = [
        case("We ran 1, 2 and 3.", "1, 2, 3을 돌렸습니다."),
        case("We ran 4.", "5를 돌렸습니다."),
        case("We ran none.", "돌리지 않았습니다."),
    ]
    assert measure(cases)["numbers kept"] == pytest.approx(3 / 4)


def test_plain_text_has_no_markup() -> None:
    starred = case("2 * 3 * 4 is it.", "2 * 3 * 4입니다.", format_=Format.TEXT)
    assert measure([starred])["markup kept"] is None


def test_flags_are_the_checks_of_the_pipeline() -> None:
    assert case("It has 12 users.", "이용자가 있습니다.").flags() == ["numbers"]
    assert case("It has 12 users.", "이용자 12명이 있습니다.").flags() == []


@pytest.mark.parametrize(
    ("words", "name"),
    [(1, "1–9"), (9, "1–9"), (10, "10–19"), (39, "30–39"), (79, "40–79"), (80, "80 and more")],
)
def test_length_classes(words: int, name: str) -> None:
    assert length_class("w " * words) == name
