namespace P2Panda.Libp2p.Multiformats;

/// <summary>Multihash: code varint, length varint, digest.</summary>
internal static class Multihash
{
    public const ulong Identity = 0x00;
    public const ulong Sha256 = 0x12;

    /// <summary>Longest digest that is accepted, bytes; peer ids need at most 42.</summary>
    public const int MaxDigestLength = 64;

    /// <summary>Splits a multihash that fills <paramref name="source"/> exactly.</summary>
    public static bool TryParse(ReadOnlySpan<byte> source, out ulong code, out ReadOnlySpan<byte> digest)
    {
        digest = default;
        if (VarInt.TryRead(source, out code, out var codeLength) != VarIntResult.Ok
            || VarInt.TryRead(source[codeLength..], out var length, out var lengthLength) != VarIntResult.Ok
            || length > MaxDigestLength
            || source.Length != codeLength + lengthLength + (int)length)
        {
            return false;
        }

        digest = source[(codeLength + lengthLength)..];
        return true;
    }

    public static byte[] Create(ulong code, ReadOnlySpan<byte> digest)
    {
        var result = new byte[VarInt.LengthOf(code) + VarInt.LengthOf((ulong)digest.Length) + digest.Length];
        var position = VarInt.Write(result, code);
        position += VarInt.Write(result.AsSpan(position), (ulong)digest.Length);
        digest.CopyTo(result.AsSpan(position));
        return result;
    }
}
