"""What is wrong with a filter expression, and where."""

from __future__ import annotations


class FilterError(ValueError):
    """A filter that cannot be read; the message says what is wrong and how to mend it.

    `position` and `length` (characters, from 0) mark the place in `text`; `line` and
    `column` count from 1. str() is the message with the place.
    """

    def __init__(self, message: str, text: str, position: int, length: int = 1) -> None:
        self.message = message
        self.text = text
        self.position = max(0, min(position, len(text)))
        self.length = max(0, min(length, len(text) - self.position))
        before = text[: self.position]
        self.line = before.count("\n") + 1
        self.column = self.position - (before.rfind("\n") + 1) + 1
        super().__init__(f"{message} (line {self.line}, column {self.column})")
