"""Guards the data of the course: what is loaded, what is known of it, its files."""

import ast
import hashlib
import importlib.util
import inspect
import io
import json
import math
import pickletools
import pydoc
import shutil
import zipfile
from collections import Counter

import pytest
import torch

from helpers import data
from tools.data import __main__ as build
from tools.data import manifest as written
from tools.data.names import romanise
from tools.data.packages import BuildError
from tools.data.packing import pack_arrays
from tools.data.table import DATA_SETS

NOT_DATA = {"README.md", "manifest.json", ".gitattributes"}


def known_files(folder=data.DATA_FOLDER):
    """Return what the manifest says of every file."""
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture
def copied_data(tmp_path, monkeypatch):
    """A copy of data/ that a test may harm."""
    folder = tmp_path / "data"
    shutil.copytree(data.DATA_FOLDER, folder)
    monkeypatch.setattr(data, "DATA_FOLDER", folder)
    monkeypatch.setattr(written, "DATA_FOLDER", folder)
    return folder


# --- sound and film ------------------------------------------------------------------


def test_speech_has_the_three_durations_and_sentences():
    waves, sentences, sample_rate = data.speech()
    seconds = [len(wave) / sample_rate for wave in waves]
    assert seconds == [2.99, 3.29, 5.3]
    assert sample_rate == 16_000
    assert sentences[0] == "He was not an ill-disposed young man."
    assert len(sentences) == 3
    for wave in waves:
        assert wave.dtype == torch.float32
        assert 0.2 < wave.abs().max() < 1


def test_film_is_66_grey_frames_that_move_but_slowly():
    frames, frames_per_second = data.film()
    assert frames.shape == (66, 36, 64)
    assert frames.dtype == torch.uint8
    assert frames_per_second == 12.5
    moves = frames.float().diff(dim=0).abs().mean(dim=(1, 2))
    assert 0 < moves.mean() < 10 < frames.float().std()


# --- labelled sequences --------------------------------------------------------------


@pytest.mark.parametrize(
    ("load", "sizes", "lengths", "channels", "train_counts", "test_counts"),
    [
        (
            data.japanese_vowels,
            (270, 370),
            (7, 29),
            12,
            [30] * 9,
            [31, 35, 88, 44, 29, 24, 40, 50, 29],
        ),
        (data.basic_motions, (40, 40), (100, 100), 6, [10] * 4, [10] * 4),
        (data.pickup_gestures, (50, 50), (29, 361), 1, [5] * 10, [5] * 10),
        (data.gun_point, (50, 150), (150, 150), 1, [24, 26], [76, 74]),
    ],
)
def test_sequences_have_the_sizes_lengths_and_classes_of_the_archive(
    load, sizes, lengths, channels, train_counts, test_counts
):
    loaded = load()
    everything = loaded.train + loaded.test
    assert (len(loaded.train), len(loaded.test)) == sizes
    found = [len(sequence) for sequence in everything]
    assert (min(found), max(found)) == lengths
    assert all(sequence.shape[1] == channels for sequence in everything)
    assert all(sequence.dtype == torch.float32 for sequence in everything)
    assert all(sequence.isfinite().all() for sequence in everything)
    assert loaded.train_labels.bincount().tolist() == train_counts
    assert loaded.test_labels.bincount().tolist() == test_counts
    assert len(loaded.class_names) == len(train_counts)
    assert len(loaded.channel_names) == channels


def test_first_values_are_those_printed_in_the_archive():
    first = data.japanese_vowels().train[0]
    assert first.shape == (20, 12)
    torch.testing.assert_close(first[:2, 0], torch.tensor([1.860936, 1.891651]))
    torch.testing.assert_close(first[:2, 1], torch.tensor([-0.207383, -0.193249]))


def test_a_sequence_owns_its_memory():
    """Changing one sequence in place must not reach its neighbour."""
    train = data.basic_motions().train
    assert train[0].untyped_storage().nbytes() == train[0].numel() * 4


def test_gun_point_is_scaled_sequence_by_sequence():
    for sequence in data.gun_point().train:
        assert abs(sequence.mean()) < 1e-4
        assert abs(sequence.std() - 1) < 0.01


def test_nearest_neighbour_solves_gun_point_as_published():
    train, train_labels, test, test_labels, *_ = data.gun_point()
    distances = torch.cdist(torch.stack(test)[..., 0], torch.stack(train)[..., 0])
    accuracy = (train_labels[distances.argmin(dim=1)] == test_labels).double().mean()
    assert round(accuracy.item(), 3) == 0.913


@pytest.mark.parametrize(
    ("load", "lowest", "highest"),
    [
        (data.japanese_vowels, 0.96, 0.99),
        (data.basic_motions, 0.92, 0.98),
        (data.gun_point, 0.40, 0.60),
    ],
)
def test_how_far_mean_and_spread_without_order_get(load, lowest, highest):
    """Order hardly matters on two sets, and is everything on GunPoint."""
    loaded = load()
    train, test = map(mean_and_spread, (loaded.train, loaded.test))
    centre, scale = train.mean(dim=0), train.std(dim=0)
    train, test = (
        torch.cat([(part - centre) / scale, torch.ones(len(part), 1)], dim=1)
        for part in (train, test)
    )
    targets = torch.nn.functional.one_hot(loaded.train_labels).double() * 2 - 1
    ridge = train.T @ train + torch.eye(train.shape[1])
    weights = torch.linalg.solve(ridge, train.T @ targets)
    accuracy = ((test @ weights).argmax(dim=1) == loaded.test_labels).double().mean()
    assert lowest <= accuracy <= highest


def mean_and_spread(sequences):
    rows = [
        torch.cat([s.double().mean(dim=0), s.double().std(dim=0)]) for s in sequences
    ]
    return torch.stack(rows)


# --- series --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("load", "length", "first", "last", "lowest", "highest"),
    [
        (data.sunspots_yearly, 309, 1700, 2008, 0, 190.2),
        (data.sunspots_monthly, 3120, 1749 + 0.5 / 12, 2008 + 11.5 / 12, 0, 253.8),
        (data.nile, 100, 1871, 1970, 456, 1370),
        (data.co2, 2284, 1958 + 87 / 365, 2001 + 362 / 365, 313, 373.9),
        (data.lynx, 114, 1821, 1934, 39, 6991),
        (data.air_passengers, 144, 1949 + 0.5 / 12, 1960 + 11.5 / 12, 104, 622),
    ],
)
def test_series_have_known_lengths_times_and_ranges(
    load, length, first, last, lowest, highest
):
    time, values, unit = load()
    measured = values[~values.isnan()]
    assert len(time) == len(values) == length
    assert time.dtype == torch.float64
    assert values.dtype == torch.float32
    torch.testing.assert_close(time[[0, -1]], torch.tensor([first, last]).double())
    assert measured.min() == pytest.approx(lowest)
    assert measured.max() == pytest.approx(highest)
    assert time.diff().min() > 0.9 * time.diff().max()
    assert unit


def test_only_co2_has_weeks_without_a_measurement():
    loaded = {name: load() for name, load in data.loaders().items()}
    missing = {
        name: one.values.isnan().sum().item()
        for name, one in loaded.items()
        if isinstance(one, data.Series)
    }
    assert missing.pop("co2") == 59
    assert set(missing.values()) == {0}


def test_monthly_sunspots_average_to_the_yearly_ones():
    yearly = data.sunspots_yearly().values[49:]
    monthly = data.sunspots_monthly().values.view(-1, 12).mean(dim=1)
    assert len(yearly) == len(monthly) == 260
    assert (yearly - monthly).abs().median() < 0.1
    assert (yearly - monthly).abs().max() < 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (lambda: data.sunspots_yearly().values[49:225], (1.33595, -0.64985)),
        (lambda: data.lynx().values.log10(), (1.384, -0.748)),
    ],
)
def test_second_order_autoregressions_come_out_as_measured(values, expected):
    """Yule's sunspots (1749 to 1924) and Moran's lynx, by least squares."""
    x = values().double()
    past = torch.stack([x[1:-1], x[:-2], torch.ones(len(x) - 2)], dim=1)
    solution = torch.linalg.lstsq(past, x[2:, None]).solution[:2, 0]
    assert solution.tolist() == pytest.approx(expected, abs=0.0006)


# --- text ----------------------------------------------------------------------------


def test_alice_is_148481_clean_characters():
    text = data.alice()
    assert len(text) == 148_481
    assert text.isascii()
    assert not set(text) & set("\r`\x1a")
    assert text.endswith("THE END\n\n")
    assert "`and what" not in text and "'and what is the use of a book,'" in text


def test_to_alphabet_leaves_letters_and_single_spaces():
    assert data.to_alphabet("  Don't -- `STOP'\n42 é it. ") == "don t stop it"
    text = data.to_alphabet(data.alice())
    assert len(text) == 134_997
    assert set(text) == set(data.ALPHABET)
    assert "  " not in text


@pytest.mark.parametrize(
    ("order", "bits"), [(0, 4.06), (1, 3.21), (2, 2.52), (3, 2.09), (4, 2.11)]
)
def test_held_out_bits_of_counting_letters_are_those_of_the_course(order, bits):
    """Last 10 % held out, 0.1 added to every count, on the reduced text."""
    text = data.to_alphabet(data.alice())
    cut = int(0.9 * len(text))
    train, held_out = text[:cut], text[cut:]
    starts = range(len(train) - order)
    pairs = Counter(train[t : t + order + 1] for t in starts)
    contexts = Counter(train[t : t + order] for t in starts)
    total = 0.0
    for t in range(len(held_out) - order):
        seen = pairs[held_out[t : t + order + 1]] + 0.1
        total -= math.log2(seen / (contexts[held_out[t : t + order]] + 2.7))
    assert total / (len(held_out) - order) == pytest.approx(bits, abs=0.006)


def test_family_names_are_balanced_and_say_which_are_shared():
    names, labels, languages, is_shared = data.family_names()
    assert len(names) == len(labels) == len(is_shared) == 5700
    assert labels.bincount().tolist() == [380] * len(languages) == [380] * 15
    assert languages == sorted(languages)
    assert is_shared.sum() == 222
    rows = list(zip(names, labels.tolist(), strict=True))
    assert len(set(rows)) == len(rows)
    shared = {name for name, shared in zip(names, is_shared, strict=True) if shared}
    assert shared == {name for name, times in Counter(names).items() if times > 1}
    assert all(" " not in name and name == name.strip() for name in names)
    assert max(map(ord, "".join(names))) < 0x250, "Latin letters only"


# --- music ---------------------------------------------------------------------------


def test_chorales_are_365_pieces_in_four_ordered_voices():
    pieces, names, tonics, modes, groups = data.chorales()
    assert len(pieces) == len(set(names)) == len(tonics) == len(modes) == 365
    assert sum(map(len, pieces)) == 79_600
    everything = torch.cat(pieces)
    assert everything.shape[1] == 4 and everything.dtype == torch.int64
    sounding = everything[everything >= 0]
    assert (sounding.min(), sounding.max()) == (36, 81)
    assert set(everything[everything < 0].tolist()) == {-1}
    assert (everything < 0).double().mean() < 0.02
    average = [voice[voice >= 0].double().mean() for voice in everything.T]
    assert average == sorted(average, reverse=True), "soprano, alto, tenor, bass"
    assert set(modes) == {"major", "minor"}


def test_a_chorale_begins_as_in_the_score():
    """BWV 66.6 in F sharp minor: C sharp and B, eighth notes, then A."""
    music = data.chorales()
    piece = music.names.index("bwv66.6")
    assert music.pieces[piece][:8, 0].tolist() == [73, 73, 71, 71, 69, 69, 69, 69]
    assert music.pieces[piece][0].tolist() == [73, 64, 57, 57]
    assert (music.tonics[piece], music.modes[piece]) == (6, "minor")


def test_groups_join_settings_of_one_melody():
    """O Haupt voll Blut und Wunden is sung five times in the St Matthew Passion."""
    music = data.chorales()
    group = dict(zip(music.names, music.groups.tolist(), strict=True))
    passion = [f"bwv244.{number}" for number in (15, 17, 44, 54, 62)]
    assert len({group[name] for name in passion}) == 1
    assert group["bwv66.6"] != group["bwv269"]
    sizes = music.groups.bincount()
    assert len(sizes) == 213
    assert ((sizes > 1).sum(), sizes[sizes > 1].sum()) == (58, 210)


def test_transposing_moves_home_to_c_and_leaves_rests_alone():
    music = data.chorales()
    moved = data.transpose_to_c(music)
    assert moved.tonics.unique().tolist() == [0]
    for before, after, tonic in zip(
        music.pieces, moved.pieces, music.tonics, strict=True
    ):
        assert torch.equal(before < 0, after < 0)
        steps = (after - before)[before >= 0].unique()
        assert len(steps) == 1 and abs(steps) <= 6
        assert (tonic + steps) % 12 == 0
    final = [piece[:, 3][piece[:, 3] >= 0][-1] % 12 for piece in moved.pieces]
    assert sum(note == 0 for note in final) > 0.85 * len(final)


# --- files ---------------------------------------------------------------------------


def test_every_file_is_in_the_manifest_with_its_hash_and_is_small():
    manifest = known_files()
    files = {path.name for path in data.DATA_FOLDER.iterdir()} - NOT_DATA
    assert files == set(manifest)
    for name, entry in manifest.items():
        content = (data.DATA_FOLDER / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert len(content) == entry["bytes"]
        assert all(entry.values()), f"{name} has an empty entry"
    assert sum(entry["bytes"] for entry in manifest.values()) < 2_000_000


def test_no_file_holds_a_pickle_or_depends_on_a_compressor():
    for path in data.DATA_FOLDER.iterdir():
        contents = [path.read_bytes()]
        if path.suffix == ".npz":
            with zipfile.ZipFile(path) as archive:
                entries = archive.infolist()
                contents = [archive.read(entry) for entry in entries]
            assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
        for content in contents:
            assert b"'|O'" not in content[:128], f"{path.name} holds Python objects"
            with pytest.raises(ValueError):
                list(pickletools.genops(io.BytesIO(content)))


def test_every_set_has_a_loader_of_its_name():
    assert set(data.loaders()) == {entry["set"] for entry in known_files().values()}


@pytest.mark.parametrize("name", data.loaders())
def test_help_on_a_loader_tells_what_the_manifest_knows(name):
    """Nothing of it is typed a second time in the loader's own docstring."""
    known = next(entry for entry in known_files().values() if entry["set"] == name)
    text = " ".join(pydoc.plaintext.document(data.loaders()[name]).split())
    (loader,) = ast.parse(inspect.getsource(data.loaders()[name])).body
    for section, key in {
        "Returns:": "contents",
        "Licence:": "licence",
        "Source:": "citation",
        "Processing:": "processing",
    }.items():
        assert f"{section} {known[key]}" in text
        assert section not in ast.get_docstring(loader)
    assert f"In the package {known['source']} {known['version']}." in text


@pytest.mark.parametrize("manifest", [None, "", "<<<<<<< HEAD"])
def test_a_broken_manifest_is_reported_by_what_loads_and_not_by_the_import(
    manifest, tmp_path
):
    (tmp_path / "helpers").mkdir()
    (tmp_path / "data").mkdir()
    if manifest is not None:
        path = tmp_path / "data" / "manifest.json"
        path.write_text(manifest, encoding="utf-8")
    copy = shutil.copy(data.__file__, tmp_path / "helpers")
    spec = importlib.util.spec_from_file_location("copy_of_data", copy)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.nile.__doc__.startswith("Load how much water")
    with pytest.raises((FileNotFoundError, ValueError)):
        module.nile()


@pytest.mark.parametrize("name", data.loaders())
def test_a_damaged_file_is_named_with_what_to_do(name, copied_data):
    manifest = known_files(copied_data)
    for file in [f for f, entry in manifest.items() if entry["set"] == name]:
        path = copied_data / file
        content = path.read_bytes()
        middle = len(content) // 2
        flipped = bytes([content[middle] ^ 1])
        path.write_bytes(content[:middle] + flipped + content[middle + 1 :])
        with pytest.raises(ValueError, match=f"data/{file} is damaged") as caught:
            getattr(data, name)()
        assert "git checkout -- data" in str(caught.value)
        assert "make data" in str(caught.value)
        path.write_bytes(content)


@pytest.mark.parametrize("file", ["film.npz", "manifest.json"])
def test_a_missing_file_is_named_with_what_to_do(file, copied_data):
    (copied_data / file).unlink()
    with pytest.raises(FileNotFoundError, match=f"data/{file} is missing") as caught:
        data.film()
    assert "git checkout -- data" in str(caught.value)
    assert "make data" in str(caught.value)


def test_data_is_found_from_any_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(data.nile().values) == 100


# --- how the files are made ----------------------------------------------------------


def contents(folder):
    """Return the bytes of every file in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_readme_and_manifest_say_what_the_table_says(copied_data):
    before = contents(copied_data)
    assert build.main(["--facts"]) == 0
    assert contents(copied_data) == before, "run `python -m tools.data --facts`"
    assert list(data.loaders()) == list(DATA_SETS)


def test_a_set_comes_and_goes_with_its_row_of_the_table(copied_data, monkeypatch):
    before = contents(copied_data)
    row = DATA_SETS["nile"]._replace(title="A toy", contents="Series: 1 year.")
    monkeypatch.setitem(DATA_SETS, "toy", row)
    written.write({"toy.csv": ("toy", b"time,value\n1871,1\n")})
    assert data.read_series("toy.csv", "m³").values.tolist() == [1]
    assert known_files(copied_data)["toy.csv"]["contents"] == "Series: 1 year."
    assert "## `toy()`: A toy" in contents(copied_data)["README.md"].decode()

    monkeypatch.delitem(DATA_SETS, "toy")
    written.write({})
    assert contents(copied_data) == before


def test_a_set_that_cannot_be_built_is_one_line_and_no_success(monkeypatch, capsys):
    def fail(data_set, folder):
        raise BuildError("there is no network")

    monkeypatch.setattr(build, "open_package", fail)
    assert build.main(["nile"]) == 1
    assert "nile: cannot be rebuilt: there is no network" in capsys.readouterr().out


def test_packed_arrays_carry_no_trace_of_time_or_machine():
    packed = pack_arrays(values=[1, 2, 3])
    assert packed == pack_arrays(values=[1, 2, 3])
    [entry] = zipfile.ZipFile(io.BytesIO(packed)).infolist()
    assert entry.date_time == (1980, 1, 1, 0, 0, 0)
    assert entry.create_system == 3


def test_comparing_names_differences_and_restores_what_was_lost(copied_data, capsys):
    good = (copied_data / "nile.csv").read_bytes()
    files = {"nile.csv": ("nile", good), "lynx.csv": ("lynx", b"time,value\n")}
    (copied_data / "nile.csv").write_bytes(b"")

    [difference] = written.compare(files)

    assert difference.startswith("lynx.csv: manifest ")
    assert (copied_data / "nile.csv").read_bytes() == good
    assert "nile.csv: was missing or damaged, restored" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("აბაშიძე", "Abashidze"),
        ("Παπαδόπουλος", "Papadopoulos"),
        ("Σταυρίδης", "Stavridis"),
        ("Юрченко", "Yurchenko"),
        ("Лук'яненко", "Lukianenko"),
        ("Згурський", "Zghurskyi"),
        ("Bartošová", "Bartošová"),
    ],
)
def test_names_are_romanised_by_the_national_systems(name, latin):
    assert romanise(name) == latin


def test_a_text_survives_encoding():
    text = data.to_alphabet(data.alice())
    train, held_out = data.alice_characters()
    assert data.decode(torch.cat([train, held_out])) == text
    assert len(held_out) == round(len(text) / 10)


def test_a_symbol_outside_the_alphabet_is_named():
    with pytest.raises(ValueError, match="a to z and spaces, got '!W'"):
        data.encode("Well!")


def test_words_that_sound_alike_are_all_in_alice():
    twins, words = data.homophones(), set(data.to_alphabet(data.alice()).split())
    assert set(twins) <= words
    assert all(len(group) >= 2 for group in twins.values())
    assert all(twins[other] == twins[word] for word in twins for other in twins[word])
