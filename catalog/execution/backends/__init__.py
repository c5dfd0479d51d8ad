"""Execution backends; settings name them by path."""

from __future__ import annotations
