"""Recordings, a film and a book."""

import io
import re

import numpy as np

from tools.data.packages import BuildError
from tools.data.packing import pack_arrays

SPEECH = {  # number of the recording in its package: what is said
    "0880": "He was not an ill-disposed young man.",
    "0930": "He might even have been made amiable himself.",
    "0890": "Unless to be rather cold-hearted and rather selfish is to be "
    "ill-disposed.",
}


def build_speech(members):
    """Keep three recordings as they are, shortest first, with their sentences."""
    heard = next(text for path, text in members.items() if "transcription" in path)
    files = {}
    for number, (recording, sentence) in enumerate(SPEECH.items(), start=1):
        words = re.sub(r"\W+", " ", sentence.lower()).strip()
        expected = (
            f"<s> {words} </s> (sense_and_sensibility_01_austen_64kb-{recording})"
        )
        if expected not in heard.decode().splitlines():
            raise BuildError(f"the transcription must hold {expected!r}")
        [wave] = (wave for path, wave in members.items() if recording in path)
        files[f"speech_{number}.wav"] = wave
    files["speech.txt"] = "".join(f"{line}\n" for line in SPEECH.values()).encode()
    return files


def build_film(members):
    """Keep every second frame, each block of 20 x 20 pixels averaged into one.

    H.264 fixes the decoded brightness to the bit, and what follows is integer
    arithmetic, so that every machine comes to the same frames.
    """
    try:
        import av
    except ImportError as error:
        raise BuildError("PyAV is missing: pip install -e '.[data]'") from error

    [video] = members.values()
    frames = []
    with av.open(io.BytesIO(video)) as container:
        frames_per_second = container.streams.video[0].average_rate / 2
        for frame in container.decode(video=0):
            luma = frame.planes[0]
            pixels = np.frombuffer(luma, np.uint8).reshape(luma.height, luma.line_size)
            frames.append(shrink(pixels[:, : luma.width].astype(np.int64)))
    return {
        "film.npz": pack_arrays(
            frames=np.stack(frames[::2]),
            frames_per_second=np.float64(frames_per_second),
        )
    }


def shrink(pixels, side=20, black=16, white=235):
    """Average square blocks of video brightness, and stretch it to 0..255."""
    height, width = (size // side for size in pixels.shape)
    blocks = pixels.reshape(height, side, width, side).sum(axis=(1, 3))
    area, span = side * side, white - black
    stretched = ((blocks - black * area) * 510 + area * span) // (2 * area * span)
    return stretched.clip(0, 255).astype(np.uint8)


def build_alice(members):
    """Unify newlines and quotes, and turn the last character into a newline."""
    [raw] = members.values()
    text = raw.decode("ascii").replace("\r\n", "\n").replace("`", "'")
    end_of_file = "\x1a"  # what DOS put at the end of a text
    if not text.endswith(end_of_file):
        raise BuildError(f"the text must end with {end_of_file!r}, got {text[-1]!r}")
    return {"alice.txt": (text.removesuffix(end_of_file) + "\n").encode("ascii")}
