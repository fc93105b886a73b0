using System.Buffers.Binary;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Radio.Node.Guests;

/// <summary>The desk across restarts: format, author, log id and how far it was released, one log after the other, in as many marks as it takes.</summary>
internal sealed class GuestMarks(IDurableMarks marks)
{
    private const int MaxRecord = 1 + PublicKey.Length + 1 + LogId.MaxLength + sizeof(ulong);

    private int _written;

    /// <summary>Puts what waited before on the desk again.</summary>
    public void Read(GuestDesk desk, ILogView logs)
    {
        foreach (var (_, value) in marks.ReadAll(MarkKind.Guest))
        {
            _written++;
            for (var rest = value.AsSpan(); rest.Length > 2 + PublicKey.Length;)
            {
                var idLength = rest[1 + PublicKey.Length];
                var key = new LogKey(
                    (LogFormat)rest[0], new PublicKey(rest.Slice(1, PublicKey.Length)), LogId.FromBytes(rest.Slice(2 + PublicKey.Length, idLength)));
                rest = rest[(2 + PublicKey.Length + idLength)..];
                desk.Restore(key, BinaryPrimitives.ReadUInt64BigEndian(rest), logs.HeightOf(key) ?? 0);
                rest = rest[sizeof(ulong)..];
            }
        }
    }

    /// <summary>Writes the desk down, when it has changed.</summary>
    public void Write(GuestDesk desk)
    {
        if (!desk.IsDirty)
        {
            return;
        }

        var count = 0;
        var value = new byte[IDurableMarks.MaxValueLength];
        var length = 0;
        foreach (var log in desk.Logs)
        {
            if (length + MaxRecord > value.Length)
            {
                marks.Write(MarkKind.Guest, Name(count++), value.AsSpan(0, length));
                length = 0;
            }

            value[length++] = (byte)log.Key.Format;
            log.Key.Author.Bytes.CopyTo(value.AsSpan(length));
            length += PublicKey.Length;
            var id = log.Key.LogId.Bytes;
            value[length++] = (byte)id.Length;
            id.CopyTo(value.AsSpan(length));
            length += id.Length;
            BinaryPrimitives.WriteUInt64BigEndian(value.AsSpan(length), log.ReleasedTo);
            length += sizeof(ulong);
        }

        if (length > 0)
        {
            marks.Write(MarkKind.Guest, Name(count++), value.AsSpan(0, length));
        }

        for (var old = count; old < _written; old++)
        {
            marks.Remove(MarkKind.Guest, Name(old));
        }

        _written = count;
        desk.IsDirty = false;
    }

    private static byte[] Name(int number)
    {
        var name = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(name, number);
        return name;
    }
}
