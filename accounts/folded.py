"""Names without regard to case, looked up on the indexes that make them unique."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Lookup

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model
    from django.db.models.sql.compiler import SQLCompiler


class FoldedExact(Lookup):
    """`iexact` as LOWER() = LOWER().

    Django's own writes UPPER() on PostgreSQL and LIKE on SQLite; the indexes are over
    LOWER(), so that with those every row would be read.
    """

    lookup_name = "iexact"
    prepare_rhs = False

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"LOWER({left}) = LOWER({right})", (*left_values, *right_values)


def fold(model: type[Model], name: str) -> None:
    """Let `iexact` on the field `name` of `model` use its index over LOWER()."""
    model._meta.get_field(name).register_lookup(FoldedExact)  # type: ignore[union-attr]  # noqa: SLF001 - Django's documented name
