using static P2Panda.Documents.Tables.TableColumnType;

namespace P2Panda.Documents.Tables;

/// <summary>
/// The tables beside the logs. All of them can be made again from the logs, so a version that differs is dropped and built anew.
/// Values are stored as byte strings whose order is the order of the values, the same in every database (see <see cref="ValueKey"/>).
/// </summary>
internal static class DocumentTables
{
    private const int Version = 1;

    /// <summary>Every operation whose entry is in a log. The document is unknown while what it is built upon is missing.</summary>
    public static readonly TableColumns Operations = new(
        "documents_operations",
        new("operation", Bytes),
        new("document", Bytes),
        new("schema", Integer),
        new("author", Bytes),
        new("log_id", Bytes),
        new("seq", Integer),
        new("action", Integer),
        new("position", Integer),
        new("waits_for", Bytes),
        new("payload", Bytes));

    /// <summary>Which logs contribute to which document.</summary>
    public static readonly TableColumns Logs = new(
        "documents_logs", new("author", Bytes), new("log_id", Bytes), new("document", Bytes));

    /// <summary>What a document looks like now, and older views that others pin.</summary>
    public static readonly TableColumns Views = new(
        "documents_views",
        new("number", Integer),
        new("document", Bytes),
        new("view_id", Bytes),
        new("schema", Integer),
        new("owner", Bytes),
        new("is_current", Integer),
        new("is_deleted", Integer),
        new("is_edited", Integer),
        new("changed", Integer));

    /// <summary>
    /// Values of views, one row for each item of a list. Rows of older views have no schema: collections do not show them. Beside a string
    /// stands its folded form, beside long bytes their length and the operation that has them.
    /// </summary>
    public static readonly TableColumns Fields = new(
        "documents_fields",
        new("number", Integer),
        new("field", Integer),
        new("item", Integer),
        new("schema", Integer),
        new("value", Bytes),
        new("folded", Bytes),
        new("sort", Bytes),
        new("set_by", Bytes));

    /// <summary>When the newest entry of an author came in, in Unix milliseconds.</summary>
    public static readonly TableColumns Authors = new("documents_authors", new("author", Bytes), new("heard", Integer));

    /// <summary>Views that current views pin, one row for each operation of the pinned view.</summary>
    public static readonly TableColumns Pins = new(
        "documents_pins", new("holder", Bytes), new("view_id", Bytes), new("operation", Bytes));

    /// <summary>Documents to be looked at: those with a schema wait for it to become known.</summary>
    public static readonly TableColumns Pending = new("documents_pending", new("document", Bytes), new("schema", Integer));

    /// <summary>Schemas that operations name or that definitions define now.</summary>
    public static readonly TableColumns Schemas = new(
        "documents_schemas",
        new("number", Integer),
        new("id", Text),
        new("is_known", Integer),
        new("is_used", Integer),
        new("is_found", Integer),
        new("definition", Bytes),
        new("defined_by", Bytes));

    private const string Create = """
        CREATE TABLE documents_state (version {int} NOT NULL, read_to {int} NOT NULL, last_view {int} NOT NULL,
            last_change {int} NOT NULL, last_schema {int} NOT NULL, schemas_revision {int} NOT NULL, refused {int} NOT NULL){strict};
        CREATE TABLE documents_operations (operation {bytes} NOT NULL PRIMARY KEY, document {bytes}, schema {int} NOT NULL,
            author {bytes} NOT NULL, log_id {bytes} NOT NULL, seq {int} NOT NULL, action {int} NOT NULL, position {int},
            waits_for {bytes}, payload {bytes} NOT NULL){strict};
        CREATE INDEX documents_operations_of ON documents_operations (document);
        CREATE INDEX documents_operations_waiting ON documents_operations (waits_for) WHERE waits_for IS NOT NULL;
        CREATE INDEX documents_operations_unplaced ON documents_operations (author, log_id, seq) WHERE position IS NULL;
        CREATE TABLE documents_logs (author {bytes} NOT NULL, log_id {bytes} NOT NULL, document {bytes} NOT NULL,
            PRIMARY KEY (author, document, log_id)){clustered};
        CREATE INDEX documents_logs_of ON documents_logs (document);
        CREATE TABLE documents_views (number {int} NOT NULL PRIMARY KEY, document {bytes} NOT NULL, view_id {bytes} NOT NULL,
            schema {int} NOT NULL, owner {bytes} NOT NULL, is_current {int} NOT NULL, is_deleted {int} NOT NULL,
            is_edited {int} NOT NULL, changed {int} NOT NULL){strict};
        CREATE UNIQUE INDEX documents_views_current ON documents_views (document) WHERE is_current = 1;
        CREATE UNIQUE INDEX documents_views_older ON documents_views (document, view_id) WHERE is_current = 0;
        CREATE INDEX documents_views_by_document ON documents_views (schema, document) WHERE is_current = 1 AND is_deleted = 0;
        CREATE INDEX documents_views_by_view ON documents_views (schema, view_id) WHERE is_current = 1 AND is_deleted = 0;
        CREATE INDEX documents_views_by_change ON documents_views (changed) WHERE is_current = 1;
        CREATE TABLE documents_fields (number {int} NOT NULL, field {int} NOT NULL, item {int} NOT NULL, schema {int},
            value {bytes}, folded {bytes}, sort {bytes}, set_by {bytes},
            PRIMARY KEY (number, field, item)){clustered};
        CREATE INDEX documents_fields_by_order ON documents_fields (schema, field, sort) WHERE sort IS NOT NULL AND schema IS NOT NULL;
        CREATE INDEX documents_fields_by_value ON documents_fields (schema, field, substr(value, 1, 200)) WHERE schema IS NOT NULL;
        CREATE TABLE documents_pins (holder {bytes} NOT NULL, view_id {bytes} NOT NULL, operation {bytes} NOT NULL,
            PRIMARY KEY (holder, view_id, operation)){clustered};
        CREATE INDEX documents_pins_of ON documents_pins (operation);
        CREATE TABLE documents_authors (author {bytes} NOT NULL PRIMARY KEY, heard {int} NOT NULL){clustered};
        CREATE TABLE documents_pending (document {bytes} NOT NULL PRIMARY KEY, schema {int}){strict};
        CREATE INDEX documents_pending_by_schema ON documents_pending (schema);
        CREATE TABLE documents_schemas (number {int} NOT NULL PRIMARY KEY, id {text} NOT NULL UNIQUE, is_known {int} NOT NULL,
            is_used {int} NOT NULL, is_found {int} NOT NULL, definition {bytes}, defined_by {bytes}){strict};
        CREATE INDEX documents_schemas_unknown ON documents_schemas (definition) WHERE is_known = 0;
        CREATE INDEX documents_schemas_defined_by ON documents_schemas (defined_by);
        """;

    private static readonly TableColumns[] All = [Operations, Logs, Views, Fields, Pins, Authors, Pending, Schemas];

    /// <summary>Makes sure the tables are there in this version's form; those of another version are dropped.</summary>
    public static void Ensure(SqlSession sql)
    {
        var exists = sql.Scalar(sql.Dialect == Store.SqlDialect.Sqlite
            ? "SELECT count(*) FROM sqlite_schema WHERE name = 'documents_state'"
            : "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'documents_state'") > 0;
        if (!exists || sql.Scalar("SELECT max(version) FROM documents_state") != Version)
        {
            Reset(sql);
        }
    }

    /// <summary>Empties everything, so that it is built again from the beginning of the logs.</summary>
    /// <param name="sql">Where.</param>
    /// <param name="lastChange">Where the numbers of changes go on: readers who remember one must not see it again.</param>
    public static void Reset(SqlSession sql, long lastChange = 0)
    {
        foreach (var table in All)
        {
            sql.Script($"DROP TABLE IF EXISTS {table.Name}");
        }

        sql.Script("DROP TABLE IF EXISTS documents_state");
        sql.Script(sql.Typed(Create));
        sql.Script($"INSERT INTO documents_state VALUES ({Version}, 0, 0, {lastChange}, 0, 0, 0)");
    }
}
