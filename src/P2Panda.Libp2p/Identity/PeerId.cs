using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p;

/// <summary>
/// A peer's name: the multihash of its encoded public key, which is the key itself (identity hash) when that is 42 bytes or less
/// (libp2p specs, peer-ids).
/// </summary>
public sealed class PeerId : IEquatable<PeerId>, IComparable<PeerId>
{
    private const int MaxInlineKeyLength = 42;

    /// <summary>CIDv1 (01) with the libp2p-key codec (72).</summary>
    private static ReadOnlySpan<byte> CidPrefix => [0x01, 0x72];

    private readonly byte[] _multihash;
    private string? _text;

    private PeerId(byte[] multihash) => _multihash = multihash;

    /// <summary>The multihash.</summary>
    public ReadOnlySpan<byte> Bytes => _multihash;

    /// <summary>The last eight characters: enough to tell peers apart in a log.</summary>
    public string Short => ToString()[^8..];

    /// <summary>Parses base58 (<c>12D3…</c>, <c>Qm…</c>) or the text of a CIDv1 (<c>bafz…</c>).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out PeerId? peer)
    {
        peer = null;
        if (text.Length is < 2 or > Base58.MaxTextLength)
        {
            return false;
        }

        if (text[0] == '1' || text.StartsWith("Qm", StringComparison.Ordinal))
        {
            return Base58.TryDecode(text, out var hash) && TryDecode(hash, out peer);
        }

        byte[]? cid = null;
        var decoded = text[0] switch
        {
            'z' => Base58.TryDecode(text[1..], out cid),
            'b' => Base32.TryDecode(text[1..], out cid),
            _ => false,
        };
        return decoded && cid.AsSpan().StartsWith(CidPrefix) && TryDecode(cid.AsSpan(CidPrefix.Length), out peer);
    }

    /// <summary>Parses text.</summary>
    /// <exception cref="FormatException">The text is not a peer id.</exception>
    public static PeerId Parse(string text) => TryParse(text, out var peer) ? peer : throw new FormatException($"\"{text}\" is not a peer id.");

    /// <summary>Decodes a multihash.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> multihash, [NotNullWhen(true)] out PeerId? peer)
    {
        peer = null;
        if (!Multihash.TryParse(multihash, out var code, out var digest))
        {
            return false;
        }

        var valid = code switch
        {
            Multihash.Sha256 => digest.Length == 32,
            Multihash.Identity => digest.Length is > 0 and <= MaxInlineKeyLength,
            _ => false,
        };
        if (valid)
        {
            peer = new PeerId(multihash.ToArray());
        }

        return valid;
    }

    /// <summary>The id of a key's owner.</summary>
    public static PeerId FromPublicKey(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var encoded = key.Encoded.Span;
        return new PeerId(encoded.Length <= MaxInlineKeyLength
            ? Multihash.Create(Multihash.Identity, encoded)
            : Multihash.Create(Multihash.Sha256, SHA256.HashData(encoded)));
    }

    /// <summary>The key inside the id, if it is short enough to be there.</summary>
    public bool TryGetPublicKey([NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        return Multihash.TryParse(_multihash, out var code, out var digest)
            && code == Multihash.Identity && PublicKey.TryDecode(digest, out key);
    }

    /// <summary>The multihash as a new array.</summary>
    public byte[] ToByteArray() => [.. _multihash];

    /// <summary>The CIDv1 form (<c>bafz…</c>).</summary>
    public string ToCidString() => "b" + Base32.Encode([.. CidPrefix, .. _multihash]);

    /// <inheritdoc/>
    public bool Equals(PeerId? other) => other is not null && _multihash.AsSpan().SequenceEqual(other._multihash);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PeerId);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_multihash);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public int CompareTo(PeerId? other) => other is null ? 1 : _multihash.AsSpan().SequenceCompareTo(other._multihash);

    /// <summary>Whether two ids are the same.</summary>
    public static bool operator ==(PeerId? left, PeerId? right) => Equals(left, right);

    /// <summary>Whether two ids differ.</summary>
    public static bool operator !=(PeerId? left, PeerId? right) => !Equals(left, right);

    /// <summary>Orders by bytes.</summary>
    public static bool operator <(PeerId? left, PeerId? right) => left is null ? right is not null : left.CompareTo(right) < 0;

    /// <summary>Orders by bytes.</summary>
    public static bool operator <=(PeerId? left, PeerId? right) => left is null || left.CompareTo(right) <= 0;

    /// <summary>Orders by bytes.</summary>
    public static bool operator >(PeerId? left, PeerId? right) => right < left;

    /// <summary>Orders by bytes.</summary>
    public static bool operator >=(PeerId? left, PeerId? right) => right <= left;

    /// <summary>Base58, as everybody prints it.</summary>
    public override string ToString() => _text ??= Base58.Encode(_multihash);
}
