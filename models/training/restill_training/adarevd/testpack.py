"""A tiny AdaRevD pack with random weights, so that an application's tests need no trained ones."""

from __future__ import annotations

from pathlib import Path

import torch

from ..nets.adarevd import AdaRevD, AdaRevDConfig, blur_classifier
from ..nets.nafnet import NAFNetConfig
from ..packfile import PackFields, write_pack
from .exits import edges_of
from .export import architecture_of, write_graphs

TINY = AdaRevDConfig(
    encoder=NAFNetConfig(4, (1, 1, 1, 1), 1, (), 2), top=8, widths=(8, 6, 4, 4), sub_decoders=3,
    expansion=1, orthonormal=True,
)
GAINS = ((0.5, 0.4, 0.3), (0.4, 0.2, 0.1), (0.3, 0.1, 0.02), (0.2, 0.02, 0.01), (0.1, 0.01, 0.0), (-0.5, 0.2, 0.0))
# The class that its classifier finds everywhere.
CLASS = 1


def write_test_pack(out: Path) -> Path:
    """Writes the pack into `out`/adarevd and returns that folder.

    Its sub-decoders differ visibly, their residuals are small; it restores nothing.
    """
    torch.manual_seed(11)
    network = AdaRevD(TINY).requires_grad_(False)
    for key, value in network.state_dict().items():
        if key.endswith(("beta", "gamma")):
            value.normal_(0, 0.3)
        elif key.startswith("outputs."):
            value.mul_(0.1)
    edges = edges_of()
    classifier = blur_classifier(TINY.features[3], 8, len(edges) + 1).requires_grad_(False)
    classifier[2].classifier[3].bias[CLASS] = 10.0
    folder = out / "adarevd"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "card.md").write_text(
        "# Test pack: adarevd\n\nNot for photographs: random weights. Made by a script.\n", encoding="utf-8")
    write_pack(PackFields(
        id="test-adarevd",
        title="Test pack: adarevd",
        source="Made by a script, not trained: random weights.",
        architecture=architecture_of(TINY, classifier),
        multiple_of=TINY.encoder.multiple_of,
        window=128,
        overlap=16,
        tiled_db=35.0,
        engine="adarevd",
        graphs=write_graphs(network, classifier, folder),
        tables={"exits": {"classEdgesDb": edges, "gainsDb": [list(row) for row in GAINS], "windows": [1] * 6}},
    ), folder)
    return folder
