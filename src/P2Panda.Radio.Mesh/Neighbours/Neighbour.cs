using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Mesh.Reconciliation;

namespace P2Panda.Radio.Mesh.Neighbours;

/// <summary>What is known of a gateway in reach.</summary>
internal sealed class Neighbour(PublicKey key)
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

    public void Agreed(long change)
    {
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
