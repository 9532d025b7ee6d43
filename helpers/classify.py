"""A classifier of sequences fitted in a moment, and whether two of them differ."""

import torch
from torch.nn.functional import one_hot, pad


def linear_hits(s, describe, describe_test=None, strength=1.0):
    """Tell which test sequences a linear layer on a few features classifies rightly.

    The features are standardised by the training set. The layer is fitted in closed
    form: least squares with targets 1 for the true class and -1 for all others, and a
    penalty on large weights (ridge regression).

    Args:
        s: labelled Sequences.
        describe: turns a sequence, (T, I) float64, into its features, (F,).
        describe_test: the same for test sequences, if they are described differently.
        strength: of the penalty, which every squared weight is multiplied by.

    Returns:
        True where the class found is the right one, (N,) of the test set.

    Source: Hoerl & Kennard (1970).
    """
    train = torch.stack([describe(x.double()) for x in s.train])  # (N, F)
    test = torch.stack([(describe_test or describe)(x.double()) for x in s.test])
    mean, spread = train.mean(dim=0), train.std(dim=0) + 1e-6
    train = pad((train - mean) / spread, (0, 1), value=1.0)  # the 1 carries the bias
    test = pad((test - mean) / spread, (0, 1), value=1.0)
    targets = 2 * one_hot(s.train_labels).double() - 1  # (N, classes)
    penalty = strength * torch.eye(train.shape[1], dtype=torch.float64)
    weights = torch.linalg.solve(train.T @ train + penalty, train.T @ targets)
    return (test @ weights).argmax(dim=1) == s.test_labels


def paired_difference(one, other):
    """Return how much more often one classifier is right than another, with a margin.

    Both have classified the same test sequences, so that the luck of who is in the test
    set is shared, and only what differs counts.

    Args:
        one, other: for each test sequence whether it was classified rightly, or in what
            share of several tries, (N,) each.

    Returns:
        The difference of the two shares, and half the width of its 95 % interval (1.96
        standard errors; the test sequences are taken to be independent).
    """
    differences = one.double() - other.double()
    standard_error = differences.std() / len(differences) ** 0.5
    return differences.mean().item(), 1.96 * standard_error.item()
