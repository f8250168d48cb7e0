"""Terms with an agreed translation, and names that are never translated.

A glossary is a CSV or TSV file with a header: ``source`` and ``target`` (English and Korean in
either order), and if wanted ``direction`` (``en-ko``, ``ko-en``; both if empty), ``case``
(``sensitive``), ``note``. A field may hold several spellings between ``|``: the first is the one
written, the others are accepted. An empty target, or one equal to the source, means that the source
is kept. The project's own glossary of AI papers is ``terms.tsv`` beside this file.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files as resources
from pathlib import Path

from digestlang.digest.document import Inline, InlineKind, plain
from digestlang.digest.files import decode, read_bytes
from digestlang.errors import InputError, UnsupportedLanguageError
from digestlang.languages import DIRECTIONS, Direction, Language
from digestlang.protection import TERM

_COLUMNS = {"source", "target", "direction", "case", "note"}
_HANGUL = re.compile("[가-힣]")
# What may follow a Korean term without making another word of it: `모델` is not in `모델링`.
_PARTICLES = (
    "은|는|이|가|을|를|의|에|와|과|로|으로|도|만|부터|까지|처럼|보다|마다|조차|밖에|이나|나|라는|이라는|이라고|라고|이란|란|"
    "인|입니다|이다|이며|이고|이자|하는|하여|하고|한|할|해|했|합니다|된|되는|되어|됩니다|들|별|적|용"
)
_KOREAN_END = rf"(?![가-힣])|(?=(?:{_PARTICLES}))"


@dataclass(frozen=True, slots=True)
class Term:
    """One agreed translation in one direction: spellings of the source, and of the target.

    ``wanted`` are the user's own, which a translation that lacks them is flagged for.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    direction: Direction
    case_sensitive: bool = False
    wanted: bool = True

    @property
    def target(self) -> str:
        """The spelling that is written."""
        return self.targets[0]

    def is_in(self, translation: str) -> bool:
        """Whether a translation has the term in any accepted spelling; spaces do not count."""
        text = _folded(translation)
        return any(_folded(target) in text for target in self.targets)


class Glossary:
    """Terms to look for in a text; the longest that match count."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms: dict[tuple[Direction, str], Term] = {}
        spellings: dict[Direction, dict[str, None]] = {direction: {} for direction in DIRECTIONS}
        for term in terms:  # an earlier one counts: the user's come before the project's
            for source in term.sources:
                key = (term.direction, source.lower())
                earlier = self._terms.get(key)
                if earlier is None:
                    self._terms[key] = term
                elif not earlier.wanted:  # 추론 is inference as well as reasoning
                    targets = tuple(dict.fromkeys(earlier.targets + term.targets))
                    self._terms[key] = replace(earlier, targets=targets)
                spellings[term.direction][source] = None
        # A source is looked through again for every hypothesis of its beam.
        self._find = lru_cache(maxsize=4096)(lambda *key: tuple(self._search(*key)))
        self._patterns = {
            direction: _pattern(list(found), direction.source)
            for direction, found in spellings.items()
            if found
        }

    def find(self, text: str, direction: Direction) -> Sequence[tuple[int, int, Term]]:
        """Return ``(start, end, term)`` for every term in a text, in order."""
        return self._find(text, direction)

    def _search(self, text: str, direction: Direction) -> Iterator[tuple[int, int, Term]]:
        pattern = self._patterns.get(direction)
        for match in pattern.finditer(text) if pattern else ():
            term = self._terms[direction, match["term"].lower()]
            if not term.case_sensitive or match["term"] in term.sources:
                yield *match.span(), term

    def _terms_of(self, source: str, direction: Direction) -> Iterable[Term]:
        """The terms of a source, each once."""
        return dict.fromkeys(term for *_, term in self.find(source, direction))

    def missing(self, source: str, translation: str, direction: Direction) -> list[Term]:
        """The terms of a source that its translation has in no accepted spelling, each once."""
        return [term for term in self._terms_of(source, direction) if not term.is_in(translation)]

    def inconsistent(
        self, translated: Iterable[tuple[str, str, Direction]]
    ) -> dict[Term, Counter[str]]:
        """The terms that (source, translation, direction) triples spell in more than one way.

        Every accepted spelling is counted once a translation.
        """
        counts: dict[Term, Counter[str]] = {}
        for source, translation, direction in translated:
            text = _folded(translation)
            for term in self._terms_of(source, direction):
                used = next((one for one in term.targets if _folded(one) in text), None)
                if used is not None:
                    counts.setdefault(term, Counter())[used] += 1
        return {term: used for term, used in counts.items() if len(used) > 1}

    def mask(
        self, core: Sequence[Inline], targets: Iterable[str], direction: Direction
    ) -> list[Inline]:
        """Make every term that has one of these targets an atom that is already translated."""
        chosen = set(targets)
        result: list[Inline] = []
        for inline in core:
            position = 0
            if inline.is_plain:
                for start, end, term in self.find(inline.text, direction):
                    if term.target in chosen:
                        if start > position:
                            result.append(plain(inline.text[position:start]))
                        result.append(Inline(InlineKind.ATOM, term.target, term.target, TERM))
                        position = end
            if position == 0:
                result.append(inline)
            elif position < len(inline.text):
                result.append(plain(inline.text[position:]))
        return result


def read_glossary(path: Path) -> list[Term]:
    """Read a glossary file.

    Raises:
        InputError: if it cannot be read or a line is no term (names it).
    """
    name = str(path)
    return list(_read(decode(read_bytes(path, name), name), name))


@cache
def project_glossary() -> tuple[Term, ...]:
    """The terms of AI papers that come with digestlang."""
    text = resources("digestlang").joinpath("terms.tsv").read_text(encoding="utf-8")
    return tuple(replace(term, wanted=False) for term in _read(text, "terms.tsv"))


def _read(text: str, name: str) -> Iterator[Term]:
    lines = text.removeprefix("\ufeff").splitlines()
    delimiter = "\t" if "\t" in lines[0] else ","
    rows = csv.DictReader(lines, delimiter=delimiter)
    columns = {column.strip().lower() for column in rows.fieldnames or ()}
    if not {"source", "target"} <= columns <= _COLUMNS:
        raise InputError(
            f"{name}:1: the first line names the columns: source, target, and if wanted "
            f"direction, case, note; here it has {', '.join(sorted(columns))}"
        )
    for row in rows:
        fields = {(k or "").strip().lower(): (v or "").strip() for k, v in row.items() if k}
        if not any(fields.values()):
            continue
        try:
            yield from _terms(fields)
        except (ValueError, UnsupportedLanguageError) as error:
            raise InputError(f"{name}:{rows.line_num}: {error}") from None


def _terms(fields: dict[str, str]) -> Iterator[Term]:
    """The terms of one line: one a direction."""
    sources, targets = (_spellings(fields[name]) for name in ("source", "target"))
    if not sources:
        raise ValueError("no source")
    case = fields.get("case", "").lower()
    if case not in ("", "sensitive", "insensitive"):
        raise ValueError(f"case is {case!r}; sensitive or nothing is expected")
    kept = not targets or sources == targets
    korean = bool(_HANGUL.search(sources[0]))
    from_source = Direction.into(Language.ENGLISH if korean else Language.KOREAN)
    wanted = fields.get("direction", "")
    directions = [Direction.parse(wanted)] if wanted else list(DIRECTIONS)
    for direction in directions:
        if kept:
            yield Term(sources, sources, direction, case_sensitive=True)
        elif direction == from_source:
            yield Term(sources, targets, direction, case == "sensitive")
        else:
            yield Term(targets, sources, direction, case == "sensitive")


def _spellings(field: str) -> tuple[str, ...]:
    return tuple(spelling for part in field.split("|") if (spelling := part.strip()))


def _pattern(spellings: Sequence[str], language: Language) -> re.Pattern[str]:
    """Finds the spellings of a language as words of their own, longer ones first."""
    ordered = sorted(spellings, key=len, reverse=True)
    words = "|".join(re.escape(spelling) for spelling in ordered)
    if language is Language.KOREAN:
        return re.compile(
            rf"(?<![가-힣A-Za-z0-9])(?P<term>{words})(?:{_KOREAN_END})", re.IGNORECASE
        )
    # English terms are found in the plural as well.
    return re.compile(
        rf"(?<![A-Za-z0-9\-])(?P<term>{words})(?:e?s)?(?![A-Za-z0-9]|-[A-Za-z])", re.IGNORECASE
    )


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", text).lower()
