using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>The internet side. Options that aquadoggo has as well carry its names and mean the same.</summary>
internal sealed record NetworkSettings
{
    [Description("Whether the gateway talks to peers over the internet or the local network at all.")]
    public bool Enabled { get; init; } = true;

    [Description("both, quic or tcp.")]
    public NetworkTransport Transport { get; init; } = NetworkTransport.Both;

    [Description("UDP and TCP port to listen on; 0 takes any free one, and so does a port that is taken.")]
    [Range(0, 65535)]
    public int NodePort { get; init; } = 2022;

    [Description("File with the key that makes the peer id, created when missing; empty makes a new identity at each start.")]
    public string PrivateKey { get; init; } = "";

    [Description("Key of a private network, 64 hexadecimal digits; empty for the open network. Needs transport tcp.")]
    [RegularExpression("^([0-9a-fA-F]{64})?$", ErrorMessage = "must be 64 hexadecimal digits, or empty")]
    [PasswordPropertyText(true)]
    public string Psk { get; init; } = "";

    [Description("Peer ids that may connect, or [\"*\"] for everybody.")]
    [PeerIds(AllowsEverybody = true)]
    public IReadOnlyList<string> AllowPeerIds { get; init; } = [PeerIdsAttribute.Everybody];

    [Description("Peer ids that may not connect.")]
    [PeerIds]
    public IReadOnlyList<string> BlockPeerIds { get; init; } = [];
}
