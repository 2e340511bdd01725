"""GLOWDeblur: what is exact in the networks, the graphs and the captions' numbers."""

from __future__ import annotations

import json
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from restill_training.glowdeblur.autoencoder import ShortcutConv
from restill_training.glowdeblur.config import GlowConfig
from restill_training.glowdeblur.dit import LinearAttention
from restill_training.glowdeblur.export import HALF, GlowPack, largest_difference, mini_fields, write_graphs
from restill_training.glowdeblur.motion import OffsetNet, doubled, halved, reblurred
from restill_training.glowdeblur.network import GlowDeblur
from restill_training.glowdeblur.pre import Pre, shortened
from restill_training.glowdeblur.testpack import TINY, write_test_pack
from restill_training.glowdeblur.tokens import encoded, words_of, write_vectors
from restill_training.nets.nafnet import NAFNetConfig
from restill_training.packfile import write_pack
from tests.test_convert import random_state

VECTORS = Path(__file__).parents[3] / "test" / "vectors" / "glowdeblur-tokens.json"


def awake(config: GlowConfig) -> GlowDeblur:
    """A network none of whose parts is silent."""
    torch.manual_seed(5)
    network = GlowDeblur(config).eval()
    with torch.no_grad():
        for value in network.parameters():
            value.add_(torch.randn_like(value) * 0.05)
    return network


class Trajectories(unittest.TestCase):
    def test_opposite_motions_are_one(self) -> None:
        d = torch.randn(1, 2, 5, 5) * 9
        self.assertTrue(torch.allclose(doubled(d), doubled(-d)))
        again = halved(doubled(d))
        same = torch.minimum((again - d).abs().amax(1), (again + d).abs().amax(1))
        self.assertLess(float(same.max()), 1e-2)

    def test_a_point_is_drawn_along_its_trajectory(self) -> None:
        sharp = torch.zeros(1, 3, 41, 41)
        sharp[..., 20, 20] = 1
        motion = torch.zeros(1, 4, 41, 41)
        motion[:, 0] = 8.0  # a = 0: sideways, 16 pixels from end to end
        rows, columns = (reblurred(sharp, motion, 17)[0, 0] > 1e-3).nonzero().T
        self.assertEqual(set(rows.tolist()), {20})
        self.assertEqual((int(columns.min()), int(columns.max())), (12, 28))
        self.assertTrue(torch.allclose(reblurred(sharp, 0 * motion), sharp, atol=1e-3))

    def test_the_network_answers_by_cell(self) -> None:
        net = OffsetNet(TINY)
        self.assertEqual(net(torch.rand(2, 3, 32, 48)).shape, (2, 4, 4, 6))
        self.assertEqual(net(torch.rand(2, 3, 32, 48), cells=False).shape, (2, 4, 16, 24))


class Networks(unittest.TestCase):
    def test_shortcuts_average_down_and_repeat_up(self) -> None:
        x = torch.rand(1, 4, 8, 8)
        for out, stride, wanted in (
            (8, 2, torch.nn.functional.pixel_unshuffle(x, 2).view(1, 8, 2, 4, 4).mean(2)),
            (2, 1, x.view(1, 2, 2, 8, 8).mean(2)), (8, 1, x.repeat_interleave(2, 1)),
        ):
            conv = ShortcutConv(4, out, 3, stride)
            with torch.no_grad():
                conv.weight.zero_()
                conv.bias.zero_()
            self.assertTrue(torch.allclose(conv(x), wanted, atol=1e-6))

    def test_linear_attention_is_attention_with_another_kernel(self) -> None:
        torch.manual_seed(1)
        layer, x = LinearAttention(8, 2), torch.randn(2, 8, 3, 4)
        q, k, v = layer.qkv(x).view(2, 3, 2, 4, 12).unbind(1)
        weights = torch.relu(q).transpose(2, 3) @ torch.relu(k) / 12
        weights = weights / (weights.sum(3, keepdim=True) + 1e-6)
        wanted = layer.proj((v @ weights.transpose(2, 3)).reshape(2, 8, 3, 4))
        self.assertTrue(torch.allclose(layer(x), wanted, atol=1e-5))

    def test_a_fresh_network_gives_the_coarse_latents_back_in_any_number_of_steps(self) -> None:
        network = GlowDeblur(TINY).eval()
        image = torch.rand(1, 3, 32, 32)
        ids, mask = (torch.from_numpy(x)[None] for x in encoded("red wall", TINY.tokens, TINY.vocabulary))
        with torch.no_grad():
            seen = network.see(image)
            for steps in (1, 2, 4):
                found = network.sampled(seen, torch.randn_like(seen.guide), ids, mask, steps)
                self.assertTrue(torch.allclose(found, seen.guide, atol=1e-4))
            self.assertTrue(torch.equal(network.decoder(found, seen.coarse, seen.skips), seen.coarse))

    def test_settled_latents_have_unit_deviation_and_give_the_same_picture(self) -> None:
        network = awake(TINY)
        image = torch.rand(4, 3, 32, 32)
        with torch.no_grad():
            latent, skips = network.encoder(image)
            more = torch.randn_like(latent)
            before = network.decoder(latent + more, image, skips)
            network.settle(latent)
            again, skips = network.encoder(image)
            more = more * network.encoder.scale.view(-1, 1, 1)
            self.assertTrue(torch.allclose(network.decoder(again + more, image, skips), before, atol=1e-4))
        self.assertTrue(torch.allclose(again.std((0, 2, 3)), torch.ones(TINY.latent), atol=1e-3))

    def test_begins_with_the_levels_of_a_nafnet(self) -> None:
        base = NAFNetConfig(4, (1, 1, 2), 1, (1, 1, 1), 2)
        weights = random_state(base)
        pre = Pre(TINY)
        missing, unexpected = pre.load_state_dict(shortened(weights, base, TINY.pre), strict=False)
        self.assertEqual((set(missing), unexpected), ({"aligned.weight", "aligned.bias"}, []))
        own = pre.state_dict()
        for mine, its in (("middle_blks.0.beta", "encoders.1.0.beta"), ("middle_blks.1.beta", "decoders.1.0.beta"),
                          ("ups.0.0.weight", "ups.2.0.weight"), ("decoders.0.0.gamma", "decoders.2.0.gamma")):
            self.assertTrue(torch.equal(own[mine], weights[its]), mine)
        with self.assertRaisesRegex(ValueError, "more levels"):
            shortened(weights, base, NAFNetConfig(4, (1, 1, 2), 2, (1, 1, 1), 2))

    def test_features_of_a_shallow_pre_reconstruction_lie_on_the_latents_grid(self) -> None:
        for blocks in ((1,), (1, 1)):
            config = replace(TINY, pre_blocks=blocks)
            self.assertEqual(Pre(config)(torch.rand(1, 3, 32, 48))[1].shape, (1, config.aligned, 4, 6))
        with self.assertRaisesRegex(ValueError, "3 levels .* 8 pixels"):
            Pre(replace(TINY, pre_blocks=(1, 1, 1)))


class Captions(unittest.TestCase):
    def test_vectors_are_those_the_application_is_tested_with(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "vectors.json"
            write_vectors(path)
            self.assertEqual(path.read_text("utf-8"), VECTORS.read_text("utf-8"))

    def test_words_and_their_rows(self) -> None:
        self.assertEqual(words_of("A red-brick WALL, at the ﬁsh market", 4), ["red", "brick", "wall", "fish"])
        ids, mask = encoded("red wall", 4, 64)
        self.assertEqual((mask.tolist(), ids[2:].any()), ([1, 1, 0, 0], False))
        self.assertFalse(encoded(None, 4, 64)[1].any())


class Graphs(unittest.TestCase):
    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.addCleanup(self._folder.cleanup)

    def test_answer_what_the_network_answers(self) -> None:
        network = awake(TINY)
        (self.folder / "card.md").write_text("a card", encoding="utf-8")
        for half, most in ((False, 2e-5), (True, HALF)):
            graphs = write_graphs(network.state_dict(), TINY, self.folder, half)
            write_pack(mini_fields(TINY, graphs), self.folder)
            self.assertLess(largest_difference(network.state_dict(), TINY, self.folder), most)
        self.assertEqual(graphs["dit"]["inputs"][0]["shape"], ["batch", 4, "rows", "columns"])

    def test_controls_of_the_test_pack_show(self) -> None:
        folder = write_test_pack(self.folder)
        self.assertEqual(json.loads((folder / "pack.json").read_text("utf-8"))["tables"]["text"]["hashes"], 2)
        pack = GlowPack(folder)
        image = np.random.default_rng(0).random((3, 64, 72), np.float32)
        seen = pack.see(image)
        noise = np.random.default_rng(1).standard_normal(seen["latent"].shape).astype(np.float32)
        plain = pack.restore(seen, noise)
        for other in (pack.restore(seen, noise, "red wall"), pack.restore(seen, noise, steps=2), pack.restore(seen, noise, motion=0)):
            self.assertGreater(float(np.abs(other - plain).mean()), 1e-3)
        none, once, twice = (pack.restore(seen, noise, "red wall", weight=w) for w in (0, 1, 2))
        self.assertTrue(np.allclose(none, plain))
        self.assertFalse(np.allclose(once, twice))


if __name__ == "__main__":
    unittest.main()
