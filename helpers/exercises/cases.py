"""What exercises are called with: random tensors that are the same every time.

All are float64, as our code and the learner's are run, except symbols.
"""

import math

import torch
from torch import nn

from helpers.exercises.observe import WeightsError

FIRST_WEIGHTS = (
    "With {inputs} inputs and {units} units your `{name}` begins with numbers from "
    "{lowest:.3g} to {highest:.3g}. They should be drawn uniformly between -1/sqrt(H) "
    "and 1/sqrt(H), which is {limit:.3g} there."
)


def normal(*shape, seed=0):
    """Return standard normal numbers."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def uniform(*shape, low=0.0, high=1.0, seed=0):
    """Return numbers between low and high."""
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.rand(*shape, generator=generator, dtype=torch.float64)
    return low + (high - low) * drawn


def gate(*shape, seed=0):
    """Return numbers between 0 and 1, as a sigmoid makes them."""
    return normal(*shape, seed=seed).sigmoid()


def candidate(*shape, seed=0):
    """Return numbers between -1 and 1, as a tanh makes them."""
    return normal(*shape, seed=seed).tanh()


def rows(*shape, seed=0):
    """Return probabilities that sum to 1 along the last axis, none of them 0."""
    counts = uniform(*shape, seed=seed) + 0.05
    return counts / counts.sum(-1, keepdim=True)


def symbols(*shape, vocab_size, seed=0):
    """Return whole numbers from 0 to vocab_size - 1."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(vocab_size, shape, generator=generator)


def step_of_cell(blocks, batch, input_size, hidden_size, *, states=1, biases=2, seed=0):
    """Return what one step of a cell reads.

    Args:
        blocks: of how many gates and candidates the weights are made, 4 in an LSTM.
        batch, input_size, hidden_size: B, I and H.
        states: how many states the cell carries, 2 in an LSTM.
        biases: how many biases it has, 2 in torch.
        seed: of the first tensor; each of the others has the next one.

    Returns:
        A tuple: x, (B, I), the states, (B, H) each, weight_ih, (blocks H, I),
        weight_hh, (blocks H, H), and the biases, (blocks H,) each.
    """
    height = blocks * hidden_size
    shapes = [(batch, input_size)] + [(batch, hidden_size)] * states
    shapes += [(height, input_size), (height, hidden_size)] + [(height,)] * biases
    return tuple(normal(*shape, seed=seed + n) for n, shape in enumerate(shapes))


def built(module, input_size, hidden_size):
    """Build a learner's recurrent module, after a look at how its weights begin.

    Before it is called it gets our weights, so this is the only look at its own. They
    are looked at in a wider module, where they are many.

    Args:
        module: the class, which is made from input_size and hidden_size.
        input_size, hidden_size: I and H.

    Raises:
        WeightsError: if a weight or bias is not drawn between -1/sqrt(H) and 1/sqrt(H).
    """
    inputs, units = 30, 40
    limit = 1 / math.sqrt(units)
    wide = module(inputs, units)
    weights = wide.named_parameters() if isinstance(wide, nn.Module) else ()
    for name, weight in weights:
        lowest, highest = weight.min().item(), weight.max().item()
        fits = -limit - 1e-6 <= lowest <= -limit / 2 < limit / 2 <= highest
        if not fits or highest > limit + 1e-6:
            raise WeightsError(
                FIRST_WEIGHTS.format(
                    inputs=inputs,
                    units=units,
                    name=name,
                    lowest=lowest,
                    highest=highest,
                    limit=limit,
                )
            )
    return module(input_size, hidden_size)
