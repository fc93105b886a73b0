using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Api.Status;

internal sealed record NetworkStatus
{
    [Description("Peer id of this gateway.")]
    public required string PeerId { get; init; }

    [Description("Open connections.")]
    public required IReadOnlyList<ConnectionStatus> Connections { get; init; }
}
