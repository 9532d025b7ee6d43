"""Shapes are those of torch, each mistake of padding is found, the drawings hold."""

import itertools

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from helpers import shapes
from helpers.explorers.shapes import reading_explorer, shape_explorer
from helpers.figures import Sheet, draw_packing, draw_shape, state_order, subplots
from helpers.padding import check_padding
from helpers.recurrent import GRU

B, T, I, H = 2, 5, 3, 4  # noqa: E741
LENGTHS = torch.tensor([7, 3, 5, 4])


def torchs(cell, batch, options):
    """Return the shapes of all tensors of a layer of torch, by name."""
    layer = getattr(nn, cell)(I, H, **options).double()
    sizes = (T, I) if batch is None else (T, batch, I)
    if batch is not None and options["batch_first"]:
        sizes = (batch, T, I)
    x = torch.zeros(sizes, dtype=torch.float64)
    output, end = layer(x)
    ends = dict(
        zip(("h", "c"), end if isinstance(end, tuple) else (end,), strict=False)
    )
    tensors = {"input": x, "output": output, **dict(layer.named_parameters())}
    tensors |= {f"{k}_{when}": v for k, v in ends.items() for when in ("0", "n")}
    layer(x, end)  # so h_0 and c_0 may be like h_n and c_n
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}


@pytest.mark.parametrize("batch", [None, B])
@pytest.mark.parametrize("cell", shapes.GATES)
def test_every_shape_is_that_of_torch(cell, batch):
    flags = itertools.product((1, 2, 3), *[(True, False)] * 3, (0, 2))
    for num_layers, bias, batch_first, bidirectional, proj_size in flags:
        if proj_size and cell != "LSTM":
            continue
        options = {"num_layers": num_layers, "bias": bias, "batch_first": batch_first}
        options |= {"bidirectional": bidirectional}
        options |= {"proj_size": proj_size} if proj_size else {}
        known = shapes.layer_shapes(cell, I, H, **options, steps=T, batch=batch)
        found = torchs(cell, batch, options)
        assert {name: shape.sizes for name, shape in known.items()} == found
        assert all(len(shape.axes) == len(shape.sizes) for shape in known.values())


def test_names_of_axes_go_with_their_sizes():
    known = shapes.layer_shapes("GRU", I, H, bidirectional=True, steps=T, batch=B)
    assert known["input"] == ((T, B, I), ("T", "B", "I"))
    assert known["output"] == ((T, B, 2 * H), ("T", "B", "D·H"))
    assert known["h_n"] == ((2, B, H), ("L·D", "B", "H"))
    assert known["weight_ih_l0"].axes == ("3H", "I")


@pytest.mark.parametrize(
    ("cell", "proj_size"), [("GRU", 2), ("RNN", 1), ("LSTM", H), ("cell", 0)]
)
def test_what_torch_refuses_is_refused(cell, proj_size):
    with pytest.raises(ValueError, match="must be"):
        shapes.layer_shapes(cell, I, H, proj_size=proj_size, steps=T)


class Reader(nn.Module):
    """A reader with a switch for each silent mistake."""

    def __init__(self, mistake=""):  # noqa: D107
        super().__init__()
        torch.manual_seed(0)
        options = {"batch_first": mistake != "swapped"}
        if mistake == "rows":
            options |= {"num_layers": 2}
        self.layer, self.read_out = GRU(I, H, **options), nn.Linear(H, 3)
        self.mistake, self.h = mistake, None

    def forward(self, x, lengths):  # noqa: D102
        if self.mistake == "rows":
            packed = pack_padded_sequence(x, lengths, True, enforce_sorted=False)
            return self.read_out(self.layer(packed)[1][0])
        output, h = self.layer(x, self.h if self.mistake == "leak" else None)
        self.h = h.detach()
        if self.mistake == "last column":
            return self.read_out(output[:, -1])
        early = 2 if self.mistake == "early" else 1
        return self.read_out(output[torch.arange(len(x)), lengths - early])


def batch():
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(len(LENGTHS), 7, I, generator=generator)
    return x * (torch.arange(7) < LENGTHS[:, None])[..., None], LENGTHS


@pytest.mark.parametrize(
    ("mistake", "complaint"),
    [
        ("swapped", "another sequence"),
        ("last column", "in the padding"),
        ("early", "last true step"),
        ("rows", "No gradient reaches layer.weight_ih_l1"),
        ("leak", "carries a state"),
    ],
)
def test_the_check_of_padding_names_each_mistake(mistake, complaint):
    assert complaint in " ".join(check_padding(Reader(mistake), *batch()))


def test_the_check_of_padding_lets_a_sound_model_pass_and_leaves_it_alone():
    model = Reader()
    before = {name: w.clone() for name, w in model.state_dict().items()}
    assert check_padding(model, *batch()) == []
    assert all(torch.equal(w, before[name]) for name, w in model.state_dict().items())
    assert all(weight.grad is None for weight in model.parameters())


def test_the_check_of_padding_refuses_a_batch_that_shows_nothing():
    with pytest.raises(ValueError, match="some padding"):
        check_padding(Reader(), torch.zeros(2, 4, I), torch.tensor([4, 4]))
    with pytest.raises(ValueError, match="two sequences"):
        check_padding(Reader(), torch.zeros(1, 4, I), torch.tensor([3]))


def test_the_check_of_padding_refuses_a_model_without_an_answer_for_each_sequence():
    class Mean(Reader):
        def forward(self, x, lengths):
            return super().forward(x, lengths).mean()

    with pytest.raises(ValueError, match="one answer for each"):
        check_padding(Mean(), *batch())


def test_the_check_of_padding_hears_a_leak_that_has_nearly_faded():
    """Asked twice the same, a state that settles would not be noticed."""
    x = torch.randn(2, 40, I, generator=torch.Generator().manual_seed(2))
    assert (
        "carries a state" in check_padding(Reader("leak"), x, torch.tensor([39, 40]))[0]
    )


def test_packing_is_drawn_with_every_true_digit_and_its_batch_sizes():
    rows, lengths = torch.tensor([[4, 5, 0], [1, 2, 3]]), torch.tensor([2, 3])
    figure = draw_packing(rows, lengths, (1, 0), (2, 2, 1))
    left, right = ([t.get_text() for t in axes.texts] for axes in figure.axes)
    assert left == list("450123")
    assert right == [*"123", *"45", *"221", "batch_sizes"]


def test_state_order_names_every_row_of_h_n():
    figure = state_order(num_layers=3, steps=2, highlight=(0,))
    words = [text.get_text() for text in figure.axes[0].texts]
    assert {f"h_n[{row}]" for row in range(6)} < set(words)
    assert {"layer 2, backward", "layer 0, forward"} < set(words)
    with pytest.raises(ValueError, match="must be"):
        state_order(num_layers=4)


def test_a_sheet_forgets_what_was_drawn_before():
    figure, axes = subplots()
    sheet = Sheet(axes, 20, 10)
    pictures = []
    for sizes in ((2, 3, 4), (3, 2), (2, 3, 4)):
        sheet.clear()
        named = shapes.Shape(sizes, tuple("ABC"[: len(sizes)]))
        draw_shape(sheet, 3, 3, "x", named, "#1D3488")
        sheet.finish()
        figure.canvas.draw()
        pictures.append(bytes(figure.canvas.buffer_rgba()))
    assert pictures[0] == pictures[2] != pictures[1]


def test_the_explorer_tells_the_shapes_of_torch_at_every_step():
    live = shape_explorer()
    for state in live.sweep():
        alt = live.set(**state).alt
        options = {
            name: state[name]
            for name in ("num_layers", "bidirectional", "batch_first", "bias")
        }
        refused = 0 < state["hidden_size"] <= state["proj_size"]
        if state["cell"] == "LSTM" and not refused:
            options["proj_size"] = state["proj_size"]
        sizes = state["input_size"], state["hidden_size"]
        layer = getattr(nn, state["cell"])(*sizes, **options)
        count = sum(weight.numel() for weight in layer.parameters())
        assert ("torch refuses" in alt) == refused
        assert f"{count:,} parameters" in alt
        assert alt.endswith(f". {told(layer, state)}.")


def told(layer, state):
    """Return what the explorer has to say of the shapes that torch's layer returns."""
    sizes = [state["steps"], state["input_size"]]
    if state["batch"] is not None:
        sizes.insert(0 if state["batch_first"] else 1, state["batch"])
    x = torch.zeros(sizes, dtype=torch.float64)
    output, end = layer.double()(x)
    ends = end if isinstance(end, tuple) else (end,)
    names = ("input", "output", "h_n", "c_n")
    tensors = zip(names, (x, output, *ends), strict=False)
    return ", ".join(f"{name} {tuple(tensor.shape)}" for name, tensor in tensors)


def test_the_explorer_says_when_there_is_no_proj_size():
    live = shape_explorer()
    assert "refuses proj_size=2: nn.GRU" in live.set(cell="GRU", proj_size=2).alt
    assert "c_n" not in live.alt


def test_reading_explorer_tells_the_scores_of_every_state():
    shares = {
        "last column": [[0.9, 0.5], [0.7, 0.4]],
        "last true step": [[0.8, 0.8], [0.9, 0.9]],
    }
    live = reading_explorer(torch.tensor([3, 7]), range(0, 11, 10), shares)
    for state in live.states():
        found = [values[state["more"] // 10] for values in shares[state["way"]]]
        words = f"{state['more']} more columns: {min(found):.0%} to {max(found):.0%}"
        assert words in live.set(**state).alt
