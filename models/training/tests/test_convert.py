"""Converter: parameter counts, both file formats, refusal of anything but weights."""

from __future__ import annotations

import json
import os
import pickle
import tempfile
import unittest
from pathlib import Path

import torch

from restill_training.convert.nafnet import convert, infer_config, load_nafnet, unwrapped, verified
from restill_training.convert.unpickler import UnsafeCheckpoint, read_checkpoint
from restill_training.nets.nafnet import NAFNet, NAFNetConfig, parameter_count

PUBLISHED = {"encoder_blocks": (1, 1, 1, 28), "middle_blocks": 1, "decoder_blocks": (1, 1, 1, 1)}


def random_state(config: NAFNetConfig, seed: int = 3) -> dict[str, torch.Tensor]:
    """A state dict with random values everywhere, scales beta and gamma included."""
    torch.manual_seed(seed)
    state = NAFNet(config).state_dict()
    for key, value in state.items():
        if key.endswith(("beta", "gamma")):
            value.normal_(0, 0.3)
        elif "norm" in key:
            value.add_(torch.randn_like(value) * 0.1)
    return state


class Counts(unittest.TestCase):
    def test_published_sizes(self) -> None:
        for width, expected in ((32, 17_111_907), (64, 67_888_835)):
            with torch.device("meta"):
                network = NAFNet(NAFNetConfig(width=width, stem=1, **PUBLISHED))
            self.assertEqual(parameter_count(network), expected)
            self.assertEqual(len(network.state_dict()), 664)

    def test_config_is_read_off_the_tensors(self) -> None:
        config = NAFNetConfig(width=32, stem=1, **PUBLISHED)
        with torch.device("meta"):
            state = NAFNet(config).state_dict()
        self.assertEqual(infer_config(state), config)


class Conversion(unittest.TestCase):
    config = NAFNetConfig(8, (1, 1, 2, 3), 1, (1, 1, 1, 1), 1)

    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.addCleanup(self._folder.cleanup)

    def saved(self, tree: object, zipped: bool = True) -> Path:
        path = self.folder / "weights.pth"
        torch.save(tree, path, _use_new_zipfile_serialization=zipped)
        return path

    def test_both_formats_and_all_wrappers(self) -> None:
        state = random_state(self.config)
        prefixed = {"module." + key: value for key, value in state.items()}
        for zipped in (True, False):
            for tree in (state, {"params": state}, {"state_dict": prefixed},
                         {"params_ema": state, "params": state}):
                config, loaded = load_nafnet(self.saved(tree, zipped))
                self.assertEqual(config, self.config)
                for key, value in state.items():
                    torch.testing.assert_close(loaded[key], value, rtol=0, atol=0)

    def test_params_come_before_averaged_ones(self) -> None:
        first, second = random_state(self.config, 1), random_state(self.config, 2)
        found = unwrapped({"params_ema": second, "params": first})
        self.assertTrue(torch.equal(found["intro.weight"], first["intro.weight"]))

    def test_graph_answers_like_the_network(self) -> None:
        for zipped in (True, False):
            path = self.saved({"params": random_state(self.config)}, zipped)
            figures = convert(path, self.folder / "pack", accepted=True)
            self.assertLessEqual(figures["float32"], 1e-4)
            self.assertLessEqual(figures["stored"], 2e-3)
        pack = json.loads((self.folder / "pack" / "pack.json").read_text("utf-8"))
        self.assertEqual(pack["size"],
                         {"multipleOf": 16, "window": 384, "overlap": 32, "padding": "zero"})
        self.assertEqual(len(pack["tables"]["provenance"]["sha256"]), 64)
        self.assertEqual(pack["architecture"]["encoderBlocks"], [1, 1, 2, 3])

    def test_licence_must_be_accepted(self) -> None:
        path = self.saved({"params": random_state(self.config)})
        with self.assertRaisesRegex(ValueError, "accept-licence"):
            convert(path, self.folder / "pack", accepted=False)
        self.assertFalse((self.folder / "pack").exists())

    def test_every_wrong_key_is_listed(self) -> None:
        state = random_state(self.config)
        del state["ending.bias"]
        del state["downs.1.bias"]
        state["surprise.weight"] = torch.zeros(1)
        state["intro.bias"] = torch.zeros(5)
        with self.assertRaises(ValueError) as caught:
            verified(state, self.config)
        for part in ("missing ending.bias", "missing downs.1.bias", "unknown surprise.weight",
                     "intro.bias has shape (5,)"):
            self.assertIn(part, str(caught.exception))


class Safety(unittest.TestCase):
    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.addCleanup(self._folder.cleanup)

    def test_calls_are_refused(self) -> None:
        proof = self.folder / "proof"

        class Evil:
            def __reduce__(self):
                return os.system, (f"touch {proof}",)

        path = self.folder / "evil.pth"
        for zipped in (True, False):
            torch.save({"params": Evil()}, path, _use_new_zipfile_serialization=zipped)
            with self.assertRaises(UnsafeCheckpoint):
                read_checkpoint(path)
        path.write_bytes(pickle.dumps(Evil()))
        with self.assertRaises(UnsafeCheckpoint):
            read_checkpoint(path)
        self.assertFalse(proof.exists())

    def test_damage_is_reported(self) -> None:
        path = self.folder / "cut.pth"
        for zipped in (True, False):
            torch.save({"params": {"a": torch.ones(1000)}}, path,
                       _use_new_zipfile_serialization=zipped)
            whole = path.read_bytes()
            for keep in (0, 10, len(whole) // 2, len(whole) - 100):
                path.write_bytes(whole[:keep])
                with self.assertRaises(UnsafeCheckpoint):
                    read_checkpoint(path)


if __name__ == "__main__":
    unittest.main()
