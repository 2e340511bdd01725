"""The diffusion network on latents: Sana's linear blocks (Xie et al., "SANA", 2024) in small, with GLOWDeblur's guidance.

Noisy latents, those of the coarse picture, aligned features and motion are concatenated on channels, as in the paper's
figure. Each block: linear attention with ReLU features, softmax cross-attention to the caption's tokens, Mix-FFN; the
first and the last are modulated by one shared projection of the noise level plus a table of the block (AdaLN-single).
The caption's mean token joins the noise level there (as pooled text does in Esser et al., "Scaling Rectified Flow
Transformers", 2024): a few thousand steps do not teach cross-attention alone what a word means.

x_sigma = (1 - sigma) x0 + sigma eps, velocity v = eps - x0. The network predicts what x0 has beyond the coarse picture's
latents; v = (x_sigma - x0) / sigma. A network that says nothing therefore gives the coarse picture back in one step.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .autoencoder import MixFfn
from .config import GlowConfig

NORM_EPS = 1e-6
ATTENTION_EPS = 1e-6
LEAST_SIGMA = 0.02
WAVES = 64
# Pixels of motion to one unit of input.
MOTION_UNIT = 16.0
MASKED = -1e4


class Caption(nn.Module):
    """Ids [N, T, 2] and mask [N, T] to tokens [N, 1 + T, width], the first one the mean of the others; without any it
    is the learned null."""

    def __init__(self, config: GlowConfig) -> None:
        super().__init__()
        self.table = nn.Embedding(config.vocabulary, config.text)
        self.slots = nn.Parameter(torch.randn(1 + config.tokens, config.text) * 0.02)
        self.null = nn.Parameter(torch.randn(config.text) * 0.5)
        self.up = nn.Linear(config.text, config.width)
        self.out = nn.Linear(config.width, config.width)
        nn.init.normal_(self.table.weight, std=0.5)

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        words = self.table(tokens.long()).sum(2) * mask[..., None]
        count = mask.sum(1)[:, None]
        there = count.clamp(max=1.0)
        sentence = words.sum(1) / count.clamp_min(1.0) + (1 - there) * self.null
        every = torch.cat([sentence[:, None], words], 1) + self.slots
        return self.out(F.silu(self.up(every)))


class LinearAttention(nn.Module):
    """O_i = relu(Q_i) (sum_j relu(K_j)^T V_j) / relu(Q_i) (sum_j relu(K_j)^T): its cost per token does not grow."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Conv2d(width, 3 * width, 1, bias=False)
        self.proj = nn.Conv2d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        q, k, v = self.qkv(x).float().view(n, 3, self.heads, c // self.heads, h * w).unbind(1)
        q, k = F.relu(q), F.relu(k) / (h * w)
        summed = v @ k.transpose(2, 3)
        total = k.sum(3, keepdim=True).transpose(2, 3)
        out = (summed @ q) / (total @ q + ATTENTION_EPS)
        return self.proj(out.reshape(n, c, h, w))


class CrossAttention(nn.Module):
    """Softmax attention of every latent to the caption's tokens."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q = nn.Conv2d(width, width, 1)
        self.k = nn.Linear(width, width)
        self.v = nn.Linear(width, width)
        self.proj = nn.Conv2d(width, width, 1)

    def forward(self, x: Tensor, tokens: Tensor, bias: Tensor) -> Tensor:
        n, c, h, w = x.shape
        size = c // self.heads
        q = self.q(x).view(n, self.heads, size, h * w)
        k, v = (f(tokens).view(n, -1, self.heads, size).transpose(1, 2) for f in (self.k, self.v))
        shares = (k @ q / math.sqrt(size) + bias).softmax(2)
        return self.proj((v.transpose(2, 3) @ shares).reshape(n, c, h, w))


class DitBlock(nn.Module):
    def __init__(self, config: GlowConfig) -> None:
        super().__init__()
        d = config.width
        self.table = nn.Parameter(torch.randn(6 * d) / math.sqrt(d))
        self.attention = LinearAttention(d, config.heads)
        self.cross = CrossAttention(d, config.heads)
        self.ffn = MixFfn(d, config.hidden)

    def forward(self, x: Tensor, time: Tensor, tokens: Tensor, bias: Tensor) -> Tensor:
        six = (time + self.table).view(len(x), 6, -1, 1, 1).unbind(1)
        x = x + six[2] * self.attention(modulated(x, six[0], six[1]))
        x = x + self.cross(x, tokens, bias)
        return x + six[5] * self.ffn(modulated(x, six[3], six[4]))


def modulated(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """Layer norm over channels without weights, then x (1 + scale) + shift."""
    x = x - x.mean(1, keepdim=True)
    return x / (x.square().mean(1, keepdim=True) + NORM_EPS).sqrt() * (1 + scale) + shift


def frequencies() -> Tensor:
    return torch.exp(-math.log(1e4) * torch.arange(WAVES) / WAVES)


class Dit(nn.Module):
    """latent [N, C, h, w], sigma [N], guide [N, C, h, w], aligned [N, A, h, w], motion [N, 4, h, w] in pixels, tokens
    [N, T, 2], mask [N, T] -> velocity [N, C, h, w]. A mask of zeros means no caption, a motion of zeros no guidance."""

    def __init__(self, config: GlowConfig) -> None:
        super().__init__()
        d = config.width
        self.intro = nn.Conv2d(2 * config.latent + config.aligned + 4, d, 1)
        self.time1 = nn.Linear(2 * WAVES, d)
        self.time2 = nn.Linear(d, d)
        self.shared = nn.Linear(d, 6 * d)
        self.caption = Caption(config)
        self.blocks = nn.ModuleList([DitBlock(config) for _ in range(config.depth)])
        self.table = nn.Parameter(torch.randn(2 * d) / math.sqrt(d))
        self.ending = nn.Conv2d(d, config.latent, 1)
        nn.init.zeros_(self.ending.weight)
        nn.init.zeros_(self.ending.bias)
        self.register_buffer("waves", frequencies(), persistent=False)

    def beyond(self, latent: Tensor, sigma: Tensor, guide: Tensor, aligned: Tensor, motion: Tensor,
               tokens: Tensor, mask: Tensor) -> Tensor:
        """What the sharp picture's latents have beyond `guide`."""
        x = self.intro(torch.cat([latent, guide, aligned, motion / MOTION_UNIT], 1))
        words = self.caption(tokens, mask)
        bias = MASKED * (1 - F.pad(mask, (1, 0), value=1.0))[:, None, :, None]
        angle = 1000 * sigma[:, None] * self.waves
        time = self.time2(F.silu(self.time1(torch.cat([angle.cos(), angle.sin()], 1)))) + words[:, 0]
        six = self.shared(F.silu(time))
        for block in self.blocks:
            x = block(x, six, words, bias)
        shift, scale = (time.repeat(1, 2) + self.table).view(len(x), 2, -1, 1, 1).unbind(1)
        return self.ending(modulated(x, shift, scale))

    def forward(self, latent: Tensor, sigma: Tensor, guide: Tensor, aligned: Tensor, motion: Tensor,
                tokens: Tensor, mask: Tensor) -> Tensor:
        clean = guide + self.beyond(latent, sigma, guide, aligned, motion, tokens, mask)
        return (latent - clean) / sigma.clamp_min(LEAST_SIGMA).view(-1, 1, 1, 1)
