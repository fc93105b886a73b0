using System.Buffers.Binary;

namespace P2Panda.Libp2p.Muxing.Yamux;

/// <summary>Header of a yamux frame: version, type, flags, stream, length; 12 bytes, big-endian.</summary>
internal readonly record struct YamuxFrame(YamuxFrameType Type, YamuxFlags Flags, uint StreamId, uint Length)
{
    public const int HeaderLength = 12;

    private const byte Version = 0;

    public void Write(Span<byte> destination)
    {
        destination[0] = Version;
        destination[1] = (byte)Type;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)Flags);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], StreamId);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Length);
    }

    /// <summary>Reads a header; false for a version or type nobody defined.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out YamuxFrame frame)
    {
        frame = new(
            (YamuxFrameType)source[1],
            (YamuxFlags)BinaryPrimitives.ReadUInt16BigEndian(source[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[8..]));
        return source[0] == Version && frame.Type <= YamuxFrameType.GoAway;
    }
}
