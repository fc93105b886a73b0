using System.Buffers.Binary;
using P2Panda.Core.Logs;

namespace P2Panda.Radio.Node;

/// <summary>How far in the store's change feed entries have been handed to the mesh, across restarts.</summary>
internal sealed class FeedMark(IDurableMarks marks)
{
    private long _written = -1;

    private static ReadOnlySpan<byte> Name => "mesh"u8;

    public long Read() => marks.Read(MarkKind.Feed, Name) is { Length: sizeof(long) } value
        ? _written = BinaryPrimitives.ReadInt64BigEndian(value)
        : 0;

    public void Write(long sequence)
    {
        if (sequence == _written)
        {
            return;
        }

        Span<byte> value = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(value, sequence);
        marks.Write(MarkKind.Feed, Name, value);
        _written = sequence;
    }
}
