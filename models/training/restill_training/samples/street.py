"""Two sample scenes in daylight: a brick wall with an enamel sign, a shop's blackboard."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from .paint import (canvas, lay, mask, moved, noise, reduced, shade, soft, sunlight, typeface,
                    vignette)


def brick_wall(h: int, w: int, rng: np.random.Generator) -> np.ndarray:
    """Weathered bricks with mortar, chipped edges and a light from the upper left."""
    picture = canvas(h, w, (172, 164, 152)) + 9 * noise(h, w, rng, 0.7)[..., None]
    bw, bh, gap = 236, 78, 12
    tone = Image.new("RGB", (w, h))
    cover = Image.new("L", (w, h))
    paint, shape = ImageDraw.Draw(tone), ImageDraw.Draw(cover)
    for row, y in enumerate(range(-20, h, bh)):
        for x in range(-(row % 2) * bw // 2 - 30, w, bw):
            dx, dy = rng.integers(-3, 4, 2)
            box = (x + dx, y + dy, x + bw - gap + dx, y + bh - gap + dy)
            base = np.array((146, 80, 64)) + rng.normal(0, 15) + rng.normal(0, 3, 3)
            paint.rectangle(box, fill=tuple(int(v) for v in np.clip(base, 20, 240)))
            shape.rounded_rectangle(box, 7, fill=255)
    rough = noise(h, w, rng, 0.9)
    bricks = np.asarray(cover, np.float32) / 255
    bricks = np.clip((soft(bricks, 3) - 0.45 + 0.10 * rough) * 5, 0, 1)
    surface = np.asarray(tone, np.float32)
    surface = surface * (1 + 0.10 * noise(h, w, rng, 0.6) + 0.09 * noise(h, w, rng, 1.5))[..., None]
    picture = shade(picture, soft(moved(bricks, 7, 6), 4), 0.45)
    picture = lay(picture, bricks, surface)
    edge = np.clip(bricks - moved(soft(bricks, 2), 3, 3), 0, 1)
    return picture + 38 * edge[..., None]


def street_sign(rng: np.random.Generator) -> np.ndarray:
    """1600x1200: enamel street sign and a house number on brick, uint8."""
    h, w = 2400, 3200
    picture = brick_wall(h, w, rng)

    def plate(box: tuple[int, int, int, int], radius: int, colour: tuple[int, int, int],
              lines: list[tuple[str, int, int, int]]) -> None:
        nonlocal picture
        body = mask(h, w, lambda d: d.rounded_rectangle(box, radius, fill=255))
        picture = shade(picture, soft(moved(body, 30, 24), 16), 0.62)
        gloss = 1 + 0.05 * noise(h, w, rng, 2.0, 4)
        enamel = canvas(h, w, colour) * gloss[..., None]
        picture = lay(picture, body, enamel)
        inner = tuple(b + s * 22 for b, s in zip(box, (1, 1, -1, -1)))
        rim = mask(h, w, lambda d: d.rounded_rectangle(inner, radius - 12, outline=255, width=9))
        picture = lay(picture, rim, (238, 236, 226))
        rise = np.clip(body - moved(soft(body, 5), 6, 6), 0, 1)
        picture = picture + 70 * rise[..., None]
        for text, size, x, y in lines:
            letters = mask(
                h, w, lambda d: d.text((x, y), text, font=typeface(size), fill=255, anchor="mm")
            )
            picture = lay(picture, letters, (240, 238, 230))
        for cx in (box[0] + 52, box[2] - 52):
            cy = (box[1] + box[3]) // 2
            screw = mask(h, w, lambda d: d.ellipse((cx - 17, cy - 17, cx + 17, cy + 17), fill=255))
            picture = shade(picture, soft(moved(screw, 6, 5), 4), 0.5)
            picture = lay(picture, screw, (176, 172, 160))
            slot = mask(h, w, lambda d: d.line((cx - 12, cy - 7, cx + 12, cy + 7), fill=255, width=6))
            picture = shade(picture, slot, 0.7)

    plate((430, 520, 2330, 1060), 44, (24, 52, 118),
          [("HARBOUR STREET", 160, 1380, 735), ("formerly Ropemakers' Row, 1784", 80, 1380, 915)])
    plate((2560, 560, 2990, 1010), 44, (24, 52, 118), [("27", 205, 2775, 785)])
    paper = mask(h, w, lambda d: d.polygon(
        [(640, 1400), (1555, 1382), (1568, 2040), (655, 2058)], fill=255))
    picture = shade(picture, soft(moved(paper, 12, 10), 10), 0.5)
    sheet = canvas(h, w, (232, 224, 202)) * (1 + 0.03 * noise(h, w, rng, 1.4, 2))[..., None]
    picture = lay(picture, paper, sheet)

    def writing(draw: ImageDraw.ImageDraw) -> None:
        draw.text((1105, 1490), "LOST: grey cat", font=typeface(94), fill=255, anchor="mm")
        for i, line in enumerate(
            ("Answers to Pixel. Last seen near", "the fish market on Tuesday night.",
             "White left paw, torn right ear.", "Reward! Please call at number 31",
             "or leave word at the bakery.")
        ):
            draw.text((690, 1590 + i * 78), line, font=typeface(50, False, True), fill=255)

    picture = lay(picture, mask(h, w, writing) * 0.86, (40, 38, 44))
    picture = vignette(sunlight(picture, 3.9, 0.24), 0.22)
    return reduced(picture)


def blackboard(rng: np.random.Generator) -> np.ndarray:
    """1200x1600 (portrait): a cafe's chalk board in a wooden frame, uint8."""
    h, w = 3200, 2400
    planks = canvas(h, w, (122, 86, 56))
    grain = noise(h, w // 12, rng, 1.0)
    grain = np.asarray(Image.fromarray(grain).resize((w, h), Image.Resampling.BICUBIC))
    planks = planks * (1 + 0.13 * grain)[..., None]
    board = mask(h, w, lambda d: d.rectangle((230, 250, w - 230, h - 270), fill=255))
    picture = shade(planks, soft(moved(board, 0, 0), 26), 0.55)
    dust = noise(h, w, rng, 1.7, 4)
    slate = canvas(h, w, (44, 50, 48)) + 7 * dust[..., None] + 3 * noise(h, w, rng, 0.3)[..., None]
    picture = lay(picture, board, slate)
    grit = np.clip(0.83 + 0.32 * noise(h, w, rng, 0.45), 0, 1)

    def chalk(paint, colour: tuple[int, int, int]) -> None:
        nonlocal picture
        picture = lay(picture, mask(h, w, paint, 1.2) * grit, colour)

    def heading(d: ImageDraw.ImageDraw) -> None:
        d.text((w / 2, 480), "Today", font=typeface(250, True, True), fill=255, anchor="mm")
        d.line((560, 640, w - 560, 626), fill=255, width=12)

    chalk(heading, (238, 232, 214))
    menu = [("Lentil soup, bread", "5.40"), ("Potato pancakes", "7.90"), ("Grilled mackerel", "11.50"),
            ("Mushroom risotto", "9.80"), ("Plum crumble", "4.60"), ("Coffee, any kind", "2.90")]

    def dishes(d: ImageDraw.ImageDraw) -> None:
        for i, (name, price) in enumerate(menu):
            y = 830 + i * 240 + int(rng.integers(-10, 10))
            d.text((390, y), name, font=typeface(116, False, True), fill=255, anchor="lm")
            d.text((w - 390, y), price, font=typeface(116, False, True), fill=255, anchor="rm")

    chalk(dishes, (226, 226, 220))
    chalk(lambda d: d.text((w / 2, 2400), "open until the fish is gone", fill=255, anchor="mm",
                           font=typeface(94, False, True)), (236, 196, 110))

    def cup(d: ImageDraw.ImageDraw) -> None:
        d.arc((980, 2520, 1340, 2860), 0, 180, fill=255, width=13)
        d.line((980, 2690, 1340, 2690), fill=255, width=13)
        d.arc((1300, 2690, 1440, 2810), 250, 110, fill=255, width=12)
        for x in (1080, 1160, 1240):
            d.arc((x - 30, 2540, x + 30, 2640), 90, 270, fill=255, width=8)

    chalk(cup, (214, 224, 226))
    return reduced(vignette(sunlight(picture, 4.3, 0.2), 0.3))
