"""What nobody should send: valid things with something changed in them, from bytes to documents. All of it is drawn from a `Random`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_named_type,
)

from ops.settings import ROOT
from realtime.frames import masked

MASK = b"\x01\x02\x03\x04"
# How often a frame is left as it should be, and how often one that is not leaves open what follows.
WHOLE, TORN = 0.98, 0.2
# How often a message is one that closes its socket; what follows would never be looked at.
FATAL = 0.04
LONGEST_HEADER = 70_000
DOCUMENTS = 400
DEPTH = 5
# They end the session that the others need.
FAREWELLS = ("sign", "delete", "leave", "revoke", "end", "reset", "password")
WORDS = ["type", "id", "payload", "query", "variables", "operationName", "extensions", "authorization", "subscribe", "next", "__proto__"]
TYPES = ["connection_init", "subscribe", "complete", "ping", "pong", "next", "error", "connection_ack", "start", ""]
TEXTS_ODD = [
    "",
    "\0",
    "a\0b",
    "\u202e",
    "\U0001f600",
    "x" * 300,
    "x" * 5000,
    "'; DROP TABLE users; --",
    "../../etc/passwd",
    "%s%n",
    "\ufeff",
]
NUMBERS_ODD = [0, -1, 1, 2**31 - 1, 2**31, -(2**31) - 1, 2**53, 2**63, 2**64, 10**40, 0.1, -0.0, 1e308, 1e-308]
PATHS = ["/graphql", "/graphql/", "/uploads", "/healthz", "/metrics", "/assets/x", "/static/", "/", "/tutorial/..%2f..", "//", "/client/x"]
METHODS = ["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "TRACE", "get", "FOO", "CONNECT"]
MEDIA = [
    "application/json",
    "application/json; charset=utf-8",
    "application/json; charset=latin-1",
    "text/plain",
    "",
    "application/",
    "a" * 300,
]
MULTIPART = "multipart/form-data"
ACCEPTS = [
    "*/*",
    "application/json",
    "application/graphql-response+json",
    "text/html",
    "image/png",
    "q=;;,,;q=x",
    ",",
    "application/json;q=nan",
    "",
]


def bits(chance: Random, data: bytes) -> bytes:
    """With some bytes changed, taken out, doubled or put in."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(changed) + 1)
        match chance.randrange(5):
            case 0:
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[at : at + chance.choice((1, 2, 10))]
            case 2:
                changed[at:at] = changed[at : at + chance.choice((1, 5, 50))]
            case 3:
                changed[at:at] = chance.randbytes(chance.choice((1, 3, 20)))
            case _:
                changed[at:at] = chance.choice((b"\0", b"\r\n", b'"', b"{", b"[" * 600, b"\xff", b"\xed\xa0\x80", b"\\ud800"))
    return bytes(changed)


def value(chance: Random, depth: int = 0) -> Any:
    """Some JSON, more often than not of words that mean something."""
    match chance.randrange(9 if depth < 4 else 7):
        case 0 | 1:
            return chance.choice(WORDS)
        case 2 | 3:
            return chance.choice(TEXTS_ODD)
        case 4:
            return chance.choice(NUMBERS_ODD)
        case 5 | 6:
            return chance.choice((None, True, False, "1", "{ __typename }"))
        case 7:
            return [value(chance, depth + 1) for _ in range(chance.randrange(4))]
        case _:
            return {chance.choice(WORDS): value(chance, depth + 1) for _ in range(chance.randrange(5))}


# GraphQL


@cache
def _schema() -> GraphQLSchema:
    return build_schema(Path(ROOT / "schema" / "schema.graphql").read_text())


@cache
def _documents() -> Sequence[str]:
    """Well-formed operations over the whole schema, the same in every run; their arguments are mostly nonsense."""
    chance = Random(0)
    roots = [("query", _schema().query_type), ("mutation", _schema().mutation_type), ("subscription", _schema().subscription_type)]
    fields = [(kind, name, field) for kind, root in roots if root for name, field in root.fields.items() if not _ends_session(kind, name)]
    found = []
    for n in range(DOCUMENTS):
        kind, name, field = fields[n % len(fields)]
        found.append(f"{kind} {{ {_field(chance, name, field, 0)} }}")
    return found


def _ends_session(kind: str, name: str) -> bool:
    return kind == "mutation" and any(word in name.lower() for word in FAREWELLS)


def _field(chance: Random, name: str, field: Any, depth: int) -> str:
    arguments = [
        f"{key}: {_literal(chance, each.type, 0)}"
        for key, each in field.args.items()
        if isinstance(each.type, GraphQLNonNull) or chance.random() < 0.4
    ]
    given = f"({', '.join(arguments)})" if arguments else ""
    return f"{name}{given}{_selection(chance, get_named_type(field.type), depth)}"


def _selection(chance: Random, of: Any, depth: int) -> str:
    if isinstance(of, GraphQLUnionType | GraphQLInterfaceType):
        some = chance.choice(list(_schema().get_possible_types(of)))
        return f" {{ __typename ... on {some.name}{_selection(chance, some, depth)} }}"
    if not isinstance(of, GraphQLObjectType):
        return ""
    names = chance.sample(list(of.fields), k=min(len(of.fields), chance.randint(1, 5)))
    inner = [name for name in names if depth < DEPTH or not isinstance(get_named_type(of.fields[name].type), GraphQLObjectType)]
    told = [_field(chance, name, of.fields[name], depth + 1) for name in inner]
    return " { " + " ".join(["__typename", *told]) + " }"


def _literal(chance: Random, of: Any, depth: int) -> str:
    if isinstance(of, GraphQLNonNull):
        return _literal(chance, of.of_type, depth)
    if chance.random() < 0.08:
        return "null"
    if isinstance(of, GraphQLList):
        return "[" + ", ".join(_literal(chance, of.of_type, depth + 1) for _ in range(chance.choice((0, 1, 1, 2)))) + "]"
    if isinstance(of, GraphQLEnumType):
        return str(chance.choice([*of.values, "NOTHING"]))
    if isinstance(of, GraphQLInputObjectType):
        names = [name for name, each in of.fields.items() if isinstance(each.type, GraphQLNonNull) or (depth < 3 and chance.random() < 0.4)]
        return "{" + ", ".join(f"{name}: {_literal(chance, of.fields[name].type, depth + 1)}" for name in names) + "}"
    match of.name:
        case "Int" | "Float" | "Micros" | "BigInt":
            return str(chance.choice(NUMBERS_ODD))
        case "Boolean":
            return chance.choice(("true", "false"))
    return json.dumps(chance.choice([*TEXTS_ODD, "2026-11-22T00:00:00Z", "5", "VXNlcjox", "1e400", "0.5", "-1", "ada@example.test"]))


def document(chance: Random) -> str:
    text = chance.choice(_documents())
    match chance.randrange(8):
        case 0 | 1 | 2:
            return text
        case 3:
            return bits(chance, text.encode()).decode(errors="replace")
        case 4:
            words = text.split()
            place = chance.randrange(len(words))
            words[place : place + chance.choice((0, 1))] = [
                chance.choice(["...F", "@skip(if: $x)", "}", "{", "a: b", "on", "!", '"""', "$"])
            ]
            return " ".join(words)
        case 5:
            return chance.choice(
                ("{" * 500, "{a" * 2000, "query A { a } " * 50, "fragment F on Query { ...F } { ...F }", "#" * 9000, "{ a(b: " + "[" * 1500)
            )
        case 6:
            return f"query Q($x: {chance.choice(('Int', 'ID!', '[Nothing]', 'Boolean = 5'))}) {text.partition(' ')[2]}"
    return "{ " + " ".join(f"a{n}: __typename" for n in range(chance.choice((5, 40, 900)))) + " }"


def operation(chance: Random, odd: float) -> Any:
    """The parameters of a request, of which a share is malformed."""
    body: Any = {"query": document(chance)}
    if chance.random() < odd:
        body[chance.choice(WORDS)] = value(chance)
    if chance.random() < 0.3:
        body["variables"] = {"x": value(chance), "after": value(chance)}
    return body if chance.random() < 1 - odd / 8 else value(chance)


# WebSocket


def message(chance: Random) -> bytes:
    """A message of graphql-transport-ws, or what might be taken for one."""
    made: Any = {"type": chance.choice(TYPES), "id": str(chance.randrange(4))}
    if chance.random() < 0.9:
        made = {"type": "subscribe", "id": chance.randbytes(4).hex(), "payload": operation(chance, 0.03)}
    if chance.random() < FATAL:
        made[chance.choice(("type", "id", "payload"))] = value(chance)
    told = json.dumps(made if chance.random() > FATAL / 4 else value(chance), ensure_ascii=chance.random() < 0.5).encode(errors="replace")
    return told if chance.random() > FATAL / 2 else bits(chance, told)


def frame(opcode: int, payload: bytes, *, is_final: bool = True, mask: bytes = MASK) -> bytes:
    length = len(payload)
    if length < 126:
        size = bytes([0x80 | length])
    elif length < 1 << 16:
        size = b"\xfe" + length.to_bytes(2)
    else:
        size = b"\xff" + length.to_bytes(8)
    return bytes([0x80 * is_final | opcode]) + size + mask + masked(payload, mask)


def frames(chance: Random) -> tuple[bytes, bool]:
    """One message or less, as bytes on the wire; and whether it is surely whole, so that what follows begins a frame of its own."""
    payload = message(chance)
    if chance.random() < WHOLE:
        if chance.random() < 0.15 and len(payload) > 2:
            cut = chance.randrange(1, len(payload))
            between = chance.choice((b"", frame(0x9, b"between")))
            return frame(0x1, payload[:cut], is_final=False) + between + frame(0x0, payload[cut:]), True
        return frame(0x1, payload), True
    return _odd_frame(chance, payload)


def _odd_frame(chance: Random, payload: bytes) -> tuple[bytes, bool]:
    good = frame(0x1, payload)
    if chance.random() < TORN:
        whole = chance.choice((bits(chance, good), good[: chance.randrange(len(good))]))
        return chance.choice((whole, b"\x81\xff" + chance.choice((2**20, 2**31, 2**62, 2**63)).to_bytes(8) + MASK)), False
    return chance.choice(_ODD_FRAMES)(chance, good, payload), True


# By a good frame and its payload.
_ODD_FRAMES: Sequence[Callable[[Random, bytes, bytes], bytes]] = (
    # Reserved bits, unknown opcodes, no mask.
    lambda chance, good, _: bytes([good[0] | chance.choice((0x10, 0x20, 0x40, 0x70))]) + good[1:],
    lambda chance, good, _: bytes([0x80 | chance.choice((3, 4, 5, 6, 7, 0xB, 0xF))]) + good[1:],
    lambda _, good, __: bytes([good[0], good[1] & 0x7F]) + good[2:],
    # Control frames: odd ones, long ones, parts of one.
    lambda chance, _, __: frame(chance.choice((0x8, 0x9, 0xA)), chance.randbytes(chance.choice((0, 1, 2, 60, 125)))),
    lambda chance, _, __: frame(chance.choice((0x8, 0x9, 0xA)), b"x" * 126),
    lambda _, __, ___: frame(0x9, b"", is_final=False),
    # What goes on with nothing, and what begins in the midst of something.
    lambda _, __, payload: frame(0x0, payload),
    lambda _, good, payload: frame(0x1, payload, is_final=False) + good,
    # What is no text.
    lambda chance, _, payload: frame(0x1, chance.choice((b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\x80", payload + b"\xf4\x90\x80\x80"))),
    lambda _, __, payload: frame(0x2, payload),
)


# HTTP


def request(chance: Random, known: str, address: str) -> tuple[bytes, bool]:
    """A request as bytes; and whether it is surely whole, so that it has to be answered. `known` is a cookie, `address` whom it is from."""
    path, body, headers = "/graphql", b"", {"host": "127.0.0.1", "x-forwarded-for": address}
    if chance.random() < 0.5:
        headers["cookie"] = known
    kind = chance.randrange(10)
    method = "POST"
    if kind < 5:
        body = json.dumps(operation(chance, 0.4)).encode(errors="replace")
        headers["content-type"] = "application/json"
        if chance.random() < 0.15:
            body = bits(chance, body)
    elif kind == 5:
        method = "GET"
        path += "?query=" + quote(document(chance)[:3000], errors="replace")
        path += chance.choice(
            ("", "&variables=" + quote(json.dumps(value(chance)), errors="replace"), "&variables=%ff%fe", "&extensions={", "&&=&")
        )
    elif kind < 8:
        path = "/uploads"
        headers |= {"cookie": known, "tidemark-upload": "1"}
        body, headers["content-type"] = _form(chance)
    else:
        method, path = chance.choice(METHODS), chance.choice(PATHS)
    if chance.random() < 0.3:
        headers["accept"] = chance.choice(ACCEPTS)
    if chance.random() < 0.15:
        headers["content-type"] = chance.choice(MEDIA)
    headers["content-length"] = str(len(body))
    return _odd_request(chance, method, path, headers, body)


def _odd_request(chance: Random, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[bytes, bool]:
    is_whole = True
    match chance.randrange(16):
        case 0:
            headers["content-length"] = chance.choice(("-1", "x", "1e3", str(len(body) + 5), "99999999999", "0", ""))
            is_whole = False
        case 1:
            headers[
                chance.choice(("x", "x-request-id", "origin", "authorization", "cookie", "content-encoding", "sec-fetch-site", "te"))
            ] = chance.choice(
                ("Bearer x", "Bearer", "null", "http://evil.test", "gzip", "cross-site", "é", "a" * 3000, "tidemark_session=%00")
            )
        case 2:
            headers["transfer-encoding"] = chance.choice(("chunked", "gzip, chunked", "identity", "x"))
            is_whole = False
        case 3:
            headers["x-long"] = "a" * LONGEST_HEADER
            is_whole = False
        case 4:
            headers["expect"] = "100-continue"
            is_whole = False
        case 5:
            return bits(chance, _written(method, path, headers, body)), False
    return _written(method, path, headers, body), is_whole


def _written(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1", "replace") + body


def _form(chance: Random) -> tuple[bytes, str]:
    """A multipart body and its content type."""
    boundary = chance.choice(("x", "boundary", "a" * 70, "é", ""))
    name = chance.choice(("file", "file", "other", "", "file\0"))
    content = chance.choice(_FILES)(chance)
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
    body = part.encode() * chance.choice((1, 1, 1, 2)) + content + f"\r\n--{boundary}--\r\n".encode()
    told = f"{MULTIPART}; boundary={boundary}" if chance.random() < 0.9 else MULTIPART
    return (bits(chance, body) if chance.random() < 0.5 else body), told


_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)
_WAV = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x00\x00\x00\x00"
_GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff"
    b"!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
_FILES: Sequence[Callable[[Random], bytes]] = (
    lambda chance: bits(chance, _PNG),
    lambda chance: bits(chance, _WAV),
    lambda chance: bits(chance, _GIF),
    lambda chance: b"\xff\xd8\xff\xe0" + chance.randbytes(300),
    lambda chance: b"OggS\0" + chance.randbytes(200),
    lambda chance: b"RIFF\0\0\0\0WEBPVP8 " + chance.randbytes(100),
    lambda chance: b"\x1aE\xdf\xa3" + chance.randbytes(200),
    lambda chance: b"ID3" + chance.randbytes(200),
    lambda chance: chance.randbytes(chance.choice((0, 1, 100, 5000))),
    lambda _: b"<svg/>",
)
