"""Read JSON Lines: the chosen fields of every record, each a small Markdown document.

The records' own text is kept: a translation is spliced in before a record's closing brace, so
numbers, escapes, spacing and the order of members stay as they were.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from digestlang.digest.document import Document, Field, Format
from digestlang.digest.markdown import read_markdown
from digestlang.errors import InputError, UsageError

_LINE = re.compile(r"[^\n]*\n?")


def read_jsonl(text: str, name: str, fields: Sequence[str]) -> Document:
    """Read JSON Lines text; ``fields`` are the names of the members to translate.

    A record may lack a field; a field whose value is not a string is left alone.

    Raises:
        UsageError: if no field is chosen, or no record has any of them.
        InputError: if a line is not a JSON object; says the line.
    """
    if not fields:
        raise UsageError(f"{name}: say which fields to translate, e.g. --field summary")
    found: list[Field] = []
    seen: set[str] = set()
    offset = 0
    for number, match in enumerate(_LINE.finditer(text), start=1):
        line = match.group()
        if line.strip(" \t\r\n\ufeff"):
            record = _parse(line, number, name)
            seen |= record.keys()
            insert_at = offset + line.rindex("}")
            for field in fields:
                value = record.get(field)
                if isinstance(value, str) and _is_encodable(value):
                    document = read_markdown(value, name)
                    found.append(Field(field, number, insert_at, document, frozenset(record)))
        offset += len(line)
    if seen and not seen & set(fields):
        raise UsageError(
            f"{name}: no record has a field {' or '.join(fields)}; fields seen: "
            + ", ".join(sorted(seen))
        )
    return Document(name, text, Format.JSONL, fields=tuple(found))


def _parse(line: str, number: int, name: str) -> dict[str, object]:
    try:
        record = json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}:{number}: not JSON ({error}); one object a line") from None
    if not isinstance(record, dict):
        raise InputError(f"{name}:{number}: a JSON object is expected, not {line.strip()[:40]!r}")
    return record


def _is_encodable(value: str) -> bool:
    """Whether a JSON string is text: an escape may have smuggled in half a surrogate pair."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
