"""What is no address under /api is answered in the words of /api, whoever asks how."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize(
    "path", ["nothing", "v1/keys/7", "v1/runs/a%0Ab", "v1/keys/%0A", "v1//", ""]
)
def test_it_is_one_problem_for_every_method(method, path):
    client = Client(enforce_csrf_checks=True)
    answer = getattr(client, method)(f"/api/{path}")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
