using System.Buffers.Binary;
using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;

namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>128 bits that stand for a log: the beginning of a BLAKE3 hash of its format, author and id.</summary>
/// <param name="High">The first eight bytes, big-endian; their first bits place the log in a <see cref="NameRange"/>.</param>
/// <param name="Low">The next eight bytes.</param>
public readonly record struct LogName(ulong High, ulong Low)
{
    /// <summary>The name of a log.</summary>
    public static LogName Of(LogKey log)
    {
        Span<byte> input = stackalloc byte[1 + 32 + LogId.MaxLength];
        input[0] = (byte)log.Format;
        log.Author.Bytes.CopyTo(input[1..]);
        log.LogId.Bytes.CopyTo(input[33..]);
        Span<byte> hash = stackalloc byte[Blake3.HashLength];
        Blake3.Hash(input[..(33 + log.LogId.Bytes.Length)], hash);
        return new LogName(BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]));
    }
}
