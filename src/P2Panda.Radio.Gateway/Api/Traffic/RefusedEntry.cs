using System.ComponentModel;
using System.Globalization;
using P2Panda.Bridge.Traffic;

namespace P2Panda.Radio.Gateway.Api.Traffic;

/// <summary>An entry that the rules refused.</summary>
internal sealed record RefusedEntry(
    [property: Description("The entry's id.")] string Id,
    [property: Description("The author's public key.")] string Author,
    [property: Description("The author's log.")] string LogId,
    [property: Description("The entry's place in the log.")] string SequenceNumber,
    [property: Description("The schema of its operation, when that can be read.")] string? Schema,
    [property: Description("Length of entry and operation in bytes.")] int Bytes,
    [property: Description("Where it was going.")] TrafficDirection Direction,
    [property: Description("Why it was refused.")] TrafficRefusal Reason,
    [property: Description("When it was refused first, in Unix seconds.")] long RefusedAt,
    [property: Description("Whether it was released and may cross now.")] bool IsReleased)
{
    public static RefusedEntry Of(QuarantinedEntry entry) => new(
        entry.Id.ToString(),
        entry.Log.Author.ToString(),
        entry.Log.LogId.ToString(),
        entry.SequenceNumber.ToString(CultureInfo.InvariantCulture),
        entry.Schema?.Text,
        entry.Bytes,
        entry.Direction,
        entry.Reason,
        entry.At.ToUnixTimeSeconds(),
        entry.IsReleased);
}
