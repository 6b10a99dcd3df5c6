"""The parts of the page, from runs made by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from holdfast.dataset import ANNOTATIONS, FACTS, IMAGES, Dataset, Split, filled, schema
from holdfast.finding import Finding, Severity
from holdfast.report import gallery
from holdfast.report.cards import Verdict, verdict_card, verdict_of
from holdfast.report.gallery import album, galleries, pictures_of
from holdfast.report.markup import Html, join, tag, text
from holdfast.report.matrix import leakage_cell, leakage_section, rule_cell, rules_section
from holdfast.report.page import details, draw_page, seal
from holdfast.report.run import Result, Run, State

SPLITS = (Split("", "train"), Split("", "val"), Split("", "test"))
EXPECTED = (
    ("exact_duplicate", "train"),
    ("exact_duplicate", "val"),
    ("exact_duplicate", "test"),
    ("split_leakage", "train-val"),
    ("split_leakage", "train-test"),
    ("split_leakage", "val-test"),
)
HOSTILE = "<img src=x onerror=\"document.title='PWNED'\">\n\u202e&.jpg"


def dataset(counts: Mapping[str, int], splits: tuple[Split, ...] = SPLITS) -> Dataset:
    paths = [
        (split, f"{split}/{number:03}.jpg") for split, count in counts.items() for number in range(count)
    ]
    columns = {
        "path": [path for _, path in paths],
        "unit": [split for split, _ in paths],
        "collection": ["" for _ in paths],
        "split": [split for split, _ in paths],
        "label": [path.replace(".jpg", ".txt") for _, path in paths],
        "has_label": [True for _ in paths],
        "source": [path for _, path in paths],
        "listed": [False for _ in paths],
        "sha256": [f"{number:064x}" for number in range(len(paths))],
        "width": [40 for _ in paths],
        "height": [30 for _ in paths],
    }
    facts = {column.name: column.type for column in FACTS if column.name in columns}
    measured = pl.DataFrame({name: columns.pop(name) for name in facts}, schema=facts)
    images = filled(IMAGES, columns, len(paths)).hstack(measured)
    return Dataset(Path("/data/walls"), "yolo", splits, images=images)


def run(*results: Result, data: Dataset | None = None, **changes: object) -> Run:
    given: dict[str, object] = {
        "dataset": data or dataset({"train": 6, "val": 4, "test": 2}),
        "results": results,
        "expected": EXPECTED,
        "exit_code": 0,
        "started": "2026-01-02T10:00:00+00:00",
        "finished": "2026-01-02T10:00:05+00:00",
    }
    return Run(**(given | changes))


def whole(*results: Result) -> tuple[Result, ...]:
    """These results, and `ok` for all else that a whole run has."""
    known = {(result.rule, result.unit) for result in results}
    return (*results, *(Result(*place, State.OK) for place in EXPECTED if place not in known))


def test_a_long_list_leaves_out_what_is_ok_and_nothing_else() -> None:
    rules = [f"rule_{number:02}" for number in range(22)]
    expected = tuple((rule, "train") for rule in rules)
    found = Finding("a.jpg", "small", severity=Severity.INFO, rule="rule_01", unit="train")
    ended = {"rule_01": (State.OK, (found,)), "rule_02": (State.ERROR, ()), "rule_03": (State.SKIPPED, ())}
    results = [Result(rule, "train", *ended.get(rule, (State.OK, ()))) for rule in rules if rule != "rule_04"]
    page = rules_section(run(*results, expected=expected))
    table, details = str(page).split("<details>")
    assert re.findall(r"rule_\d\d", words(table)) == rules[1:5]
    assert re.findall(r"rule_\d\d", words(details)) == [rules[0], *rules[5:]]
    assert "<details>" not in rules_section(run(*results[:4], expected=expected[:4]))


def pair(path: str, other: str, rule: str = "split_leakage", **changes: object) -> Finding:
    given: dict[str, object] = {
        "message": "same bytes",
        "severity": Severity.ERROR,
        "related": (other,),
        "distance": 0,
        "correlation": 1.0,
        "group": f"{path}+{other}",
        "kind": "identical bytes",
        "rule": rule,
    }
    return Finding(path, **(given | changes))


def leaks(unit: str, *findings: Finding) -> Result:
    return Result("split_leakage", unit, State.FAILED if findings else State.OK, findings)


def words(markup: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).strip()


def parsed(markup: str) -> set[str]:
    """Names of all elements and attributes, as a parser of HTML sees them."""
    names: set[str] = set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: names.update((tag, *(name for name, _ in attributes)))
    parser.feed(markup)
    return names


def no_previews(paths: Mapping[str, str]) -> Mapping[str, bytes]:
    return {}


class TestMarkup:
    def test_text_is_escaped_and_its_hidden_characters_are_shown(self) -> None:
        escaped = text(HOSTILE)
        assert escaped.startswith("&lt;img src=x onerror=&quot;document.title=&#x27;PWNED&#x27;&quot;&gt;")
        assert escaped.endswith("\\x0a\\u202e&amp;.jpg")

    def test_attributes_and_children_are_escaped_and_markup_is_kept(self) -> None:
        made = tag("p", tag("b", "<"), "<i>", title='"><script>')
        assert made == '<p title="&quot;&gt;&lt;script&gt;"><b>&lt;</b>&lt;i&gt;</p>'

    def test_even_markup_is_escaped_inside_an_attribute(self) -> None:
        assert tag("p", title=Html('"')) == '<p title="&quot;"></p>'

    def test_joined_parts_are_escaped(self) -> None:
        assert join(("<", tag("br"))) == "&lt;<br></br>"


class TestLeakage:
    def test_a_pair_that_was_not_compared_says_so(self) -> None:
        assert leakage_cell(run(), "split_leakage", "train", "val").lines == ("not run",)

    def test_a_skipped_check_did_not_run(self) -> None:
        skipped = Result("split_leakage", "train-val", State.SKIPPED)
        assert leakage_cell(run(skipped), "split_leakage", "train", "val").state == "not-run"

    def test_a_crashed_check_is_an_error_whatever_it_had_found(self) -> None:
        crashed = Result("split_leakage", "train-val", State.ERROR, (pair("train/000.jpg", "val/000.jpg"),))
        cell = leakage_cell(run(crashed), "split_leakage", "train", "val")
        assert (cell.state, cell.lines[0]) == ("error", "error")

    def test_no_pair_is_ok(self) -> None:
        assert leakage_cell(run(leaks("train-val")), "split_leakage", "train", "val").lines == ("ok",)

    def test_pairs_are_counted_with_the_share_of_the_evaluation_split(self) -> None:
        found = leaks("train-val", pair("train/000.jpg", "val/000.jpg"), pair("train/001.jpg", "val/000.jpg"))
        cell = leakage_cell(run(found), "split_leakage", "train", "val")
        assert cell.lines == ("2 pairs", "1 of 4 val images (25.0 %)")
        assert cell.state == "found error"

    def test_between_two_evaluation_splits_both_shares_are_given(self) -> None:
        found = leaks("val-test", pair("test/000.jpg", "val/000.jpg"))
        cell = leakage_cell(run(found), "split_leakage", "val", "test")
        assert cell.lines[1:] == ("1 of 4 val images (25.0 %)", "1 of 2 test images (50.0 %)")

    def test_waived_pairs_are_named_and_not_counted(self) -> None:
        found = leaks("train-val", pair("train/000.jpg", "val/000.jpg", waived=True))
        assert leakage_cell(run(found), "split_leakage", "train", "val").lines == ("ok", "1 waived")

    def test_an_info_is_no_leak(self) -> None:
        scene = pair("train/001.jpg", "val/001.jpg", severity=Severity.INFO)
        cell = leakage_cell(run(leaks("train-val", scene)), "split_leakage", "train", "val")
        assert (cell.state, cell.lines) == ("ok", ("ok", "1 info"))
        found = leaks("train-val", pair("train/000.jpg", "val/000.jpg"), scene)
        cell = leakage_cell(run(found), "split_leakage", "train", "val")
        assert cell.lines == ("1 pair", "1 of 4 val images (25.0 %)", "1 info")

    def test_a_missing_split_is_named(self) -> None:
        splits = (Split("", "train"), Split("", "val", missing=True))
        section = leakage_section(run(data=dataset({"train": 2}, splits), expected=()))
        assert "not run val is declared and missing" in words(section)

    def test_one_split_cannot_leak(self) -> None:
        section = leakage_section(run(data=dataset({"train": 2}, (Split("", "train"),)), expected=()))
        assert "One split" in section

    def test_the_page_holds_no_zero_where_nothing_ran(self) -> None:
        section = words(leakage_section(run(leaks("train-test", pair("test/000.jpg", "train/000.jpg")))))
        assert section.count("not run") == 2
        assert "1 pair" in section
        assert not re.search(r"\b0\b", section.replace("50.0", ""))


class TestRules:
    def test_cells_count_by_severity_worst_first(self) -> None:
        severities = (Severity.INFO, Severity.ERROR, Severity.ERROR)
        findings = tuple(Finding("a", "m", severity) for severity in severities)
        found = Result("exact_duplicate", "train", State.FAILED, findings)
        assert rule_cell(found).lines == ("2", "1 i")

    @pytest.mark.parametrize(("state", "shown"), [(State.OK, "ok"), (State.ERROR, "error")])
    def test_cells_come_from_the_outcome(self, state: State, shown: str) -> None:
        assert rule_cell(Result("r", "u", state)).lines == (shown,)

    def test_what_was_not_selected_did_not_run(self) -> None:
        assert rule_cell(None).lines == ("not run",)


class TestVerdict:
    def test_sound_when_all_ran_and_nothing_was_found(self) -> None:
        assert verdict_of(run(*whole())) is Verdict.SOUND

    def test_warnings_do_not_make_it_unsound(self) -> None:
        warned = Result("exact_duplicate", "train", State.OK, (Finding("a", "m", Severity.WARNING),))
        assert verdict_of(run(*whole(warned))) is Verdict.SOUND

    def test_errors_are_faults(self) -> None:
        found = leaks("train-val", pair("train/000.jpg", "val/000.jpg"))
        assert verdict_of(run(*whole(found), exit_code=1)) is Verdict.FAULTS_FOUND

    def test_what_did_not_run_comes_before_faults_and_is_listed(self) -> None:
        partial = run(leaks("train-val", pair("train/000.jpg", "val/000.jpg")), exit_code=1)
        assert verdict_of(partial) is Verdict.INCOMPLETE
        shown = words(verdict_card(partial))
        assert "5 of 6 checks did not run; those that ran found 1 error" in shown
        assert "split_leakage: train-test, val-test" in shown

    def test_a_reason_for_distrust_is_shown(self) -> None:
        broken = run(*whole(), exit_code=3, reasons=("1 of 6 selected checks did not finish",))
        assert verdict_of(broken) is Verdict.INCOMPLETE
        assert "1 of 6 selected checks did not finish" in verdict_card(broken)

    @pytest.mark.parametrize("code", [1, 2, 3, 5])
    def test_no_exit_code_but_zero_is_sound(self, code: int) -> None:
        assert verdict_of(run(*whole(), exit_code=code)) is Verdict.INCOMPLETE


class TestGallery:
    def test_pairs_across_splits_come_first_then_the_order_of_the_checks(self) -> None:
        inside = pair("train/000.jpg", "train/001.jpg", "exact_duplicate")
        results = (Result("exact_duplicate", "train", State.FAILED, (inside,)),)
        results += (leaks("train-val", pair("train/000.jpg", "val/000.jpg")),)
        assert [shown.rule for shown in galleries(run(*results))] == ["split_leakage", "exact_duplicate"]

    def test_errors_before_infos_and_close_before_far(self) -> None:
        found = leaks(
            "train-val",
            pair("train/000.jpg", "val/000.jpg", severity=Severity.INFO),
            pair("train/001.jpg", "val/001.jpg", kind="re-encoded", distance=7, correlation=0.96),
            pair("train/002.jpg", "val/002.jpg", kind="re-encoded", distance=2, correlation=0.97),
            pair("train/003.jpg", "val/003.jpg", kind="re-encoded", distance=2, correlation=0.99),
        )
        (shown,) = galleries(run(found))
        assert [group.paths[0][6:9] for group in shown.groups] == ["003", "002", "001", "000"]

    def test_a_group_across_units_is_drawn_once(self) -> None:
        results = (
            leaks("train-val", pair("train/000.jpg", "val/000.jpg", group="g")),
            leaks("train-test", pair("test/000.jpg", "train/000.jpg", group="g")),
        )
        (shown,) = galleries(run(*results))
        assert [group.paths for group in shown.groups] == [("test/000.jpg", "train/000.jpg", "val/000.jpg")]

    def test_groups_beyond_the_limit_are_counted(self) -> None:
        data = dataset({"train": 40, "val": 40, "test": 1})
        found = leaks("train-val", *(pair(f"train/{n:03}.jpg", f"val/{n:03}.jpg") for n in range(30)))
        page = draw_page(run(found, data=data), no_previews, "findings.jsonl").body
        assert page.count("<article") == 24
        assert "6 more groups in findings.jsonl" in page

    def test_pictures_of_a_large_group_are_counted(self) -> None:
        data = dataset({"train": 12, "val": 1, "test": 1})
        found = [
            pair("train/000.jpg", f"train/{n:03}.jpg", "exact_duplicate", group="g") for n in range(1, 12)
        ]
        result = Result("exact_duplicate", "train", State.FAILED, tuple(found))
        page = draw_page(run(result, data=data), no_previews, "findings.jsonl").body
        assert page.count("<figure") == gallery.MAX_PICTURES
        assert "and 4 more pictures, 4 more pairs" in page

    def test_a_pair_shows_its_kind_distance_and_correlation(self) -> None:
        found = leaks(
            "train-val",
            pair("train/000.jpg", "val/000.jpg", kind="re-encoded", distance=3, correlation=0.9871),
        )
        shown = words(draw_page(run(found), no_previews, "findings.jsonl").body)
        assert "A and B re-encoded distance 3 bits correlation 0.987 error" in shown
        assert "40 x 30 px, 0 annotations" in shown

    def test_a_pair_without_distance_shows_its_fact(self) -> None:
        fact = "same picture as train/001.jpg, other annotations: 3 and 2, 1 in common"
        found = pair(
            "train/000.jpg", "train/001.jpg", "exact_duplicate",
            message=fact, distance=None, correlation=None,
        )  # fmt: skip
        result = Result("exact_duplicate", "train", State.FAILED, (found,))
        shown = words(draw_page(run(result), no_previews, "findings.jsonl").body)
        assert "same picture as B, other annotations: 3 and 2, 1 in common" in shown

    def test_annotations_are_counted_by_image(self) -> None:
        data = dataset({"train": 2, "val": 1, "test": 1})
        boxes = pl.DataFrame({"image": ["train/000.jpg"] * 2}, schema_overrides=schema(ANNOTATIONS))
        found = run(
            Result(
                "exact_duplicate",
                "train",
                State.FAILED,
                (pair("train/000.jpg", "train/001.jpg", "exact_duplicate"),),
            ),
            data=Dataset(data.root, "yolo", data.splits, data.classes, images=data.images, annotations=boxes),
        )
        known = pictures_of(found.dataset, galleries(found))
        assert known["train/000.jpg"].facts == "40 x 30 px, 2 annotations"

    def test_unreadable_images_are_listed(self) -> None:
        fault = Finding(
            "train/000.jpg", "zero bytes", Severity.ERROR, kind="zero bytes", rule="unreadable_image"
        )
        result = Result("unreadable_image", "train", State.FAILED, (fault,))
        shown = words(draw_page(run(result), no_previews, "findings.jsonl").body)
        assert "Unreadable images (1) train/000.jpg zero bytes" in shown


class TestPreviews:
    def shown(self, count: int) -> dict[str, gallery.Picture]:
        data = dataset({"train": count, "val": count, "test": 1})
        found = leaks("train-val", *(pair(f"train/{n:03}.jpg", f"val/{n:03}.jpg") for n in range(count)))
        return pictures_of(data, galleries(run(found, data=data)))

    def test_each_picture_is_held_once(self) -> None:
        drawn = album(self.shown(2).values(), lambda paths: dict.fromkeys(paths, b"jpeg"))
        assert drawn.style.count("data:image/jpeg;base64,anBlZw==") == len(drawn.classes) == 4

    def test_the_budget_is_kept_and_the_first_pictures_are_shown(self) -> None:
        pictures = self.shown(20)
        drawn = album(pictures.values(), lambda paths: dict.fromkeys(paths, b"x" * 90_000))
        assert len(drawn.style) < gallery.PREVIEW_BUDGET + 2_000
        assert list(drawn.classes) == [picture.digest for picture in pictures.values()][: len(drawn.classes)]
        assert len(drawn.classes) == 16

    def test_what_has_no_preview_says_so(self) -> None:
        found = leaks("train-val", pair("train/000.jpg", "val/000.jpg"))
        assert draw_page(run(found), no_previews, "findings.jsonl").body.count("not shown") == 2


class TestPage:
    def test_hostile_names_are_text_everywhere(self) -> None:
        splits = (Split(HOSTILE, "train"), Split("", "val"))
        data = Dataset(Path("/data") / HOSTILE, HOSTILE, splits, {"": None})
        found = Finding(
            HOSTILE, HOSTILE, Severity.ERROR, related=(HOSTILE,), group=HOSTILE, kind=HOSTILE,
            rule=HOSTILE, unit=HOSTILE,
        )  # fmt: skip
        result = Result(HOSTILE, HOSTILE, State.FAILED, (found,))
        hostile = run(
            result,
            data=data,
            expected=((HOSTILE, HOSTILE),),
            reasons=(HOSTILE,),
            summaries={HOSTILE: HOSTILE},
        )
        page = draw_page(hostile, no_previews, HOSTILE)
        for markup in (page.body, details(result, HOSTILE)):
            assert not {"img", "onerror"} & parsed(markup)
            assert not {"\n", "\u202e"} & set(markup)
        assert page.body.count("&lt;img src=x") > 8

    def test_a_check_lists_its_worst_ten_and_counts_the_rest(self) -> None:
        many = tuple(Finding(f"{n:02}.txt", "m", Severity.INFO, line=n) for n in range(1, 15))
        worst = Finding("z.txt", "bad", Severity.ERROR, line=3, column=7)
        shown = details(Result("r", "u", State.FAILED, (*many, worst)), "findings.jsonl")
        assert words(shown).startswith("z.txt:3:7 bad")
        assert shown.count("<li") == 10
        assert "and 5 more in findings.jsonl" in shown

    def test_the_head_allows_the_one_script_and_nothing_else(self) -> None:
        page = "<html><head></head><body><script>alert(1)</script></body></html>"
        sealed = seal(page, "p{}", self_contained=True)
        assert "default-src 'none'" in sealed
        assert "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='" in sealed
        assert "<style>p{}</style></head>" in sealed

    def test_a_page_with_assets_gets_no_policy(self) -> None:
        assert "Content-Security-Policy" not in seal(
            "<html><head></head></html>", "p{}", self_contained=False
        )
