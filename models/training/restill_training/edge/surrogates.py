"""Six cheaper stand-ins for a NAFBlock ("Edge NAFNet", hardware-aware deblurring by block surrogates).

The paper's figure of its six alternatives is not public; these follow their names. Every one maps
[N, c, H, W] to the same shape and adds its answer to its input, so that any of them fits any slot.
The last linear map has no ReLU behind it: what a block adds is signed. Answers are in units of
`scale`, what the block itself adds per channel (standard deviation), so that all learn at one rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..nets.nafnet import LayerNorm2d, NAFBlock, NAFNet, simple_gate

# Places of a NAFNet that can be replaced, in the order of the network: the wide levels, where the
# time goes. Deeper blocks hold most of the weights (1 million each) and a small part of the time.
SLOTS = ("encoders.0.0", "encoders.1.0", "encoders.2.0", "decoders.1.0", "decoders.2.0", "decoders.3.0")
LEAK = 0.2


@dataclass
class BlockStatistics:
    """What a block does on calibration pictures, per channel [c]."""

    change: Tensor
    """Standard deviation of what it adds."""
    attention: Tensor
    """Mean of its channel attention."""
    norms: tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]
    """Mean and standard deviation of what its two layer norms answer."""


class Surrogate(nn.Module):
    """What all six share; `scale` [1, c, 1, 1] is folded into the last convolution when exported."""

    scale: Tensor

    def __init__(self, c: int) -> None:
        super().__init__()
        self.register_buffer("scale", torch.ones(1, c, 1, 1))

    @torch.no_grad()
    def start_from(self, block: NAFBlock, found: BlockStatistics) -> None:
        """Takes over what it can of the block."""
        self.scale.copy_(found.change.view(1, -1, 1, 1))


class NoAttention(Surrogate):
    """alt1: a NAFBlock without channel attention, 6c^2 + 32c."""

    def __init__(self, c: int, norm: Callable[[int], nn.Module] = LayerNorm2d) -> None:
        super().__init__(c)
        self.conv1 = nn.Conv2d(c, 2 * c, 1)
        self.conv2 = nn.Conv2d(2 * c, 2 * c, 3, padding=1, groups=2 * c)
        self.conv3 = nn.Conv2d(c, c, 1)
        self.conv4 = nn.Conv2d(c, 2 * c, 1)
        self.conv5 = nn.Conv2d(c, c, 1)
        self.norm1 = norm(c)
        self.norm2 = norm(c)

    def forward(self, x: Tensor) -> Tensor:
        y = x + self.scale * self.conv3(simple_gate(self.conv2(self.conv1(self.norm1(x)))))
        return y + self.scale * self.conv5(simple_gate(self.conv4(self.norm2(y))))

    @torch.no_grad()
    def start_from(self, block: NAFBlock, found: BlockStatistics) -> None:
        """Takes over the weights; mean attention, beta and gamma go into the convolutions."""
        super().start_from(block, found)
        own = self.state_dict()
        for key, value in block.state_dict().items():
            if key in own and own[key].shape == value.shape:
                own[key].copy_(value)
        self.conv3.weight.mul_(found.attention.view(1, -1, 1, 1))
        for conv, scale in ((self.conv3, block.beta), (self.conv5, block.gamma)):
            factor = scale.view(-1) / self.scale.view(-1)
            conv.weight.mul_(factor.view(-1, 1, 1, 1))
            conv.bias.mul_(factor)


class NoAttentionBatchNorm(NoAttention):
    """alt2: as alt1, with batch norms, which vanish into the convolutions behind them."""

    def __init__(self, c: int) -> None:
        super().__init__(c, nn.BatchNorm2d)

    @torch.no_grad()
    def start_from(self, block: NAFBlock, found: BlockStatistics) -> None:
        super().start_from(block, found)
        for norm, (mean, deviation) in zip((self.norm1, self.norm2), found.norms):
            norm.weight.copy_(deviation)
            norm.bias.copy_(mean)


class NoGate(Surrogate):
    """alt3: ReLU instead of the gates, so no doubled width; about 5c^2."""

    def __init__(self, c: int) -> None:
        super().__init__(c)
        self.norm1 = LayerNorm2d(c)
        self.conv1 = nn.Conv2d(c, c, 1)
        self.conv2 = nn.Conv2d(c, c, 3, padding=1, groups=c)
        self.sca = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(c, c, 1))
        self.conv3 = nn.Conv2d(c, c, 1)
        self.norm2 = LayerNorm2d(c)
        self.conv4 = nn.Conv2d(c, c, 1)
        self.conv5 = nn.Conv2d(c, c, 1)
        nn.init.zeros_(self.sca[1].weight)
        nn.init.ones_(self.sca[1].bias)

    def forward(self, x: Tensor) -> Tensor:
        z = F.relu(self.conv2(self.conv1(self.norm1(x))))
        y = x + self.scale * self.conv3(z * self.sca(z))
        return y + self.scale * self.conv5(F.relu(self.conv4(self.norm2(y))))


class Separable(Surrogate):
    """alt4: twice a depthwise 3x3 and a pointwise convolution; about 2c^2 + 20c."""

    def __init__(self, c: int) -> None:
        super().__init__(c)
        self.wide1 = nn.Conv2d(c, c, 3, padding=1, groups=c)
        self.point1 = nn.Conv2d(c, c, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(c)
        self.wide2 = nn.Conv2d(c, c, 3, padding=1, groups=c)
        self.point2 = nn.Conv2d(c, c, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(c)

    def forward(self, x: Tensor) -> Tensor:
        z = F.relu(self.norm1(self.point1(self.wide1(x))))
        return x + self.scale * self.norm2(self.point2(self.wide2(z)))


class Rep(Surrogate):
    """alt5: one 3x3 convolution when it runs, three branches while it learns; 9c^2 + c.

    After RepVGG (Ding et al., CVPR 2021). A leaky ReLU, for what is added is signed.
    """

    def __init__(self, c: int) -> None:
        super().__init__(c)
        self.wide = nn.Conv2d(c, c, 3, padding=1, bias=False)
        self.wide_norm = nn.BatchNorm2d(c)
        self.point = nn.Conv2d(c, c, 1, bias=False)
        self.point_norm = nn.BatchNorm2d(c)
        self.same_norm = nn.BatchNorm2d(c)

    def forward(self, x: Tensor) -> Tensor:
        z = self.wide_norm(self.wide(x)) + self.point_norm(self.point(x)) + self.same_norm(x)
        return x + self.scale * F.leaky_relu(z, LEAK)


class Bottleneck(Surrogate):
    """alt6: 1x1 to half the channels, 3x3, 1x1 back; about 3.25c^2."""

    def __init__(self, c: int) -> None:
        super().__init__(c)
        self.narrow = nn.Conv2d(c, c // 2, 1)
        self.wide = nn.Conv2d(c // 2, c // 2, 3, padding=1)
        self.back = nn.Conv2d(c // 2, c, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.scale * self.back(F.relu(self.wide(self.narrow(x))))


KINDS: dict[str, Callable[[int], nn.Module]] = {
    "no-attention": NoAttention,
    "no-attention-bn": NoAttentionBatchNorm,
    "no-gate": NoGate,
    "separable": Separable,
    "rep": Rep,
    "bottleneck": Bottleneck,
}
# Name of option 0, the block itself.
BASE = "nafblock"
OPTIONS = (BASE, *KINDS)


def block_at(network: NAFNet, slot: str) -> NAFBlock:
    """The block of that name."""
    return network.get_submodule(slot)  # type: ignore[return-value]


@torch.no_grad()
def block_statistics(network: NAFNet, slots: tuple[str, ...], batches: Iterable[Tensor]) -> list[BlockStatistics]:
    """Runs the network on the batches and watches its blocks."""
    sums: dict[tuple[str, str], list[Tensor]] = {}

    def add(slot: str, what: str, values: Tensor) -> None:
        row = sums.setdefault((slot, what), [torch.zeros(()), torch.zeros(()), torch.zeros(())])
        flat = values.detach().float().transpose(0, 1).flatten(1)
        for at, part in enumerate((flat.sum(1), flat.square().sum(1), torch.tensor(float(flat.shape[1])))):
            row[at] = row[at] + part.cpu()

    handles = []
    for slot in slots:
        block = block_at(network, slot)
        handles.append(block.register_forward_hook(lambda _m, i, o, s=slot: add(s, "change", o - i[0])))
        for what in ("sca", "norm1", "norm2"):
            part = block.get_submodule(what)
            handles.append(part.register_forward_hook(lambda _m, _i, o, s=slot, w=what: add(s, w, o)))
    for batch in batches:
        network(batch)
    for handle in handles:
        handle.remove()

    def moments(slot: str, what: str) -> tuple[Tensor, Tensor]:
        total, squares, count = sums[slot, what]
        mean = total / count
        return mean, (squares / count - mean.square()).clamp_min(1e-12).sqrt()

    return [
        BlockStatistics(moments(s, "change")[1], moments(s, "sca")[0], (moments(s, "norm1"), moments(s, "norm2")))
        for s in slots
    ]


class SurrogateBank(nn.Module):
    """Every surrogate of every slot. `bank.of(slot, option)` with option 1..6."""

    def __init__(self, network: NAFNet, slots: tuple[str, ...] = SLOTS) -> None:
        super().__init__()
        self.slots = slots
        self.rows = nn.ModuleList()
        for slot in slots:
            block = block_at(network, slot)
            self.rows.append(nn.ModuleList(make(block.conv1.in_channels) for make in KINDS.values()))

    def start_from(self, network: NAFNet, batches: Iterable[Tensor]) -> None:
        """Measures the blocks on pictures [N, 3, H, W] and lets every surrogate take over what it can."""
        for slot, row, found in zip(self.slots, self.rows, block_statistics(network, self.slots, batches)):
            for one in row:
                one.start_from(block_at(network, slot), found)

    def of(self, slot: int, option: int) -> nn.Module:
        return self.rows[slot][option - 1]  # type: ignore[index]


class Variant(nn.Module):
    """A network with one option in each slot; `options` may be changed between runs."""

    def __init__(self, network: NAFNet, bank: SurrogateBank) -> None:
        super().__init__()
        self.network, self.bank = network, bank
        self.options = [0] * len(bank.slots)

    def forward(self, image: Tensor) -> Tensor:
        handles = []
        for number, option in enumerate(self.options):
            if option == 0:
                continue
            holder, place = self.bank.slots[number].rsplit(".", 1)
            sequence = self.network.get_submodule(holder)
            handles.append((sequence, place, getattr(sequence, place)))
            setattr(sequence, place, self.bank.of(number, option))
        try:
            return self.network(image)
        finally:
            for sequence, place, block in handles:
                setattr(sequence, place, block)
