"""What clients in eight languages sent, sent again as raw HTTP to the product."""

from __future__ import annotations

import pytest

from tests.wire.replaying import RECORDED, ask, recorded

pytestmark = [
    pytest.mark.live,
    pytest.mark.xdist_group("live"),
    pytest.mark.usefixtures("listings"),
]
CLIENTS = sorted(path.stem for path in RECORDED.glob("*.txt"))


@pytest.fixture(scope="module")
def alices_key(product):
    """A key of Alice, of whom the recordings are, with every scope of a person."""
    product.command("create_user", "alice")
    scopes = ("read", "run", "write", "data")
    return product.command("create_key", "--user", "alice", "--scope", *scopes)


def test_eight_clients_are_recorded():
    names = ["go", "java", "npm", "php", "python", "r", "ruby", "typescript"]
    assert names == CLIENTS


@pytest.mark.parametrize("client", CLIENTS)
def test_a_clients_requests_are_answered_as_the_contract_demands(
    product, alices_key, client
):
    wrong = []
    for exchange in recorded(client):
        assert exchange.status, f"{exchange.text}: say what is to be answered"
        answer = ask(product.port, exchange.sent(product.port, alices_key))
        wrong += [f"{exchange.text}\n{one}" for one in exchange.problems(*answer)]
    assert not wrong, "\n\n".join(wrong)
