"""NIQE here and in the application give the same figures."""

from __future__ import annotations

import json
import unittest
from pathlib import Path

import numpy as np

from restill_training.commands_perceptual import pattern
from restill_training.osdd.naturalness import Naturalness, patch_features

VECTOR = Path(__file__).parents[3] / "test" / "vectors" / "niqe.json"


class Perceptual(unittest.TestCase):
    def test_features_and_distance_are_those_that_the_application_is_tested_with(self) -> None:
        vector = json.loads(VECTOR.read_text("utf-8"))
        luma = pattern(vector["width"], vector["height"])
        features, _ = patch_features(luma)
        self.assertTrue(np.allclose(features.mean(0), vector["mean"], rtol=1e-6))
        plain = Naturalness(np.zeros(36), np.eye(36))
        pixels = np.repeat(luma[..., None], 3, 2).astype(np.uint8)
        self.assertAlmostEqual(plain.distance(pixels), vector["distance"], places=5)
