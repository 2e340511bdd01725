"""Converter of AdaRevD checkpoints: random weights in the published key layout, small."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

import torch
from torch import Tensor

from restill_training.adarevd.published import TABLES
from restill_training.convert.adarevd import convert, infer_config
from restill_training.nets.adarevd import AdaRevD, AdaRevDConfig, blur_classifier
from restill_training.nets.nafnet import NAFNetConfig
from tests.test_adarevd import randomised

ENCODER = NAFNetConfig(4, (1, 1, 1, 2), 1, (), 1)
UFP = AdaRevDConfig(ENCODER, 3, 64, (32, 16, 8, 4), 4)
# Names as the authors' files have them, one of every kind of tensor.
PUBLISHED_KEYS = (
    "encoder.intro.weight", "encoder.encoders.0.0.kernel_atttion.conv_1.0.weight",
    "encoder.encoders.2.0.kernel_atttion.conv_kernel.2.bias", "encoder.encoders.1.0.kernel_atttion.conv_2.0.weight",
    "encoder.encoders.3.1.sca.1.weight", "encoder.middle_blks.0.beta", "encoder.downs.3.weight",
    "encoder.kernel_extra.Encoding_Block1.ResBlock2.body.3.weight", "encoder.kernel_extra.Conv_mid.body.8.bias",
    "encoder.kernel_extra.Decoding_Block2.Conv_t.weight", "encoder.kernel_extra.Conv_tail.var.2.weight",
    "encoder.flow.net.0.mask", "encoder.flow.net.8.t_net.4.bias", "encoder.flow.net.9.running_var",
    "encoder.flow.base_dist_mean", "encoder.flow.normalization", "encoder.kernel_down.1.bias",
    "conv_features.4", "subdenets.3.alpha2", "subdenets.0.level2.fusion.down.0.bias",
    "subdenets.1.level0.fusion.down.1.body.weight", "subdenets.2.level3.fusion.up.0.weight",
    "subdenets.0.level1.blocks.0.sca.0.weight", "subdenets.3.level3.blocks.0.fft_block2.complex_conv1.bias",
    "outputs.3.0.weight",
)
CLASSIFIER_KEYS = ("0.weight", "1.conv2.bias", "1.sca.1.weight", "2.classifier.0.weight", "2.classifier.3.bias", "2.alpha")


class Conversion(unittest.TestCase):
    def setUp(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        self.addCleanup(self._folder.cleanup)

    def saved(self, name: str, tree: object, zipped: bool = True) -> Path:
        path = self.folder / name
        torch.save(tree, path, _use_new_zipfile_serialization=zipped)
        return path

    def states(self, config: AdaRevDConfig, classes: int = 6) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        network = randomised(AdaRevD(config)).state_dict()
        for key, value in network.items():
            if key.startswith("outputs."):
                value.mul_(0.05)
        return network, randomised(blur_classifier(config.features[3], 16, classes)).state_dict()

    def test_published_layout_with_both_file_formats(self) -> None:
        network, head = self.states(UFP)
        self.assertEqual([k for k in PUBLISHED_KEYS if k not in network], [])
        self.assertEqual([k for k in CLASSIFIER_KEYS if k not in head], [])
        prefixed = {"params": {"module." + k: v for k, v in network.items()}}
        for zipped in (True, False):
            path = self.saved("net_g_GoPro.pth", prefixed, zipped)
            difference = convert(path, self.saved("GoPro.pth", head, zipped), None, self.folder / "pack", True)
            self.assertLessEqual(difference, 2e-3)
            self.assertLessEqual(convert(path, self.folder / "GoPro.pth", None, self.folder / "full", True, half=False), 1e-4)
        pack = json.loads((self.folder / "pack" / "pack.json").read_text("utf-8"))
        self.assertEqual(list(pack["graphs"]), ["encoder", "classifier", *(f"decoder{k}" for k in range(1, 5))])
        self.assertEqual(pack["size"], {"multipleOf": 16, "window": 384, "overlap": 32, "padding": "reflect"})
        self.assertEqual(pack["tables"]["exits"]["gainsDb"], [list(row) for row in TABLES["RevD-B GoPro"]])
        self.assertEqual(len(pack["tables"]["provenance"]["files"]), 2)

    def test_a_classifier_inside_the_file_and_eight_classes(self) -> None:
        network, head = self.states(AdaRevDConfig(ENCODER, 0, 64, (32, 16, 8, 4), 4), 8)
        whole = {"params": network | {"ape." + k: v for k, v in head.items()}}
        convert(self.saved("net.pth", whole), None, "RevD-B RealBlur-R", self.folder / "pack", True)
        pack = json.loads((self.folder / "pack" / "pack.json").read_text("utf-8"))
        self.assertEqual(len(pack["tables"]["exits"]["classEdgesDb"]), 7)

    def test_shape_is_read_off_the_tensors(self) -> None:
        for config in (UFP, AdaRevDConfig(), AdaRevDConfig(kernel_side=19, sub_decoders=8)):
            with torch.device("meta"):
                self.assertEqual(infer_config(AdaRevD(config).state_dict()), config)

    def test_refusals(self) -> None:
        network, head = self.states(UFP)
        path, classifier = self.saved("net.pth", {"params": network}), self.saved("ape.pth", head)
        with self.assertRaisesRegex(ValueError, "accept-licence"):
            convert(path, classifier, None, self.folder / "pack", False)
        with self.assertRaisesRegex(ValueError, "'RevD-B GoPro', 'RevD-B RealBlur-J'"):
            convert(path, classifier, None, self.folder / "pack", True)
        with self.assertRaisesRegex(ValueError, "--classifier"):
            convert(path, None, "RevD-B GoPro", self.folder / "pack", True)
        with self.assertRaisesRegex(ValueError, "not an AdaRevD checkpoint"):
            convert(classifier, classifier, None, self.folder / "pack", True)
        del network["outputs.1.0.bias"]
        network["surprise"] = torch.zeros(1)
        with self.assertRaises(ValueError) as caught:
            convert(self.saved("net.pth", network), classifier, "RevD-B GoPro", self.folder / "pack", True)
        for part in ("missing outputs.1.0.bias", "unknown surprise"):
            self.assertIn(part, str(caught.exception))
        self.assertFalse((self.folder / "pack").exists())


if __name__ == "__main__":
    unittest.main()
