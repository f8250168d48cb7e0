"""What counts as prose in a digest, and what only looks like it.

Headings, paragraphs, list items and table cells with words in them are prose. Author lists,
`Votes: 25` lines and link tails such as `(Read more on arXiv)` are not. Paper titles are prose
that most readers want left alone; they are marked, and the caller decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from digestlang.digest.document import Inline, InlineKind, Segment, SegmentKind
from digestlang.digest.inlines import cut, width

_WORDS = re.compile(r"[^\W\d_]")
_AUTHORS_LINE = re.compile(r"\s*(?:authors?|affiliations?|저자|지은이)\s*[::]", re.IGNORECASE)
# `Votes: 25`, `Date: 2024-09-27`, `Code: <URL>`: one label and no word after it.
_METADATA_LINE = re.compile(r"\s*[^\W\d_][\w .\-/]{0,30}[::]\s*[\W\d_]*")
_AUTHORS_HEADER = frozenset({"author", "authors", "저자", "지은이", "affiliation", "affiliations"})
_TITLE_HEADER = frozenset({"title", "paper", "papers", "paper title", "제목", "논문", "논문 제목"})
_PAPER_LINK = re.compile(
    r"arxiv\.org|huggingface\.co/papers|openreview\.net|aclanthology\.org|doi\.org|alphaxiv\.org"
    r"|semanticscholar\.org|paperswithcode\.com|biorxiv\.org|proceedings\.|openaccess\.thecvf\.com"
)
_LINK_TAIL = re.compile(
    r"\s*[((]\s*(?:read more|more|see|view|source|link|자세히|더 보기|출처|링크)\b[^()]*[))]\s*$",
    re.IGNORECASE,
)


def select(segments: Sequence[Segment]) -> Iterator[Segment]:
    """Yield the segments that are prose, in order, titles marked, link tails made atoms."""
    headers = {
        (segment.cell.table, segment.cell.column): segment.text.strip().lower()
        for segment in segments
        if segment.cell is not None and segment.cell.row == 0
    }
    paper_tables = _paper_tables(segments, headers)
    for index, segment in enumerate(segments):
        header = ""
        if segment.cell is not None and segment.cell.row > 0:
            header = headers.get((segment.cell.table, segment.cell.column), "")
        if header in _AUTHORS_HEADER or not _is_prose(segment):
            continue
        in_papers = segment.cell is not None and segment.cell.table in paper_tables
        is_title = (
            (header in _TITLE_HEADER and in_papers)
            or _is_paper_link(segment)
            or (segment.kind is SegmentKind.HEADING and _heads_paper(segments, index))
        )
        yield replace(segment, inlines=_close_tail(segment.inlines), is_title=is_title)


def _is_prose(segment: Segment) -> bool:
    text = segment.text
    if not _WORDS.search(text) or _AUTHORS_LINE.match(text):
        return False
    has_value = any(inline.kind is InlineKind.ATOM for inline in segment.inlines) or re.search(
        r"\d", text
    )
    return not (has_value and _METADATA_LINE.fullmatch(text))


def _paper_tables(segments: Sequence[Segment], headers: dict[tuple[int, int], str]) -> set[int]:
    """The tables that list papers: they have an author column or a link to a paper."""
    tables = {table for (table, _), header in headers.items() if header in _AUTHORS_HEADER}
    for segment in segments:
        cell = segment.cell
        if cell and cell.table not in tables and _PAPER_LINK.search(segment.raw):
            tables.add(cell.table)
    return tables


def _is_paper_link(segment: Segment) -> bool:
    """Whether a segment is nothing but a link to a paper."""
    inlines = segment.inlines
    while inlines[0].pair and inlines[0].role != "link" and inlines[-1].pair == inlines[0].pair:
        inlines = inlines[1:-1]  # `**[title](address)**`
        if not inlines:
            return False
    first, last = inlines[0], inlines[-1]
    return (
        first.kind is InlineKind.OPEN
        and first.role == "link"
        and last.pair == first.pair
        and bool(_PAPER_LINK.search(last.raw))
    )


def _heads_paper(segments: Sequence[Segment], index: int) -> bool:
    """Whether a heading is followed, before the next heading, by authors or a paper's address."""
    for segment in segments[index + 1 : index + 5]:
        if segment.kind is SegmentKind.HEADING:
            return False
        bare_address = not _WORDS.search(segment.text) and _PAPER_LINK.search(segment.raw)
        if bare_address or _AUTHORS_LINE.match(segment.text):
            return True
    return False


def _close_tail(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Make ``(Read more on [arXiv](…))`` at the end of a segment one atom."""
    if not any(inline.role in ("link", "url") for inline in inlines):
        return inlines
    visible = "".join(
        inline.text if inline.kind is InlineKind.TEXT else "\ufffc" * width(inline)
        for inline in inlines
    )
    tail = _LINK_TAIL.search(visible)
    if tail is None:
        return inlines
    before, after = cut(inlines, [tail.start()])
    if not any(inline.role in ("link", "url") for inline in after):
        return inlines
    return (*before, Inline(InlineKind.ATOM, "".join(i.raw for i in after), role="tail"))
