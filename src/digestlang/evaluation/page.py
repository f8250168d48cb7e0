"""The page of a result: one HTML file that needs nothing else, with everything in it."""

from __future__ import annotations

import json
from importlib.resources import files

from digestlang.evaluation.results import Result

_MARK = "/* the result goes here */"


def page(result: Result) -> str:
    """Return the HTML page of a result: plots, and a table of segments to sort and search."""
    # In a script element only `</` and `<!--` would end or change it; both are the same in JSON
    # with the sign escaped. U+2028 is a line end to old JavaScript.
    data = json.dumps(json.loads(result.to_json()), ensure_ascii=False, separators=(",", ":"))
    data = data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    template = files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    before, _, after = template.partition(_MARK)
    return before + data + after
