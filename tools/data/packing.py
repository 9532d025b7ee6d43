"""Formats whose bytes are the same on every machine.

Nothing is compressed, because two builds of zlib may pack the same bytes differently.
"""

import csv
import io
import zipfile

import numpy as np


def pack_arrays(**arrays):
    """Return the bytes of an .npz: stored, undated, little-endian, no pickle."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # else it would tell Windows from the rest
            archive.writestr(entry, member.getvalue())
    return buffer.getvalue()


def pack_table(header, rows):
    """Return the bytes of a .csv in UTF-8 with plain newlines."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([header, *rows])
    return text.getvalue().encode()
