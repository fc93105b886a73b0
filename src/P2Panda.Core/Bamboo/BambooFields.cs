using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Core.Bamboo;

/// <summary>
/// What is written in a Bamboo entry, with no word about whether it is true. Fields and bytes turn into each other without loss, so who
/// knows the fields can rebuild the entry and let the signature prove it.
/// </summary>
public sealed record BambooFields
{
    /// <summary>Shortest possible entry, in bytes: the first of a log, with integers of one byte.</summary>
    public const int MinLength = 1 + PublicKey.Length + 1 + 1 + 1 + Yasmf.Length + KeyPair.SignatureLength;

    /// <summary>Longest possible entry, in bytes: two links and integers of nine bytes.</summary>
    public const int MaxLength =
        1 + PublicKey.Length + (3 * VarU64.MaxLength) + (3 * Yasmf.Length) + KeyPair.SignatureLength;

    /// <summary>Whether the author closed the log with this entry.</summary>
    public bool IsEndOfLog { get; init; }

    /// <summary>Who signed.</summary>
    public required PublicKey Author { get; init; }

    /// <summary>The author's log.</summary>
    public required ulong LogId { get; init; }

    /// <summary>Position in the log, from 1.</summary>
    public required ulong SequenceNumber { get; init; }

    /// <summary>The entry at <see cref="Lipmaa.LinkOf"/>; there if and only if <see cref="Lipmaa.NeedsSkiplink"/> says so.</summary>
    public EntryId? Skiplink { get; init; }

    /// <summary>The entry before; there for all but the first.</summary>
    public EntryId? Backlink { get; init; }

    /// <summary>Length of the payload in bytes.</summary>
    public required ulong PayloadSize { get; init; }

    /// <summary>YASMF hash of the payload.</summary>
    public required EntryId PayloadHash { get; init; }

    /// <summary>The author's signature over all bytes before it; 64 bytes.</summary>
    public ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The log the entry claims to belong to.</summary>
    public LogKey Log => new(LogFormat.Bamboo, Author, Logs.LogId.FromUInt64(LogId));

    /// <summary>Length of the encoded entry in bytes.</summary>
    public int EncodedLength => SignedLength + KeyPair.SignatureLength;

    private int SignedLength =>
        1 + PublicKey.Length + VarU64.LengthOf(LogId) + VarU64.LengthOf(SequenceNumber) + (Skiplink is null ? 0 : Yasmf.Length)
        + (Backlink is null ? 0 : Yasmf.Length) + VarU64.LengthOf(PayloadSize) + Yasmf.Length;

    /// <summary>The entry's bytes, exactly as the author signed them.</summary>
    /// <exception cref="InvalidOperationException">The fields are not those of an entry; the message says what is wrong.</exception>
    public byte[] Encode()
    {
        if (Signature.Length != KeyPair.SignatureLength)
        {
            throw new InvalidOperationException($"A signature has {KeyPair.SignatureLength} bytes, not {Signature.Length}.");
        }

        var bytes = new byte[EncodedLength];
        Signature.Span.CopyTo(bytes.AsSpan(WriteSigned(bytes)));
        return bytes;
    }

    /// <summary>Signs the fields and returns the entry's bytes.</summary>
    /// <exception cref="ArgumentException">The key is not the author's.</exception>
    /// <exception cref="InvalidOperationException">The fields are not those of an entry; the message says what is wrong.</exception>
    public byte[] EncodeSigned(KeyPair author)
    {
        if (author.PublicKey != Author)
        {
            throw new ArgumentException($"The entry's author is {Author}; the key is {author.PublicKey}.", nameof(author));
        }

        var bytes = new byte[EncodedLength];
        var signed = WriteSigned(bytes);
        author.Sign(bytes.AsSpan(0, signed), bytes.AsSpan(signed));
        return bytes;
    }

    private int WriteSigned(Span<byte> output)
    {
        CheckLinks();
        var at = 0;
        output[at++] = IsEndOfLog ? (byte)1 : (byte)0;
        Author.Bytes.CopyTo(output[at..]);
        at += PublicKey.Length;
        at += VarU64.Write(LogId, output[at..]);
        at += VarU64.Write(SequenceNumber, output[at..]);
        at += WriteHash(Skiplink, output[at..]);
        at += WriteHash(Backlink, output[at..]);
        at += VarU64.Write(PayloadSize, output[at..]);
        at += WriteHash(PayloadHash, output[at..]);
        return at;
    }

    private static int WriteHash(EntryId? hash, Span<byte> output)
    {
        if (hash is not { } present)
        {
            return 0;
        }

        if (!Yasmf.IsWellFormed(present.Bytes))
        {
            throw new InvalidOperationException($"{present} is not a YASMF hash.");
        }

        present.Bytes.CopyTo(output);
        return Yasmf.Length;
    }

    private void CheckLinks()
    {
        if (SequenceNumber == 0)
        {
            throw new InvalidOperationException("Sequence numbers begin at 1.");
        }

        if (Backlink is null != (SequenceNumber == 1))
        {
            throw new InvalidOperationException(
                $"Entry {SequenceNumber} {(Backlink is null ? "needs" : "must not have")} a backlink.");
        }

        if (Skiplink is null == Lipmaa.NeedsSkiplink(SequenceNumber))
        {
            throw new InvalidOperationException(
                $"Entry {SequenceNumber} {(Skiplink is null ? "needs" : "must not have")} a skiplink.");
        }

        if (Skiplink is not null && Skiplink == Backlink)
        {
            throw new InvalidOperationException("Skiplink and backlink point to different entries and cannot be the same.");
        }
    }
}
