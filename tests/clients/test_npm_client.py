"""The published npm client, unchanged, against the running product: calls."""

from __future__ import annotations

import base64

import pytest

from tests.clients.node import said_by_node

pytestmark = [pytest.mark.live, pytest.mark.xdist_group("live")]

PIPE = """
client.algo(given.algorithm).pipe(given.input).then((answer) => said({
  status: answer.status, result: answer.result, error: answer.error,
  metadata: answer.metadata,
}));
"""


@pytest.fixture
def node(product, run_key):
    def node(script, **given):
        return said_by_node(script, key=run_key, address=product.url, given=given)

    return node


@pytest.mark.parametrize("text", ["☎ hello", " ", "7", '{"not": "parsed"}'])
def test_text_comes_back_as_text(node, text):
    answer = node(PIPE, algorithm="util/Echo", input=text)
    assert answer["status"] == 200
    assert answer["result"] == text
    assert answer["metadata"]["content_type"] == "text"
    assert answer["metadata"]["duration"] > 0


@pytest.mark.parametrize("value", [{"a": [1, None, "é"]}, [1.5, True], 7, None, {}])
def test_json_comes_back_as_json(node, value):
    answer = node(PIPE, algorithm="util/Echo/0.2.1", input=value)
    assert answer["result"] == value
    assert answer["metadata"]["content_type"] == "json"


def test_bytes_come_back_as_bytes(node):
    sent = bytes(range(256))
    script = """
    client.algo('util/Echo').pipe(Buffer.from(given.bytes, 'base64'))
      .then((answer) => said(answer.get()));
    """
    back = node(script, bytes=base64.b64encode(sent).decode())
    assert base64.b64decode(back["base64"]) == sent


def test_json_that_is_text_already_is_sent_as_it_is(node):
    script = "client.algo('util/Echo').pipeJson(given.text).then((a) => said(a.get()));"
    assert node(script, text='{"a":[1,2]}') == {"a": [1, 2]}


@pytest.mark.parametrize(
    "reference",
    [
        "algo://util/Echo",
        "algo://util/Echo/0.2.1",
        "util/echo",
        "util/Echo/0.2.x",
        "util/Echo/0",
        "util/Echo/latest",
    ],
)
def test_an_algorithm_is_reached_by_every_form_of_its_name(node, reference):
    assert node(PIPE, algorithm=reference, input="x")["result"] == "x"


def test_one_algorithms_output_feeds_the_next(node):
    script = """
    client.algo('demo/Hello').pipe('Ada').then((hello) => {
      client.algo('util/Echo').pipe(hello.get()).then((echo) => said(echo.get()));
    });
    """
    assert node(script) == "Hello Ada"


def test_options_go_along_in_the_name(node):
    answer = node(PIPE, algorithm="util/Echo?timeout=10&stdout=false", input="x")
    assert answer["result"] == "x"


def test_a_raised_exception_is_an_error_with_its_message(node):
    answer = node(
        PIPE,
        algorithm="testing/RaiseException",
        input={"message": "kaput", "error_type": "InputError"},
    )
    assert answer["status"] == 200
    assert answer["error"]["message"] == "kaput"
    assert answer["error"]["error_type"] == "InputError"


def test_get_throws_what_an_algorithm_raised(node):
    script = """
    client.algo('testing/RaiseException').pipe(given).then((answer) => {
      try { answer.get(); said('nothing was thrown'); } catch (thrown) { said(thrown); }
    });
    """
    assert node(script, message="kaput", error_type="InputError") == "kaput"


def test_a_timeout_is_an_error_with_its_type(node):
    answer = node(PIPE, algorithm="testing/Sleep?timeout=1", input=20)
    assert answer["status"] == 200
    assert answer["error"]["error_type"] == "TimeoutError"


def test_a_name_that_is_none_is_an_error_with_its_message(node):
    answer = node(PIPE, algorithm="nobody/Nothing", input="x")
    assert answer["status"] == 404
    assert answer["error"]["message"] == "algorithm algo://nobody/Nothing not found"


def test_an_empty_text_is_refused_in_words(node):
    # The client sends it chunked, and so it looks like a chunk that was damaged.
    answer = node(PIPE, algorithm="util/Echo", input="")
    assert answer["status"] == 400
    assert "chunked" in answer["error"]["message"]


def test_a_bad_key_is_refused_with_a_message(product):
    answer = said_by_node(
        PIPE,
        key="simNonsense",
        address=product.url,
        given={"algorithm": "util/Echo", "input": "x"},
    )
    assert answer["status"] == 401
    assert answer["error"]["message"] == "authorization required"
