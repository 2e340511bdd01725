"""OSDD: what is exact in the network, its graphs and its measures."""

from __future__ import annotations

import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from restill_training.nets.nafnet import NAFNet, NAFNetConfig
from restill_training.osdd.config import OsddConfig
from restill_training.osdd.denoiser import Denoiser
from restill_training.osdd.evaluate import FeatureDistance, spearman
from restill_training.osdd.export import HALF, OsddPack, largest_difference, mini_fields, write_graphs
from restill_training.osdd.losses import band_energies, edges, missing_energy, structure_and_texture
from restill_training.osdd.naturalness import PATCH, Naturalness, _asymmetric
from restill_training.osdd.network import Osdd, start_from_base
from restill_training.osdd.testpack import TINY, write_test_pack
from restill_training.packfile import write_pack
from restill_training.synth.scenes import draw_scene
from tests.test_convert import random_state

BASE = NAFNetConfig(8, (1, 1, 1), 1, (1, 1, 1), 2)
CONFIG = OsddConfig(8, (1, 1), (1, 1), 2, 4, (1, 1), 1, (1, 1), 3, 2)


def awake(config: OsddConfig) -> Osdd:
    """A network none of whose parts is silent."""
    torch.manual_seed(5)
    network = Osdd(config).eval()
    with torch.no_grad():
        for value in network.parameters():
            value.add_(torch.randn_like(value) * 0.05)
        network.decoder.ending.weight.mul_(0.2)
    return network


class Network(unittest.TestCase):
    def test_a_fresh_denoiser_changes_nothing_whatever_gamma_is(self) -> None:
        latent = torch.randn(1, 4, 8, 8)
        for gamma in (None, 0.0, 0.3, 1.0):
            self.assertTrue(torch.allclose(Denoiser(CONFIG)(latent, gamma), latent, atol=1e-6))

    def test_each_adapter_has_an_end_of_gamma_to_itself(self) -> None:
        network = awake(CONFIG)
        latent = torch.randn(1, 4, 8, 8)
        with torch.no_grad():
            ends = {gamma: network.denoiser(latent, gamma) for gamma in (0.0, 0.5, 1.0)}
            for value in network.denoiser.adapter("crispness"):
                value.zero_()
            self.assertTrue(torch.equal(network.denoiser(latent, 1.0), ends[1.0]))
            self.assertFalse(torch.equal(network.denoiser(latent, 0.0), ends[0.0]))
            self.assertTrue(torch.allclose(network.denoiser(latent, 0.0), network.denoiser(latent), atol=1e-6))
        self.assertFalse(torch.equal(ends[0.0], ends[0.5]))

    def test_only_skips_carry_the_picture_where_latents_say_nothing(self) -> None:
        network = awake(CONFIG)
        image = torch.rand(1, 3, 32, 32)
        with torch.no_grad():
            skips, mean, _ = network.encoder(image)
            answer = network.decoder(torch.zeros_like(mean), skips, image)
        self.assertLess(float((answer - image).abs().mean()), 0.25)
        plain = Osdd(CONFIG, enhanced=False)
        self.assertFalse(any(key.startswith("decoder.skips") for key in plain.state_dict()))
        self.assertTrue(torch.equal(plain.decoder(mean, [], image), plain.decoder(mean, skips, image + 1)))

    def test_rescaled_latents_give_the_same_picture(self) -> None:
        network = awake(CONFIG)
        image = torch.rand(1, 3, 32, 32)
        with torch.no_grad():
            before, latent = network.reconstruct(image), network.teacher(image)[1]
            network.rescale(2.5)
            self.assertTrue(torch.allclose(network.reconstruct(image), before, atol=1e-5))
            self.assertTrue(torch.allclose(network.teacher(image)[1], 2.5 * latent, atol=1e-5))

    def test_begins_with_the_levels_of_a_nafnet(self) -> None:
        weights = random_state(BASE)
        network = Osdd(CONFIG)
        start_from_base(network, weights, BASE)
        own = network.state_dict()
        for mine, its in (("encoder.intro.weight", "intro.weight"), ("teacher.encoders.1.0.beta", "encoders.1.0.beta"),
                          ("denoiser.encoders.1.0.conv2.bias", "encoders.2.0.conv2.bias"),
                          ("denoiser.downs.1.weight", "downs.2.weight"), ("denoiser.ups.1.0.weight", "ups.1.0.weight"),
                          ("denoiser.middle_blks.0.conv1.weight", "middle_blks.0.conv1.weight"),
                          ("denoiser.decoders.0.0.gamma", "decoders.0.0.gamma"),
                          ("denoiser.decoders.1.0.gamma", "decoders.1.0.gamma"),
                          ("decoder.decoders.0.0.gamma", "decoders.1.0.gamma"),
                          ("decoder.ups.0.0.weight", "ups.2.0.weight"), ("decoder.ending.weight", "ending.weight")):
            self.assertTrue(torch.equal(own[mine], weights[its]), mine)
        with self.assertRaisesRegex(ValueError, "another width"):
            start_from_base(Osdd(TINY), weights, BASE)

    def test_a_shallow_denoiser_begins_without_the_deepest_level_of_a_nafnet(self) -> None:
        base = NAFNetConfig(8, (1, 1, 3), 1, (2, 1, 1), 2)
        weights = random_state(base)
        network = Osdd(replace(CONFIG, trunk_blocks=(1,), middle_blocks=4, trunk_decoder_blocks=(1,)))
        start_from_base(network, weights, base)
        own = network.state_dict()
        for mine, its in (("encoders.0.0", "encoders.1.0"), ("downs.0", "downs.1"), ("middle_blks.0", "encoders.2.0"),
                          ("middle_blks.1", "encoders.2.1"), ("middle_blks.2", "decoders.0.0"),
                          ("middle_blks.3", "decoders.0.1"), ("ups.0.0", "ups.1.0"), ("decoders.0.0", "decoders.1.0")):
            for key in (key for key in weights if key.startswith(f"{its}.")):
                self.assertTrue(torch.equal(own[f"denoiser.{mine}{key[len(its):]}"], weights[key]), key)
        with self.assertRaisesRegex(ValueError, "number of blocks on level 2"):
            start_from_base(Osdd(replace(CONFIG, trunk_blocks=(1,), middle_blocks=6, trunk_decoder_blocks=(1,))), weights, base)


class Graphs(unittest.TestCase):
    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.addCleanup(self._folder.cleanup)

    def test_answer_what_the_network_answers(self) -> None:
        network = awake(CONFIG)
        (self.folder / "card.md").write_text("a card", encoding="utf-8")
        for half, most in ((False, 1e-5), (True, HALF)):
            graphs = write_graphs(network.state_dict(), CONFIG, self.folder, half)
            write_pack(mini_fields(CONFIG, graphs), self.folder)
            self.assertLess(largest_difference(network.state_dict(), CONFIG, self.folder), most)
        self.assertEqual(graphs["denoiser"]["inputs"][1], {"name": "gamma", "type": "float32", "shape": []})
        self.assertEqual(graphs["decoder"]["inputs"][0]["shape"], [1, 3, "height", "width"])

    def test_windows_of_latents_join_without_seams(self) -> None:
        pack = OsddPack(write_test_pack(self.folder))
        y, x = np.mgrid[:24, :40].astype(np.float32)
        latent = np.stack([np.sin(x / 5), np.cos(y / 4), np.sin((x + y) / 7), 0 * x])[None]
        whole = pack.run("denoiser", latent=latent, gamma=np.array(0.3, np.float32))["denoised"]
        tiled = pack.denoise(latent, 0.3)
        jump = np.abs(np.diff(tiled - whole, axis=3)).max()
        self.assertLess(float(jump), 0.2 * float(np.abs(np.diff(whole, axis=3)).max()))


class Measures(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.scenes = [draw_scene(seed)[:288, :288] for seed in (1, 2, 3, 4)]

    def test_niqe_rises_with_blur_and_with_noise(self) -> None:
        rng = np.random.default_rng(2)
        photos = [np.clip(s + rng.normal(0, 2, s.shape), 0, 255).astype(np.uint8) for s in self.scenes]
        natural = Naturalness.fitted(photos[:3])
        seen = photos[3]
        blurred = seen.astype(float)
        for axis in (0, 1):
            blurred = sum(np.roll(blurred, i, axis) for i in range(-2, 3)) / 5
        noisy = np.clip(seen + rng.normal(0, 40, seen.shape), 0, 255)
        own = natural.distance(seen)
        self.assertGreater(natural.distance(blurred.astype(np.uint8)), own)
        self.assertGreater(natural.distance(noisy.astype(np.uint8)), own)
        with self.assertRaisesRegex(ValueError, f"patch of {PATCH}"):
            natural.distance(seen[:40])

    def test_the_shape_of_a_normal_distribution_is_two(self) -> None:
        shape, left, right = _asymmetric(np.random.default_rng(1).normal(0, 3, (300, 300)))
        self.assertAlmostEqual(shape, 2, delta=0.1)
        for scale in (left, right):
            self.assertAlmostEqual(scale, 3 * 2**0.5, delta=0.15)

    def test_perceptual_losses_are_nothing_for_equal_pictures(self) -> None:
        image = torch.from_numpy(self.scenes[0]).permute(2, 0, 1)[None].float() / 255
        soft = torch.nn.functional.avg_pool2d(image, 5, 1, 2, count_include_pad=False)
        self.assertAlmostEqual(float(structure_and_texture([image], [image])), 0, delta=1e-5)
        self.assertGreater(float(structure_and_texture([edges(soft)], [edges(image)])), 0.05)
        self.assertLess(float(band_energies(soft)[0].mean()), float(band_energies(image)[0].mean()) - 0.2)
        self.assertEqual(float(missing_energy(image, image)), 0)
        self.assertGreater(float(missing_energy(soft, image)), 1.5 * float(missing_energy(image, soft)))

    def test_feature_distance_and_rank_correlation(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            from restill_training.export import GRAPH, mini_fields as base_fields, write_graph

            state = NAFNet(BASE).state_dict()
            write_graph(state, BASE, folder / GRAPH)
            (folder / "card.md").write_text("a card", encoding="utf-8")
            write_pack(base_fields(BASE), folder)
            features = FeatureDistance(folder)
            self.assertAlmostEqual(features.between(self.scenes[0], self.scenes[0]), 0, delta=1e-6)
            self.assertGreater(features.between(self.scenes[0], self.scenes[1]), 0.01)
        self.assertAlmostEqual(spearman((0.0, 0.5, 1.0), [1.0, 2.0, 9.0]), 1)
        self.assertAlmostEqual(spearman((0.0, 0.5, 1.0), [3.0, 2.0, 1.0]), -1)


if __name__ == "__main__":
    unittest.main()
