"""Blur, noise and scenes: what must hold whatever the random numbers say."""

from __future__ import annotations

import unittest

import numpy as np
import torch

from restill_training.losses import psnr
from restill_training.synth.camera_shake import shake_frames, shake_grid, shake_kernels, trajectories
from restill_training.synth.colour import to_display, to_linear
from restill_training.synth.defocus import disk, layered_defocus
from restill_training.synth.kernels import KERNEL_SIZE, MARGIN, convolve, convolve_grid
from restill_training.synth.noise import jpeg, sensor_noise
from restill_training.synth.pipeline import KINDS, Recipe, synthesise
from restill_training.synth.scenes import draw_scene


def picture(side: int = 128) -> torch.Tensor:
    return torch.from_numpy(draw_scene(2, side)).permute(2, 0, 1).float() / 255


class Kernels(unittest.TestCase):
    def setUp(self) -> None:
        self.rng = np.random.default_rng(5)

    def test_trajectories_have_their_length_and_are_centred(self) -> None:
        lengths = np.array([3.0, 20.0, 60.0])
        path, weights = trajectories(lengths, self.rng)
        travelled = np.abs(np.diff(path, axis=1)).sum(1)
        np.testing.assert_allclose(travelled, lengths, rtol=1e-6)
        np.testing.assert_allclose(weights.sum(1), 1)
        np.testing.assert_allclose(np.abs((path * weights).sum(1)), 0, atol=1e-9)

    def test_kernels_sum_to_one_and_are_never_negative(self) -> None:
        kernels = shake_kernels(np.linspace(3, 60, 12), self.rng)
        self.assertEqual(kernels.shape, (12, KERNEL_SIZE, KERNEL_SIZE))
        torch.testing.assert_close(kernels.sum((1, 2)), torch.ones(12))
        self.assertGreaterEqual(float(kernels.min()), 0)
        for radius in (0.05, 0.6, 2.5, 6.0, 8.0):
            kernel = disk(radius, self.rng)
            self.assertAlmostEqual(float(kernel.sum()), 1, places=5)
            self.assertLessEqual(kernel.shape[0], KERNEL_SIZE)

    def test_point_kernel_changes_nothing(self) -> None:
        point = torch.zeros(5, 5)
        point[2, 2] = 1
        image = picture()
        torch.testing.assert_close(convolve(image, point), image, atol=1e-5, rtol=0)
        torch.testing.assert_close(convolve_grid(image, point.expand(4, 4, 5, 5)), image,
                                   atol=1e-5, rtol=0)

    def test_convolution_is_centred(self) -> None:
        image = torch.zeros(3, 65, 65)
        image[:, 32, 32] = 1
        kernel = shake_kernels(np.array([25.0]), self.rng)[0]
        torch.testing.assert_close(convolve(image, kernel)[0], kernel, atol=1e-5, rtol=0)

    def test_blurs_keep_brightness(self) -> None:
        image = picture(192)
        for blurred in (shake_grid(image, 15, self.rng), shake_frames(image, 15, self.rng),
                        layered_defocus(image, 4, self.rng)):
            self.assertLess(abs(float(blurred.mean() - image.mean())), 0.02)


class Samples(unittest.TestCase):
    def test_colour_round_trip(self) -> None:
        values = torch.linspace(0, 1, 256)
        torch.testing.assert_close(to_display(to_linear(values)), values, atol=1e-5, rtol=0)

    def test_jpeg_is_close_at_high_quality_and_worse_at_low(self) -> None:
        image = picture()
        high, low = psnr(jpeg(image, 98, False), image), psnr(jpeg(image, 40, True), image)
        self.assertGreater(high, 38)
        self.assertLess(low, high)

    def test_noise_leaves_clipped_pixels_alone(self) -> None:
        generator = torch.Generator().manual_seed(1)
        white = torch.ones(3, 32, 32)
        noisy = sensor_noise(white, 5, np.random.default_rng(2), generator)
        self.assertTrue(torch.equal(noisy, white))

    def test_every_kind_is_eight_bit_and_repeats(self) -> None:
        outer = picture(64 + 2 * MARGIN)
        other = outer.flip(2)
        for kind in KINDS:
            runs = []
            for _ in range(2):
                generator = torch.Generator().manual_seed(9)
                runs.append(synthesise(outer, other, Recipe(), np.random.default_rng(9), generator,
                                       kind))
            blurred, sharp, named = runs[0]
            self.assertEqual(named, kind)
            self.assertEqual(blurred.shape, (3, 64, 64))
            for side in (blurred, sharp):
                levels = side * 255
                self.assertLess(float((levels - levels.round()).abs().max()), 1e-3)
                self.assertGreaterEqual(float(side.min()), 0)
                self.assertLessEqual(float(side.max()), 1)
            self.assertTrue(torch.equal(blurred, runs[1][0]))
            self.assertTrue(torch.equal(sharp, runs[1][1]))

    def test_scenes_depend_on_their_seed_alone(self) -> None:
        np.testing.assert_array_equal(draw_scene(7, 96), draw_scene(7, 96))
        self.assertFalse(np.array_equal(draw_scene(7, 96), draw_scene(19, 96)))


if __name__ == "__main__":
    unittest.main()
