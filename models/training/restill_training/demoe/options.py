"""What a DeMoE run depends on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ..nets.demoe import MINI, DeMoEConfig
from ..nets.nafnet import NAFNetConfig


@dataclass
class DeMoEOptions:
    """Everything a run depends on. Minutes count the whole run, resumed parts together."""

    photos: list[str]
    pairs: list[str]
    keep_pairs: list[str]
    base: Path
    out: Path
    minutes: float
    config: DeMoEConfig = MINI
    resume: bool = False
    device: str = "cpu"
    precision: str = "auto"
    compile: bool = False
    threads: int = 2
    seed: int = 1
    scenes: int = 96
    per_kind: int = 1
    side: int = 128
    late_per_kind: int = 1
    late_side: int = 160
    late_share: float = 0.2
    head_per_kind: int = 2
    rate: float = 8e-4
    shared_rate: float = 5e-4
    router_weight: float = 0.5
    smoothing: float = 0.05
    noise: float = 0.03
    floor: float = 2e-5
    clip: float = 0.1
    head_share: float = 0.03
    refit_share: float = 0.2
    refit_side: int = 160
    refit_rounds: int = 40
    check_minutes: float = 6.0
    save_minutes: float = 3.0
    most_steps: int | None = None


def base_config(pack: Path) -> NAFNetConfig:
    """The layout of a nafnet-edge pack, from its pack.json."""
    a = json.loads((pack / "pack.json").read_text("utf-8"))["architecture"]
    if a.get("network") != "nafnet":
        raise ValueError(f"{pack} is no plain NAFNet pack: give --base the folder of one")
    return NAFNetConfig(a["width"], tuple(a["encoderBlocks"]), a["middleBlocks"],
                        tuple(a["decoderBlocks"]), a["stem"])
