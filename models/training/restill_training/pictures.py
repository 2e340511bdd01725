"""The card's pictures: cuts of our own rendered scenes before and after, at 100 %."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from .evaluate import as_float, as_pixels
from .runner import PackRunner
from .samples.garden import flower_bed
from .samples.night import harbour_night
from .samples.paint import typeface
from .samples.photographs import blurred
from .samples.shelf import bookshelf
from .samples.street import street_sign
from .samples.town import canal_houses

SIDE = 300
# name, scene, blur, size in pixels, seed, top left of the cut, caption
SHOWN = (
    ("shake.jpg", street_sign, "shake", 10, 5, (700, 340), "Camera shake of 10 pixels."),
    ("small-print.jpg", bookshelf, "shake", 7, 8, (120, 480), "Camera shake of 7 pixels."),
    ("defocus.jpg", flower_bed, "defocus", 2.6, 5, (340, 860), "Out of focus, disk radius 2.6."),
    ("sharp.jpg", canal_houses, "none", 0, 5, (700, 560), "A sharp picture must stay as it is."),
    ("night.jpg", harbour_night, "night", 12, 3, (400, 260), "Shaken at night: lights keep most "
     "of their streaks."),
    ("failure.jpg", street_sign, "shake", 38, 4, (700, 340), "Failure: shake of 38 pixels. The "
     "writing stays unreadable."),
)


def write_pictures(pack: Path, runner: PackRunner | None = None) -> list[tuple[str, str]]:
    """Writes `pictures/*.jpg` into the pack's folder; returns (file, caption) in order.

    Packs of several graphs bring the runner that knows them.
    """
    runner = runner or PackRunner(pack)
    folder = pack / "pictures"
    folder.mkdir(exist_ok=True)
    scenes: dict[str, np.ndarray] = {}
    for name, scene, kind, size, seed, (top, left), _ in SHOWN:
        if scene.__name__ not in scenes:
            scenes[scene.__name__] = scene(np.random.default_rng(5))
        sharp = scenes[scene.__name__]
        soft = blurred(sharp, kind, size, seed)
        edge = 96  # context around the cut
        y0, x0 = max(0, top - edge), max(0, left - edge)
        part = soft[y0 : top + SIDE + edge, x0 : left + SIDE + edge]
        answer = as_pixels(runner.restore(as_float(part)))
        cuts = (
            soft[top : top + SIDE, left : left + SIDE],
            answer[top - y0 : top - y0 + SIDE, left - x0 : left - x0 + SIDE],
            sharp[top : top + SIDE, left : left + SIDE],
        )
        _strip(cuts).save(folder / name, quality=90, subsampling=0, optimize=True)
    return [(entry[0], entry[-1]) for entry in SHOWN]


def _strip(cuts: tuple[np.ndarray, ...]) -> Image.Image:
    gap, head = 6, 24
    sheet = Image.new("RGB", (SIDE * 3 + gap * 2, SIDE + head), (24, 24, 26))
    draw = ImageDraw.Draw(sheet)
    for i, (cut, label) in enumerate(zip(cuts, ("blurred", "restored", "original"))):
        sheet.paste(Image.fromarray(cut), (i * (SIDE + gap), head))
        draw.text((i * (SIDE + gap) + 6, 5), label, font=typeface(13, False), fill=(220, 220, 220))
    return sheet
