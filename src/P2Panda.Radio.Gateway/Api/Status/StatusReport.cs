using System.ComponentModel;

namespace P2Panda.Radio.Gateway.Api.Status;

/// <summary>How the gateway is.</summary>
internal sealed record StatusReport
{
    [Description("Version of the program.")]
    public required string Version { get; init; }

    [Description("When it was started.")]
    public required DateTimeOffset StartedAt { get; init; }

    [Description("What is stored.")]
    public required StoreStatus Store { get; init; }

    [Description("The radio and what it did since the start; absent without a radio.")]
    public RadioStatus? Radio { get; init; }

    [Description("The mesh and what it did since the start; absent without a radio.")]
    public MeshStatus? Mesh { get; init; }

    [Description("Peers on the internet and the local network; absent when the network is switched off.")]
    public NetworkStatus? Network { get; init; }
}
