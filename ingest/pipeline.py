"""How do files become the landscape? Recognise, read, validate, place, load once, report: the only orchestration."""

from __future__ import annotations

import logging
import re
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphmodel.errors import InputError, LandscapeError
from graphmodel.records import NodeRecord, Properties, Record
from graphmodel.schema import label_of
from graphmodel.settings import Settings
from ingest.area_codes import known_levels, vintage_of
from ingest.cells import Teller
from ingest.files import TooLarge, reason_of
from ingest.geocode import AreaIndex, Postcodes, inner_point, within_link
from ingest.organisations import KnownOrganisations
from ingest.own_maps import own_maps, resolve
from ingest.place import postcode_key
from ingest.placing import Placer, SameCoordinates, postcode_ended, tell_unknown_areas
from ingest.recognise import Unit, recognise
from ingest.relations import Relations
from ingest.report import FileReport, IssueLog, LoadReport
from ingest.rows import ReadContext, Reading, SourceInfo
from ingest.spool import BATCH, Spool
from ingest.unpacking import Found, find_files, unpacked
from ingest.validate import Draft, DraftLink, Validator

if TYPE_CHECKING:
    from graphmodel.store import GraphStore

Progress = Callable[[str, int, int], None]

# Areas are read before this phase, and what lies in them from it on.
LOOKUP_PHASE = 20
_TOLD_EVERY = 1_000  # rows

_log = logging.getLogger("landscape.ingest")


def ingest(
    paths: Sequence[Path | str],
    store: GraphStore | None,
    settings: Settings | None = None,
    *,
    check: bool = False,
    column_map: str | Path | None = None,
    source: str | None = None,
    level: str | None = None,
    licence: str | None = None,
    confirmed: Mapping[str, str] | None = None,
    allow_removals: bool = False,
    progress: Progress | None = None,
) -> LoadReport:
    """Read files and folders and load what they say in one load; return the report.

    ``check`` does all but write. ``column_map`` is what ``--map`` names: an adapter, a shipped column map or a YAML
    file; ``source`` names the source instead of ``<folder>/<file>``; ``level`` is the level of areas whose codes do
    not tell it, ``licence`` that of files that do not tell theirs, ``confirmed`` says of files that are only suggested
    which adapter or map reads them. ``store`` may be None for a check. ``progress`` is called with (stage, done,
    total). Raises StoreLocked, StoreUnavailable and InputError (a load that would end most of a source), and then
    nothing is changed.
    """
    if level is not None and level not in known_levels():
        raise InputError(f"There is no area level '{level}'; the levels are {', '.join(known_levels())}.")
    started = time.monotonic()
    chosen = str(column_map) if column_map else None
    with ExitStack() as stack:
        spool = Spool(stack)
        run = _Run(store, settings or Settings(), chosen, level, licence, progress or _silent, spool, confirmed or {})
        units = run.units([Path(path) for path in paths], source, stack)
        for record in run.records(units):
            spool.add(record)
        run.finish()
        if check or store is None or not run.sources:
            return run.report(time.monotonic() - started, check=check or store is None)
        counts = store.load(spool.read(), sources=sorted(run.sources), allow_removals=allow_removals, progress=progress)
    _log.info("loaded %d nodes and %d links from %d files", counts.nodes, counts.links, len(run.files))
    return run.report(time.monotonic() - started, counts=counts)


def read(paths: Sequence[Path | str], settings: Settings) -> tuple[list[Record], LoadReport]:
    """Return what files and folders say, as records, and the report; no store is looked at or changed.

    Raises InputError where there is no file to read.
    """
    started = time.monotonic()
    with ExitStack() as stack:
        run = _Run(None, settings, None, None, None, _silent, Spool(stack))
        for record in run.records(run.units([Path(path) for path in paths], None, stack)):
            run.spool.add(record)
        run.finish()
        return list(run.spool.read()), run.report(time.monotonic() - started, check=True)


def _silent(_stage: str, _done: int, _total: int) -> None:
    return None


@dataclass
class _Run:
    """One call of ``ingest``: what is known so far."""

    store: GraphStore | None
    settings: Settings
    chosen: str | None
    level: str | None
    licence: str | None
    progress: Progress
    spool: Spool
    confirmed: Mapping[str, str] = field(default_factory=dict)
    log: IssueLog = field(default_factory=IssueLog)
    files: dict[str, FileReport] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)
    areas: AreaIndex = field(default_factory=AreaIndex)
    left_out: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    quarantined: int = 0
    _reading: tuple[int, int] = (0, 0)
    _measures: dict[str, str | None] = field(default_factory=dict)
    _loose: list[tuple[str, str, int | str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.own_maps = own_maps(self.settings)
        self.chosen = resolve(self.chosen, self.settings)
        self.postcodes = Postcodes(self.store)
        self._relations = Relations(self.areas, self.settings, self.store, self._tell)
        self.organisations = KnownOrganisations(self.store.nodes("Organisation") if self.store is not None else ())

    def _tell(self, file: str) -> Teller:
        return Teller(file, self.log.add)

    # Which files

    def units(self, paths: list[Path], source: str | None, stack: ExitStack) -> list[Unit]:
        """Return the files to read in the order to read them; those that cannot be read are issues."""
        for own in self.own_maps:
            if own.fault:
                self._tell(own.path.name)("map_unusable", None, reason=own.fault)
        found = [each for one in find_files(paths, source, self._tell) for each in self._unpacked(one, stack)]
        units = []
        for index, each in enumerate(found):
            self.progress("recognise", index, len(found))
            tell, chosen = self._tell(each.file), self.confirmed.get(each.file, self.chosen)
            unit = recognise(each, tell, chosen, only_one=len(found) == 1, own=self.own_maps)
            if unit is not None:
                units.append(unit)
            elif self.log.count(each.file):
                self._file(each.file, None)
        if not units and not self.log.issues:
            raise InputError(
                f"There is no file to read in {', '.join(map(str, paths))}; give a file or a folder of files."
            )
        return sorted(units, key=lambda unit: (unit.phase, unit.file))

    def _unpacked(self, found: Found, stack: ExitStack) -> list[Found]:
        inside = unpacked(found, stack, self._tell)
        if self.log.count(found.file) and not inside:
            self._file(found.file, None)
        return inside

    def _file(self, file: str, adapter: str | None) -> FileReport:
        return self.files.setdefault(file, FileReport(file, adapter))

    # What is in them

    def records(self, units: list[Unit]) -> Iterator[Record]:
        """Yield every record of the load, areas first, each source's node after its rows."""
        if self.store is not None:
            for row in self.store.nodes("Area"):
                self.areas.add_stored(row)
        before = [unit for unit in units if unit.phase < LOOKUP_PHASE]
        after = [unit for unit in units if unit.phase >= LOOKUP_PHASE]
        for index, unit in enumerate(before):
            self._reading = index, len(units)
            yield from self._counted(unit, self._unit(unit))
        self.progress("areas", 0, 1)
        yield from self._relations.links()
        for index, unit in enumerate(after, len(before)):
            self._reading = index, len(units)
            yield from self._counted(unit, self._unit(unit))
        self.progress("read", len(units), len(units))
        if self.areas.changed and self.store is not None:
            yield from self._relations.places_of_the_store(self.ids)

    def _counted(self, unit: Unit, records: Iterator[Record]) -> Iterator[Record]:
        report = self._file(unit.file, unit.name)
        mark = self.spool.mark()
        for record in records:
            if isinstance(record, NodeRecord):
                report.nodes += record.label != "Source"
                self.ids.add(record.id)
            else:
                if record.start in self.left_out or record.end in self.left_out:
                    continue
                report.links += 1
            yield record
        if report.adapter is None:
            # It broke off half way: half a file would look like a whole one.
            self.ids.difference_update(record.id for record in self.spool.take_back(mark))
            report.rows = report.nodes = report.links = 0

    def _unit(self, unit: Unit) -> Iterator[Record]:
        said = unit.column_map
        context = ReadContext(unit.file, unit.source, self.log.add, self.settings, self.level, said, self.licence)
        report = self._file(unit.file, unit.name)
        try:
            reading: Reading = unit.adapter.read(unit.path, context)
            yield from self._rows(reading, context, unit, report)
        except LandscapeError:
            raise
        except Exception as error:  # noqa: BLE001  whatever one file does to a library, the others are read
            self._refuse(unit.file, error)
            return
        if not report.rows and self.log.has(unit.file, "column_missing"):
            return  # nothing was read of it, so nothing of it is gone either
        self.sources.add(reading.info.name)
        if reading.info.licence is None:
            self._tell(unit.file)("licence_unknown", None)
        yield self._source(reading.info, unit, report)

    def _refuse(self, file: str, error: Exception) -> None:
        last = traceback.extract_tb(error.__traceback__)[-1]
        _log.warning("%s could not be read: %s at %s:%s", file, type(error).__name__, last.filename, last.lineno)
        tell = self._tell(file)
        if isinstance(error, TooLarge):
            tell("file_too_large", None, limit=str(error))
        else:
            tell("file_unreadable", None, reason=reason_of(error))
        self._file(file, None).adapter = None

    def _rows(self, reading: Reading, context: ReadContext, unit: Unit, report: FileReport) -> Iterator[Record]:
        validator = Validator(context, reading.info, self._unit_of)
        placer = Placer(validator.tell, self.areas, self.postcodes, self.left_out)
        same = SameCoordinates(validator.tell)
        attributes: Counter[str] = Counter()
        unknown: dict[str, Counter[str]] = {}
        totals: dict[str, set[str]] = {}
        waiting: list[Draft] = []
        links: list[Record] = []
        for row in map(self.organisations.settle, reading.rows):
            if report.rows % _TOLD_EVERY == 0:
                # Said within a file too: whoever waits may stop a long one.
                self.progress("read", *self._reading)
            report.rows += 1
            if row.values.get("_source"):
                self.sources.add(str(row.values["_source"]))
            found = validator.check(row)
            if isinstance(found, DraftLink):
                if found.link.type == "WITHIN":
                    links += self._within(found, unknown, totals)
                else:
                    self._remember_ends(found, unit.file)
                    links.append(found.link)
            elif found is not None and found.node.label == "Area":
                yield from self._area(found, attributes, unit.file)
            elif found is not None:
                waiting += same.pass_on(found)
                if len(waiting) >= BATCH:
                    yield from self._placed(placer, waiting)
                    waiting = []
        yield from self._placed(placer, [*waiting, *same.rest()])
        # Only now is it known which of their ends lie outside and are left out.
        yield from links
        validator.finish()
        placer.finish()
        self.quarantined += validator.quarantined
        if attributes:
            tell_unknown_areas(validator.tell, attributes, report.rows, "area", decides=False)
        for column, codes in unknown.items():
            self._tell_vintage(validator.tell, column, codes, len(totals[column]))

    def _placed(self, placer: Placer, drafts: list[Draft]) -> Iterator[Record]:
        for record in placer.place(drafts):
            if isinstance(record, NodeRecord) and record.label == "Measure":
                self._measures[record.id] = str(record.properties.get("unit") or "")
            elif isinstance(record, NodeRecord) and record.label == "Postcode":
                point = record.properties.get("location")
                if isinstance(point, tuple):
                    self.postcodes.add(postcode_key(record.id.partition(":")[2]), point, postcode_ended(record))
            yield record

    def _area(self, draft: Draft, unknown: Counter[str], file: str) -> Iterator[Record]:
        node = draft.node
        if draft.attributes_only:
            if node.id not in self.areas.entries:
                unknown[node.id.partition(":")[2]] += 1
                return
        else:
            self.areas.add(node)
            self._relations.own.add(node.id)
            shape = self.areas.entries[node.id].shape
            if "boundary" in node.properties and shape is not None:
                node.properties["inner_point"] = inner_point(shape)
            for code in draft.place.areas:
                self._relations.declare(node.id, f"area:{code}", file)
        yield node

    def _within(
        self, found: DraftLink, unknown: dict[str, Counter[str]], totals: dict[str, set[str]]
    ) -> Iterator[Record]:
        """Take a declared WITHIN: of areas it is a lookup, of places it holds where their own point does not decide."""
        link = found.link
        missing = False
        for end, column in zip((link.start, link.end), found.columns, strict=True):
            totals.setdefault(column, set()).add(end)
            if label_of(end) == "Area" and end not in self.areas.entries:
                unknown.setdefault(column, Counter())[end.partition(":")[2]] += 1
                missing = True
        if missing:
            return
        if label_of(link.start) == "Area":
            self._relations.declare(link.start, link.end, "")
        elif link.start in self.ids:
            yield within_link(link.start, link.end, link.properties.get("sensitivity", "open"))

    def _tell_vintage(self, tell: Teller, column: str, codes: Counter[str], total: int) -> None:
        year = vintage_of(column)
        if year:
            tell("area_vintage", None, column, count=len(codes), total=total, vintage=year)
        else:
            tell_unknown_areas(tell, codes, total, column, decides=True)

    # Links and sources

    def _unit_of(self, measure: str) -> str | None:
        if measure not in self._measures and self.store is not None:
            for row in self.store.nodes("Measure", [measure]):
                self._measures[measure] = row.get("unit") or ""
        return self._measures.get(measure)

    def _remember_ends(self, found: DraftLink, file: str) -> None:
        self._loose += [(end, file, found.line) for end in (found.link.start, found.link.end) if end not in self.ids]

    def finish(self) -> None:
        """Report the links whose ends are neither in this load nor in the store."""
        loose = [each for each in self._loose if each[0] not in self.ids and each[0] not in self.left_out]
        by_label: dict[str, set[str]] = {}
        for end, _, _ in loose:
            by_label.setdefault(label_of(end) or "", set()).add(end)
        known: set[str] = set()
        if self.store is not None:
            for label, ids in by_label.items():
                known.update(row["id"] for row in self.store.nodes(label, sorted(ids)))
        for end, file, line in loose:
            if end not in known:
                self._tell(file)("link_dangling", line, id=end)

    def _source(self, info: SourceInfo, unit: Unit, report: FileReport) -> NodeRecord:
        """Return the node of a source; the moment of loading stays what it was where nothing has changed."""
        with unit.path.open("rb") as raw:
            checksum = file_digest(raw, "sha256").hexdigest()
        given = {
            "name": info.name, "title": info.title, "publisher": info.publisher, "licence": info.licence,
            "attribution": info.attribution, "url": info.url, "retrieved": info.retrieved, "checksum": checksum,
            "adapter": info.adapter or unit.name, "rows": report.rows, "issues": self.log.count(unit.file),
            "source": info.name, "source_row": unit.file, "sensitivity": info.sensitivity,
        }  # fmt: skip
        properties: Properties = {name: value for name, value in given.items() if value is not None}
        id = source_id(info.name)
        return NodeRecord("Source", id, {**properties, "loaded_at": self._loaded_at(id, properties)})

    def _loaded_at(self, id: str, properties: Properties) -> datetime:
        for row in self.store.nodes("Source", [id]) if self.store is not None else ():
            before = row.get("loaded_at")
            if isinstance(before, datetime) and all(row.get(name) == value for name, value in properties.items()):
                return before
        return datetime.now(UTC).replace(microsecond=0)

    def report(self, seconds: float, *, counts: Any = None, check: bool = False) -> LoadReport:
        """Return the report of this run."""
        for file, each in self.files.items():
            each.issues = self.log.count(file)
        outcome = (
            {name: getattr(counts, name) for name in ("created", "updated", "unchanged", "ended")} if counts else {}
        )
        return LoadReport(
            tuple(sorted(self.files.values(), key=lambda each: each.path)),
            tuple(self.log.listed()),
            quarantined=self.quarantined,
            seconds=seconds,
            check=check,
            **outcome,
        )


def source_id(name: str) -> str:
    """Return the id of the node of a source."""
    key = re.sub(r"\s+", "-", name.strip())
    return f"source:{key or 'unnamed'}"


def exit_code(report: LoadReport) -> int:
    """Return the exit code of a load: 0 done, 1 some rows set aside, 2 no file could be used."""
    return report.exit_code
