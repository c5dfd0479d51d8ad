"""Which addresses under /v1/algo are a batch and which a single call."""

from __future__ import annotations

import pytest

from catalog.wire import batches, views
from catalog.wire.gateway import _match

ID = "0192a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"


@pytest.mark.parametrize(
    ("path", "ref"),
    [
        ("algo/demo/Hello/batch", "demo/Hello"),
        ("algo/demo/Hello/batch/", "demo/Hello"),
        ("algo/demo/Hello/1.0.3/batch", "demo/Hello/1.0.3"),
        ("algo/algo://demo/Hello/batch", "algo://demo/Hello"),
        ("algo/algo:/demo/Hello/1.*/batch", "algo:/demo/Hello/1.*"),
        ("algo/demo/batch/batch", "demo/batch"),
        (f"algo/{ID}/batch", ID),
        (f"algo/{ID}/latest/batch", f"{ID}/latest"),
    ],
)
def test_a_batch_ends_in_batch(path, ref):
    assert _match(path) == (batches.batch, {"ref": ref})


@pytest.mark.parametrize(
    "ref",
    [
        "demo/Hello",
        "demo/batch",
        "demo/batch/",
        "demo/batch/1.0.0",
        "demo/Hello/1.0.3",
        "demo/Hello/1.0.3/",
        "batch/batch",
        "demo/minibatch",
        "demo/Hello/batches",
        "a/b/c/d/batch",
        "batch",
        "",
    ],
)
def test_everything_else_is_a_call(ref):
    assert _match(f"algo/{ref}") == (views.call, {"ref": ref})
