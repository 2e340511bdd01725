"""Adds surrogates to the pack that ships their base: `blocks.onnx` and the table `edge`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch

from ..packfile import sha256_of
from .distil import base_of_pack
from .graph import BLOCKS, build_blocks, places_of
from .saliency import Judge, Pairs, correctness, measure_table, restraint_of
from .surrogates import OPTIONS, SLOTS, SurrogateBank, block_at


def read_bank(checkpoint: Path, pack: Path) -> SurrogateBank:
    """Averaged surrogates of a checkpoint of `distil-edge`."""
    bank = SurrogateBank(base_of_pack(pack))
    bank.load_state_dict(torch.load(checkpoint, map_location="cpu", weights_only=True)["ema"])
    return bank.eval()


def export_edge(checkpoint: Path, pack: Path, version: str, pairs: Pairs, threads: int, checks: int,
                random: int = 150) -> dict[str, Any]:
    """Writes `blocks.onnx`, measures the table on the pairs, and puts both into `pack.json`.

    Returns how well the table tells the loss of random choices.
    """
    bank = read_bank(checkpoint, pack)
    model = build_blocks(bank)
    onnx.save(model, pack / BLOCKS)
    base = base_of_pack(pack)
    weights = {key: value.numpy() for key, value in base.state_dict().items()}
    places = places_of(weights, base.config, SLOTS)
    judge = Judge(onnx.load(pack / "restore.onnx"), model, places, pairs, restraint_of(pack), threads)
    table = measure_table(judge, len(SLOTS), len(OPTIONS), random)
    found = correctness(judge, table, checks)
    error = float(np.mean([abs(told - measured) for told, measured in found]))
    slots = []
    for number, slot in enumerate(SLOTS):
        level = int(slot.split(".")[1])
        depth = level if slot.startswith("encoders") else len(base.config.decoder_blocks) - 1 - level
        slots.append({
            "name": slot, "input": places[number][0], "output": places[number][1],
            "channels": block_at(base, slot).conv1.in_channels, "reduction": base.config.stem * 2**depth,
            "dropDb": table["dropDb"][number],
        })
    path = pack / "pack.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["version"] = version
    manifest["files"][BLOCKS] = {"sha256": sha256_of(pack / BLOCKS), "bytes": (pack / BLOCKS).stat().st_size}
    manifest["tables"]["edge"] = {
        "file": BLOCKS, "options": list(OPTIONS), "slots": slots,
        "interactions": table["interactions"], "calibration": table["calibration"] | {"errorDb": round(error, 4)},
    }
    path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    expected, measured = (np.array(column) for column in zip(*found))
    return {
        "choices": checks, "meanError": error,
        "correlation": float(np.corrcoef(expected, measured)[0, 1]), "pairs": found,
    }
