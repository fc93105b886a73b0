using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Air.Bursts;

/// <summary>Reads the bodies of bursts: records become proved entries, what lacks context waits, announcements teach.</summary>
internal sealed class RecordIntake(EntryCodec codec, RefusalCounters counters)
{
    private readonly ChainAssembly _chains = new();

    public PendingRecords Pending { get; } = new();

    public ReceivedBurst TakeRecord(ReceivedBurst burst, ReadOnlySpan<byte> record)
    {
        if (record.IsEmpty)
        {
            counters.Count(RefusalReason.RecordMalformed);
            return burst with { RefusedRecords = [RefusalReason.RecordMalformed] };
        }

        var writer = new RecordWriter();
        writer.Number((ulong)record.Length);
        writer.Bytes(record);
        return TakeRecords(burst, writer.ToArray()).Burst;
    }

    public VerifiedEntry? TakeLocated(ReadOnlySpan<byte> record, EntryPosition position)
    {
        var outcome = codec.Decode(record, RecordSequence.Start, position);
        if (outcome.Entry is { } entry)
        {
            Learn(entry);
            return entry;
        }

        counters.Count(outcome.Reason);
        return null;
    }

    public (RefusalReason Reason, ReceivedBurst Burst) TakeRecords(ReceivedBurst burst, ReadOnlySpan<byte> body)
    {
        var intake = new Intake();
        var reason = Take(body, RecordSequence.Start, intake, isRetry: false);
        return (reason, Complete(burst, intake));
    }

    public (RefusalReason Reason, ReceivedBurst Burst) TakeChainPart(ReceivedBurst burst, ReadOnlySpan<byte> body)
    {
        var reason = _chains.Add(burst.Sender!.Value, body, out var record);
        return reason != RefusalReason.None || record is null ? (reason, burst) : (reason, TakeRecord(burst, record));
    }

    public (RefusalReason Reason, ReceivedBurst Burst) TakeAnnouncement(ReceivedBurst burst, ReadOnlySpan<byte> body)
    {
        if (AnnouncementBody.Read(body) is not { } sections)
        {
            return (RefusalReason.BodyMalformed, burst);
        }

        var known = codec.Shapes.TermsLearned;
        foreach (var (type, content) in sections)
        {
            if (type == AnnouncementBody.ShapesSection && !codec.Shapes.LearnAnnounced(content))
            {
                return (RefusalReason.BodyMalformed, burst);
            }

            for (var start = 0; type == AnnouncementBody.AuthorsSection && start + PublicKey.Length <= content.Length; start += PublicKey.Length)
            {
                codec.Shapes.LearnAuthor(new PublicKey(content.AsSpan(start, PublicKey.Length)));
            }
        }

        var intake = new Intake();
        if (codec.Shapes.TermsLearned > known)
        {
            Retry(Pending.TakeWaitingForTerms(), intake);
        }

        return (RefusalReason.None, Complete(burst, intake));
    }

    /// <summary>Reads the waiting records that an entry makes readable, and those that they make readable.</summary>
    public List<VerifiedEntry> Supply(EntryPosition position)
    {
        var intake = new Intake();
        Retry(Pending.TakeWaitingFor(position), intake);
        Settle(intake);
        return intake.Entries;
    }

    private ReceivedBurst Complete(ReceivedBurst burst, Intake intake)
    {
        Settle(intake);
        return burst with { Entries = intake.Entries, RefusedRecords = intake.Refused, MissingContext = intake.Missing, IsUrgent = intake.IsUrgent };
    }

    private void Settle(Intake intake)
    {
        for (var index = 0; index < intake.Entries.Count && Pending.Count > 0; index++)
        {
            var entry = intake.Entries[index];
            Retry(Pending.TakeWaitingFor(new EntryPosition(entry.Log, entry.SequenceNumber)), intake);
        }
    }

    private void Retry(List<(byte[] Records, RecordSequence Before)> waiting, Intake intake)
    {
        foreach (var (records, before) in waiting)
        {
            // Failures were told when the records came.
            Take(records, before, new Intake { Entries = intake.Entries }, isRetry: true);
        }
    }

    /// <summary>
    /// Reads records of one burst. Each may lean on the one before it, readable or not: from the first that lacks something on they wait
    /// together, and are read again together.
    /// </summary>
    private RefusalReason Take(ReadOnlySpan<byte> records, RecordSequence before, Intake intake, bool isRetry)
    {
        var reader = new RecordReader(records);
        var waiting = ReadOnlySpan<byte>.Empty;
        var waitingBefore = before;
        var missing = new List<EntryPosition>();
        while (!reader.IsAtEnd)
        {
            var rest = reader.Rest;
            if (!reader.TryCount(records.Length, out var length) || !reader.TryBytes(length, out var record))
            {
                return RefusalReason.BodyMalformed;
            }

            if (record.IsEmpty)
            {
                intake.IsUrgent = true;
                continue;
            }

            var outcome = codec.Decode(record, before);
            if (outcome.Entry is { } entry)
            {
                // Records behind one that still waits are read anew each time; they are told once.
                if (!isRetry || !codec.Known.TryGetId(entry.Log, entry.SequenceNumber, out _))
                {
                    intake.Entries.Add(entry);
                }

                Learn(entry);
            }
            else
            {
                if (!isRetry)
                {
                    counters.Count(outcome.Reason);
                }

                intake.Refused.Add(outcome.Reason);
                missing.AddRange(outcome.Missing);
                if (waiting.IsEmpty && outcome.Reason is RefusalReason.ContextMissing or RefusalReason.AuthorUnknown)
                {
                    waiting = rest;
                    waitingBefore = before;
                }
            }

            before = outcome.Next;
        }

        intake.Missing.AddRange(missing);
        if (!waiting.IsEmpty)
        {
            Pending.Add(waiting, waitingBefore, missing);
        }

        return RefusalReason.None;
    }

    private void Learn(VerifiedEntry entry)
    {
        codec.Known.Add(entry);
        codec.Shapes.LearnAuthor(entry.Log.Author);
        if (entry.PayloadBytes is { } payload)
        {
            codec.Shapes.LearnHeard(payload.Span);
        }
    }

    private sealed class Intake
    {
        public List<VerifiedEntry> Entries { get; init; } = [];

        public List<RefusalReason> Refused { get; } = [];

        public List<EntryPosition> Missing { get; } = [];

        public bool IsUrgent { get; set; }
    }
}
