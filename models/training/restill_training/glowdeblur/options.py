"""What a GLOWDeblur run depends on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..run import RunOptions
from ..synth.pipeline import Recipe
from .config import GlowConfig

# In the order in which they are run; the first two depend on nothing but the base.
STAGES = ("motion", "pre", "autoencoder", "patterns", "mixed")
GUIDES = ("pre", "motion", "caption")


@dataclass(kw_only=True)
class GlowOptions(RunOptions):
    """`base` is a nafnet-edge pack that the first stages begin from, `start_from` a checkpoint that the others do;
    `take` names checkpoints that parts of the network are taken from. `without` leaves guides out, to see what each is worth."""

    stage: str
    base: Path | None = None
    start_from: Path | None = None
    take: dict[str, Path] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    config: GlowConfig = GlowConfig()
    captioned: int = 220
    memory: int = 500
    drawn: int = 8
    decoded: int = 2
    dropped: float = 0.28
    warm_up: int = 50
    floor: float = 4e-5
    clip: float = 0.3


@dataclass(frozen=True)
class Mix:
    """Shares of a stage's samples: cuts of pairs, captioned scenes, captioned photographs; the rest are other photographs
    and scenes under `recipe`. `heavy` is the share of captioned samples whose blur is heavy."""

    recipe: Recipe
    real: float
    scenes: float
    photos: float
    heavy: float


def _recipe(**more: object) -> Recipe:
    share = {"shake": 0.36, "shake-grid": 0.06, "shake-frames": 0.14, "defocus": 0.16, "layered": 0.06, "local": 0.06,
             "low-light": 0.06, "sharp": 0.10}
    return Recipe(share=share, shake_length=(3.0, 36.0), long_share=0.2, radius=(0.6, 9.0), **more)  # type: ignore[arg-type]


def mix_of(stage: str) -> Mix:
    """What a stage learns from. Blur-pattern pretraining (BPP) first: simulated trajectories, disks and Gaussians of all
    strengths, hardly any camera; then what cameras do, and real pairs."""
    if stage == "pre":
        return Mix(_recipe(), 0.30, 0.20, 0.0, 0.6)
    if stage == "autoencoder":
        # Where little is missing a latent of 16 pixels has nothing to add: the autoencoder learns from strong blur.
        return Mix(_recipe(), 0.10, 0.50, 0.25, 0.9)
    if stage == "patterns":
        return Mix(_recipe(noise_share=0.2, jpeg_share=0.0, grey_share=0.05, flat_share=0.05), 0.0, 0.50, 0.15, 0.7)
    return Mix(_recipe(), 0.20, 0.55, 0.12, 0.8)
