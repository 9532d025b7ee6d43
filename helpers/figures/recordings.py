"""Data as it was recorded: sound, movement, and how long each recording lasts."""

import numpy as np

from helpers.figures.palette import CELL, DATA, FAINT
from helpers.figures.still import subplots


def waveforms(speech, cut):
    """Draw spoken sentences below each other, pale where a cut loses them.

    Args:
        speech: a Speech of two or more waves.
        cut: how many numbers are kept.

    Returns:
        The figure.
    """
    figure, rows = subplots(len(speech.waves), figsize=(9, 3.6), sharex=True)
    end = max(map(len, speech.waves)) / speech.sample_rate
    for wave, axes in zip(speech.waves, rows, strict=True):
        time = np.arange(len(wave)) / speech.sample_rate
        axes.plot(time[:cut], wave[:cut], color=DATA, linewidth=0.4)
        axes.plot(time[cut:], wave[cut:], color=FAINT, linewidth=0.4)
        axes.axvline(cut / speech.sample_rate, color=CELL, linewidth=1)
        axes.text(time[-1] + 0.06, 0, f"{len(wave):,} numbers", va="center")
        axes.set(yticks=[0], ylim=(-0.6, 0.6), xlim=(0, end * 1.2))
    longest = max(map(len, speech.waves))
    rows[0].set_title(
        f"Cut where the first sentence ends, the last one loses {1 - cut / longest:.0%}"
    )
    rows[len(rows) // 2].set_ylabel("air pressure")
    rows[-1].set_xlabel("time in seconds")
    return figure


def motion_strips(motions, steps_a_second=10):
    """Draw the first channel of one recording of each class, below each other.

    Args:
        motions: Sequences of one length.
        steps_a_second: of the sensor.

    Returns:
        The figure.
    """
    names = motions.class_names
    figure, rows = subplots(len(names), figsize=(9, 4), sharex=True, sharey=True)
    for label, (name, axes) in enumerate(zip(names, rows, strict=True)):
        example = motions.train[motions.train_labels.tolist().index(label)]
        time = np.arange(len(example)) / steps_a_second
        axes.plot(time, example[:, 0], color=DATA)
        axes.text(time[-1] * 1.01, 0, name, va="center")
        axes.set(xlim=(0, time[-1] * 1.15))
    rows[0].set_title("The wrist alone tells four activities apart")
    figure.supylabel("acceleration along x (no unit stated)", fontsize=10)
    rows[-1].set_xlabel("time in seconds")
    return figure


def length_histograms(lengths):
    """Draw how often each length occurs, a panel for each set of sequences.

    Args:
        lengths: by name and unit ("gestures, steps"), a list of whole numbers.

    Returns:
        The figure.
    """
    figure, columns = subplots(ncols=len(lengths), figsize=(9, 2.8), squeeze=False)
    for (name, values), axes in zip(lengths.items(), columns[0], strict=True):
        axes.hist(values, bins=min(max(values) - min(values) + 1, 40), color=DATA)
        axes.set(xlabel=name, yticks=[])
        words = f"{min(values)} to {max(values)}"
        axes.text(1, 0.9, words, ha="right", transform=axes.transAxes)
    columns[0, 0].set_title("Nobody knows how long the next one will be")
    columns[0, 0].set_ylabel("how many")
    return figure
