"""Checks find what would mislead a reader, and leave a right translation alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import texts

from digestlang import quality
from digestlang.languages import DIRECTIONS, Direction

EN_KO, KO_EN = Direction.parse("en-ko"), Direction.parse("ko-en")


def both_ways(english: str, korean: str) -> list[tuple[str, str, Direction]]:
    return [(english, korean, EN_KO), (korean, english, KO_EN)]


SAME_NUMBERS = [
    ("It has 3 million users.", "사용자는 300만 명입니다."),
    ("It has 3 million users.", "사용자는 3,000,000명입니다."),
    ("It has 1.5 billion words.", "단어는 15억 개입니다."),
    ("It has 2 trillion words.", "단어는 2조 개입니다."),
    ("It has 10 thousand words.", "단어는 1만 개입니다."),
    ("It has 5,000 words.", "단어는 5천 개입니다."),
    ("It has 1,024 words.", "단어는 1024개입니다."),
    ("The 7B model wins.", "7B 모델이 이깁니다."),
    ("The 7B model wins.", "70억 모델이 이깁니다."),
    ("It takes 100K steps.", "10만 단계가 걸립니다."),
    ("It gains 63.5% on it.", "63.5% 향상됩니다."),
    ("There are two models.", "모델이 2개 있습니다."),
    ("There are 2 models.", "모델이 두 개 있습니다."),
    ("There are 12 models.", "모델이 열두 개 있습니다."),
    ("The 1st of the models.", "첫 번째 모델."),
    ("In 2024 it was 3.0.", "2024년에는 3이었다."),
    ("It has 500 million users.", "사용자는 5억 명입니다."),
    ("It costs 1.2 trillion won.", "1조 2,000억 원이 듭니다."),
    ("It costs 1.23 trillion won.", "1조 2300억 원이 듭니다."),
    ("There are 12,500 of them.", "1만 2,500개가 있습니다."),
    ("There are 340 million people.", "3억 4천만 명이 있습니다."),
    ("It has 54 million profiles.", "5천4백만 개의 프로필이 있습니다."),
    ("The 32 million and 500 euros.", "3,200만 유로와 500유로."),
    ("It opens in October.", "10월에 문을 엽니다."),
    ("On 3 May 2025 it rained.", "2025년 5월 3일에 비가 왔습니다."),
    ("About a third of users left.", "이용자의 약 3분의 1이 떠났습니다."),
    ("Two thirds of users left.", "이용자의 3분의 2가 떠났습니다."),
    ("About 1/4 of users left.", "이용자의 약 4분의 1이 떠났습니다."),
    ("A quarter of users left.", "이용자의 4분의 1이 떠났습니다."),
    ("There are fourteen banks.", "은행이 14개 있습니다."),
    ("He is in his 90s, over ninety.", "90대, 90이 넘었습니다."),
    ("It began at 11:00.", "11시에 시작했습니다."),
]


@pytest.mark.parametrize(
    ("source", "target", "direction"),
    [case for pair in SAME_NUMBERS for case in both_ways(*pair)],
)
def test_the_same_number_in_another_spelling_is_right(
    source: str, target: str, direction: Direction
) -> None:
    assert quality.lost_numbers(source, target, direction) == []


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        ("It has 3 million users.", "사용자는 30만 명입니다."),
        ("It gains 63.5% on it.", "65.3% 향상됩니다."),
        ("It has 1,024 words.", "단어는 1,042개입니다."),
        ("It has 1.5 billion words.", "단어는 1.5만 개입니다."),
        ("In 2024 it won.", "2023년에 이겼다."),
        ("The 13B model wins.", "70억 모델이 이깁니다."),
        ("It costs 1.2 trillion won.", "1조 2,000만 원이 듭니다."),
        ("There are 12,500 of them.", "1만 2,600개가 있습니다."),
        ("About 1/4 of users left.", "이용자의 약 3분의 1이 떠났습니다."),
        ("There were 10 and 500 of them.", "10만 500개였습니다."),
    ],
)
def test_another_number_is_found_both_ways(english: str, korean: str) -> None:
    for source, target, direction in both_ways(english, korean):
        assert quality.lost_numbers(source, target, direction)


def test_a_number_left_out_is_found() -> None:
    assert quality.lost_numbers("It has 3 million users.", "사용자가 많습니다.", EN_KO)


def test_a_number_from_nowhere_is_found() -> None:
    assert quality.invented_numbers("There are words.", "단어가 25개 있습니다.", EN_KO) == ["25"]


@pytest.mark.parametrize(
    ("source", "target", "lost"),
    [
        ("LLaVA and GPT-4 use RAG.", "LLaVA와 GPT-4는 RAG를 쓴다.", []),
        ("LLaVA and GPT-4 use RAG.", "LLaMA와 GPT-4는 RAG를 쓴다.", ["LLaVA"]),
        ("The LLMs are here.", "LLM은 여기 있다.", []),
        ("We use Qwen2 here.", "우리는 큐웬을 쓴다.", ["Qwen2"]),
        ("The Model of Words.", "단어의 모델.", []),
        ("We use AI.", "AI를 쓴다.", []),
    ],
)
def test_names_must_be_spelt_right(source: str, target: str, lost: list[str]) -> None:
    assert quality.lost_names(source, target, EN_KO) == lost


@pytest.mark.parametrize(
    "target",
    [
        "그 그 그 그 그",
        "모델을 모델을 모델을 모델을 쓴다",
        "새 모델 새 모델 새 모델 새 모델",
        "하하하하하하하하하하하하",
        "이 모델은 정말로 아주 크고 아주 좋은 것을 해 줍니다. "
        "이 모델은 정말로 아주 크고 아주 좋은 것을 해 줍니다.",
    ],
)
def test_a_loop_is_found(target: str) -> None:
    assert quality.loop("The words of the new model.", target, EN_KO)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("The new model of words.", "단어의 새로운 모델."),
        ("It is very very good.", "매우 매우 좋다."),
        ("ha ha ha ha ha", "하 하 하 하 하"),
        ("Step by step.", "한 걸음 한 걸음."),
    ],
)
def test_a_repetition_that_is_meant_is_no_loop(source: str, target: str) -> None:
    assert quality.loop(source, target, EN_KO) == []


@pytest.mark.parametrize("target", ["", " ", "...", "—", "!?"])
def test_a_translation_without_words_is_empty(target: str) -> None:
    assert quality.empty("The words.", target, EN_KO)
    assert quality.is_fatal(quality.check("The words.", target, EN_KO))


@pytest.mark.parametrize(
    ("source", "target", "direction", "found"),
    [
        ("the words of it", "the words of it", EN_KO, True),
        ("the words of it", "그것의 단어", EN_KO, False),
        ("GPT-4 vs. LLaVA", "GPT-4 vs. LLaVA", EN_KO, False),
        ("단어의 모델", "The model of 단어", KO_EN, True),
        ("단어의 모델", "The model of words", KO_EN, False),
    ],
)
def test_the_script_must_be_the_targets(
    source: str, target: str, direction: Direction, found: bool
) -> None:
    assert bool(quality.wrong_script(source, target, direction)) is found


@pytest.mark.parametrize(
    ("source", "target", "direction", "found"),
    [
        ("The new model is better than all the others of its size.", "새 모델", EN_KO, True),
        ("The new model is better.", "새 모델이 더 좋다.", EN_KO, False),
        ("새 모델", "The new model " * 20, KO_EN, True),
        ("새 모델이 더 좋다.", "The new model is better.", KO_EN, False),
    ],
)
def test_a_length_far_off_is_found(
    source: str, target: str, direction: Direction, found: bool
) -> None:
    assert bool(quality.length(source, target, direction)) is found


@pytest.mark.parametrize(
    ("english", "korean"),
    [
        (
            "The authors present LLaVA-3D, which gains 63.5% with 7B parameters.",
            "저자들은 70억 매개변수로 63.5% 향상된 LLaVA-3D를 제시합니다.",
        ),
        ("We propose a new model.", "우리는 새로운 모델을 제안합니다."),
        ("It was trained on 1.5 million images.", "150만 장의 이미지로 학습했습니다."),
    ],
)  # fmt: skip
def test_a_right_translation_passes_into_korean(english: str, korean: str) -> None:
    found = quality.check(english, korean, EN_KO)
    assert not found or (set(found) == {"numbers"} and found["numbers"] == ["two"])


@pytest.mark.parametrize(
    ("source", "direction", "needed"),
    [
        ("the words", EN_KO, True),
        ("GPT-4 LLaVA", EN_KO, False),
        ("25 %", EN_KO, False),
        ("단어", KO_EN, True),
        ("GPT-4", KO_EN, False),
        ("GPT-4는", KO_EN, True),
    ],
)
def test_only_words_need_a_model(source: str, direction: Direction, needed: bool) -> None:
    assert quality.needs_translation(source, direction) is needed


def test_findings_are_weighed_and_notes_are_not_reported() -> None:
    findings = {"names": ["BERT", "GPT"], "project terms": ["언어 모델"]}
    assert quality.cost(findings) == 2 * quality.cost({"names": ["BERT"]}) + 1
    assert quality.reported(findings) == ["names"]
    assert not quality.is_fatal(findings)
    assert quality.is_fatal({"loop": ["a"]})


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ("SGG", "SGGG 방법", ["SGG"]),
        ("The SGG method", "SGG는", []),
        ("WikiText103 and ChatGPT", "WikiText-103과 Chat GPT", []),
        ("ONNs", "ONN은", []),
        ("The ONN", "ONNs는", []),
        ("Use LLaMA2", "LLaMA23을", ["LLaMA2"]),
        ("LLaMA2", "LLaMA", ["LLaMA2"]),
        ("GPT", "gpt4를", []),
    ],
)
def test_a_name_stands_as_a_word_of_its_own(source: str, target: str, found: list[str]) -> None:
    assert quality.lost_names(source, target, EN_KO) == found


@pytest.mark.parametrize(
    ("source", "target", "direction", "found"),
    [
        ("at 6 kbps", "6 킬로미터로", EN_KO, ["6 kbps"]),
        ("at 6 kbps", "초당 6킬로비트로", EN_KO, []),
        ("at 16 bps", "16마리로", EN_KO, ["16 bps"]),
        ("$3 million", "300만 달러", EN_KO, []),
        ("$3 million", "300만 원", EN_KO, ["$3 million"]),
        ("$3 million", "몇 달러", EN_KO, []),  # a number lost is another check's
        ("15% to 20%", "15~20%", EN_KO, []),
        ("5 percentage points", "5%p", EN_KO, []),
        ("50점을 받았다", "scored 50 points", KO_EN, []),
        ("5점 만점에 4.2점", "4.2 out of 5", KO_EN, []),
        ("300원", "300 dollars", KO_EN, ["300원"]),
        ("1.5미터", "1.5 m", KO_EN, []),
        ("3원칙", "3 rules", KO_EN, []),
        ("10°C", "10도까지", EN_KO, []),
    ],
)
def test_quantities_keep_their_units(
    source: str, target: str, direction: Direction, found: list[str]
) -> None:
    assert quality.lost_units(source, target, direction) == found


@given(texts, texts)
def test_checks_are_total(source: str, target: str) -> None:
    for direction in DIRECTIONS:
        quality.check(source, target, direction)


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ("It is (very) good.", "(매우) 좋다.", []),
        ("It is (very) good.", "(매우 좋다.", ["()"]),
        ("It is very good.", "매우] 좋다.", ["[]"]),
        ('It is "very" good.', '"매우 좋다.', ['""']),
        ("a) It is good.", "a) 좋다.", []),  # the source does not close what it opens either
    ],
)
def test_brackets_must_close(source: str, target: str, found: list[str]) -> None:
    assert quality.brackets(source, target, EN_KO) == found


def test_broken_bytes_are_found() -> None:
    assert quality.wrong_script("The words.", "밝\ufffd\ufffd려졌다.", EN_KO) == ["\ufffd"]
    assert quality.wrong_script("The \ufffd words.", "그 \ufffd 낱말.", EN_KO) == []


def test_signs_of_markup_do_not_come_from_nowhere() -> None:
    assert quality.strange_signs("Run it.", "그것\\을 실행합니다.", EN_KO) == ["\\"]
    assert quality.strange_signs("Run C#.", "C#을 실행합니다.", EN_KO) == []


def test_the_formal_style_is_preferred_in_silence() -> None:
    found = quality.check("It works well.", "잘 작동한다.", EN_KO)
    assert found == {"plain style": ["다."]}
    assert quality.reported(found) == []
    assert quality.check("It works well.", "잘 작동합니다.", EN_KO) == {}
    assert quality.plain_style("잘 작동한다.", "It works well.", KO_EN) == []
