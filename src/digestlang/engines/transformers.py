"""The reference engine: transformers and torch, as the checkpoint's authors run it."""

from __future__ import annotations

import os
import pickle
import warnings
from collections.abc import Sequence
from typing import Any

from digestlang.engines.base import DecodingOptions, Hypothesis, ModelEngine, batches_by_length
from digestlang.errors import ModelError
from digestlang.languages import Direction
from digestlang.models import Family, Model


class TransformersEngine(ModelEngine):
    """Translates with transformers' generate, in 32-bit floating point on the CPU."""

    def __init__(self, model: Model, options: DecodingOptions) -> None:
        """Raises ModelError if the model is damaged or transformers cannot load it."""
        super().__init__(model, options, "transformers float32")
        os.environ["HF_HUB_OFFLINE"] = "1"  # everything is in the folder; never ask the hub
        import torch
        import transformers.utils.logging as log
        from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

        log.set_verbosity_error()  # type: ignore[no-untyped-call]
        log.disable_progress_bar()  # type: ignore[no-untyped-call]
        if options.threads:
            torch.set_num_threads(options.threads)
        try:
            with warnings.catch_warnings():  # what it recommends to install changes nothing here
                warnings.simplefilter("ignore")
                self._auto_tokenizer: Any = AutoTokenizer.from_pretrained(model.path)
            self._network: Any = AutoModelForSeq2SeqLM.from_pretrained(
                model.path, dtype=torch.float32
            )
        except (
            OSError,
            ValueError,
            KeyError,
            RuntimeError,
            ImportError,
            pickle.UnpicklingError,
        ) as error:
            reason = str(error).strip().splitlines()[0]
            raise ModelError(
                f"model {model.name}: transformers cannot load it ({reason})"
            ) from None
        self._network.eval()

    def translate(self, sources: Sequence[str], direction: Direction) -> list[Hypothesis]:
        self._model.check_direction(direction)
        outputs = self.translate_tokens(
            [self.encode(source, direction) for source in sources], direction
        )
        return [
            Hypothesis.best_of(
                [self._auto_tokenizer.decode(ids, skip_special_tokens=True).strip() for ids in beam]
            )
            for beam in outputs
        ]

    def translate_tokens(
        self, sources: Sequence[Sequence[int]], direction: Direction
    ) -> list[list[list[int]]]:
        """Translate sequences of token ids, special tokens included, in batches.

        Returns every hypothesis of the beam for each of them, the best first.
        """
        import torch

        pad = self._network.config.pad_token_id
        beam = self._options.beam_size
        outputs: list[list[list[int]]] = [[] for _ in sources]
        for batch, limit in batches_by_length(
            [len(source) for source in sources], self._model.max_positions
        ):
            rows = [torch.tensor(sources[index]) for index in batch]
            ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=pad)
            lengths = torch.tensor([len(row) for row in rows])
            mask = (torch.arange(ids.shape[1]) < lengths[:, None]).long()
            with torch.inference_mode():
                generated = self._network.generate(
                    input_ids=ids,
                    attention_mask=mask,
                    num_beams=beam,
                    num_return_sequences=beam,
                    do_sample=False,
                    length_penalty=self._model.length_penalty,
                    no_repeat_ngram_size=self._options.no_repeat_ngram_size,
                    max_new_tokens=limit,
                    max_length=None,
                    **self._first_token(direction),
                )
            found = [[token for token in row if token != pad] for row in generated.tolist()]
            for place, index in enumerate(batch):
                outputs[index] = found[place * beam : (place + 1) * beam]
        return outputs

    def attend(
        self, source: str, pieces: Sequence[str], direction: Direction
    ) -> Sequence[Sequence[float]]:
        import torch

        first = list(self._first_token(direction).values())
        start = self._network.generation_config.decoder_start_token_id
        said = [start, *first, *self._auto_tokenizer.convert_tokens_to_ids(pieces)]
        usual = self._network.config._attn_implementation
        self._network.set_attn_implementation("eager")  # no other gives the attention out
        try:
            with torch.inference_mode():
                seen = self._network(
                    input_ids=torch.tensor([self.encode(source, direction)]),
                    decoder_input_ids=torch.tensor([said[:-1]]),
                    output_attentions=True,
                ).cross_attentions[self._model.alignment_layer]
        finally:
            self._network.set_attn_implementation(usual)
        attention: list[list[float]] = seen[0].mean(dim=0)[len(first) :].tolist()
        return attention

    def tokens(self, ids: Sequence[int]) -> list[str]:
        """The tokens that ids stand for."""
        return list(self._auto_tokenizer.convert_ids_to_tokens(ids))

    def encode(self, source: str, direction: Direction) -> list[int]:
        if self._model.family is Family.MARIAN:
            token = self._model.target_tokens.get(direction.target)
            text = f"{token} {source}" if token else source
        else:  # the source language is a property of the tokenizer: set it every time
            token = self._model.target_tokens[direction.source]
            self._auto_tokenizer.src_lang = token.strip("_")  # kor_Hang, and ko of __ko__
            text = source
        return list(self._auto_tokenizer(text).input_ids)

    def _first_token(self, direction: Direction) -> dict[str, int]:
        if self._model.family is Family.MARIAN:
            return {}
        token = self._model.target_tokens[direction.target]
        return {"forced_bos_token_id": self._auto_tokenizer.convert_tokens_to_ids(token)}
