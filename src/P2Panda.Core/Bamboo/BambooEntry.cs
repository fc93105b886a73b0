using System.Buffers;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Core.Bamboo;

/// <summary>Bamboo entries as p2panda-rs 0.8 writes them: decoding, verification, signing.</summary>
public static class BambooEntry
{
    /// <summary>
    /// Largest payload taken unless the caller says otherwise, in bytes. The format knows no limit; the largest operation that p2panda's
    /// own schemas allow, a blob piece, has a little over 256 000.
    /// </summary>
    public const int DefaultMaxPayloadLength = 1 << 20;

    /// <summary>Reads the fields of an entry (checks E2 and E3) without looking at signature and payload.</summary>
    public static BambooDecodeResult Decode(ReadOnlyMemory<byte> entry) => BambooReader.Read(entry);

    /// <summary>Checks everything an entry proves by itself: E2, E3, E5 and E6, in this order.</summary>
    /// <param name="entry">The encoded entry; copied.</param>
    /// <param name="payload">The encoded operation; copied.</param>
    /// <param name="maxPayloadLength">Largest payload taken, in bytes.</param>
    /// <exception cref="NativeLibraryException">libsodium is missing.</exception>
    public static BambooResult Verify(
        ReadOnlyMemory<byte> entry, ReadOnlyMemory<byte> payload, int maxPayloadLength = DefaultMaxPayloadLength)
    {
        var (fields, refusal) = Decode(entry);
        if (fields is null)
        {
            return new BambooResult(null, refusal);
        }

        var span = entry.Span;
        if (!fields.Author.Verify(span[..^KeyPair.SignatureLength], span[^KeyPair.SignatureLength..]))
        {
            return new BambooResult(null, BambooRefusal.InvalidSignature);
        }

        refusal = CheckPayload(fields, payload.Span, maxPayloadLength);
        return refusal == BambooRefusal.None
            ? new BambooResult(MakeVerified(fields, span, payload.Span), BambooRefusal.None)
            : new BambooResult(null, refusal);
    }

    /// <summary>Checks an entry and a payload in hexadecimal: E1, then as <see cref="Verify"/>.</summary>
    /// <exception cref="NativeLibraryException">libsodium is missing.</exception>
    public static BambooResult VerifyHex(
        ReadOnlySpan<char> entryHex, ReadOnlySpan<char> payloadHex, int maxPayloadLength = DefaultMaxPayloadLength)
    {
        // Oversized input is refused for its size, before anything is allocated for it.
        if (entryHex.Length > 2 * BambooFields.MaxLength)
        {
            return new BambooResult(null, BambooRefusal.TooLong);
        }

        if (payloadHex.Length / 2 > maxPayloadLength)
        {
            return new BambooResult(null, BambooRefusal.PayloadTooLarge);
        }

        return TryFromHex(entryHex, out var entry) && TryFromHex(payloadHex, out var payload)
            ? Verify(entry, payload, maxPayloadLength)
            : new BambooResult(null, BambooRefusal.InvalidHex);
    }

    /// <summary>Encodes and signs an entry.</summary>
    /// <param name="author">Whose log it is.</param>
    /// <param name="logId">The author's log.</param>
    /// <param name="sequenceNumber">Position, from 1.</param>
    /// <param name="skiplink">The id at <see cref="Lipmaa.LinkOf"/>, where <see cref="Lipmaa.NeedsSkiplink"/> asks for one.</param>
    /// <param name="backlink">The id of the entry before, for all but the first.</param>
    /// <param name="payload">The encoded operation.</param>
    /// <param name="endOfLog">Whether the log is to be closed; other p2panda software ignores it.</param>
    /// <returns>The entry's bytes.</returns>
    /// <exception cref="InvalidOperationException">The links are not those the position asks for.</exception>
    /// <exception cref="NativeLibraryException">libsodium is missing.</exception>
    public static byte[] Sign(
        KeyPair author, ulong logId, ulong sequenceNumber, EntryId? skiplink, EntryId? backlink, ReadOnlySpan<byte> payload,
        bool endOfLog = false)
    {
        var fields = new BambooFields
        {
            IsEndOfLog = endOfLog,
            Author = author.PublicKey,
            LogId = logId,
            SequenceNumber = sequenceNumber,
            Skiplink = skiplink,
            Backlink = backlink,
            PayloadSize = (ulong)payload.Length,
            PayloadHash = Yasmf.Hash(payload),
        };
        return fields.EncodeSigned(author);
    }

    private static BambooRefusal CheckPayload(BambooFields fields, ReadOnlySpan<byte> payload, int maxPayloadLength)
    {
        if (fields.PayloadSize > (ulong)maxPayloadLength || payload.Length > maxPayloadLength)
        {
            return BambooRefusal.PayloadTooLarge;
        }

        if (fields.PayloadSize != (ulong)payload.Length)
        {
            return BambooRefusal.PayloadSizeMismatch;
        }

        Span<byte> hash = stackalloc byte[Yasmf.Length];
        Yasmf.Hash(payload, hash);
        return hash.SequenceEqual(fields.PayloadHash.Bytes) ? BambooRefusal.None : BambooRefusal.PayloadHashMismatch;
    }

    /// <summary>Copies both into memory nobody else can change, or the proof would be worth nothing.</summary>
    private static VerifiedEntry MakeVerified(BambooFields fields, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[entry.Length + payload.Length];
        entry.CopyTo(bytes);
        payload.CopyTo(bytes.AsSpan(entry.Length));
        return new VerifiedEntry(
            fields.Log,
            fields.SequenceNumber,
            Yasmf.Hash(entry),
            fields.Backlink is { } backlink ? new EntryLink(fields.SequenceNumber - 1, backlink) : null,
            fields.Skiplink is { } skiplink ? new EntryLink(Lipmaa.LinkOf(fields.SequenceNumber), skiplink) : null,
            fields.IsEndOfLog,
            bytes.AsMemory(0, entry.Length),
            bytes.AsMemory(entry.Length));
    }

    private static bool TryFromHex(ReadOnlySpan<char> hex, out byte[] bytes)
    {
        bytes = new byte[hex.Length / 2];
        return hex.Length % 2 == 0 && Convert.FromHexString(hex, bytes, out _, out _) == OperationStatus.Done;
    }
}
