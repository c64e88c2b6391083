"""The ``landscape`` command: every verb reads its options, calls one function and prints what it returned."""

from __future__ import annotations

import argparse
import contextlib
import errno
import io
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphmodel.errors import InputError, LandscapeError
from graphmodel.settings import Settings, load_settings

if TYPE_CHECKING:
    from datetime import date

    from graphmodel.edits import Edit
    from graphmodel.landscape import Landscape
    from graphmodel.store import GraphStore

# Heavy libraries are imported by the verb that needs them, so that --help answers at once.

ANY_FORMAT = ("table", "json", "csv")
LAST_YEAR = 2999  # months are added to a day, and no calendar goes beyond 9999
# A password on the command line would show in the list of processes.
NOT_OPTIONS = frozenset({"origins", "demo", "neo4j_password", "port"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 1 rows set aside, 2 usage, 3 store."""
    given = command_parser().parse_args(arguments)
    logging.raiseExceptions = False  # a log that cannot be written is no reason to speak
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that is not text of this terminal is no fault
    try:
        settings = load_settings(_options(given))
        _prepare(settings, given)
        code = int(given.run(given, settings) or 0)
        sys.stdout.flush()
        return code
    except LandscapeError as error:
        return _say(str(error), error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _say("stopped; nothing was half done.", 130)
    except OSError as error:
        return _say(*_about_files(error))
    except MemoryError:
        return _say("There is not enough memory for this; take a smaller area or fewer files.", 3)
    except Exception as error:  # noqa: BLE001  a person reads a sentence, the log has the place of the fault
        return _say(_fault(error), 3)


def _say(sentence: str, code: int) -> int:
    print(f"landscape: {sentence}", file=sys.stderr)
    return code


def _about_files(error: OSError) -> tuple[str, int]:
    """Return the sentence and the exit code for what the system refused."""
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"The disk is full{where}: make room, and do it again; the store is as it was.", 3
    reason = error.strerror or type(error).__name__
    return f"A file cannot be used{where}: {reason}; check the path and who may read or write it.", 2


def _fault(error: Exception) -> str:
    """Log where a fault of the program is (never its message: that may hold a cell) and return what to say of it."""
    import traceback

    from graphmodel.logs import LOGGER

    frames = traceback.extract_tb(error.__traceback__)
    LOGGER.error("%s\n%s", type(error).__name__, "".join(traceback.format_list(frames)))
    last = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}"
    name = type(error).__name__
    return f"This is a fault of the program ({name} at {last}); please report it with the log in <data_dir>/logs."


def _prepare(settings: Settings, given: argparse.Namespace) -> None:
    from graphmodel.codes import use_own_lists
    from graphmodel.logs import start_logging

    logging.captureWarnings(True)
    use_own_lists(settings.codes_dir)
    start_logging(settings, verbose=given.verbose)


def command_parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = argparse.ArgumentParser(
        prog="landscape",
        description="Maps the services and the guardians around young people, by area, and the gaps in provision.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    for add in (
        _up,
        _ingest,
        _template,
        _gaps,
        _analyse,
        _site,
        _whatif,
        _diff,
        _query,
        _edit,
        _same,
        _history,
        _undo,
        _export,
        _store_verbs,
        _doctor,
    ):
        add(verbs)
    return parser


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    group = common.add_argument_group("settings (also LANDSCAPE_<NAME>, or a key in landscape.toml)")
    group.add_argument("--demo", action="store_true", default=None, help="the fictional demo borough")
    for setting in fields(Settings):
        if setting.name not in NOT_OPTIONS:
            group.add_argument(f"--{setting.name.replace('_', '-')}", metavar="VALUE", default=None)
    common.add_argument("--verbose", action="store_true", help="log more")
    return common


def _options(given: argparse.Namespace) -> dict[str, Any]:
    names = {setting.name for setting in fields(Settings)} - {"origins"}
    return {name: value for name, value in vars(given).items() if name in names}


def _verb(
    verbs: Any, name: str, run: Callable[[argparse.Namespace, Settings], int | None], help: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=help, description=help, parents=[_common()])
    parser.set_defaults(run=run)
    return parser


# --- up -------------------------------------------------------------------------------------------------------


def _up(verbs: Any) -> None:
    parser = _verb(verbs, "up", _run_up, "start the store and the app, and open it in the browser")
    parser.add_argument("--port", default=None, help="port of the app (default 8501)")
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")


def _run_up(given: argparse.Namespace, settings: Settings) -> None:
    from graphmodel import embedded
    from views.server import serve

    try:
        serve(settings, port=settings.port, open_browser=not given.no_browser)
    finally:
        if not settings.neo4j_uri:
            embedded.stop_if_unused(settings)


# --- ingest, template -----------------------------------------------------------------------------------------


def _ingest(verbs: Any) -> None:
    parser = _verb(verbs, "ingest", _run_ingest, "read files and folders into the store")
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--check", action="store_true", help="report, and write nothing")
    parser.add_argument(
        "--map",
        default=None,
        metavar="NAME|FILE",
        help="column map or adapter for these files; your own are used by themselves",
    )
    parser.add_argument("--source", default=None, metavar="NAME", help="name of the source, instead of folder/file")
    parser.add_argument("--level", default=None, help="level of the areas, where their codes do not tell it")
    parser.add_argument("--licence", default=None, help="licence of files that do not say theirs, such as OGL-UK-3.0")
    parser.add_argument("--allow-removals", action="store_true", help="let a reload end over 20 %% of a source's rows")
    parser.add_argument("--format", choices=("table", "json"), default="table")


def _run_ingest(given: argparse.Namespace, settings: Settings) -> int:
    from graphmodel.store import open_store
    from ingest.pipeline import ingest
    from ingest.quarantine import keep_report
    from views.terminal import print_json, print_report, progress_bar

    if "" in given.paths:
        raise InputError("An empty path was given; name a file or a folder, or . for this one.")
    with open_store(settings) as store, progress_bar() as progress:
        report = ingest(
            given.paths,
            store,
            settings,
            check=given.check,
            column_map=given.map,
            source=given.source,
            level=given.level,
            licence=given.licence,
            allow_removals=given.allow_removals,
            progress=progress,
        )
    keep_report(report, settings)
    if given.format == "json":
        print_json(report.as_dict())
    else:
        print_report(report)
    return report.exit_code


def _template(verbs: Any) -> None:
    parser = _verb(verbs, "template", _run_template, "write blank tables with the data dictionary")
    parser.add_argument("folder", type=Path, metavar="DIR")


def _run_template(given: argparse.Namespace, settings: Settings) -> None:
    from ingest.template import write_templates

    for path in write_templates(given.folder):
        print(path)


# --- gaps, analyse, query -------------------------------------------------------------------------------------


def _gaps(verbs: Any) -> None:
    parser = _verb(verbs, "gaps", _run_gaps, "list where provision falls short, with reasons")
    parser.add_argument("--kind", default=None, help="only this kind of gap")
    parser.add_argument("--status", default=None, help="only gaps of this status: open, known, acted_on, not_a_gap")
    _add_view(parser)
    parser.add_argument("--publishable", action="store_true", help="only what may be shown outside the partnership")


def _run_gaps(given: argparse.Namespace, settings: Settings) -> None:
    from analysis import run
    from graphmodel.disclosure import publishable_gaps
    from graphmodel.gap_status import statuses, with_statuses
    from graphmodel.landscape import Landscape
    from graphmodel.store import open_store
    from views.terminal import print_result

    if given.publishable and given.status:
        raise InputError("What people say of gaps is never published; leave out --status or --publishable.")
    as_of = _date(given.as_of, settings)
    with _store(settings, open_store) as store:
        landscape = Landscape.load(store, area=given.area, as_of=as_of)
        content = run("gaps", landscape, {"kind": given.kind} if given.kind else {}).as_dict()
        if given.publishable:
            content = publishable_gaps(content, landscape)
        else:
            content = with_statuses(content, statuses(store), given.status)
    print_result(content, given.format)


def _analyse(verbs: Any) -> None:
    from analysis import ANALYSES

    parser = _verb(verbs, "analyse", _run_analyse, "run one analysis by its name")
    parser.add_argument("name", metavar="NAME", help=f"one of {', '.join(sorted(ANALYSES))}")
    _add_parameters(parser)
    _add_view(parser)


def _run_analyse(given: argparse.Namespace, settings: Settings) -> None:
    from analysis import run
    from views.terminal import print_result

    parameters = _parameters(given)
    with _landscape(given, settings) as landscape:
        print_result(run(given.name, landscape, parameters).as_dict(), given.format)


def _site(verbs: Any) -> None:
    parser = _verb(verbs, "site", _run_site, "find where the next guardians or services would close most of the gap")
    parser.add_argument("--for", dest="sites_for", choices=("guardian", "service"), required=True)
    parser.add_argument("-n", metavar="N", default=None, help="how many sites (default 5)")
    parser.add_argument("--budget", metavar="GBP", default=None, help="as many sites as this holds")
    parser.add_argument("--cost-per-site", metavar="GBP", default=None, help="what one site costs")
    parser.add_argument("--within-m", metavar="M", default=None, help="within reach (default 400; of services 2154)")
    parser.add_argument("--cover-all", action="store_true", help="the fewest sites that cover all that can be covered")
    parser.add_argument("--assume-open", action="store_true", help="venues of unknown hours are taken to be open")
    _add_parameters(parser, help="another parameter of the analysis siting, such as k=2")
    _add_view(parser)


def _run_site(given: argparse.Namespace, settings: Settings) -> None:
    from analysis import run
    from views.terminal import print_result

    names = ("sites_for", "n", "budget", "cost_per_site", "within_m", "cover_all", "assume_open")
    options = {name: str(value) for name in names if (value := getattr(given, name)) not in (None, False)}
    parameters = _parameters(given) | options
    with _landscape(given, settings) as landscape:
        print_result(run("siting", landscape, parameters).as_dict(), given.format)


def _diff(verbs: Any) -> None:
    parser = _verb(verbs, "diff", _run_diff, "say what changed from one package, backup or day to another")
    parser.add_argument("before", metavar="BEFORE", help="a package or backup file, a date, or store (today's)")
    parser.add_argument("after", metavar="AFTER", help="the same")
    _add_view(parser, as_of="both as things stood on that day (default: the day each was written; of the store, today)")


def _run_diff(given: argparse.Namespace, settings: Settings) -> None:
    from analysis.change import compare
    from views.terminal import print_result

    sides = [_held(text, given, settings) for text in (given.before, given.after)]
    content = compare(*(landscape for landscape, _ in sides)).as_dict()
    notes = dict.fromkeys(note for _, said in sides for note in said)
    print_result({**content, "caveats": [*notes, *content["caveats"]]}, given.format)


def _held(text: str, given: argparse.Namespace, settings: Settings) -> tuple[Landscape, tuple[str, ...]]:
    """Return the landscape that a side of a comparison names, and what to know of it."""
    from datetime import date

    from analysis.change import ONE_STORE
    from ingest.held import landscape_in

    as_of = _date(given.as_of, settings) if given.as_of or settings.demo else None
    day, notes = as_of or date.today(), tuple[str, ...]()
    if text != "store":
        try:
            day, notes = date.fromisoformat(text), (ONE_STORE,)
        except ValueError:
            return landscape_in(Path(text), settings, area=given.area, as_of=as_of)
    with _landscape_of(given.area, day, settings) as landscape:
        return landscape, notes


def _whatif(verbs: Any) -> None:
    parser = _verb(verbs, "whatif", _run_whatif, "say what is lost if an organisation, funder, chain or link goes")
    parser.add_argument(
        "--without",
        nargs="+",
        action="extend",
        required=True,
        metavar="ID",
        help="org:, guardian:, service:, forum: or programme: id, the id of a link, or brand:NAME for a chain",
    )
    parser.add_argument("--gaps", action="store_true", help="also what is new or wider in the gap list")
    _add_view(parser)


def _run_whatif(given: argparse.Namespace, settings: Settings) -> None:
    from analysis.facts.removal import removal
    from analysis.what_if import losses_of
    from views.terminal import print_result

    with _landscape(given, settings) as landscape:
        content = losses_of(landscape, removal(landscape, given.without), gaps=given.gaps).as_dict()
    print_result(content, given.format)


def _query(verbs: Any) -> None:
    parser = _verb(verbs, "query", _run_query, "run a query of the library, a .cypher file, or standard input (-)")
    parser.add_argument("name", metavar="NAME|FILE|-")
    _add_parameters(parser)
    parser.add_argument("--format", choices=ANY_FORMAT, default="table")


def _run_query(given: argparse.Namespace, settings: Settings) -> None:
    from graphmodel.store import open_store
    from views.answers import answer
    from views.terminal import print_result

    parameters = _parameters(given)
    text = sys.stdin.read() if given.name == "-" else None
    with _store(settings, open_store) as store:
        print_result(answer(store, given.name, parameters, text=text), given.format)


# --- edit, same, history, undo --------------------------------------------------------------------------------------


def _edit(verbs: Any) -> None:
    parser = _verb(verbs, "edit", _run_edit, "change fields of a node or a link; kept through every reload")
    parser.add_argument("id", metavar="ID", help="id of a node or a link, such as guardian:fhrs-123")
    parser.add_argument("changes", nargs="+", metavar="FIELD=VALUE", help="as in a file; FIELD= makes it unknown")
    _add_team(parser)


def _run_edit(given: argparse.Namespace, settings: Settings) -> None:
    from graphmodel.store import open_store
    from ingest.changes import assignments, changes_of

    texts = assignments(given.changes)
    with _store(settings, open_store) as store:
        made = store.edit(given.id, changes_of(store.kind_of(given.id), texts), given.team)
    _say_changes(made, "Nothing was changed: it was so already.")


def _same(verbs: Any) -> None:
    parser = _verb(verbs, "same", _run_same, "say that two records are one thing, or two (landscape analyse identity)")
    parser.add_argument("one", metavar="ID")
    parser.add_argument("other", metavar="ID")
    parser.add_argument("--not", dest="refused", action="store_true", help="they are two; not suggested again")
    _add_team(parser)


def _run_same(given: argparse.Namespace, settings: Settings) -> None:
    from graphmodel.identity import CONFIRMED, REFUSED
    from graphmodel.store import open_store

    with _store(settings, open_store) as store:
        made = store.decide(given.one, given.other, REFUSED if given.refused else CONFIRMED, given.team)
    _say_changes(made, "Nothing was changed: it was so already.")


def _history(verbs: Any) -> None:
    parser = _verb(verbs, "history", _run_history, "list what people changed of a node, a link or a gap")
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--format", choices=ANY_FORMAT, default="table")


def _run_history(given: argparse.Namespace, settings: Settings) -> None:
    from dataclasses import asdict

    from graphmodel.store import open_store
    from views.terminal import print_result

    with _store(settings, open_store) as store:
        store.kind_of(given.id)
        made = store.history(given.id)
    if given.format == "table":
        _say_changes(made, f"Nobody has changed {given.id}.")
        return
    rows = [{name: _iso(value) for name, value in asdict(each).items()} for each in made]
    print_result({"rows": rows}, given.format)


def _undo(verbs: Any) -> None:
    parser = _verb(verbs, "undo", _run_undo, "take back the last change that still holds")
    parser.add_argument("--of", default=None, metavar="ID", help="the last change of this node, link or gap")
    _add_team(parser)


def _run_undo(given: argparse.Namespace, settings: Settings) -> None:
    from graphmodel.store import open_store

    with _store(settings, open_store) as store:
        _say_changes(store.undo(given.team, of=given.of), "There is nothing to take back.")


def _add_team(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--team", default="command line", help="who makes the change: a team, never a person")


def _say_changes(made: Sequence[Edit], nothing: str) -> None:
    for each in made:
        if not each.field.endswith("_week"):  # the hours again, for machines
            change = f"{each.field}: {_known(each.before)} > {_known(each.after)}"
            print(f"{each.when:%Y-%m-%d %H:%M}  {each.team}  {each.node}  {change}")
    if not made:
        print(nothing)


def _iso(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _known(value: Any) -> str:
    return "not known" if value is None else "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _add_parameters(parser: argparse.ArgumentParser, *, help: str | None = None) -> None:
    parser.add_argument("-p", dest="parameters", action="append", default=[], metavar="NAME=VALUE", help=help)


def _add_view(parser: argparse.ArgumentParser, *, as_of: str = "as things stood on that day (default: today)") -> None:
    parser.add_argument("--area", default=None, metavar="CODE", help="code or area: id; its parts are included")
    parser.add_argument("--as-of", default=None, metavar="DATE", help=as_of)
    parser.add_argument("--format", choices=ANY_FORMAT, default="table")


def _parameters(given: argparse.Namespace) -> dict[str, str]:
    pairs = [text.partition("=") for text in given.parameters]
    for name, equals, value in pairs:
        if not name or not equals:
            raise InputError(f"-p {name} is not of the form name=value.")
        try:
            value.encode()
        except UnicodeEncodeError:  # bytes of another encoding
            raise InputError(f"The value of -p {name} is not UTF-8 text.") from None
    return {name.strip(): value for name, _, value in pairs}


def _landscape(given: argparse.Namespace, settings: Settings) -> contextlib.AbstractContextManager[Landscape]:
    return _landscape_of(given.area, _date(given.as_of, settings), settings)


@contextlib.contextmanager
def _landscape_of(area: str | None, as_of: date, settings: Settings) -> Iterator[Landscape]:
    from graphmodel.landscape import Landscape
    from graphmodel.store import open_store

    with _store(settings, open_store) as store:
        yield Landscape.load(store, area=area, as_of=as_of)


@contextlib.contextmanager
def _store(settings: Settings, open_store: Callable[[Settings], GraphStore]) -> Iterator[GraphStore]:
    if settings.demo:
        from demo.loader import ensure_demo

        ensure_demo(settings)
    with open_store(settings) as store:
        yield store


def _date(text: str | None, settings: Settings) -> Any:
    from datetime import date

    if text is None:
        from demo import AS_OF

        return AS_OF if settings.demo else date.today()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError(f"--as-of {text} is not a date; write it as 2026-11-01.") from None
    if day.year > LAST_YEAR:
        raise InputError(f"--as-of {text} is too far away; give a day before {LAST_YEAR + 1}.")
    return day


# --- export, store, doctor ------------------------------------------------------------------------------------


def _export(verbs: Any) -> None:
    parser = _verb(verbs, "export", _run_export, "write the landscape to files")
    parser.add_argument("--format", choices=("package", "graphml", "gexf", "gpkg", "parquet", "xlsx"), required=True)
    parser.add_argument("-o", dest="output", type=Path, required=True, metavar="PATH")
    parser.add_argument("--area", default=None, metavar="CODE", help="only this area, its parts included")
    parser.add_argument(
        "--as-of", default=None, metavar="DATE", help="as things stood on that day (default: everything)"
    )
    parser.add_argument("--publishable", action="store_true", help="only what may be shown outside the partnership")


def _run_export(given: argparse.Namespace, settings: Settings) -> None:
    from graphmodel.export import EXPORTS
    from graphmodel.landscape import Landscape
    from graphmodel.store import open_store

    with _store(settings, open_store) as store:
        some = given.area or given.as_of
        held = Landscape.load(store, given.area, _date(given.as_of, settings)) if some else store
        print(EXPORTS[given.format](held, given.output, publishable=given.publishable))


def _store_verbs(verbs: Any) -> None:
    parser = verbs.add_parser("store", help="start, stop, look at, back up or restore the store")
    actions = parser.add_subparsers(dest="store_verb", required=True, metavar="start|stop|status|backup|restore")
    _verb(actions, "start", _run_start, "start the bundled store and leave it running")
    _verb(actions, "stop", _run_stop, "stop the bundled store")
    _verb(actions, "status", _run_status, "say where the store is and what it holds")
    for name, run, help in (
        ("backup", _run_backup, "write everything to one portable file"),
        ("restore", _run_restore, "put a backup in place of what the store holds"),
    ):
        _verb(actions, name, run, help).add_argument("file", type=Path, metavar="FILE")


def _run_start(given: argparse.Namespace, settings: Settings) -> None:
    from graphmodel import embedded

    if settings.neo4j_uri:
        raise InputError("NEO4J_URI is set: that server is started and stopped by whoever runs it.")
    print(f"running at {embedded.start(settings).uri}")


def _run_stop(given: argparse.Namespace, settings: Settings) -> None:
    from graphmodel import embedded

    if settings.neo4j_uri:
        raise InputError("NEO4J_URI is set: that server is started and stopped by whoever runs it.")
    print("stopped" if embedded.stop(settings) else "not running")


def _run_status(given: argparse.Namespace, settings: Settings) -> None:
    from graphmodel import embedded
    from graphmodel.store import open_store

    if not settings.neo4j_uri and not embedded.status(settings):
        print("not running")
        return
    with open_store(settings) as store:
        print(f"{store.kind} store '{store.name}', version {store.version()}")
        for name, count in sorted(store.counts().items()):
            print(f"{count:>10,}  {name}")


def _run_backup(given: argparse.Namespace, settings: Settings) -> None:
    from graphmodel.store import open_store

    with _store(settings, open_store) as store:
        store.backup(given.file)
    print(f"wrote {given.file}")


def _run_restore(given: argparse.Namespace, settings: Settings) -> None:
    from graphmodel.store import open_store

    with open_store(settings) as store:
        store.restore(given.file)
    print(f"restored {given.file}")


def _doctor(verbs: Any) -> None:
    parser = _verb(verbs, "doctor", _run_doctor, "say what holds here: settings, versions, store")
    parser.add_argument("--format", choices=("table", "json"), default="table")


def _run_doctor(given: argparse.Namespace, settings: Settings) -> int:
    from graphmodel.doctor import examine
    from views.terminal import print_json

    findings = examine(settings)
    if given.format == "json":
        print_json(findings)
    else:
        for section, content in findings.items():
            print(section)
            for name, value in content.items():
                print(f"  {name:<18} {value}")
    return 0 if findings["store"]["reachable"] else 3


if __name__ == "__main__":
    sys.exit(main())
