using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Air.Compression;

/// <summary>
/// Entries as records and back. What a receiver can recompute is not sent; it rebuilds the exact bytes and the author's signature proves
/// that it did. The sender reads its own record before it goes out, and what cannot be rebuilt exactly goes out as it is.
/// </summary>
internal sealed class EntryCodec(KnownEntries known, AirDictionary shapes)
{
    /// <summary>How many rebuilt entries are tried against the author's signature before a record is given up.</summary>
    public const int MaxCandidates = 16;

    public KnownEntries Known => known;

    public AirDictionary Shapes => shapes;

    /// <summary>Writes one record.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="options">How.</param>
    /// <param name="before">What the record before it in the burst leaves.</param>
    /// <param name="isLocated">Whether what surrounds the record names its position.</param>
    /// <param name="next">What this record leaves to the next.</param>
    public byte[] Encode(VerifiedEntry entry, EncodeOptions options, RecordSequence before, bool isLocated, out RecordSequence next)
    {
        if (entry.Log.Format == LogFormat.Bamboo && entry.PayloadBytes is { } payload && options.Compress)
        {
            foreach (var form in (ReadOnlySpan<int>)[RecordFormat.FormPacked, RecordFormat.FormVerbatimPayload])
            {
                var record = Encode(entry, payload.Span, form, options, before, isLocated, out var shape);
                if (record is not null && Proves(record, entry, before, isLocated))
                {
                    next = new RecordSequence([entry.Log.Author], entry.Log.LogId, entry.SequenceNumber, shape);
                    return record;
                }
            }
        }

        next = new RecordSequence([entry.Log.Author], entry.Log.LogId, entry.SequenceNumber, null);
        return [(byte)((int)entry.Log.Format << RecordFormat.FormatShift), .. entry.EntryBytes.Span, .. entry.PayloadBytes.GetValueOrDefault().Span];
    }

    /// <summary>Reads one record.</summary>
    /// <param name="record">All of it.</param>
    /// <param name="before">What the record before it in the burst leaves.</param>
    /// <param name="location">The position, where what surrounds the record names it.</param>
    public RecordOutcome Decode(ReadOnlySpan<byte> record, RecordSequence before, EntryPosition? location = null) =>
        new RecordDecoder(this, before, location).Decode(record);

    private bool Proves(ReadOnlySpan<byte> record, VerifiedEntry entry, RecordSequence before, bool isLocated)
    {
        var location = isLocated ? new EntryPosition(entry.Log, entry.SequenceNumber) : (EntryPosition?)null;
        return Decode(record, before, location).Entry is { } decoded &&
            decoded.EntryBytes.Span.SequenceEqual(entry.EntryBytes.Span) &&
            decoded.PayloadBytes.GetValueOrDefault().Span.SequenceEqual(entry.PayloadBytes.GetValueOrDefault().Span);
    }

    private byte[]? Encode(
        VerifiedEntry entry,
        ReadOnlySpan<byte> payload,
        int form,
        EncodeOptions options,
        RecordSequence before,
        bool isLocated,
        out OperationShape? shape)
    {
        var standalone = options.Encoding == EntryEncoding.Standalone;
        var writer = new RecordWriter();
        var isNext = IsAuthorOf(before, entry) && before.LogId == entry.Log.LogId &&
            before.SequenceNumber + 1 == entry.SequenceNumber;
        var explicitBacklink = entry.Backlink is { } back &&
            (standalone || !(isNext || options.IsShared(entry.Log, back.SequenceNumber)));
        var explicitSkiplink = entry.Skiplink is { } skip && (standalone || !options.IsShared(entry.Log, skip.SequenceNumber));
        var position = isLocated ? RecordFormat.PositionLocated : PositionOf(entry, options, before);
        var extended = (explicitBacklink ? RecordFormat.ExtendedBacklink : 0) | (explicitSkiplink ? RecordFormat.ExtendedSkiplink : 0) |
            (entry.IsEndOfLog ? RecordFormat.ExtendedEndOfLog : 0);
        writer.Byte((byte)(((int)entry.Log.Format << RecordFormat.FormatShift) | (form << RecordFormat.FormShift) |
            (extended != 0 ? RecordFormat.PositionExtended : position)));
        if (extended != 0)
        {
            writer.Byte((byte)(extended | position));
        }

        WritePosition(writer, entry, position);
        if (explicitBacklink)
        {
            writer.Bytes(entry.Backlink!.Value.Id.Bytes[2..]);
        }

        if (explicitSkiplink)
        {
            writer.Bytes(entry.Skiplink!.Value.Id.Bytes[2..]);
        }

        writer.Bytes(BambooParts.SignatureOf(entry.EntryBytes.Span));
        if (form == RecordFormat.FormVerbatimPayload)
        {
            writer.Bytes(payload);
            shape = null;
            return writer.ToArray();
        }

        var context = new PackContext(known, shapes, entry.Log, entry.SequenceNumber)
        {
            Backlink = entry.Backlink?.Id,
            LastShape = before.Shape,
            Encoding = options.Encoding,
            IsShared = options.IsShared,
            AssumeSharedTerms = options.AssumeSharedTerms,
            TermsAreNew = options.TermsAreNew,
            CodeStrings = options.CodeStrings,
        };
        if (OperationPacker.Pack(payload, context, out shape) is not { } packed)
        {
            return null;
        }

        writer.Bytes(packed);
        return writer.ToArray();
    }

    private int PositionOf(VerifiedEntry entry, EncodeOptions options, RecordSequence before)
    {
        if (options.Encoding != EntryEncoding.Context || !(options.AssumeSharedTerms || (!options.TermsAreNew && shapes.IsShared(entry.Log.Author)) || IsAuthorOf(before, entry)))
        {
            return RecordFormat.PositionFullKey;
        }

        var first = entry.SequenceNumber == 1;
        if (!IsAuthorOf(before, entry))
        {
            return first ? RecordFormat.PositionNewLog : RecordFormat.PositionReference;
        }

        return before.LogId == entry.Log.LogId && before.SequenceNumber + 1 == entry.SequenceNumber ? RecordFormat.PositionNext
            : first ? RecordFormat.PositionSameAuthorNewLog
            : RecordFormat.PositionSameAuthor;
    }

    private static bool IsAuthorOf(RecordSequence before, VerifiedEntry entry) =>
        before.Authors is [var author] && author == entry.Log.Author;

    private void WritePosition(RecordWriter writer, VerifiedEntry entry, int position)
    {
        switch (position)
        {
            case RecordFormat.PositionNewLog or RecordFormat.PositionReference:
                known.ReferenceTo(entry.Log.Author).Write(writer);
                break;
            case RecordFormat.PositionFullKey:
                writer.Bytes(entry.Log.Author.Bytes);
                break;
            case RecordFormat.PositionNext or RecordFormat.PositionLocated:
                return;
        }

        writer.Number(entry.Log.LogId.ToUInt64());
        if (position is RecordFormat.PositionReference or RecordFormat.PositionSameAuthor or RecordFormat.PositionFullKey)
        {
            writer.Number(entry.SequenceNumber);
        }
    }
}
