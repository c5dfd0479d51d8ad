"""A day of use of a fresh product, and every secret that was seen on it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import re
import secrets
import sqlite3
import struct
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from accounts.key_text import new_secret
from tests.live_product import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.live_product import Product
    from tests.mail_sink import MailSink

COOKIES = ("sessionid", "csrftoken")
FORM = "application/x-www-form-urlencoded"
ECHO = "/v1/algo/util/Echo"
STEP = 30


@dataclass
class Secrets:
    """What must be found nowhere, by what it is."""

    held: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, value: str) -> str:
        assert len(value) >= 6, f"{what} is too short to search for: {value!r}"
        if value not in self.held.values():
            self.held[f"{what} {len(self.held)}"] = value
        return value

    def password(self, whose: str) -> str:
        return self.add(f"password of {whose}", f"Pw-{secrets.token_hex(12)}-{whose}")


@dataclass
class Page:
    status: int
    headers: http.client.HTTPMessage
    text: str

    def found(self, pattern: str) -> str:
        match = re.search(pattern, self.text)
        words = re.sub(r"<[^>]*>|\s+", " ", self.text)
        assert match, f"{pattern} in {self.status}: {words[-1500:]}"
        return match[1]

    @property
    def path(self) -> str:
        parts = urlsplit(self.headers["Location"] or "")
        return parts.path + (f"?{parts.query}" if parts.query else "")


class Browser:
    """A browser of one person; its cookies are secrets."""

    def __init__(self, product: Product, kept: Secrets, whose: str) -> None:
        self.port = product.port
        self.kept = kept
        self.whose = whose
        self.cookies: dict[str, str] = {}

    def ask(self, method, path, *, body=None, **headers) -> Page:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            pairs = (f"{name}={value}" for name, value in self.cookies.items())
            sent.setdefault("Cookie", "; ".join(pairs))
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(connection):
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            page = Page(
                answer.status, answer.headers, answer.read().decode(errors="replace")
            )
        for text in answer.headers.get_all("Set-Cookie") or []:
            for name, cookie in SimpleCookie(text).items():
                self._keep(name, cookie.value)
        return page

    def _keep(self, name: str, value: str) -> None:
        if not value or value == '""':
            self.cookies.pop(name, None)
            return
        self.cookies[name] = value
        if name in COOKIES:
            self.kept.add(f"{name} of {self.whose}", value)

    def get(self, path, expected=200) -> Page:
        page = self.ask("GET", path)
        assert page.status == expected, f"GET {path}: {page.status}\n{page.text[:2000]}"
        return page

    def post(self, path, expected=302, /, **fields) -> Page:
        if "csrftoken" not in self.cookies:
            self.get("/settings/sign-in")
        data = {"csrfmiddlewaretoken": self.cookies["csrftoken"], **fields}
        body = urlencode(data, doseq=True)
        page = self.ask("POST", path, body=body, Content_Type=FORM)
        said = re.findall(r"field__error[^>]*>(.*?)</p>", page.text, re.DOTALL)
        assert page.status == expected, f"POST {path}: {page.status} {said}"
        return page

    def sign_in(self, login, password, expected=302) -> Page:
        return self.post("/settings/sign-in", expected, login=login, password=password)

    def sign_out(self) -> None:
        self.post("/settings/sign-out")
        self.cookies.clear()


def code_of(seed: str) -> str:
    """The six digits that an authenticator app shows now (RFC 6238)."""
    key = base64.b32decode(seed + "=" * (-len(seed) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // STEP), hashlib.sha1)
    at = digest[-1] & 15
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


class Day:
    """What people, programs and the operator do, one after another."""

    def __init__(self, product: Product, mail: MailSink) -> None:
        self.product = product
        self.mail = mail
        self.kept = Secrets()
        #: every body that an error, the administration or an export answered with
        self.bodies: dict[str, str] = {}
        self.printed: list[str] = []
        self.keys: list[str] = []

    def live(self) -> Day:
        nora = self.sign_up("nora")
        self.mistype(nora)
        self.make_keys(nora)
        self.call()
        self.invite(nora)
        self.forget_password()
        self.set_up_second_factor()
        self.paste_key()
        self.save_search(nora)
        self.meet_errors(nora)
        self.break_down()
        self.administer()
        return self

    # --- people ---

    def sign_up(self, name: str, **more) -> Browser:
        browser = Browser(self.product, self.kept, name)
        email = f"{name}@example.org"
        password = self.kept.password(name)
        browser.get("/settings/sign-up")
        browser.post(
            "/settings/sign-up", username=name, email=email, password1=password, **more
        )
        link = self._link(email, r"/settings/email/verify/([-:\w]+)")
        browser.get(link)
        browser.post(link)
        if "sessionid" not in browser.cookies:
            browser.sign_in(name, password)
        setattr(self, name, password)
        return browser

    def _link(self, to: str, pattern: str) -> str:
        text = self.mail.next_text(to)
        match = re.search(pattern, text)
        assert match, text
        self.kept.add(f"link mailed to {to}", match[1])
        return match[0]

    def mistype(self, browser: Browser) -> None:
        """Sign in wrongly in each way that people do, then rightly."""
        browser.sign_out()
        wrong = self.kept.password("nobody")
        browser.sign_in("nora", wrong, 200)
        browser.sign_in(self.nora, "nora", 200)  # the fields mixed up
        browser.sign_in("nobody-here", self.nora, 200)
        browser.sign_in("nora", self.nora)

    def make_keys(self, browser: Browser) -> None:
        asked = {"name": "nightly", "scopes": ["read", "run", "write"], "days": "30"}
        page = browser.post("/settings/keys", 200, **asked)
        self._key(page)
        browser.post("/settings/keys", 200, **{**asked, "days": "9999"})
        page = browser.post("/util/Echo/key", 200, target="curl")
        self.keys.append(self.kept.add("key in a snippet", page.found(r"(vtr_\w{46})")))
        browser.post("/teams", name="Night Lab", slug="nightlab", about="")
        self._key(browser.post("/teams/nightlab/keys", 200, **asked))

    def _key(self, page: Page) -> None:
        self.keys.append(self.kept.add("key", page.found(r'id="secret">(vtr_\w+)<')))

    def invite(self, browser: Browser) -> None:
        page = browser.post(
            "/teams/nightlab/invitations",
            200,
            role="member",
            uses="2",
            days="7",
            email="",
        )
        token = page.found(r"/teams/invitations/([-\w]+)<")
        self.kept.add("invitation", token)
        Browser(self.product, self.kept, "a visitor").get(f"/teams/invitations/{token}")
        olaf = self.sign_up("olaf")
        olaf.get(f"/teams/invitations/{token}")
        olaf.post(f"/teams/invitations/{token}")
        browser.post(
            "/teams/nightlab/invitations",
            200,
            role="member",
            uses="1",
            days="7",
            email="paula@example.org",
        )
        self._link("paula@example.org", r"/teams/invitations/([-\w]+)")

    def forget_password(self) -> None:
        browser = Browser(self.product, self.kept, "olaf again")
        browser.get("/settings/reset")
        browser.post("/settings/reset", email="olaf@example.org")
        link = self._link("olaf@example.org", r"/settings/reset/\w+?-([-\w]+)")
        where = browser.get(link, 302).path
        browser.get(where)
        new = self.kept.password("olaf")
        browser.post(where, password1=new)
        browser.cookies.clear()
        browser.sign_in("olaf@example.org", new)
        changed = self.kept.password("olaf")
        browser.post("/settings/password", oldpassword=new, password1=changed)
        self.olaf = changed

    def set_up_second_factor(self) -> None:
        browser = Browser(self.product, self.kept, "olaf with an app")
        browser.sign_in("olaf", self.olaf)
        where = "/settings/two-factor/app"
        page = browser.ask("GET", where)
        if page.status == 302:
            browser.post(page.path, password=self.olaf)
            page = browser.get(where)
        shown = self.kept.add("seed", page.found(r'id="secret">([\w ]+)<'))
        seed = self.kept.add("seed", shown.replace(" ", ""))
        browser.post(where, 200, code="000000")
        browser.post(where, code=code_of(seed))
        codes = browser.get("/settings/two-factor/codes")
        listed = codes.found(r'id="codes"[^>]*>([\s\S]*?)</pre>').split()
        assert len(listed) >= 5
        for code in listed:
            self.kept.add("recovery code", code)
        browser.sign_out()
        browser.sign_in("olaf", self.olaf)
        browser.post("/settings/sign-in/code", 200, code="123456")
        browser.post("/settings/sign-in/code", code=listed[0])
        browser.get("/settings/two-factor")

    def save_search(self, browser: Browser) -> None:
        browser.post("/settings/searches", name="Echoes", query="q=echo")
        page = browser.get("/settings/searches")
        token = page.found(r"/feeds/searches/([^\"]+)\.atom")
        self.kept.add("feed", token)
        browser.get(f"/feeds/searches/{token}.atom")

    # --- programs ---

    def call(self) -> None:
        """Call with each key in the three spellings, and with keys that are none."""
        program = Browser(self.product, self.kept, "a program")
        json = {"Content_Type": "application/json"}
        for key in self.keys:
            for spelling in ("{}", "Simple {}", "Bearer {}"):
                said = {"Authorization": spelling.format(key)}
                answer = program.ask("POST", ECHO, body=b'"hi"', **said, **json)
                assert answer.status == 200, answer.text
                program.ask("GET", "/api/v1/me", **said)

    def meet_errors(self, browser: Browser) -> None:
        program = Browser(self.product, self.kept, "a program")
        unknown = self.kept.add("key of nobody", new_secret())
        mistyped = self.kept.add("mistyped key", self.keys[0][:-1] + "!")
        basic = base64.b64encode(f"{self.keys[0]}:".encode()).decode()
        self.kept.add("key as Basic", basic)
        for key in (self.keys[0], unknown, mistyped, f"Basic {basic}"):
            said = {"Authorization": key}
            for method, path, body in (
                ("GET", "/api/v1/nothing", None),
                ("GET", "/api/v1/audit", None),
                ("GET", "/api/v1/algorithms?limit=x", None),
                ("GET", f"/api/v1/algorithms?q={key}", None),
                ("PUT", "/api/v1/algorithms", b"{"),
                ("POST", "/api/v1/algorithms/util/Echo/runs", b"{"),
                ("POST", ECHO, b"{"),
                ("GET", ECHO, None),
                ("POST", "/v1/algo/nobody/Nothing", b"1"),
                ("POST", f"{ECHO}?timeout=x", b"1"),
                ("POST", f"{ECHO}?output=nothing", b"1"),
                ("GET", "/nobody/Nothing", None),
                ("DELETE", "/", None),
                ("GET", "/search?q=a%00b", None),
            ):
                path = path.replace(" ", "%20")  # noqa: PLW2901 - as it is sent
                page = program.ask(method, path, body=body, **said)
                # Only a search says again what was asked for, to who asked.
                if "?q=" not in path:
                    self.bodies[f"{method} {path} {key[:12]}"] = page.text
        refused = browser.ask(
            "POST",
            "/settings/keys",
            body=b"name=x",
            Content_Type=FORM,
            X_Csrftoken="no",
        )
        assert refused.status == 403
        self.bodies["form without token"] = refused.text

    def break_down(self) -> None:
        """Let the product fail within, with keys and passwords on their way to it."""
        program = Browser(self.product, self.kept, "a program")
        visitor = Browser(self.product, self.kept, "a visitor")
        visitor.get("/settings/sign-in")
        for table in ("catalog_collection", "accounts_session"):
            self._rename(table, f"{table}_away")
            try:
                said = {"Authorization": f"Bearer {self.keys[0]}"}
                failed = [program.ask("GET", "/api/v1/collections", **said)]
                data = {
                    "csrfmiddlewaretoken": visitor.cookies["csrftoken"],
                    "login": "olaf",
                    "password": self.olaf,
                }
                failed.append(
                    visitor.ask(
                        "POST",
                        "/settings/sign-in",
                        body=urlencode(data),
                        Content_Type=FORM,
                        Authorization=self.keys[0],
                    )
                )
            finally:
                self._rename(f"{table}_away", table)
            assert 500 in [page.status for page in failed], table
            for page in failed:
                self.bodies[f"broken {table} {page.status}"] = page.text

    def _rename(self, table: str, to: str) -> None:
        with closing(
            sqlite3.connect(self.product.home / "db.sqlite3", timeout=20)
        ) as db:
            db.execute(f"ALTER TABLE {table} RENAME TO {to}")
            db.commit()

    # --- the operator ---

    def paste_key(self) -> None:
        """Import folders and entries whose texts hold a live key."""
        key = self.product.command("create_key", "--user", "nora", "--scope", "run")
        self.kept.add("pasted key", key)
        entry = self.product.command("create_key", "--user", "nora", "--scope", "run")
        self.kept.add("pasted key", entry)
        place = self.product.home.parent / "folders"
        folder = place / "nightlab" / "Leaky"
        folder.mkdir(parents=True)
        for name in ("README.md", "algorithm.py", "algorithm.toml"):
            text = (ROOT / "samples/util/Echo" / name).read_text()
            (folder / name).write_text(text)
        for name in ("input.schema.json", "output.schema.json"):
            (folder / name).write_text((ROOT / "samples/util/Echo" / name).read_text())
        card = folder / "README.md"
        card.write_text(card.read_text() + f"\nCall it with {key}.\n")
        lines = place / "cards.jsonl"
        lines.write_text(
            '{"id": "nightlab/Words", "title": "Words", '
            f'"docs_markdown": "# Words\\n\\nUse {entry}."}}\n'
        )
        self._run("import_catalog", folder)
        self._run("import_cards", lines)

    def _run(self, command: str, path: Path) -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", command, str(path)],
            cwd=ROOT,
            env=self.product.environment(),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 1, f"{command} took a key: {done.stdout}"
        self.printed += [done.stdout, done.stderr]

    def administer(self) -> None:
        """Look at every page that staff have, and take the audit log along."""
        staff = Browser(self.product, self.kept, "the operator")
        password = (self.product.home / "admin_password").read_text().strip()
        self.kept.add("password of the operator", password)
        staff.sign_in("operator", password)
        index = staff.get("/admin/").text
        lists = sorted(set(re.findall(r'href="(/admin/\w+/\w+/)"', index)))
        lists += [
            "/admin/catalog/auditentry/",
            "/admin/accounts/apikey/",
            "/admin/accounts/invitation/",
            "/admin/accounts/notice/",
        ]
        assert len(lists) > 10
        for address in dict.fromkeys(lists):
            page = staff.ask("GET", address)
            if page.status == 302:  # there is but one row
                page = staff.get(page.path)
            self.bodies[address] = page.text
            rows = set(re.findall(rf'href="({address}[^"?]+/change/)', page.text))
            for row in sorted(rows)[:20]:
                self.bodies[row] = staff.get(row).text
        for start in ("/security/audit", "/settings/audit"):
            self.bodies[start] = staff.get(start).text
            for form in ("csv", "json"):
                address = f"{start}/export?format={form}"
                self.bodies[address] = staff.get(address).text
