"""Compiles a DeMoE block by block."""

from __future__ import annotations

import functools

import torch

from ..nets.demoe import DeMoE
from ..nets.nafnet import NAFBlock


def compile_blocks(network: DeMoE) -> None:
    """Blocks of one shape share their code, where the whole network would be compiled anew for each of its experts."""
    torch._dynamo.config.recompile_limit = 64
    compiled = torch.compile(NAFBlock.forward, dynamic=False)
    for module in network.modules():
        if isinstance(module, NAFBlock):
            module.forward = functools.partial(compiled, module)  # type: ignore[method-assign]
