"""Of a file that names images only the named entries change: all else stays byte for byte."""

from __future__ import annotations

import json
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.repair.references.coco import said
from holdfast.repair.references.kinds import Kind, rewritten, texts_of
from holdfast.repair.runs.places import Refused

NAME = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="/\\"), min_size=1
)
NAMES = st.lists(NAME.map(lambda name: name + ".png"), min_size=1, max_size=8, unique=True)
BLANK = st.text(" \t", max_size=3)
END = st.sampled_from(["\n", "\r\n"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
SPACE = st.text(" \n\t\r", max_size=3)


@settings(max_examples=60, deadline=None)
@given(names=NAMES, data=st.data())
def test_lists(names: list[str], data: st.DataObject) -> None:
    end, chosen = data.draw(END), data.draw(st.sampled_from(names))
    mark = data.draw(st.sampled_from(["", "\ufeff"]))
    lines = [data.draw(BLANK) + "a/" + name + data.draw(BLANK) + end for name in names]
    lines.insert(data.draw(st.integers(0, len(lines))), data.draw(st.sampled_from([end, "other text" + end])))
    if data.draw(st.booleans()):
        lines[-1] = lines[-1].removesuffix(end)
    before = (mark + "".join(lines)).encode()
    old = f"a/{chosen}"
    kept = [line for line in lines if line.strip() != old]
    assert list(texts_of(Kind.LIST, before)) == [f"a/{name}" for name in names]
    assert rewritten("l.txt", before, {old: None}, ()) == (mark + "".join(kept)).encode()
    renamed = [line.replace(old, "b/new.jpg") if line.strip() == old else line for line in lines]
    assert rewritten("l.txt", before, {old: "b/new.jpg"}, ()) == (mark + "".join(renamed)).encode()


@settings(max_examples=60, deadline=None)
@given(names=NAMES, data=st.data())
def test_image_sets(names: list[str], data: st.DataObject) -> None:
    end, chosen = data.draw(END), data.draw(st.sampled_from(names))
    flags = st.sampled_from(["", "  1", " -1", "  0", " "])
    lines = [name + data.draw(flags) + end for name in names]
    if data.draw(st.booleans()):
        lines[-1] = lines[-1].removesuffix(end)
    before, at = "".join(lines).encode(), names.index(chosen)
    assert list(texts_of(Kind.IMAGE_SET, before)) == names
    path = "ImageSets/Main/train.txt"
    left = "".join(lines[:at] + lines[at + 1 :]).encode()
    assert rewritten(path, before, {chosen: None}, ()) == left
    lines[at] = "new" + lines[at][len(chosen) :]
    assert rewritten(path, before, {chosen: "new"}, ()) == "".join(lines).encode()


def test_lines_are_added_as_the_others_end() -> None:
    for path in ("val.txt", "ImageSets/Main/val.txt"):
        assert rewritten(path, b"a.png\r\nb.png", {}, ["c.png"]) == b"a.png\r\nb.png\r\nc.png\r\n"
        assert rewritten(path, b"", {}, ["c.png"]) == b"c.png\n"


def coco(names: list[str], data: st.DataObject) -> str:
    """A COCO file written in an odd way: any blanks, keys and order, two annotations an image."""
    images = [{"file_name": name, "id": number} | data.draw(extra()) for number, name in enumerate(names)]
    annotations = [{"image_id": n, "id": k} | data.draw(extra()) for n in range(len(names)) for k in range(2)]
    top = {"images": images, "annotations": annotations} | data.draw(extra())
    return written(dict(data.draw(st.permutations(list(top.items())))), data)


def extra() -> st.SearchStrategy[dict[str, object]]:
    keys = st.text().filter(lambda key: key not in {"images", "annotations", "id", "image_id", "file_name"})
    return st.dictionaries(keys, JSON, max_size=2)


def written(value: object, data: st.DataObject) -> str:
    def blank() -> str:
        return data.draw(SPACE)

    if isinstance(value, dict):
        members = (
            f"{blank()}{json.dumps(key)}{blank()}:{blank()}{written(inner, data)}{blank()}"
            for key, inner in value.items()
        )
        return "{" + ",".join(members) + ("" if value else blank()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(blank() + written(inner, data) + blank() for inner in value) + "]"
    return json.dumps(value, ensure_ascii=data.draw(st.booleans()))


@settings(max_examples=60, deadline=None)
@given(names=NAMES, data=st.data())
def test_coco_rename_changes_one_string(names: list[str], data: st.DataObject) -> None:
    text, at = coco(names, data), data.draw(st.integers(0, len(names) - 1))
    assert list(texts_of(Kind.COCO, text.encode())) == names
    after = rewritten("c.json", text.encode(), {names[at]: "b/é.jpg"}, ()).decode()
    expected = json.loads(text)
    expected["images"][at]["file_name"] = "b/é.jpg"
    assert list(json.loads(after)) == list(expected)
    assert json.loads(after) == expected
    changed = next(
        (after.replace(new, old, 1) for new in ('"b/é.jpg"', '"b/\\u00e9.jpg"') for old in spelled(names[at])
         if after.replace(new, old, 1) == text), None
    )  # fmt: skip
    assert changed == text


def spelled(name: str) -> tuple[str, str]:
    return json.dumps(name), json.dumps(name, ensure_ascii=False)


@settings(max_examples=60, deadline=None)
@given(names=NAMES, data=st.data())
def test_coco_drop_takes_the_image_and_its_annotations(names: list[str], data: st.DataObject) -> None:
    text = coco(names, data)
    gone = data.draw(st.sets(st.sampled_from(names), min_size=1))
    after = rewritten("c.json", text.encode(), dict.fromkeys(gone), ()).decode()
    expected = json.loads(text)
    ids = {image["id"] for image in expected["images"] if image["file_name"] in gone}
    expected["images"] = [image for image in expected["images"] if image["id"] not in ids]
    expected["annotations"] = [a for a in expected["annotations"] if a["image_id"] not in ids]
    assert json.loads(after) == expected
    assert is_cut_from(after, text)


def is_cut_from(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


def test_coco_stays_laid_out() -> None:
    text = '{\n "info": {"n": 1.50, "n2": 1E3},\n "images": [\n  {"id": 1, "file_name": "a.png"},\n'
    text += '  {"id": 2,  "file_name" : "b.png"}\n ],\n'
    text += ' "annotations": [\n  {"image_id": 2},\n  {"image_id": 1}\n ]\n}'
    assert rewritten("c.json", text.encode(), {"a.png": None}, ()).decode() == (
        '{\n "info": {"n": 1.50, "n2": 1E3},\n "images": [\n  {"id": 2,  "file_name" : "b.png"}\n ],\n'
        ' "annotations": [\n  {"image_id": 2}\n ]\n}'
    )
    assert rewritten("c.json", text.encode(), {"b.png": "c.png"}, ()).decode() == text.replace(
        "b.png", "c.png"
    )


@settings(max_examples=60, deadline=None)
@given(names=st.tuples(NAME, NAME, NAME), data=st.data())
def test_voc(names: tuple[str, str, str], data: st.DataObject) -> None:
    old, other, new = (name + end for name, end in zip(names, (".png", ".txt", ".jpg"), strict=True))
    blank = data.draw(SPACE.map(lambda text: text.replace("\r", "")))
    mark = data.draw(
        st.sampled_from(["", "\ufeff", '<?xml version="1.0" encoding="utf-8"?>\n', "<!-- <filename> -->"])
    )
    start = (
        f"{mark}<annotation a='&lt;'>{blank}<folder>{escape(old)}</folder><filename>{blank}",
        f"{blank}</filename><path>/d/{escape(old)}</path><source><filename>{escape(old)}</filename></source>"
        f"<object><name>{escape(other)}</name></object></annotation>{blank}",
    )
    before = escape(old).join(start).encode()
    assert list(texts_of(Kind.VOC, before)) == [old, f"/d/{old}"]
    after = rewritten("v.xml", before, {old: new}, ())
    assert (ElementTree.fromstring(after).findtext("filename") or "").strip() == new
    spellings = {escape(new), escape(new).encode("ascii", "xmlcharrefreplace").decode()}
    assert after.decode() in {spelling.join(start) for spelling in spellings}


def test_coco_ids_may_be_written_as_1_0() -> None:
    text = b'{"images": [{"id": 1.0, "file_name": "a.png"}], "annotations": [{"image_id": 1}]}'
    assert rewritten("c.json", text, {"a.png": None}, ()) == b'{"images": [], "annotations": []}'


def test_coco_categories_are_compared_by_name() -> None:
    text = (
        '{"images": [{"id": 1, "file_name": "a"}], "annotations": [{"image_id": 1, "category_id": %d}], %s}'
    )
    first, same, other = (
        said((text % (number, f'"categories": [{{"id": {number}, "name": "{name}"}}]')).encode())
        for number, name in ((1, "hold"), (2, "hold"), (1, "wall"))
    )
    assert first == same != other


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_voc_in_utf_16_is_not_changed(encoding: str) -> None:
    text = "<annotation><filename>a.png</filename></annotation>".encode(encoding)
    with pytest.raises(Refused, match="UTF-16"):
        rewritten("v.xml", text, {"a.png": "b.png"}, ())


def test_a_byte_order_mark_is_no_part_of_an_image_set() -> None:
    before = "\ufeffa\nb\n".encode()
    assert list(texts_of(Kind.IMAGE_SET, before)) == ["a", "b"]
    assert rewritten("ImageSets/s.txt", before, {"a": None}, ()) == "\ufeffb\n".encode()


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("l.txt", b"a.png\n"),
        ("ImageSets/l.txt", b"a\n"),
        ("c.json", b'{"images": [{"file_name": "a.png"}]}'),
        ("v.xml", b"<annotation><filename>a.png</filename></annotation>"),
    ],
)
def test_what_is_not_named_is_refused(path: str, data: bytes) -> None:
    with pytest.raises(Refused, match="does not name b"):
        rewritten(path, data, {"b.png": "c.png"}, ())
