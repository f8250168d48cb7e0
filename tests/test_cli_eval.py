"""``digestlang eval`` as its users run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import CommandLine
from fakes import FakeEngine

from digestlang.languages import Direction
from digestlang.memory import Entry, Memory, default_path

ENGLISH = ["The model answers questions about tables.", "It was trained on 12 GPUs.", "It is open."]
KOREAN = [
    "이 모델은 표에 관한 질문에 답합니다.",
    "이것은 GPU 12개로 훈련되었습니다.",
    "공개되어 있습니다.",
]


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """A set as two parallel files; its first line is too long to be a chance match."""
    for language, lines in (("en", ENGLISH), ("ko", KOREAN)):
        text = "\n".join(lines) + "\n"
        (tmp_path / f"dev.{language}").write_text(text, encoding="utf-8")
    return tmp_path / "dev"


def stored(prefix: Path, name: str, lines: list[str]) -> Path:
    path = prefix.with_name(name)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_model_is_measured_in_both_directions(
    digestlang: CommandLine, engine: FakeEngine, prefix: Path
) -> None:
    run = digestlang("eval", prefix, "--samples", 100)
    assert run.code == 0, run.stderr
    assert "dev, en-ko, 3 pairs" in run.text and "dev, ko-en, 3 pairs" in run.text
    assert "tok:ko-mecab" in run.text and "tok:13a" in run.text
    asked = [source for direction, source in engine.asked if str(direction) == "en-ko"]
    assert set(ENGLISH) <= set(asked)


def test_stored_translations_are_compared_in_their_own_direction(
    digestlang: CommandLine, prefix: Path, tmp_path: Path
) -> None:
    perfect = stored(prefix, "perfect.ko", KOREAN)
    poor = stored(prefix, "poor.ko", ["모릅니다.", "모릅니다.", "모릅니다."])
    arguments = ["--hypotheses", f"best={perfect}", "--hypotheses", poor, "--samples", 100]
    run = digestlang("eval", "run", prefix, *arguments, "--json", "-")
    assert run.code == 0, run.stderr
    (found,) = json.loads(run.stdout)["evaluations"]
    assert found["direction"] == "en-ko"
    assert [system["name"] for system in found["systems"]] == ["best", "poor"]
    assert found["systems"][0]["scores"]["BLEU"]["score"] == 100
    assert found["comparisons"][0]["difference"] < -50
    assert found["segments"][1]["systems"]["poor"]["flags"] == ["numbers", "names"]


def test_translations_from_standard_input(digestlang: CommandLine, prefix: Path) -> None:
    text = "\n".join(ENGLISH).encode()
    run = digestlang("eval", prefix, "--hypotheses", "-", "--json", "-", stdin=text)
    (found,) = json.loads(run.stdout)["evaluations"]
    assert found["direction"] == "ko-en"
    assert found["systems"][0]["name"] == "stdin"
    assert found["systems"][0]["scores"]["TER"]["score"] == 0


def test_source_and_reference_files(digestlang: CommandLine, prefix: Path) -> None:
    files: list[str | Path] = ["--source", f"{prefix}.ko", "--reference", f"{prefix}.en"]
    files += ["--reference", stored(prefix, "second", [*ENGLISH[:2], "It is public."])]
    hypotheses = stored(prefix, "h.en", [*ENGLISH[:2], "It is public."])
    run = digestlang("eval", *files, "--hypotheses", hypotheses, "--json", "-")
    assert run.code == 0, run.stderr
    (found,) = json.loads(run.stdout)["evaluations"]
    assert found["systems"][0]["scores"]["BLEU"]["score"] == 100
    assert "nrefs:2" in found["signatures"]["BLEU"]


def test_files_are_written_whole_and_not_over_others(
    digestlang: CommandLine, engine: FakeEngine, prefix: Path, tmp_path: Path
) -> None:
    json_file, html = tmp_path / "out" / "r.json", tmp_path / "out" / "r.html"
    arguments = ["eval", prefix, "-d", "en-ko", "--samples", 100, "--quiet"]
    run = digestlang(*arguments, "--json", json_file, "--html", html, "--no-segments")
    assert (run.code, run.stdout, run.stderr) == (0, b"", "")
    assert json.loads(json_file.read_text())["evaluations"][0]["segments"] == []
    assert KOREAN[0] in html.read_text(encoding="utf-8")
    asked = engine.calls
    run = digestlang(*arguments, "--json", json_file)
    assert run.code == 1 and "--force overwrites it" in run.stderr
    assert engine.calls == asked  # refused before anything was translated
    assert digestlang(*arguments, "--json", json_file, "--force").code == 0


def test_limit_and_raw(digestlang: CommandLine, engine: FakeEngine, prefix: Path) -> None:
    run = digestlang("eval", prefix, "-d", "en-ko", "--limit", 2, "--raw", "--json", "-")
    content = json.loads(run.stdout)
    assert content["options"]["raw"] is True and content["options"]["limit"] == 2
    assert content["evaluations"][0]["pairs"] == 2
    assert [source for _, source in engine.asked] == [ENGLISH[0], *ENGLISH[:2]]


def test_pairs_in_the_memory_are_not_held_out(
    digestlang: CommandLine, engine: FakeEngine, prefix: Path
) -> None:
    with Memory(default_path()) as memory:
        memory.add([Entry(ENGLISH[0] + "!", "…", Direction.parse("en-ko"))])
    run = digestlang("eval", prefix)
    assert run.code == 1
    assert "1 pairs are not held out: 1 (" in run.stderr and "--allow-overlap" in run.stderr
    assert engine.calls == 0
    run = digestlang("eval", prefix, "--allow-overlap", "--json", "-")
    assert run.code == 0 and "1 pairs are not held out" in run.stderr
    assert json.loads(run.stdout)["options"]["overlap_allowed"] is True


def test_pairs_in_training_data_are_not_held_out(
    digestlang: CommandLine, engine: FakeEngine, prefix: Path
) -> None:
    training = stored(prefix, "train.tsv", ["One two three four.\t하나", f"x\t{KOREAN[1]}"])
    run = digestlang("eval", prefix, "--training", training)
    assert run.code == 1
    assert f"2 ({training}, item 2, equal)" in run.stderr


def test_the_memory_is_never_asked(
    digestlang: CommandLine, engine: FakeEngine, prefix: Path
) -> None:
    path = default_path()
    with Memory(path) as memory:
        memory.add([Entry("Something else entirely, I say.", "…", Direction.parse("en-ko"))])
        assert digestlang("eval", prefix, "--quiet").code == 0
        assert len(list(memory.entries())) == 1


def test_compare_and_gate(digestlang: CommandLine, prefix: Path, tmp_path: Path) -> None:
    results = {}
    for name, lines in {"good": KOREAN, "bad": ["아니요.", "전혀요.", "글쎄요."]}.items():
        results[name] = tmp_path / f"{name}.json"
        hypotheses = stored(prefix, f"{name}.ko", lines)
        arguments = ["--hypotheses", hypotheses, "--json", results[name], "--quiet"]
        assert digestlang("eval", prefix, *arguments).code == 0
    page = tmp_path / "both.html"
    run = digestlang("eval", "compare", *results.values(), "--html", page)
    assert run.code == 0, run.stderr
    assert "good" in run.text and "bad" in run.text and page.is_file()

    assert digestlang("eval", "gate", results["good"], "--min-bleu", 90).code == 0
    run = digestlang("eval", "gate", results["bad"], "--min-bleu", "en-ko=90", "--min-chrf", 50)
    assert run.code == 3
    assert "BLEU" in run.errors[0] and "is under 90" in run.errors[0]
    run = digestlang("eval", "gate", results["bad"], "--against", results["good"])
    assert run.code == 3 and "TER" in run.stderr
    assert digestlang("eval", "gate", results["good"], "--against", results["bad"]).code == 0
    assert digestlang("eval", "gate", results["good"]).code == 2
    run = digestlang("eval", "gate", results["bad"], "--min-bleu", "fr-ko=90")
    assert run.code == 2 and "language 'fr'" in run.stderr
    run = digestlang("eval", "gate", results["bad"], "--min-bleu", "high")
    assert run.code == 2 and "'high' is not a score" in run.stderr


def test_the_sets_that_come_along_are_listed(digestlang: CommandLine) -> None:
    rows = [line.split("\t") for line in digestlang("eval", "sets").text.splitlines()]
    assert rows[0] == ["name", "pairs", "domains", "file"]
    assert [row[0] for row in rows[1:]] == ["digests", "sentences"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["run"], 2, "no set to measure on; those that come with digestlang: digests, sentences"),
        (["nosuch"], 1, "no pairs 'nosuch'"),
        (["{dev}", "--model", "nosuch"], 1, "no model 'nosuch'"),
        (["{dev}", "--source", "{dev}.en"], 2, "--source and --reference go together"),
        (["{dev}", "--hypotheses", "{dev}.ko", "-d", "ko-en"], 2, "use --direction en-ko"),
        (
            ["{dev}", "--hypotheses", "{dev}.ko", "--hypotheses", "{dev}.ko"],
            2,
            "two systems have one name",
        ),
        (
            ["{dev}", "--hypotheses", "{dev}.ko", "--comet", "x.ckpt"],
            1,
            "pip install unbabel-comet",
        ),
        (["compare", "{dev}.en"], 1, "not JSON"),
    ],
)
def test_wrong_usage(
    digestlang: CommandLine,
    engine: FakeEngine,
    prefix: Path,
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    run = digestlang("eval", *(argument.replace("{dev}", str(prefix)) for argument in arguments))
    assert run.code == code and message in run.stderr, run.stderr
    assert len(run.errors) == 1


@pytest.mark.model
def test_the_embedded_model_on_its_own_set(digestlang: CommandLine) -> None:
    run = digestlang("eval", "sentences", "--limit", 8, "--json", "-")
    assert run.code == 0, run.stderr
    for found in json.loads(run.stdout)["evaluations"]:
        (system,) = found["systems"]
        assert system["key"].startswith("digest-small@")
        assert system["words_per_second"] > 1
        assert system["scores"]["chrF++"]["score"] > 20
        assert system["measures"]["empty"] == 0
