"""A tiny GLOWDeblur pack with random weights, so that an application's tests need no trained ones."""

from __future__ import annotations

from pathlib import Path

import torch

from ..packfile import write_pack
from .config import GlowConfig
from .export import mini_fields, tables_of, write_graphs
from .motion import UNIT
from .network import GlowDeblur

TINY = GlowConfig((4, 6, 8), (1, 1, 1), (1, 1, 1), 4, 4, (1,), 2, 4, 2, 8, 2, 1, 2.0, 64, 8)


def write_test_pack(out: Path) -> Path:
    """Writes the pack into `out`/glowdeblur and returns that folder.

    Captions, motion and steps change its answer visibly, the answer stays near the picture; it restores nothing.
    """
    torch.manual_seed(23)
    network = GlowDeblur(TINY)
    with torch.no_grad():
        for key, value in network.named_parameters():
            if key.endswith((".beta", ".gamma")):
                value.normal_(0, 0.3)
            elif key.startswith("dit.ending"):
                value.normal_(0, 0.5)
            elif key.startswith("decoder.ending"):
                value.normal_(0, 0.0012)
            elif key.startswith("pre.ending"):
                value.mul_(0.05)
            elif key == "motion.ending.weight":
                value.mul_(0.05)
            elif key == "motion.ending.bias":
                value.copy_(torch.tensor([6.0, 2.0, 0.5, 0.0]) / UNIT)
    folder = out / "glowdeblur"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "card.md").write_text(
        "# Test pack: glowdeblur\n\nNot for photographs: random weights. Made by a script.\n", encoding="utf-8")
    fields = mini_fields(TINY, write_graphs(network.state_dict(), TINY, folder))
    fields.id, fields.title = "test-glowdeblur", "Test pack: glowdeblur"
    fields.source = "Made by a script, not trained: random weights."
    fields.window, fields.overlap = 64, 16
    fields.tables = tables_of(TINY, 12, 4)
    write_pack(fields, folder)
    return folder
