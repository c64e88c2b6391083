"""Column maps on the Data page: say what the columns of a file mean, with five rows as they would be stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2s
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from graphmodel.codes import code_list
from graphmodel.errors import InputError
from graphmodel.schema import Field
from graphmodel.settings import Settings
from ingest import own_maps
from ingest.draft_map import MapDraft, can_be_run, draft_of, fits_in_key, guess, offered, title, unknown_words
from ingest.mapping import ColumnMap, load_map, parse_map, shipped, slug
from ingest.preview import Column, Seen, describe, preview, tables
from views.components.blocks import complain
from views.loading import preview_issues, preview_rows
from views.markup import bullet_list, heading, note, plain

RUN_BY = "_run_by"
NEEDED = " (needed)"
LICENCES = ("OGL-UK-3.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "ODbL-1.0", "internal use only")
_MOST_WORDS = 30
_SAID = "map_said"  # what to say once after a rerun


def draw_mapping(seen: Sequence[Seen], confirmed: dict[str, str], settings: Settings) -> None:
    """Draw what is only suggested, to confirm it, and the form that says what the columns of one file mean."""
    if said := st.session_state.pop(_SAID, ""):
        st.success(plain(said))
    for each in seen:
        if each.how == "suggested" and each.file not in confirmed:
            _draw_suggested(each, confirmed, settings)
    files = {each.file: each for each in seen if each.can_be_mapped}
    if not files:
        return
    first = next((name for name, each in files.items() if each.how == "unknown"), None)
    names = list(files)
    chosen = st.selectbox(
        "Say what the columns mean of",
        names,
        index=names.index(first) if first else None,
        placeholder="choose a file, to map its columns anew",
        key=f"map_file_{_digest(*names, *(each.how for each in files.values()))}",
    )
    if chosen:
        _draw_form(files[chosen], settings)


def _draw_suggested(seen: Seen, confirmed: dict[str, str], settings: Settings) -> None:
    st.html(note(f"{seen.file} has the columns of “{seen.adapter}”, but another name."))
    if not st.button(plain(f"Read {seen.file} as {seen.adapter}"), key=f"confirm_{_digest(seen.file)}"):
        return
    if seen.own or seen.adapter in shipped():
        kept = own_maps.confirm(seen.adapter, seen.path.name, settings)
        st.session_state[_SAID] = f"{seen.file} is read as {kept.name} from now on."
    else:
        confirmed[seen.file] = seen.adapter
        st.session_state[_SAID] = f"{seen.file} is read as {seen.adapter} in this load."
    st.rerun()


def _draw_form(seen: Seen, settings: Settings) -> None:
    columns = _columns(str(seen.path), seen.path.stat().st_mtime_ns)
    key = f"map_{_digest(seen.source)}"
    known = _known(seen, settings)
    first = (draft_of(known) if known else None) or guess(columns, seen.path.name)
    if known and draft_of(known) is None:
        st.html(note(f"The map {known.name} says more than this form holds: change its file, or begin anew here."))
    st.html(heading(f"What the columns of {seen.file} mean"))
    choices = tables()
    table = st.selectbox(
        "A row becomes", list(choices), list(choices).index(first.table), key=f"{key}_table",
        format_func=lambda name: choices[name],
    )  # fmt: skip
    if table != first.table:
        first = guess(columns, seen.path.name, table)
    draft = _draw_draft(first, columns, f"{key}_{table}", seen)
    told = draft.missing()
    text = draft.yaml([each.name for each in columns], [each.name for each in columns if each.personal], seen.path.name)
    st.html(heading("The first five rows, as they would be stored"))
    if told:
        st.warning(plain(f"They are shown when a row can be kept. Now {'; '.join(told)}."))
    else:
        _draw_preview(seen, text, draft.table, settings)
    _draw_save(seen, text, known.name if known else slug(seen.path.stem) or "map", told, key, settings)


@st.cache_data(show_spinner=False, max_entries=64)
def _columns(path: str, stamp: int) -> tuple[Column, ...]:
    return describe(Path(path))


def _known(seen: Seen, settings: Settings) -> ColumnMap | None:
    """Return the column map that reads a file, or may do so, or None."""
    own = next((each.known for each in own_maps.own_maps(settings) if seen.own and each.name == seen.adapter), None)
    return own or (load_map(seen.adapter) if seen.adapter in shipped() else None)


def _draw_draft(first: MapDraft, columns: Sequence[Column], key: str, seen: Seen) -> MapDraft:
    """Draw the form, filled in as the first draft says, and return the draft as it is filled in now."""
    fields = offered(first.table)
    usable = [each for each in columns if not each.personal]
    if personal := [each.name for each in columns if each.personal]:
        st.html(note(f"Never read, because they may hold personal data: {', '.join(personal)}."))
    given, run_by, twice = _draw_columns(first, usable, fields, key)
    if twice:
        st.warning(plain(f"Two columns give the same field; the first counts: {', '.join(twice)}."))
    words = _draw_words(first, given, {each.name: each for each in usable}, fields, key)
    constants = _draw_constants(first, given, fields, key)
    names = [each.name for each in usable if fits_in_key(each.name)]
    known = [name for name in first.key if name in names]
    telling = st.multiselect(
        "Columns that tell one row from another",
        names,
        known,
        key=f"{key}_key",
        help="The number that somebody gave each row, or for example name and postcode: its id is made of them.",
    )
    sector = ""
    if run_by:
        sector = _code(
            f"Sector of those who run it{NEEDED}", "organisation_sectors", first.run_by_sector, f"{key}_run_by_sector"
        )
    about = _draw_about(first.about, seen, key)
    return MapDraft(first.table, given, constants, words, tuple(telling), run_by, sector, about)


def _draw_columns(
    first: MapDraft, columns: Sequence[Column], fields: Mapping[str, Field], key: str
) -> tuple[dict[str, str], str, list[str]]:
    """Draw a choice of field for each column; return field -> column, the column that says who runs it, and doubles."""
    names = ["", *fields]
    required = {name for name, each in fields.items() if each.required}
    meant = {column: name for name, column in first.fields.items()} | ({first.run_by: RUN_BY} if first.run_by else {})

    def told(name: str) -> str:
        if name == RUN_BY:
            return "Who runs it (becomes an organisation)"
        return f"{title(name)}{NEEDED if name in required else ''}" if name else "– not read –"

    given: dict[str, str] = {}
    run_by, twice = "", []
    for column, half in zip(columns, _halves(len(columns)), strict=True):
        sample = f", such as “{column.sample}”" if column.sample else ""
        before = meant.get(column.name, "")
        run = [RUN_BY] if can_be_run(first.table) and fits_in_key(column.name) else []
        with half:
            name = st.selectbox(
                plain(f"{column.name}{sample}"),
                [*names, *run],
                [*names, *run].index(before) if before in [*names, *run] else 0,
                format_func=told,
                key=f"{key}_column_{_digest(column.name)}",
            )
        if name == RUN_BY:
            run_by = run_by or column.name
        elif name in given:
            twice.append(title(name))
        elif name:
            given[name] = column.name
    with st.expander("What the fields mean"):
        st.html(bullet_list([f"{title(name)}: {each.doc}" for name, each in fields.items()]))
    return given, run_by, twice


def _draw_words(
    first: MapDraft, given: Mapping[str, str], columns: Mapping[str, Column], fields: Mapping[str, Field], key: str
) -> dict[str, dict[str, str]]:
    """Draw a choice of code for each word of a column that is no code; return field -> word -> code."""
    found: dict[str, dict[str, str]] = {}
    for name, column in given.items():
        words = unknown_words(first.table, name, columns[column])
        if not words:
            continue
        before = {word.casefold(): code for word, code in first.words.get(name, {}).items()}
        st.html(heading(f"Words of {column}") + note(f"They are no codes of {title(name)}: say what each means."))
        asked = words[:_MOST_WORDS]
        for word, half in zip(asked, _halves(len(asked)), strict=True):
            with half:
                code = _code(
                    f"“{word}” is", str(fields[name].codes), before.get(word.casefold(), ""),
                    f"{key}_word_{name}_{_digest(word)}",
                )  # fmt: skip
            found.setdefault(name, {})[word] = code
    return found


def _draw_constants(first: MapDraft, given: Mapping[str, str], fields: Mapping[str, Field], key: str) -> dict[str, str]:
    """Draw what is the same on every row: the needed codes that no column gives, and what else somebody adds."""
    needed = [name for name, each in fields.items() if each.required and each.kind == "code" and name not in given]
    others = [name for name, each in fields.items() if name not in given and name not in needed and not each.is_list]
    found: dict[str, str] = {}

    def draw(names: Sequence[str]) -> None:
        for name, half in zip(names, _halves(len(names)), strict=True):
            each, before = fields[name], first.constants.get(name, "")
            label = f"{title(name)} of every row{NEEDED if each.required else ''}"
            with half:
                if each.codes:
                    found[name] = _code(label, each.codes, before, f"{key}_set_{name}")
                else:
                    found[name] = st.text_input(label, before, key=f"{key}_set_{name}").strip()

    if needed:
        st.html(note(f"No column gives {', '.join(title(name) for name in needed)}: choose what holds for every row."))
        draw(needed)
    more = st.multiselect(
        "Also the same on every row", others, [name for name in first.constants if name in others],
        format_func=title, key=f"{key}_more",
    )  # fmt: skip
    if more:
        draw(more)
    return {name: value for name, value in found.items() if value}


def _draw_about(known: Mapping[str, str], seen: Seen, key: str) -> dict[str, str]:
    """Draw where the file comes from and what may be done with it."""
    about: dict[str, str] = {}
    halves = st.columns(2)
    with halves[0]:
        about["title"] = st.text_input("Title", known.get("title", seen.path.stem), key=f"{key}_title").strip()
        about["publisher"] = st.text_input("Publisher", known.get("publisher", ""), key=f"{key}_publisher").strip()
        about["attribution"] = st.text_input(
            "To be printed beside it", known.get("attribution", ""), key=f"{key}_attribution"
        ).strip()
    with halves[1]:
        licence = known.get("licence")
        licences = list(dict.fromkeys([*LICENCES, *([licence] if licence else [])]))
        about["licence"] = (
            st.selectbox(
                "Licence", licences, licences.index(licence) if licence else None, accept_new_options=True,
                placeholder="not known: it will not leave in publishable exports", key=f"{key}_licence",
            ) or ""
        )  # fmt: skip
        levels = code_list("sensitivity")
        about["sensitivity"] = st.selectbox(
            "Who may see it", list(levels), list(levels).index(known.get("sensitivity", "open")),
            format_func=lambda code: levels[code], key=f"{key}_sensitivity",
        )  # fmt: skip
    return about


def _code(label: str, codes: str, known: str, key: str) -> str:
    """Draw a choice of one code, or none; return it or ""."""
    listed = code_list(codes)
    options = list(listed)
    found: str | None = st.selectbox(
        plain(label),
        options,
        options.index(known) if known in options else None,
        format_func=lambda code: listed[code],
        placeholder="choose" if label.endswith(NEEDED) else "choose, or leave blank",
        key=key,
    )
    return found or ""


def _draw_preview(seen: Seen, text: str, table: str, settings: Settings) -> None:
    try:
        found = preview(seen, parse_map(text, "preview", "The map"), settings)
    except InputError as error:
        complain(error)
        return
    for each in dict.fromkeys([table, *(row.table for row in found.rows)]):
        rows = preview_rows(found, each)
        if rows:
            st.html(note(f"{title(each)}: {len(rows)} of these rows"))
            st.dataframe(pd.DataFrame(rows), hide_index=True)
    if found.refused:
        st.html(note(f"{found.refused} would be set aside."))
    if found.issues:
        st.html(note("What was found wrong. A value that looks personal is never shown or stored."))
        st.dataframe(pd.DataFrame(preview_issues(found)), hide_index=True)
    elif found.rows:
        st.html(note("Nothing was found wrong with them."))


def _draw_save(seen: Seen, text: str, name: str, told: list[str], key: str, settings: Settings) -> None:
    named = st.text_input("Name of the map", name, key=f"{key}_name").strip()
    with st.container(horizontal=True):
        save = st.button("Keep the map", type="primary", key=f"{key}_save")
        st.download_button(
            "Download the map (YAML)", text.encode(), f"{slug(named) or 'map'}.yaml", "application/yaml",
            key=f"{key}_download", on_click="ignore",
        )  # fmt: skip
    if save and told:
        complain("The map is not kept yet: see above what is missing before a row can be kept.")
    elif save:
        kept = own_maps.keep(named, text, settings)
        st.session_state[_SAID] = f"The map {kept.name} is kept; {seen.file} is read by it from now on."
        st.rerun()


def draw_own_maps(settings: Settings) -> None:
    """Draw the column maps that are kept, each to be downloaded or deleted."""
    st.html(
        heading("Your column maps")
        + note(
            "They lie beside your data; the app and landscape ingest use them by themselves, before those that ship."
        )
    )
    maps = own_maps.own_maps(settings)
    if not maps:
        st.html(note("There is none yet: choose a file under Files, say what its columns mean, and keep the map."))
        return
    named = {each.name: each for each in maps}
    rows = [
        {
            "Map": name,
            "Becomes": ", ".join(record.table for record in each.known.records.values()) if each.known else "–",
            "Files called": ", ".join(each.known.files) if each.known else "–",
            "Fault": each.fault,
        }
        for name, each in named.items()
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    chosen = st.selectbox("Map", list(named), key="own_map")
    if chosen not in named:
        return
    text = named[chosen].path.read_text("utf-8", "replace")
    st.code(text, language=None, wrap_lines=True)
    with st.container(horizontal=True):
        st.download_button(
            "Download the map (YAML)", text.encode(), f"{chosen}.yaml", "application/yaml", on_click="ignore"
        )
        if st.button("Delete the map", key="own_map_delete"):
            own_maps.remove(chosen, settings)
            st.rerun()


def _halves(number: int) -> Iterator[DeltaGenerator]:
    """Yield places side by side, two in a row: so they follow each other on a narrow screen and by keyboard."""
    for _ in range((number + 1) // 2):
        yield from st.columns(2)[:number]
        number -= 2


def _digest(*parts: str) -> str:
    return blake2s("\n".join(parts).encode("utf-8", "replace"), digest_size=6).hexdigest()
