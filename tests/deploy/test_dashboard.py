"""The dashboard can be imported into any Grafana."""

from __future__ import annotations

import json

from tests.deploy.files import text

DASHBOARD = json.loads(text("grafana/dashboard.json"))


def test_panels_have_names_of_their_own_and_do_not_overlap() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len({panel["title"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells


def test_the_data_source_is_chosen_by_the_reader() -> None:
    assert [each["name"] for each in DASHBOARD["templating"]["list"]] == ["datasource"]
    sources = [DASHBOARD["panels"], *[panel["targets"] for panel in DASHBOARD["panels"]]]
    for source in sources:
        assert {each["datasource"]["uid"] for each in source} == {"${datasource}"}
