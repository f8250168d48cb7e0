"""Particles fit the reading of what stands before them."""

from __future__ import annotations

import pytest

from digestlang.particles import Final, final_of, fitted


@pytest.mark.parametrize(
    ("text", "final"),
    [
        ("모델", Final.RIEUL),
        ("논문", Final.CONSONANT),
        ("데이터", Final.VOWEL),
        ("정밀도(precision)", Final.VOWEL),
        ("재현율 (recall)", Final.RIEUL),
        ("LLM", Final.CONSONANT),
        ("GPU", Final.VOWEL),
        ("URL", Final.RIEUL),
        ("GPT-4", Final.VOWEL),
        ("Qwen2.5", Final.VOWEL),
        ("Llama-3", Final.CONSONANT),
        ("Phi-1", Final.RIEUL),
        ("7B", Final.VOWEL),
        ("3 km", Final.VOWEL),
        ("3km", Final.VOWEL),
        ("12%", Final.VOWEL),
        ("10", Final.CONSONANT),
        ("100", Final.CONSONANT),
        ("1,000,000,000,000", Final.VOWEL),
        ("0", Final.CONSONANT),
        ("20.7", Final.RIEUL),
        ("Google", Final.RIEUL),
        ("Transformer", Final.VOWEL),
        ("LoRA-tuned", Final.VOWEL),
        ("Benchmark", Final.VOWEL),
        ("dataset", None),
        ("LLaVA", Final.VOWEL),
        ("`Adam`", Final.CONSONANT),
        ("**논문**", Final.CONSONANT),
        ("GitHub", None),
        ("", None),
        ("()", None),
        ("α", None),
    ],
)
def test_how_a_text_ends(text: str, final: Final | None) -> None:
    assert final_of(text) is final


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("LLM", "는 크다", "은 크다"),
        ("GPU", "을 쓴다", "를 쓴다"),
        ("논문", "와 코드", "과 코드"),
        ("모델", "으로 바꾼다", "로 바꾼다"),
        ("논문", "로서의 값", "으로서의 값"),
        ("모델", "이다", "이다"),  # the copula is no particle
        ("데이터", "이 많다", "가 많다"),
        ("BERT", "이라는 모델", "라는 모델"),
        ("12%", "을", "를"),
        ("GPT-4", "은.", "는."),
        ("dataset", "을 쓴다", "을 쓴다"),  # 데이터셋, or read otherwise: left alone
        ("논문", "가능하다", "가능하다"),
        ("논문", " 는 크다", " 는 크다"),
        ("논문", "의 저자", "의 저자"),
        ("논문", "", ""),
    ],
)
def test_the_particle_after_it(before: str, after: str, expected: str) -> None:
    assert fitted(before, after) == expected


def test_what_fits_already_stays() -> None:
    for before, after in [("모델", "을"), ("데이터", "를"), ("LLM", "과"), ("3", "으로")]:
        assert fitted(before, after) == after
