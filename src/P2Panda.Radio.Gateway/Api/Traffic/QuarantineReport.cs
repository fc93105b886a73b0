using System.ComponentModel;
using P2Panda.Bridge.Traffic;

namespace P2Panda.Radio.Gateway.Api.Traffic;

/// <summary>What the rules refused.</summary>
internal sealed record QuarantineReport(
    [property: Description("The latest refused entries, the newest first; at most 1024.")] IReadOnlyList<RefusedEntry> Entries,
    [property: Description("How many were refused since the start, by way and reason.")] IReadOnlyList<RefusalCount> Counts)
{
    public static QuarantineReport Of(Quarantine quarantine) => new(
        [.. quarantine.Latest().Select(RefusedEntry.Of)],
        [
            .. from direction in Enum.GetValues<TrafficDirection>()
               from reason in Enum.GetValues<TrafficRefusal>()
               let count = quarantine.Count(direction, reason)
               where count > 0
               select new RefusalCount(direction, reason, count),
        ]);
}
