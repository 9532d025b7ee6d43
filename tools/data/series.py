"""Series: tables of times and values."""

import csv
import io

from tools.data.packing import pack_table


def build_series(file, read_rows=None):
    """Return a builder that keeps the two columns of a table as time and value."""

    def build(members):
        [content] = members.values()
        return {file: pack_table(["time", "value"], (read_rows or read_csv)(content))}

    return build


def read_csv(content):
    """Return the rows of a table below its header."""
    _, *rows = csv.reader(io.StringIO(content.decode("ascii")))
    return rows


def read_weeks(content):
    """Return the rows of a table whose days are written like 19580329."""
    return [
        (f"{day[:4]}-{day[4:6]}-{day[6:]}", value) for day, value in read_csv(content)
    ]


def read_months(content):
    """Return one row a month from lines of a year and its twelve values.

    The last year has only six months, marked as preliminary, and is left out.
    """
    rows = []
    for line in content.decode("ascii").splitlines():
        year, *values = line.split() or [""]
        if year.isdigit() and len(values) == 12:
            rows += [(f"{year}-{month:02}", v) for month, v in enumerate(values, 1)]
    return rows
