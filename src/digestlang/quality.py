"""Checks on a translated sentence: what a reader would be misled by, found without a reference.

Each check takes the words of source and translation (no code, no URLs) and the direction, and
returns the evidence against the translation: an empty list if there is none. ``CHECKS`` names them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from digestlang.languages import Direction, Language
from digestlang.quantities import read_quantities

Check = Callable[[str, str, Direction], list[str]]
Findings = dict[str, list[str]]  # evidence by the name of the check

_LATIN_WORD = re.compile(r"[A-Za-z0-9]+")
# What is spelt alike in both languages: several capitals (AI, LLaDA), or letters with digits (v2).
_IS_NAME = re.compile(r"[A-Za-z0-9]*[A-Z][A-Za-z0-9]*[A-Z]|(?=.*\d)[A-Z][A-Za-z0-9]+")
_PLAIN_ENDING = re.compile(r"(?<!니)다\.?$")  # 한다. beside 합니다.
_LONGEST_UNIT = 80  # words: a whole sentence may come twice
_LOOPING = re.compile(r"(\S{2,12}?)(?:\s?\1){3}")


def needs_translation(source: str, direction: Direction) -> bool:
    """Whether a sentence has words for a model: letters of its language that are not all names."""
    if direction.source is Language.KOREAN:
        return bool(re.search("[가-힣]", source))
    return any(not _IS_NAME.fullmatch(word) for word in re.findall(r"[A-Za-z][A-Za-z0-9]+", source))


def numbers(text: str) -> list[str]:
    """The numbers of a text as they are spelled, with their words of scale (``3 million``)."""
    return [quantity.number for quantity in read_quantities(text)]


def names(text: str) -> list[str]:
    """The words of a text that both languages spell alike, each once: ``AI``, ``LLaVA``, ``v2``."""
    return list(dict.fromkeys(w for w in _LATIN_WORD.findall(text) if _IS_NAME.match(w)))


def lost_numbers(source: str, target: str, direction: Direction) -> list[str]:
    """Numbers of the source that the translation does not have, in digits, scaled or in words.

    ``3 million`` may become ``300만``, ``two`` may become ``2``; values are compared.
    """
    given = read_quantities(target)
    return [
        quantity.number
        for quantity in read_quantities(source)
        if not any(map(quantity.equals, given)) and not quantity.is_in_words(target)
    ]


def invented_numbers(source: str, target: str, direction: Direction) -> list[str]:
    """Numbers of the translation that the source does not have."""
    return lost_numbers(target, source, direction)


def lost_names(source: str, target: str, direction: Direction) -> list[str]:
    """Names in Latin letters (``AI``, ``LLaVA``, ``Qwen2``) misspelt or left out."""
    return [name for name in names(source) if not _spelling(name).search(target)]


def lost_units(source: str, target: str, direction: Direction) -> list[str]:
    """Quantities (``6 kbps``, ``$3 million``) whose number the translation gives another unit."""
    given = read_quantities(target)
    lost = []
    for quantity in read_quantities(source):
        if quantity.spelling.endswith("점"):  # English scores without a word for it: 4.2 out of 5
            continue
        same = [one for one in given if quantity.equals(one)]
        if quantity.unit and same and not any(quantity.unit in one.units for one in same):
            lost.append(quantity.spelling)
    return lost


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
    """Brackets and quotes that the source closes as often as it opens, and the translation not."""
    return [
        pair
        for pair in ("()", "[]", "{}", "“”", "「」", "《》", '""')
        if _balanced(pair, source) and not _balanced(pair, target)
    ]


def strange_signs(source: str, target: str, direction: Direction) -> list[str]:
    """Signs of markup that the source does not have: left over from a model's training texts."""
    return [sign for sign in "\\`*_#|<>{}" if sign in target and sign not in source]


def plain_style(source: str, target: str, direction: Direction) -> list[str]:
    """A Korean sentence in the plain style, among others that digests have in the formal one."""
    return _PLAIN_ENDING.findall(target) if direction.target is Language.KOREAN else []


def _balanced(pair: str, text: str) -> bool:
    """Whether a text closes what it opens; straight quotes are so many as to make pairs."""
    if pair[0] == pair[1]:
        return text.count(pair[0]) % 2 == 0
    return text.count(pair[0]) == text.count(pair[1])


class Severity(StrEnum):
    """What a finding means for the reader of a translation."""

    FATAL = "fatal"  # better the source than this
    ERROR = "error"  # it misleads
    WARNING = "warning"  # worth a look
    NOTE = "note"  # another wording, not reported: it only helps to choose among translations


@dataclass(frozen=True, slots=True)
class Rule:
    """A check, how bad what it finds is, and how much one piece of evidence weighs beside others.

    ``check`` is None where another module does the finding.
    """

    check: Check | None
    severity: Severity
    weight: int


RULES: dict[str, Rule] = {
    "empty": Rule(empty, Severity.FATAL, 100),
    "loop": Rule(loop, Severity.FATAL, 50),
    "script": Rule(wrong_script, Severity.ERROR, 10),
    "length": Rule(length, Severity.WARNING, 5),
    "numbers": Rule(lost_numbers, Severity.ERROR, 3),
    "added numbers": Rule(invented_numbers, Severity.WARNING, 2),
    "units": Rule(lost_units, Severity.ERROR, 2),
    "names": Rule(lost_names, Severity.WARNING, 2),
    "brackets": Rule(brackets, Severity.WARNING, 1),
    "signs": Rule(strange_signs, Severity.WARNING, 2),
    "plain style": Rule(plain_style, Severity.NOTE, 1),
    "terms": Rule(None, Severity.ERROR, 3),  # of the user's glossary: digestlang.terms
    "project terms": Rule(None, Severity.NOTE, 1),  # of our own
}


def check(source: str, target: str, direction: Direction) -> Findings:
    """Run every check; return the evidence of those that found something, by the check's name."""
    found = {
        name: rule.check(source, target, direction) for name, rule in RULES.items() if rule.check
    }
    return {name: evidence for name, evidence in found.items() if evidence}


def cost(findings: Findings) -> int:
    """The weight of all evidence."""
    return sum(RULES[name].weight * len(evidence) for name, evidence in findings.items())


def is_fatal(findings: Findings) -> bool:
    """Whether the source is better than a translation with these findings."""
    return any(RULES[name].severity is Severity.FATAL for name in findings)


def reported(findings: Findings) -> list[str]:
    """The names of the checks whose findings a reader is told of."""
    return [name for name in findings if RULES[name].severity is not Severity.NOTE]


def maskable(findings: Findings) -> list[str]:
    """What a placeholder can carry over as it is: names, quantities, numbers without a scale."""
    numbers = findings.get("numbers", [])
    plain = [number for number in numbers if re.fullmatch(r"[\d.,]+", number)]
    return [*findings.get("names", []), *findings.get("units", []), *plain]


# -- shared --------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _spelling(name: str) -> re.Pattern[str]:
    """A name as a word of its own, in any case, with hyphens or spaces in it, or in the plural."""
    stem = re.sub(r"(?<=[A-Z])s$", "", name)
    before = r"(?<![\d.])" if stem[0].isdigit() else "(?<![A-Za-z])"
    after = r"(?!\d)" if stem[-1].isdigit() else "(?:e?s)?(?![A-Za-z])"
    return re.compile(before + r"[\s_-]?".join(stem) + after, re.IGNORECASE)
