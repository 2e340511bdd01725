"""What training never sees: photographs, scenes and pairs kept aside for measuring."""

from __future__ import annotations

from pathlib import Path

# File stems of open photographs that are left out of training wherever they turn up.
PHOTOS = frozenset(
    {
        "kodak-03", "kodak-08", "kodak-13", "kodak-19", "kodak-20", "kodak-23",
        "skimage-coffee", "linku-fox", "Garden", "RainDrops",
        "picosdeeuropa_by_Aitzol_Berasategi",
    }
)
# Scenes of the real pairs that are left out of training.
SCENES = frozenset({"gopro-pizza", "gopro-flower", "reds-te003"})
# Procedural scenes from this seed on are left out of training.
FIRST_SCENE_SEED = 9000


def is_held_out(path: Path) -> bool:
    """Whether a photograph belongs to the held-out ones."""
    return path.stem in PHOTOS
