"""What a translation lost, added or broke is found, whoever made it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import CommandLine

from digestlang.digest import read_markdown, read_text
from digestlang.digest.outline import outline
from digestlang.fidelity import compare, majority_direction
from digestlang.languages import Direction

EN_KO = Direction.parse("en-ko")
SOURCE = """# Weekly digest

Read [the paper](https://e.org/a) and run `make`; it gained **12%** with $x^2$ [1].

- LLaVA is open.
- It has 3 million users.

| Name | Score |
|---|---|
| A | The best one so far. |

```sh
make all
```
"""
GOOD = """# 주간 다이제스트

[논문](https://e.org/a)을 읽고 `make`를 실행하세요. $x^2$ 덕분에 **12%** 올랐습니다 [1].

- LLaVA는 공개되어 있습니다.
- 이용자가 300만 명입니다.

| 이름 | 점수 |
|---|---|
| A | 지금까지 가장 좋은 것입니다. |

```sh
make all
```
"""


def found(target: str, source: str = SOURCE) -> list[tuple[str, str, int | None, int | None]]:
    return [
        (one.check, str(one.severity), one.source_line, one.target_line)
        for one in compare(read_markdown(source), read_markdown(target), EN_KO)
    ]


def test_a_faithful_translation_has_no_findings() -> None:
    assert found(GOOD) == []
    assert found(GOOD.replace("\n", "\r\n")) != []  # the code block's line ends changed
    untouched = found(SOURCE)
    assert ("untranslated", "warning", 3, 3) in untouched
    assert {check for check, *_ in untouched} == {"untranslated"}


@pytest.mark.parametrize(
    ("old", "new", "check", "severity", "line"),
    [
        ("https://e.org/a", "https://e.org/b", "links", "error", 3),
        ("`make`를", "make를", "code", "error", 3),
        ("$x^2$", "$x^3$", "math", "error", 3),
        ("**12%**", "12%", "markup", "warning", 3),
        ("12%", "21%", "numbers", "error", 3),
        ("LLaVA", "라바", "names", "warning", 5),
        ("300만", "300억", "numbers", "error", 6),
        ("이용자가 300만 명입니다", "명 명 명 명 명 명 300만", "loop", "error", 6),
        ("make all", "make none", "code", "error", 12),
        ("지금까지 가장 좋은 것입니다.", "The best one so far.", "untranslated", "warning", 10),
    ],
)
def test_one_fault_is_found_where_it_is(
    old: str, new: str, check: str, severity: str, line: int
) -> None:
    assert (check, severity, line, line) in found(GOOD.replace(old, new))


def test_blocks_that_are_missing_or_added() -> None:
    without = GOOD.replace("- LLaVA는 공개되어 있습니다.\n", "")
    assert ("structure", "error", 5, None) in found(without)
    assert all(check == "structure" for check, *_ in found(without))  # the rest is still aligned
    assert ("structure", "error", None, 3) in found(GOOD.replace("\n\n[논문", "\n\n더.\n\n[논문"))
    assert ("structure", "error", 1, None) in found(GOOD.replace("# 주간", "## 주간"))
    emptied = GOOD.replace("지금까지 가장 좋은 것입니다.", "")
    assert ("structure", "error", 10, 10) in found(emptied)


def test_plain_text() -> None:
    source, target = read_text("It has 12 users.\n\n- One."), read_text("이용자 21명.\n\n- 하나.")
    checks = [one.check for one in compare(source, target, EN_KO)]
    assert checks == ["numbers", "added numbers"]


def test_an_outline_names_every_block() -> None:
    text = "---\na: 1\n---\n## H\n\n> q\n\n1. x\n   - y\n\n***\n\n<div>\n\n[^1]: n\n\nA[^1]\n"
    kinds = [(block.kind, block.line) for block in outline(read_markdown(text))]
    assert kinds == [
        ("front matter", 1), ("heading 2", 4), ("quote", 6), ("paragraph", 6),
        ("numbered list", 8), ("list item", 8), ("text", 8), ("bullet list", 9), ("list item", 9),
        ("text", 9), ("rule", 11), ("HTML block", 13), ("footnote", 15), ("paragraph", 15),
        ("paragraph", 17),
    ]  # fmt: skip


def test_the_direction_is_that_of_most_of_the_source() -> None:
    assert majority_direction(read_markdown(GOOD)) == Direction.parse("ko-en")
    assert majority_direction(read_markdown(SOURCE)) == EN_KO
    assert majority_direction(read_markdown("`x`")) is None


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    source, target = tmp_path / "a.md", tmp_path / "a.ko.md"
    source.write_text(SOURCE, encoding="utf-8")
    target.write_text(GOOD, encoding="utf-8")
    return source, target


def test_the_command(digestlang: CommandLine, files: tuple[Path, Path]) -> None:
    source, target = files
    run = digestlang("check", source, target)
    assert (run.code, run.text, run.stderr) == (0, "", "0 errors, 0 warnings\n")
    target.write_text(GOOD.replace("12%", "21%"), encoding="utf-8")
    run = digestlang("check", source, target)
    assert run.code == 3
    assert run.text.splitlines() == [
        f"{source}:3 {target}:3: error: numbers: 12",
        f"{source}:3 {target}:3: warning: added numbers: 21",
    ]
    run = digestlang("check", "--json", source, target)
    content = json.loads(run.stdout)
    assert content["direction"] == "en-ko"
    expected = {"check": "numbers", "severity": "error", "message": "12"}
    assert content["findings"][0] == expected | {"source_line": 3, "target_line": 3}


def test_what_cannot_be_checked(digestlang: CommandLine, files: tuple[Path, Path]) -> None:
    source, target = files
    assert digestlang("check", source, "nosuch.md").code == 1
    records = source.with_suffix(".jsonl")
    records.write_text("{}", encoding="utf-8")
    assert digestlang("check", records, records).code == 2
    source.write_text("`x`", encoding="utf-8")
    run = digestlang("check", source, target)
    assert run.code == 2 and "--direction says which" in run.stderr


def test_the_samples_come_through(
    digestlang: CommandLine, engine: object, sample_en: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.md"
    run = digestlang("translate", sample_en, "--layout", "target", "-o", output)
    assert run.code == 0
    assert digestlang("check", sample_en, output).code == 0


def test_a_sentence_left_out_of_a_paragraph_is_found() -> None:
    source = (
        "The library opens at nine. Researchers measured the temperature of the lake every day "
        "for 12 years. Nobody knows why the ship turned back.\n"
    )
    whole = (
        "도서관은 아홉 시에 문을 엽니다. 연구자들은 12년 동안 매일 호수의 온도를 쟀습니다. "
        "배가 왜 되돌아왔는지 아무도 모릅니다.\n"
    )
    assert found(whole, source) == []
    short = whole.replace("연구자들은 12년 동안 매일 호수의 온도를 쟀습니다. ", "")
    assert ("sentences", "warning", 1, 1) in found(short, source)


def test_strong_spelt_in_html_is_still_strong() -> None:
    assert found(GOOD.replace("**12%**", "<strong>12%</strong>")) == []
    assert ("markup", "warning", 3, 3) in found(GOOD.replace("**12%**", "*12%*"))


def test_a_unit_that_changes_is_an_error() -> None:
    source = "It runs at 6 kbps on every one of the lines here.\n"
    assert found("여기 모든 회선에서 6 kbps로 돌아갑니다.\n", source) == []
    changed = found("여기 모든 회선에서 6 킬로미터로 돌아갑니다.\n", source)
    assert changed == [("units", "error", 1, 1)]


def test_another_style_is_no_finding() -> None:
    assert (
        found("여기 모든 회선에서 돌아간다.\n", "It runs on every one of the lines here.\n") == []
    )
