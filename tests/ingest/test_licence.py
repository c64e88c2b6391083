"""A licence nobody stated is unknown, and said; the user's word stands only where the file has none of its own."""

from __future__ import annotations

import json

from town import MemoryStore

from ingest.pipeline import ingest


def grants(**package):
    grant = {
        "id": "360G-made-up-1",
        "title": "Grant",
        "currency": "GBP",
        "amountAwarded": 100,
        "awardDate": "2026-01-01",
    }
    funder = [{"id": "GB-LAE-XXX", "name": "Quayford Council"}]
    recipient = [{"id": "GB-CHC-1000001", "name": "Tideline Youth Trust"}]
    return {**package, "grants": [{**grant, "fundingOrganization": funder, "recipientOrganization": recipient}]}


def licence_after(path, content, **given):
    path.write_text(json.dumps(content), "utf-8")
    store = MemoryStore()
    report = ingest([path], store, **given)
    source = next(node for id, node in store.node.items() if id.startswith("source:"))
    return source.get("licence"), [found.code for found in report.issues if found.code == "licence_unknown"]


def test_it_is_unknown_and_said_where_neither_tells(tmp_path):
    assert licence_after(tmp_path / "grants.json", grants()) == (None, ["licence_unknown"])


def test_the_user_tells_it(tmp_path):
    assert licence_after(tmp_path / "grants.json", grants(), licence="OGL-UK-3.0") == ("OGL-UK-3.0", [])


def test_the_file_knows_better(tmp_path):
    content = grants(license="CC-BY-4.0")

    assert licence_after(tmp_path / "grants.json", content, licence="OGL-UK-3.0") == ("CC-BY-4.0", [])
