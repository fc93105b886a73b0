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
        var intake = new Intake();
        Take(record, RecordSequence.Start, intake);
        return Complete(burst, intake);
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
        var reader = new RecordReader(body);
        var before = RecordSequence.Start;
        var reason = RefusalReason.None;
        while (!reader.IsAtEnd)
        {
            if (!reader.TryCount(body.Length, out var length) || !reader.TryBytes(length, out var record))
            {
                reason = RefusalReason.BodyMalformed;
                break;
            }

            before = Take(record, before, intake);
        }

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
        return burst with { Entries = intake.Entries, RefusedRecords = intake.Refused, MissingContext = intake.Missing };
    }

    private void Settle(Intake intake)
    {
        for (var index = 0; index < intake.Entries.Count && Pending.Count > 0; index++)
        {
            var entry = intake.Entries[index];
            Retry(Pending.TakeWaitingFor(new EntryPosition(entry.Log, entry.SequenceNumber)), intake);
        }
    }

    private void Retry(List<(byte[] Record, RecordSequence Before)> waiting, Intake intake)
    {
        foreach (var (record, before) in waiting)
        {
            // Failures were told when the record came.
            Take(record, before, new Intake { Entries = intake.Entries }, isRetry: true);
        }
    }

    private RecordSequence Take(ReadOnlySpan<byte> record, RecordSequence before, Intake intake, bool isRetry = false)
    {
        var outcome = codec.Decode(record, before);
        if (outcome.Entry is { } entry)
        {
            Learn(entry);

            intake.Entries.Add(entry);
            return outcome.Next;
        }

        if (!isRetry)
        {
            counters.Count(outcome.Reason);
        }

        intake.Refused.Add(outcome.Reason);
        intake.Missing.AddRange(outcome.Missing);
        if (outcome.Reason is RefusalReason.ContextMissing or RefusalReason.AuthorUnknown)
        {
            Pending.Add(record, before, outcome.Missing);
        }

        return outcome.Next;
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
    }
}
