"""Several small networks run as one, which is quicker than one after the other."""

import torch
from torch import nn


class SideBySide(nn.Module):
    """Several small networks run as one wide layer: the same answers, sooner.

    Most of the time of a small layer is spent on calls, not on numbers. So K networks
    become one layer of K times the width, in which all weights between different
    networks are 0 and stay 0. Each network has the gradient that it would have alone.

    Attributes:
        layer: the wide layer; network k has the k-th part of every gate's rows.
    """

    def __init__(self, layers, read_outs):
        """Join networks.

        Args:
            layers: K layers of one class and size, of ``helpers.recurrent`` or
                ``torch.nn``, with one layer and one direction each.
            read_outs: an ``nn.Linear`` from the states of each, all of one size.

        Raises:
            ValueError: if the layers differ in class or size, or have more than one
                layer or direction.
        """
        super().__init__()
        kinds = {(type(one), one.input_size, one.hidden_size) for one in layers}
        first = layers[0]
        if len(kinds) > 1 or first.num_layers > 1 or first.bidirectional:
            found = ", ".join(map(str, layers))
            raise ValueError(f"layers must be plain and of one size, got {found}")
        sizes = len(layers) * first.input_size, len(layers) * first.hidden_size
        self.layer = type(first)(*sizes, batch_first=True)
        for name, weight in self.layer.named_parameters():
            self._join(weight, [one.get_parameter(name) for one in layers])
        self.read_out = nn.Parameter(
            torch.stack([read_out.weight for read_out in read_outs])
        )
        self.bias = nn.Parameter(torch.stack([read_out.bias for read_out in read_outs]))

    def _join(self, weight, parts):
        """Fill a wide weight gate by gate; hold at 0 what lies between networks."""
        gates = weight.shape[0] // self.layer.hidden_size
        by_gate = zip(*(part.detach().chunk(gates) for part in parts), strict=True)
        join = torch.cat if weight.dim() == 1 else _on_the_diagonal
        with torch.no_grad():
            weight.copy_(torch.cat([join(part) for part in by_gate]))
        if weight.dim() == 2:
            ones = [torch.ones_like(part[: len(part) // gates]) for part in parts]
            mask = torch.cat([_on_the_diagonal(ones)] * gates)
            weight.register_hook(lambda gradient: gradient * mask)

    def clip_gradients(self, norm):
        """Clip the gradient of each network by its own norm, all weights together.

        Args:
            norm: the largest that is let through.

        Source: Pascanu, Mikolov & Bengio (2013).
        """
        count, size = len(self.read_out), self.layer.hidden_size // len(self.read_out)
        parts = (
            [  # with the network as an axis; views of the gradients
                weight.grad.view(-1, count, size, *weight.shape[1:]).transpose(0, 1)
                for weight in self.layer.parameters()
            ]
            + [self.read_out.grad, self.bias.grad]
        )
        squares = sum(part.square().flatten(1).sum(1) for part in parts)
        scale = (norm / (squares.sqrt() + 1e-6)).clamp(max=1)
        for part in parts:
            part *= scale.view(-1, *[1] * (part.dim() - 1))

    def forward(self, inputs):
        """Let each network read inputs of its own.

        Args:
            inputs: (K, B, T, I).

        Returns:
            The outputs at every step, (K, B, T, O).
        """
        x = inputs.permute(1, 2, 0, 3).flatten(2)  # (B, T, K * I)
        states = self.layer(x)[0].unflatten(2, (len(inputs), -1))  # (B, T, K, H)
        outputs = states.permute(2, 0, 1, 3) @ self.read_out.mT[:, None]
        return outputs + self.bias[:, None, None]


def _on_the_diagonal(blocks):
    return torch.block_diag(*blocks)
