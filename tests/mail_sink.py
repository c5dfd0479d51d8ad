"""A mail server that keeps what it is sent: enough of SMTP for one client."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import EmailMessage

SECONDS = 20


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 sink")
        while line := self.rfile.readline():
            word = line.split(None, 1)[0].upper() if line.strip() else b""
            if word == b"QUIT":
                self.say("221 bye")
                return
            if word == b"DATA":
                self.say("354 go on")
                self.server.keep(self.read_message())
            self.say("250 ok")

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())

    def read_message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)


class MailSink(socketserver.ThreadingTCPServer):
    """Listens on a port of loopback while its block runs."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.messages: list[EmailMessage] = []
        self._read = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def keep(self, data: bytes) -> None:
        self.messages.append(
            email.message_from_bytes(data, policy=email.policy.default)
        )

    def next_text(self, to: str) -> str:
        """The text of the next mail to an address, which is waited for."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            for number, message in enumerate(self.messages[self._read :], self._read):
                if to in str(message["To"]):
                    self._read = number + 1
                    return message.get_content()
            time.sleep(0.05)
        raise AssertionError(f"no mail to {to} in {SECONDS} s")

    def __exit__(self, *_args: object) -> None:
        self.shutdown()
        self.server_close()
