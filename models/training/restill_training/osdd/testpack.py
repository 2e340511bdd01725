"""A tiny OSDD pack with random weights, so that an application's tests need no trained ones."""

from __future__ import annotations

from pathlib import Path

import torch

from ..packfile import write_pack
from .config import OsddConfig
from .export import mini_fields, write_graphs
from .network import Osdd

TINY = OsddConfig(4, (1, 1), (1, 1), 2, 4, (1,), 1, (1,), 2, 2)


def write_test_pack(out: Path) -> Path:
    """Writes the pack into `out`/osdd and returns that folder.

    Its adapters differ visibly, its residual is small; it restores nothing.
    """
    torch.manual_seed(13)
    state = Osdd(TINY).state_dict()
    for key, value in state.items():
        if key.endswith(("beta", "gamma")):
            value.normal_(0, 0.3)
        elif key.startswith("denoiser") and (key.endswith(".1.weight") or "ending" in key or "prompt.out" in key):
            value.normal_(0, 0.3)
    state["decoder.ending.weight"] *= 0.1
    folder = out / "osdd"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "card.md").write_text(
        "# Test pack: osdd\n\nNot for photographs: random weights. Made by a script.\n", encoding="utf-8")
    fields = mini_fields(TINY, write_graphs(state, TINY, folder))
    fields.id, fields.title = "test-osdd", "Test pack: osdd"
    fields.source = "Made by a script, not trained: random weights."
    fields.window, fields.overlap, fields.tiled_db = 64, 16, 35.0
    fields.tables = {"latent": {"reduction": TINY.reduction, "window": 12, "overlap": 4}}
    write_pack(fields, folder)
    return folder
