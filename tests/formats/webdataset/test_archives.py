"""A dataset in a zip or tar file is checked in place, as if it were unpacked."""

from __future__ import annotations

import io
import shutil
import tarfile
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.repair.commands.cli import main as fixers
from tests.checking import check
from tests.formats.reading import images, notes, read_tree
from tests.formats.webdataset.packing import Files, files_below, jpeg, tar, zipped
from tests.trees import BOX, sound_tree

Pack = Callable[[Path, Files], Path]
PACKS = [pytest.param(zipped, ".zip", id="zip"), pytest.param(tar, ".tar", id="tar")]


def faulty_tree(folder: Path) -> Path:
    """A YOLO tree with a leak, a broken label, a broken image and a missing label."""
    data = sound_tree(folder).config("train: train/images\nval: valid/images\nnames: [hold]\n")
    data.copy("train/images/train.jpg", "valid/images/copy.jpg").label("valid", "copy", BOX)
    data.image("train", "bad").label("train", "bad", "0 0.5 0.5 0.2")
    data.file("train/images/broken.jpg", jpeg(5)[:400]).label("train", "broken", BOX)
    return data.image("train", "alone").root


@pytest.mark.parametrize(("pack", "suffix"), PACKS)
def test_the_findings_are_those_of_the_unpacked_dataset(tmp_path: Path, pack: Pack, suffix: str) -> None:
    data = faulty_tree(tmp_path)
    packed = check(pack(tmp_path / f"packed{suffix}", files_below(data)))
    plain = check(data)
    lines = [sorted(finding.to_json() for finding in run.findings) for run in (packed, plain)]
    assert lines[0] == lines[1]
    rules = {finding.rule for finding in plain.findings}
    assert {"split_leakage", "malformed_label", "unreadable_image", "missing_label"} <= rules


@pytest.mark.parametrize("suffix", [".zip", ".tar"])
def test_folders_without_a_file_are_seen(tmp_path: Path, suffix: str) -> None:
    data = sound_tree(tmp_path)
    for split in ("valid", "test"):
        (data.root / split / f"images/{split}.jpg").unlink()
        (data.root / split / f"labels/{split}.txt").unlink()
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), suffix[1:], data.root))
    runs = [check(folder, "empty_split", "broken_config") for folder in (packed, data.root)]
    lines = [sorted(finding.to_json() for finding in run.findings) for run in runs]
    assert lines[0] == lines[1]
    assert runs[0].paths == ["valid/images", "test/images"]


@pytest.mark.parametrize(("pack", "suffix"), PACKS)
def test_an_unchanged_archive_is_not_read_again(tmp_path: Path, pack: Pack, suffix: str) -> None:
    archive = pack(tmp_path / f"packed{suffix}", files_below(sound_tree(tmp_path).root))
    time.sleep(2.1)  # what was just written may be written again: it is not trusted
    assert "3 files read" in check(archive).text
    assert "0 files read" in check(archive).text


@pytest.mark.parametrize(("pack", "suffix"), PACKS)
def test_nothing_is_written_beside_or_into_it(tmp_path: Path, pack: Pack, suffix: str) -> None:
    archive = pack(tmp_path / "own" / f"packed{suffix}", files_below(faulty_tree(tmp_path)))
    before = archive.read_bytes()
    check(archive, arguments=(f"--cache={tmp_path / 'elsewhere'}", f"--findings={tmp_path / 'f.jsonl'}"))
    assert archive.read_bytes() == before
    assert [path.name for path in archive.parent.iterdir()] == [archive.name]


def test_fixers_say_that_it_has_to_be_unpacked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = zipped(tmp_path / "packed.zip", files_below(faulty_tree(tmp_path)))
    assert fixers(["plan", f"--data={archive}"]) == 4
    assert "unpack it" in capsys.readouterr().err


class TestHostileArchives:
    def sound(self, tmp_path: Path) -> list[tuple[str, bytes]]:
        return files_below(sound_tree(tmp_path).root)

    def test_names_that_lead_out(self, tmp_path: Path) -> None:
        (tmp_path / "secret.jpg").write_bytes(jpeg(1))
        names = [
            "../secret.jpg",
            "/etc/passwd.jpg",
            "train/images/../../../secret.jpg",
            "train/images/./a.jpg",
        ]
        archive = zipped(tmp_path / "a.zip", [*self.sound(tmp_path), *((name, jpeg(2)) for name in names)])
        found = images(read_tree(archive))
        assert set(found) == {f"{s}/images/{s}.jpg" for s in ("train", "valid", "test")} | {
            "train/images/a.jpg"
        }

    def test_two_members_of_one_name_are_not_read(self, tmp_path: Path) -> None:
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive = zipped(tmp_path / "a.zip", [*self.sound(tmp_path), ("train/images/train.jpg", jpeg(3))])
        run = check(archive)
        assert run.code == 1
        assert "two members of this name" in run.text

    def test_links_in_a_tar_file(self, tmp_path: Path) -> None:
        archive = tar(tmp_path / "a.tar", self.sound(tmp_path))
        with tarfile.open(archive, "a") as opened:
            for name, kind in (
                ("train/images/l.jpg", tarfile.SYMTYPE),
                ("train/images/h.jpg", tarfile.LNKTYPE),
            ):
                member = tarfile.TarInfo(name)
                member.type, member.linkname = kind, "/etc/passwd"
                opened.addfile(member)
        dataset = read_tree(archive)
        assert "train/images/l.jpg" not in images(dataset)
        assert sum("a link, not followed" in note for note in dataset.problems["message"]) == 2

    def test_a_member_that_unpacks_to_more_than_it_says(self, tmp_path: Path) -> None:
        archive = zipped(
            tmp_path / "a.zip", [*self.sound(tmp_path), ("train/images/bomb.jpg", bytes(1 << 22))]
        )
        data = bytearray(archive.read_bytes())
        size = (1 << 22).to_bytes(4, "little")
        while (at := data.find(size)) >= 0:
            data[at : at + 4] = (100).to_bytes(4, "little")
        archive.write_bytes(data)
        run = check(archive, "unreadable_image")
        assert [finding.path for finding in run.findings] == ["train/images/bomb.jpg"]

    def test_a_member_over_the_limit_is_not_unpacked(self, tmp_path: Path) -> None:
        archive = tmp_path / "a.zip"
        zipped(archive, self.sound(tmp_path))
        with (
            zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as opened,
            opened.open("train/images/big.jpg", "w") as big,
        ):
            for _ in range(300):
                big.write(bytes(1 << 20))
        run = check(archive, "unreadable_image")
        assert ["over the limit" in finding.message for finding in run.findings] == [True]

    def test_an_encrypted_member(self, tmp_path: Path) -> None:
        archive = zipped(tmp_path / "a.zip", self.sound(tmp_path), packed=False)
        data = bytearray(archive.read_bytes())
        for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = data.index(mark)
            data[at + flags] |= 1
        archive.write_bytes(data)
        run = check(archive)
        assert run.code == 1
        assert "encrypted" in run.text

    @pytest.mark.parametrize("suffix", [".zip", ".tar"])
    def test_what_is_no_archive(self, tmp_path: Path, suffix: str) -> None:
        archive = tmp_path / f"a{suffix}"
        archive.write_bytes(b"no archive at all" * 100)
        with pytest.raises(UsageError, match=r"no dataset recognised.*an archive that cannot be read"):
            read_tree(archive)

    @pytest.mark.parametrize("name", ["a.tar.gz", "a.tgz", "a.7z"])
    def test_packed_archives_are_to_be_unpacked(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(b"x")
        with pytest.raises(UsageError, match="unpack it first"):
            read_tree(tmp_path / name)

    @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.data())
    def test_no_bytes_make_it_raise(self, tmp_path: Path, data: st.DataObject) -> None:
        pack, suffix = data.draw(st.sampled_from([(zipped, ".zip"), (tar, ".tar")]))
        target = tmp_path / f"fuzzed{suffix}"
        whole = bytearray(
            pack(target, [("train/images/a.jpg", b"\xff\xd8"), ("train/labels/a.txt", b"0 1")]).read_bytes()
        )
        for _ in range(data.draw(st.integers(1, 8))):
            whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
        target.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
        with suppress(UsageError):
            notes(read_tree(target))


def test_a_tar_file_with_long_and_raw_names(tmp_path: Path) -> None:
    long = "train/images/" + "x" * 150 + ".jpg"
    output = io.BytesIO()
    with tarfile.open(
        fileobj=output, mode="w", format=tarfile.GNU_FORMAT, errors="surrogateescape"
    ) as archive:
        for name in (long, "train/images/\udce4.jpg"):
            member = tarfile.TarInfo(name)
            member.size = len(jpeg(4))
            archive.addfile(member, io.BytesIO(jpeg(4)))
        member = tarfile.TarInfo("train/labels/a.txt")
        archive.addfile(member, io.BytesIO(b""))
    (tmp_path / "a.tar").write_bytes(output.getvalue())
    run = check(tmp_path / "a.tar", "exact_duplicate")
    assert [finding.related for finding in run.findings] == [("train/images/\U0010fee4.jpg",)]
