"""A clumsy and a hostile user: each mistake ends as an issue or as one sentence, and the store is as it was."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from command_runs import COMMAND, answer, bare_environment, runner

from graphmodel import locking
from graphmodel.settings import Settings
from graphmodel.store import open_store

pytestmark = pytest.mark.store

# Two squares of a degree: everything between 0 and 2 degrees east, 50 and 51 degrees north, lies in an area.
SQUARES = [("A1", 0), ("A2", 1)]
CONTEXTS = "id,name,kind,longitude,latitude\n"
CROSSED = [[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]
DEEP = "[" * 100_000


def polygon(west: float) -> dict:
    ring = [[west, 50], [west + 1, 50], [west + 1, 51], [west, 51], [west, 50]]
    return {"type": "Polygon", "coordinates": [ring]}


def outlines(*features: tuple[str, object]) -> str:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {"code": code, "name": code, "level": "ward"}, "geometry": geometry}
                for code, geometry in features
            ],
        }
    )


def packed(**members: str | bytes) -> bytes:
    """Return a zip; two underlines in a name stand for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


def leading_out(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "id,name,kind\nevil,Evil,park\n")
    return out.getvalue()


FHRS = "<FHRSEstablishment><EstablishmentCollection>{}</EstablishmentCollection></FHRSEstablishment>"
NUMBER = "9" * 400

# file, its content, the code of the issue it must end as, words of the message
FILES: list[tuple[str, str | bytes, str, str]] = [
    ("empty/contexts.csv", "", "file_empty", "empty"),
    ("blank/contexts.csv", "\n\n \n", "file_empty", "empty"),
    ("unknown/shopping.csv", "item,price\nbread,2\n", "file_unknown", "--map"),
    ("binary/contexts.csv", bytes(range(256)) * 20, "file_unreadable", "it is not text"),
    ("encoding/contexts.csv", "id,name,kind,area\nc,Café,park,A1\n".encode("cp1252"), "encoding", "Windows-1252"),
    ("utf16/contexts.csv", "id,name,kind\nc,C,park\n".encode("utf-16")[:-1], "file_unreadable", "save it as UTF-8"),
    ("columns/contexts.csv", "id,kind\nc,park\n", "column_missing", "'name' is missing"),
    ("twice/contexts.csv", CONTEXTS + "c,One,park,0.5,50.5\nc,Two,park,0.5,50.5\n", "id_duplicate", "given at 2"),
    ("loose/links.csv", "type,from,to\nRUNS,org:none,service:none\n", "link_dangling", "waits for it"),
    ("zero/contexts.csv", CONTEXTS + "c,C,park,0,0\n", "point_zero", "not a place"),
    ("swapped/contexts.csv", CONTEXTS + "c,C,park,50.5,0.5\n", "point_swapped", "turned round"),
    ("abroad/contexts.csv", CONTEXTS + "c,C,park,100,10\n", "points_outside", "outside the loaded areas"),
    ("words/contexts.csv", CONTEXTS + "c,C,park,east,north\n", "point_bad", "not a coordinate"),
    ("nan/contexts.csv", CONTEXTS + "c,C,park,inf,1e999\n", "point_bad", "not a coordinate"),
    ("old/lookup_lsoa_to_ward.csv", "LSOA11CD,WD22CD\nE01000001,E05000001\n", "area_vintage", "geometry decides"),
    ("ragged/contexts.csv", CONTEXTS + "c,C,park,0.5,50.5,more,still\n", "row_ragged", "7 cells"),
    ("wide/contexts.csv", "id,name,kind" + ",x" * 1_000_000, "file_too_large", "5,000 columns"),
    ("long/contexts.csv", "id,name,kind\nc," + "x" * 17_000_000, "file_too_large", "characters in one line"),
    ("id/contexts.csv", "id,name,kind,area\n" + "c" * 1_000 + ",C,park,A1\n", "id_bad", "200 characters"),
    ("bomb/b.zip", packed(contexts__csv="id,name,kind\n" + "0" * 50_000_000), "file_too_large", "its packed size"),
    ("out/t.zip", leading_out("../../evil.csv"), "file_unreadable", "leads out of it"),
    ("absolute/t.zip", leading_out("/tmp/evil.csv"), "file_unreadable", "leads out of it"),
    ("windows/t.zip", leading_out("C:\\evil.csv"), "file_unreadable", "leads out of it"),
    ("nested/t.zip", packed(inner__zip=packed(a__csv="a\n1\n")), "file_unreadable", "zip in a zip"),
    ("nozip/t.zip", "hello", "file_unreadable", "not a zip"),
    ("cut/contexts.csv.gz", gzip.compress(b"id,name\n" * 500)[:-20], "file_unreadable", "broken or cut short"),
    ("dtd/FHRS1.xml", '<!DOCTYPE x SYSTEM "file:///etc/passwd">' + FHRS, "file_unreadable", "document type"),
    ("entity/FHRS1.xml", '<!DOCTYPE x [<!ENTITY a "lol">]>' + FHRS.format("&a;"), "file_unreadable", "document type"),
    ("cutxml/FHRS1.xml", FHRS.format("<Establ"), "file_unreadable", "well-formed"),
    ("encxml/FHRS1.xml", '<?xml version="1.0" encoding="none-1"?>' + FHRS, "file_unreadable", "well-formed"),
    ("a/areas.geojson", outlines(("N", {"type": "Polygon", "coordinates": [[[float("nan"), 1], [2, 2], [3, 1]]]})),
     "geometry_bad", "not made of coordinates"),
    ("b/areas.geojson", outlines(("E", {"type": "Polygon", "coordinates": []})), "geometry_bad", "empty"),
    ("c/areas.geojson", outlines(("X", {"type": "Polygon", "coordinates": [CROSSED]})), "geometry_bad", "repaired"),
    ("d/areas.geojson", outlines(("G", {"type": "GeometryCollection", "geometries": [None]})), "geometry_bad", "empty"),
    ("e/areas.geojson", outlines(("H", polygon(0))).replace("50", NUMBER), "crs_unknown", "not degrees"),
    ("f/areas.geojson", '{"features":[' + DEEP, "file_unreadable", "nested too deep"),
    ("g/areas.geojson", outlines(("\ud800", polygon(0))), "id_bad", "control characters"),
    ("h/areas.geojson", outlines(("A1", polygon(0)))[:-9], "file_unreadable", "it is not JSON"),
    ("i/areas.geojson", '<OGRVRTDataSource><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTDataSource>',
     "file_unreadable", "not GeoJSON"),
    ("j/areas.gpkg", "<OGRVRTDataSource/>", "file_unreadable", "not a .gpkg file"),
    ("k/areas.parquet", b"PAR1" + bytes(100) + b"PAR1", "file_unreadable", "not a .parquet file"),
    ("control\x1b[31m/contexts.csv", "id,name,kind\n,C,park\n", "required_missing", "blank"),
]  # fmt: skip

# the arguments, the exit code, words of the one sentence on standard error
COMMANDS: list[tuple[list[str], int, str]] = [
    (["ingest", ""], 2, "empty path"),
    (["ingest", "town", "--check", "--map", "nosuch"], 2, "no column map 'nosuch'"),
    (["ingest", "town", "--check", "--map", "/dev/null"], 2, "/dev/null"),
    (["ingest", "town", "--check", "--level", "moon"], 2, "no area level 'moon'"),
    (["gaps", "--area", "NOWHERE"], 2, "No area 'NOWHERE' is loaded"),
    (["gaps", "--kind", "nosuch"], 2, "the kinds are"),
    (["gaps", "--as-of", "2026-02-30"], 2, "write it as 2026-11-01"),
    (["gaps", "--as-of", "9999-12-31"], 2, "before 3000"),
    (["analyse", "../../nosuch"], 2, "No analysis"),
    (["analyse", "coverage", "-p", "within_m=far"], 2, "within_m"),
    (["query", "nosuch"], 2, "nosuch"),
    (["query", "C1", "-p", "nosuch=1"], 2, "nosuch"),
    (["query", "/dev/null"], 2, "/dev/null"),
    (["export", "--format", "graphml", "-o", "/dev/null/x.graphml"], 2, "/dev/null"),
    (["store", "restore", "nowhere.zip"], 2, "nowhere.zip"),
    (["store", "restore", "town/contexts.csv"], 2, "contexts.csv"),
    (["up", "--port", "99999", "--no-browser"], 2, "port"),
    (["gaps", "--data-dir", "/dev/null"], 3, "/dev/null"),
]

# landscape.toml, words of the sentence
SETTINGS: list[tuple[str, str]] = [
    ("threshold = ", "not a TOML file"),
    ("treshold = 10", "unknown setting 'treshold'"),
    ("threshold = 3", "cannot be below 5"),
    ("threshold = '²'", "cannot be used"),
    ("port = 'abc'", "cannot be used"),
    ("port = 99999", "port"),
    ("demo = 'perhaps'", "cannot be used"),
    ('data_dir = "a\\u0000b"', "data_dir"),
    ("timezone = 'Mars/Phobos'", "Mars/Phobos"),
    ("codes_dir = '/nowhere/at/all'", "/nowhere/at/all"),
    ("query_seconds = 0", "query_seconds"),
]


@pytest.fixture(scope="module")
def landscape(data_dir):
    """Return the command, its store started and filled with two areas and ten parks."""
    town = data_dir / "town"
    town.mkdir()
    (town / "areas.geojson").write_text(outlines(*((code, polygon(west)) for code, west in SQUARES)))
    (town / "contexts.csv").write_text(CONTEXTS + "".join(f"p{i},Park {i},park,0.5,50.5\n" for i in range(10)))
    run = runner(data_dir)
    run("ingest", "town")
    return run


@pytest.fixture(scope="module")
def store(data_dir, landscape):
    with open_store(Settings(data_dir=data_dir)) as opened:
        yield opened


@pytest.fixture
def unchanged(store):
    before = store.version(), store.counts()
    yield
    assert (store.version(), store.counts()) == before


def started(data_dir: Path, *arguments: str, program: tuple[str, ...] = (COMMAND,)) -> subprocess.Popen:
    environment = bare_environment(LANDSCAPE_DATA_DIR=str(data_dir))
    return subprocess.Popen(
        [*program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=data_dir
    )


def one_sentence(done: subprocess.CompletedProcess) -> str:
    """Return the last line of standard error: the sentence. There is only one, and no traceback before it."""
    said = [line for line in done.stderr.splitlines() if line.startswith("landscape: ")]
    assert len(said) == 1 and "Traceback" not in done.stderr, done.stderr
    assert "fault of the program" not in said[0]
    return said[0]


@pytest.fixture(scope="module")
def report(landscape, store, data_dir) -> dict:
    """Return the report of one check of all bad files together; the store is as it was."""
    for name, content, _, _ in FILES:
        path = data_dir / "bad" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    before = store.version(), store.counts()
    done = landscape("ingest", "bad", "--check", "--format", "json", code=1)
    assert "Traceback" not in done.stderr
    assert (store.version(), store.counts()) == before
    return answer(done)


@pytest.mark.parametrize(("name", "code", "words"), [(n, c, w) for n, _, c, w in FILES], ids=[f[0] for f in FILES])
def test_a_bad_file_is_an_issue(report, name, code, words):
    shown = name.replace("\x1b", "�")
    found = [i for i in report["issues"] if i["file"] == shown or i["file"].startswith(f"{shown}/")]

    assert code in {i["code"] for i in found}
    assert any(words in i["message"] for i in found if i["code"] == code)


def test_the_report_steers_no_terminal(report):
    assert all(text.isprintable() for i in report["issues"] for text in (i["file"], i["message"]))


def test_no_zip_wrote_outside_its_folder(report, data_dir):
    assert not [path for path in ("/tmp/evil.csv", data_dir / "evil.csv") if Path(path).exists()]


@pytest.mark.parametrize("name", ["empty/contexts.csv", "unknown/shopping.csv", "nowhere.csv", "columns"])
def test_a_load_of_nothing_usable_is_exit_code_2(landscape, report, unchanged, name):
    done = landscape("ingest", f"bad/{name}", code=2)

    assert name.split("/")[0] in done.stdout or "column_missing" in done.stdout


@pytest.mark.parametrize(("arguments", "code", "words"), COMMANDS, ids=[" ".join(c[0]) for c in COMMANDS])
def test_a_bad_command_is_one_sentence(landscape, unchanged, arguments, code, words):
    assert words in one_sentence(landscape(*arguments, code=code))


@pytest.mark.parametrize(("text", "words"), SETTINGS, ids=[s[0] for s in SETTINGS])
def test_a_bad_setting_is_one_sentence(tmp_path, text, words):
    (tmp_path / "landscape.toml").write_text(text, "utf-8")

    done = subprocess.run(
        [COMMAND, "gaps"], capture_output=True, text=True, cwd=tmp_path, env=bare_environment(HOME=str(tmp_path))
    )

    assert done.returncode in (2, 3)
    assert words in one_sentence(done)
    assert not (tmp_path / "store").exists()


def test_a_day_before_everything_has_nothing_but_what_nobody_recorded(landscape, unchanged):
    found = answer(landscape("gaps", "--as-of", "1900-01-01", "--format", "json"))

    assert {row["kind"] for row in found["rows"]} <= {"missing_data"}


def test_a_closed_pipe_is_no_error(landscape, data_dir, unchanged):
    query = f"echo 'UNWIND range(1, 9000) AS n RETURN n' | {COMMAND} query - --format csv"
    words = f"{query} | head -1; echo ${{PIPESTATUS[1]}}"
    environment = bare_environment(LANDSCAPE_DATA_DIR=str(data_dir))

    done = subprocess.run(["bash", "-c", words], capture_output=True, text=True, env=environment)

    assert (done.stdout, done.stderr) == ("n\n0\n", "")


def test_a_reload_that_would_end_most_of_a_source_is_refused_until_allowed(landscape, store, data_dir):
    folder = data_dir / "reload"
    folder.mkdir()
    table = folder / "contexts.csv"
    rows = [f"r{i},Park {i},park,1.5,50.5\n" for i in range(10)]
    table.write_text(CONTEXTS + "".join(rows))
    before = answer(landscape("ingest", "reload", "--format", "json"))
    table.write_text(CONTEXTS + "".join(rows[:6]))
    kept = store.version()

    refused = landscape("ingest", "reload", code=2)

    assert "--allow-removals" in one_sentence(refused)
    assert store.version() == kept
    allowed = answer(landscape("ingest", "reload", "--allow-removals", "--format", "json"))
    assert before["ended"] == 0 and allowed["ended"] >= 4


EVIL = [
    "<script>alert(1)</script>",
    '</script><img src=x onerror="alert(1)">',
    "\"quotes\", 'single' and `back`",
    "\u202egnp.exe \u200fright to left",
    '=HYPERLINK("http://127.0.0.1/","x")',
    "+1+1",
    "@SUM(A1)",
    "') MATCH (n) DETACH DELETE n //",
    "![x](http://127.0.0.1/x.png)",
    "{name} %s $area",
]


@pytest.mark.parametrize("format", ["json", "csv"])
def test_hostile_names_are_stored_as_text_and_harmless_in_a_spreadsheet(landscape, store, data_dir, format):
    folder = data_dir / "hostile"
    folder.mkdir(exist_ok=True)
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["id", "name", "kind"])
    writer.writerows([f"h{i}", name, "park"] for i, name in enumerate(EVIL))
    (folder / "contexts.csv").write_text(table.getvalue(), "utf-8")
    landscape("ingest", "hostile")
    statement = "MATCH (c:Context) WHERE c.id STARTS WITH 'context:h' RETURN c.id AS id, c.name AS name ORDER BY id"

    done = landscape("query", "-", "--format", format, text=statement)

    if format == "json":
        assert [row["name"] for row in answer(done)["rows"]] == EVIL
    else:
        cells = [row["name"] for row in csv.DictReader(io.StringIO(done.stdout))]
        assert all(cell in (name, f"'{name}") for cell, name in zip(cells, EVIL, strict=True))
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


# One second instead of a minute: the sentence is the same.
IMPATIENT = (
    "import sys, cli; from graphmodel.store import GraphStore; "
    "GraphStore.load.__kwdefaults__['wait_seconds'] = 1; sys.exit(cli.main())"
)


def test_a_second_loader_is_told_who_holds_the_store(landscape, store, data_dir, unchanged):
    (data_dir / "second").mkdir()
    (data_dir / "second" / "contexts.csv").write_text(CONTEXTS + "s,S,park,0.5,50.5\n")

    with locking.held(store, "a load"):
        process = started(data_dir, "ingest", "second", program=(sys.executable, "-c", IMPATIENT))
        _, said = process.communicate(timeout=120)

    assert process.returncode == 3
    assert f"A load by process {os.getpid()} on " in said and "try again when it has finished" in said
    assert "Traceback" not in said


def many(data_dir: Path, name: str, count: int = 4_000) -> None:
    (data_dir / name).mkdir()
    rows = "".join(f"{name}{i},Park,park,0.5,50.5\n" for i in range(count))
    (data_dir / name / "contexts.csv").write_text(CONTEXTS + rows)


def test_ctrl_c_in_a_load_leaves_all_of_it_or_nothing(landscape, store, data_dir):
    many(data_dir, "stopped")
    before = store.counts()["Context"]
    process = started(data_dir, "ingest", "stopped")

    for line in process.stderr:
        if line.startswith("planning"):
            break
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)

    assert process.returncode in (0, 130) and "Traceback" not in said
    landscape("store", "status")  # finishes what was acknowledged
    assert store.counts()["Context"] - before in (0, 4_000)


def test_a_full_disk_is_one_sentence_and_the_store_is_as_it_was(landscape, data_dir, unchanged):
    many(data_dir, "full")
    limited = 'ulimit -f 1; exec "$0" "$@"'  # no file beyond a kilobyte: what a full disk does to us
    process = started(data_dir, COMMAND, "ingest", "full", program=("sh", "-c", limited))

    _, said = process.communicate(timeout=120)

    assert process.returncode == 3
    assert "The disk is full" in said and "make room" in said and "Traceback" not in said


def test_a_taken_port_is_one_sentence(landscape, unchanged):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        said = one_sentence(landscape("up", "--port", str(port), "--no-browser", code=3))

    assert str(port) in said and "--port" in said
