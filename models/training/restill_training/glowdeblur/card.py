"""Writes a GLOWDeblur pack's card: steps, captions, motion, ablation, training, data, limits, pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw

from ..packfile import describe_again
from ..samples.paint import typeface
from ..samples.shelf import bookshelf
from ..samples.street import street_sign
from ..samples.town import canal_houses
from ..synth.kernels import MARGIN
from ..synth.pipeline import Recipe, synthesise
from .batches import FIRST_TOLD_SEED, heavily_blurred, told_scene
from .evaluate import Restorer

SIDE = 192
# Scenes under the blurs of everyday: kind, scene, size in pixels, seed, top left of the cut.
EVERYDAY = (("shake", bookshelf, 12.0, 8, (120, 480)), ("shake-frames", street_sign, 12.0, 5, (700, 340)),
            ("shake", canal_houses, 26.0, 4, (700, 560)))
# Captioned scenes under heavy blur: number among the held-out ones, seed of the blur, a wrong caption.
TOLD = ((5, 12, "soft clouds"), (9, 3, "a wall of red bricks"))
NAMES = {"input": "blurred input", "coarse": "pre-reconstruction alone", "1": "1 step", "2": "2 steps", "4": "4 steps",
         "sharp": "sharp original"}
GUIDES = {"plain": "diffusion alone", "pre": "+ pre-reconstruction", "motion": "+ motion", "full": "+ caption",
          "mix": "the last one without blur-pattern pretraining"}


def write_pictures(folder: Path) -> list[tuple[str, str]]:
    """Writes `pictures/*.jpg` into the pack's folder; returns (file, caption) in order."""
    restorer = Restorer(folder)
    (folder / "pictures").mkdir(exist_ok=True)
    found = []

    def show(name: str, words: str, blurred: np.ndarray, sharp: np.ndarray, answers: list[tuple[str, dict[str, Any]]]) -> None:
        seen = restorer.see(blurred)
        cuts = [("blurred", blurred), *((label, restorer.restore(blurred, seen, **how)) for label, how in answers), ("original", sharp)]
        _strip(cuts).save(folder / "pictures" / name, quality=82, subsampling=0, optimize=True)
        found.append((name, words))

    for number, (kind, scene, size, seed, (top, left)) in enumerate(EVERYDAY):
        pixels = scene(np.random.default_rng(5))
        cut = np.ascontiguousarray(pixels[top - MARGIN : top + SIDE + MARGIN, left - MARGIN : left + SIDE + MARGIN])
        picture = torch.from_numpy(cut).permute(2, 0, 1).float() / 255
        recipe = Recipe(grey_share=0.0, flat_share=0.0, noise_share=0.0, jpeg_share=0.0)
        pair = synthesise(picture, picture, recipe, np.random.default_rng(seed), torch.Generator().manual_seed(seed), kind, size)[:2]
        show(f"{number + 1}-{kind}.jpg", f"{kind}, {size:g} px: 1, 2 and 4 steps", *(_pixels(x) for x in pair),
             [(f"{n} step{'s' * (n > 1)}", {"steps": n}) for n in (1, 2, 4)])
    for number, (index, seed, wrong) in enumerate(TOLD):
        rng = np.random.default_rng(seed)
        scene = told_scene(FIRST_TOLD_SEED + index)
        pair = heavily_blurred(scene.bank.crop(SIDE + 2 * MARGIN, 1.0, rng), rng, torch.Generator().manual_seed(seed))
        right = scene.words(rng)
        show(f"{len(EVERYDAY) + number + 1}-caption.jpg", f"heavy blur: no caption, \"{right}\", and the wrong one \"{wrong}\"",
             *(_pixels(x) for x in pair), [("no caption", {}), ("right", {"caption": right}), ("wrong", {"caption": wrong})])
    return found


def _pixels(image: torch.Tensor) -> np.ndarray:
    return (image * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()


def _strip(cuts: list[tuple[str, np.ndarray]]) -> Image.Image:
    gap, head = 6, 24
    sheet = Image.new("RGB", (SIDE * len(cuts) + gap * (len(cuts) - 1), SIDE + head), (24, 24, 26))
    draw = ImageDraw.Draw(sheet)
    for i, (label, pixels) in enumerate(cuts):
        sheet.paste(Image.fromarray(pixels), (i * (SIDE + gap), head))
        draw.text((i * (SIDE + gap) + 6, 5), label, font=typeface(13, False), fill=(220, 220, 220))
    return sheet


def write_card(pack: Path, figures: Path, facts: Path) -> None:
    """Writes card.md and pictures/, then pack.json with the figures and fresh hashes.

    `figures` is what `evaluate-glowdeblur --save` wrote, `facts` a JSON with `intro`, `train`, `measure`, `data`, `limits`
    (lists of lines), `stages` (rows of stage, minutes, steps) and `run` (text).
    """
    m, known = (json.loads(path.read_text("utf-8")) for path in (figures, facts))
    shown = write_pictures(pack)
    manifest = json.loads((pack / "pack.json").read_text("utf-8"))
    (pack / "card.md").write_text("\n".join(_text(manifest, m, known, shown)) + "\n", encoding="utf-8")
    describe_again(pack, _figures(m))


def _figures(m: dict[str, Any]) -> list[dict[str, Any]]:
    out = []
    for group, name in (("heldout", "heldout-synthetic"), ("pairs", "validation-pairs")):
        if group in m:
            means = m[group]["means"]
            out.append({"set": name, "name": "gainDb", "value": round(means["1"]["psnr"] - means["input"]["psnr"], 3), "unit": "dB"})
            out += [{"set": name, "name": f"{key}In{n}Steps", "value": round(means[n][key], 3), "unit": unit}
                    for n in ("1", "2", "4") for key, unit in (("psnr", "dB"), ("niqe", "NIQE"))]
    if "captions" in m:
        out += [{"set": "captioned-scenes", "name": name, "value": round(m["captions"][name]["mean"], 3), "unit": "dB"}
                for name in ("overNone", "overWrong")]
    if "motions" in m:
        out.append({"set": "known-trajectories", "name": "directionsWithin20Degrees", "value": round(m["motions"]["within20"], 3), "unit": "share"})
    return out


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    return ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1), *("| " + " | ".join(row) + " |" for row in rows), ""]


def _steps(title: str, m: dict[str, Any]) -> list[str]:
    rows = []
    for name, row in m["means"].items():
        against = ("–", "–") if name == "sharp" else (f"{row['psnr']:.2f}", f"{row['ssim']:.3f}")
        rows.append((NAMES[name], *against, f"{row['niqe']:.2f}"))
    return [f"{title}, {m['count']} pictures; with 1 step the worst picture changes by {m['worst']:+.2f} dB, the best by "
            f"{m['best']:+.2f} dB:", "",
            *_table(("no caption", "PSNR, dB", "SSIM", "NIQE"), rows)]


def _captions(m: dict[str, Any]) -> list[str]:
    rows = [(f, *(f"{row[k]:.2f}" for k in ("input", "none", "right", "wrong"))) for f, row in {"all": m["means"], **m["families"]}.items()]
    over = [f"{m[key]['mean']:+.3f} dB (95 % interval {m[key]['low']:+.3f} to {m[key]['high']:+.3f})" for key in ("overNone", "overWrong")]
    return ["## Captions", "",
            f"{m['count']} procedural scenes that training never saw, blurred and grainy until less than 22 dB are left, 1 step. "
            f"The right caption over none: {over[0]}; over a wrong one: {over[1]}; paired, bootstrapped. PSNR in dB:", "",
            *_table(("family", "input", "no caption", "right caption", "wrong caption"), rows)]


def _motions(x: dict[str, float], cell: int) -> list[str]:
    return ["## Motion", "",
            f"{x['count']} cuts of held-out photographs under known trajectories (everywhere the same, turning, or two parts), "
            f"{x['cells']} cells of {cell} pixels with texture and a true motion of more than 4 pixels from end to end: "
            f"{x['within20']:.1%} of the directions (modulo 180 degrees) lie within 20 degrees, {x['within10']:.1%} within 10, half "
            f"within {x['median']:.1f}. The sharp picture re-blurred by the cells' motions agrees with the blurred one to "
            f"{x['reblurred']:.2f} dB in linear light; as it is, to {x['unmoved']:.2f} dB.", ""]


def _cost(m: dict[str, Any], window: int) -> list[str]:
    rows = [(f"{x['side']}x{x['side']}", str(x["tokens"]), f"{x['seconds'] * 1e6:.1f}", f"{x['bytes']:.0f}") for x in m["attention"]]
    spread = [max(x[k] for x in m["attention"]) / min(x[k] for x in m["attention"]) - 1 for k in ("seconds", "bytes")]
    s = m["seconds"]
    whole = ", ".join(f"{s['see'] + s[f'steps{n}']:.3f} s with {n}" for n in (1, 2, 4))
    return ["## Cost", "", "One call of the diffusion network, one thread:", "",
            *_table(("picture", "latents", "microseconds per latent", "bytes per latent"), rows),
            f"From the least to the most, seconds per latent differ by {spread[0]:.0%}, bytes by {spread[1]:.0%}.", "",
            f"One window of {window}x{window}, by steps: {whole}; a moved caption, weight or number of steps "
            f"{s['steps1']:.3f} to {s['steps4']:.3f} s of it.", ""]


def _text(manifest: dict[str, Any], m: dict[str, Any], known: dict[str, Any], shown: list[tuple[str, str]]) -> list[str]:
    a = manifest["architecture"]
    parts = ", ".join(f"{name} {count:,}" for name, count in a["parametersByPart"].items())
    lines = [f"# {manifest['title']}", "", *known["intro"], "",
             f"{a['parameters']:,} parameters ({parts}); {a['latent']} latents for {a['reduction']}x{a['reduction']} pixels; "
             f"{a['depth']} blocks of width {a['width']} in {a['heads']} heads.", "", "## By steps", "",
             "NIQE has a model of sharp photographs fitted on our own training photographs: its figures compare with each other, "
             "not with published ones; lower is more natural.", ""]
    for group, title in (("heldout", "Held-out synthetic pictures of 384x384"), ("pairs", "Middles of the real validation pairs")):
        if group in m:
            lines += _steps(title, m[group])
    if "sharp" in m:
        kept = "; ".join(f"{NAMES[n]} mean {r['mean']:.1f} dB, lowest {r['lowest']:.1f} dB" for n, r in m["sharp"].items())
        lines += [f"Sharp held-out photographs, out against in: {kept}.", ""]
    if "captions" in m:
        lines += _captions(m["captions"])
    if "motions" in m:
        lines += _motions(m["motions"], a["reduction"])
    if "ablation" in m:
        rows = [(GUIDES[k], f"{x['psnr']:.2f}", f"{x['niqe']:.2f}", f"{x['told']:.2f}")
                for k, x in ((k, m["ablation"][k]) for k in GUIDES if k in m["ablation"])]
        lines += ["## What each guide is worth", "", *known["ablation"], "",
                  *_table(("guides", "PSNR, dB", "NIQE", "heavily blurred scenes, dB"), rows)]
    if "attention" in m:
        lines += _cost(m, manifest["size"]["window"])
    lines += ["Printed by:", "", "```sh", *known["measure"], "```", "", "## Training", "", known["run"], "",
              *_table(("stage", "minutes", "steps"), [tuple(row) for row in known["stages"]]), "```sh", *known["train"], "```", "",
              "## Data", "", *known["data"], "", "## How far it goes", "", *known["limits"], "", "## Pictures", "",
              "Our own rendered scenes under synthetic blur, cuts at 100 %.", ""]
    for name, words in shown:
        lines += [f"![{words}](pictures/{name})".replace('"', "'"), "", words, ""]
    return [*lines, "## Licence", "", "MIT, weights and pictures alike. The photographs listed under Data keep their own licences; none of "
            "them is part of this pack."]
