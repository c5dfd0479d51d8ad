"""The executor and its workers: standard library only, runs under `python -I`."""

from __future__ import annotations
