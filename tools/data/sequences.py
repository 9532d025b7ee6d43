"""Labelled sequences out of the UCR/UEA archive."""

import numpy as np

from tools.data.packing import pack_arrays


def build_sequences(file, class_names, channel_names):
    """Return a builder that packs the two ``.ts`` files of an archive set.

    Args:
        file: the name of the file to make.
        class_names: ``{label in the archive: name}``, in the order of the labels.
        channel_names: one name per channel.
    """
    labels = list(class_names)

    def build(members):
        arrays = {}
        for path, content in members.items():
            part = "train" if path.endswith("_TRAIN.ts") else "test"
            sequences, found = read_ts(content.decode("utf-8"))
            arrays[f"{part}_values"] = np.concatenate(sequences).astype("<f4")
            arrays[f"{part}_lengths"] = np.array([*map(len, sequences)], "<i4")
            arrays[f"{part}_labels"] = np.array([*map(labels.index, found)], np.uint8)
        arrays["class_names"] = np.array([*class_names.values()], "S")
        arrays["channel_names"] = np.array(channel_names, "S")
        return {file: pack_arrays(**dict(sorted(arrays.items())))}

    return build


def read_ts(text):
    """Read the ``.ts`` format: channels between colons, the label last.

    Returns:
        The sequences, each (T, I), and their labels.
    """
    lines = text.partition("@data")[2].split()
    sequences, labels = [], []
    for line in lines:
        *channels, label = line.split(":")
        rows = [[float(value) for value in channel.split(",")] for channel in channels]
        sequences.append(np.array(rows).T)
        labels.append(label)
    return sequences, labels
