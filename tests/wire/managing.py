"""Algorithm management asked as a program asks it: the gateway, a key, raw bytes."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from dataclasses import dataclass

from accounts import keys
from catalog.wire.gateway import WireGateway

SETTINGS = {
    "language": "python3-1",
    "source_visibility": "closed",
    "license": "apl",
    "network_access": "full",
    "pipeline_enabled": True,
    "environment": "cpu",
}
NEW = {"name": "New", "details": {"label": "L"}, "settings": SETTINGS}
ECHO = b"def apply(input):\n    return input\n"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def value(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.value["error"]

    @property
    def code(self) -> int:
        return self.error["code"]


@dataclass(frozen=True)
class Program:
    """A program with one key."""

    key: str = ""

    def ask(self, method, path, body=b"", content_type="application/json") -> Answer:
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        path, _, query = path.partition("?")
        told = {}

        def start(status, headers):
            told["status"], told["headers"] = int(status.split()[0]), dict(headers)

        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": f"/v1/{path}",
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "192.0.2.1",
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
        }
        if self.key:
            environ["HTTP_AUTHORIZATION"] = self.key
        answered = b"".join(WireGateway(None)(environ, start))
        return Answer(told["status"], told["headers"], answered)

    def get(self, path) -> Answer:
        return self.ask("GET", path)

    def post(self, path, body=b"") -> Answer:
        return self.ask("POST", path, body)

    def put(self, path, body=b"", content_type="application/json") -> Answer:
        return self.ask("PUT", path, body, content_type)

    def delete(self, path) -> Answer:
        return self.ask("DELETE", path)

    def call(self, reference, value) -> Answer:
        return self.post(f"algo/{reference}", value)


def program_of(person=None, *, team=None, scopes=("read", "run", "write"), **more):
    holder = {"user": person} if person else {"team": team}
    made = keys.create_key(name="tests", scopes=list(scopes), **holder, **more)
    return Program(made.secret)


def trusted(person):
    """Let staff trust a person's source."""
    person.owner.is_trusted = True
    person.owner.save()
    return person


def zipped(files, *, links=()) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        for name in links:
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o120777 << 16
            archive.writestr(info, "/etc/passwd")
    return written.getvalue()


def tarred(files, *, kind=None, mode="w:gz") -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode=mode) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            if kind is not None:
                info.type, info.linkname, info.size = kind, "/etc/passwd", 0
            archive.addfile(info, io.BytesIO(data))
    return written.getvalue()
