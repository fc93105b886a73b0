using System.Text;
using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p;

/// <summary>What a peer says of itself (libp2p specs, identify). Absent fields are null or empty.</summary>
public sealed record IdentifyMessage
{
    /// <summary>Most addresses that are kept.</summary>
    public const int MaxAddresses = 256;

    /// <summary>Most protocols that are kept.</summary>
    public const int MaxProtocols = 256;

    /// <summary>Longest protocol id or version that is kept, bytes.</summary>
    public const int MaxTextLength = 256;

    /// <summary>Identity key.</summary>
    public PublicKey? PublicKey { get; init; }

    /// <summary>Addresses the peer listens on.</summary>
    public IReadOnlyList<Multiaddr> ListenAddresses { get; init; } = [];

    /// <summary>Protocols the peer says it serves: a hint, never a reason to skip negotiation.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>Where the peer sees us.</summary>
    public Multiaddr? ObservedAddress { get; init; }

    /// <summary>Family of applications, e.g. <c>aquadoggo/1.0.0</c>.</summary>
    public string? ProtocolVersion { get; init; }

    /// <summary>Implementation, e.g. <c>rust-libp2p/0.44.1</c>.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>Signed peer record, still sealed.</summary>
    public ReadOnlyMemory<byte> SignedPeerRecord { get; init; }

    /// <summary>Decodes one message. Unparsable addresses are left out; what exceeds the bounds is dropped.</summary>
    /// <returns>Null when the bytes are no message or the key is unusable.</returns>
    public static IdentifyMessage? TryDecode(ReadOnlySpan<byte> bytes)
    {
        PublicKey? key = null;
        var addresses = new List<Multiaddr>();
        var protocols = new List<string>();
        Multiaddr? observed = null;
        string? protocolVersion = null, agentVersion = null;
        ReadOnlyMemory<byte> record = default;
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1 when !PublicKey.TryDecode(reader.Bytes, out key):
                    return null;
                case 2 when addresses.Count < MaxAddresses && Multiaddr.TryDecode(reader.Bytes, out var address):
                    addresses.Add(address);
                    break;
                case 3 when protocols.Count < MaxProtocols && TryText(reader.Bytes, out var protocol):
                    protocols.Add(protocol);
                    break;
                case 4:
                    Multiaddr.TryDecode(reader.Bytes, out observed);
                    break;
                case 5 when TryText(reader.Bytes, out var version):
                    protocolVersion = version;
                    break;
                case 6 when TryText(reader.Bytes, out var agent):
                    agentVersion = agent;
                    break;
                case 8 when reader.Bytes.Length <= SignedEnvelope.MaxLength:
                    record = reader.Bytes.ToArray();
                    break;
                default:
                    break;
            }
        }

        return reader.Failed ? null : new IdentifyMessage
        {
            PublicKey = key,
            ListenAddresses = addresses,
            Protocols = protocols,
            ObservedAddress = observed,
            ProtocolVersion = protocolVersion,
            AgentVersion = agentVersion,
            SignedPeerRecord = record,
        };
    }

    /// <summary>The protobuf form.</summary>
    public byte[] Encode()
    {
        var writer = new ProtobufWriter();
        if (PublicKey is { } key)
        {
            writer.Bytes(1, key.Encoded.Span);
        }

        foreach (var address in ListenAddresses)
        {
            writer.Bytes(2, address.Bytes.Span);
        }

        foreach (var protocol in Protocols)
        {
            writer.Text(3, protocol);
        }

        if (ObservedAddress is { } observed)
        {
            writer.Bytes(4, observed.Bytes.Span);
        }

        if (ProtocolVersion is { } version)
        {
            writer.Text(5, version);
        }

        if (AgentVersion is { } agent)
        {
            writer.Text(6, agent);
        }

        if (!SignedPeerRecord.IsEmpty)
        {
            writer.Bytes(8, SignedPeerRecord.Span);
        }

        return writer.ToArray();
    }

    /// <summary>This message with what a later one adds: single values replace, lists append, absent fields leave as it was.</summary>
    public IdentifyMessage Merge(IdentifyMessage later)
    {
        ArgumentNullException.ThrowIfNull(later);
        return new IdentifyMessage
        {
            PublicKey = later.PublicKey ?? PublicKey,
            ListenAddresses = [.. ListenAddresses.Concat(later.ListenAddresses).Distinct().Take(MaxAddresses)],
            Protocols = [.. Protocols.Concat(later.Protocols).Distinct(StringComparer.Ordinal).Take(MaxProtocols)],
            ObservedAddress = later.ObservedAddress ?? ObservedAddress,
            ProtocolVersion = later.ProtocolVersion ?? ProtocolVersion,
            AgentVersion = later.AgentVersion ?? AgentVersion,
            SignedPeerRecord = later.SignedPeerRecord.IsEmpty ? SignedPeerRecord : later.SignedPeerRecord,
        };
    }

    /// <summary>What is known after a push: lists that are present replace, everything absent is unchanged.</summary>
    public IdentifyMessage Update(IdentifyMessage push)
    {
        ArgumentNullException.ThrowIfNull(push);
        return Merge(push) with
        {
            ListenAddresses = push.ListenAddresses.Count > 0 ? push.ListenAddresses : ListenAddresses,
            Protocols = push.Protocols.Count > 0 ? push.Protocols : Protocols,
        };
    }

    private static bool TryText(ReadOnlySpan<byte> bytes, out string text)
    {
        text = "";
        if (bytes.Length > MaxTextLength || !System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return false;
        }

        text = Encoding.UTF8.GetString(bytes);
        return true;
    }
}
