"""Held-out texts are found where they stand again, exactly or nearly; stock phrases are not."""

from __future__ import annotations

import pytest

from digestlang.evaluation.overlap import HeldOut, find_leaks
from digestlang.evaluation.pairs import Pair
from digestlang.languages import Language

LINE = "The new framework reduces the training cost of large language models by 40 percent."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (LINE.upper(), "equal"),
        (LINE.replace(".", " !").replace(" ", "  "), "equal"),
        ("예 좋아요", "equal"),
        ("In short: " + LINE, "8-gram"),
        ("The framework cuts the training cost of large language models by 40 percent.", "8-gram"),
        ("The new framework reduces the cost of training large models.", None),
        ("A dog barked.", None),
        ("", None),
    ],
)  # fmt: skip
def test_near_duplicates_are_found(text: str, kind: str | None) -> None:
    found = HeldOut([LINE, "예, 좋아요."]).find(text)
    assert (found.kind if found else None) == kind


def test_a_stock_phrase_of_eight_words_is_no_overlap() -> None:
    phrase = "The principal implication for AI practitioners is that"
    first = (
        f"{phrase} small models can be trained on ordinary phones when memory is shared wisely "
        "between the layers, which makes private assistants possible without any server."
    )
    second = (
        f"{phrase} published benchmarks should be read with care before anything is bought, "
        "since most of them leave out what a support desk has to answer every single day."
    )
    assert HeldOut([first]).find(second) is None


def pair(id_: str, en: str, ko: str) -> Pair:
    return Pair(id_, {Language.ENGLISH: [en], Language.KOREAN: [ko]})


def test_leaks_name_the_pair_the_place_and_the_item() -> None:
    pairs = [
        pair("a", LINE, "새 프레임워크는 대형 언어 모델의 훈련 비용을 40퍼센트 줄입니다."),
        pair("b", "Conclusion", "결론"),
        pair("c", "Nobody knows why it rains here.", "여기에 왜 비가 오는지 아무도 모릅니다."),
    ]
    training = [
        ("Conclusion", "결론"),  # too short to tell anything
        ("여기에 왜 비가 오는지 아무도 모릅니다.",),
        ("something else", LINE),
    ]
    leaks = find_leaks(pairs, [("train.tsv", training)])
    assert [(leak.pair.id, leak.number, leak.kind) for leak in leaks] == [
        ("c", 2, "equal"),
        ("a", 3, "equal"),
    ]
    assert str(leaks[0]) == "c (train.tsv, item 2, equal)"
