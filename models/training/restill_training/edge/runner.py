"""Runs a choice of blocks on whole photographs, by the pack's own rules."""

from __future__ import annotations

from pathlib import Path

import onnxruntime as ort

from ..runner import PackRunner
from .graph import joined, load


class VariantRunner(PackRunner):
    """A pack whose graph is joined from chosen blocks."""

    def __init__(self, folder: Path, choice: list[int], threads: int = 2) -> None:
        super().__init__(folder, threads=threads)
        slots = self.pack["tables"]["edge"]["slots"]
        model = joined(*load(folder), [(slot["input"], slot["output"]) for slot in slots], choice)
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
