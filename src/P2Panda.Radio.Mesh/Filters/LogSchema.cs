using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Radio.Mesh.Filters;

/// <summary>
/// The schema of a log. A p2panda log is one document's history, every operation of which names the document's schema, so that the first
/// speaks for all.
/// </summary>
internal static class LogSchema
{
    /// <summary>The schema id a log has, or none when nothing of it that can be read is an operation of format 1.</summary>
    /// <param name="logs">The stored logs.</param>
    /// <param name="log">The log.</param>
    /// <param name="atHand">An entry of it that is not stored yet; it speaks where the first one is not stored.</param>
    public static string? Of(ILogView logs, LogKey log, VerifiedEntry? atHand)
    {
        if (log.Format != LogFormat.Bamboo)
        {
            return null;
        }

        // The beginning of a log that is only carried may be dropped already.
        return OfStored(logs, log, 1) ?? (atHand is null ? null : Of(atHand)) ?? (logs.HeightOf(log) is { } height ? OfStored(logs, log, height) : null);
    }

    /// <summary>The schema id an entry's operation names, or none.</summary>
    public static string? Of(VerifiedEntry entry) => entry.Log.Format == LogFormat.Bamboo ? Of(entry.PayloadBytes) : null;

    private static string? OfStored(ILogView logs, LogKey log, ulong sequenceNumber) =>
        logs.TryGetBytes(log, sequenceNumber, out _, out var payload) ? Of(payload) : null;

    private static string? Of(ReadOnlyMemory<byte>? payload) => payload is { } bytes ? Operation.Decode(bytes).Operation?.SchemaId.Text : null;
}
