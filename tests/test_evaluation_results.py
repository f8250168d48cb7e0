"""Results go to JSON and come back, are compared with each other, and judged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from digestlang.errors import DigestlangError
from digestlang.evaluation import (
    Pair,
    PairSet,
    Result,
    System,
    evaluate,
    load_set,
    read_result,
    result,
)
from digestlang.evaluation.comparison import falls, merge
from digestlang.languages import Direction, Language
from digestlang.models import find_model

EN_KO = Direction.parse("en-ko")
KOREAN = [f"{number}번 실험에서 모델은 빠르고 정확하게 답했습니다." for number in range(2, 42)]
GOOD = [text.replace("빠르고", "빨리") for text in KOREAN]
BAD = [f"실험 {number}은 아무것도 아니었다." for number in range(2, 42)]
PAIRS = PairSet(
    "tiny",
    [
        Pair(
            f"t{number}",
            {
                Language.ENGLISH: [f"In run {number} the model was fast and right."],
                Language.KOREAN: [text],
            },
            domain="paper" if number % 2 else "news",
        )
        for number, text in enumerate(KOREAN, start=2)
    ],
)


def outcome(hypotheses: list[str], name: str = "model") -> Result:
    system = System(name, hypotheses, key=f"{name}@1", seconds=2.0)
    return result([evaluate(PAIRS, EN_KO, [system], samples=200)], {"beam_size": 4})


@pytest.fixture(scope="module")
def good() -> Result:
    return outcome(GOOD)


@pytest.fixture(scope="module")
def bad() -> Result:
    return outcome(BAD)


def test_what_an_evaluation_holds(good: Result) -> None:
    (found,) = good.evaluations
    assert (found.set, found.direction, found.pairs) == ("tiny", "en-ko", 40)
    (system,) = found.systems
    assert {name: part.segments for name, part in system.domains.items()} == {
        "news": 20,
        "paper": 20,
    }
    assert {name: part.segments for name, part in system.lengths.items()} == {"1–9": 40}
    assert system.words_per_second == pytest.approx(40 * 9 / 2)
    assert system.measures["numbers kept"] == 1
    assert found.reference["length ratio"] == 1
    segment = found.segments[0]
    assert (segment.id, segment.domain, segment.references) == ("t2", "news", [KOREAN[0]])
    assert segment.systems["model"].hypothesis == GOOD[0]
    assert 0 < segment.systems["model"].chrf < 100
    assert good.versions["sacrebleu"] and good.machine["cores"]


def test_json_there_and_back(good: Result, tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(good.to_json(), encoding="utf-8")
    again = read_result(path)
    assert again.to_json() == good.to_json()
    path.write_text(good.without_segments().to_json(), encoding="utf-8")
    assert KOREAN[0] not in path.read_text(encoding="utf-8")
    assert read_result(path).evaluations[0].systems == again.evaluations[0].systems


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not JSON"),
        ("[]", "not a result of digestlang eval"),
        ('{"schema": 99}', r"not a result of digestlang eval --json \(schema 1\)"),
        ('{"schema": 1, "evaluations": [{}]}', "a damaged result"),
        ('{"schema": 1, "evaluations": [], "more": 1}', "a damaged result"),
    ],
)
def test_what_is_no_result(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DigestlangError, match=message):
        read_result(path)
    with pytest.raises(DigestlangError, match="cannot be read"):
        read_result(tmp_path / "nosuch.json")


def test_merged_results_stand_side_by_side_and_are_tested(good: Result, bad: Result) -> None:
    (merged,) = merge({"old": good, "new": bad})
    assert [system.name for system in merged.systems] == ["old/model", "new/model"]
    assert list(merged.segments[3].systems) == ["old/model", "new/model"]
    bleu = merged.comparisons[0]
    assert (bleu.metric, bleu.system, bleu.baseline) == ("BLEU", "new/model", "old/model")
    assert bleu.difference < 0 and bleu.bootstrap_p < 0.05

    (named,) = merge({"old": good, "new": outcome(BAD, "other")})
    assert [system.name for system in named.systems] == ["model", "other"]

    (bare,) = merge({"old": good, "new": bad.without_segments()})
    assert [system.name for system in bare.systems] == ["old/model", "new/model"]
    assert bare.comparisons == () and bare.segments == ()


@pytest.mark.parametrize("segments", [True, False])
def test_a_fall_is_found_and_a_rise_is_none(good: Result, bad: Result, segments: bool) -> None:
    now, before = (one if segments else one.without_segments() for one in (bad, good))
    lines = list(falls(now, [], before))
    assert [line.partition(":")[0] for line in lines] == ["tiny, en-ko"] * 3
    assert ("p = 0.0" in lines[0]) is segments
    assert list(falls(before, [], now)) == []
    assert list(falls(good, [], good)) == []


def test_the_least_scores(good: Result) -> None:
    score = good.evaluations[0].systems[0].scores["BLEU"].score
    assert list(falls(good, [("BLEU", None, score - 1)], None)) == []
    other = ("BLEU", EN_KO.parse("ko-en"), 100.0)
    (line,) = falls(good, [("BLEU", EN_KO, score + 1), other], None)
    assert line == f"tiny, en-ko: BLEU {score:.1f} is under {score + 1:g}"


def test_results_of_other_sets_are_not_compared(good: Result) -> None:
    content = json.loads(good.to_json())
    content["evaluations"][0]["checksum"] = "another"
    other = Result(**{**content, "evaluations": []})
    with pytest.raises(DigestlangError, match="no set and direction in common"):
        list(falls(good, [], other))


@pytest.mark.parametrize("name", ["sentences", "digests"])
def test_the_results_kept_are_of_the_model_and_the_set_that_come_along(name: str) -> None:
    kept = read_result(Path(__file__).parents[1] / "eval" / "results" / f"digest-small.{name}.json")
    assert [one.direction for one in kept.evaluations] == ["en-ko", "ko-en"]
    for evaluation in kept.evaluations:
        assert evaluation.checksum == load_set(name).checksum
        (system,) = evaluation.systems
        assert f"@{find_model('digest-small').fingerprint} " in system.key
        assert len(evaluation.segments) == evaluation.pairs
