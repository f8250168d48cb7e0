"""Checks on a translated sentence: what a reader would be misled by, found without a reference.

Each check takes the words of source and translation (no code, no URLs) and the direction, and
returns the evidence against the translation: an empty list if there is none. ``CHECKS`` names them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from digestlang.languages import Direction, Language

Check = Callable[[str, str, Direction], list[str]]

_DIGITS = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALES = {
    "십": 1e1, "백": 1e2, "천": 1e3, "만": 1e4, "억": 1e8, "조": 1e12,
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12,
}  # fmt: skip
_SMALL = rf"(?:(?:{_DIGITS})[천백십]?)+"  # 2,500; 5천4백
_NEXT = r"(?:\s?(?=\d))"
_NUMBER = re.compile(
    rf"(?<![\d/])(?P<over>\d+)/(?P<under>\d+)(?![\d/])"
    rf"|(?P<denominator>\d+)분의\s?(?P<numerator>\d+)"
    rf"|(?P<western>{_DIGITS})(?:[\s-]?(?P<scale>thousand|million|billion|trillion|[KMBT])"
    r"(?![A-Za-z0-9]))"
    rf"|(?P<jo>{_SMALL})조(?:{_NEXT}(?P<jo_eok>{_SMALL})억)?(?:{_NEXT}(?P<jo_man>{_SMALL})만)?"
    rf"|(?P<eok>{_SMALL})억(?:{_NEXT}(?P<eok_man>{_SMALL})만)?"
    rf"|(?P<man>{_SMALL})만(?:{_NEXT}(?P<rest>\d,?\d\d\d|\d\d\d)(?![\d,.]))?"
    rf"|(?P<small>{_SMALL})(?![천백십])"
    rf"|(?P<plain>{_DIGITS})",
    re.IGNORECASE,
)
_BIG = {"jo": 1e12, "jo_eok": 1e8, "jo_man": 1e4, "eok": 1e8, "eok_man": 1e4, "man": 1e4, "rest": 1,
        "small": 1}  # fmt: skip
_PART = re.compile(rf"({_DIGITS})([천백십]?)")
_FULL_HOUR = re.compile(r"(?<=\d):00(?!\d)")
_NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty".split(),
    "영 한 두 세 네 다섯 여섯 일곱 여덟 아홉 열 열한 열두 열세 열네 열다섯".split(),
    "영 일 이 삼 사 오 육 칠 팔 구 십 십일 십이".split(),
    "영 첫".split(),
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth".split(),
    "- january february march april may june july august september october november "
    "december".split(),
    "- jan feb mar apr may jun jul aug sep oct nov dec".split(),
)
_TENS = {20: "스무", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy",
         80: "eighty", 90: "ninety", 100: "hundred", 1000: "thousand"}  # fmt: skip
_FRACTIONS = {2: "half|halves|절반", 3: "third", 4: "quarter|fourth", 5: "fifth", 6: "sixth",
              7: "seventh", 8: "eighth", 9: "ninth", 10: "tenth", 20: "twentieth"}  # fmt: skip
_LATIN_WORD = re.compile(r"[A-Za-z0-9]+")
# What is spelt alike in both languages: several capitals (AI, LLaDA), or letters with digits (v2).
_IS_NAME = re.compile(r"[A-Za-z0-9]*[A-Z][A-Za-z0-9]*[A-Z]|(?=.*\d)[A-Z][A-Za-z0-9]+")
_LONGEST_UNIT = 80  # words: a whole sentence may come twice
_LOOPING = re.compile(r"(\S{2,12}?)(?:\s?\1){3}")


def needs_translation(source: str, direction: Direction) -> bool:
    """Whether a sentence has words for a model: letters of its language that are not all names."""
    if direction.source is Language.KOREAN:
        return bool(re.search("[가-힣]", source))
    return any(not _IS_NAME.fullmatch(word) for word in re.findall(r"[A-Za-z][A-Za-z0-9]+", source))


def check(source: str, target: str, direction: Direction) -> dict[str, list[str]]:
    """Run every check; return the evidence of those that found something, by the check's name."""
    found = {name: run(source, target, direction) for name, run in CHECKS.items()}
    return {name: evidence for name, evidence in found.items() if evidence}


def maskable(findings: dict[str, list[str]]) -> list[str]:
    """What a placeholder can carry over as it is: names, and numbers without a word of scale."""
    numbers = findings.get("numbers", [])
    return [*findings.get("names", []), *(n for n in numbers if re.fullmatch(r"[\d.,]+", n))]


def numbers(text: str) -> list[str]:
    """The numbers of a text as they are spelled, with their words of scale (``3 million``)."""
    return [spelling for _, spelling in _values(text)]


def names(text: str) -> list[str]:
    """The words of a text that both languages spell alike, each once: ``AI``, ``LLaVA``, ``v2``."""
    return list(dict.fromkeys(w for w in _LATIN_WORD.findall(text) if _IS_NAME.match(w)))


def lost_numbers(source: str, target: str, direction: Direction) -> list[str]:
    """Numbers of the source that the translation does not have, in digits, scaled or in words.

    ``3 million`` may become ``300만``, ``two`` may become ``2``; values are compared.
    """
    given = [values for values, _ in _values(target)]
    return [
        spelling
        for values, spelling in _values(source)
        if not any(_same(values, others) for others in given)
        and not _has_number_word(values, target)
    ]


def invented_numbers(source: str, target: str, direction: Direction) -> list[str]:
    """Numbers of the translation that the source does not have."""
    return lost_numbers(target, source, direction)


def lost_names(source: str, target: str, direction: Direction) -> list[str]:
    """Names in Latin letters (``AI``, ``LLaVA``, ``Qwen2``) misspelt or left out."""
    present = "".join(_LATIN_WORD.findall(target)).lower()
    return [
        name for name in names(source) if re.sub(r"(?<=[A-Z])s$", "", name).lower() not in present
    ]


def loop(source: str, target: str, direction: Direction) -> list[str]:
    """Words repeated back to back more often than the source repeats any."""
    words = target.split()
    for size in range(1, min(len(words) // 2, _LONGEST_UNIT) + 1):
        allowed = {1: 3, 2: 2}.get(size, 1)
        run = 0  # how long the words have equalled those ``size`` before them
        for index in range(size, len(words)):
            run = run + 1 if words[index] == words[index - size] else 0
            if run >= allowed * size and not _LOOPING.search(source):
                return [" ".join(words[index - size + 1 : index + 1])]
    stutter = _LOOPING.search(target)
    return [stutter.group(1)] if stutter and not _LOOPING.search(source) else []


def empty(source: str, target: str, direction: Direction) -> list[str]:
    """A translation without a word in it."""
    return [] if re.search(r"[^\W_]", target) else ["nothing"]


def wrong_script(source: str, target: str, direction: Direction) -> list[str]:
    """A translation into Korean without Hangul, into English with Hangul, or with broken bytes."""
    if "\ufffd" in target and "\ufffd" not in source:  # a rare syllable, spelt in bytes and wrong
        return ["\ufffd"]
    hangul = re.findall(r"[가-힣]+", target)
    if direction.target is Language.ENGLISH:
        return hangul
    wordy = [word for word in re.findall(r"[A-Za-z]+", source) if word.islower()]
    return [] if hangul or len(wordy) < 2 else ["no Hangul"]


def length(source: str, target: str, direction: Direction) -> list[str]:
    """A translation longer or shorter than translations of such a source are.

    The bounds lie just outside what 2,745 references have (digest, FLORES and Tatoeba sentences).
    """
    ratio = (len(target) + 10) / (len(source) + 10)
    low, high = (0.3, 1.25) if direction.target is Language.KOREAN else (0.8, 3.4)
    return [] if low <= ratio <= high else [f"{ratio:.2f} characters for one"]


def brackets(source: str, target: str, direction: Direction) -> list[str]:
    """Brackets that the source closes as often as it opens them, and the translation does not."""
    return [
        pair
        for pair in ("()", "[]", "{}", "“”", "「」", "《》")
        if source.count(pair[0]) == source.count(pair[1])
        and target.count(pair[0]) != target.count(pair[1])
    ]


CHECKS: dict[str, Check] = {
    "empty": empty,
    "loop": loop,
    "script": wrong_script,
    "length": length,
    "numbers": lost_numbers,
    "added numbers": invented_numbers,
    "names": lost_names,
    "brackets": brackets,
}
# What one piece of evidence weighs when several translations of a sentence are compared.
COSTS = {
    "empty": 100,
    "loop": 50,
    "script": 10,
    "length": 5,
    "numbers": 3,
    "added numbers": 2,
    "names": 2,
    "brackets": 1,
    "terms": 3,  # of the user's glossary; found by digestlang.terms
    "project terms": 1,
}
UNREPORTED = frozenset({"project terms"})  # another wording is no fault a reader has to look at
FATAL = frozenset({"empty", "loop"})  # better the source than a translation with these
SEARCHED = FATAL | {"script", "length"}  # what another search may not run into
SERIOUS = FATAL | {"script", "length", "numbers"}  # worth a less fluent translation


@lru_cache(maxsize=4096)  # a source is compared with every hypothesis of its beam
def _values(text: str) -> Sequence[tuple[set[float], str]]:
    """The numbers in a text as (possible values, spelling).

    ``7B`` is 7 and 7 billion: in a model's name the letter stays, in prose it may be spelt out.
    ``1조 2,000억`` is one number; so is ``3분의 1``.
    """
    values = []
    for match in _NUMBER.finditer(_FULL_HOUR.sub("", text)):
        found = {name: part for name, part in match.groupdict().items() if part is not None}
        if "over" in found:
            values.append((_ratio(found["over"], found["under"]), match.group()))
        elif "denominator" in found:
            values.append((_ratio(found["numerator"], found["denominator"]), match.group()))
        elif "western" in found:
            value, scale = _float(found["western"]), found["scale"].lower()
            scaled = value * _SCALES[scale]
            values.append(({value, scaled} if len(scale) == 1 else {scaled}, match.group()))
        elif "plain" in found:
            values.append(({_float(found["plain"])}, match.group()))
        else:
            sums = (_BIG[name] * _small(part) for name, part in found.items())
            values.append(({sum(sums)}, match.group()))
    return values


def _small(text: str) -> float:
    """The value of ``2,500`` or ``5천4백``."""
    return sum(_float(n) * _SCALES.get(scale, 1) for n, scale in _PART.findall(text))


def _float(digits: str) -> float:
    return float(digits.replace(",", ""))


def _ratio(over: str, under: str) -> set[float]:
    return {int(over) / int(under)} if int(under) else set()


def _same(values: set[float], others: set[float]) -> bool:
    return any(math.isclose(value, other) for value in values for other in others)


def _has_number_word(values: set[float], text: str) -> bool:
    """Whether a text has a value in words (``twelve``, ``열두``, ``March``, ``third``)."""
    lowered = text.lower()
    words = [
        row[int(value)]
        for value in values
        if value.is_integer()
        for row in _NUMBER_WORDS
        if value < len(row)
    ]
    words += [_TENS[int(value)] for value in values if value in _TENS]
    for denominator, spellings in _FRACTIONS.items():
        if any(0 < v < 1 and math.isclose(v * denominator % 1, 0, abs_tol=1e-9) for v in values):
            words += [form for word in spellings.split("|") for form in (word, f"{word}s")]
    return any(
        re.search(rf"\b{word}\b", lowered) if word.isascii() else word in lowered for word in words
    )
