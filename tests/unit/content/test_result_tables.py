"""Results as tables and trees: bounded, with numbers as they were written."""

from __future__ import annotations

import json

from catalog.content.exact_json import parse_exactly
from catalog.content.result_tables import MAX_ROWS, is_table, tables_of, tree_of


def tables(text):
    return tables_of(parse_exactly(text))


def texts(table):
    head = [column.text for column in table.columns]
    return [head, *([cell.text for cell in row] for row in table.rows)]


def test_an_array_of_objects_is_a_table_with_all_keys():
    (table,) = tables('[{"a": 1.50, "b": "x"}, {"b": "y", "c": [1]}]')
    assert texts(table) == [["a", "b", "c"], ["1.50", "x", ""], ["", "y", "[1]"]]
    assert [column.is_number for column in table.columns] == [True, False, False]


def test_arrays_of_one_length_are_the_columns_of_a_table():
    (table,) = tables('{"low": [1, 2], "high": [3, 4]}')
    assert texts(table) == [["low", "high"], ["1", "3"], ["2", "4"]]


def test_single_values_are_a_table_of_name_and_value():
    rows, facts = tables('{"rows": [[1, 2], [3]], "n": 2, "ok": true}')
    assert texts(rows) == [["1", "2"], ["1", "2"], ["3", ""]]
    assert texts(facts) == [["name", "value"], ["n", "2"], ["ok", "true"]]


def test_what_is_no_table_is_none():
    for text in ("1", '"x"', "[]", "{}", "[1, 2]", '{"a": {"b": 1}}', "[1, {}]"):
        assert tables(text) == []


def test_a_table_that_shows_all_there_is_is_told():
    assert is_table(parse_exactly('{"rows": [{"a": 1}]}'))
    assert not is_table(parse_exactly('{"rows": [{"a": 1}], "n": 1}'))


def test_long_results_are_cut_and_say_so():
    (table,) = tables(json.dumps([{"n": n} for n in range(MAX_ROWS + 5)]))
    assert (len(table.rows), table.left_out) == (MAX_ROWS, 5)
    tree = tree_of(parse_exactly(json.dumps(list(range(1000)))))
    assert len(tree.branches) + tree.left_out == 1000
    assert tree.left_out > 0


def test_a_tree_has_a_branch_for_each_place():
    tree = tree_of(parse_exactly('{"a": [1.0, {"b": null}], "c": "x"}'))
    assert [branch.key for branch in tree.branches] == ["a", "c"]
    assert tree.branches[0].branches[0].text == "1.0"
    assert tree.branches[1].text == '"x"'
