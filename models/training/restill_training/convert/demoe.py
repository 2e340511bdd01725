"""Official DeMoE checkpoints to packs.

The file is the user's own download (the authors link it from cidautai/DeMoE); nothing is fetched
here. Width, block counts and the router's sizes are read off the tensors; every missing or surplus
key is reported. Batch norms are folded into the layers before them, the expert order of the published
code is written to the pack.
"""

from __future__ import annotations

import re
from pathlib import Path

import torch

from ..demoe.export import architecture_of, checked, write_graphs
from ..nets.demoe import DeMoE, DeMoEConfig
from ..nets.demoe_router import EXPERTS
from ..packfile import PackFields, sha256_of, write_pack
from .nafnet import unwrapped
from .checked import verify
from .unpickler import read_checkpoint

LICENCE = (
    "The authors of DeMoE publish their weights beside a demonstration whose page states CC BY-SA 4.0 "
    "(attribution, share alike): Feijoo, Garrido-Mellado, Rim, Garcia, Conde, arXiv:2508.06228. A pack "
    "made from them is an adaptation and stays under that licence. By accepting you confirm that you "
    "obtained the file from its authors or with their permission, and that you may use it for what you "
    "are about to do."
)


def infer_config(state: dict[str, torch.Tensor]) -> DeMoEConfig:
    """Shape of a published DeMoE, read off the tensors."""
    intro = state.get("intro.weight")
    if intro is None or intro.ndim != 4 or intro.shape[1] != 3 or "mlp_branch.conv_bottleneck.0.weight" not in state:
        raise ValueError("no intro.weight for three colours, or no router: this is not a DeMoE checkpoint")

    def count(pattern: str) -> int:
        numbers = [int(m.group(1)) for key in state if (m := re.match(pattern, key))]
        return max(numbers, default=-1) + 1

    levels = count(r"downs\.(\d+)\.")
    experts = count(r"experts\.0\.experts\.(\d+)\.")
    if experts != len(EXPERTS):
        raise ValueError(f"{experts} experts at the first place; {len(EXPERTS)} are known")
    second = state.get("mlp_branch.classifier.2.weight")
    return DeMoEConfig(
        width=int(intro.shape[0]),
        encoder_blocks=tuple(count(rf"encoders\.{i}\.modules_list\.(\d+)\.") for i in range(levels)),
        middle_blocks=count(r"middle_blks\.modules_list\.(\d+)\."),
        decoder_blocks=tuple(count(rf"decoders\.{i}\.modules_list\.(\d+)\.") for i in range(levels)),
        stem=1,
        expert_widths=(0,) * (levels + 1),
        head=(int(state["mlp_branch.conv_bottleneck.0.weight"].shape[0]),
              int(second.shape[0]) if second is not None and second.ndim else 1),
    )


def verified(state: dict[str, torch.Tensor], config: DeMoEConfig) -> None:
    """Raises with the full list of keys that are missing, unknown, misshapen or not finite."""
    with torch.device("meta"):
        wanted = DeMoE(config).state_dict()
    verify(state, wanted, "DeMoE")


def load_demoe(path: Path) -> tuple[DeMoEConfig, dict[str, torch.Tensor]]:
    """Configuration and checked weights of a checkpoint file."""
    state = unwrapped(read_checkpoint(path))
    config = infer_config(state)
    verified(state, config)
    return config, state


def convert(path: Path, out: Path, accepted: bool, half: bool = True,
            name: str | None = None) -> dict[str, float]:
    """Writes the pack and returns the largest difference between graphs and network."""
    if not accepted:
        raise ValueError(LICENCE + "\nRepeat the command with --accept-licence to go on.")
    config, state = load_demoe(path)
    out.mkdir(parents=True, exist_ok=True)
    graphs = write_graphs(state, config, out, half)
    name = name or f"demoe-w{config.width}"
    digest = sha256_of(path)
    source = f"Converted from {path.name} (SHA-256 {digest}), brought by the user."
    (out / "card.md").write_text(
        f"# DeMoE, width {config.width}, converted\n\n{source}\n\n{LICENCE}\n\n"
        f"Experts in order: {', '.join(EXPERTS)}.\n", encoding="utf-8")
    fields = PackFields(
        id=name, engine="demoe", title=f"DeMoE width {config.width} (imported)", source=source,
        licence="CC-BY-SA-4.0", architecture=architecture_of(config), multiple_of=config.multiple_of,
        window=384, overlap=32, padding="zero", tiled_db=30.0, graphs=graphs,
        tables={"experts": list(EXPERTS), "provenance": {
            "file": path.name, "sha256": digest, "licence": LICENCE, "accepted": True}},
    )
    write_pack(fields, out)
    figures = checked(state, config, out)
    fields.tables["provenance"]["largestDifference"] = figures["stored"]
    write_pack(fields, out)
    return figures
