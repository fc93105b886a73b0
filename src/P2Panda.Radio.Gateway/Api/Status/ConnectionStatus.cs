using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Api.Status;

internal sealed record ConnectionStatus(
    [property: Description("Peer id of the other side.")] string PeerId,
    [property: Description("Its address.")] string Address,
    [property: Description("Whether it goes through a relay.")] bool IsRelayed,
    [property: Description("When it was opened.")] DateTimeOffset OpenedAt);
