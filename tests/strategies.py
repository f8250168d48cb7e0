"""Hypothesis strategies that compose Markdown, and a measure of what of it must survive."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from digestlang.digest.markdown import _PARSER

# The same examples at every run, and as slow as the machine is. For many others: campaign.py.
settings.register_profile(
    "digestlang",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("digestlang")

ENGLISH = (
    "the", "model", "we", "propose", "a", "new", "of", "large", "training", "and", "is",
    "GPT-4", "LLaVA", "3.5", "1,024", "7B", "state-of-the-art", "don't", "e.g.", "naïve",
)  # fmt: skip
KOREAN = (
    "모델을", "제안합니다.", "대규모", "언어", "학습은", "성능이", "우리는", "새로운", "데이터셋",
    "LLM은", "300만", "Flow-GRPO는", "마크다운(Markdown)", "좋다.", "그리고",
)  # fmt: skip
ODD = (
    "🚀", "👩‍🔬", "e\u0301", "한", "שלום", "مرحبا", "日本語", "Привет", "\u200b", "\u00a0",
    "*", "**", "_", "`", "[", "]", "(", ")", "<", ">", "|", "#", "~", "$", "\\", "&", "!", "^",
    ":", "+", "-", "=", "{", "}", '"', "'", "⟦1⟧", "⟧", "1.", "- ", "---", "a_b", "snake_case",
    "@you", "#tag", "x" * 30, "\x00", "\x0b", "\x0c", "\u2028", "\x85",
)  # fmt: skip
SPANS = (
    "`code`", "`` a`b ``", "`|`", "$x^2$", "$$y$$", r"\(z\)", "https://a.b/c", "https://a.b/c에서",
    "(https://a.b/(c))", "<https://a.b>", "<me@a.b>", "me@a.b", "www.a.kr", "[^1]", "[[wiki]]",
    "[[page|label]]", "![alt *text*](i.png)", "![ref]", "<br>", "<br/>", "<b>bold</b>", "&amp;",
    "<kbd>K</kbd>", "<!-- note -->", '<span translate="no">x y</span>', "<i>", "</i>", "&nbsp;",
    "&copy;", "&#x1F600;", "&ngE;", r"\*", r"\[", r"\\", r"15\%", r"\|", "[ref]", "[ref][]",
    "[other words][ref]", "[Ref Two]", "[undefined]", "2409.17481", "arXiv: 2409.17481v2",
    "[1, 2]", "\\cite{x}", "~/a/b", "doi:10.1000/x.y", "`tick", "*open", "close*", ":smile:",
    "H~2~O", "x^2^", "<a href='x'>", "1) ", "<!-- translate:off -->", "<!-- translate:on -->",
)  # fmt: skip
WRAPPERS = (
    ("*", "*"), ("_", "_"), ("**", "**"), ("__", "__"), ("***", "***"), ("~~", "~~"),
    ("~", "~"), ("[", "](https://a.b/c)"), ("[", '](<u v> "title")'), ("[", "][ref]"),
    ("![", "](i.png)"), ("<b>", "</b>"), ("<code>", "</code>"), ('"', '"'), ("(", ")"),
    ("**", "**을"), ("*", "*은"), ("[", "](u)에서"), ("<em>", "</em>"),
)  # fmt: skip

words: SearchStrategy[str] = st.one_of(
    st.sampled_from(ENGLISH), st.sampled_from(KOREAN), st.sampled_from(SPANS), st.sampled_from(ODD)
)
plain_words: SearchStrategy[str] = st.sampled_from((*ENGLISH, *KOREAN))
_glue = st.sampled_from((" ", " ", " ", " ", "  ", "", ", ", ". "))


@st.composite
def _phrase(draw: st.DrawFn, parts: SearchStrategy[str]) -> str:
    pieces = [draw(parts)]
    for part in draw(st.lists(parts, max_size=4)):
        pieces += [draw(_glue), part]
    return "".join(pieces)


def _wrapped(inner: SearchStrategy[str]) -> SearchStrategy[str]:
    marks = st.sampled_from(WRAPPERS)
    return st.builds(lambda mark, text: mark[0] + text + mark[1], marks, _phrase(inner))


inlines: SearchStrategy[str] = _phrase(st.recursive(words, _wrapped, max_leaves=6))
_line_ends = st.sampled_from(("", "", "", "  ", "\\", "   ", " ", "<br>"))


@st.composite
def paragraphs(draw: st.DrawFn) -> list[str]:
    lines = draw(st.lists(inlines, min_size=1, max_size=4))
    return [line + draw(_line_ends) for line in lines]


@st.composite
def _headings(draw: st.DrawFn) -> list[str]:
    text = draw(inlines)
    level = draw(st.integers(1, 6))
    tail = draw(st.sampled_from(("", " #", " ##", " {#id .class}", " {#a}", " \\#")))
    underline = draw(st.sampled_from(("===", "---", "=", "   --  ")))
    return draw(st.sampled_from([[f"{'#' * level} {text}{tail}"], [text + tail, underline]]))


@st.composite
def _tables(draw: st.DrawFn) -> list[str]:
    columns = draw(st.integers(1, 3))
    cell = inlines.map(lambda text: text.replace("|", r"\|"))
    rows = []
    for row in range(draw(st.integers(1, 3))):
        size = columns if row == 0 else draw(st.integers(1, columns + 1))
        rows.append(draw(st.lists(cell, min_size=size, max_size=size)))
    pipes = draw(st.sampled_from((("| ", " | ", " |"), ("|", "|", "|"), ("", " | ", ""))))
    rule = draw(st.sampled_from(("---", ":--", ":-:", "-")))
    lines = [pipes[0] + pipes[1].join(row) + pipes[2] for row in rows]
    lines.insert(1, pipes[0] + pipes[1].join([rule] * columns) + pipes[2])
    return lines


FIXED = (
    ["```python", "x = 1  # the model", "", "print(x)", "```"],
    ["~~~", "우리는 코드", "~~~"],
    ["    indented code of the model", "", "    more"],
    ["```", "never closed"],
    ["<div>", "the words in HTML", "</div>"],
    ["<details><summary>요약</summary>", "", "안의 문장입니다.", "", "</details>"],
    ["<!-- translate:off -->"],
    ["<!-- translate:on -->"],
    ["<!-- a comment", "of two lines -->"],
    ["---"],
    ["***"],
    ["[ref]: https://a.b/r 'The title'"],
    ["[ref two]: <x y>"],
    ["[^1]: The note of the model", "    and more."],
    ["[^1]: 짧은 주석입니다."],
    ["$$", "x^2 + y", "$$"],
    ["Term of art", ": The definition of the term", "", ": Another"],
    ["> [!NOTE]", "> The alert is here."],
    ["> [!WARNING]"],
    ["Vote: 25"],
    ["Authors: Kim, Lee"],
    [""],
    ["", ""],
    ["    "],
    ["\\"],
)


def _quoted(blocks: list[str]) -> list[str]:
    return [f"> {line}" if line else ">" for line in blocks]


def _item(marker: str, lines: list[str], tail: list[str]) -> list[str]:
    indent = " " * len(marker)
    rest = [*lines[1:], *tail]
    return [marker + lines[0], *(indent + line if line else line for line in rest)]


@st.composite
def _lists(draw: st.DrawFn, inner: SearchStrategy[list[str]]) -> list[str]:
    style = draw(st.sampled_from(("- ", "* ", "+ ", "1. ", "9) ", "-   ", "-\t", "  - ")))
    loose = draw(st.booleans())
    result: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        marker = style + draw(st.sampled_from(("", "", "", "[ ] ", "[x] ")))
        tail = draw(st.one_of(st.just([]), inner))
        head = draw(st.one_of(paragraphs(), inner))
        if loose and tail:
            tail = ["", *tail]
        result += [*_item(style, [marker[len(style) :] + head[0], *head[1:]], tail)]
        result += [""] if loose else []
    return result


def _note(lines: list[str]) -> list[str]:
    return [f"[^1]: {lines[0]}", *(f"    {line}" if line else line for line in lines[1:])]


def _joined(blocks: list[tuple[list[str], bool]]) -> list[str]:
    lines: list[str] = []
    for block, blank in blocks:
        lines += [*block, ""] if blank else block
    return lines or [""]


def _sequence(inner: SearchStrategy[list[str]], most: int) -> SearchStrategy[list[str]]:
    blanks = st.sampled_from((True, True, True, False))
    return st.lists(st.tuples(inner, blanks), min_size=1, max_size=most).map(_joined)


_leaves: SearchStrategy[list[str]] = st.one_of(
    paragraphs(), paragraphs(), _headings(), _tables(), st.sampled_from(FIXED).map(list)
)
_blocks: SearchStrategy[list[str]] = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        _lists(inner),
        _sequence(inner, 2).map(_quoted),
    ),
    max_leaves=5,
)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A Markdown text: any constructs, line ends, with or without mark, front matter, last end."""
    note = _sequence(_blocks, 2).map(lambda lines: ["", *_note(lines)])
    lines = draw(_sequence(st.one_of(_blocks, _blocks, _blocks, note), 4))
    yaml, toml = ["---", "title: The page", "---"], ["+++", "t = 1", "+++"]
    front: tuple[list[str], ...] = ([], [], [], yaml, toml)
    lines = [*draw(st.sampled_from(front)), *lines]
    lines += draw(st.sampled_from(([], [], ["", "[ref]: https://a.b/r", "[^1]: A note."])))
    ends = draw(st.sampled_from(("\n", "\n", "\n", "\r\n", "\r", "mixed")))
    mixed = st.sampled_from(("\n", "\r\n", "\r"))
    text = "".join(line + (draw(mixed) if ends == "mixed" else ends) for line in lines)
    if draw(st.booleans()):
        text = text.rstrip("\r\n")
    return draw(st.sampled_from(("", "", "", "\ufeff"))) + text


# Anything at all that can be written as UTF-8.
texts: SearchStrategy[str] = st.text(st.characters(codec="utf-8"), max_size=60)
# The characters that mean something to Markdown, thrown together.
soups: SearchStrategy[str] = st.text("ab가 다.*_`[]()<>#|~$\\&!^:+-={}\"'1\n\r\t", max_size=40)
anything: SearchStrategy[str] = st.one_of(documents(), documents(), texts, soups)


# -- what must survive a translation ------------------------------------------------------------

_EMPHASIS = frozenset({"Emphasis", "Strong", "Strikethrough"})
_EMPHASIS_TAG = re.compile(r"</?(?:strong|em|del)>")
_VERBATIM = frozenset({"CodeBlock", "HtmlBlock", "MetadataBlock", "Image"})


def _pair(event: Any) -> tuple[str, Any]:
    return (event, None) if isinstance(event, str) else next(iter(event.items()))


def structure(text: str) -> list[str]:
    """What a Markdown parser sees of a text but for its words and emphasis: blocks with their
    attributes, links with their targets, code, math, HTML, images, notes, line breaks.
    """
    found: list[str] = []
    inside: list[str] = []
    # To CommonMark a lone CR is a line end; pulldown-cmark forgets it in places.
    text = re.sub("\r(?!\n)", "\n", text.removeprefix("\ufeff"))
    for event in _PARSER.events(text):
        name, value = _pair(event)
        if name in ("Start", "End"):
            tag, details = _pair(value)
            inside.append(tag) if name == "Start" else inside.pop()
            if tag in ("Link", "Image") and name == "Start":
                details = details["dest_url"], details["title"]  # not how the link is written
            if tag not in _EMPHASIS:
                found.append(f"{name} {tag} {details}")
        elif name == "Text":
            if _VERBATIM & set(inside):
                found.append(f"Text {value}")
        elif name != "SoftBreak" and not (
            name == "InlineHtml" and _EMPHASIS_TAG.fullmatch(str(value))
        ):
            found.append(" ".join(f"{name} {value}".split()))
    return found
