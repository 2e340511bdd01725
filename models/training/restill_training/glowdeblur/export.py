"""Checkpoints to GLOWDeblur packs, and the pack back in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..graphpack import GraphPack, numpy_weights, save_graphs
from ..nets.nafnet import parameter_count
from ..osdd.export import RESTRAINT
from ..packfile import PackFields, write_with_card
from .config import GlowConfig
from .graphs import build
from .network import SIGMA_START, SIGMAS, GlowDeblur, read_checkpoint
from .tokens import encoded, text_table

# Largest allowed absolute difference on pictures in 0..1, as for every pack with stored halves.
HALF = 2e-3
# Windows of the diffusion network, in latents.
LATENT_WINDOW, LATENT_OVERLAP = 32, 8


def architecture_of(config: GlowConfig) -> dict[str, Any]:
    """The `architecture` entry of pack.json."""
    with torch.device("meta"):
        network = GlowDeblur(config)
    counts = {name: parameter_count(part) for name, part in network.named_children()}
    return {
        "network": "glowdeblur", "widths": list(config.widths), "encoderBlocks": list(config.encoder_blocks),
        "decoderBlocks": list(config.decoder_blocks), "latent": config.latent, "reduction": config.reduction,
        "preWidth": config.pre_width, "preBlocks": list(config.pre_blocks), "preMiddle": config.pre_middle,
        "aligned": config.aligned, "motionWidth": config.motion_width, "width": config.width, "heads": config.heads,
        "depth": config.depth, "parameters": sum(counts.values()), "parametersByPart": counts,
    }


def write_graphs(weights: dict[str, Tensor], config: GlowConfig, folder: Path, half: bool = True) -> dict[str, dict[str, Any]]:
    """Writes the ONNX files and returns their entries for pack.json."""
    return save_graphs(build(numpy_weights(weights), config, half), folder)


def export_checkpoint(checkpoint: Path, folder: Path, half: bool = True, version: str = "1.0.0") -> float:
    """Writes graphs, a first `card.md` where none lies yet, and `pack.json`; returns the largest difference
    between network and graphs, and raises if it is larger than a pack may have."""
    config, weights = read_checkpoint(checkpoint)
    folder.mkdir(parents=True, exist_ok=True)
    fields = mini_fields(config, write_graphs(weights, config, folder, half))
    fields.version = version
    write_with_card(fields, folder)
    found = largest_difference(weights, config, folder)
    if found > HALF:
        raise ValueError(f"the graphs differ from the network by {found:.1e}")
    return found


def tables_of(config: GlowConfig, window: int, overlap: int) -> dict[str, Any]:
    """What the application needs to know to sample; `window` and `overlap` in latents."""
    return {
        "latent": {"reduction": config.reduction, "window": window, "overlap": overlap, "channels": config.latent},
        "sampler": {"sigmaStart": SIGMA_START, "sigmas": SIGMAS},
        "text": text_table(config.tokens, config.vocabulary),
    }


def mini_fields(config: GlowConfig, graphs: dict[str, dict[str, Any]]) -> PackFields:
    """What pack.json says about the pack that ships with the application."""
    return PackFields(
        id="glowdeblur-mini",
        engine="glowdeblur",
        title="GLOWDeblur mini",
        source=(
            "Trained by the restill authors with the code in models/training, the pre-reconstruction starting from the pack "
            "nafnet-edge-mini, on openly licensed photographs (GoPro and REDS pairs, Kodak, scikit-image, sharp, "
            "squoosh, linku, MATE and Lomiri backgrounds) and on procedural scenes; card.md lists them."
        ),
        architecture=architecture_of(config),
        multiple_of=config.reduction,
        window=384,
        overlap=64,
        tiled_db=35.0,
        tables=tables_of(config, LATENT_WINDOW, LATENT_OVERLAP) | {"restraint": RESTRAINT},
        graphs=graphs,
    )


class GlowPack(GraphPack):
    """A pack, run as the application does."""

    def see(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """What does not depend on caption, noise or steps."""
        first = self.run("pre", image=image[None])
        return first | self.run("motion", image=image[None]) | self.run("encoder", image=first["coarse"])

    def restore(self, seen: dict[str, np.ndarray], noise: np.ndarray, caption: str | None = None, steps: int = 1,
                weight: float = 1.0, motion: float = 1.0) -> np.ndarray:
        """The restored picture [3, H, W], not clamped, in one window; `noise` as the latents."""
        sigmas = [*self.tables["sampler"]["sigmas"][str(steps)], 0.0]
        x = (1 - sigmas[0]) * seen["latent"] + np.float32(sigmas[0]) * noise
        for now, after in zip(sigmas, sigmas[1:]):
            x = x + np.float32(after - now) * self.velocity(seen, x.astype(np.float32), now, caption, weight, motion)
        skips = {k: v for k, v in seen.items() if k.startswith("skip")}
        return self.run("decoder", latent=x.astype(np.float32), image=seen["coarse"], **skips)["restored"][0]

    def velocity(self, seen: dict[str, np.ndarray], x: np.ndarray, sigma: float, caption: str | None, weight: float,
                 motion: float) -> np.ndarray:
        """One call of the network, of two where the caption's weight is neither 0 nor 1."""
        text = self.tables["text"]
        ids, mask = encoded(caption, text["tokens"], text["vocabulary"])
        masks = [mask * (weight != 0)] if weight in (0, 1) or not mask.any() else [0 * mask, mask]
        n = len(masks)

        def twice(value: np.ndarray) -> np.ndarray:
            return np.repeat(value.astype(np.float32), n, 0)

        found = self.run("dit", latent=twice(x), sigma=np.full(n, sigma, np.float32), guide=twice(seen["latent"]),
                         aligned=twice(seen["aligned"]), motion=twice(np.float32(motion) * seen["motion"]), tokens=twice(ids[None]),
                         mask=np.stack(masks).astype(np.float32))["velocity"]
        return found if n == 1 else found[:1] + np.float32(weight) * (found[1:] - found[:1])


def largest_difference(weights: dict[str, Tensor], config: GlowConfig, folder: Path, seed: int = 0) -> float:
    """Largest absolute difference between network and graphs on random pictures, with and without words."""
    network = GlowDeblur(config).eval()
    network.load_state_dict(weights)
    pack = GlowPack(folder)
    generator = torch.Generator().manual_seed(seed)
    side, worst = max(4 * config.reduction, 64), 0.0
    for caption, steps in ((None, 1), ("red brick wall", 2)):
        image = torch.rand(1, 3, side, side + config.reduction, generator=generator)
        noise = torch.randn(1, config.latent, side // config.reduction, side // config.reduction + 1, generator=generator)
        ids, mask = (torch.from_numpy(x)[None] for x in encoded(caption, config.tokens, config.vocabulary))
        with torch.no_grad():
            wanted = network(image, noise, ids, mask, steps)[0].numpy()
        given = pack.restore(pack.see(image[0].numpy()), noise.numpy(), caption, steps)
        worst = max(worst, float(np.abs(wanted - given).max()))
    return worst
