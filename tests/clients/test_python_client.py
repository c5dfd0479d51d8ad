"""The published Python client, unchanged, against the running product."""

from __future__ import annotations

import warnings

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the package is of 2022
    import Algorithmia
    from Algorithmia.errors import AlgorithmException

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]


@pytest.fixture
def client(product, run_key):
    return Algorithmia.client(run_key, product.url)


def test_text_comes_back_as_text(client):
    response = client.algo("util/Echo").pipe("☎ hello")
    assert response.result == "☎ hello"
    assert response.metadata.content_type == "text"
    assert response.metadata.duration > 0


@pytest.mark.parametrize("value", [{"a": [1, None]}, 7, [1.5, True], {}])
def test_json_comes_back_as_json(client, value):
    response = client.algo("util/Echo/0.2.1").pipe(value)
    assert response.result == value
    assert response.metadata.content_type == "json"


@pytest.mark.parametrize("value", [b"\x00\xff bytes", bytearray(b"ab")])
def test_bytes_come_back_as_bytes(client, value):
    response = client.algo("algo://util/Echo").pipe(value)
    assert response.result == bytes(value)
    assert response.metadata.content_type == "binary"


def test_one_algorithms_output_feeds_the_next(client):
    hello = client.algo("demo/Hello").pipe("Ada").result
    assert hello == "Hello Ada"
    scored = client.algo("nlp/GetSentiment").pipe({"text": hello + ", how lovely!"})
    assert scored.result["label"] == "positive"


@pytest.mark.parametrize(
    ("error_type", "message"), [("InputError", "bad"), ("UnsupportedError", "no")]
)
def test_a_raised_exception_arrives_typed(client, error_type, message):
    with pytest.raises(AlgorithmException) as raised:
        client.algo("testing/RaiseException").pipe(
            {"message": message, "error_type": error_type}
        )
    assert raised.value.error_type == error_type
    assert message in raised.value.message


def test_a_timeout_arrives_typed(client):
    algorithm = client.algo("testing/Sleep").set_options(timeout=1)
    with pytest.raises(AlgorithmException) as raised:
        algorithm.pipe(20)
    assert raised.value.error_type == "TimeoutError"


def test_raw_output_is_the_bare_result(client):
    algorithm = client.algo("util/Echo").set_options(
        output=Algorithmia.algorithm.OutputType.raw
    )
    assert algorithm.pipe("bare") == "bare"


def test_a_bad_key_is_refused(product):
    with pytest.raises(Exception, match="401"):
        Algorithmia.client("simNonsense", product.url).algo("util/Echo").pipe("x")
