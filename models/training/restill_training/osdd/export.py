"""Checkpoints to OSDD packs, and the pack back in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..graphpack import GraphPack, numpy_weights, save_graphs
from ..nets.nafnet import parameter_count
from ..packfile import PackFields, write_with_card
from ..runner import ramp, starts
from .config import OsddConfig
from .graphs import build
from .network import Osdd, read_checkpoint

# Largest allowed absolute difference on pictures in 0..1, as for every pack with stored halves.
HALF = 2e-3
# Windows of the denoiser, in latents: it always sees what it was trained and measured on.
LATENT_WINDOW, LATENT_OVERLAP = 48, 12
# Stricter than that of nafnet-edge-mini: towards gamma 0 the change of sharp places is as strong as that of blurred ones at 1.
RESTRAINT = {"keepDb": 39.6, "sharp": 0.68, "blurred": 0.72}


def architecture_of(config: OsddConfig) -> dict[str, Any]:
    """The `architecture` entry of pack.json; the teacher is no part of a pack."""
    with torch.device("meta"):
        network = Osdd(config)
    return {
        "network": "osdd", "width": config.width, "encoderBlocks": list(config.encoder_blocks),
        "decoderBlocks": list(config.decoder_blocks), "stem": config.stem, "latent": config.latent,
        "reduction": config.reduction, "trunkBlocks": list(config.trunk_blocks), "middleBlocks": config.middle_blocks,
        "trunkDecoderBlocks": list(config.trunk_decoder_blocks), "rank": config.rank, "tokens": config.tokens,
        "parameters": parameter_count(network) - parameter_count(network.teacher),
        "parametersOfOneAdapter": sum(p.numel() for p in network.denoiser.adapter("fidelity")),
    }


def write_graphs(weights: dict[str, Tensor], config: OsddConfig, folder: Path,
                 half: bool = True) -> dict[str, dict[str, Any]]:
    """Writes the ONNX files and returns their entries for pack.json."""
    return save_graphs(build(numpy_weights(weights), config, half), folder)


def export_checkpoint(checkpoint: Path, folder: Path, half: bool = True, version: str = "1.0.0", crispness: float = 1.0) -> float:
    """Writes graphs, a first `card.md` where none lies yet, and `pack.json`; returns the largest difference
    between network and graphs, and raises if it is larger than a pack may have. Gamma 0 stands for the share
    `crispness` of what its adapter learned."""
    config, weights = read_checkpoint(checkpoint)
    weights = {key: crispness * value if key.endswith("crispness.1.weight") else value for key, value in weights.items()}
    folder.mkdir(parents=True, exist_ok=True)
    fields = mini_fields(config, write_graphs(weights, config, folder, half))
    fields.version = version
    write_with_card(fields, folder)
    found = largest_difference(weights, config, folder)
    if found > HALF:
        raise ValueError(f"the graphs differ from the network by {found:.1e}")
    return found


def mini_fields(config: OsddConfig, graphs: dict[str, dict[str, Any]]) -> PackFields:
    """What pack.json says about the pack that ships with the application."""
    return PackFields(
        id="osdd-mini",
        engine="osdd",
        title="OSDD mini",
        source=(
            "Trained by the restill authors with the code in models/training, starting from the pack "
            "nafnet-edge-mini, on openly licensed photographs (GoPro and REDS pairs, Kodak, scikit-image, sharp, "
            "squoosh, linku, MATE and Lomiri backgrounds) and on procedural scenes; card.md lists them."
        ),
        architecture=architecture_of(config),
        multiple_of=config.multiple_of,
        window=384,
        overlap=48,
        tiled_db=35.0,
        tables={"latent": {"reduction": config.reduction, "window": LATENT_WINDOW, "overlap": LATENT_OVERLAP},
                "restraint": RESTRAINT},
        graphs=graphs,
    )


class OsddPack(GraphPack):
    """A pack, run as the application does."""

    def encode(self, image: np.ndarray) -> dict[str, np.ndarray]:
        return self.run("encoder", image=image[None])

    def denoise(self, latent: np.ndarray, gamma: float) -> np.ndarray:
        """Latents [1, C, h, w] in windows with ramps across their overlaps, as the application does."""
        window, overlap = self.tables["latent"]["window"], self.tables["latent"]["overlap"]
        rows, columns = (starts(n, window, overlap) for n in latent.shape[2:])
        total, weight = np.zeros_like(latent), np.zeros(latent.shape[2:], np.float32)
        for i, top in enumerate(rows):
            across = _ramp_at(rows, i, min(window, latent.shape[2]))
            for j, left in enumerate(columns):
                along = _ramp_at(columns, j, min(window, latent.shape[3]))
                part = np.ascontiguousarray(latent[..., top : top + window, left : left + window])
                share = across[:, None] * along[None]
                place = np.s_[..., top : top + window, left : left + window]
                total[place] += self.run("denoiser", latent=part, gamma=np.array(gamma, np.float32))["denoised"] * share
                weight[place] += share
        return total / weight

    def decode(self, image: np.ndarray, encoded: dict[str, np.ndarray], gamma: float) -> np.ndarray:
        """The restored picture [3, H, W], not clamped."""
        skips = {k: v for k, v in encoded.items() if k.startswith("skip")}
        denoised = self.denoise(encoded["latent"], gamma)
        return self.run("decoder", denoised=denoised, image=image[None], **skips)["restored"][0]


def _ramp_at(places: list[int], index: int, length: int) -> np.ndarray:
    lead = places[index - 1] + length - places[index] if index else 0
    tail = places[index] + length - places[index + 1] if index + 1 < len(places) else 0
    return ramp(length, lead, tail)


def largest_difference(weights: dict[str, Tensor], config: OsddConfig, folder: Path, seed: int = 0) -> float:
    """Largest absolute difference between network and graphs on random pictures, for several gammas."""
    network = Osdd(config).eval()
    network.load_state_dict(weights)
    pack = OsddPack(folder)
    generator = torch.Generator().manual_seed(seed)
    side, worst = max(2 * config.multiple_of, 64), 0.0
    for gamma in (0.0, 0.4, 1.0):
        image = torch.rand(1, 3, side, side + config.multiple_of, generator=generator)
        with torch.no_grad():
            wanted = network(image, torch.tensor(gamma))[0].numpy()
        given = pack.decode(image[0].numpy(), pack.encode(image[0].numpy()), gamma)
        worst = max(worst, float(np.abs(wanted - given).max()))
    return worst
