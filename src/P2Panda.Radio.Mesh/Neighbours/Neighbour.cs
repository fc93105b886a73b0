using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Mesh.Reconciliation;
using P2Panda.Radio.Mesh.Repair;

namespace P2Panda.Radio.Mesh.Neighbours;

/// <summary>What is known of a gateway in reach.</summary>
internal sealed class Neighbour(PublicKey key, AnswerWindow answers)
{
    /// <summary>Logs remembered as different; beyond that nothing is known of the neighbour until the next agreement.</summary>
    public const int MaxDifferences = 512;

    public PublicKey Key { get; } = key;

    /// <summary>When it was last heard.</summary>
    public TimeSpan HeardAt { get; set; }

    /// <summary>Signal-to-noise ratio, smoothed over the last few bursts, in dB.</summary>
    public double SnrDb { get; private set; }

    /// <summary>Share of its legal airtime it has left, 0 to 1, as it says.</summary>
    public double AirtimeLeft { get; set; } = 1;

    /// <summary>Everything up to this change of ours it is known to hold, but for <see cref="Lacks"/>.</summary>
    public long AgreedChange { get; private set; }

    /// <summary>Logs it holds in another state than we did at <see cref="AgreedChange"/>, and how far it has them.</summary>
    public Dictionary<LogKey, LogState?> Lacks { get; } = [];

    /// <summary>Since when it has not agreed with us on everything, or none when it did last.</summary>
    public TimeSpan? ApartSince { get; set; }

    /// <summary>Whether it has said something else than we for so long that what differs is not just on its way.</summary>
    public bool IsApart(TimeSpan now, TimeSpan patience) => ApartSince is { } since && now - since > patience / 2;

    /// <summary>Whether our key was told again because this neighbour is new.</summary>
    public bool IsGreeted { get; set; }

    /// <summary>
    /// Whether it is known to be in reach and to listen: most of what it says is heard, or it has taken up what was said here. Frames recorded
    /// elsewhere and played here prove nothing of the kind.
    /// </summary>
    public bool IsProven { get; private set; }

    /// <summary>Whether it is known for longer than it takes to ask.</summary>
    public bool IsAcquaintance => Answers.IsAcquaintance;

    /// <summary>Our change when it was first heard: agreeing on a later one proves that it listens.</summary>
    public long FirstChange { get; init; }

    /// <summary>How much of what it asks for is answered at a time.</summary>
    public AnswerWindow Answers => answers;

    /// <summary>Airtime its wants may cause; made when it first asks.</summary>
    public AirtimeBudget? RepairQuota { get; set; }

    /// <summary>Work its sketches may cause.</summary>
    public ThinkingQuota Thinking { get; } = new();

    private bool _hasSnr;

    public void Heard(double snrDb, TimeSpan now)
    {
        SnrDb = _hasSnr ? (0.75 * SnrDb) + (0.25 * snrDb) : snrDb;
        _hasSnr = true;
        HeardAt = now;
    }

    /// <summary>It is in reach and listens.</summary>
    public void Prove() => IsProven = true;

    /// <summary>It is in reach, and known for longer than it takes to ask.</summary>
    public void Acquaint()
    {
        IsProven = true;
        Answers.Acquaint();
    }

    /// <summary>Different states of ours with which it agreed, since it was first heard.</summary>
    public int Agreements { get; private set; }

    public void Agreed(long change)
    {
        Agreements += change > Math.Max(FirstChange, AgreedChange) ? 1 : 0;
        AgreedChange = change;
        ApartSince = null;
        Lacks.Clear();
    }

    public void Differs(long change, SetDifference difference)
    {
        if (difference.Logs.Count > MaxDifferences)
        {
            return;
        }

        AgreedChange = change;
        Lacks.Clear();
        foreach (var log in difference.Logs)
        {
            Lacks[log.Log] = log.Theirs;
        }
    }

    /// <summary>Whether it is known to hold an entry of ours.</summary>
    public bool Holds(LogKey log, ulong sequenceNumber, long change) =>
        change <= AgreedChange && (!Lacks.TryGetValue(log, out var state) || (state is { } known && known.Height >= sequenceNumber));
}
