using P2Panda.Core.Cbor;

namespace P2Panda.Bridge.Replication.Wire;

/// <summary>Messages as bytes: stated lengths, shortest integers, all logs of an author together.</summary>
public static class MessageEncoder
{
    /// <summary>Encodes a message.</summary>
    /// <exception cref="ArgumentException">An entry without its operation, which stops an aquadoggo, or a request for no schemas.</exception>
    public static byte[] Encode(ReplicationMessage message)
    {
        var writer = new CborWriter();
        switch (message)
        {
            case AnnounceMessage announce:
                Begin(writer, 4, MessageType.Announce);
                writer.WriteHeader(CborMajorType.Unsigned, announce.Version);
                writer.WriteHeader(CborMajorType.Unsigned, announce.Timestamp);
                WriteSchemas(writer, announce.Schemas);
                break;
            case SyncRequestMessage { Schemas.Count: 0 }:
                throw new ArgumentException("A request names at least one schema.", nameof(message));
            case SyncRequestMessage request:
                Begin(writer, 4, MessageType.SyncRequest);
                writer.WriteHeader(CborMajorType.Unsigned, request.SessionId);
                writer.WriteHeader(CborMajorType.Unsigned, request.Mode);
                WriteSchemas(writer, request.Schemas);
                break;
            case EntryMessage { Operation.Length: 0 }:
                throw new ArgumentException("An entry is never sent without its operation.", nameof(message));
            case EntryMessage entry:
                Begin(writer, 4, MessageType.Entry);
                writer.WriteHeader(CborMajorType.Unsigned, entry.SessionId);
                writer.WriteBytes(entry.Entry.Span);
                writer.WriteBytes(entry.Operation.Span);
                break;
            case SyncDoneMessage done:
                Begin(writer, 3, MessageType.SyncDone);
                writer.WriteHeader(CborMajorType.Unsigned, done.SessionId);
                writer.WriteBoolean(done.LiveMode);
                break;
            case HaveMessage have:
                Begin(writer, 3, MessageType.Have);
                writer.WriteHeader(CborMajorType.Unsigned, have.SessionId);
                WriteHeights(writer, have.Heights);
                break;
            default:
                throw new ArgumentException($"{message.GetType().Name} has no encoding.", nameof(message));
        }

        return writer.ToArray();
    }

    private static void Begin(CborWriter writer, ulong length, MessageType type)
    {
        writer.WriteHeader(CborMajorType.Array, length);
        writer.WriteHeader(CborMajorType.Unsigned, (ulong)type);
    }

    private static void WriteSchemas(CborWriter writer, SchemaIdSet schemas)
    {
        writer.WriteHeader(CborMajorType.Array, (ulong)schemas.Count);
        foreach (var schema in schemas)
        {
            writer.WriteText(schema.Text);
        }
    }

    private static void WriteHeights(CborWriter writer, LogHeights heights)
    {
        var authors = heights.GroupBy(pair => pair.Key.Author).OrderBy(group => group.Key).ToList();
        writer.WriteHeader(CborMajorType.Array, (ulong)authors.Count);
        foreach (var author in authors)
        {
            var logs = author.OrderBy(pair => pair.Key).ToList();
            writer.WriteHeader(CborMajorType.Array, 2);
            writer.WriteBytes(author.Key.Bytes);
            writer.WriteHeader(CborMajorType.Array, (ulong)logs.Count);
            foreach (var (log, height) in logs)
            {
                writer.WriteHeader(CborMajorType.Array, 2);
                writer.WriteHeader(CborMajorType.Unsigned, log.LogId.ToUInt64());
                writer.WriteHeader(CborMajorType.Unsigned, height);
            }
        }
    }
}
