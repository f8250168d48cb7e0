"""Counts and JSON of what became of every segment."""

from __future__ import annotations

import json

from fakes import FakeEngine, plausible

from digestlang.digest import Document, read_jsonl, read_markdown
from digestlang.pipeline import Options, Translator
from digestlang.report import Outcome, report, totals
from digestlang.terms import Glossary, project_glossary

NONE = Glossary(())
TEXT = """# [A Paper About Words](https://arxiv.org/abs/2401.00001)

## Summary

The accuracy rose by 12% in the test.

이 방법은 새롭습니다.

Ein Satz, der auf Deutsch geschrieben wurde.
"""


def outcome(document: Document, engine: FakeEngine, seconds: float = 2.0) -> Outcome:
    return Outcome(
        document.name, Translator(lambda direction: engine, Options()).translate(document), seconds
    )


def test_totals_count_segments_by_what_became_of_them() -> None:
    one = outcome(read_markdown(TEXT, "a.md"), FakeEngine(plausible))
    assert one.totals == {
        "segments": 5,
        "translated": 3,
        "from_memory": 0,
        "passed_through": 2,
        "flagged": 0,
        "seconds": 2.0,
        "segments_per_second": 2.5,
    }
    both = totals([one, one], 4.0)
    assert (both["segments"], both["segments_per_second"]) == (10, 2.5)


def test_a_translation_that_fails_a_check_is_counted_and_named() -> None:
    losing = FakeEngine(lambda source, direction: "정확도가 크게 올랐습니다.")
    one = outcome(read_markdown("The accuracy rose by 12% in the test.\n", "a.md"), losing)
    assert one.totals["flagged"] == 1
    assert json.loads(report([one], 1.0, NONE))["segments"][0]["flags"] == ["numbers"]


def test_a_source_that_is_kept_has_no_target() -> None:
    mute = FakeEngine(lambda source, direction: "")
    one = outcome(read_markdown("The accuracy rose in the test.\n", "a.md"), mute)
    (segment,) = json.loads(report([one], 1.0, NONE))["segments"]
    assert (segment["origin"], segment["target"]) == ("source", None)
    assert "empty" in segment["flags"]
    assert (one.totals["translated"], one.totals["passed_through"]) == (0, 0)


def test_the_report_names_every_segment_in_order() -> None:
    found = json.loads(
        report([outcome(read_markdown(TEXT, "a.md"), FakeEngine(plausible))], 2.0, NONE)
    )
    rows = [(s["line"], s["kind"], s["language"], s["origin"]) for s in found["segments"]]
    assert rows == [
        (1, "title", "en", "passed_through"),
        (3, "heading", "en", "glossary"),
        (5, "paragraph", "en", "engine"),
        (7, "paragraph", "ko", "engine"),
        (9, "paragraph", "de", "passed_through"),
    ]
    assert [s["direction"] for s in found["segments"]] == [None, "en-ko", "en-ko", "ko-en", None]


def test_records_are_reported_by_their_own_line() -> None:
    document = read_jsonl('\n{"x": "One of the lines.\\n\\nTwo of the lines."}\n', "a.jsonl", ["x"])
    found = json.loads(report([outcome(document, FakeEngine(plausible))], 1.0, NONE))
    assert [segment["line"] for segment in found["segments"]] == [2, 2]


def test_nothing_at_all_is_a_report_too() -> None:
    found = json.loads(report([], 0.0, NONE))
    assert found["segments"] == []
    assert found["totals"]["segments_per_second"] == 0.0


def test_a_term_in_two_wordings_is_reported_for_its_document() -> None:
    text = (
        "The dataset is a large one.\n\nThis dataset is a small one.\n\nThat dataset is odd here.\n"
    )
    words = {
        "large": "데이터셋은 큽니다.",
        "small": "데이터 세트는 작습니다.",
        "odd": "데이터셋이 이상합니다.",
    }
    engine = FakeEngine(lambda source, _: next(v for k, v in words.items() if k in source))
    terms = Glossary(project_glossary())
    found = json.loads(report([outcome(read_markdown(text, "a.md"), engine)], 1.0, terms))
    assert found["terms"] == [
        {
            "file": "a.md",
            "source": "dataset",
            "direction": "en-ko",
            "spellings": {"데이터셋": 2, "데이터 세트": 1},
        }
    ]
