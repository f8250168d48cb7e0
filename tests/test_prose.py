"""What of a digest is prose, and which of that is a paper's title."""

from __future__ import annotations

import pytest

from digestlang.digest import InlineKind, read_markdown

PAPER = "https://arxiv.org/abs/2409.17481"


def raws(text: str) -> list[str]:
    return [segment.raw for segment in read_markdown(text).segments]


def titles(text: str) -> list[str]:
    return [segment.raw for segment in read_markdown(text).segments if segment.is_title]


@pytest.mark.parametrize(
    "line",
    [
        "Authors: Greg Heinrich, Pavlo Molchanov",
        "Author: Kim",
        ">Authors: Junzuo Zhou,Jiangyan Yi",
        "저자: 김철수, 이영희",
        "**Authors:** Kim, Lee",
        "Vote: 25",
        "Votes: 1,024",
        "Date: 2024-09-27",
        "Code: https://a.b/c",
        "2024-09-18",
        "63.5%",
    ],
)
def test_bylines_and_figures_are_not_prose(line: str) -> None:
    assert raws(f"{line}\n") == []


@pytest.mark.parametrize(
    "line",
    [
        "Authors of the paper propose a model.",
        "Result: 25 models win.",
        "Note: this is new",
        "저자들은 새로운 모델을 제안합니다.",
        "Summary",
    ],
)
def test_sentences_that_look_alike_are_prose(line: str) -> None:
    assert raws(f"{line}\n") == [line]


@pytest.mark.parametrize("header", ["Authors", "Author", "저자"])
def test_an_authors_column_is_not_prose(header: str) -> None:
    text = f"| Summary | {header} |\n|---|---|\n| The words. | Kim, Lee |\n"
    assert "Kim, Lee" not in raws(text)
    assert {"Summary", header, "The words."} <= set(raws(text))


@pytest.mark.parametrize(
    "tail",
    [
        f"(Read more on [arXiv]({PAPER}) or [HuggingFace](https://huggingface.co/papers/1))",
        f"(read more on [arXiv]({PAPER}))",
        f"([자세히]({PAPER}))".replace("([자세히]", "(자세히 [보기]"),
        "(see https://a.b/c)",
    ],
)
def test_a_link_tail_is_carried_over_whole(tail: str) -> None:
    (segment,) = read_markdown(f"The words of the model {tail}\n").segments
    last = segment.inlines[-1]
    assert last.kind is InlineKind.ATOM and last.raw.strip() == tail
    assert segment.text.strip() == "The words of the model"


def test_a_bracket_without_a_link_is_no_tail() -> None:
    (segment,) = read_markdown("The words (see the other words)\n").segments
    assert all(inline.kind is InlineKind.TEXT for inline in segment.inlines)


@pytest.mark.parametrize(
    "text",
    [
        f"### [The Title of It]({PAPER})\n",
        f"# The Title of It\n\n>Authors: Kim, Lee\n\n> {PAPER}\n\nThe words.\n",
        f"# The Title of It\n\n> {PAPER}v1\n\nThe words.\n",
        "| Title | Authors | Summary |\n|---|---|---|\n| The Title of It | Kim | The words. |\n",
        f"| Paper | Summary |\n|---|---|\n| The Title of It | see {PAPER} |\n",
        f"- [The Title of It]({PAPER})\n",
        f"**[The Title of It]({PAPER})**\n",
    ],
)
def test_a_papers_title_is_known(text: str) -> None:
    assert len(titles(text)) == 1 and "The Title of It" in titles(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "# The News of Today\n\nThe words.\n",
        "# [The News of Today](https://news.example/today)\n",
        "## Papers for 2024-09-27\n\n# The Title\n\n>Authors: Kim\n",
        "| Title | Date |\n|---|---|\n| The News of Today | Monday |\n",
        f"The words of [a paper]({PAPER}) in a sentence.\n",
        "# The News of Today\n\nThe words.\n\n# Another\n",
    ],
)
def test_a_headline_is_not_a_title(text: str) -> None:
    assert [title for title in titles(text) if "The Title" not in title] == []
