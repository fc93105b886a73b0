using System.Collections.Concurrent;
using P2Panda.Core.Bamboo;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Framing;
using Xunit.Abstractions;

namespace P2Panda.Radio.Air.Tests.Fuzz;

/// <summary>
/// Damaged frames and bursts by somebody who knows the format and has keys. Together with the entries and operations of Core's fuzz test
/// these are more than a million mutants.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Mutants = 260_000;
    private const int Partitions = 8;

    // What only a burst can meet whose seal, or whose author's signature, has been computed.
    private static readonly RefusalReason[] BehindASignature =
    [
        RefusalReason.StrictSignature,
        RefusalReason.SealInvalid,
        RefusalReason.KeyNotTrusted,
        RefusalReason.CounterReplayed,
        RefusalReason.Downgrade,
        RefusalReason.EntrySignature,
        RefusalReason.EntryPayload,
        RefusalReason.ChainPart,
        RefusalReason.ChainBound,
    ];

    [Fact]
    [Trait("duration", "long")]
    public void Nothing_heard_does_anything_but_what_is_documented()
    {
        var refusals = new ConcurrentDictionary<RefusalReason, long>();
        long believed = 0;
        Parallel.For(0, Partitions, new ParallelOptions { MaxDegreeOfParallelism = 2 }, partition =>
        {
            var audience = new Audience();
            var mutants = new AirMutants(new Random(7000 + partition));
            for (var number = 0; number < Mutants / Partitions; number++)
            {
                foreach (var outcome in audience.Hear(mutants.Next(), number))
                {
                    Check(outcome);
                    if (outcome.Verdict == FrameVerdict.Completed)
                    {
                        Interlocked.Increment(ref believed);
                    }
                }
            }

            foreach (var (reason, count) in audience.Refusals())
            {
                refusals.AddOrUpdate(reason, count, (_, sum) => sum + count);
            }
        });

        var reachedSignature = believed + BehindASignature.Sum(reason => refusals.GetValueOrDefault(reason));
        foreach (var reason in Enum.GetValues<RefusalReason>().Skip(1))
        {
            output.WriteLine($"{reason,-20} {refusals.GetValueOrDefault(reason),10}");
        }

        output.WriteLine($"{Mutants} mutants, {believed} bursts believed, {100.0 * reachedSignature / Mutants:F1} % got as far as a signature");
        // The marks of this test never fail to be written.
        Enum.GetValues<RefusalReason>().Skip(1).Except([RefusalReason.NotRemembered]).Where(reason => refusals.GetValueOrDefault(reason) == 0).ShouldBeEmpty();
        reachedSignature.ShouldBeGreaterThan(Mutants / 10);
    }

    private static void Check(FrameOutcome outcome)
    {
        switch (outcome.Verdict)
        {
            case FrameVerdict.Completed:
                outcome.Burst.ShouldNotBeNull();
                outcome.Reason.ShouldBe(RefusalReason.None);
                foreach (var entry in outcome.Burst.Entries)
                {
                    BambooEntry.Verify(entry.EntryBytes, entry.PayloadBytes ?? default).IsVerified.ShouldBeTrue();
                }

                break;
            case FrameVerdict.Refused:
                outcome.Burst.ShouldBeNull();
                outcome.Reason.ShouldNotBe(RefusalReason.None);
                break;
            default:
                outcome.Burst.ShouldBeNull();
                break;
        }
    }
}
