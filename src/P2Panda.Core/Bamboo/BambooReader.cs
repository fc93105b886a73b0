using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Core.Bamboo;

/// <summary>Reads the fields of an entry from its bytes: checks E2 and E3.</summary>
internal ref struct BambooReader
{
    private const byte NormalTag = 0;
    private const byte EndOfLogTag = 1;

    private ReadOnlySpan<byte> _rest;

    public static BambooDecodeResult Read(ReadOnlyMemory<byte> entry)
    {
        var reader = new BambooReader { _rest = entry.Span };
        var refusal = reader.Read(entry, out var fields);
        return new BambooDecodeResult(fields, refusal);
    }

    private BambooRefusal Read(ReadOnlyMemory<byte> entry, out BambooFields? fields)
    {
        fields = null;
        if (_rest.IsEmpty)
        {
            return BambooRefusal.Empty;
        }

        if (_rest.Length > BambooFields.MaxLength)
        {
            return BambooRefusal.TooLong;
        }

        // The reference takes any other tag for a normal entry; a signed byte nobody has given a meaning is better refused.
        var tag = _rest[0];
        _rest = _rest[1..];
        if (tag is not (NormalTag or EndOfLogTag))
        {
            return BambooRefusal.UnknownTag;
        }

        if (!TryTake(PublicKey.Length, out var author))
        {
            return BambooRefusal.InvalidAuthor;
        }

        if (!TryTakeInteger(out var logId))
        {
            return BambooRefusal.InvalidLogId;
        }

        if (!TryTakeInteger(out var sequenceNumber))
        {
            return BambooRefusal.InvalidSequenceNumber;
        }

        if (sequenceNumber == 0)
        {
            return BambooRefusal.SequenceNumberIsZero;
        }

        // Only the sequence number says which links follow.
        EntryId? skiplink = null;
        if (Lipmaa.NeedsSkiplink(sequenceNumber) && !TryTakeHash(out skiplink))
        {
            return BambooRefusal.InvalidSkiplink;
        }

        EntryId? backlink = null;
        if (sequenceNumber > 1 && !TryTakeHash(out backlink))
        {
            return BambooRefusal.InvalidBacklink;
        }

        if (!TryTakeInteger(out var payloadSize))
        {
            return BambooRefusal.InvalidPayloadSize;
        }

        if (!TryTakeHash(out var payloadHash))
        {
            return BambooRefusal.InvalidPayloadHash;
        }

        if (_rest.Length < KeyPair.SignatureLength)
        {
            return BambooRefusal.InvalidSignatureLength;
        }

        if (_rest.Length > KeyPair.SignatureLength)
        {
            return BambooRefusal.TrailingBytes;
        }

        if (skiplink is not null && skiplink == backlink)
        {
            return BambooRefusal.IdenticalLinks;
        }

        fields = new BambooFields
        {
            IsEndOfLog = tag == EndOfLogTag,
            Author = new PublicKey(author),
            LogId = logId,
            SequenceNumber = sequenceNumber,
            Skiplink = skiplink,
            Backlink = backlink,
            PayloadSize = payloadSize,
            PayloadHash = payloadHash!.Value,
            Signature = entry[^KeyPair.SignatureLength..],
        };
        return BambooRefusal.None;
    }

    private bool TryTake(int length, out ReadOnlySpan<byte> bytes)
    {
        if (_rest.Length < length)
        {
            bytes = default;
            return false;
        }

        bytes = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    private bool TryTakeInteger(out ulong value)
    {
        if (!VarU64.TryRead(_rest, out value, out var length))
        {
            return false;
        }

        _rest = _rest[length..];
        return true;
    }

    private bool TryTakeHash(out EntryId? hash)
    {
        hash = null;
        if (!TryTake(Yasmf.Length, out var bytes) || !Yasmf.TryRead(bytes, out var read))
        {
            return false;
        }

        hash = read;
        return true;
    }
}
