using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Api.Status;

internal sealed record StoreStatus
{
    [Description("Entries that can be read.")]
    public required long Entries { get; init; }

    [Description("Logs.")]
    public required int Logs { get; init; }

    [Description("Entries that wait for earlier ones of their log.")]
    public required int Buffered { get; init; }

    [Description("Number of the newest change.")]
    public required long LastChange { get; init; }

    [Description("Changes that the documents do not show yet.")]
    public required long ChangesBehind { get; init; }

    [Description("Schemas that are known, those of p2panda itself included.")]
    public required int Schemas { get; init; }
}
