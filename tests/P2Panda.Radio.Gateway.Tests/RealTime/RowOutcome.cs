using P2Panda.Core.Logs;

namespace P2Panda.Radio.Gateway.Tests.RealTime;

/// <summary>How a story ended.</summary>
/// <param name="Frames">Every frame that was on the air, in the order of beginning.</param>
/// <param name="Entries">Entries and operations that each gateway holds, in hexadecimal, by gateway.</param>
/// <param name="FramesOverrun">Frames that a chip in this process had received whole and that the next one overwrote before they were fetched.</param>
internal sealed record RowOutcome(
    IReadOnlyList<(string Sender, TimeSpan Start, int Length)> Frames, IReadOnlyDictionary<string, IReadOnlyList<string>> Entries, long FramesOverrun)
{
    public int FramesOf(string gateway) => Frames.Count(frame => frame.Sender == gateway);

    /// <summary>Everything a store shows, log by log.</summary>
    public static IReadOnlyList<string> EntriesIn(ILogView logs)
    {
        var entries = new List<string>();
        foreach (var (log, height) in logs.Heights())
        {
            for (ulong position = 1; position <= height; position++)
            {
                logs.TryGetBytes(log, position, out var entry, out var operation).ShouldBeTrue();
                entries.Add($"{Convert.ToHexStringLower(entry.Span)} {Convert.ToHexStringLower(operation!.Value.Span)}");
            }
        }

        return entries;
    }
}
