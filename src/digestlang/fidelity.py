"""Whether a document's translation, ours or anybody's, still says and holds what the source does.

Blocks are compared first, and aligned where they differ; then the markup of every block that both
have, and its words by the checks in :mod:`digestlang.quality`. No reference is needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from digestlang import quality
from digestlang.bitext import unmatched
from digestlang.detection import detect_all, majority
from digestlang.digest.document import Document, Segment
from digestlang.digest.outline import Block, copied, outline
from digestlang.languages import Direction, Language
from digestlang.protection import source_words
from digestlang.quality import Severity
from digestlang.sentences import split_units


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference; a line is None where the document has nothing in that place."""

    check: str
    severity: Severity
    source_line: int | None
    target_line: int | None
    message: str


# What an inline that is copied is called here; any other role is markup.
_MARKUP_CHECKS = {
    "link": "links",
    "url": "links",
    "email": "links",
    "image": "links",
    "tail": "links",
    "code": "code",
    "math": "math",
    "citation": "ids",
    "arxiv": "ids",
    "doi": "ids",
    "footnote": "ids",
}
UNTRANSLATED = "untranslated"  # not said of titles and author lists, which readers want as they are
SENTENCES = "sentences"
# Of the checks made here; the others have a rule.
_WARNINGS = frozenset({"markup", SENTENCES, UNTRANSLATED})


def compare(source: Document, target: Document, direction: Direction) -> list[Finding]:
    """Return what is lost, added or broken in a translation, in the order of the source."""
    findings: list[Finding] = []
    prose = {segment.start for segment in source.segments if not segment.is_title}
    for ours, theirs in _aligned(outline(source), outline(target)):
        if ours is None or theirs is None:
            findings.append(_unmatched(ours, theirs))
        elif ours.verbatim != theirs.verbatim:
            findings.append(_finding("code", ours, theirs, f"the {ours.kind} is not the same"))
        elif ours.segment is not None or theirs.segment is not None:
            found = _compare_words(ours, theirs, direction)
            is_prose = ours.segment is not None and ours.segment.start in prose
            findings += (one for one in found if is_prose or one.check != UNTRANSLATED)
    return findings


def majority_direction(source: Document) -> Direction | None:
    """The direction out of the language that most of a document is in; None if none is found."""
    language = majority(detect_all([segment.text for segment in source.segments]))
    return Direction.into(language.other) if language else None


def _aligned(
    source: Sequence[Block], target: Sequence[Block]
) -> Iterator[tuple[Block | None, Block | None]]:
    """Yield the blocks of both that belong together; None where one has no counterpart."""
    kinds = [block.kind for block in source], [block.kind for block in target]
    if kinds[0] == kinds[1]:  # the rule; SequenceMatcher is quadratic at worst
        yield from zip(source, target, strict=True)
        return
    matcher = SequenceMatcher(None, *kinds, autojunk=False)
    for _, i, i_end, j, j_end in matcher.get_opcodes():
        same = kinds[0][i:i_end] == kinds[1][j:j_end]
        if same:
            yield from zip(source[i:i_end], target[j:j_end], strict=True)
        else:
            yield from ((block, None) for block in source[i:i_end])
            yield from ((None, block) for block in target[j:j_end])


def _unmatched(ours: Block | None, theirs: Block | None) -> Finding:
    one = ours or theirs
    assert one is not None
    state = "is missing" if theirs is None else "was added"
    return Finding(
        "structure",
        Severity.ERROR,
        ours.line if ours else None,
        theirs.line if theirs else None,
        f"a {one.kind} {state}",
    )


def _compare_words(ours: Block, theirs: Block, direction: Direction) -> Iterator[Finding]:
    source, target = ours.segment, theirs.segment
    if source is None or target is None:
        yield _finding("structure", ours, theirs, f"the {ours.kind} has lost or gained its text")
        return
    wanted, given = _copied(source), _copied(target)
    for (check, raw), count in (wanted - given).items():
        yield _finding(check, ours, theirs, f"{raw} is lost{_times(count)}")
    for (check, raw), count in (given - wanted).items():
        yield _finding(check, ours, theirs, f"{raw} was added{_times(count)}")
    said, says = source.text.strip(), target.text.strip()
    if said == says:
        (detected,) = detect_all([said])
        if detected.language is direction.source and quality.needs_translation(said, direction):
            yield _finding(UNTRANSLATED, ours, theirs, f"{_short(said)} stands as it was")
        return
    findings = quality.check(said, says, direction)
    for check in quality.reported(findings):
        yield _finding(check, ours, theirs, ", ".join(findings[check]))
    dropped, added = unmatched(
        _sentences(source, direction.source), _sentences(target, direction.target), direction
    )
    yield from (_finding(SENTENCES, ours, theirs, f"{_short(one)} is lost") for one in dropped)
    yield from (_finding(SENTENCES, ours, theirs, f"{_short(one)} was added") for one in added)


def _copied(segment: Segment) -> Counter[tuple[str, str]]:
    """What a segment holds beside words, by the check that speaks of it and its name there."""
    found: Counter[tuple[str, str]] = Counter()
    for (role, raw), count in copied(segment).items():
        found[_MARKUP_CHECKS.get(role, "markup"), raw or f"{role} markup"] += count
    return found


def _sentences(segment: Segment, language: Language) -> list[str]:
    words = (source_words(unit.core) for unit in split_units(segment.inlines, language))
    return [sentence for sentence in words if sentence]


def _finding(check: str, ours: Block, theirs: Block, message: str) -> Finding:
    rule = quality.RULES.get(check)
    is_warning = check in _WARNINGS if rule is None else rule.severity is Severity.WARNING
    severity = Severity.WARNING if is_warning else Severity.ERROR
    return Finding(check, severity, ours.line, theirs.line, message)


def _times(count: int) -> str:
    return f" ({count} times)" if count > 1 else ""


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")
