"""Text of very many tables ends, and says so."""

from ipcbench.report.tables.layout import MOST_TABLES, as_text, new_table


def test_past_so_many_tables_a_line_says_how_many_more_there_are_and_where() -> None:
    tables = [new_table(f"{number}th", ["column"]) for number in range(MOST_TABLES + 3)]
    told = as_text(["heading", *tables])
    assert f"{MOST_TABLES - 1}th" in told
    assert f"{MOST_TABLES}th" not in told
    assert told.endswith("\n3 more tables are left out; `ipcbench show --format json` has all figures")


def test_as_many_as_are_shown_are_all() -> None:
    tables = [new_table(f"{number}th", ["column"]) for number in range(MOST_TABLES)]
    assert "left out" not in as_text(tables)
