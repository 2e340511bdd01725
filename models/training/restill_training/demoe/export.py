"""Checkpoints and converted weights to DeMoE packs, and the pack back in Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor

from ..graphpack import GraphPack, numpy_weights, save_graphs, shape_of
from ..nets.demoe import DeMoE, DeMoEConfig
from ..nets.demoe_router import EXPERTS
from ..nets.nafnet import parameter_count
from ..restraint import Restraint
from ..packfile import PackFields, write_with_card
from .graphs import build, features
from .train import read_checkpoint

# Largest allowed absolute differences on pictures in 0..1, as for every pack.
FULL, HALF = 1e-4, 2e-3


def architecture_of(config: DeMoEConfig) -> dict[str, Any]:
    """The `architecture` entry of pack.json."""
    with torch.device("meta"):
        network = DeMoE(config)
    return {
        "network": "demoe", "width": config.width, "encoderBlocks": list(config.encoder_blocks),
        "middleBlocks": config.middle_blocks, "decoderBlocks": list(config.decoder_blocks),
        "stem": config.stem, "experts": list(EXPERTS), "expertWidths": list(config.expert_widths),
        "texture": config.texture, "parameters": parameter_count(network),
        "parametersWithOneExpert": parameter_count(network) - sum(
            parameter_count(site.experts[0]) * (len(EXPERTS) - 1) for site in network.experts
        ),
    }


def write_graphs(weights: dict[str, Tensor], config: DeMoEConfig, folder: Path,
                 half: bool = True) -> dict[str, dict[str, Any]]:
    """Writes the ONNX files and returns their entries for pack.json."""
    return save_graphs(build(numpy_weights(weights), config, half), folder, _shape)


def _shape(value: onnx.ValueInfoProto) -> list[Any]:
    """Rows and columns of features have names of their own in every graph: pack.json says what they are."""
    shape = shape_of(value)
    return features(int(shape[1])) if len(shape) == 4 else shape


def export_checkpoint(checkpoint: Path, folder: Path, half: bool = True, version: str = "1.0.0") -> dict[str, float]:
    """Writes graphs, a first `card.md` where none lies yet, and `pack.json`; returns the parity."""
    config, weights = read_checkpoint(checkpoint)
    folder.mkdir(parents=True, exist_ok=True)
    fields = mini_fields(config, write_graphs(weights, config, folder, half), version)
    write_with_card(fields, folder)
    return checked(weights, config, folder)


# That of nafnet-edge-mini, but not for the experts that take grain off: they change sharp places on purpose.
RESTRAINT = {"keepDb": 38.6, "sharp": 0.56, "blurred": 0.6}
RESTRAINED = ("defocus", "local_motion", "synth_motion")


def mini_fields(config: DeMoEConfig, graphs: dict[str, dict[str, Any]], version: str = "1.0.0") -> PackFields:
    """What pack.json says about the pack that ships with the application."""
    return PackFields(
        id="demoe-mini",
        engine="demoe",
        title="DeMoE mini",
        version=version,
        source=(
            "Trained by the restill authors with the code in models/training, starting from the pack "
            "nafnet-edge-mini, on openly licensed photographs (GoPro and REDS pairs, Kodak, "
            "scikit-image, sharp, squoosh, linku, MATE and Lomiri backgrounds) and on procedural "
            "scenes; card.md lists them."
        ),
        architecture=architecture_of(config),
        multiple_of=config.multiple_of,
        window=384,
        overlap=48,
        tiled_db=35.0,
        tables={"experts": list(EXPERTS), "restraint": RESTRAINT, "restrained": list(RESTRAINED)},
        graphs=graphs,
    )


class DeMoEPack(GraphPack):
    """A pack, run as the application does."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        super().__init__(folder, threads)
        self.restraint = Restraint.from_tables(self.tables)
        self.restrained = [e in self.tables.get("restrained", EXPERTS) for e in self.tables["experts"]]
        self.sites = sum(name.startswith("stage-") for name in self.pack["graphs"]) + 1

    def encode(self, image: np.ndarray) -> dict[str, np.ndarray]:
        return self.run("encoder", image=image[None])

    def logits(self, image: np.ndarray, encoded: dict[str, np.ndarray]) -> np.ndarray:
        """The router's answer about a picture, float [5]."""
        wanted = {tensor["name"] for tensor in self.pack["graphs"]["router"]["inputs"]}
        given = {"deep": encoded["deep"], "image": image[None]}
        return self.run("router", **{n: v for n, v in given.items() if n in wanted})["logits"][0]

    def probabilities(self, image: np.ndarray, encoded: dict[str, np.ndarray]) -> np.ndarray:
        """What the router thinks of the picture: float [5], sum one."""
        return softmax(self.logits(image, encoded))

    def survey(self, photo: np.ndarray, side: int = 160, most: int = 4) -> np.ndarray:
        """What it thinks of a photo, as the application asks: mean logits over at most sixteen windows.
        Sides of the photo are `side` or more."""
        rows, columns = (spread(n, side, most) for n in photo.shape[1:])
        windows = [np.ascontiguousarray(photo[:, y : y + side, x : x + side]) for y in rows for x in columns]
        return softmax(np.mean([self.logits(w, self.encode(w)) for w in windows], axis=0))

    def decode(self, image: np.ndarray, encoded: dict[str, np.ndarray], weights: np.ndarray) -> np.ndarray:
        """The restored picture [3, H, W], not clamped; experts without a weight do not run."""
        x = self._blend(0, encoded["middle"], weights)
        for site in range(1, self.sites):
            skip = encoded[f"skip{self.sites - 1 - site}"]
            x = self.run(f"stage-{site}", features=x, skip=skip)["shared"]
            x = self._blend(site, x, weights)
        answer = self.run("tail", features=x, image=image[None])["restored"][0]
        holds = self.restraint is not None and self.restrained[int(np.argmax(weights))]
        return self.restraint.apply(image, answer) if holds else answer

    def _blend(self, site: int, x: np.ndarray, weights: np.ndarray) -> np.ndarray:
        chosen = [
            np.float32(weight) * self.run(f"expert-{site}-{expert}", features=x)["treated"]
            for expert, weight in enumerate(weights) if weight > 0
        ]
        return sum(chosen[1:], chosen[0])


def softmax(logits: np.ndarray) -> np.ndarray:
    exponent = np.exp(logits - logits.max())
    return exponent / exponent.sum()


def spread(length: int, span: int, most: int) -> list[int]:
    """Starts of windows of `span` that cover a length, at most `most` of them, evenly spread."""
    count = min(most, -(-length // span))
    return [(length - span) * i // max(count - 1, 1) for i in range(count)]


def largest_difference(weights: dict[str, Tensor], config: DeMoEConfig, folder: Path,
                       seed: int = 0) -> float:
    """Largest absolute difference between network and graphs on random pictures: every expert alone,
    a blend of two and of five; and of the router's probabilities. The restraint is the application's."""
    network = DeMoE(config).eval()
    network.load_state_dict(weights)
    pack = DeMoEPack(folder)
    pack.restraint = None
    generator = torch.Generator().manual_seed(seed)
    rng = np.random.default_rng(seed)
    side = max(2 * config.multiple_of, 64)
    routes = [*np.eye(5, dtype=np.float32), np.float32([0, 0.3, 0, 0, 0.7]), np.float32(rng.dirichlet(np.ones(5)))]
    worst = 0.0
    for route in routes:
        image = torch.rand(1, 3, side, side + config.multiple_of, generator=generator)
        with torch.no_grad():
            skips, deep = network.encode(image)
            wanted = network.decode(image, skips, deep, torch.from_numpy(route)[None])[0].numpy()
            likely = network.mlp_branch(deep, image).softmax(1)[0].numpy()
        encoded = pack.encode(image[0].numpy())
        given = pack.decode(image[0].numpy(), encoded, route)
        worst = max(worst, float(np.abs(wanted - given).max()),
                    float(np.abs(likely - pack.probabilities(image[0].numpy(), encoded)).max()))
    return worst


def checked(weights: dict[str, Tensor], config: DeMoEConfig, folder: Path) -> dict[str, float]:
    """Largest difference of the stored graphs; raises if it is larger than a pack may have."""
    stored = largest_difference(weights, config, folder)
    if stored > HALF:
        raise ValueError(f"the graphs differ from the network by {stored:.1e}")
    return {"stored": stored}
