"""The language of a segment, from evidence."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from digestlang.detection import detect, detect_all
from digestlang.languages import Language


@pytest.mark.parametrize(
    "text",
    [
        "우리는 새로운 모델을 제안합니다.",
        "Flow-GRPO는 online RL을 flow matching model에 통합한 최초의 method입니다.",
        "LLM(Large Language Model)의 reasoning 성능을 benchmark로 평가",
        "GPT-4o와 Claude 3.5 Sonnet에서 state-of-the-art를 달성",
        "Transformer 기반 architecture",
        "제목",
        "RAG는",
        "최근 발표된 연구는 N:M 희소패턴을 도입한 'MaskLLM'이라는 방식을 제안합니다.",
        unicodedata.normalize("NFD", "새로운 모델"),
        "ㅋㅋㅋ",
        "대규모 언어 모델 (Large Language Models, LLMs)",
        "ImageNet에서 SOTA",
    ],
)
def test_korean_is_korean_however_many_latin_words(text: str) -> None:
    assert detect(text).language is Language.KOREAN


@pytest.mark.parametrize(
    "text",
    [
        "We propose a new model.",
        "The authors present MaskLLM, a novel method for achieving sparsity in LLMs.",
        "The word 한국어 is the name of the language in the language itself.",
        "This is the Korean name of kimchi (김치) and it is used in the paper.",
        "We evaluate it on KLUE (한국어 이해 평가) and on the GLUE benchmark.",
        "A naïve café is not the question here.",
    ],
)
def test_english_is_english_with_a_gloss_or_an_accent(text: str) -> None:
    assert detect(text).language is Language.ENGLISH


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("大規模言語モデルの新しい手法を提案します。", "ja"),
        ("我们提出了一种新的大型语言模型方法。", "zh"),
        ("Мы предлагаем новый метод обучения.", "ru"),
        ("نقترح طريقة جديدة لتدريب النماذج.", "ar"),
        ("אנו מציעים שיטה חדשה לאימון.", "he"),
        ("हम एक नई विधि का प्रस्ताव करते हैं।", "hi"),
        ("เราเสนอวิธีการใหม่", "th"),
        ("Προτείνουμε μια νέα μέθοδο.", "el"),
        ("Nous proposons une nouvelle méthode pour entraîner les modèles de langue.", "fr"),
        ("Wir schlagen eine neue Methode für das Training von Sprachmodellen vor.", "de"),
        ("Proponemos un nuevo método para entrenar los modelos de lenguaje.", "es"),
    ],
)
def test_a_third_language_is_neither(text: str, code: str) -> None:
    detection = detect(text)
    assert (detection.language, detection.code) == (None, code)
    assert not detection.is_undetermined


@pytest.mark.parametrize("text", ["", "12.5%", "!?…", "🚀", "GPT-4"])
def test_without_evidence_nothing_is_guessed(text: str) -> None:
    detection = detect(text)
    assert detection.language is None and detection.is_undetermined


def test_a_short_cell_takes_after_its_document() -> None:
    english = ["The words of the model are new.", "Speed", "Model size"]
    assert [d.language for d in detect_all(english)] == [Language.ENGLISH] * 3


def test_a_short_latin_cell_of_a_korean_document_is_english() -> None:
    found = detect_all(["우리는 모델을 제안합니다.", "모델의 크기를 줄입니다.", "Speed"])
    assert found[2].language is Language.ENGLISH


def test_a_short_cell_of_a_third_language_document_is_not_english() -> None:
    sentences = [
        "Nous proposons une nouvelle méthode pour entraîner les modèles de langue.",
        "Мы предлагаем новый метод обучения.",
    ]
    assert detect_all([*sentences, "Vitesse"])[2].language is None


def test_a_french_sentence_in_an_english_document_stays_french() -> None:
    texts = ["The words of the model are new and they are here.", "We use it in the test."]
    found = detect_all([*texts, "Nous proposons une méthode pour les modèles de langue."])
    assert found[2].language is None


def test_evidence_says_what_decided() -> None:
    assert "Korean word" in detect("모델을 제안합니다").evidence
    assert "English function word" in detect("This is the model of the day").evidence


@given(texts)
def test_detection_is_total_and_always_the_same(text: str) -> None:
    first = detect(text)
    assert detect(text) == first
    assert 0 <= first.confidence <= 1
    assert (first.language is None) or first.code == str(first.language)


@given(st.lists(texts, max_size=4))
def test_every_text_of_a_document_gets_an_answer(many: list[str]) -> None:
    assert len(detect_all(many)) == len(many)


@pytest.mark.parametrize("text", ["https://a.b/c", "https://한국.kr", "\x00", "\ud7a4"])
def test_odd_text_does_no_harm(text: str) -> None:
    assert 0 <= detect(text).confidence <= 1
