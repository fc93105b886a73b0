namespace P2Panda.Radio.Air.Framing;

/// <summary>How often each <see cref="RefusalReason"/> was met. Written by one thread, read by any.</summary>
public sealed class RefusalCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<RefusalReason>().Length];

    /// <summary>How often a reason was met.</summary>
    public long this[RefusalReason reason] => Interlocked.Read(ref _counts[(int)reason]);

    /// <summary>All refusals together.</summary>
    public long Total
    {
        get
        {
            var total = 0L;
            for (var reason = 1; reason < _counts.Length; reason++)
            {
                total += Interlocked.Read(ref _counts[reason]);
            }

            return total;
        }
    }

    /// <summary>Every reason with its count, in the order of the enumeration.</summary>
    public IEnumerable<KeyValuePair<RefusalReason, long>> ToPairs() =>
        Enum.GetValues<RefusalReason>().Skip(1).Select(reason => KeyValuePair.Create(reason, this[reason]));

    internal void Count(RefusalReason reason) => Interlocked.Increment(ref _counts[(int)reason]);
}
