"""Measures O[class][sub-decoder] on training windows, with the weights and the restraint that will ship."""

from __future__ import annotations

import json

import torch

from ..data.setup import Material
from ..restraint import Restraint
from .classifier import CLASSIFIER, FIRST_BATCH, SIDE, ClassifierOptions, maker_of
from .depths import depth_psnrs
from .exits import GainTable, edges_of, exits
from .train import CHECKPOINT, read_run

TABLE = "table.json"
BATCH = 4
# What the application does with every picture: that of nafnet-edge-mini.
RESTRAINT = Restraint(38.6, 0.56, 0.6)
FIRST_TABLE_BATCH = 2 * FIRST_BATCH


@torch.no_grad()
def measure_table(o: ClassifierOptions, windows: int, material: Material | None = None) -> GainTable:
    """Writes table.json into the run's folder: gains by class of the true degradation."""
    device = torch.device(o.device)
    torch.set_num_threads(o.threads)
    edges = edges_of(o.class_step)
    path = o.out / CLASSIFIER
    if path.exists():
        edges = [float(e) for e in torch.load(path, map_location="cpu", weights_only=True)["edges"]]
    maker, _ = maker_of(o, material)
    network = read_run(o.out / CHECKPOINT).to(device)
    table = GainTable(edges, network.config.sub_decoders)
    for number in range(0, windows, BATCH):
        for pair in zip(*maker.make(FIRST_TABLE_BATCH + number, min(BATCH, windows - number), SIDE)):
            table.add(depth_psnrs(network, *(side[None].cpu() for side in pair), device, RESTRAINT))
    found = table.to_json()
    (o.out / TABLE).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for row, count in zip(found["gainsDb"], found["windows"]):
        print(f"{count:5d} windows  " + "  ".join(f"{gain:+7.3f}" for gain in row))
    print("exits at 0.05 dB:", *exits(found["gainsDb"], 0.05))
    return table
