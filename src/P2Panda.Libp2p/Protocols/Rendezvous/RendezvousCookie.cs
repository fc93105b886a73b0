using System.Buffers.Binary;
using System.Security.Cryptography;

namespace P2Panda.Libp2p.Protocols.Rendezvous;

/// <summary>
/// Where a client is in the order of registrations. The server keeps nothing: the cookie is the sequence number (5 bytes) with a check
/// (3 bytes) that only this process can make, then the namespace. That shape, 8 bytes and the namespace, is the only one rust-libp2p's
/// client takes. The check tells foreign cookies from ours; a forged one only spoils the forger's own answer.
/// </summary>
internal sealed class RendezvousCookie
{
    private const int SequenceLength = 5;
    private const int CheckLength = 3;
    private const int HeadLength = SequenceLength + CheckLength;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public byte[] Write(byte[]? name, ulong sequence)
    {
        var cookie = new byte[HeadLength + (name?.Length ?? 0)];
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, sequence);
        number[(8 - SequenceLength)..].CopyTo(cookie);
        name?.CopyTo(cookie, HeadLength);
        Check(name, cookie.AsSpan(0, SequenceLength)).CopyTo(cookie.AsSpan(SequenceLength));
        return cookie;
    }

    public bool TryRead(byte[]? name, ReadOnlySpan<byte> cookie, out ulong sequence)
    {
        sequence = 0;
        if (cookie.Length != HeadLength + (name?.Length ?? 0) || !cookie[HeadLength..].SequenceEqual(name ?? [])
            || !cookie[SequenceLength..HeadLength].SequenceEqual(Check(name, cookie[..SequenceLength])))
        {
            return false;
        }

        foreach (var b in cookie[..SequenceLength])
        {
            sequence = (sequence << 8) | b;
        }

        return true;
    }

    /// <summary>Covers whether there is a namespace, too: none means all, the empty one is one of them.</summary>
    private byte[] Check(byte[]? name, ReadOnlySpan<byte> sequence) =>
        HMACSHA256.HashData(_key, (byte[])[name is null ? (byte)0 : (byte)1, .. sequence, .. name ?? []])[..CheckLength];
}
