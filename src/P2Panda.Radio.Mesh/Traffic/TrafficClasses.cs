using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Mesh.Filters;

namespace P2Panda.Radio.Mesh.Traffic;

/// <summary>
/// What new entries are on the air, by their log or the schema their operation names: urgent before bulk where both are said of one, normal
/// where nothing is.
/// </summary>
/// <param name="urgentSchemas">Schemas whose entries go first, here and where they are repeated.</param>
/// <param name="urgentLogs">Single logs whose entries do.</param>
/// <param name="bulkSchemas">Schemas whose entries go after all other new ones.</param>
public sealed class TrafficClasses(IEnumerable<SchemaId> urgentSchemas, IEnumerable<LogKey> urgentLogs, IEnumerable<SchemaId> bulkSchemas)
{
    private readonly HashSet<string> _urgentSchemas = [.. urgentSchemas.Select(schema => schema.Text)];
    private readonly HashSet<LogKey> _urgentLogs = [.. urgentLogs];
    private readonly HashSet<string> _bulkSchemas = [.. bulkSchemas.Select(schema => schema.Text)];

    /// <summary>The class of an entry.</summary>
    public TrafficClass ClassOf(VerifiedEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (_urgentLogs.Contains(entry.Log))
        {
            return TrafficClass.Urgent;
        }

        if (_urgentSchemas.Count + _bulkSchemas.Count == 0 || LogSchema.Of(entry) is not { } schema)
        {
            return TrafficClass.Normal;
        }

        return _urgentSchemas.Contains(schema) ? TrafficClass.Urgent : _bulkSchemas.Contains(schema) ? TrafficClass.Bulk : TrafficClass.Normal;
    }
}
