"""Style sheet, saved queries and guide fit the declaration of the graph and the library."""

from __future__ import annotations

import itertools
import zipfile
from io import BytesIO

import numpy as np
import numpy.typing as npt
import pytest
from docs import browser_files
from tests.neo4j.browser.grass import rules, style

from ringfinder.neo4j import browser
from ringfinder.neo4j.model import EXTRA_LABELS, LABELS, RELATIONS, VALUE_LABELS

IN_PICTURES = (
    *("SurrenderRequest", "Person", "Ring", "Complaint", "TextCluster", "Policy", "Agent"),
    *VALUE_LABELS.values(),
)
# Machado, Oliveira and Fernandes 2009, for the strongest form of each.
SIGHTS: dict[str, list[list[float]]] = {
    "all colours": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no red": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no green": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "no blue": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}

Colour = npt.NDArray[np.float64]


def linear(colour: str) -> Colour:
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(np.dot([0.2126, 0.7152, 0.0722], linear(colour)))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(light: Colour) -> Colour:
    matrix = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
    )
    scaled = matrix @ np.clip(light, 0, 1) / np.array([0.95047, 1, 1.08883])
    x, y, z = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: str, other: str, sight: str) -> float:
    seen = np.array(SIGHTS[sight])
    return float(np.linalg.norm(lab(seen @ linear(one)) - lab(seen @ linear(other))))


def test_every_label_and_every_type_is_styled() -> None:
    found = rules()
    assert {name.partition(".")[2] for name in found if name.startswith("node.") and name.count(".") == 1} == {
        *LABELS,
        *EXTRA_LABELS,
    }
    assert {name.partition(".")[2] for name in found if name.startswith("relationship.")} == set(RELATIONS)


@pytest.mark.parametrize("label", [*LABELS, *EXTRA_LABELS])
def test_a_label_has_colour_and_caption_and_its_text_can_be_read(label: str) -> None:
    rule = rules()[f"node.{label}"]
    # Browser makes up a colour for a label without one, and it would hide those of all rules before it.
    assert rule["caption"] == "{caption}"
    assert contrast(rule["color"], rule["text-color-internal"]) >= 4.5


def test_what_a_node_is_shows_by_its_fill_and_what_is_said_of_it_by_outline_and_size() -> None:
    order = list(rules())
    assert max(order.index(f"node.{extra}") for extra in EXTRA_LABELS) < min(
        order.index(f"node.{name}") for name in LABELS
    )
    phone = style(["Phone"])
    flagged, organiser = style(["Flagged", "Phone"]), style(["Flagged", "OrganiserCandidate", "Phone"])
    assert phone["color"] == flagged["color"] == organiser["color"]
    assert len({one["border-color"] for one in (phone, flagged, organiser)}) == 3
    assert int(style(["Hub", "Phone"])["diameter"][:-2]) > int(phone["diameter"][:-2])
    assert {style(["Public", name])["color"] for name in VALUE_LABELS.values()} == {rules()["node.Public"]["color"]}


@pytest.mark.parametrize("sight", SIGHTS)
def test_labels_of_one_picture_differ_for_every_sight(sight: str) -> None:
    fills = {name: style([name])["color"] for name in IN_PICTURES} | {"Public": rules()["node.Public"]["color"]}
    for one, other in itertools.combinations(fills, 2):
        assert apart(fills[one], fills[other], sight) > 10, (one, other)


def test_no_label_looks_like_another() -> None:
    assert len({style([name])["color"] for name in LABELS}) == len(LABELS)


def test_a_saved_query_is_one_statement_with_only_chosen_parameters() -> None:
    for file in browser_files.LIBRARY.files:
        text = browser_files.filled(file, browser_files.chosen(file))
        assert ":param" not in text, file.id
        assert ";" not in browser._TOKEN.sub("", text), file.id
        left = {name for name in (one.name for one in file.params) if f"${name}" in text}
        assert left == set(browser_files.chosen(file)) & {
            one.name for one in file.params if f"${one.name}" in file.statement
        }


def test_texts_and_comments_keep_their_dollars() -> None:
    file = browser_files.LIBRARY.find("investigate/rings")
    assert browser._TOKEN.sub("", "'$a' // $b\n\"$c\" `$d` /* $e */ $f") == " \n   "
    assert "$limit" not in browser_files.filled(file)


def test_the_zip_holds_every_file_but_the_counts() -> None:
    with zipfile.ZipFile(BytesIO(browser_files.saved_queries())) as archive:
        names = archive.namelist()
    assert len(set(names)) == sum(file.part != "count" for file in browser_files.LIBRARY.files)


def test_links_can_carry_every_file() -> None:
    # Browser decodes the address before it looks for the end of `arg`: it would cut the query there.
    for file in browser_files.LIBRARY.files:
        assert not set("&#") & set(file.text), file.id


def test_the_guide_holds_the_very_queries_and_nothing_from_elsewhere() -> None:
    text = browser_files.guide()
    assert "http" not in text
    assert "src=" not in text
    # Browser takes ` onX = y` out of a guide, as it might be an event handler.
    for block in text.split("<pre ")[1:]:
        assert "=" not in block.partition(">")[2].partition("</pre>")[0]
