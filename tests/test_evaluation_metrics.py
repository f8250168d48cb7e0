"""Scores are sacreBLEU's to the last digit, and what a hand computes where a hand can."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from digestlang.errors import DigestlangError
from digestlang.evaluation.metrics import LOWER_IS_BETTER, Scorer, comet
from digestlang.languages import Language

KOREAN = [
    "이 모델은 작지만 빠릅니다.",
    "연구진은 새로운 벤치마크를 공개했습니다.",
    "정확도가 12% 올랐습니다.",
    "훈련 비용은 절반으로 줄었습니다.",
]
HYPOTHESES = [
    "이 모델은 작고 빠릅니다.",
    "연구팀은 새로운 벤치마크를 발표했습니다.",
    "정확도가 12% 향상되었습니다.",
    "학습 비용은 절반으로 줄었습니다.",
]


def test_bleu_of_a_tiny_example_by_hand() -> None:
    # `the cat sat down` against `the cat sat on the mat`: precisions 3/4, 2/3, 1/2 and, smoothed
    # (exp, Chen and Cherry's method 3), 1/2 of 1/1; brevity penalty e^(1 - 6/4).
    scorer = Scorer(Language.ENGLISH, [["the cat sat on the mat"]], samples=100)
    precisions = [3 / 4, 2 / 3, 1 / 2, 1 / 2]
    expected = 100 * math.exp(1 - 6 / 4) * math.prod(precisions) ** (1 / 4)
    assert scorer.scores(["the cat sat down"])["BLEU"].score == pytest.approx(expected)


def test_ter_of_a_tiny_example_by_hand() -> None:
    # One word replaced and two missing: three edits over six words.
    scorer = Scorer(Language.ENGLISH, [["the cat sat on the mat"]], samples=100)
    assert scorer.scores(["the cat sat down"])["TER"].score == pytest.approx(100 * 3 / 6)


def test_scores_equal_those_of_the_sacrebleu_command(tmp_path: Path) -> None:
    (tmp_path / "ref").write_text("\n".join(KOREAN) + "\n", encoding="utf-8")
    (tmp_path / "hyp").write_text("\n".join(HYPOTHESES) + "\n", encoding="utf-8")
    scorer = Scorer(Language.KOREAN, [[line] for line in KOREAN])
    scores = scorer.scores(HYPOTHESES)
    options = {
        "BLEU": ["-m", "bleu", "--tokenize", "ko-mecab"],
        "chrF++": ["-m", "chrf", "--chrf-word-order", "2"],
        "TER": ["-m", "ter"],
    }
    for name, arguments in options.items():
        command = [sys.executable, "-m", "sacrebleu", "ref", "-i", "hyp", "-b", "-w", "4"]
        done = subprocess.run(
            [*command, *arguments], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert f"{scores[name].score:.4f}" == done.stdout.strip(), name


def test_the_two_directions_have_tokenizers_of_their_own() -> None:
    into_korean = Scorer(Language.KOREAN, [[line] for line in KOREAN])
    into_english = Scorer(Language.ENGLISH, [["one two three four"]])
    into_korean.scores(HYPOTHESES)
    into_english.scores(["one two three four"])
    assert "|tok:ko-mecab" in into_korean.signatures["BLEU"]
    assert "|tok:13a|" in into_english.signatures["BLEU"]
    assert all("version:" in signature for signature in into_korean.signatures.values())


def test_intervals_hold_the_score_and_are_the_same_every_time() -> None:
    scorer = Scorer(Language.KOREAN, [[line] for line in KOREAN])
    first, again = scorer.scores(HYPOTHESES), scorer.scores(HYPOTHESES)
    assert first == again
    for score in first.values():
        assert score.low <= score.score <= score.high
        assert score.low < score.high


def test_a_second_reference_can_only_help() -> None:
    one = Scorer(Language.KOREAN, [[line] for line in KOREAN])
    two = Scorer(Language.KOREAN, [[KOREAN[0], HYPOTHESES[0]], *([line] for line in KOREAN[1:])])
    for name, score in two.scores(HYPOTHESES).items():
        before = one.scores(HYPOTHESES)[name].score
        assert score.score < before if name in LOWER_IS_BETTER else score.score > before
    two.part(HYPOTHESES, [1, 2])  # segments of one reference each
    assert "nrefs:var" in two.signatures["BLEU"]
    assert two.segment(HYPOTHESES[0], 0) == pytest.approx(100)
    assert one.segment(HYPOTHESES[0], 0) < 100


def test_systems_are_tested_against_the_first() -> None:
    references = KOREAN * 10
    worse = ["전혀 다른 문장이 여기에 있습니다.", *HYPOTHESES[1:]] * 10
    scorer = Scorer(Language.KOREAN, [[line] for line in references], samples=200)
    found = scorer.compare({"good": HYPOTHESES * 10, "same": HYPOTHESES * 10, "worse": worse})
    assert [(c.metric, c.system, c.baseline) for c in found] == [
        (metric, system, "good")
        for metric in ("BLEU", "chrF++", "TER")
        for system in ("same", "worse")
    ]
    for comparison in found:
        if comparison.system == "same":
            assert comparison.difference == 0
            assert min(comparison.bootstrap_p, comparison.randomisation_p) > 0.5
        else:
            sign = 1 if comparison.metric in LOWER_IS_BETTER else -1
            assert sign * comparison.difference > 0
            assert max(comparison.bootstrap_p, comparison.randomisation_p) < 0.05
    assert scorer.compare({"alone": worse}) == []


def test_comet_is_asked_only_for_a_checkpoint_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "comet", None)
    with pytest.raises(DigestlangError, match="pip install unbabel-comet"):
        comet("x.ckpt", ["a"], ["b"], [["c"]])

    asked: list[object] = []

    class Model:
        def predict(self, data: object, **options: object) -> SimpleNamespace:
            asked.append(data)
            return SimpleNamespace(system_score=0.875)

    def load_from_checkpoint(path: str, local_files_only: bool) -> Model:
        if path != "good.ckpt":
            raise FileNotFoundError(path)
        assert local_files_only
        return Model()

    fake = ModuleType("comet")
    fake.load_from_checkpoint = load_from_checkpoint  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "comet", fake)
    assert comet("good.ckpt", ["a"], ["b"], [["c", "d"]]) == 87.5
    assert asked == [[{"src": "a", "mt": "b", "ref": "c"}]]
    with pytest.raises(DigestlangError, match=r"bad\.ckpt: COMET cannot load it"):
        comet("bad.ckpt", ["a"], ["b"], [["c"]])
