"""Samples that ask for nothing: patterns, softness by nature, and how often they are drawn."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from restill_training.data.batches import BatchMaker
from restill_training.data.setup import gather
from restill_training.export import averaged
from restill_training.losses import psnr
from restill_training.restraint import Restraint
from restill_training.synth.kernels import MARGIN
from restill_training.synth.patterns import KINDS, draw_pattern
from restill_training.synth.pipeline import Recipe, synthesise
from restill_training.synth.restraint import enlarged, soft_by_nature
from restill_training.synth.scenes import draw_scene


def picture(side: int = 128) -> torch.Tensor:
    return torch.from_numpy(draw_scene(2, side)).permute(2, 0, 1).float() / 255


class Patterns(unittest.TestCase):
    def test_a_seed_is_a_pattern_with_contrast(self) -> None:
        for seed in range(len(KINDS)):
            with self.subTest(kind=KINDS[seed]):
                pattern = draw_pattern(seed, 96)
                self.assertEqual((pattern.shape, pattern.dtype), ((96, 96, 3), np.uint8))
                np.testing.assert_array_equal(pattern, draw_pattern(seed, 96))
                self.assertGreater(float(pattern.astype(float).std()), 4)
        self.assertGreater(float(np.abs(draw_pattern(0, 96).astype(float) - draw_pattern(6, 96)).mean()), 4)

    def test_edges_are_anti_aliased(self) -> None:
        grey = draw_pattern(1, 96).astype(float).mean(2)
        low, high = np.percentile(grey, (2, 98))
        between = np.mean((grey > low + 0.2 * (high - low)) & (grey < high - 0.2 * (high - low)))
        self.assertGreater(between, 0.02)


class Softness(unittest.TestCase):
    def test_samples_are_eight_bit_and_of_the_asked_size(self) -> None:
        rng, generator = np.random.default_rng(3), torch.Generator().manual_seed(3)
        softer = 0
        for _ in range(30):
            sample = soft_by_nature(picture(64 + 2 * MARGIN), rng, generator, natural=False)
            self.assertEqual(sample.shape, (3, 64, 64))
            torch.testing.assert_close((sample * 255).round() / 255, sample)
            softer += _detail(sample) < _detail(picture(64 + 2 * MARGIN)[:, MARGIN:-MARGIN, MARGIN:-MARGIN])
        self.assertGreater(softer, 10)

    def test_enlarging_keeps_the_size_and_lowers_detail(self) -> None:
        image = picture()
        self.assertEqual(enlarged(image, 1.7).shape, image.shape)
        torch.testing.assert_close(enlarged(image, 1.0), image, atol=1e-6, rtol=0)
        self.assertLess(_detail(enlarged(image, 1.7)), _detail(image))


class Sparing(unittest.TestCase):
    def test_shares_stay_whole_and_only_shake_gives_way(self) -> None:
        usual, sparing = Recipe(), Recipe.sparing(0.3, 0.65)
        self.assertAlmostEqual(sum(sparing.share.values()), sum(usual.share.values()))
        changed = {kind for kind in usual.share if usual.share[kind] != sparing.share[kind]}
        self.assertEqual(changed, {"shake", "sharp"})
        self.assertEqual((sparing.trace_share, sparing.radius[0]), (0.0, 1.5))
        self.assertEqual(Recipe.sparing(0.1, 0.0), usual)

    def test_a_sharp_sample_of_the_sparing_recipe_asks_for_no_sharpening(self) -> None:
        recipe = Recipe.sparing(0.3, 0.65)
        generator = torch.Generator().manual_seed(1)
        for seed in range(20):
            rng = np.random.default_rng(seed)
            blurred, sharp, _ = synthesise(
                picture(64 + 2 * MARGIN), picture(64 + 2 * MARGIN), recipe, rng, generator, "sharp"
            )
            self.assertLessEqual(_detail(sharp), _detail(blurred) * 1.02 + 0.002)

    def test_batches_hold_samples_whose_two_sides_are_one(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            large = np.tile(draw_scene(1, 256), (5, 6, 1))
            Image.fromarray(large).save(Path(folder) / "large.png")
            device = torch.device("cpu")
            material = gather([folder], [], [], 4, device, soft=True)
            assert material.soft is not None and material.soft.full_size is not None
            self.assertEqual(material.soft.full_size.groups[0].pictures[0].shape, large.shape)
            recipe = Recipe(share={"sharp": 1.0}, soft_share=1.0)
            maker = BatchMaker(material.photos, None, recipe, 0.0, 5, device, material.soft)
            blurred, sharp = maker.make(0, 6, 64)
            torch.testing.assert_close(blurred, sharp)
            again, _ = maker.make(0, 6, 64)
            torch.testing.assert_close(again, blurred)
            self.assertLess(psnr(blurred[0], blurred[1]), 60)

    def test_without_the_option_nothing_is_gathered(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            Image.fromarray(draw_scene(1, 128)).save(Path(folder) / "small.png")
            self.assertIsNone(gather([folder], [], [], 2, torch.device("cpu")).soft)


class Limits(unittest.TestCase):
    rule = Restraint(38.0, 0.5, 0.6)

    @staticmethod
    def waves(length: float, amplitude: float) -> np.ndarray:
        y, x = np.mgrid[0:192, 0:192]
        wave = 0.5 + amplitude * np.sin(2 * np.pi * (x + 0.3 * y) / length)
        return np.repeat(wave[None], 3, 0).astype(np.float32)

    def test_a_change_below_the_gradients_of_a_sharp_picture_is_limited(self) -> None:
        sharp = self.waves(4, 0.3)
        answer = self.rule.apply(sharp, 0.5 + (sharp - 0.5) * 1.2)
        kept = -10 * np.log10(float(np.mean((answer - sharp) ** 2)))
        self.assertTrue(37.9 < kept < 38.5, kept)

    def test_a_change_as_strong_as_the_gradients_of_a_blurred_picture_stays(self) -> None:
        blurred = self.waves(40, 0.1)
        answer = blurred + self.waves(5, 0.08) - 0.5
        np.testing.assert_array_equal(self.rule.apply(blurred, answer), answer)

    def test_tables(self) -> None:
        table = {"keepDb": 38.0, "sharp": 0.5, "blurred": 0.6}
        self.assertEqual(Restraint.from_tables({"restraint": table}), self.rule)
        self.assertIsNone(Restraint.from_tables({}))


class Averages(unittest.TestCase):
    def test_share_of_the_first(self) -> None:
        one, two = {"a": torch.tensor([1.0])}, {"a": torch.tensor([3.0])}
        self.assertEqual(float(averaged(one, two, 0.25)["a"]), 2.5)
        with self.assertRaises(ValueError):
            averaged(one, {"b": torch.tensor([3.0])}, 0.25)


def _detail(image: torch.Tensor) -> float:
    return float((image[:, 1:] - image[:, :-1]).abs().mean())


if __name__ == "__main__":
    unittest.main()
