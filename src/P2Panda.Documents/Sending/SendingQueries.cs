using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Indexing;
using P2Panda.Documents.Schemas;
using P2Panda.Documents.Tables;

namespace P2Panda.Documents.Sending;

/// <summary>Answers <see cref="ISendingOrder"/> from the tables.</summary>
internal sealed class SendingQueries(SqlSession sql, SchemaSet known)
{
    public List<ContributingLog> FindLogs(IReadOnlyCollection<SchemaId> schemas) =>
        [.. Contributions(schemas).Select(log => new ContributingLog(log.Key, Height(log.Value))).Where(log => log.Height > 0)];

    public List<SendableOperation> FindOperations(IReadOnlyCollection<SchemaId> schemas, Func<LogKey, ulong> heightOf, int limit)
    {
        // Of each log: where the other stands, and how far we may go.
        var missing = new Dictionary<LogKey, (ulong From, ulong To)>();
        var documents = new Dictionary<EntryId, SchemaId>();
        foreach (var (log, contribution) in Contributions(schemas))
        {
            var (from, to) = (heightOf(log), Height(contribution));
            if (to > from)
            {
                missing.Add(log, (from, to));
                foreach (var (document, schemaId) in contribution.Documents)
                {
                    documents[document] = schemaId;
                }
            }
        }

        var operations = new List<OperationRow>();
        foreach (var row in new DocumentReader(sql).Operations(documents.Keys).SelectMany(group => group))
        {
            if (row.Position is not null && missing.TryGetValue(LogOf(row), out var range)
                && row.SequenceNumber > range.From && row.SequenceNumber <= range.To)
            {
                operations.Add(row);
            }
        }

        return [.. InOrder(operations, documents).Take(limit)];
    }

    private static LogKey LogOf(OperationRow row) => new(LogFormat.Bamboo, row.Author, row.LogId);

    private static int Rank(SchemaId id) => id.Kind switch
    {
        SchemaKind.SchemaFieldDefinition => 0,
        SchemaKind.SchemaDefinition => 1,
        SchemaKind.BlobPiece => 2,
        SchemaKind.Blob => 3,
        _ => 4,
    };

    /// <summary>
    /// By rank, document and position; but what comes earlier in a log goes first, and so does what an operation is built upon. Entries
    /// point backwards only, so this cannot go in circles.
    /// </summary>
    private static IEnumerable<SendableOperation> InOrder(List<OperationRow> operations, Dictionary<EntryId, SchemaId> documents)
    {
        var byId = operations.ToDictionary(row => row.Id);
        var byPosition = operations.ToDictionary(row => (LogOf(row), row.SequenceNumber));
        var given = new HashSet<EntryId>();
        var open = new Stack<OperationRow>();
        foreach (var next in operations.OrderBy(row => Rank(documents[row.Document!.Value])).ThenBy(row => row.Document).ThenBy(row => row.Position))
        {
            open.Push(next);
            while (open.TryPeek(out var row))
            {
                var needed = Needed(row).FirstOrDefault(other => !given.Contains(other.Id));
                if (needed is not null)
                {
                    open.Push(needed);
                    continue;
                }

                open.Pop();
                if (given.Add(row.Id))
                {
                    var document = row.Document!.Value;
                    yield return new SendableOperation(
                        row.Id, LogOf(row), row.SequenceNumber, document, documents[document], row.Position!.Value);
                }
            }
        }

        IEnumerable<OperationRow> Needed(OperationRow row)
        {
            if (byPosition.TryGetValue((LogOf(row), row.SequenceNumber - 1), out var before))
            {
                yield return before;
            }

            foreach (var id in row.Operation.Previous?.OperationIds ?? [])
            {
                if (byId.TryGetValue(id, out var previous))
                {
                    yield return previous;
                }
            }
        }
    }

    private ulong Height(Contribution log)
    {
        if (log.Count == log.Highest)
        {
            return log.Highest;
        }

        // Something in between has no place, or belongs to another document: the log ends here for others.
        var height = 0UL;
        var positions = log.Documents.SelectMany(document => sql.Query(
            "SELECT seq FROM documents_operations WHERE document = @1 AND author = @2 AND log_id = @3 AND position IS NOT NULL",
            row => OperationRow.FromOrdered(row.GetInt64(0)),
            ValueKey.Of(document.Key),
            log.Log.Author.Bytes.ToArray(),
            log.Log.LogId.Bytes.ToArray()));
        foreach (var position in positions.Order().TakeWhile(position => position == height + 1))
        {
            height = position;
        }

        return height;
    }

    private Dictionary<LogKey, Contribution> Contributions(IReadOnlyCollection<SchemaId> schemas)
    {
        var logs = new Dictionary<LogKey, Contribution>();
        var referenced = new Lazy<HashSet<EntryId>>(() => ReferencedBlobs(schemas));
        foreach (var schema in schemas.Distinct().Select(known.Find).OfType<KnownSchema>())
        {
            var id = schema.Schema.Id;
            var rows = sql.Query(
                "SELECT o.author, o.log_id, o.document, count(*), max(o.seq) FROM documents_views v " +
                "JOIN documents_operations o ON o.document = v.document " +
                "WHERE v.schema = @1 AND v.is_current = 1 AND o.position IS NOT NULL GROUP BY o.author, o.log_id, o.document",
                row => (
                    Log: new LogKey(
                        LogFormat.Bamboo, new PublicKey(row.GetFieldValue<byte[]>(0)), LogId.FromBytes(row.GetFieldValue<byte[]>(1))),
                    Document: ValueKey.ToEntryId(row.GetFieldValue<byte[]>(2)),
                    Count: (ulong)row.GetInt64(3),
                    Highest: OperationRow.FromOrdered(row.GetInt64(4))),
                schema.Number);
            foreach (var row in rows)
            {
                if (id.Kind is SchemaKind.Blob or SchemaKind.BlobPiece && !referenced.Value.Contains(row.Document))
                {
                    continue;
                }

                if (!logs.TryGetValue(row.Log, out var log))
                {
                    logs.Add(row.Log, log = new Contribution(row.Log));
                }

                log.Documents.Add(row.Document, id);
                log.Count += row.Count;
                log.Highest = Math.Max(log.Highest, row.Highest);
            }
        }

        return logs;
    }

    /// <summary>Blobs that documents of the application schemas point to, and the blobs' pieces.</summary>
    private HashSet<EntryId> ReferencedBlobs(IReadOnlyCollection<SchemaId> schemas)
    {
        var blobs = new HashSet<EntryId>();
        foreach (var schema in schemas.Where(id => !id.IsSystem).Select(known.Find).OfType<KnownSchema>())
        {
            foreach (var (index, field) in schema.Schema.Fields.Index().Where(field => field.Item.Value.Target == SchemaId.Blob))
            {
                blobs.UnionWith(Targets(schema, index, field.Value.Kind, null));
            }
        }

        var blob = known.Find(SchemaId.Blob)!;
        var pieces = blob.Schema.Fields.Index().Single(field => field.Item.Key == "pieces").Index;
        return [.. blobs, .. blobs.SelectMany(id => Targets(blob, pieces, FieldKind.PinnedRelationList, id))];
    }

    private IEnumerable<EntryId> Targets(KnownSchema schema, int field, FieldKind kind, EntryId? document)
    {
        const string Select =
            "SELECT DISTINCT f.value FROM documents_views v JOIN documents_fields f ON f.number = v.number AND f.field = @2 " +
            "WHERE v.schema = @1 AND v.is_current = 1 AND v.is_deleted = 0 AND f.value IS NOT NULL";
        var values = document is null
            ? sql.Query(Select, row => row.GetFieldValue<byte[]>(0), schema.Number, (long)field)
            : sql.Query(
                $"{Select} AND v.document = @3", row => row.GetFieldValue<byte[]>(0), schema.Number, (long)field, ValueKey.Of(document.Value));
        return kind is FieldKind.Relation or FieldKind.RelationList
            ? values.ConvertAll(ValueKey.ToEntryId)
            : new DocumentReader(sql).DocumentsOf(values.Select(value => ValueKey.ToView(value).OperationIds[0])).Values;
    }

    private sealed class Contribution(LogKey log)
    {
        public LogKey Log => log;

        public Dictionary<EntryId, SchemaId> Documents { get; } = [];

        public ulong Count { get; set; }

        public ulong Highest { get; set; }
    }
}
