using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.RealTime;

/// <summary>
/// What a simulation says of the mesh holds for the program: the same story, once wholly in virtual time and once with a gateway that is a
/// process of its own, driving its chip model by the machine's clock.
/// </summary>
[Collection(Alone.Name)]
public sealed class RealTimeAgreesWithVirtualTime(ITestOutputHelper output)
{
    private const ulong Seed = 1;

    /// <summary>The story takes five minutes, this test less than one; a delay of the machine weighs so many times more.</summary>
    private const double Speed = 5;

    private const double Tolerance = 0.1;

    [Fact]
    [Trait("duration", "long")]
    public async Task SameEntriesAndAsManyFramesWithAGatewayInAProcessOfItsOwn()
    {
        RowOutcome expected, real;
        await using (var row = new VirtualRow(Seed))
        {
            expected = await RowStory.TellAsync(row);
        }

        Print("virtual", expected);
        expected.FramesOverrun.ShouldBe(0);
        real = await TellInRealTimeAsync();
        if (real.FramesOverrun > 0 && Differences(expected, real).Any())
        {
            // The machine stood still for longer than a frame lasts, and frames were lost that no air had lost: the story is told again, once.
            real = await TellInRealTimeAsync();
        }

        for (var frame = 0; frame < Math.Max(expected.Frames.Count, real.Frames.Count); frame++)
        {
            output.WriteLine($"{Describe(expected, frame)}  {Describe(real, frame)}");
        }

        RowStory.Gateways.ShouldAllBe(gateway => expected.Entries[gateway].Count == RowStory.Entries);
        Differences(expected, real).ShouldBeEmpty();
    }

    private async Task<RowOutcome> TellInRealTimeAsync()
    {
        await using var row = new RealTimeRow(Seed, Speed, own: "B");
        var outcome = await RowStory.TellAsync(row);
        Print("real   ", outcome);
        return outcome;
    }

    private static IEnumerable<string> Differences(RowOutcome expected, RowOutcome real)
    {
        foreach (var gateway in RowStory.Gateways)
        {
            if (!real.Entries[gateway].SequenceEqual(expected.Entries[gateway]))
            {
                yield return $"{gateway} holds other entries: {real.Entries[gateway].Intersect(expected.Entries[gateway]).Count()} of {RowStory.Entries}";
            }

            if (IsFar(real.FramesOf(gateway), expected.FramesOf(gateway)))
            {
                yield return $"{gateway} sent {real.FramesOf(gateway)} frames and not about {expected.FramesOf(gateway)}";
            }
        }

        if (IsFar(real.Frames.Count, expected.Frames.Count))
        {
            yield return $"{real.Frames.Count} frames were on the air and not about {expected.Frames.Count}";
        }
    }

    private static bool IsFar(int count, int expected) => Math.Abs(count - expected) > Tolerance * expected;

    private void Print(string run, RowOutcome outcome) => output.WriteLine(
        $"{run}: frames {string.Join(", ", RowStory.Gateways.Select(gateway => $"{gateway} {outcome.FramesOf(gateway)}"))}, in all {outcome.Frames.Count}; " +
        $"entries {string.Join(", ", RowStory.Gateways.Select(gateway => $"{gateway} {outcome.Entries[gateway].Count}"))}; {outcome.FramesOverrun} overrun");

    private static string Describe(RowOutcome outcome, int frame) => frame < outcome.Frames.Count
        ? $"{outcome.Frames[frame].Start.TotalSeconds,8:F3} s {outcome.Frames[frame].Sender} {outcome.Frames[frame].Length,3} bytes"
        : new string(' ', 22);
}
