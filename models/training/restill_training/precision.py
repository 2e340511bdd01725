"""Which arithmetic a run uses."""

from __future__ import annotations

import torch


def supports_bf16(device: torch.device, precision: str) -> bool:
    """True when `precision` (auto, fp32, bf16) means bfloat16 there: auto takes it on CUDA and on
    processors with AVX512-BF16."""
    if precision != "auto":
        return precision == "bf16"
    if device.type == "cuda":
        return True
    supported = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(supported and supported())
