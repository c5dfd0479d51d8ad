"""Search engines to test: empty ones to fill, and filled ones to read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from search_contract import ENGINES, Oracle
from search_documents import all_documents


@pytest.fixture(params=list(ENGINES))
def engine(request):
    return request.param


@pytest.fixture
def make(engine, tmp_path):
    """Build backends of the engine, each in a directory of its own."""
    made = []

    def build(documents=None, *, path=None, position=0, **options):
        place = path or tmp_path / f"index{len(made)}"
        backend = ENGINES[engine](path=place, **options)
        made.append(backend)
        if documents is not None:
            backend.rebuild(documents, position=position)
        return backend

    yield build
    for backend in made:
        backend.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """One backend of each engine with all documents, for tests that only read."""
    backends = {}
    for name, backend_class in ENGINES.items():
        backends[name] = backend_class(path=tmp_path_factory.mktemp(name))
        # In pieces, so that the index has several segments, deletions and moves.
        documents = all_documents()
        early = [replace(d, version=0, audiences=("team:2",)) for d in documents[::7]]
        backends[name].rebuild([*early, *documents[1::7]], position=1)
        for part in range(0, len(documents), 40):
            backends[name].update(documents[part : part + 40], position=2 + part)
    yield backends
    for backend in backends.values():
        backend.close()


@pytest.fixture
def backend(filled, engine):
    return filled[engine]


@pytest.fixture(scope="session")
def oracle():
    return Oracle(all_documents())
