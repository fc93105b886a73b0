using Xunit.Abstractions;

namespace P2Panda.Core.Tests.Fuzz;

/// <summary>How often each reason was given.</summary>
internal sealed class ReasonCounts<TReason>
    where TReason : struct, Enum
{
    private readonly long[] _counts = new long[Enum.GetValues<TReason>().Length];

    public long Total => _counts.Sum();

    public long this[TReason reason] => _counts[Index(reason)];

    /// <summary>Counts one; a reason that is not declared fails.</summary>
    public void Add(TReason reason) => Interlocked.Increment(ref _counts[Index(reason)]);

    public void Print(ITestOutputHelper output, string what)
    {
        foreach (var reason in Enum.GetValues<TReason>())
        {
            var line = $"fuzz: {what} {reason} {this[reason]}";
            output.WriteLine(line);
            Console.WriteLine(line);
        }
    }

    public void EveryReasonWasGiven() =>
        Enum.GetValues<TReason>().Where(reason => this[reason] == 0).ShouldBeEmpty();

    private static int Index(TReason reason)
    {
        var index = Array.IndexOf(Enum.GetValues<TReason>(), reason);
        return index >= 0 ? index : throw new InvalidOperationException($"{reason} is no declared reason.");
    }
}
