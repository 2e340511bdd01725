"""What an OSDD run depends on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..synth.pipeline import Recipe
from .config import OsddConfig

# In the order in which they are run; `vae` is the plain autoencoder that the enhanced one is compared with.
STAGES = ("vae", "evae", "base", "fidelity", "crispness")


@dataclass
class OsddOptions:
    """Everything a stage depends on. Minutes count the whole run, resumed parts together.

    The first stages begin from `base`, a nafnet-edge pack; the others from `start_from`, a checkpoint. Given both,
    the stage base takes the checkpoint's autoencoder alone: its denoiser may have had another shape.
    """

    stage: str
    photos: list[str]
    pairs: list[str]
    out: Path
    minutes: float
    keep_pairs: list[str] = field(default_factory=list)
    base: Path | None = None
    start_from: Path | None = None
    config: OsddConfig = OsddConfig()
    resume: bool = False
    processor_time: bool = False
    device: str = "cpu"
    precision: str = "auto"
    compile: bool = False
    threads: int = 2
    seed: int = 1
    scenes: int = 96
    batch: int = 4
    side: int = 128
    late_batch: int = 1
    late_side: int = 256
    late_share: float = 0.2
    rate: float = 6e-4
    warm_up: int = 100
    floor: float = 2e-5
    clip: float = 0.3
    adversarial: float = 0.02
    check_minutes: float = 5.0
    save_minutes: float = 3.0
    most_steps: int | None = None


def recipe_of(stage: str) -> tuple[Recipe, float]:
    """What a stage learns from: the synthesis, and the share of samples that are cuts of pairs.

    Fidelity learns from what real cameras do (averaged frames, sensor noise, pairs), crispness from clean
    photographs under one trajectory kernel each, as the paper does with GoPro and DF2K; a part of them is under
    averaged frames, so that its adapter answers to such blur too, and many are sharp and are to stay so.
    """
    if stage == "fidelity":
        share = {"shake-frames": 0.45, "shake": 0.30, "local": 0.10, "defocus": 0.08, "sharp": 0.07}
        return Recipe(share=share), 0.55
    if stage == "crispness":
        share = {"shake": 0.48, "shake-frames": 0.2, "defocus": 0.1, "sharp": 0.22}
        return Recipe(share=share, noise_share=0.1, jpeg_share=0.0, long_share=0.0, flat_share=0.0), 0.0
    return Recipe(), 0.4
