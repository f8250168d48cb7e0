"""Which language a segment is in, decided from evidence and abstaining without it.

A statistical detector alone misroutes Korean full of Latin terms (``Flow-GRPO는 online RL을 …``),
so script and function words come first: Korean is known by its words, particles and endings,
English by its function words. langdetect (Nakatani Shuyo's, seeded) is asked only to tell English
from other languages in Latin letters. Very short Latin text takes after its document.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from digestlang.languages import Language

if TYPE_CHECKING:
    from langdetect import DetectorFactory

UNDETERMINED = "und"  # ISO 639-3


@dataclass(frozen=True, slots=True)
class Detection:
    """The language of a text. ``language`` is None for any language digestlang does not translate.

    ``code`` is its ISO 639-1 code, ``und`` if nothing tells; ``confidence`` is from 0 to 1;
    ``evidence`` says in words what decided.
    """

    language: Language | None
    code: str
    confidence: float
    evidence: str

    @property
    def is_undetermined(self) -> bool:
        """Whether nothing told, as opposed to a third language."""
        return self.code == UNDETERMINED


_GLOSS = re.compile(r"[((\[][^()()\[\]]{0,200}[))\]]")
_HANGUL = "가-힣ㄱ-ㆎᄀ-ᇿ"
_KOREAN_WORD = re.compile(rf"[\w\-+./]*[{_HANGUL}][\w\-+./]*")
# A particle or the copula straight after a Latin letter or a digit: only Korean writes that.
_ATTACHED_PARTICLE = re.compile(
    r"[A-Za-z0-9)%](?:은|는|이|가|을|를|의|에|에서|와|과|로|으로|도|만|까지|부터|보다|처럼|이며|입니다|이다)(?![가-힣])"
)
_LATIN_WORD = re.compile(r"(?<![^\W\d_])[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’\-]*")
_ENGLISH_FUNCTION_WORDS = frozenset(
    "the of and that this with for are which from we our by to is as it be an these their its was"
    " were have has can not than how what while using into between or at on in you your how's who"
    " when where does do did will would but they there more most no a i if about after over under"
    " through also both each such been being new".split()
)
# One of these is enough where nothing speaks for another language.
_ONLY_ENGLISH = frozenset(
    "the and this that with which from our their your these those have has what how why when where"
    " using between it its you they we".split()
)
_SHARED = frozenset("a i in on no as do me an at is was de".split())  # also words elsewhere
_OTHER_FUNCTION_WORDS = frozenset(
    "el la los las de del que y en un una por para con se es le les des du et une est dans pour"
    " sur der die das und ist nicht ein eine mit von den dem zu auf il lo gli di che e per non"
    " sono het een van och att som det är jest w na z się nie o os da não em uma ao".split()
)
_SCRIPTS: dict[str, re.Pattern[str]] = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "zh": re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]"),
    "ru": re.compile(r"[\u0400-\u052f]"),
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "el": re.compile(r"[\u0370-\u03ff]"),
}
_OTHER_PROFILES = frozenset(
    "ar bg bn el fa gu he hi ja kn ko mk ml mr ne pa ru ta te th uk ur zh-cn zh-tw".split()
)
_LETTER = re.compile(r"[^\W\d_]")
_SURE = 0.9
_SHORT = 12  # letters; below this a statistical detector guesses


def detect(text: str) -> Detection:
    """Detect the language of one text by itself.

    Pure and deterministic. Latin text too short to tell comes back undetermined.
    """
    return _detect_script(text) or _detect_latin(text) or _ask_langdetect(text)


def detect_all(texts: Sequence[str]) -> list[Detection]:
    """Detect the language of every segment of one document.

    As :func:`detect`, but Latin text without evidence of its own is taken for English if the
    document's other Latin text is (or if it has none), before a detector is asked.
    """
    first = [_detect_script(text) or _detect_latin(text) for text in texts]
    english = sum(d is not None and d.language is Language.ENGLISH for d in first)
    foreign = sum(d is not None and d.language is None for d in first)
    korean = sum(d is not None and d.language is Language.KOREAN for d in first)
    assumed = None
    if english + korean > foreign:
        assumed = Detection(Language.ENGLISH, "en", 0.6, "Latin letters; the document's majority")
    result = []
    for text, detection in zip(texts, first, strict=True):
        if detection is None and assumed is not None and not _function_words(text)[1]:
            detection = assumed
        result.append(detection or _ask_langdetect(text))
    return result


def majority(detections: Iterable[Detection]) -> Language | None:
    """The language that most texts are in; None if none of them is in one we translate."""
    counts = Counter(found.language for found in detections if found.language is not None)
    return counts.most_common(1)[0][0] if counts else None


def _detect_script(text: str) -> Detection | None:
    """Decide by script: Korean, or a script that is neither Hangul nor Latin."""
    text = unicodedata.normalize("NFC", text)  # Hangul may come as letters, from macOS say
    body = _GLOSS.sub(" ", text)
    if not _LETTER.search(body):
        body = text
    letters = len(_LETTER.findall(body))
    if not letters:
        return Detection(None, UNDETERMINED, 0.0, "no letters")
    hangul = len(re.findall(f"[{_HANGUL}]", body))
    counts = {code: len(pattern.findall(body)) for code, pattern in _SCRIPTS.items()}
    if counts["ja"]:  # Japanese writes kana and Han together
        counts["ja"] += counts.pop("zh")
    code, count = max(counts.items(), key=lambda item: item[1])
    if count > hangul and count / letters > 0.4:
        return Detection(None, code, count / letters, f"{count} of {letters} letters in its script")
    if not hangul:
        return None
    korean = len(_KOREAN_WORD.findall(body))
    particles = len(_ATTACHED_PARTICLE.findall(body))
    english = _function_words(body)[0]
    share = (korean + particles) / (korean + particles + 2 * english)
    evidence = f"{_count(korean, 'Korean word')}, {_count(particles, 'attached particle')}"
    if english:
        evidence += f", {_count(english, 'English function word')}"
    if share >= 0.5:
        return Detection(Language.KOREAN, "ko", round(share, 3), evidence)
    return Detection(Language.ENGLISH, "en", round(1 - share, 3), evidence)


def _detect_latin(text: str) -> Detection | None:
    """Decide that Latin text is English by its function words, or leave it open."""
    english, other = _function_words(text)
    words = len(_LATIN_WORD.findall(text))
    telling = english >= 2 or not _ONLY_ENGLISH.isdisjoint(text.lower().split())
    if telling and english > 2 * other and english / words >= 0.12:
        confidence = min(0.99, 0.7 + english / words)
        return Detection(
            Language.ENGLISH, "en", round(confidence, 3), _count(english, "English function word")
        )
    return None


def _function_words(text: str) -> tuple[int, int]:
    """Count function words: English ones, and those of other languages in Latin letters."""
    words = [word.lower() for word in _LATIN_WORD.findall(text)]
    return (
        sum(word in _ENGLISH_FUNCTION_WORDS and word not in _SHARED for word in words),
        sum(word in _OTHER_FUNCTION_WORDS for word in words),
    )


def _ask_langdetect(text: str) -> Detection:
    letters = len(_LETTER.findall(text))
    if letters < _SHORT:
        return Detection(None, UNDETERMINED, 0.0, f"only {_count(letters, 'letter')}")
    for code, probability in _langdetect(text[:2000]):
        language = Language.ENGLISH if code == "en" else None
        if probability < _SURE:
            break
        return Detection(language, code, round(probability, 3), "langdetect")
    return Detection(None, UNDETERMINED, 0.0, "langdetect is not sure")


@lru_cache(maxsize=4096)
def _langdetect(text: str) -> Iterable[tuple[str, float]]:
    """langdetect's candidates, best first; its sampling is seeded and so always the same."""
    import langdetect

    detector = _detector_factory().create()
    detector.append(text)
    try:
        return tuple((found.lang, found.prob) for found in detector.get_probabilities())
    except langdetect.LangDetectException:
        return ()


@lru_cache(maxsize=1)
def _detector_factory() -> DetectorFactory:
    """langdetect with its languages in Latin letters only: a sixth of the time to load them all."""
    import langdetect

    profiles = Path(langdetect.PROFILES_DIRECTORY)
    latin = sorted(path for path in profiles.iterdir() if path.name not in _OTHER_PROFILES)
    langdetect.DetectorFactory.seed = 0
    factory = langdetect.DetectorFactory()
    factory.load_json_profile([path.read_text(encoding="utf-8") for path in latin])
    return factory


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
