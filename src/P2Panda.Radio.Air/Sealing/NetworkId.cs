using P2Panda.Core.Hashing;

namespace P2Panda.Radio.Air.Sealing;

/// <summary>
/// Thirty-two bytes that keep networks on one channel apart. Part of what is signed and never sent, so that a burst of one network is not
/// believed in another. It is a name, not a secret.
/// </summary>
public readonly record struct NetworkId
{
    /// <summary>Length in bytes.</summary>
    public const int Length = 32;

    private readonly byte[]? _bytes;

    /// <summary>Copies an id from its 32 bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> does not have 32 bytes.</exception>
    public NetworkId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A network id has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        _bytes = bytes.ToArray();
    }

    /// <summary>The 32 bytes; all zero for the default network.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes ?? new byte[Length];

    /// <summary>The id of a network that people know by a name: BLAKE3 of the name's UTF-8 bytes.</summary>
    public static NetworkId FromName(string name)
    {
        Span<byte> hash = stackalloc byte[Length];
        Blake3.Hash(System.Text.Encoding.UTF8.GetBytes(name), hash);
        return new NetworkId(hash);
    }

    /// <inheritdoc/>
    public bool Equals(NetworkId other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(Bytes);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(Bytes);
}
