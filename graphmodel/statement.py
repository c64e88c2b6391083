"""Does this Cypher text only read? A look at its words, before any server sees it.

The text is cut into strings, comments, quoted names, parameters, words and signs, so that a word inside a string is
not taken for a clause. What is let through is still refused by the server's own means (``reader.py``): this is the
part that is the same on both servers, and the one that says why in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from graphmodel.errors import InputError, Refused

MAXIMUM_LENGTH = 50_000

FIRST_WORDS = frozenset({"MATCH", "OPTIONAL", "UNWIND", "WITH", "RETURN", "CALL"})
WRITING_WORDS = frozenset(
    {"ALTER", "CREATE", "DELETE", "DENY", "DETACH", "DROP", "FOREACH", "GRANT", "INSERT", "MERGE", "REMOVE", "RENAME"}
    | {"REVOKE", "SET"}
)
PROCEDURES = frozenset({"db.labels", "db.relationshiptypes", "db.propertykeys"})
# A longer list in one expression fills a server's memory before its time-out is looked at.
MAXIMUM_RANGE = 3_000_000
# Functions with a dot in their name belong to these; others may come from a plug-in that does anything.
FUNCTION_FAMILIES = frozenset(
    {"date", "datetime", "duration", "localdatetime", "localtime", "point", "time", "vector", "string", "math"}
)

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<comment>//[^\n\r]*|/\*.*?\*/)
      | (?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<name>`(?:[^`]|``)*`)
      | (?P<parameter>\$(?:\w+|`(?:[^`]|``)*`))
      | (?P<number>0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
      | (?P<word>\w+)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_UNCLOSED = frozenset("'\"`")


class Token(NamedTuple):
    """A piece of the text: its kind (comment, string, name, parameter, number, word or sign) and how it is written."""

    kind: str
    text: str


def tokens(text: str) -> Iterator[Token]:
    """Yield the pieces of a Cypher text, white space left out.

    Raises InputError where a string, a quoted name or a comment is not closed.
    """
    previous = ""
    for match in _TOKEN.finditer(text):
        kind, piece = str(match.lastgroup), match.group()
        if kind == "sign" and (piece in _UNCLOSED or (previous == "/" and piece == "*")):
            raise InputError("A string, a quoted name or a comment of the statement is not closed.")
        previous = piece
        if kind != "space":
            yield Token(kind, piece)


def parameters(text: str) -> set[str]:
    """Return the names of the parameters a text uses, without the dollar sign."""
    return {token.text[1:].strip("`") for token in tokens(text) if token.kind == "parameter"}


def labels_and_types(text: str) -> set[str]:
    """Return the labels and types a text names: words with a capital after ``:``, and those joined on by ``|``."""
    found: set[str] = set()
    brackets, earlier, before, chained = [""], "", "", False
    for token in _without_comments(text):
        name = token.text.strip("`")
        if token.text == ":":
            # {key: VALUE} names no label.
            chained = not (brackets[-1] == "{" and earlier in ("{", ","))
        elif token.kind in ("word", "name") and before in (":", "|"):
            if chained and name[:1].isupper():
                found.add(name)
        elif token.text != "|":
            chained = False
        if token.text in ("(", "[", "{"):
            brackets.append(token.text)
        elif token.text in (")", "]", "}") and len(brackets) > 1:
            brackets.pop()
        earlier, before = before, token.text
    return found


def check_reads(text: str) -> str:
    """Return the one statement of ``text`` without a closing semicolon, if all it can do is read.

    Raises Refused for a statement that would write, run a procedure that is not on the short list, leave the
    database, read a file or the network, or ask about the server; InputError for none, several or an unclosed one.
    """
    if len(text) > MAXIMUM_LENGTH:
        raise InputError(f"The statement is longer than {MAXIMUM_LENGTH:,} characters; give lists as parameters.")
    if "\\u" in text.lower() or "\x00" in text:
        # Neo4j reads \u0027 as a quote before it looks at strings: what is inside one would not be sure.
        raise Refused("The statement holds a \\u escape; write the character itself, or give it as a parameter.")
    pieces = _without_comments(text)
    while pieces and pieces[-1].text == ";":
        pieces.pop()
    if not pieces:
        raise InputError("There is no statement to run.")
    if any(token.text == ";" for token in pieces):
        raise Refused("There are two statements; give one at a time.")
    _check_first(pieces[0])
    _check_words(pieces)
    return _without_end(text)


def _check_first(token: Token) -> None:
    if token.kind != "word" or token.text.upper() not in FIRST_WORDS:
        begins = ", ".join(sorted(FIRST_WORDS))
        raise Refused(f"The statement begins with {token.text[:30]}; one that only reads begins with one of {begins}.")


def _check_words(pieces: list[Token]) -> None:
    for position, token in enumerate(pieces):
        before = pieces[position - 1].text.upper() if position else ""
        after = pieces[position + 1 :]
        # A property or a label may have any name; what follows "1." is neither.
        if before == ":" or (before == "." and position > 1 and pieces[position - 2].kind != "number"):
            continue
        if token.kind == "word":
            _check_clause(token.text.upper(), before, after)
        if token.kind in ("word", "name"):
            _check_call(token, before, after)
        if token.text.lower() == "range" and after and after[0].text == "(":
            _check_range(after[1:])


def _check_clause(word: str, before: str, after: list[Token]) -> None:
    following = after[0] if after else Token("", "")
    if word in WRITING_WORDS:
        raise Refused(f"The statement would write ({word}); queries here only read.")
    if word == "LOAD" and following.text.upper() == "CSV":
        raise Refused("The statement would read a file or an address (LOAD CSV); load files with `landscape ingest`.")
    if word == "USE" and following.kind in ("word", "name"):
        raise Refused("The statement would leave the landscape's own database (USE).")
    if word == "TRANSACTIONS" and before in ("IN", "CONCURRENT"):
        raise Refused("The statement would run in transactions of its own (IN TRANSACTIONS), which is for writing.")


def _check_range(inside: list[Token]) -> None:
    depth = 1
    for token in inside:
        depth += (token.text == "(") - (token.text == ")")
        if not depth:
            return
        if token.kind == "number" and token.text.isdigit() and int(token.text) > MAXIMUM_RANGE:
            raise InputError(f"The list is longer than {MAXIMUM_RANGE:,} (range); ask for less.")


def _check_call(token: Token, before: str, after: list[Token]) -> None:
    """Refuse procedures and dotted functions that are not on the lists."""
    name = _dotted([token, *after])
    if before == "CALL":
        if name.lower() not in PROCEDURES:
            raise Refused(f"The procedure {name[:80]} is not on the short list of those that only read the landscape.")
    elif "." in name:
        called = after[2 * name.count(".") :][:1]
        if called and called[0].text == "(" and name.split(".")[0].lower() not in FUNCTION_FAMILIES:
            raise Refused(f"The function {name[:80]} is not one of Cypher's own.")


def _dotted(pieces: list[Token]) -> str:
    """Return the dotted name that ``pieces`` begin with."""
    parts = [pieces[0].text.strip("`")]
    position = 1
    while position + 1 < len(pieces) and pieces[position].text == "." and pieces[position + 1].kind in ("word", "name"):
        parts.append(pieces[position + 1].text.strip("`"))
        position += 2
    return ".".join(parts)


def _without_comments(text: str) -> list[Token]:
    return [token for token in tokens(text) if token.kind != "comment"]


def _without_end(text: str) -> str:
    """Return the text up to its closing semicolon, which only comments may follow."""
    end = len(text)
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "sign" and match.group() == ";":
            end = match.start()
            break
    return text[:end].strip()
