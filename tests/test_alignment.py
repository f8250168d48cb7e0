"""Word alignment from attention, and the sentences of a translation that it adds or drops."""

from __future__ import annotations

import pytest

from digestlang.alignment import Alignment, Place
from digestlang.bitext import unmatched
from digestlang.languages import Direction

EN_KO, KO_EN = Direction.parse("en-ko"), Direction.parse("ko-en")


def alignment(source: list[str], target: list[str], rows: list[list[float]]) -> Alignment:
    """Of texts given in pieces; each piece's spaces are its own."""
    return Alignment("".join(target), places(source), places(target), rows)


def places(pieces: list[str]) -> list[Place]:
    found, start = [], 0
    for piece in pieces:
        found.append((start, start + len(piece)))
        start += len(piece)
    return found


def test_the_words_most_looked_at_are_found() -> None:
    aligned = alignment(
        ["the", " fast", " model", "."],
        ["빠른", " 모", "델", "을", "."],
        [
            [0.1, 0.8, 0.1, 0.0],
            [0.1, 0.1, 0.7, 0.1],
            [0.0, 0.1, 0.8, 0.1],
            [0.4, 0.1, 0.1, 0.4],
            [0.0, 0.0, 0.1, 0.9],
        ],
    )
    assert aligned.project(3, 8) == (0, 2)
    assert aligned.project(8, 14) == (3, 5)  # without the space before it, and its particle
    assert aligned.project(3, 14) == (0, 5)


def test_half_a_latin_word_is_no_word() -> None:
    rows = [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]
    aligned = alignment(["모델은", " 좋다"], ["the mod", "els a", "re good"], rows)
    assert aligned.project(0, 3) == (0, 10)


def test_what_nothing_looks_at_is_not_found() -> None:
    aligned = alignment(["the", " model"], ["모델"], [[0.1, 0.9]])
    assert aligned.project(0, 3) is None
    assert Alignment("모델", (), (), ()).project(0, 3) is None


def test_a_full_stop_that_all_look_at_a_little_does_not_win() -> None:
    rows = [[0.45, 0.0, 0.55], [0.0, 0.45, 0.55], [0.0, 0.0, 1.0]]
    aligned = alignment(["fast", " model", "."], ["빠른", " 모델", "."], rows)
    assert aligned.project(0, 4) == (0, 2)


FIVE = (
    "The library opens at nine.",
    "Researchers measured the temperature of the lake every day for 12 years.",
    "Heavy rain is expected in the south tomorrow, and the trains will not run.",
    "LLaVA was trained on a large collection of pictures.",
    "Nobody knows why the ship turned back, but the harbour master says that the 7 men are well.",
)
TWICE = (
    "도서관은 아홉 시에 문을 엽니다.",
    "연구자들은 12년 동안 매일 호수의 온도를 쟀습니다.",
    "내일 남부 지방에 많은 비가 내릴 것으로 보이며 기차는 다니지 않습니다.",
    "LLaVA는 많은 그림으로 학습되었습니다.",
    "배가 왜 되돌아왔는지 아무도 모르지만, 항만장은 선원 7명이 모두 무사하다고 말합니다.",
)


@pytest.mark.parametrize("lost", range(5))
def test_a_sentence_dropped_or_added_is_found(lost: int) -> None:
    rest = [text for index, text in enumerate(TWICE) if index != lost]
    assert unmatched(FIVE, rest, EN_KO) == ([FIVE[lost]], [])
    assert unmatched(rest, FIVE, KO_EN) == ([], [FIVE[lost]])


def test_sentences_may_be_joined_and_cut() -> None:
    joined = [f"{TWICE[0]} {TWICE[1]}", *TWICE[2:]]
    assert unmatched(FIVE, TWICE, EN_KO) == ([], [])
    assert unmatched(FIVE, joined, EN_KO) == ([], [])
    assert unmatched(joined, FIVE, KO_EN) == ([], [])
    assert unmatched([], [], EN_KO) == ([], [])
    assert unmatched(["One."], [], EN_KO) == (["One."], [])
