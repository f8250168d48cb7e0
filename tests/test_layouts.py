"""Where every layout puts a translation: the exact text, block by block."""

from __future__ import annotations

import pytest
from fakes import FakeEngine

from digestlang.digest import Document, read_markdown, read_text
from digestlang.digest.layouts import check_layout, render
from digestlang.digest.markdown import _PARSER
from digestlang.errors import UsageError
from digestlang.languages import Direction, Language
from digestlang.pipeline import Options, Translator


def translation(source: str, direction: Direction) -> str:
    return "번역문" if direction.target is Language.KOREAN else "A translation"


def in_layout(document: Document, layout: str) -> str:
    engine = FakeEngine(translation)
    options = Options(check=False, use_glossary=False, translate_titles=True)
    found = Translator(lambda direction: engine, options).translate(document)
    return render(document, [one.placed for one in found if one.placed], layout)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("The words\n", "The words\n\n번역문\n"),
        ("The words\n\nand more\n", "The words\n\n번역문\n\nand more\n\n번역문\n"),
        ("우리의 문장\n", "우리의 문장\n\nA translation\n"),
        ("# The words\n", "# The words\n\n# 번역문\n"),
        ("## The words ##\n", "## The words ##\n\n## 번역문 ##\n"),
        ("# The words {#id}\n", "# The words {#id}\n\n# 번역문\n"),
        ("The words\n===\n", "The words\n===\n\n번역문\n===\n"),
        ("# The words\nThe text\n", "# The words\n\n# 번역문\nThe text\n\n번역문\n"),
        ("- The words\n", "- The words<br>\n  번역문\n"),
        ("10. The words\n", "10. The words<br>\n    번역문\n"),
        ("- [ ] The words\n", "- [ ] The words<br>\n  번역문\n"),
        ("> The words\n", "> The words\n>\n> 번역문\n"),
        ("> - The words\n", "> - The words<br>\n>   번역문\n"),
        ("- The words\n\n  and more\n", "- The words\n\n  번역문\n\n  and more\n\n  번역문\n"),
        ("[^1]: The words\n", "[^1]: The words\n\n    번역문\n"),
        ("[^1]: - The words\n", "[^1]: - The words<br>\n      번역문\n"),
        ("```\nthe code\n```\n", "```\nthe code\n```\n"),
        ("| The words |\n|---|\n", "| The words<br>번역문 |\n|---|\n"),
    ],
)  # fmt: skip
def test_interleaved(source: str, expected: str, newline: str) -> None:
    document = read_markdown(source.replace("\n", newline))
    assert in_layout(document, "interleaved") == expected.replace("\n", newline)


@pytest.mark.parametrize("layout", ["interleaved", "table", "details", "target"])
def test_no_line_end_is_added_to_a_file_without(layout: str) -> None:
    assert in_layout(read_markdown("The words"), layout)[-1] in "문|>"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "The words\n",
            "번역문\n\n<details><summary>English</summary>\n\nThe words\n\n</details>\n",
        ),
        (
            "# The words\nThe `code`\n",
            "# 번역문\n\n<details><summary>English</summary>\n\nThe words\n\n</details>\n\n"
            "The `code`\n",
        ),
        (
            "> The words\n",
            "> 번역문\n>\n> <details><summary>English</summary>\n>\n> The words\n>\n> </details>\n",
        ),
        ("- The words\n", "- 번역문 <details><summary>English</summary>The words</details>\n"),
    ],
)
def test_details(source: str, expected: str, newline: str) -> None:
    engine = FakeEngine(lambda source, direction: source if "⟦" in source else "번역문")
    document = read_markdown(source.replace("\n", newline))
    options = Options(check=False, use_glossary=False)
    found = Translator(lambda direction: engine, options).translate(document)
    placed = [one.placed for one in found if one.placed]
    if "code" in source:
        placed = placed[:1]
    assert render(document, placed, "details") == expected.replace("\n", newline)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("The words\n", "| English | 한국어 |\n| --- | --- |\n| The words | 번역문 |\n"),
        (
            "The words\n\nand more\n",
            "| English | 한국어 |\n| --- | --- |\n| The words | 번역문 |\n| and more | 번역문 |\n",
        ),
        (
            "The\nwords | more\n",
            "| English | 한국어 |\n| --- | --- |\n| The words \\| more | 번역문 |\n",
        ),
        (
            "우리의 문장\n",
            "| 한국어 | English |\n| --- | --- |\n| 우리의 문장 | A translation |\n",
        ),
        (
            "- The words\n  - the inner\n",
            "| English | 한국어 |\n| --- | --- |\n"
            "| • The words | • 번역문 |\n| &emsp;• the inner | &emsp;• 번역문 |\n",
        ),
        (
            "> The words\n",
            "> | English | 한국어 |\n> | --- | --- |\n> | The words | 번역문 |\n",
        ),
        ("# The words\n", "# The words\n\n# 번역문\n"),
        (
            "- The words\n\n  ```\n  code\n  ```\n",
            "- | English | 한국어 |\n  | --- | --- |\n  | The words | 번역문 |\n\n"
            "  ```\n  code\n  ```\n",
        ),
    ],
)  # fmt: skip
def test_table(source: str, expected: str, newline: str) -> None:
    document = read_markdown(source.replace("\n", newline))
    assert in_layout(document, "table") == expected.replace("\n", newline)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "| Head | Link |\n|:--|--|\n| the words | https://a.b |\n",
            "| Head | 번역문 | Link |\n|:-- | --- |--|\n| the words | 번역문 | https://a.b |\n",
        ),
        (
            "Head | 2\n--|--\nthe words | 3\n",
            "Head | 번역문 | 2\n-- | --- |--\nthe words | 번역문 | 3\n",
        ),
        ("| 1 |\n|---|\n| the words |\n", "| 1 | 한국어 |\n|--- | --- |\n| the words | 번역문 |\n"),
        (
            "| Head | Last |\n|--|--|\n| 3 | the words |\n| 4 |\n",
            "| Head | Last | 번역문 |\n|--|-- | --- |\n| 3 | the words | 번역문 |\n| 4 |\n",
        ),
        ("| Head |\n|---|\n| 3 |\n", "| Head |\n|---|\n| 3 |\n"),
    ],
)
def test_a_table_gets_a_column_beside_every_translated_one(
    source: str, expected: str, newline: str
) -> None:
    document = read_markdown(source.replace("\n", newline))
    assert in_layout(document, "table") == expected.replace("\n", newline)


def test_a_list_with_a_rule_in_it_is_no_table() -> None:
    assert "<hr />" in _PARSER.html(in_layout(read_markdown("- ***\n  The words\n"), "table"))


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_every_row_has_the_columns_that_are_intended(columns: int) -> None:
    row = "|" + " the words |" * columns + "\n"
    text = row + "|" + "---|" * columns + "\n" + row * 2
    html = _PARSER.html(in_layout(read_markdown(text), "table"))
    assert html.count("<th") - html.count("<thead") == 2 * columns
    assert html.count("<td") == 2 * 2 * columns


@pytest.mark.parametrize("layout", ["table", "details"])
def test_plain_text_has_no_tables_and_nothing_to_fold(layout: str) -> None:
    with pytest.raises(UsageError, match=f"x.txt: --layout {layout} needs Markdown"):
        check_layout(read_text("The words", "x.txt"), layout)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("The words\n\nand more", "The words\n\n번역문\n\nand more\n\n번역문"),
        ("- The words\n- and more\n", "- The words\n  번역문\n- and more\n  번역문\n"),
        ("  The words\n", "  The words\n\n  번역문\n"),
    ],
)
def test_plain_text_interleaved(source: str, expected: str) -> None:
    assert in_layout(read_text(source), "interleaved") == expected


def test_wrapped_lines_stay_as_wide_as_the_source() -> None:
    line = "the words of the model are many and go on"
    words = " ".join(["낱말"] * 40)
    document = read_markdown("\n".join(f"> {line}" for _ in range(4)) + "\n")
    options = Options(check=False)
    engine = FakeEngine(lambda source, direction: words)
    (found,) = Translator(lambda direction: engine, options).translate(document)
    lines = (found.target or "").split("\n> ")
    assert len(lines) > 1 and " ".join(lines) == words
    assert all(len(one.replace(" ", "")) * 2 + one.count(" ") <= len(line) for one in lines)
