using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using P2Panda.Libp2p;

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

    [Description("Whether peers on the same local network are found by multicast DNS, and find this gateway.")]
    public bool Mdns { get; init; } = true;

    [Description("Peers to stay connected to: host:port or multiaddrs.")]
    [NodeAddresses]
    public IReadOnlyList<string> DirectNodeAddresses { get; init; } = [];

    [Description("Relays to be reachable through and to find other peers at: host:port or multiaddrs.")]
    [NodeAddresses]
    public IReadOnlyList<string> RelayAddresses { get; init; } = [];

    [Description("Rendezvous servers that are no relays: host:port or multiaddrs.")]
    [NodeAddresses]
    public IReadOnlyList<string> RendezvousAddresses { get; init; } = [];

    [Description("Namespace to register and look for peers in; aquadoggo nodes use aquadoggo. Empty neither registers nor looks.")]
    [MaxLength(255)]
    public string Namespace { get; init; } = "aquadoggo";

    [Description("When to keep places at the relays: never, unlessPublic or always.")]
    public RelayUse RelayUse { get; init; } = RelayUse.UnlessPublic;

    [Description("Whether this gateway is a relay and rendezvous server for others.")]
    public bool RelayMode { get; init; }

    [Description("Whether this gateway relays for others as soon as it turns out to be reachable from outside.")]
    public bool RelayWhenPublic { get; init; }

    [Description("Bytes that a circuit through this relay may carry each way; 0 is any number.")]
    [Range(0, int.MaxValue)]
    public int RelayCircuitBytes { get; init; } = 128 * 1024;

    [Description("Seconds that a circuit through this relay may last; 0 is for ever.")]
    [Range(0, 7 * 24 * 3600)]
    public int RelayCircuitSeconds { get; init; } = 3600;

    [Description("Reservations that others may hold at this relay at the same time.")]
    [Range(1, 65536)]
    public int RelayMaxReservations { get; init; } = 128;

    [Description("Circuits through this relay at the same time.")]
    [Range(1, 65536)]
    public int RelayMaxCircuits { get; init; } = 16;

    [Description("Circuits through this relay that one peer may begin.")]
    [Range(1, 65536)]
    public int RelayMaxCircuitsPerPeer { get; init; } = 4;

    [Description("Whether direct connections are tried with peers that were reached through a relay.")]
    public bool HolePunching { get; init; } = true;

    [Description("Addresses at which this gateway is known to be reachable from outside, as multiaddrs.")]
    [NodeAddresses(MultiaddrsOnly = true)]
    public IReadOnlyList<string> AnnounceAddresses { get; init; } = [];

    [Description("Whether nothing but the configured addresses is ever dialed: no discovery, no addresses that peers tell.")]
    public bool KnownAddressesOnly { get; init; }

    [Description("SOCKS5 proxy, address:port, that every connection goes through, for Tor or a VPN; names are looked up there. Needs transport tcp; listens on loopback alone. Empty for none.")]
    [SocksAddress]
    public string SocksProxy { get; init; } = "";
}
