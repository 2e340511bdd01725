"""What a checkpoint must hold before it becomes a pack."""

from __future__ import annotations

from typing import Mapping

import torch


def verify(state: Mapping[str, torch.Tensor], wanted: Mapping[str, torch.Tensor], what: str) -> None:
    """Raises ValueError with the full list of keys that are missing, unknown, misshapen or not
    finite; `what` names the network."""
    problems = [f"missing {key}" for key in wanted if key not in state]
    problems += [f"unknown {key}" for key in state if key not in wanted]
    for key, tensor in wanted.items():
        if key in state and state[key].shape != tensor.shape:
            given = tuple(state[key].shape)
            problems.append(f"{key} has shape {given}, not {tuple(tensor.shape)}")
        elif key in state and not bool(torch.isfinite(state[key]).all()):
            problems.append(f"{key} holds values that are not finite")
    if problems:
        raise ValueError(f"this is not a {what} checkpoint:\n  " + "\n  ".join(problems))
