"""The default engine: CTranslate2, int8 on the CPU.

A Hugging Face checkpoint is converted once into the user's cache. The conversion needs torch and
transformers and runs in a process of its own, so that their memory is given back.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import filelock

from digestlang.checksums import cache_folder
from digestlang.engines.base import DecodingOptions, Hypothesis, ModelEngine, batches_by_length
from digestlang.errors import ModelError
from digestlang.languages import Direction
from digestlang.models import Model

if TYPE_CHECKING:
    import ctranslate2


class CTranslate2Engine(ModelEngine):
    """Translates with a checkpoint converted to CTranslate2."""

    def __init__(
        self, model: Model, options: DecodingOptions, *, quantization: str | None = None
    ) -> None:
        """``quantization`` is of the weights (models.QUANTIZATIONS), the model's own if None.

        Raises:
            ModelError: if the model is damaged; when it is first used, if it cannot be converted.
        """
        quantization = quantization or model.quantization
        super().__init__(model, options, f"ctranslate2 {quantization}")
        self._quantization = quantization
        self._translator = cache(self._load)  # when first needed, and once for all twins

    def translate(self, sources: Sequence[str], direction: Direction) -> list[Hypothesis]:
        self._model.check_direction(direction)
        tokens = [self.encode(source, direction) for source in sources]
        return [
            Hypothesis.best_of([self._tokenizer.decode(output, direction) for output in outputs])
            for outputs in self.translate_tokens(tokens, direction)
        ]

    def translate_tokens(
        self, sources: Sequence[Sequence[str]], direction: Direction
    ) -> list[list[list[str]]]:
        """Translate token sequences, in batches shared out among the workers.

        Returns every hypothesis of the beam for each of them, the best first.
        """
        translator = self._translator()
        prefix = self._tokenizer.target_prefix(direction)
        pending = [
            (
                batch,
                translator.translate_batch(
                    [list(sources[index]) for index in batch],
                    target_prefix=[prefix] * len(batch) if prefix else None,
                    beam_size=self._options.beam_size,
                    num_hypotheses=self._options.beam_size,
                    max_decoding_length=limit,
                    length_penalty=self._model.length_penalty,
                    no_repeat_ngram_size=self._options.no_repeat_ngram_size,
                    asynchronous=True,
                ),
            )
            for batch, limit in batches_by_length(
                [len(source) for source in sources], self._model.max_positions
            )
        ]
        outputs: list[list[list[str]]] = [[] for _ in sources]
        for batch, results in pending:
            for index, result in zip(batch, results, strict=True):
                outputs[index] = result.result().hypotheses
        return outputs

    def attend(
        self, source: str, pieces: Sequence[str], direction: Direction
    ) -> Sequence[Sequence[float]]:
        prefix = self._tokenizer.target_prefix(direction)
        if not pieces:
            return []
        (forced,) = self._translator().translate_batch(
            [self.encode(source, direction)],
            target_prefix=[[*prefix, *pieces]],
            beam_size=1,
            max_decoding_length=len(prefix) + len(pieces),
            return_attention=True,
        )
        return list(forced.attention[0][len(prefix) :][: len(pieces)])

    def encode(self, source: str, direction: Direction) -> list[str]:
        return self._tokenizer.encode(source, direction)

    def _load(self) -> ctranslate2.Translator:
        import ctranslate2

        ctranslate2.set_log_level(logging.ERROR)
        threads = self._options.threads or os.cpu_count() or 1
        workers = min(threads, 4)  # one thread each is fastest for models this small
        path = converted(self._model, self._quantization)
        is_native = self._quantization in ctranslate2.get_supported_compute_types("cpu")
        try:
            return ctranslate2.Translator(
                str(path),
                device="cpu",
                # What this processor cannot compute in is turned into what it can.
                compute_type=self._quantization if is_native else "default",
                inter_threads=workers,
                intra_threads=threads // workers,
            )
        except RuntimeError as error:
            raise ModelError(
                f"model {self._model.name}: its converted copy {path} cannot be loaded ({error}); "
                "delete that folder to have it made again"
            ) from None


def converted(model: Model, quantization: str) -> Path:
    """Return the folder of a model converted to CTranslate2, converting it if there is none.

    The copy is made beside its final place and renamed, under a lock: a reader never sees a half,
    and two processes never both convert.

    Raises:
        ModelError: if the conversion fails; gives the converter's last line.
    """
    folder = cache_folder() / "ctranslate2"
    final = folder / f"{model.fingerprint}-{quantization}-attention{model.alignment_layer}"
    if final.is_dir():
        return final
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder / f"{final.name}.lock"):
            if not final.is_dir():
                with tempfile.TemporaryDirectory(dir=folder, prefix=".converting-") as partial:
                    _convert(model, Path(partial) / "model", quantization)
                    shutil.move(Path(partial) / "model", final)
    except OSError as error:
        raise ModelError(
            f"model {model.name} cannot be converted into {folder} ({error.strerror or error}); "
            "set DIGESTLANG_CACHE to a folder with room"
        ) from None
    return final


def forget_converted(model: Model) -> None:
    """Delete every converted copy of a model; they can be made again."""
    for path in (cache_folder() / "ctranslate2").glob(f"{model.fingerprint}-*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _convert(model: Model, target: Path, quantization: str) -> None:
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error"}
    arguments = [str(model.path), str(target), quantization, str(model.alignment_layer)]
    command = [sys.executable, "-m", "digestlang.engines.conversion", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ModelError(f"model {model.name} cannot be converted to CTranslate2: {reason}")
