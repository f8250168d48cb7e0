"""Korean particles that depend on the sound before them: 은/는, 이/가, 을/를, 와/과, 으로/로 …

A model that is shown a placeholder cannot know how what it stands for is read, so the particle it
writes after it is a guess. Here it is made to fit: after Hangul by the last syllable's final
consonant, after digits, letters and signs by their Korean reading.
"""

from __future__ import annotations

import re
from enum import Enum


class Final(Enum):
    """How a word ends, as far as particles care."""

    VOWEL = "vowel"
    RIEUL = "ㄹ"  # a consonant, but to 으로/로 like a vowel
    CONSONANT = "consonant"


# After a consonant, after a vowel; what may follow without changing the choice.
_PARTICLES = (
    ("은", "는", ""),
    ("이", "가", ""),
    ("을", "를", ""),
    ("과", "와", "(?:의|는|도|만)?"),
    ("으로", "로", "(?:서|써|서의|부터|의|는|도|만)?"),
    ("이라", "라", "(?:는|고|며|면|도)?"),
    ("이란", "란", ""),
    ("이나", "나", ""),
    ("이랑", "랑", ""),
    ("이며", "며", ""),
    ("이든", "든", ""),
)
_PARTICLE = re.compile(
    "(?:"
    + "|".join(f"(?P<p{i}>{a}|{b}){tail}" for i, (a, b, tail) in enumerate(_PARTICLES))
    + r")(?![가-힣A-Za-z0-9])"
)
# 영 일 이 삼 사 오 육 칠 팔 구
_DIGITS = dict(zip("0123456789", "clvcvvcllv", strict=True))
_LETTERS = dict.fromkeys("ABCDEFGHIJKOPQSTUVWXYZ", "v") | dict.fromkeys("LR", "l")
_LETTERS |= dict.fromkeys("MN", "c")  # 엠, 엔
_SIGNS = {"%": "v", "°": "v", "℃": "v", "$": "v", "+": "v"}  # 퍼센트, 도, 섭씨 도, 달러, 플러스
_UNITS = {  # read in full, whatever their letters
    "km": "v", "m": "v", "cm": "v", "mm": "v", "kg": "l", "g": "l", "mg": "l", "GB": "v", "MB": "v",
    "TB": "v", "KB": "v", "ms": "v",
}  # fmt: skip
_FINALS = {"v": Final.VOWEL, "l": Final.RIEUL, "c": Final.CONSONANT}
_LAST = re.compile(r"(?P<number>\d[\d,.]*)$|(?P<word>[A-Za-z]+)$|(?P<other>.)$", re.DOTALL)
_CLOSING = re.compile(r"[)\]}\"'”’`*_」』》〉]+$")


def final_of(text: str) -> Final | None:
    """How the reading of a text ends; None where Korean readers would not agree.

    A bracketed gloss at the end (``정밀도(precision)``) is not read.
    """
    text = re.sub(r"(?<=\S)\s?\([^()]*\)$", "", text.rstrip()) or text
    text = _CLOSING.sub("", text)
    match = _LAST.search(text)
    if match is None:
        return None
    if match["number"]:
        return _FINALS[_number_code(match["number"].rstrip(",."))]
    if match["word"]:
        return _word_final(match["word"], after_digit=text[: match.start()].rstrip()[-1:].isdigit())
    character = match["other"]
    if "가" <= character <= "힣":
        code = (ord(character) - ord("가")) % 28
        return Final.VOWEL if code == 0 else Final.RIEUL if code == 8 else Final.CONSONANT
    return _FINALS.get(_SIGNS.get(character, ""))


def fitted(before: str, after: str) -> str:
    """Return ``after`` with the particle it starts with in the form that ``before`` asks for."""
    match = _PARTICLE.match(after)
    final = final_of(before) if match else None
    if match is None or final is None:
        return after
    name = match.lastgroup or "p0"
    consonant, vowel, _ = _PARTICLES[int(name[1:])]
    as_vowel = final is Final.VOWEL or (final is Final.RIEUL and consonant == "으로")
    return (vowel if as_vowel else consonant) + after[match.end(name) :]


def _number_code(number: str) -> str:
    """The sound a number ends with: its last digit's, or after zeros 십, 백, 천, 만, 억 or 조."""
    whole, point, fraction = number.replace(",", "").partition(".")
    if point and fraction:
        return _DIGITS[fraction[-1]]
    zeros = len(whole) - len(whole.rstrip("0"))
    if 12 <= zeros < 16:
        return "v"  # 조
    return "c" if zeros else _DIGITS[whole[-1]]


def _word_final(word: str, *, after_digit: bool) -> Final | None:
    """A Latin word: an acronym is spelt out; another's last letters tell, where they are clear."""
    if after_digit and word in _UNITS:
        return _FINALS[_UNITS[word]]
    if word.isupper():
        return _FINALS[_LETTERS[word[-1]]]
    lowered = word.lower()
    return next((final for ending, final in _ENDINGS if ending.search(lowered)), None)


_ENDINGS = (
    (re.compile(r"(?:l|le)$"), Final.RIEUL),  # 모델, 구글
    (re.compile(r"(?:m|n|ng)$"), Final.CONSONANT),  # 토큰, 스트림, 튜닝
    (re.compile(r"[aiouywrsfvzxhdgj]$"), Final.VOWEL),  # 라마, 어댑터, 버스, 벤치
    (re.compile(r"(?:[csgvtdr]e|[^aeiouc][tkp]|ct)$"), Final.VOWEL),  # 에지, 코어, 마크, 에이전트
)
