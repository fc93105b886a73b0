using System.ComponentModel;
using System.Globalization;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Api.Entries;

/// <summary>A stored entry.</summary>
internal sealed record EntryReport
{
    [Description("Its number in the change feed of this gateway.")]
    public required long Change { get; init; }

    [Description("The entry's id.")]
    public required string Id { get; init; }

    [Description("Log format; 1 is Bamboo.")]
    public required int Format { get; init; }

    [Description("The author's public key.")]
    public required string Author { get; init; }

    [Description("The author's log.")]
    public required string LogId { get; init; }

    [Description("Place in the log.")]
    public required string SeqNum { get; init; }

    [Description("When this gateway stored it.")]
    public required DateTimeOffset ReceivedAt { get; init; }

    [Description("The signed bytes, hexadecimal.")]
    public required string Entry { get; init; }

    [Description("The operation, hexadecimal; absent where the format allows that.")]
    public string? Operation { get; init; }

    public static EntryReport Of(StoredEntry entry) => new()
    {
        Change = entry.Change,
        Id = entry.Id.ToString(),
        Format = (int)entry.Log.Format,
        Author = entry.Log.Author.ToString(),
        LogId = entry.Log.LogId.ToString(),
        SeqNum = entry.SequenceNumber.ToString(CultureInfo.InvariantCulture),
        ReceivedAt = entry.ReceivedAt,
        Entry = Convert.ToHexStringLower(entry.EntryBytes.Span),
        Operation = entry.PayloadBytes is { } payload ? Convert.ToHexStringLower(payload.Span) : null,
    };
}
