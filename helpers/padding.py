"""A check of models that read padded sequences, for mistakes that make no noise."""

import torch


def check_padding(model, x, lengths, extra=3):
    """Look for silent mistakes in a model that answers padded sequences.

    The model is only asked: its weights stay as they are, and its gradients are empty
    afterwards. Whatever is random in it, such as dropout, must be switched off.

    Args:
        model: an ``nn.Module``, called as ``model(x, lengths)``; it returns one answer
            for each sequence, (B, ...).
        x: a padded batch, (B, T, I), with B ≥ 2. Short sequences show more: over long
            ones a layer forgets what leaked in at their start.
        lengths: how many steps are true, (B,), not all the same.
        extra: how many extra padded steps are appended.

    Returns:
        A list of sentences, one for each mistake found; empty if all is well.

    Raises:
        ValueError: if fewer than two sequences, or no padding, are given, or if the
            model does not return one answer for each sequence.
    """
    B, T, _ = x.shape
    if B < 2 or lengths.min() == T:
        found = f"{B} of lengths {lengths.tolist()}"
        raise ValueError(f"x must hold two sequences and some padding, got {found}")
    true = torch.arange(T) < lengths[:, None]  # (B, T)
    rubbish = torch.where(true[..., None], x, 7.0)
    rubbish = torch.cat([rubbish, rubbish.new_full((B, extra, x.shape[2]), -7.0)], 1)
    other, ends = x.clone(), x.clone()
    other[0, : lengths[0]] += 1.0
    ends[torch.arange(B), lengths - 1] += 1.0

    with torch.no_grad():
        answer = model(x, lengths)
        if answer.dim() == 0 or len(answer) != B:
            found = f"a tensor of shape {tuple(answer.shape)}"
            raise ValueError(
                f"the model must return one answer for each of the {B} sequences, "
                f"got {found}; ask the part that comes before a loss or a mean"
            )
        model(-2 * x.flip(0), lengths)  # something else, to leave another state behind
        if not torch.equal(answer, model(x, lengths)):
            return [
                "Asked twice, it answers differently: it carries a state along, or "
                "dropout is on (model.eval() switches it off)."
            ]
        complaints = []
        if _differs(answer[1:], model(other, lengths)[1:]):
            complaints.append("An answer depends on another sequence of the batch.")
        if _differs(answer, model(rubbish, lengths)):
            complaints.append("The answers depend on what stands in the padding.")
        late = model(ends, lengths)
        if not all(_differs(*pair) for pair in zip(answer, late, strict=True)):
            complaints.append("The last true step does not reach the answer.")
    if missing := _without_gradient(model, x, lengths):
        complaints.append(f"No gradient reaches {', '.join(missing)}.")
    return complaints


def _differs(one, other):
    return not torch.allclose(one, other, rtol=1e-4, atol=1e-6)


def _without_gradient(model, x, lengths):
    """Return the names of the weights whose gradient is missing or zero."""
    model.zero_grad()
    with torch.enable_grad():
        model(x, lengths).square().sum().backward()
    weights = list(model.named_parameters())
    names = [name for name, w in weights if w.grad is None or not w.grad.any()]
    model.zero_grad()
    return names
