"""Whole issues under both packs. All texts are our own; messages of servers are facts."""

import pytest

FORM = """### What happened?

{}

### Warehouse

{}

### Log

```
{}
```

### Version

2.7.1

- [x] I have searched the existing issues
"""

TRACE = """Traceback (most recent call last):
  File "/app/inspector/run.py", line 88, in run
    cursor.execute(sql)
{}"""

TABLE = [
    # connection
    (
        "connection",
        "Nightly run stops",
        FORM.format(
            "Since the move.",
            "PostgreSQL",
            TRACE.format("psycopg2.OperationalError: could not connect to server: Connection refused"),
        ),
    ),
    ("connection", "Cannot connect to Redshift behind a bastion", "The tunnel is up, psql works."),
    (
        "connection",
        "Key-pair login to Snowflake fails",
        FORM.format(
            "See log",
            "Snowflake",
            TRACE.format("snowflake.connector.errors.DatabaseError: 250001 (08001): JWT token is invalid."),
        ),
    ),
    ("connection", "SQL Server on Linux", "pyodbc: Can't open lib 'ODBC Driver 17 for SQL Server' : file not found"),
    ("connection", "Oracle", "ORA-12514: TNS:listener does not currently know of service requested"),
    (
        "connection",
        "BigQuery from a pod",
        "google.auth.exceptions.DefaultCredentialsError: default credentials were not found",
    ),
    ("connection", "Long runs", "The server closed the connection unexpectedly after two hours."),
    # permissions
    (
        "permissions",
        "Profiling stops at the raw schema",
        FORM.format(
            "See log",
            "Snowflake",
            TRACE.format(
                "ProgrammingError: 003001 (42501): SQL access control error:\nInsufficient privileges on schema 'RAW'"
            ),
        ),
    ),
    ("permissions", "Orders are skipped", "ERROR: permission denied for relation orders"),
    (
        "permissions",
        "BigQuery job",
        "403 Access Denied: Project corp: User does not have bigquery.jobs.create permission",
    ),
    ("permissions", "Athena and Glue", "AccessDeniedException: User: arn is not authorized to perform: glue:GetTables"),
    ("permissions", "Profiler requires too many privileges on Snowflake", "SELECT on the table should be enough."),
    (
        "permissions",
        "Databricks views",
        "[INSUFFICIENT_PERMISSIONS] Insufficient privileges: User does not have USE SCHEMA",
    ),
    # sql-dialect
    ("sql-dialect", "Sample query on SQL Server", "Incorrect syntax near 'LIMIT'. (102)"),
    (
        "sql-dialect",
        "Run on BigQuery stops",
        TRACE.format("google.api_core.exceptions.BadRequest: 400 Syntax error: Unexpected keyword ROWS at [2:9]"),
    ),
    ("sql-dialect", "Invalid SQL for tables with reserved words", "A column named order is not quoted."),
    (
        "sql-dialect",
        "Medians",
        FORM.format("No medians.", "DuckDB", "Binder Error: No function matches median(VARCHAR)"),
    ),
    (
        "sql-dialect",
        "Snowflake error on quoted names",
        "000904 (42000): SQL compilation error: invalid identifier 'TOTAL'",
    ),
    ("sql-dialect", "Percentiles on Trino", "FUNCTION_NOT_FOUND: line 1:8: Function 'percentile_cont' not registered"),
    ("sql-dialect", "Oracle sample", "ORA-00933: SQL command not properly ended"),
    # schema-context
    ("schema-context", "Profiler uses the wrong schema when two have the same table", "It takes the first one."),
    (
        "schema-context",
        "Orders in raw",
        TRACE.format('psycopg2.errors.UndefinedTable: relation "raw.orders" does not exist'),
    ),
    ("schema-context", "Regional datasets", "404 Not found: Table corp:raw.orders was not found in location EU"),
    ("schema-context", "Search path is not respected on Redshift", "`search_path` of the role is analytics, public."),
    ("schema-context", "Snowflake views", "SQL compilation error: Object 'RAW.V' does not exist or not authorized."),
    ("schema-context", "Mixed-case table names are not found", "They were created with quotes."),
    # profiling-error
    ("profiling-error", "Profiler fails on tables with no rows", TRACE.format("ZeroDivisionError: division by zero")),
    ("profiling-error", "Error while profiling a materialized view", "Nothing is written, the log ends there."),
    ("profiling-error", "TypeError when generating the report", TRACE.format("TypeError: unhashable type: 'list'")),
    ("profiling-error", "Unable to compute statistics for array columns", "They are skipped with a warning."),
    # semantic-type
    ("semantic-type", "Customer numbers are detected as numeric", "They should be identifiers; a mean makes no sense."),
    ("semantic-type", "Wrong semantic type for zip codes", FORM.format("01234 becomes 1234.", "Postgres", "")),
    ("semantic-type", "Type inference treats 0/1 flags as numbers", "They should be treated as boolean."),
    ("semantic-type", "Phone columns not recognized", "With a plus sign they are text."),
    # rendering
    ("rendering", "HTML report is blank in Safari", "The profile is there, as JSON it is complete."),
    ("rendering", "Histogram labels overlap", "With more than 30 categories."),
    ("rendering", "Reports do not render in Jupyter", "A grey box is all I see."),
    ("rendering", "Japanese letters", "The charts are unreadable: Glyph 26085 missing from current font."),
    (
        "permissions",
        "Check of the destination passes and the sync fails",
        "SQL compilation error: Schema 'S' already exists, but current role has no privileges on it.",
    ),
    (
        "semantic-type",
        "Variable type is often extracted incorrectly",
        "All values are numbers, the report says category.",
    ),
    ("profiling-error", "Extension dtypes cause failure when generating profile report", "Int64 with nulls."),
    # performance
    ("performance", "Profiling takes hours on wide tables", "One query per column and metric."),
    ("performance", "Big fact table", "ERROR: canceling statement due to statement timeout"),
    ("performance", "Full table scan for every metric burns credits", "A sample would do."),
    # the general pack's classes still hold
    (
        "crash",
        "Command line",
        "Traceback (most recent call last):\n  File \"cli.py\", line 3, in <module>\nKeyError: 'a'",
    ),
    ("install", "New release", "ERROR: Could not find a version that satisfies the requirement inspector-snowflake"),
    ("feature", "Support ClickHouse", "We would like to be able to profile it."),
    ("feature", "[Feature] Semantic type for IBAN", "Banks have them."),
    ("question", "How do I profile only one schema?", "There are forty."),
    ("question", "Which permissions are needed on BigQuery?", "Our admin asks."),
    ("docs", "Document the required privileges in the Snowflake guide", "The guide should mention USAGE."),
    # abstentions
    (None, "Orders table", "We profile it every night."),
    (None, "Snowflake", ""),
    (None, "Profile picture upload", "The picture is turned by 90 degrees."),
    (None, "Roles in the team", "Who reviews what?"),
    (None, "Schedules are run in UTC", "Our office is in Lima."),
    (None, "Rename warehouse to connection in the code", "One word for one thing."),
    (None, "Number of nulls", "In one table it is bigger than I thought."),
    (None, "Release 2.8", "- [ ] notes"),
]


@pytest.mark.parametrize(("expected", "title", "body"), TABLE, ids=[f"{row[0]}: {row[1]}" for row in TABLE])
def test_an_issue_of_a_profiling_product_is_put_into_its_class(warehouse, expected, title, body):
    verdict = warehouse(title, body)
    assert warehouse(title, body.replace("\n", "\r\n")).primary == verdict.primary
    assert verdict.primary == expected, (verdict.why, verdict.ranking, verdict.findings)
