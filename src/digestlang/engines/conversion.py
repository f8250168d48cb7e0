"""Convert a Hugging Face checkpoint to CTranslate2, in a process of its own.

``python -m digestlang.engines.conversion SOURCE TARGET QUANTIZATION LAYER``: torch and transformers
take half a gigabyte, which ends with the process. LAYER is the decoder layer whose attention, the
mean of its heads, tells alignments.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any


def main() -> None:
    """Convert; an error's last line on standard error says what went wrong."""
    source, target, quantization, layer = sys.argv[1:]
    warnings.simplefilter("ignore")
    import numpy
    from ctranslate2.converters import TransformersConverter
    from transformers import M2M100Tokenizer

    # Since transformers 5 this tokenizer no longer lists its language tokens, which the converter
    # needs to fill the vocabulary.
    plain_vocabulary = M2M100Tokenizer.get_vocab

    def whole_vocabulary(self: M2M100Tokenizer) -> dict[str, int]:
        return {**plain_vocabulary(self), **self.lang_token_to_id}

    M2M100Tokenizer.get_vocab = whole_vocabulary  # type: ignore[method-assign]

    class Converter(TransformersConverter):  # type: ignore[misc]
        def _load(self) -> Any:
            specification = super()._load()
            specification.decoder.alignment_layer = numpy.int16(layer)
            specification.decoder.alignment_heads = numpy.int16(0)  # of all
            return specification

    Converter(source).convert(target, quantization=quantization)


if __name__ == "__main__":
    main()
