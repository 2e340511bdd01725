"""Packs of several graphs: written from built models, and opened again in Python."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from torch import Tensor


def numpy_weights(weights: dict[str, Tensor]) -> dict[str, np.ndarray]:
    """Weights as the graph builders take them."""
    return {key: value.detach().cpu().numpy() for key, value in weights.items()}


def shape_of(value: onnx.ValueInfoProto) -> list[Any]:
    """Sides of a graph's input or output: numbers, and names of those that vary."""
    return [d.dim_value or d.dim_param.rsplit("_", 1)[-1] for d in value.type.tensor_type.shape.dim]


def save_graphs(models: dict[str, onnx.ModelProto], folder: Path,
                shape: Callable[[onnx.ValueInfoProto], list[Any]] = shape_of) -> dict[str, dict[str, Any]]:
    """Writes `<name>.onnx` for every model and returns their entries for pack.json."""
    entries = {}
    for name, model in models.items():
        file = f"{name}.onnx"
        onnx.save(model, folder / file)
        inputs, outputs = (
            [{"name": v.name, "type": "float32", "shape": shape(v)} for v in side] for side in (model.graph.input, model.graph.output)
        )
        entries[name] = {"file": file, "inputs": inputs, "outputs": outputs}
    return entries


class GraphPack:
    """A pack's graphs, opened on the processor. Pictures are float32 [3, H, W], sides multiples of `multiple`."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.pack: dict[str, Any] = json.loads((folder / "pack.json").read_text("utf-8"))
        self.multiple: int = self.pack["size"]["multipleOf"]
        self.tables: dict[str, Any] = self.pack["tables"]
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self._sessions = {
            name: ort.InferenceSession(str(folder / graph["file"]), options, providers=["CPUExecutionProvider"])
            for name, graph in self.pack["graphs"].items()
        }

    def run(self, graph: str, **inputs: np.ndarray) -> dict[str, np.ndarray]:
        """One graph; inputs and outputs by name."""
        session = self._sessions[graph]
        outputs = [o.name for o in session.get_outputs()]
        return dict(zip(outputs, session.run(outputs, inputs)))
