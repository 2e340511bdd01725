"""Official NAFNet checkpoints to packs.

The file is the user's own download (megvii-research/NAFNet links them); nothing is fetched here.
Width and block counts are read off the tensors; every missing or surplus key is reported.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import torch

from ..export import GRAPH, architecture_of, write_graph
from ..nets.nafnet import NAFNet, NAFNetConfig
from ..packfile import PackFields, sha256_of, write_pack
from ..parity import check
from .checked import verify
from .unpickler import read_checkpoint

WRAPPERS = ("params", "params_ema", "state_dict")
LICENCE = (
    "NAFNet is published by its authors (megvii-research/NAFNet) under the MIT licence, with parts "
    "taken from BasicSR under the Apache Licence 2.0; the authors state no other terms for the "
    "weights. By accepting you confirm that you obtained the file from its authors or with their "
    "permission, and that you may use it for what you are about to do."
)


def unwrapped(tree: Any) -> dict[str, torch.Tensor]:
    """The plain state dict inside a checkpoint, `module.` prefixes removed, float32."""
    for key in WRAPPERS:
        if isinstance(tree, dict) and isinstance(tree.get(key), dict):
            tree = tree[key]
            break
    if not isinstance(tree, dict) or not tree:
        raise ValueError("the checkpoint holds no state dict")
    strange = [str(k) for k, v in tree.items() if not isinstance(v, torch.Tensor)]
    if strange:
        raise ValueError("entries that are no tensors: " + ", ".join(strange))
    return {
        str(key).removeprefix("module."): value.detach().float().contiguous()
        for key, value in tree.items()
    }


def infer_config(state: dict[str, torch.Tensor]) -> NAFNetConfig:
    """Width and block counts of a NAFNet without a stem, read off the tensors."""
    intro = state.get("intro.weight")
    if intro is None or intro.ndim != 4 or intro.shape[1] != 3:
        raise ValueError("no intro.weight for three colours: this is not a NAFNet checkpoint")

    def blocks(pattern: str) -> int:
        numbers = [int(m.group(1)) for key in state if (m := re.match(pattern, key))]
        return max(numbers, default=-1) + 1

    levels = blocks(r"downs\.(\d+)\.")
    return NAFNetConfig(
        width=int(intro.shape[0]),
        encoder_blocks=tuple(blocks(rf"encoders\.{i}\.(\d+)\.") for i in range(levels)),
        middle_blocks=blocks(r"middle_blks\.(\d+)\."),
        decoder_blocks=tuple(blocks(rf"decoders\.{i}\.(\d+)\.") for i in range(levels)),
        stem=1,
    )


def verified(state: dict[str, torch.Tensor], config: NAFNetConfig) -> None:
    """Raises with the full list of keys that are missing, unknown, misshapen or not finite."""
    with torch.device("meta"):
        wanted = NAFNet(config).state_dict()
    verify(state, wanted, "plain NAFNet")


def load_nafnet(path: Path) -> tuple[NAFNetConfig, dict[str, torch.Tensor]]:
    """Configuration and checked weights of a checkpoint file."""
    state = unwrapped(read_checkpoint(path))
    config = infer_config(state)
    verified(state, config)
    return config, state


def convert(path: Path, out: Path, accepted: bool, half: bool = True,
            name: str | None = None) -> dict[str, float]:
    """Writes the pack and returns the differences between graph and network."""
    if not accepted:
        raise ValueError(LICENCE + "\nRepeat the command with --accept-licence to go on.")
    config, state = load_nafnet(path)
    out.mkdir(parents=True, exist_ok=True)
    write_graph(state, config, out / GRAPH, half)
    figures = check(state, config, out / GRAPH)
    name = name or f"nafnet-w{config.width}"
    digest = sha256_of(path)
    source = f"Converted from {path.name} (SHA-256 {digest}), brought by the user."
    card = (
        f"# NAFNet, width {config.width}, converted\n\n{source}\n\n{LICENCE}\n\n"
        f"Largest difference to the PyTorch network on random pictures: {figures['stored']:.1e} "
        "(values 0 to 1).\n"
    )
    (out / "card.md").write_text(card, encoding="utf-8")
    write_pack(
        PackFields(
            id=name,
            title=f"NAFNet width {config.width} (imported)",
            source=source,
            architecture=architecture_of(config),
            multiple_of=config.multiple_of,
            window=384,
            overlap=32,
            padding="zero",
            tiled_db=30.0,
            tables={
                "provenance": {
                    "file": path.name,
                    "sha256": digest,
                    "licence": LICENCE,
                    "accepted": True,
                    "largestDifference": figures["stored"],
                }
            },
        ),
        out,
    )
    return figures
