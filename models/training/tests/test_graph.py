"""The hand-built graph: parity with PyTorch, its formats, and the way back to weights."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import torch

from restill_training.export import weights_of_pack, write_graph
from restill_training.graph import narrowed, widened
from restill_training.nets.nafnet import NAFNet, NAFNetConfig, parameter_count
from restill_training.parity import check, largest_difference
from tests.test_convert import random_state

SMALL = NAFNetConfig(16, (1, 1, 2), 1, (1, 1, 1), 2)


class Graph(unittest.TestCase):
    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.path = Path(self._folder.name) / "restore.onnx"
        self.addCleanup(self._folder.cleanup)

    def test_mini_has_the_expected_size(self) -> None:
        network = NAFNet(NAFNetConfig())
        self.assertEqual(parameter_count(network), 3_336_516)
        self.assertEqual(NAFNetConfig().multiple_of, 32)

    def test_output_has_the_size_of_the_input(self) -> None:
        network = NAFNet(SMALL).eval()
        image = torch.rand(1, 3, 32, 48)
        self.assertEqual(network(image).shape, image.shape)

    def test_parity_with_and_without_stem(self) -> None:
        for config in (SMALL, NAFNetConfig(16, (1, 1), 1, (1, 1), 1)):
            weights = random_state(config)
            write_graph(weights, config, self.path)
            figures = check(weights, config, self.path)
            self.assertLessEqual(figures["float32"], 1e-4)
            self.assertLessEqual(figures["stored"], 2e-3)

    def test_file_is_plain(self) -> None:
        write_graph(random_state(SMALL), SMALL, self.path)
        model = onnx.load(self.path)
        self.assertLessEqual(model.ir_version, 10)
        self.assertEqual([(o.domain, o.version) for o in model.opset_import], [("", 18)])
        self.assertEqual(len(model.metadata_props), 0)
        self.assertEqual(model.graph.doc_string, "")
        self.assertTrue(all(n.doc_string == "" for n in model.graph.node))
        for name in ("gamma", "beta", "norm1.weight", "norm2.bias"):
            kept = [t for t in model.graph.initializer if t.name.endswith(name)]
            self.assertTrue(kept)
            self.assertTrue(all(t.data_type == onnx.TensorProto.FLOAT for t in kept))

    def test_wide_kernel_round_trip(self) -> None:
        weight = np.random.default_rng(1).random((5, 12, 3, 3), np.float32)
        self.assertEqual(widened(weight, 2).shape, (5, 3, 6, 6))
        np.testing.assert_array_equal(narrowed(widened(weight, 2), 2), weight)

    def test_weights_come_back_from_a_pack(self) -> None:
        for config in (SMALL, NAFNetConfig(16, (1, 1), 1, (1, 1), 1)):
            weights = random_state(config)
            write_graph(weights, config, self.path, half=False)
            back = weights_of_pack(self.path)
            self.assertEqual(set(back), set(weights))
            for key, value in weights.items():
                self.assertTrue(torch.equal(back[key].reshape(value.shape), value), key)
            network = NAFNet(config)
            network.load_state_dict(back)
            self.assertLessEqual(largest_difference(back, config, self.path), 1e-4)


if __name__ == "__main__":
    unittest.main()
