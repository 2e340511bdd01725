"""DeMoE: the published layout, starting from a base, graphs against the network, the converter."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnx
import torch

from restill_training.convert.demoe import convert, infer_config, load_demoe
from restill_training.demoe.export import DeMoEPack, largest_difference, mini_fields, write_graphs
from restill_training.nets.demoe import DeMoE, DeMoEConfig, start_from_base, top_k
from restill_training.nets.demoe_router import EXPERTS
from restill_training.nets.nafnet import NAFNet, NAFNetConfig, parameter_count
from restill_training.packfile import write_pack
from tests.test_convert import random_state as random_base

SMALL = DeMoEConfig(8, (1, 1), 1, (1, 1), 1, (0, 0, 0), (6, 4))
SMALL_MINI = DeMoEConfig(8, (1, 1), 1, (1, 0), 2, (4, 0, 0), (6, 4), head_norm=False, texture=6)


def random_state(config: DeMoEConfig, seed: int = 3) -> dict[str, torch.Tensor]:
    """Random values everywhere: block scales, norms, and batch norm statistics too."""
    torch.manual_seed(seed)
    state = DeMoE(config).state_dict()
    for key, value in state.items():
        if key.endswith(("beta", "gamma")):
            value.normal_(0, 0.3)
        elif key.endswith("running_var"):
            value.uniform_(0.5, 2)
        elif key.endswith("running_mean"):
            value.normal_(0, 0.3)
        elif "norm" in key or key.endswith("classifier.3.weight"):
            value.add_(torch.randn_like(value) * 0.1)
    return state


class Network(unittest.TestCase):
    def test_published_size_and_keys(self) -> None:
        with torch.device("meta"):
            network = DeMoE(DeMoEConfig())
        self.assertEqual(parameter_count(network), 20_150_665)
        self.assertEqual(parameter_count(network.mlp_branch), 165_894)
        keys = network.state_dict()
        self.assertEqual(len(keys), 808)
        for key in ("encoders.3.modules_list.1.sca.1.weight", "middle_blks.modules_list.0.beta",
                    "experts.4.experts.2.conv5.bias", "ups.0.0.weight", "decoders.2.modules_list.0.gamma",
                    "mlp_branch.conv_bottleneck.1.running_var", "mlp_branch.attention.0.bias",
                    "mlp_branch.classifier.6.weight"):
            self.assertIn(key, keys)

    def test_top_k_sums_to_one(self) -> None:
        likely = torch.tensor([[0.1, 0.4, 0.2, 0.25, 0.05]])
        torch.testing.assert_close(top_k(likely, 1), torch.tensor([[0.0, 1, 0, 0, 0]]))
        torch.testing.assert_close(top_k(likely, 2), torch.tensor([[0, 0.4, 0, 0.25, 0]]) / 0.65)
        torch.testing.assert_close(top_k(likely, 5), likely)

    def test_a_batch_in_order_equals_one_hot_routes(self) -> None:
        network = DeMoE(SMALL_MINI).eval()
        network.load_state_dict(random_state(SMALL_MINI))
        images = torch.rand(5, 3, 32, 48)
        with torch.no_grad():
            together, _ = network(images)
            alone, _ = network(images, torch.eye(5))
        torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-5)

    def test_starts_as_the_base(self) -> None:
        base = NAFNetConfig(8, (1, 1), 1, (1, 1), 2)
        weights = random_base(base)
        plain = NAFNet(base).eval()
        plain.load_state_dict(weights)
        network = DeMoE(SMALL_MINI).eval()
        image = torch.rand(2, 3, 32, 48)
        start_from_base(network, weights, base, 0.0, seed=1)
        with torch.no_grad():
            wanted = plain(image)
            for expert in range(len(EXPERTS)):
                torch.testing.assert_close(network.restore(image, expert=expert), wanted,
                                           rtol=1e-4, atol=1e-5)
            start_from_base(network, weights, base, 0.05, seed=1)
            self.assertGreater(float((network.restore(image, expert=0) - network.restore(image, expert=1)).abs().max()), 0)
        with self.assertRaisesRegex(ValueError, "another layout"):
            start_from_base(network, weights, NAFNetConfig(8, (1, 2), 1, (1, 1), 2), 0.0, 1)


class Graphs(unittest.TestCase):
    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.addCleanup(self._folder.cleanup)

    def written(self, config: DeMoEConfig, half: bool) -> dict[str, torch.Tensor]:
        state = random_state(config)
        (self.folder / "card.md").write_text("a card", encoding="utf-8")
        write_pack(mini_fields(config, write_graphs(state, config, self.folder, half)), self.folder)
        return state

    def test_every_route_answers_like_the_network(self) -> None:
        for config in (SMALL, SMALL_MINI):
            for half, limit in ((False, 1e-4), (True, 2e-3)):
                state = self.written(config, half)
                self.assertLessEqual(largest_difference(state, config, self.folder), limit)

    def test_only_routed_experts_run(self) -> None:
        self.written(SMALL_MINI, True)
        pack = DeMoEPack(self.folder)
        ran: list[str] = []
        original = pack.run
        pack.run = lambda graph, **inputs: ran.append(graph) or original(graph, **inputs)  # type: ignore[method-assign]
        image = np.random.default_rng(1).random((3, 16, 16), np.float32)
        pack.decode(image, pack.encode(image), np.float32([0, 0, 1, 0, 0]))
        self.assertEqual([g for g in ran if g.startswith("expert")],
                         ["expert-0-2", "expert-1-2", "expert-2-2"])

    def test_files_are_plain(self) -> None:
        self.written(SMALL, True)
        for path in self.folder.glob("*.onnx"):
            model = onnx.load(path)
            self.assertLessEqual(model.ir_version, 10)
            self.assertEqual([(o.domain, o.version) for o in model.opset_import], [("", 18)])
            self.assertFalse({node.op_type for node in model.graph.node} & {"If", "Loop", "BatchNormalization"})
            self.assertTrue(all(n.doc_string == "" for n in model.graph.node))


class Conversion(unittest.TestCase):
    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.addCleanup(self._folder.cleanup)

    def saved(self, state: dict[str, torch.Tensor]) -> Path:
        path = self.folder / "DeMoE.pt"
        torch.save({"params": {f"module.{key}": value for key, value in state.items()}}, path)
        return path

    def test_layout_is_read_off_the_tensors(self) -> None:
        with torch.device("meta"):
            state = DeMoE(DeMoEConfig()).state_dict()
        self.assertEqual(infer_config(state), DeMoEConfig())

    def test_pack_answers_like_the_network_and_names_its_experts(self) -> None:
        state = random_state(SMALL)
        path = self.saved(state)
        config, loaded = load_demoe(path)
        self.assertEqual(config, SMALL)
        figures = convert(path, self.folder / "pack", accepted=True)
        self.assertLessEqual(figures["stored"], 2e-3)
        pack = json.loads((self.folder / "pack" / "pack.json").read_text("utf-8"))
        self.assertEqual(pack["tables"]["experts"], list(EXPERTS))
        self.assertEqual(pack["licence"], "CC-BY-SA-4.0")
        self.assertEqual(len(pack["tables"]["provenance"]["sha256"]), 64)
        self.assertEqual(len(pack["graphs"]), 3 + 2 + 3 * 5)

    def test_licence_must_be_accepted(self) -> None:
        with self.assertRaisesRegex(ValueError, "accept-licence"):
            convert(self.saved(random_state(SMALL)), self.folder / "pack", accepted=False)
        self.assertFalse((self.folder / "pack").exists())

    def test_every_wrong_key_is_listed(self) -> None:
        state = random_state(SMALL)
        del state["experts.1.experts.3.conv1.weight"]
        state["surprise"] = torch.zeros(1)
        state["mlp_branch.attention.0.bias"] = torch.full((1,), float("nan"))
        with self.assertRaises(ValueError) as caught:
            load_demoe(self.saved(state))
        for part in ("missing experts.1.experts.3.conv1.weight", "unknown surprise", "not finite"):
            self.assertIn(part, str(caught.exception))
        with self.assertRaisesRegex(ValueError, "not a DeMoE checkpoint"):
            load_demoe(self.saved(random_base(NAFNetConfig(8, (1, 1), 1, (1, 1), 1))))


if __name__ == "__main__":
    unittest.main()
