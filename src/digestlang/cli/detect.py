"""``digestlang detect``: which language every segment is in, and why."""

from __future__ import annotations

import click

from digestlang.cli.options import (
    chosen_format,
    field_option,
    files_argument,
    format_option,
    json_option,
    one_line,
    print_json,
    print_table,
)
from digestlang.detection import detect_all
from digestlang.digest.files import find_sources, read


@click.command()
@files_argument
@format_option
@field_option
@json_option
def detect(paths: tuple[str, ...], format_: str, fields: tuple[str, ...], as_json: bool) -> None:
    """Show the language of every segment, how sure that is, and the evidence."""
    rows = []
    for source in find_sources(paths):
        document = read(source, chosen_format(format_), fields)
        parts = [(field.document, field.line) for field in document.fields] or [(document, 0)]
        for part, line in parts:
            detections = detect_all([segment.text for segment in part.segments])
            for segment, found in zip(part.segments, detections, strict=True):
                rows.append(
                    {
                        "file": document.name,
                        "line": line or segment.line,
                        "kind": str(segment.kind),
                        "language": found.code,
                        "confidence": found.confidence,
                        "evidence": found.evidence,
                        "text": segment.text,
                    }
                )
    if as_json:
        print_json(rows)
        return
    print_table(
        ["file", "line", "language", "confidence", "evidence", "text"],
        [
            [
                str(row["file"]),
                str(row["line"]),
                str(row["language"]),
                f"{row['confidence']:.2f}",
                str(row["evidence"]),
                one_line(str(row["text"])),
            ]
            for row in rows
        ],
    )
