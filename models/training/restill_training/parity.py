"""Does the ONNX graph answer what the PyTorch network answers?"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

from .export import write_graph
from .nets.nafnet import NAFNet, NAFNetConfig

# Largest allowed absolute differences on pictures in 0..1.
FULL, HALF = 1e-4, 2e-3


def largest_difference(weights: dict[str, torch.Tensor], config: NAFNetConfig, graph: Path,
                       sizes: tuple[tuple[int, int], ...] = ((96, 160), (160, 128)),
                       seed: int = 0) -> float:
    """Largest absolute difference between the network and the graph on random pictures."""
    network = NAFNet(config).eval()
    network.load_state_dict(weights)
    session = ort.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    generator = torch.Generator().manual_seed(seed)
    worst = 0.0
    for height, width in sizes:
        image = torch.rand(1, 3, height, width, generator=generator)
        with torch.no_grad():
            wanted = network(image).numpy()
        given = session.run(["restored"], {"image": image.numpy()})[0]
        worst = max(worst, float(np.abs(wanted - given).max()))
    return worst


def check(weights: dict[str, torch.Tensor], config: NAFNetConfig, graph: Path) -> dict[str, float]:
    """Differences of a float32 export and of the given (float16-stored) graph; raises if large."""
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        write_graph(weights, config, exact, half=False)
        figures = {"float32": largest_difference(weights, config, exact)}
    figures["stored"] = largest_difference(weights, config, graph)
    if figures["float32"] > FULL or figures["stored"] > HALF:
        raise ValueError(f"the graph differs from the network: {figures}")
    return figures
