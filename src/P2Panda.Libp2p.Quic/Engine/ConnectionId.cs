using System.Buffers.Binary;
using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic.Engine;

/// <summary>A QUIC connection id of up to 20 bytes (RFC 9000 section 5.1) as a dictionary key. Peers choose some of them: the hash is seeded.</summary>
internal readonly record struct ConnectionId(ulong First, ulong Second, uint Third, byte Length)
{
    public static ConnectionId Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> padded = stackalloc byte[PandaQuic.CidMax];
        padded.Clear();
        bytes.CopyTo(padded);
        return new ConnectionId(
            BinaryPrimitives.ReadUInt64LittleEndian(padded),
            BinaryPrimitives.ReadUInt64LittleEndian(padded[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(padded[16..]),
            (byte)bytes.Length);
    }
}
