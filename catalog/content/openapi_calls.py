"""The OpenAPI 3.1 document of one version: how it is called, with its own schemas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .openapi_schema import embedded
from .schema_wording import types_of
from .schemas import takes_bytes

PARTS = "/components/schemas"
JSON = "application/json"
KEY = "apiKey"
#: status of a refusal on /v1 -> what it means
REFUSALS = {
    "400": "The request is malformed, or with output=raw the algorithm failed.",
    "401": "The key is missing or unknown.",
    "403": "The key lacks the scope run, or was given the algorithm to read alone.",
    "404": "There is no such algorithm that the key sees.",
    "413": "The input is over the limit.",
    "415": "The Content-Type is none that an algorithm takes.",
    "429": "A limit or quota is used up, or too many runs wait.",
    "500": "The server failed.",
    "503": "The algorithm cannot be run now.",
}
TIMEOUT = {
    "name": "timeout",
    "in": "query",
    "description": "Seconds to wait at most.",
    "schema": {"type": "number", "exclusiveMinimum": 0, "maximum": 3000},
}
OF_BATCHES = [
    {
        "name": "keys",
        "in": "query",
        "description": "Each item is an object of `key` and `input`, and runs once.",
        "schema": {"type": "boolean"},
    },
    {
        "name": "concurrency",
        "in": "query",
        "description": "How many items run at once at most.",
        "schema": {"type": "integer", "minimum": 1},
    },
]
TEXT = {"type": "string"}
METADATA = {
    "type": "object",
    "required": ["content_type", "duration"],
    "properties": {
        "content_type": {"enum": ["json", "text", "binary"]},
        "duration": {"type": "number", "description": "Seconds."},
    },
}
FAILURE = {
    "description": "What the algorithm raised, or what is wrong with the input.",
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "error_type"],
            "properties": {"message": TEXT, "error_type": TEXT, "stacktrace": TEXT},
        },
        "metadata": {
            "type": "object",
            "properties": {"duration": {"type": "number"}},
        },
    },
}
REFUSAL = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message"],
            "properties": {"message": TEXT},
        }
    },
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A titled input and, unless it is None, the output that was recorded."""

    title: str
    input: Any
    output: Any = None


@dataclass(frozen=True, slots=True)
class Described:
    """What the document says of a version; `server` is the site's address."""

    name: str
    number: str
    title: str
    summary: str
    license: str
    server: str
    input_schema: Any
    output_schema: Any
    samples: list[Sample] = field(default_factory=list)


def document(what: Described) -> dict[str, Any]:
    """Return the document; its values are JSON."""
    info: dict[str, Any] = {
        "title": what.title or what.name,
        "summary": what.summary,
        "version": what.number,
    }
    if what.license:
        info["license"] = {"name": what.license}
    path = f"/v1/algo/{what.name}/{what.number}"
    return {
        "openapi": "3.1.0",
        "info": info,
        "servers": [{"url": what.server.rstrip("/")}],
        "security": [{KEY: []}],
        "paths": {
            path: {"post": _call(what)},
            f"{path}/batch": {"post": _batch(what)},
        },
        "components": {
            "securitySchemes": {
                KEY: {"type": "http", "scheme": "bearer", "bearerFormat": "vtr_..."}
            },
            "schemas": _schemas(what),
        },
    }


def _schemas(what: Described) -> dict[str, Any]:
    result = {
        "type": "object",
        "required": ["result", "metadata"],
        "properties": {"result": _part("Output"), "metadata": METADATA},
    }
    line = {
        "description": "One line of a batch's answer; lines come in order.",
        "type": "object",
        "required": ["index"],
        "properties": {"index": {"type": "integer", "minimum": 0}, "key": TEXT},
        "anyOf": [_part("Result"), {"required": ["error"]}],
    }
    return {
        "Input": embedded(what.input_schema, at=f"{PARTS}/Input"),
        "Output": embedded(what.output_schema, at=f"{PARTS}/Output"),
        "Result": result,
        "Failure": FAILURE,
        "Refusal": REFUSAL,
        "Line": line,
    }


def _part(name: str) -> dict[str, str]:
    return {"$ref": f"#{PARTS}/{name}"}


def _call(what: Described) -> dict[str, Any]:
    answered: dict[str, Any] = {
        "schema": {"anyOf": [_part("Result"), _part("Failure")]}
    }
    recorded = {
        f"example{place}": {"summary": each.title, "value": _result(each.output)}
        for place, each in enumerate(what.samples, 1)
        if each.output is not None
    }
    if recorded:
        answered["examples"] = recorded
    return {
        "operationId": "call",
        "summary": what.summary or what.name,
        "parameters": [TIMEOUT],
        "requestBody": {"required": True, "content": _bodies(what)},
        "responses": {
            "200": {
                "description": "What came back, or what the algorithm raised.",
                "content": {JSON: answered},
            },
            **_refusals(),
        },
    }


def _result(output: Any) -> dict[str, Any]:
    kind = "text" if isinstance(output, str) else "json"
    return {"result": output, "metadata": {"content_type": kind, "duration": 0.01}}


def _bodies(what: Described) -> dict[str, Any]:
    """Return the kinds of body that the input schema allows, each with its schema."""
    schema = what.input_schema
    body: dict[str, Any] = {"schema": _part("Input")}
    if what.samples:
        body["examples"] = {
            f"example{place}": {"summary": each.title, "value": each.input}
            for place, each in enumerate(what.samples, 1)
        }
    bodies = {JSON: body}
    says_nothing = schema in ({}, True)
    if says_nothing or (isinstance(schema, dict) and types_of(schema) == ["string"]):
        bodies["text/plain"] = {"schema": _part("Input")}
    if takes_bytes(schema):
        bodies["application/octet-stream"] = {}
    return bodies


def _batch(what: Described) -> dict[str, Any]:
    lines = {"schema": {**TEXT, "description": "A `Line` of JSON for each input."}}
    taken = {"schema": {**TEXT, "description": "One input a line."}}
    return {
        "operationId": "batch",
        "summary": f"{what.name} once for each of many inputs",
        "parameters": [TIMEOUT, *OF_BATCHES],
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": _inputs()}, "application/x-ndjson": taken},
        },
        "responses": {
            "200": {
                "description": "A line for each input, in order.",
                "content": {"application/x-ndjson": lines},
            },
            **_refusals(),
        },
    }


def _inputs() -> dict[str, Any]:
    keyed = {
        "type": "object",
        "required": ["key", "input"],
        "properties": {"key": TEXT, "input": _part("Input")},
    }
    return {"type": "array", "items": {"anyOf": [_part("Input"), keyed]}}


def _refusals() -> dict[str, Any]:
    body = {"content": {JSON: {"schema": _part("Refusal")}}}
    return {status: {"description": said, **body} for status, said in REFUSALS.items()}
