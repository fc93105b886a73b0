using System.Globalization;
using P2Panda.Documents.Tables;

namespace P2Panda.Documents.Tests;

/// <summary>Everything the tables say about documents, but for numbers that depend on the order of arrival.</summary>
internal static class TableDump
{
    public static Task<List<string>> OfAsync(MaterialisedDocuments documents) => documents.ReadAsync(sql =>
    {
        var lines = new List<string>();
        Add("operations", "SELECT operation, document, author, log_id, position, waits_for FROM documents_operations ORDER BY operation");
        Add(
            "views",
            "SELECT v.document, v.view_id, s.id, v.owner, v.is_current, v.is_deleted, v.is_edited FROM documents_views v " +
            "LEFT JOIN documents_schemas s ON s.number = v.schema ORDER BY v.document, v.view_id");
        Add(
            "fields",
            "SELECT v.document, v.view_id, f.field, f.item, f.value, f.folded, f.sort FROM documents_fields f " +
            "JOIN documents_views v ON v.number = f.number ORDER BY v.document, v.view_id, f.field, f.item");
        Add("orphaned fields", "SELECT number FROM documents_fields WHERE number NOT IN (SELECT number FROM documents_views)");
        Add("logs", "SELECT author, document, log_id FROM documents_logs ORDER BY author, document, log_id");
        Add("pins", "SELECT holder, view_id, operation FROM documents_pins ORDER BY holder, view_id, operation");
        Add("pending", "SELECT p.document, s.id FROM documents_pending p LEFT JOIN documents_schemas s ON s.number = p.schema ORDER BY p.document");
        Add("schemas", "SELECT id, is_known, is_used, defined_by FROM documents_schemas WHERE is_used = 1 OR defined_by IS NOT NULL ORDER BY id");
        return lines;

        void Add(string name, string query) => lines.AddRange(sql.QueryOnce(
            query,
            row => $"{name}: {string.Join(' ', Enumerable.Range(0, row.FieldCount).Select(i => Text(row.IsDBNull(i) ? null : row.GetValue(i))))}",
            []));
    });

    private static string Text(object? value) => value is byte[] bytes
        ? Convert.ToHexStringLower(bytes)
        : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
