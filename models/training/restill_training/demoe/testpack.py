"""A tiny DeMoE pack with random weights, so that an application's tests need no trained ones."""

from __future__ import annotations

from pathlib import Path

import torch

from ..nets.demoe import DeMoE, DeMoEConfig
from ..packfile import write_pack
from .export import mini_fields, write_graphs

TINY = DeMoEConfig(4, (1, 1), 1, (1, 0), 2, (2, 0, 0), (4, 4), head_norm=False)


def write_test_pack(out: Path) -> Path:
    """Writes the pack into `out`/demoe and returns that folder.

    Its experts differ visibly, its residual is small; it restores nothing.
    """
    torch.manual_seed(11)
    state = DeMoE(TINY).state_dict()
    for key, value in state.items():
        if key.endswith(("beta", "gamma")):
            value.normal_(0, 0.5)
    state["ending.weight"] *= 0.1
    folder = out / "demoe"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "card.md").write_text(
        "# Test pack: demoe\n\nNot for photographs: random weights. Made by a script.\n", encoding="utf-8")
    fields = mini_fields(TINY, write_graphs(state, TINY, folder))
    fields.id, fields.title = "test-demoe", "Test pack: demoe"
    fields.source = "Made by a script, not trained: random weights."
    fields.window, fields.overlap, fields.tiled_db = 64, 16, 35.0
    fields.tables = {"experts": fields.tables["experts"]}
    write_pack(fields, folder)
    return folder
