using System.Globalization;
using P2Panda.Core.Cbor;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Bridge.Replication.Wire;

/// <summary>
/// Takes messages out of a byte stream. Bytes go in as they come, in pieces of any size; a message comes out when its last byte is there.
/// After a refusal nothing more comes out.
/// </summary>
/// <param name="bounds">How long messages may be; the defaults when null.</param>
public sealed class MessageDecoder(MessageBounds? bounds = null)
{
    private readonly MessageBounds _bounds = bounds ?? MessageBounds.Default;
    private readonly CborItemScanner _scanner = new();
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>Why the stream cannot be read on.</summary>
    public MessageRefusal Refusal { get; private set; }

    /// <summary>Bytes of a message that is not complete.</summary>
    public int Pending => _end - _start;

    /// <summary>Adds bytes that came.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (Refusal != MessageRefusal.None)
        {
            return;
        }

        if (_buffer.Length - _end < bytes.Length)
        {
            Make(bytes.Length);
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>The next message, or none until more bytes come or <see cref="Refusal"/> says why there is none.</summary>
    public ReplicationMessage? Next()
    {
        if (Refusal != MessageRefusal.None || _start == _end)
        {
            return null;
        }

        var buffered = _buffer.AsSpan(_start.._end);
        var length = _scanner.Scan(buffered);
        if (length < 0)
        {
            return Refuse(MessageRefusal.Malformed);
        }

        if ((length > 0 ? length : Math.Max(_scanner.KnownLength, buffered.Length)) > MaxLength(buffered))
        {
            return Refuse(MessageRefusal.TooLong);
        }

        if (length == 0)
        {
            return null;
        }

        var cursor = new CborCursor(buffered[..(int)length]);
        var refusal = Read(ref cursor, out var message);
        if (refusal != MessageRefusal.None)
        {
            return Refuse(refusal);
        }

        _start += (int)length;
        _scanner.Reset();
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }

        return message;
    }

    private static MessageRefusal Read(ref CborCursor cursor, out ReplicationMessage? message)
    {
        message = null;
        if (!cursor.TryTakeHeader(out var head) || head.MajorType != CborMajorType.Array || head.Argument < 3
            || !cursor.TryTakeUnsigned(out var type))
        {
            return MessageRefusal.UnknownType;
        }

        return ((MessageType)type, head.Argument) switch
        {
            (MessageType.Announce, 4) => ReadAnnounce(ref cursor, out message),
            (MessageType.SyncRequest, 4) => ReadRequest(ref cursor, out message),
            (MessageType.Entry, 4) => ReadEntry(ref cursor, out message),
            (MessageType.SyncDone, 3) => ReadDone(ref cursor, out message),
            (MessageType.Have, 3) => ReadHave(ref cursor, out message),
            (MessageType.Announce or MessageType.SyncRequest or MessageType.Entry or MessageType.SyncDone or MessageType.Have, _) =>
                MessageRefusal.WrongShape,
            _ => MessageRefusal.UnknownType,
        };
    }

    private static MessageRefusal ReadAnnounce(ref CborCursor cursor, out ReplicationMessage? message)
    {
        message = null;
        if (!cursor.TryTakeUnsigned(out var version) || !cursor.TryTakeUnsigned(out var timestamp))
        {
            return MessageRefusal.WrongShape;
        }

        var refusal = ReadSchemas(ref cursor, out var schemas);
        message = new AnnounceMessage(version, timestamp, schemas);
        return refusal;
    }

    private static MessageRefusal ReadRequest(ref CborCursor cursor, out ReplicationMessage? message)
    {
        message = null;
        if (!cursor.TryTakeUnsigned(out var session) || !cursor.TryTakeUnsigned(out var mode))
        {
            return MessageRefusal.WrongShape;
        }

        var refusal = ReadSchemas(ref cursor, out var schemas);
        message = new SyncRequestMessage(session, mode, schemas);
        return refusal != MessageRefusal.None ? refusal
            : mode > SyncRequestMessage.SetReconciliationMode ? MessageRefusal.UnknownMode
            : schemas.Count == 0 ? MessageRefusal.NoSchemas
            : MessageRefusal.None;
    }

    private static MessageRefusal ReadEntry(ref CborCursor cursor, out ReplicationMessage? message)
    {
        message = null;
        if (!cursor.TryTakeUnsigned(out var session) || !cursor.TryTakeBytes(out var entry) || !cursor.TryTakeBytes(out var operation))
        {
            return MessageRefusal.WrongShape;
        }

        message = new EntryMessage(session, entry, operation);
        return MessageRefusal.None;
    }

    private static MessageRefusal ReadDone(ref CborCursor cursor, out ReplicationMessage? message)
    {
        message = null;
        if (!cursor.TryTakeUnsigned(out var session) || !cursor.TryTakeHeader(out var live)
            || live.MajorType != CborMajorType.Simple || live.Additional is not (20 or 21))
        {
            return MessageRefusal.WrongShape;
        }

        message = new SyncDoneMessage(session, live.Additional == 21);
        return MessageRefusal.None;
    }

    private static MessageRefusal ReadHave(ref CborCursor cursor, out ReplicationMessage? message)
    {
        message = null;
        if (!cursor.TryTakeUnsigned(out var session) || !TryTakeArray(ref cursor, out var authors))
        {
            return MessageRefusal.WrongShape;
        }

        var heights = new LogHeights();
        var seen = new HashSet<PublicKey>();
        for (ulong i = 0; i < authors; i++)
        {
            if (!TryTakeArray(ref cursor, out var pair) || pair != 2 || !cursor.TryTakeBytes(out var key)
                || !TryTakeArray(ref cursor, out var logs))
            {
                return MessageRefusal.WrongShape;
            }

            if (key.Length != PublicKey.Length)
            {
                return MessageRefusal.InvalidHeight;
            }

            var author = new PublicKey(key);
            if (!seen.Add(author))
            {
                // The last mention of an author counts, as for aquadoggo.
                heights.Remove(author);
            }

            for (ulong j = 0; j < logs; j++)
            {
                if (!TryTakeArray(ref cursor, out var two) || two != 2 || !TryTakeNumber(ref cursor, out var log)
                    || !TryTakeNumber(ref cursor, out var height))
                {
                    return MessageRefusal.WrongShape;
                }

                if (height == 0)
                {
                    return MessageRefusal.InvalidHeight;
                }

                heights.Add(new LogKey(LogFormat.Bamboo, author, LogId.FromUInt64(log)), height);
            }
        }

        message = new HaveMessage(session, heights);
        return MessageRefusal.None;
    }

    private static MessageRefusal ReadSchemas(ref CborCursor cursor, out SchemaIdSet schemas)
    {
        schemas = SchemaIdSet.Empty;
        if (!TryTakeArray(ref cursor, out var count))
        {
            return MessageRefusal.WrongShape;
        }

        var ids = new List<SchemaId>();
        for (ulong i = 0; i < count; i++)
        {
            if (!cursor.TryTakeText(out var text))
            {
                return MessageRefusal.WrongShape;
            }

            if (!SchemaId.TryParse(text, out var id))
            {
                return MessageRefusal.NoSchemaId;
            }

            ids.Add(id);
        }

        return SchemaIdSet.TryFromSorted(ids, out schemas) ? MessageRefusal.None : MessageRefusal.SchemasUnsorted;
    }

    private static bool TryTakeArray(ref CborCursor cursor, out ulong count)
    {
        var isArray = cursor.TryTakeHeader(out var head) && head.MajorType == CborMajorType.Array;
        count = head.Argument;
        return isArray;
    }

    /// <summary>Log ids and sequence numbers may also come as decimal text.</summary>
    private static bool TryTakeNumber(ref CborCursor cursor, out ulong value)
    {
        value = 0;
        return cursor.TryPeek(out var head) && head.MajorType == CborMajorType.Text
            ? cursor.TryTakeText(out var text) && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            : cursor.TryTakeUnsigned(out value);
    }

    private int MaxLength(ReadOnlySpan<byte> message) => message is not [_, var type, ..] ? _bounds.MaxOther : (MessageType)type switch
    {
        MessageType.Entry => _bounds.MaxEntry,
        MessageType.Have => _bounds.MaxHave,
        _ => _bounds.MaxOther,
    };

    private ReplicationMessage? Refuse(MessageRefusal refusal)
    {
        Refusal = refusal;
        (_buffer, _start, _end) = ([], 0, 0);
        return null;
    }

    private void Make(int room)
    {
        var pending = _end - _start;
        var target = pending + room <= _buffer.Length ? _buffer : new byte[Math.Max(_buffer.Length * 2, pending + room)];
        _buffer.AsSpan(_start, pending).CopyTo(target);
        (_buffer, _start, _end) = (target, 0, pending);
    }
}
