"""Numbers and quantities as English and Korean write them: what value and unit a spelling has.

``3 million`` is ``300만``, ``1.2 trillion`` is ``1조 2,000억``, ``a third`` is ``3분의 1``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

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
_END = "(?![A-Za-z])"
# A unit's symbols and its words in either language, after a number and before it.
_UNITS = {
    "points": (
        f"(?:percentage |percent |%[ -]?)?points?{_END}(?! cloud)|%p{_END}|(?:%|퍼센트)? ?포인트"
        "|점(?=$|[^가-힣]|[은이을의에과도차만]|으로)"
    ),
    "percent": "%|％|per ?cent|퍼센트|프로(?![가-힣])",
    "bits": f"[kKMGT]?b(?:ps|/s){_END}|(?:kilo|mega|giga)?bits?{_END}|(?:킬로|메가|기가)?비트",
    "bytes": (
        f"[kKMGTP]i?B{_END}|(?:kilo|mega|giga|tera)?bytes?{_END}|(?:킬로|메가|기가|테라)?바이트"
    ),
    "hertz": f"[kKMGT]?Hz{_END}|(?:kilo|mega|giga|tera)?hertz|(?:킬로|메가|기가|테라)?헤르츠",
    "frames": f"fps{_END}|FPS{_END}|frames?{_END}|프레임",
    "decibels": f"dB[a-zA-Z]?{_END}|decibels?|데시벨",
    "watts": f"[mkMGT]?Wh?{_END}|(?:kilo|mega|giga)?watts?{_END}|(?:킬로|메가|기가)?와트",
    "grams": f"[mkμµ]?g{_END}|(?:kilo|milli)?grams?{_END}|kilos?{_END}|(?:킬로|밀리)?그램",
    "metres": (
        f"[nmckμµ]?m(?![A-Za-z²³\\d])|(?:kilo|centi|milli|nano)?met(?:er|re)s?{_END}"
        "|(?:킬로|센티|밀리|나노)?미터"
    ),
    "degrees": f"°C?|℃|degrees?{_END}|도(?=$|[^가-힣]|[에의로를가까씩쯤])",
    "won": f"won{_END}|원(?=$|[^가-힣]|[은이을의에과도]|으로|짜리)",
    "dollars": f"dollars?{_END}|달러",
    "euros": f"euros?{_END}|유로",
    "yen": f"yen{_END}|엔(?=$|[^가-힣]|[은이을의에과도]|으로)",
}
_UNIT_AFTER = re.compile(
    r"[\s-]?(?:" + "|".join(f"(?P<{name}>{unit})" for name, unit in _UNITS.items()) + ")"
)
_RANGE = re.compile(r"\s?(?:[~∼–-]|to|and|or|에서|부터|과|와|,)\s?")
_UNIT_BEFORE = re.compile(r"(?:(?P<dollars>\$)|(?P<euros>€)|(?P<won>₩)|(?P<yen>[¥￥]))\s?$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text. ``number`` is its spelling with its words of scale (``3 million``).

    ``values`` has more than one where it can be read in several ways: ``7B`` is 7 in a model's
    name and 7 billion in prose. ``spelling`` is that of number and unit together. In ``15 to 20 %``
    15 has no unit, and shares that of 20.
    """

    values: frozenset[float]
    number: str
    unit: str | None
    spelling: str
    shared_unit: str | None = None

    def equals(self, other: Quantity) -> bool:
        """Whether both can be the same number, whatever their units."""
        return any(math.isclose(one, two) for one in self.values for two in other.values)

    @property
    def units(self) -> set[str | None]:
        """Its own unit and the one it may share."""
        return {self.unit, self.shared_unit}

    def is_in_words(self, text: str) -> bool:
        """Whether a text has the number in words (``twelve``, ``열두``, ``March``, ``third``)."""
        lowered = text.lower()
        return any(
            re.search(rf"\b{word}\b", lowered) if word.isascii() else word in lowered
            for value in self.values
            for word in _words(value)
        )


@lru_cache(maxsize=4096)  # a source is compared with every hypothesis of its beam
def read_quantities(text: str) -> tuple[Quantity, ...]:
    """Return the numbers of a text, with their units, in order."""
    hours = {match.start() for match in _FULL_HOUR.finditer(text)}
    found: list[Quantity] = []
    unit, following = None, len(text)  # those of the number to the right
    for match in reversed(list(_NUMBER.finditer(text))):
        if match.start() - 1 in hours:  # the minutes of 10:00
            continue
        quantity = _quantity(text, match)
        if not quantity.units - {None} and _RANGE.fullmatch(text, match.end(), following):
            quantity = replace(quantity, shared_unit=unit)
        found.append(quantity)
        unit, following = quantity.unit or quantity.shared_unit, match.start()
    return tuple(reversed(found))


def _quantity(text: str, match: re.Match[str]) -> Quantity:
    start, end = match.span()
    unit = None
    if after := _UNIT_AFTER.match(text, end):
        unit, end = after.lastgroup, after.end()
    elif before := _UNIT_BEFORE.search(text[max(0, start - 2) : start]):
        unit, start = before.lastgroup, start - len(before.group())
    shared = "metres" if match["scale"] == "m" else None  # 1.5 m, of money or of length
    return Quantity(frozenset(_values(match)), match.group(), unit, text[start:end], shared)


def _values(match: re.Match[str]) -> Iterable[float]:
    found = {name: part for name, part in match.groupdict().items() if part is not None}
    if "over" in found:
        return _ratio(found["over"], found["under"])
    if "denominator" in found:
        return _ratio(found["numerator"], found["denominator"])
    if "western" in found:
        value, scale = _float(found["western"]), found["scale"].lower()
        scaled = value * _SCALES[scale]
        return (value, scaled) if len(scale) == 1 else (scaled,)
    if "plain" in found:
        return (_float(found["plain"]),)
    return (sum(_BIG[name] * _small(part) for name, part in found.items()),)


def _small(text: str) -> float:
    """The value of ``2,500`` or ``5천4백``."""
    return sum(_float(n) * _SCALES.get(scale, 1) for n, scale in _PART.findall(text))


def _float(digits: str) -> float:
    return float(digits.replace(",", ""))


def _ratio(over: str, under: str) -> Iterable[float]:
    return (int(over) / int(under),) if int(under) else ()


def _words(value: float) -> Iterator[str]:
    """The words for a value in both languages."""
    if value.is_integer():
        yield from (row[int(value)] for row in _NUMBER_WORDS if value < len(row))
    if value in _TENS:
        yield _TENS[int(value)]
    for denominator, spellings in _FRACTIONS.items():
        if 0 < value < 1 and math.isclose(value * denominator % 1, 0, abs_tol=1e-9):
            yield from (form for word in spellings.split("|") for form in (word, f"{word}s"))
