"""The table of operations that people read, against the one that the program reads."""

from pathlib import Path

from suno_web.suno import prices
from suno_web.suno.client import Client
from suno_web.suno.operations import OPERATIONS

ROWS = [
    row
    for row in (Path(__file__).parents[2] / "docs" / "operations.md").read_text().splitlines()
    if row.startswith("| ")
]


def test_every_operation_has_a_row_with_its_path_its_classes_and_its_price():
    for operation in OPERATIONS.values():
        path = operation.path.replace("/record-info", "") if operation.method == "GET" else operation.path
        rows = [row for row in ROWS if path in row and operation.request.__name__ in row]
        rows = rows or [row for row in ROWS if operation.result.__name__ in row]
        assert rows, operation.name
        if operation.price and not operation.priced_by:
            assert any(f"| {prices.price(operation.price):f} |" in row for row in rows), operation.name


def test_every_method_that_is_named_exists_and_none_is_left_out():
    named = {
        word.strip("` ")
        for row in ROWS
        if len(row.split("|")) == 11
        for word in row.split("|")[4].split(",")
        if "`" in word
    }
    asked = {name for name in vars(Client) if not name.startswith("_")} - {"create", "record"}
    assert named == asked
