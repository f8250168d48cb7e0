"""``digestlang translate``: options, outputs, reports, and the embedded model on a real digest."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pyromark
import pytest
from conftest import CommandLine
from fakes import FakeEngine, plausible

from digestlang.digest.layouts import LAYOUTS
from digestlang.engines import ENGINES, DecodingOptions, Engine
from digestlang.models import Model

ENGLISH = "We propose a method for the translation of digests.\n"
KOREAN = "이 논문은 새로운 방법을 제안합니다.\n"
TESTS = Path(__file__).parent
OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_GFM
Events = list[Any]


@pytest.fixture
def digest(tmp_path: Path) -> Path:
    path = tmp_path / "digest.md"
    path.write_text(ENGLISH)
    return path


def events(markdown: str) -> Events:
    return list(pyromark.Markdown(options=OPTIONS).events(markdown))


def started(markdown: str, tag: str) -> int:
    """How many blocks or inlines of a kind a parser sees."""
    starts = [e["Start"] for e in events(markdown) if isinstance(e, dict) and "Start" in e]
    return sum(start == tag or (isinstance(start, dict) and tag in start) for start in starts)


def links(markdown: str) -> Counter[str]:
    starts = [e["Start"] for e in events(markdown) if isinstance(e, dict) and "Start" in e]
    return Counter(s["Link"]["dest_url"] for s in starts if isinstance(s, dict) and "Link" in s)


# -- outputs --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine")
def test_one_input_goes_to_standard_output(digestlang: CommandLine, digest: Path) -> None:
    run = digestlang("translate", digest)
    assert (run.code, run.text) == (0, f"{ENGLISH}\n번역문 {ENGLISH}")
    assert list(digest.parent.iterdir()) == [digest]


@pytest.mark.usefixtures("engine")
def test_standard_input(digestlang: CommandLine, tmp_path: Path) -> None:
    run = digestlang("translate", "-", "--layout", "target", stdin=ENGLISH.encode())
    assert run.text == f"번역문 {ENGLISH}"
    digestlang("translate", "-", "-o", tmp_path, stdin=ENGLISH.encode())
    assert [path.name for path in tmp_path.iterdir()] == ["digest.ko.md"]


@pytest.mark.usefixtures("engine")
def test_standard_input_keeps_its_format_in_its_name(
    digestlang: CommandLine, tmp_path: Path
) -> None:
    digestlang("translate", "-", "-o", tmp_path, "--format", "text", stdin=ENGLISH.encode())
    assert [path.name for path in tmp_path.iterdir()] == ["digest.ko.txt"]


@pytest.mark.usefixtures("engine")
def test_a_file_is_named_with_o(digestlang: CommandLine, digest: Path) -> None:
    output = digest.parent / "made" / "on the way" / "out.md"
    run = digestlang("translate", digest, "-o", output)
    assert (run.code, run.stdout) == (0, b"")
    assert output.read_text() == f"{ENGLISH}\n번역문 {ENGLISH}"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("exists", [True, False])
def test_a_directory_is_named_with_o(
    digestlang: CommandLine, digest: Path, tmp_path: Path, exists: bool
) -> None:
    if exists:
        (tmp_path / "out").mkdir()
    assert digestlang("translate", digest, "-o", f"{tmp_path}/out/").code == 0
    assert (tmp_path / "out" / "digest.ko.md").is_file()


@pytest.mark.usefixtures("engine")
def test_several_inputs_go_beside_themselves(digestlang: CommandLine, digest: Path) -> None:
    korean = digest.with_name("korean.ko.md")
    korean.write_text(KOREAN)
    assert digestlang("translate", digest, korean).code == 0
    names = sorted(path.name for path in digest.parent.iterdir())
    assert names == ["digest.ko.md", "digest.md", "korean.en.md", "korean.ko.md"]


@pytest.mark.usefixtures("engine")
def test_several_inputs_do_not_go_to_standard_output(digestlang: CommandLine, digest: Path) -> None:
    second = digest.with_name("second.md")
    second.write_text(ENGLISH)
    run = digestlang("translate", digest, second, "-o", "-")
    assert (run.code, run.stdout, len(run.errors)) == (2, b"", 1)
    run = digestlang("translate", digest, second, "-o", digest)
    assert (run.code, len(run.errors), digest.read_text()) == (2, 1, ENGLISH)


@pytest.mark.usefixtures("engine")
def test_directories_are_read_to_the_bottom(digestlang: CommandLine, tmp_path: Path) -> None:
    for name in ("a.md", "below/b.txt", ".hidden/c.md", "below/.d.md", "picture.png"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ENGLISH)
    out = tmp_path / "in" / "out"
    for _ in range(2):  # the second time the outputs are not taken for inputs
        assert digestlang("translate", tmp_path / "in", "-o", out, "--force").code == 0
        made = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
        assert made == ["a.ko.md", "below/b.ko.txt"]


@pytest.mark.usefixtures("engine")
def test_translations_beside_their_sources_are_no_inputs(
    digestlang: CommandLine, digest: Path
) -> None:
    digest.with_name("second.md").write_text(ENGLISH)
    for _ in range(2):
        assert digestlang("translate", digest.parent, "--force").code == 0
        names = sorted(path.name for path in digest.parent.iterdir())
        assert names == ["digest.ko.md", "digest.md", "second.ko.md", "second.md"]


@pytest.mark.usefixtures("engine")
def test_globs_are_expanded_for_those_without_a_shell(
    digestlang: CommandLine, digest: Path, tmp_path: Path
) -> None:
    digest.with_name("second.md").write_text(ENGLISH)
    out = tmp_path / "out"
    assert digestlang("translate", tmp_path / "*.md", "-o", out).code == 0
    assert {path.name for path in out.iterdir()} == {"digest.ko.md", "second.ko.md"}


# -- layouts and options --------------------------------------------------------------------------


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ("interleaved", f"{ENGLISH}\n번역문 {ENGLISH}"),
        ("target", f"번역문 {ENGLISH}"),
        (
            "table",
            "| English | 한국어 |\n| --- | --- |\n"
            f"| {ENGLISH.strip()} | 번역문 {ENGLISH.strip()} |\n",
        ),
        (
            "details",
            f"번역문 {ENGLISH}\n<details><summary>English</summary>\n\n{ENGLISH}\n</details>\n",
        ),
    ],
)
def test_the_layouts(digestlang: CommandLine, digest: Path, layout: str, expected: str) -> None:
    assert digestlang("translate", digest, "--layout", layout).text == expected


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.usefixtures("engine")
def test_every_layout_keeps_links_and_code(
    digestlang: CommandLine, sample_en: Path, sample_ko: Path, layout: str
) -> None:
    for sample in (sample_en, sample_ko):
        run = digestlang("translate", sample, "--layout", layout, "--titles", "translate")
        assert run.code == 0
        assert links(run.text).keys() == links(sample.read_text()).keys()
        assert set(re.findall("`.+?`", run.text)) == set(re.findall("`.+?`", sample.read_text()))


@pytest.mark.usefixtures("engine")
def test_an_environment_variable_sets_an_option(
    digestlang: CommandLine, digest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGESTLANG_TRANSLATE_LAYOUT", "target")
    assert digestlang("translate", digest).text == f"번역문 {ENGLISH}"
    run = digestlang("translate", digest, "--layout", "interleaved")  # a flag goes before it
    assert run.text == f"{ENGLISH}\n번역문 {ENGLISH}"


def test_titles_are_kept_unless_asked_for(
    digestlang: CommandLine, engine: FakeEngine, sample_en: Path
) -> None:
    title = "TideBench: Measuring How Language Models Read Long Reports"
    digestlang("translate", sample_en)
    assert not [source for _, source in engine.asked if "Measuring" in source]
    run = digestlang("translate", sample_en, "--titles", "translate", "--no-glossary")
    assert [source for _, source in engine.asked if "Measuring" in source]
    assert f"번역문 {title}" in run.text


def test_labels_have_a_fixed_translation_unless_refused(
    digestlang: CommandLine, engine: FakeEngine, tmp_path: Path
) -> None:
    path = tmp_path / "digest.md"
    path.write_text("## Summary\n\n" + ENGLISH)
    assert "## 요약" in digestlang("translate", path).text
    assert "## 번역문 Summary" in digestlang("translate", path, "--no-glossary").text


@pytest.mark.usefixtures("engine")
def test_from_and_to_choose_what_is_translated(digestlang: CommandLine, digest: Path) -> None:
    digest.write_text(f"{ENGLISH}\n{KOREAN}")
    into_korean = f"번역문 {ENGLISH}\n{KOREAN}"
    for option in (("-t", "kor_Hang"), ("-f", "english")):
        run = digestlang("translate", digest, "--layout", "target", *option)
        assert run.text == into_korean


@pytest.mark.parametrize("arguments", [["--engine", "identity"], ["-t", "en"]], ids=" ".join)
def test_nothing_to_translate_gives_the_same_bytes(
    digestlang: CommandLine, digest: Path, engine: FakeEngine, arguments: list[str]
) -> None:
    digest.write_bytes("\ufeff# Title \r\n\r\nWords of the day  \r\nand `code`".encode())
    run = digestlang("translate", digest, "--layout", "target", *arguments)
    assert run.stdout == digest.read_bytes()
    assert engine.calls == 0


def test_the_identity_engine_keeps_no_memory(
    digestlang: CommandLine, digest: Path, home: Path
) -> None:
    digestlang("translate", digest, "--engine", "identity")
    assert not list(home.rglob("memory*"))


def test_models_of_one_name_in_two_folders_are_told_apart(
    digestlang: CommandLine, digest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = []
    for source, target in (("en", "ko"), ("ko", "en")):
        folder = tmp_path / f"{source}-{target}" / "model"
        folder.mkdir(parents=True)
        (folder / "config.json").write_text('{"model_type": "marian"}')
        (folder / "vocab.json").write_text("{}")
        (folder / "tokenizer_config.json").write_text(
            json.dumps({"source_lang": source, "target_lang": target})
        )
        (folder / "model.safetensors").write_text(source)
        folders.append(folder)
    loaded = []

    def load(model: Model, options: DecodingOptions) -> Engine:
        loaded.append(model.path)
        return FakeEngine(plausible, directions=list(model.directions))

    monkeypatch.setitem(ENGINES, "ctranslate2", load)
    digest.write_text(f"{ENGLISH}\n{KOREAN}")
    run = digestlang("translate", digest, "--model", folders[0], "--model", folders[1])
    assert run.code == 0
    assert loaded == folders


def test_a_model_that_does_not_do_the_direction_says_so(
    digestlang: CommandLine, digest: Path, engine: FakeEngine, tmp_path: Path
) -> None:
    model = tmp_path / "one-way"
    model.mkdir()
    (model / "config.json").write_text('{"model_type": "marian"}')
    (model / "vocab.json").write_text("{}")
    (model / "tokenizer_config.json").write_text('{"source_lang": "ko", "target_lang": "en"}')
    (model / "model.safetensors").write_text("")
    run = digestlang("translate", digest, "--model", model)
    assert (run.code, engine.calls) == (2, 0)
    assert run.errors == [
        "digestlang: model one-way does not translate en-ko; it does ko-en; "
        "--model digest-small does"
    ]


# -- what is said ---------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    digestlang: CommandLine, engine: FakeEngine, sample_en: Path, tmp_path: Path, home: Path
) -> None:
    before = sorted(home.rglob("*"))
    output, report = tmp_path / "out.md", tmp_path / "report.json"
    run = digestlang("translate", sample_en, "-o", output, "--report", report, "--dry-run")
    assert run.code == 0
    assert f"{sample_en} -> {output}: 6 en-ko, 2 passed through" in run.text
    assert "The authors present TideBench" in run.text
    assert engine.calls == 0
    assert list(tmp_path.iterdir()) == []
    assert sorted(home.rglob("*")) == before


def test_the_summary_counts_and_quiet_silences_it(
    digestlang: CommandLine, engine: FakeEngine, digest: Path
) -> None:
    digest.write_text(f"{ENGLISH}\nLe modèle est nouveau et très rapide pour les utilisateurs.\n")
    said = digestlang("translate", digest).stderr
    assert said.startswith(
        f"{digest}: 2 segments, 1 translated (0 from memory), 1 passed through (1 fr), 0 flagged; "
    )
    assert "\x1b" not in said  # no progress bar where nobody looks
    assert digestlang("translate", digest, "--quiet").stderr == ""


def on_a_terminal(*arguments: str | Path) -> str:
    """What one run of the command line in a fresh process shows on a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "digestlang", *map(str, arguments)],
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "120"},
    )
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # the terminal's end, when the process has ended
        while part := os.read(ours, 65_536):
            shown += part
    os.close(ours)
    assert process.wait() == 0
    return shown.decode()


def test_a_terminal_shows_progress(sample_ko: Path, tmp_path: Path) -> None:
    arguments = f"translate --engine identity {sample_ko} -o {tmp_path} --force".split()
    shown = on_a_terminal(*arguments)
    assert "\x1b[" in shown
    assert "9/9" in shown
    assert "segments/s" in shown
    assert on_a_terminal(*arguments, "--quiet") == ""


def test_a_terminal_shows_tables_that_fit(sample_ko: Path) -> None:
    shown = on_a_terminal("detect", sample_ko)
    assert "confidence" in shown
    assert "\t" not in shown


def test_strict_exits_with_3_after_writing_all(
    digestlang: CommandLine, digest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    losing = FakeEngine(lambda source, direction: "정확도가 크게 올랐습니다.")
    monkeypatch.setitem(ENGINES, "ctranslate2", lambda model, options: losing)
    digest.write_text("The accuracy rose by 12% in the test.\n")
    output = digest.with_name("out.md")
    run = digestlang("translate", digest, "-o", output, "--strict")
    assert run.code == 3
    assert f"{digest}:1: check numbers" in run.errors
    assert "올랐습니다" in output.read_text()
    assert digestlang("translate", digest).code == 0


@pytest.mark.usefixtures("engine")
def test_strict_is_content_with_a_good_translation(digestlang: CommandLine, digest: Path) -> None:
    assert digestlang("translate", digest, "--strict").code == 0


@pytest.mark.usefixtures("engine")
def test_the_report_tells_what_became_of_every_segment(
    digestlang: CommandLine, digest: Path
) -> None:
    digest.write_text(f"## Summary\n\n{ENGLISH}\nEin Satz, der auf Deutsch geschrieben wurde.\n")
    path = digest.with_name("report.json")
    digestlang("translate", digest, "--report", path)
    report = json.loads(path.read_text())
    assert report.keys() == {"segments", "terms", "totals"}
    assert report["segments"][1] == {
        "file": str(digest),
        "line": 3,
        "kind": "paragraph",
        "source": ENGLISH.strip(),
        "target": f"번역문 {ENGLISH.strip()}",
        "language": "en",
        "direction": "en-ko",
        "origin": "engine",
        "flags": [],
        "ways": ["plain"],
    }
    assert [s["origin"] for s in report["segments"]] == ["glossary", "engine", "passed_through"]
    totals = report["totals"]
    assert totals.pop("seconds") > 0
    assert totals.pop("segments_per_second") > 0
    counted = {"segments": 3, "translated": 2, "from_memory": 0, "passed_through": 1, "flagged": 0}
    assert totals == counted


@pytest.mark.usefixtures("engine")
def test_the_report_may_go_to_standard_output(
    digestlang: CommandLine, digest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(digest.parent)  # where a file called - would be made
    run = digestlang("translate", digest, "-o", digest.with_name("out.md"), "--report", "-")
    assert json.loads(run.text)["totals"]["segments"] == 1


# -- JSON Lines -----------------------------------------------------------------------------------

RECORDS = (
    '{"id": 1.50, "x":"We propose a method.\\n\\nIt is for the \\u0064igests.",  "n":null }\r\n'
    "\n"
    '{"x": "이 방법은 새롭습니다."}\n'
    '{"x": 7}\n'
    '{"y": "no such field in the record"}'
)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    path.write_bytes(RECORDS.encode())
    return path


@pytest.mark.usefixtures("engine")
def test_records_get_a_member_more_and_stay_as_they_were(
    digestlang: CommandLine, records: Path
) -> None:
    run = digestlang("translate", records, "--field", "x")
    added = ', "x_ko": "번역문 We propose a method.\\n\\n번역문 It is for the digests."'
    first, blank, second, *rest = RECORDS.split("\n")
    expected = [first.replace(" }", f" {added}}}"), blank, rest[0], rest[1]]
    lines = run.text.split("\n")
    assert [lines[0], lines[1], lines[3], lines[4]] == expected
    record = json.loads(lines[2])
    assert lines[2].startswith(second[:-1])
    assert record.keys() == {"x", "x_en"}
    assert record["x_en"].isascii()


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    "text",
    [
        RECORDS,
        '{"x": "We propose a method.\\n\\n이 방법은 새롭습니다.\\n\\nIt is the best of all."}\n',
    ],
    ids=["one language a value", "two languages in a value"],
)
def test_records_translated_twice_get_nothing_more(
    digestlang: CommandLine, records: Path, text: str
) -> None:
    records.write_text(text)
    once = records.with_name("once.jsonl")
    digestlang("translate", records, "--field", "x", "-o", once)
    assert once.read_text() != text
    assert digestlang("translate", once, "--field", "x").stdout == once.read_bytes()


@pytest.mark.usefixtures("engine")
def test_a_field_named_twice_is_translated_once(digestlang: CommandLine, records: Path) -> None:
    run = digestlang("translate", records, "--field", "x", "--field", "x")
    assert run.text.count('"x_ko"') == 1


# -- memory ---------------------------------------------------------------------------------------


def test_a_second_run_asks_the_engine_nothing(
    digestlang: CommandLine, engine: FakeEngine, sample_ko: Path, tmp_path: Path
) -> None:
    first = digestlang("translate", sample_ko)
    calls = engine.calls
    report = tmp_path / "report.json"
    second = digestlang("translate", sample_ko, "--report", report)
    assert second.stdout == first.stdout
    assert engine.calls == calls > 0
    origins = Counter(s["origin"] for s in json.loads(report.read_text())["segments"])
    assert origins["memory"] == 6
    assert origins["engine"] == 0


def test_without_memory_all_is_asked_again_and_nothing_kept(
    digestlang: CommandLine, engine: FakeEngine, digest: Path, home: Path
) -> None:
    for asked in (1, 2):
        digestlang("translate", digest, "--no-memory")
        assert len(engine.asked) == asked
    assert not list(home.rglob("memory*"))


def test_the_memory_is_where_it_is_said_to_be(
    digestlang: CommandLine, engine: FakeEngine, digest: Path, tmp_path: Path, home: Path
) -> None:
    path = tmp_path / "on the way" / "memory.db"
    for _ in range(2):
        digestlang("translate", digest, "--memory", path)
    assert path.is_file()
    assert not list(home.rglob("memory*"))
    assert len(engine.asked) == 1


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_a_run_cut_short_goes_on_where_it_stopped(
    digestlang: CommandLine,
    engine: FakeEngine,
    tmp_path: Path,
    number: signal.Signals,
    code: int,
) -> None:
    digest, output = tmp_path / "long.md", tmp_path / "out.md"
    sentences = [f"This is the sentence {i} of the long digest.\n" for i in range(1, 401)]
    digest.write_text("\n".join(sentences))
    script = f"""
import os
from fakes import FakeEngine, plausible
from digestlang.cli import main
from digestlang.engines import ENGINES

def answer(source, direction):
    if " 300 " in source:
        os.kill(os.getpid(), {int(number)})
    return plausible(source, direction)

ENGINES["ctranslate2"] = lambda model, options: FakeEngine(answer)
main()
"""
    arguments = ["translate", str(digest), "-o", str(output), "--quiet"]
    cut = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=TESTS, capture_output=True, text=True
    )
    assert cut.returncode == code
    said = "digestlang: interrupted; run it again to go on"
    assert cut.stderr.split() == (said.split() if number is signal.SIGINT else [])
    assert list(tmp_path.iterdir()) == [digest]  # no output, not even half of one
    run = digestlang(*arguments)
    assert run.code == 0
    assert 100 <= len(engine.asked) < 400
    assert output.read_text().count("번역문") == 400


# -- the embedded model ---------------------------------------------------------------------------


@pytest.mark.model
def test_a_table_digest_becomes_a_korean_one(
    digestlang: CommandLine, sample_en: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    run = digestlang("translate", sample_en, "--report", report)
    source = sample_en.read_text()
    assert run.code == 0
    for tag in ("Table", "TableRow", "TableCell"):
        assert started(run.text, tag) == started(source, tag)
    before, after = links(source), links(run.text)
    assert after.keys() == before.keys()
    tails = {url for url in before if "2401" in url}
    assert {url: after[url] for url in tails} == {url: before[url] for url in tails}
    assert after["https://example.org/pebblenet"] == 2
    rows = [line for line in run.text.splitlines() if line.startswith("| ")]
    for row in rows[1:]:
        summary = row.split("|")[3]
        assert len(re.findall("[가-힣]", summary)) > 50
        assert "<br>" in summary
    for fact in ("1,200", "61.4%", "40%", "`tide run --split test`"):
        assert run.text.count(fact) == 2
    totals = json.loads(report.read_text())["totals"]
    assert (totals["segments"], totals["translated"], totals["passed_through"]) == (8, 6, 2)


@pytest.mark.model
def test_a_bullet_digest_becomes_an_english_one(digestlang: CommandLine, sample_ko: Path) -> None:
    run = digestlang("translate", sample_ko, "--layout", "target")
    assert run.code == 0
    assert started(run.text, "Item") == 6
    assert links(run.text) == links(sample_ko.read_text())
    items = re.findall(r"(?m)^- \*\*(.+?)\*\*: (.+)$", run.text)
    assert [label for label, _ in items[:3]] == [
        "What's New",
        "Technical Details",
        "Performance Highlights",
    ]
    for _, words in items:
        assert len(re.findall("[A-Za-z]{3,}", words)) > 5


@pytest.mark.model
def test_a_second_run_of_the_model_is_the_same_from_memory(
    digestlang: CommandLine, sample_en: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    first = digestlang("translate", sample_en)
    second = digestlang("translate", sample_en, "--report", report)
    assert second.stdout == first.stdout
    found = json.loads(report.read_text())
    fixed = sum(segment["origin"] == "glossary" for segment in found["segments"])
    assert found["totals"]["from_memory"] == found["totals"]["translated"] - fixed > 0


@pytest.mark.model
def test_the_number_of_threads_changes_nothing(digestlang: CommandLine, sample_ko: Path) -> None:
    one, two = (
        digestlang("translate", sample_ko, "--no-memory", "--threads", n).stdout for n in "12"
    )
    assert one == two


def test_the_users_terms_are_put_into_the_translation(
    digestlang: CommandLine, engine: FakeEngine, tmp_path: Path
) -> None:
    digest, terms = tmp_path / "digest.md", tmp_path / "terms.csv"
    digest.write_text("The attention head of Meta is an unusual thing here.\n", encoding="utf-8")
    terms.write_text("source,target\nattention head,주목 머리\nMeta,\n", encoding="utf-8")
    run = digestlang("translate", digest, "--layout", "target", "--glossary", terms)
    assert run.text == "번역문 The 주목 머리 of Meta is an unusual thing here.\n"
    assert [source for _, source in engine.asked] == [
        "The attention head of Meta is an unusual thing here.",
        "The ⟦1⟧ of Meta is an unusual thing here.",
    ]
    run = digestlang("translate", digest, "--layout", "target")
    assert "어텐션 헤드" in run.text  # the project's own
    run = digestlang("translate", digest, "--layout", "target", "--no-glossary")
    assert run.text == "번역문 The attention head of Meta is an unusual thing here.\n"


def test_a_term_that_cannot_be_had_is_flagged(
    digestlang: CommandLine, engine: FakeEngine, tmp_path: Path
) -> None:
    engine.placeholders = False
    digest, terms = tmp_path / "digest.md", tmp_path / "terms.tsv"
    digest.write_text("The attention head is an unusual thing here.\n", encoding="utf-8")
    terms.write_text("source\ttarget\nunusual\t드문\n", encoding="utf-8")
    run = digestlang("translate", digest, "--glossary", terms, "--strict")
    assert run.code == 3 and "check terms" in run.stderr
    assert digestlang("translate", digest, "--strict").code == 0  # a project term is no fault


def test_a_glossary_that_is_none(
    digestlang: CommandLine, engine: FakeEngine, digest: Path, tmp_path: Path
) -> None:
    terms = tmp_path / "terms.csv"
    terms.write_text("english,korean\n", encoding="utf-8")
    run = digestlang("translate", digest, "--glossary", terms)
    assert run.code == 1 and "terms.csv:1: the first line names the columns" in run.stderr
    assert engine.calls == 0
