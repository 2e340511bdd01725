"""Checkpoints to packs, and packs back to weights."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from .graph import build, narrowed
from .nets.nafnet import NAFNet, NAFNetConfig, parameter_count
from .packfile import Architecture, PackFields, write_with_card

GRAPH = "restore.onnx"


def read_checkpoint(path: Path) -> tuple[NAFNetConfig, dict[str, torch.Tensor]]:
    """Configuration and averaged weights of a training checkpoint."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    weights = {key: value.float().contiguous() for key, value in state["ema"].items()}
    return NAFNetConfig.from_json(state["config"]), weights


def averaged(weights: dict[str, torch.Tensor], others: dict[str, torch.Tensor],
             share: float) -> dict[str, torch.Tensor]:
    """`share` of `weights`, the rest of `others`: between a network and what it was tuned to.

    A straight line between the two often keeps what each does well (Wortsman et al., Robust
    fine-tuning of zero-shot models, CVPR 2022).
    """
    if weights.keys() != others.keys():
        raise ValueError("the two networks are not of one architecture")
    return {key: share * value + (1 - share) * others[key].float() for key, value in weights.items()}


def architecture_of(config: NAFNetConfig) -> Architecture:
    """The `architecture` entry of pack.json for a configuration."""
    with torch.device("meta"):
        count = parameter_count(NAFNet(config))
    return Architecture(
        width=config.width,
        encoder_blocks=list(config.encoder_blocks),
        middle_blocks=config.middle_blocks,
        decoder_blocks=list(config.decoder_blocks),
        stem=config.stem,
        parameters=count,
    )


def write_graph(weights: dict[str, torch.Tensor], config: NAFNetConfig, path: Path,
                half: bool = True) -> None:
    """Writes the ONNX file of the weights."""
    arrays = {key: value.detach().cpu().numpy() for key, value in weights.items()}
    onnx.save(build(arrays, config, half), path)


def export_checkpoint(checkpoint: Path, folder: Path, half: bool = True, version: str = "1.0.0",
                      average_with: Path | None = None, share: float = 1.0,
                      restraint: tuple[float, float, float] | None = None) -> PackFields:
    """Writes `restore.onnx`, a first `card.md` where none lies yet, and `pack.json`.

    With `average_with`, a pack's folder, the weights are `averaged` with that pack's. `restraint`
    is the table of that name: keepDb, sharp, blurred (see `restraint.py`).
    """
    config, weights = read_checkpoint(checkpoint)
    if average_with is not None:
        weights = averaged(weights, weights_of_pack(average_with), share)
    folder.mkdir(parents=True, exist_ok=True)
    write_graph(weights, config, folder / GRAPH, half)
    fields = mini_fields(config)
    fields.version = version
    if restraint is not None:
        fields.tables["restraint"] = dict(zip(("keepDb", "sharp", "blurred"), restraint, strict=True))
    write_with_card(fields, folder)
    return fields


def mini_fields(config: NAFNetConfig, window: int = 512, overlap: int = 64) -> PackFields:
    """What pack.json says about the pack that ships with the application."""
    return PackFields(
        id="nafnet-edge-mini",
        title="Edge NAFNet mini",
        source=(
            "Trained by the restill authors with the code in models/training on openly licensed "
            "photographs (GoPro and REDS pairs, Kodak, scikit-image, sharp, squoosh, linku, MATE "
            "and Lomiri backgrounds) and on procedural scenes; card.md lists them."
        ),
        architecture=architecture_of(config),
        multiple_of=config.multiple_of,
        window=window,
        overlap=overlap,
    )


def weights_of_pack(place: Path) -> dict[str, torch.Tensor]:
    """Weights under their checkpoint names, from a pack's folder or its ONNX file.

    Float16-stored tensors come back rounded; that is how they shipped.
    """
    model = onnx.load(place / GRAPH if place.is_dir() else place)
    arrays: dict[str, np.ndarray] = {}
    for tensor in model.graph.initializer:
        name = tensor.name.removesuffix(".half")
        arrays[name] = numpy_helper.to_array(tensor).astype(np.float32)
    out: dict[str, np.ndarray] = {}
    for name, array in arrays.items():
        if name in ("axes", "eps") or name.endswith(".second"):
            continue
        if name.endswith(".first"):
            name = name.removesuffix(".first")
            array = np.concatenate([array, arrays[name + ".second"]])
        if re.search(r"norm[12]\.(weight|bias)$", name):
            array = array.reshape(-1)
        out[name] = array
    side = out["intro.weight"].shape[-1]
    if side > 3:
        out["intro.weight"] = narrowed(out["intro.weight"], side // 3)
    return {key: torch.from_numpy(np.ascontiguousarray(value)) for key, value in out.items()}
