"""How a piano roll sounds: overtones that are struck and fade, as a sound file."""

import io
import wave

import numpy as np

from helpers.chorales import LOWEST

OVERTONES = (1.0, 0.5, 0.25, 0.12)  # how loud each multiple of the frequency is


def frequency(key):
    """Return the frequency in hertz of a column of a roll, in equal temperament."""
    return 440.0 * 2 ** ((np.asarray(key) + LOWEST - 69) / 12)


def sound(roll, beat=0.5, rate=8000):
    """Turn a piano roll into air pressure over time.

    Args:
        roll: (T, 88).
        beat: seconds a row lasts.
        rate: samples per second, above twice the highest frequency wanted.

    Returns:
        Samples from -0.9 to 0.9, (T * beat * rate,) float64; silence for no notes.
    """
    roll = np.asarray(roll, dtype=float)
    samples = round(beat * rate)
    time = np.arange(len(roll) * samples) / rate
    within = np.arange(samples) / rate  # since the beat began
    strike = np.minimum(1, within / 0.01) * np.exp(-1.5 * within)
    strike *= np.minimum(1, (beat - within) / 0.03)
    loudness = (roll[:, :, None] * strike).transpose(1, 0, 2).reshape(roll.shape[1], -1)
    wave_form = np.zeros(len(time))
    for key in np.flatnonzero(roll.any(0)):
        for multiple, strength in enumerate(OVERTONES, start=1):
            pitch = multiple * frequency(key)
            if pitch < rate / 2:
                wave_form += strength * loudness[key] * np.sin(2 * np.pi * pitch * time)
    loudest = np.abs(wave_form).max(initial=0)
    return 0.9 * wave_form / loudest if loudest > 0 else wave_form


def wav(samples, rate=8000):
    """Encode samples between -1 and 1 as a sound file, a byte for each.

    Args:
        samples: (N,).
        rate: samples per second.

    Returns:
        The bytes of a WAV file, N and a header of 44.
    """
    encoded = io.BytesIO()
    with wave.open(encoded, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(rate)
        file.writeframes(np.round(127.5 + 127 * np.asarray(samples)).astype(np.uint8))
    return encoded.getvalue()
