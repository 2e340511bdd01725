"""Tiny packs with hand-made graphs, so that an application's tests need no trained weights.

Each pack is one fixed operation on the picture, under 30 KB, described by the same `pack.json`
as a real pack. Two of them misbehave on purpose (`nan`, `black`), one changes the mean colour
(`shift`): guards must notice them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .packfile import Architecture, PackFields, write_pack

OPSET = 18
IR_VERSION = 10


def _model(nodes: list, initializers: list) -> onnx.ModelProto:
    shape = [1, 3, "height", "width"]
    graph = helper.make_graph(
        nodes,
        "restore",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("restored", TensorProto.FLOAT, shape)],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR_VERSION
    model.producer_name = "restill"
    onnx.checker.check_model(model, full_check=True)
    return model


def _constant(name: str, value: float) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(value, dtype=np.float32), name)


def _pointwise(operator: str, value: float) -> onnx.ModelProto:
    node = helper.make_node(operator, ["image", "value"], ["restored"])
    return _model([node], [_constant("value", value)])


def _filter(kernel: np.ndarray) -> onnx.ModelProto:
    """The same odd-sized kernel over each colour, the picture's edge pixels repeated outwards."""
    margin = kernel.shape[0] // 2
    weight = np.repeat(kernel[None, None].astype(np.float32), 3, axis=0)
    pads = np.array([0, 0, margin, margin, 0, 0, margin, margin], dtype=np.int64)
    nodes = [
        helper.make_node("Pad", ["image", "pads"], ["padded"], mode="edge"),
        helper.make_node("Conv", ["padded", "weight"], ["restored"], group=3),
    ]
    return _model(
        nodes, [numpy_helper.from_array(pads, "pads"), numpy_helper.from_array(weight, "weight")]
    )


def graphs() -> dict[str, tuple[onnx.ModelProto, str]]:
    """Every test graph with a sentence that says what it does."""
    sharpen = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
    return {
        "identity": (
            _model([helper.make_node("Identity", ["image"], ["restored"])], []),
            "gives the picture back unchanged",
        ),
        "box": (_filter(np.full((5, 5), 1 / 25)), "averages 5x5 pixels"),
        "sharpen": (_filter(sharpen), "sharpens with a 3x3 kernel"),
        "nan": (_pointwise("Add", float("nan")), "answers not-a-number everywhere"),
        "black": (_pointwise("Mul", 0.0), "answers a black picture"),
        "shift": (_pointwise("Add", 0.3), "adds 0.3 to every colour"),
    }


def write_test_packs(out: Path) -> list[Path]:
    """Write all test packs below `out`, one folder each, and return the folders."""
    folders = []
    for name, (model, sentence) in graphs().items():
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        onnx.save(model, folder / "restore.onnx")
        card = f"# Test pack: {name}\n\nNot for photographs: it {sentence}. Made by a script.\n"
        (folder / "card.md").write_text(card, encoding="utf-8")
        fields = PackFields(
            id=f"test-{name}",
            title=f"Test pack: {name}",
            source=f"Made by a script, not trained: it {sentence}.",
            architecture=Architecture(1, [1, 1, 1], 1, [1, 1, 1], 1, 1),
            multiple_of=8,
            window=64,
            overlap=16,
            tiled_db=35.0,
        )
        write_pack(fields, folder)
        folders.append(folder)
    return folders
