"""A generator of linear layers and a convolutional critic, for square images of any size."""

from __future__ import annotations

import torch
from torch import Tensor, nn

BACKGROUND = -1.0


class Generator(nn.Module):
    """Linear layers with batch norm and dropout, as the text has them: its widths are 256, 512 and 1024.

    Parameters
    ----------
    n_latents : int
        Random numbers that an image is made from.
    shown : Tensor of int, of shape (n_shown,)
        Places of the pixels that vary. The others are always background, and no row has them.
    n_pixels : int
        All pixels.
    widths : sequence of int
        Of the hidden layers.
    """

    def __init__(self, n_latents: int, shown: Tensor, n_pixels: int, widths: tuple[int, ...], dropout: float) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for width_in, width in zip((n_latents, *widths), widths, strict=False):
            layers += [nn.Linear(width_in, width), nn.BatchNorm1d(width), nn.Dropout(dropout), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Linear(widths[-1], n_pixels), nn.Tanh())
        self.register_buffer("shown", shown)

    def forward(self, latents: Tensor) -> Tensor:
        return self.layers(latents)[:, self.shown]


class Critic(nn.Module):
    """Two convolutions of 3x3 and a linear head that ends in one score, not squashed.

    Parameters
    ----------
    shown : Tensor of int, of shape (n_shown,)
        As for the generator. Rows are put back into their places of a whole image, as a convolution needs it.
    side : int
        Height and width of an image.
    head : int
        Width of the two hidden layers of the head; the text has 1024.
    batch_norm : bool
        Whether the convolutions are followed by batch norm. The gradient penalty forbids it.
    """

    def __init__(self, shown: Tensor, side: int, head: int, batch_norm: bool) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for channels_in, channels in ((1, 32), (32, 64)):
            layers += [nn.Conv2d(channels_in, channels, kernel_size=3)]
            layers += [nn.BatchNorm2d(channels)] if batch_norm else []
            layers += [nn.LeakyReLU(0.2)]
        self.features = nn.Sequential(*layers, nn.Flatten())
        self.head = nn.Sequential(
            nn.Linear(64 * (side - 4) ** 2, head),
            nn.LeakyReLU(0.2),
            nn.Linear(head, head),
            nn.LeakyReLU(0.2),
            nn.Linear(head, 1),
        )
        self.side = side
        self.register_buffer("shown", shown)

    def forward(self, rows: Tensor) -> Tensor:
        images = torch.full((len(rows), self.side**2), BACKGROUND, dtype=rows.dtype, device=rows.device)
        images = images.index_copy(1, self.shown, rows)
        return self.head(self.features(images.view(-1, 1, self.side, self.side)))
