"""Measures an OSDD pack over a sweep of gamma, and its autoencoder against the plain one.

The sweep runs the exported graphs on pictures in one piece, as the application runs one tile: PSNR; NIQE
(`naturalness.py`); and a distance of features in the manner of LPIPS (Zhang et al., CVPR 2018, eq. 1, without learned
weights) on the levels of a nafnet-edge pack's encoder, none of whose training looked at such a distance.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..data.heldout import is_held_out
from ..data.pairs import list_pairs
from ..data.sources import copies_of, list_photos, load_rgb
from ..demoe.options import base_config
from ..evaluate import as_float, as_pixels, psnr
from ..export import weights_of_pack
from ..nets.nafnet import NAFNet
from ..restraint import Restraint
from .config import OsddConfig
from .export import OsddPack
from .naturalness import PATCH, Naturalness
from .network import Osdd

GAMMAS = (0.0, 0.25, 0.5, 0.7, 1.0)
Pictures = list[tuple[np.ndarray, np.ndarray]]


class FeatureDistance:
    """Mean squared distance of unit feature vectors, summed over the encoder's first three levels; 0 is equal."""

    def __init__(self, pack: Path) -> None:
        self.network = NAFNet(base_config(pack)).eval()
        self.network.load_state_dict(weights_of_pack(pack))

    @torch.no_grad()
    def between(self, one: np.ndarray, other: np.ndarray) -> float:
        """Of uint8 [H, W, 3] of equal size."""
        levels = zip(*(self._levels(torch.from_numpy(as_float(x))[None]) for x in (one, other)))
        return sum(float((a - b).square().sum(1).mean()) for a, b in levels)

    def _levels(self, image: Tensor) -> list[Tensor]:
        n, found = self.network, []
        h, w = (side - side % 8 for side in image.shape[2:])
        x = n.intro(F.pixel_unshuffle(image[..., :h, :w], n.config.stem))
        for encoder, down in list(zip(n.encoders, n.downs))[:3]:
            x = encoder(x)
            found.append(F.normalize(x, dim=1))
            x = down(x)
        return found


def held_out_pictures(folder: Path) -> Pictures:
    """Blurred and sharp pictures of a folder that the `heldout` command wrote."""
    return [(load_rgb(p), load_rgb(folder / "sharp" / p.name)) for p in sorted((folder / "blurred").glob("*.png"))]


def pair_pictures(folder: Path, longest: int = 640) -> Pictures:
    """The middle of every pair of a folder with pairs.tsv."""
    found = []
    for pair in list_pairs(folder):
        blur, sharp = pair.load()
        top, left = (max(0, (n - longest) // 2) for n in blur.shape[:2])
        found.append((blur[top : top + longest, left : left + longest], sharp[top : top + longest, left : left + longest]))
    return found


def held_out_photos(photos: list[str], longest: int = 512) -> list[np.ndarray]:
    """The middle of every held-out photograph among `photos`; sides are multiples of 32."""
    pictures = []
    for path in list_photos(photos):
        if is_held_out(path):
            pixels = copies_of(load_rgb(path))[0]
            top, left = (max(0, (n - longest) // 2) for n in pixels.shape[:2])
            h, w = (min(longest, n) // 32 * 32 for n in pixels.shape[:2])
            pictures.append(pixels[top : top + h, left : left + w])
    return pictures


def natural_model(photos: list[str]) -> Naturalness:
    """NIQE's model of sharp photographs: those among `photos` that training may see, at its sizes."""
    chosen = [copies_of(load_rgb(p))[0] for p in list_photos(photos) if not is_held_out(p)]
    return Naturalness.fitted([pixels for pixels in chosen if min(pixels.shape[:2]) >= 2 * PATCH])


def sweep(pack: Path, pictures: Pictures, natural: Naturalness, features: FeatureDistance,
          threads: int = 1) -> dict[str, Any]:
    """Means over the pictures: of the input, of the sharp side, and of the answer by gamma."""
    runner = OsddPack(pack, threads)
    rows: dict[str, list[tuple[float, float, float]]] = {}
    for blurred, sharp in pictures:
        def note(name: str, pixels: np.ndarray, truth: np.ndarray = sharp) -> None:
            figures = (psnr(pixels, truth), natural.distance(pixels), features.between(pixels, truth))
            rows.setdefault(name, []).append(figures)

        note("input", blurred)
        note("sharp", sharp)
        for gamma, answer in answers_to(runner, blurred, GAMMAS):
            note(str(gamma), answer)
    means = {name: np.mean(values, axis=0).tolist() for name, values in rows.items()}
    table = {name: dict(zip(("psnr", "niqe", "features"), values)) for name, values in means.items()}
    order = {key: spearman(GAMMAS, [table[str(g)][key] for g in GAMMAS]) for key in ("psnr", "niqe", "features")}
    gains = [after[0] - before[0] for after, before in zip(rows["1.0"], rows["input"])]
    return {"count": len(pictures), "means": table, "spearman": order, "worstGainAtOne": min(gains)}


def answers_to(runner: OsddPack, pixels: np.ndarray, gammas: tuple[float, ...]) -> Iterator[tuple[float, np.ndarray]]:
    """uint8 [H, W, 3] restored in one piece with each gamma, encoded once, the pack's restraint applied."""
    restraint = Restraint.from_tables(runner.pack["tables"])
    h, w = pixels.shape[:2]
    pads = ((0, 0), (0, -h % runner.multiple), (0, -w % runner.multiple))
    padded = np.pad(as_float(pixels), pads, mode="reflect")
    encoded = runner.encode(padded)
    for gamma in gammas:
        answer = runner.decode(padded, encoded, gamma)
        answer = answer if restraint is None else restraint.apply(padded, answer)
        yield gamma, as_pixels(answer[:, :h, :w])


def sharp_kept(pack: Path, pictures: list[np.ndarray], threads: int = 1) -> dict[str, dict[str, float]]:
    """What becomes of sharp photographs: mean and lowest PSNR, out against in, by gamma."""
    runner, found = OsddPack(pack, threads), {}
    for pixels in pictures:
        for gamma, answer in answers_to(runner, pixels, (0.0, 0.7, 1.0)):
            found.setdefault(str(gamma), []).append(psnr(answer, pixels))
    return {gamma: {"mean": float(np.mean(v)), "lowest": min(v)} for gamma, v in found.items()}


def spearman(one: list[float] | tuple[float, ...], other: list[float]) -> float:
    """Rank correlation; ties do not occur in what is measured here."""
    a, b = (np.argsort(np.argsort(values)).astype(float) for values in (one, other))
    return float(np.corrcoef(a, b)[0, 1])


def seconds(pack: Path, threads: int = 1, rounds: int = 5) -> dict[str, float]:
    """Median seconds of a window: all of it, and of a moved gamma."""
    runner = OsddPack(pack, threads)
    side = int(runner.pack["size"]["window"])
    image = np.random.default_rng(0).random((3, side, side), np.float32)
    encoded = runner.encode(image)
    runner.decode(image, encoded, 0.5)
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        encoded = runner.encode(image)
        middle = time.perf_counter()
        runner.decode(image, encoded, 0.5)
        times.append((time.perf_counter() - began, time.perf_counter() - middle))
    whole, moved = np.median(times, axis=0)
    return {"window": float(whole), "movedGamma": float(moved)}


@torch.no_grad()
def autoencoders(checkpoints: list[Path], photos: list[str], longest: int = 512) -> dict[str, dict[str, float]]:
    """Sharp held-out photographs through each checkpoint's autoencoder (paper, Table 4): mean absolute error on
    0..255 and PSNR."""
    pictures, found = held_out_photos(photos, longest), {}
    for path in checkpoints:
        state = torch.load(path, map_location="cpu", weights_only=True)
        network = Osdd(OsddConfig.from_json(state["config"]), state["stage"] != "vae").eval()
        network.load_state_dict(state["ema"])
        answers = [as_pixels(network.reconstruct(torch.from_numpy(as_float(p))[None])[0].numpy()) for p in pictures]
        error = [np.abs(a.astype(float) - p).mean() for a, p in zip(answers, pictures)]
        found[state["stage"]] = {"mae": float(np.mean(error)), "minutes": state["elapsed"] / 60, "steps": state["step"],
                                 "psnr": float(np.mean([psnr(a, p) for a, p in zip(answers, pictures)]))}
    return found


def report(figures: dict[str, Any]) -> str:
    """A sweep as text."""
    lines = [f"{figures['count']} pictures; PSNR dB, NIQE, feature distance"]
    for name, row in figures["means"].items():
        lines.append(f"  {name:6s} {row['psnr']:6.2f} {row['niqe']:7.3f} {row['features']:.4f}")
    order = ", ".join(f"{key} {value:+.2f}" for key, value in figures["spearman"].items())
    return "\n".join([*lines, f"  rank correlation with gamma: {order}; worst gain at 1: {figures['worstGainAtOne']:+.2f} dB"])
