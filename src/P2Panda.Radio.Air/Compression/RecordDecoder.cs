using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Air.Compression;

/// <summary>Reads one record, trying what its references may stand for until an author's signature fits.</summary>
internal sealed class RecordDecoder(EntryCodec codec, RecordSequence before, EntryPosition? location)
{
    private readonly List<EntryPosition> _missing = [];
    private IReadOnlyList<PublicKey> _authors = [];
    private LogId _logId;
    private ulong _sequenceNumber;
    private int _candidates;

    public RecordOutcome Decode(ReadOnlySpan<byte> record)
    {
        var reader = new RecordReader(record);
        if (!reader.TryByte(out var head))
        {
            return Refuse(RefusalReason.RecordMalformed);
        }

        if (head >> RecordFormat.FormatShift != (int)LogFormat.Bamboo)
        {
            return Refuse(RefusalReason.RecordFormat);
        }

        var form = (head >> RecordFormat.FormShift) & RecordFormat.FormMask;
        var position = head & RecordFormat.PositionMask;
        if (form == RecordFormat.FormRaw)
        {
            return position == 0 ? DecodeRaw(reader.Rest) : Refuse(RefusalReason.RecordFormat);
        }

        var extended = 0;
        if (position == RecordFormat.PositionExtended)
        {
            if (!reader.TryByte(out var second))
            {
                return Refuse(RefusalReason.RecordMalformed);
            }

            position = second & RecordFormat.PositionMask;
            extended = second & ~RecordFormat.PositionMask;
        }

        if (form > RecordFormat.FormPacked || position == RecordFormat.PositionExtended || (extended & RecordFormat.ExtendedReserved) != 0)
        {
            return Refuse(RefusalReason.RecordFormat);
        }

        var reason = ReadPosition(ref reader, position);
        if (reason != RefusalReason.None)
        {
            return Refuse(reason);
        }

        var backlink = default(EntryId?);
        var skiplink = default(EntryId?);
        if ((extended & RecordFormat.ExtendedBacklink) != 0 && !TryDigest(ref reader, out backlink))
        {
            return Refuse(RefusalReason.RecordMalformed);
        }

        if ((extended & RecordFormat.ExtendedSkiplink) != 0 && !TryDigest(ref reader, out skiplink))
        {
            return Refuse(RefusalReason.RecordMalformed);
        }

        if ((backlink is not null && _sequenceNumber < 2) ||
            (skiplink is not null && BambooParts.SkiplinkPosition(_sequenceNumber) is null) ||
            !reader.TryBytes(BambooParts.SignatureLength, out var signature))
        {
            return Refuse(RefusalReason.RecordMalformed);
        }

        return Rebuild(form, (extended & RecordFormat.ExtendedEndOfLog) != 0, backlink, skiplink, signature, reader.Rest);
    }

    private static RecordOutcome DecodeRaw(ReadOnlySpan<byte> bytes)
    {
        var reason = EntryProof.TrySplit(bytes, out var entryLength);
        if (reason == RefusalReason.None)
        {
            reason = EntryProof.TryProve(bytes[..entryLength].ToArray(), bytes[entryLength..].ToArray(), out var entry);
            if (entry is not null)
            {
                var next = new RecordSequence([entry.Log.Author], entry.Log.LogId, entry.SequenceNumber, null);
                return new RecordOutcome(RefusalReason.None, entry, next, []);
            }
        }

        return new RecordOutcome(reason, null, RecordSequence.Start, []);
    }

    private RefusalReason ReadPosition(ref RecordReader reader, int position)
    {
        _logId = before.LogId;
        _sequenceNumber = 1;
        switch (position)
        {
            case RecordFormat.PositionLocated:
                if (location is not { } given)
                {
                    return RefusalReason.RecordFormat;
                }

                (_authors, _logId, _sequenceNumber) = ([given.Log.Author], given.Log.LogId, given.SequenceNumber);
                return RefusalReason.None;
            case RecordFormat.PositionNext:
                (_authors, _sequenceNumber) = (before.Authors, before.SequenceNumber + 1);
                return _authors.Count == 0 || _sequenceNumber < 2 ? RefusalReason.AuthorUnknown : RefusalReason.None;
            case RecordFormat.PositionFullKey:
                if (!reader.TryBytes(PublicKey.Length, out var key))
                {
                    return RefusalReason.RecordMalformed;
                }

                _authors = [new PublicKey(key)];
                break;
            case RecordFormat.PositionNewLog or RecordFormat.PositionReference:
                if (!ShortReference.TryRead(ref reader, out var reference))
                {
                    return RefusalReason.RecordMalformed;
                }

                _authors = codec.Known.Resolve(reference, EntryCodec.MaxCandidates);
                break;
            default:
                _authors = before.Authors;
                break;
        }

        if (!reader.TryNumber(out var logId))
        {
            return RefusalReason.RecordMalformed;
        }

        _logId = LogId.FromUInt64(logId);
        if (position is RecordFormat.PositionReference or RecordFormat.PositionSameAuthor or RecordFormat.PositionFullKey &&
            (!reader.TryNumber(out _sequenceNumber) || _sequenceNumber == 0))
        {
            return RefusalReason.RecordMalformed;
        }

        return _authors.Count == 0 ? RefusalReason.AuthorUnknown : RefusalReason.None;
    }

    private RecordOutcome Rebuild(
        int form, bool isEndOfLog, EntryId? backlink, EntryId? skiplink, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> payload)
    {
        var worst = RefusalReason.EntrySignature;
        foreach (var author in _authors)
        {
            var log = new LogKey(LogFormat.Bamboo, author, _logId);
            if (!TryLinks(log, backlink, skiplink, out var back, out var skip))
            {
                worst = RefusalReason.ContextMissing;
                continue;
            }

            var context = new PackContext(codec.Known, codec.Shapes, log, _sequenceNumber) { Backlink = back, LastShape = before.Shape };
            var more = true;
            for (var attempt = 0; more && _candidates < EntryCodec.MaxCandidates; attempt++)
            {
                more = false;
                var rebuilt = payload.ToArray();
                var shape = default(OperationShape);
                if (form == RecordFormat.FormPacked)
                {
                    var unpacker = new OperationUnpacker(context, attempt);
                    var reason = unpacker.Unpack(payload);
                    more = unpacker.HasMore;
                    if (reason != RefusalReason.None)
                    {
                        NoteMissingPredecessors(reason, log);
                        worst = worst == RefusalReason.ContextMissing ? worst : reason;
                        continue;
                    }

                    (rebuilt, shape) = (unpacker.Payload, unpacker.Shape);
                }

                _candidates++;
                var bytes = BambooParts.Build(log, _sequenceNumber, isEndOfLog, skip, back, rebuilt, signature);
                if (EntryProof.TryProve(bytes, rebuilt, out var entry) == RefusalReason.None)
                {
                    shape = OperationOutline.Read(rebuilt)?.ShapeOf(rebuilt) ?? shape;
                    return new RecordOutcome(RefusalReason.None, entry, new RecordSequence([author], _logId, _sequenceNumber, shape), []);
                }
            }
        }

        return Refuse(worst);
    }

    private bool TryLinks(LogKey log, EntryId? backlink, EntryId? skiplink, out EntryId? back, out EntryId? skip)
    {
        var complete = true;
        (back, skip) = (backlink, skiplink);
        if (_sequenceNumber > 1 && back is null)
        {
            back = Find(_sequenceNumber - 1);
        }

        if (skip is null && BambooParts.SkiplinkPosition(_sequenceNumber) is { } position)
        {
            skip = Find(position);
        }

        return complete;

        EntryId? Find(ulong sequenceNumber)
        {
            if (codec.Known.TryGetId(log, sequenceNumber, out var id))
            {
                return id;
            }

            _missing.Add(new EntryPosition(log, sequenceNumber));
            complete = false;
            return null;
        }
    }

    // A shape taken from the log itself is missing when the entry before is.
    private void NoteMissingPredecessors(RefusalReason reason, LogKey log)
    {
        if (reason == RefusalReason.ContextMissing && _sequenceNumber > 1)
        {
            foreach (var position in (ReadOnlySpan<ulong>)[1, _sequenceNumber - 1])
            {
                if (codec.Known.ShapeAt(log, position) is null)
                {
                    _missing.Add(new EntryPosition(log, position));
                }
            }
        }
    }

    private static bool TryDigest(ref RecordReader reader, out EntryId? id)
    {
        var read = reader.TryBytes(OperationOutline.DigestLength, out var digest);
        id = read ? OperationOutline.ToId(digest) : null;
        return read;
    }

    private RecordOutcome Refuse(RefusalReason reason) =>
        new(reason, null, new RecordSequence(_authors, _logId, _sequenceNumber, null), _missing);
}
