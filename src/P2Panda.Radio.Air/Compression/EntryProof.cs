using P2Panda.Core.Bamboo;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Air.Compression;

/// <summary>Core's verdict on a rebuilt entry, in the air's words.</summary>
internal static class EntryProof
{
    public static RefusalReason TryProve(byte[] entry, byte[] payload, out VerifiedEntry? verified)
    {
        (verified, var refusal) = BambooEntry.Verify(entry, payload);
        return refusal switch
        {
            BambooRefusal.None => RefusalReason.None,
            BambooRefusal.InvalidSignature => RefusalReason.EntrySignature,
            BambooRefusal.PayloadSizeMismatch or BambooRefusal.PayloadHashMismatch or BambooRefusal.PayloadTooLarge => RefusalReason.EntryPayload,
            _ => RefusalReason.EntryMalformed,
        };
    }

    /// <summary>Length of the entry at the beginning of a raw record; the payload is the rest.</summary>
    public static RefusalReason TrySplit(ReadOnlySpan<byte> bytes, out int entryLength)
    {
        entryLength = 0;
        var reader = new RecordReader(bytes);
        if (!reader.TryBytes(1 + 32, out _) || !reader.TryNumber(out _) || !reader.TryNumber(out var sequenceNumber) || sequenceNumber == 0)
        {
            return RefusalReason.RecordMalformed;
        }

        var links = (sequenceNumber > 1 ? 1 : 0) + (BambooParts.SkiplinkPosition(sequenceNumber) is null ? 0 : 1);
        if (!reader.TryBytes(links * 34, out _) || !reader.TryNumber(out _) || !reader.TryBytes(34 + BambooParts.SignatureLength, out _))
        {
            return RefusalReason.RecordMalformed;
        }

        entryLength = bytes.Length - reader.Rest.Length;
        return RefusalReason.None;
    }
}
