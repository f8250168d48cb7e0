"""Checkpoints known to translate between Korean and English, and what to know of each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """A checkpoint on the Hugging Face hub; ``size`` is its download in megabytes, about."""

    repository: str
    directions: tuple[str, ...]
    size: int
    licence: str
    warning: str = ""


_BOTH = ("en-ko", "ko-en")
_NON_COMMERCIAL = "not for commercial use: pull it with --accept-licence"
CATALOGUE = (
    Known("Helsinki-NLP/opus-mt-ko-en", ("ko-en",), 315, "apache-2.0"),
    Known("Helsinki-NLP/opus-mt-tc-big-ko-en", ("ko-en",), 480, "cc-by-4.0"),
    Known(
        "Helsinki-NLP/opus-mt-tc-big-en-ko",
        ("en-ko",),
        480,
        "cc-by-4.0",
        "its Hugging Face form is reported broken: believe the trial on arrival",
    ),
    Known("facebook/m2m100_418M", _BOTH, 1940, "mit"),
    Known("facebook/m2m100_1.2B", _BOTH, 4960, "mit"),
    Known("facebook/nllb-200-distilled-600M", _BOTH, 2470, "cc-by-nc-4.0", _NON_COMMERCIAL),
    Known("facebook/nllb-200-distilled-1.3B", _BOTH, 5490, "cc-by-nc-4.0", _NON_COMMERCIAL),
)


def known(repository: str) -> Known | None:
    """What the catalogue says of a repository."""
    return next((one for one in CATALOGUE if one.repository == repository), None)
