"""Digest files: readers that find the prose in them, layouts that put translations back."""

from digestlang.digest.document import (
    Document,
    Field,
    Format,
    Inline,
    InlineKind,
    Segment,
    SegmentKind,
)
from digestlang.digest.jsonl import read_jsonl
from digestlang.digest.markdown import read_markdown
from digestlang.digest.plain_text import read_text

__all__ = [
    "Document",
    "Field",
    "Format",
    "Inline",
    "InlineKind",
    "Segment",
    "SegmentKind",
    "read_jsonl",
    "read_markdown",
    "read_text",
]
