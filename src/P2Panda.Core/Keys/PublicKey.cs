using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace P2Panda.Core.Keys;

/// <summary>An Ed25519 public key (RFC 8032): 32 bytes that name an author or a gateway.</summary>
public readonly struct PublicKey : IEquatable<PublicKey>, IComparable<PublicKey>
{
    /// <summary>Length in bytes.</summary>
    public const int Length = 32;

    private readonly KeyBytes _bytes;

    /// <summary>Copies a key from its 32 bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="bytes"/> does not have 32 bytes.</exception>
    public PublicKey(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
        {
            throw new ArgumentException($"A public key has {Length} bytes, not {bytes.Length}.", nameof(bytes));
        }

        bytes.CopyTo(_bytes);
    }

    /// <summary>The 32 bytes.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    public static bool TryParse(string? text, out PublicKey key)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (text is { Length: 2 * Length } &&
            Convert.FromHexString(text, bytes, out _, out var written) == System.Buffers.OperationStatus.Done && written == Length)
        {
            key = new PublicKey(bytes);
            return true;
        }

        key = default;
        return false;
    }

    /// <summary>Whether the holder of this key signed the message. A signature that does not have 64 bytes is not one.</summary>
    /// <exception cref="NativeLibraryException">libsodium is missing.</exception>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == KeyPair.SignatureLength && Ed25519Key.Verify(this, message, signature);

    /// <inheritdoc/>
    public int CompareTo(PublicKey other) => Bytes.SequenceCompareTo(other.Bytes);

    /// <inheritdoc/>
    public bool Equals(PublicKey other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PublicKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.InteropServices.MemoryMarshal.Read<int>(Bytes);

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(Bytes);

    /// <summary>Whether both are the same key.</summary>
    public static bool operator ==(PublicKey left, PublicKey right) => left.Equals(right);

    /// <summary>Whether the keys differ.</summary>
    public static bool operator !=(PublicKey left, PublicKey right) => !left.Equals(right);

    /// <summary>Byte order.</summary>
    public static bool operator <(PublicKey left, PublicKey right) => left.CompareTo(right) < 0;

    /// <summary>Byte order.</summary>
    public static bool operator >(PublicKey left, PublicKey right) => left.CompareTo(right) > 0;

    /// <summary>Byte order.</summary>
    public static bool operator <=(PublicKey left, PublicKey right) => left.CompareTo(right) <= 0;

    /// <summary>Byte order.</summary>
    public static bool operator >=(PublicKey left, PublicKey right) => left.CompareTo(right) >= 0;

    [InlineArray(Length)]
    private struct KeyBytes
    {
        private byte _first;
    }
}
