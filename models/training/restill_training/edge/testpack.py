"""A tiny pack with exchangeable blocks and random weights, and one choice joined here: other joiners must get the same."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import torch

from ..graph import build
from ..nets.nafnet import NAFNet, NAFNetConfig
from ..packfile import PackFields, sha256_of, write_pack
from .graph import BLOCKS, build_blocks, joined, places_of
from .surrogates import OPTIONS, SurrogateBank

CONFIG = NAFNetConfig(width=8, encoder_blocks=(1,), middle_blocks=1, decoder_blocks=(1,), stem=1)
SLOTS = ("encoders.0.0", "decoders.0.0")
CHOICE = [4, 2]


@torch.no_grad()
def _stir(network: torch.nn.Module) -> None:
    """Small random values, so that no block is nothing and the picture stays a picture."""
    for name, value in network.named_parameters():
        if not (name.endswith("weight") and value.ndim == 1):
            value.copy_(0.08 * torch.randn_like(value))


def write_test_pack(out: Path) -> Path:
    """Writes `out/edge` and returns it."""
    folder = out / "edge"
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(12)
    network = NAFNet(CONFIG).eval()
    _stir(network)
    with torch.no_grad():
        # A guard would keep the input of a network that changes colours.
        network.ending.weight.mul_(0.1)
        network.ending.bias.zero_()
    bank = SurrogateBank(network, SLOTS).eval()
    bank.start_from(network, [torch.rand(1, 3, 32, 32)])
    _stir(bank)
    weights = {key: value.numpy() for key, value in network.state_dict().items()}
    base, blocks = build(weights, CONFIG, half=False), build_blocks(bank, half=False)
    places = places_of(weights, CONFIG, SLOTS)
    onnx.save(base, folder / "restore.onnx")
    onnx.save(blocks, folder / BLOCKS)
    onnx.save(joined(base, blocks, places, CHOICE), folder / "joined.onnx")
    sentence = "a network of two levels with random weights, whose two outer blocks can be exchanged"
    (folder / "card.md").write_text(f"# Test pack: edge\n\nMade by a script, not trained: {sentence}.\n", encoding="utf-8")
    fields = PackFields(
        id="test-edge", title="Test pack: edge", source=f"Made by a script, not trained: {sentence}.",
        architecture={"network": "nafnet", "width": CONFIG.width}, multiple_of=CONFIG.multiple_of, window=64, overlap=16, tiled_db=30.0,
        other_files=["card.md", BLOCKS],
    )
    # Losses that grow with the option, so that tests know what a search must find.
    drop = [round(0.02 * option, 3) for option in range(len(OPTIONS))]
    fields.tables["edge"] = {
        "file": BLOCKS, "options": list(OPTIONS),
        "slots": [
            {"name": slot, "input": place[0], "output": place[1], "channels": CONFIG.width, "reduction": 1, "dropDb": drop}
            for slot, place in zip(SLOTS, places)
        ],
        "interactions": [[0, 1, np.full((len(OPTIONS), len(OPTIONS)), 0.0).tolist()]],
        "calibration": {"pairs": 1, "inputDb": 24.0, "gainDb": 0.5, "errorDb": 0.0},
    }
    write_pack(fields, folder)
    manifest = json.loads((folder / "pack.json").read_text("utf-8"))
    manifest["files"]["joined.onnx"] = {"sha256": sha256_of(folder / "joined.onnx"), "bytes": (folder / "joined.onnx").stat().st_size}
    (folder / "pack.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return folder
