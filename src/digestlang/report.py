"""What became of every segment, for people's summary and as JSON for machines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from digestlang.pipeline import Translation
from digestlang.repair import Origin
from digestlang.terms import Glossary, Term


@dataclass(frozen=True, slots=True)
class Outcome:
    """The translation of one document; ``seconds`` from reading done to output written."""

    name: str
    translations: Sequence[Translation]
    seconds: float

    @property
    def totals(self) -> dict[str, Any]:
        """Counts of segments: see :func:`totals`."""
        return totals([self], self.seconds)


def totals(outcomes: Sequence[Outcome], seconds: float) -> dict[str, Any]:
    """Count the segments of all documents.

    ``translated`` have a translation in the output, ``from_memory`` among them those no engine was
    needed for; ``passed_through`` were none of an engine's business (another language, a title, a
    name); ``flagged`` failed a check or kept their source.
    """
    all_ = [translation for outcome in outcomes for translation in outcome.translations]
    return {
        "segments": len(all_),
        "translated": sum(t.target is not None for t in all_),
        "from_memory": sum(t.origin is Origin.MEMORY for t in all_),
        "passed_through": sum(t.origin is Origin.PASSED_THROUGH for t in all_),
        "flagged": sum(bool(t.flags) for t in all_),
        "seconds": round(seconds, 3),
        "segments_per_second": round(len(all_) / seconds, 2) if seconds else 0.0,
    }


def inconsistent_terms(outcome: Outcome, glossary: Glossary) -> dict[Term, Counter[str]]:
    """The terms of a document that its translation spells in several ways, with counts."""
    return glossary.inconsistent(
        (one.segment.text, one.target, one.direction)
        for one in outcome.translations
        if one.target is not None and one.direction is not None
    )


def report(outcomes: Sequence[Outcome], seconds: float, glossary: Glossary) -> str:
    """Return the report of a run as JSON text: ``segments``, ``terms`` and ``totals``.

    ``terms`` are those of the glossary that one document spells in several ways.
    """
    segments = [
        {
            "file": outcome.name,
            "line": one.line,
            "kind": "title" if one.segment.is_title else str(one.segment.kind),
            "source": one.segment.raw,
            "target": one.target,
            "language": one.detection.code,
            "direction": str(one.direction) if one.direction else None,
            "origin": str(one.origin),
            "flags": list(one.flags),
            "ways": list(one.ways),
        }
        for outcome in outcomes
        for one in outcome.translations
    ]
    terms = [
        {
            "file": outcome.name,
            "source": term.sources[0],
            "direction": str(term.direction),
            "spellings": dict(used.most_common()),
        }
        for outcome in outcomes
        for term, used in inconsistent_terms(outcome, glossary).items()
    ]
    content = {"segments": segments, "terms": terms, "totals": totals(outcomes, seconds)}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
