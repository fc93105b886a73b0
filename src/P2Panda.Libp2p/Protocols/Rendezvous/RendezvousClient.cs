using System.Net;
using P2Panda.Libp2p.Protocols.Rendezvous;

namespace P2Panda.Libp2p;

/// <summary>
/// Registers and discovers at a rendezvous server, one request at a time (libp2p specs, rendezvous). <see cref="RendezvousMembership"/>
/// does both for as long as it lives.
/// </summary>
public static class RendezvousClient
{
    /// <summary>Addresses of a discovered peer that are kept.</summary>
    public const int MaxAddresses = 32;

    /// <summary>Longest answer that is read, bytes.</summary>
    public const int MaxAnswerLength = 1024 * 1024;

    /// <summary>Time for one request.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>No registration is believed for longer, whatever a server says.</summary>
    public static readonly TimeSpan MaxTtl = TimeSpan.FromHours(72);

    /// <summary>
    /// Registers our confirmed addresses and our places at relays. The record goes out in rust-libp2p's form, and in the specification's when the server cannot
    /// read that: rust servers end the stream without an answer then, others say so.
    /// </summary>
    /// <param name="host">Us.</param>
    /// <param name="server">The server, known to the host's address book or connected.</param>
    /// <param name="name">Namespace.</param>
    /// <param name="ttl">Life that is asked for, whole seconds; null leaves it to the server.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The life that was granted.</returns>
    /// <exception cref="RendezvousException">The server refused, or did not answer.</exception>
    /// <exception cref="InvalidOperationException">No address of ours is confirmed: nobody could reach us.</exception>
    /// <exception cref="IOException">The server cannot be reached.</exception>
    public static async Task<TimeSpan> RegisterAsync(
        this Libp2pHost host, PeerId server, string name, TimeSpan? ttl = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        var addresses = host.Addresses.External;
        if (addresses.Count == 0)
        {
            throw new InvalidOperationException("No address of ours is confirmed yet, so there is nothing to register.");
        }

        var sequence = (ulong)host.Time.GetUtcNow().ToUnixTimeSeconds();
        try
        {
            return await RegisterAsync(host, server, name, ttl, sequence, addresses, PeerRecordForm.RoutingState, cancellation).ConfigureAwait(false);
        }
        catch (RendezvousException e) when (e.Status is null or RendezvousStatus.InvalidSignedPeerRecord)
        {
            return await RegisterAsync(host, server, name, ttl, sequence, addresses, PeerRecordForm.Standard, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Ends a registration. There is no answer.</summary>
    /// <exception cref="IOException">The server cannot be reached.</exception>
    public static async Task UnregisterAsync(this Libp2pHost host, PeerId server, string name, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        var request = new RendezvousMessage { Type = RendezvousMessageType.Unregister, Namespace = RendezvousNamespace.Write(name) };
        await using var stream = await OpenAsync(host, server, cancellation).ConfigureAwait(false);
        await stream.WriteMessageAsync(request.Encode(), cancellation).ConfigureAwait(false);
        await stream.CompleteWritesAsync(cancellation).ConfigureAwait(false);
        // The server has acted when it closes its side.
        await stream.ReadMessageAsync(0, cancellation).ConfigureAwait(false);
    }

    /// <summary>Asks who is registered.</summary>
    /// <param name="host">Us.</param>
    /// <param name="server">The server, known to the host's address book or connected.</param>
    /// <param name="name">Namespace; null asks for all.</param>
    /// <param name="limit">Most that are wanted; null leaves it to the server.</param>
    /// <param name="cookie">From the last answer; empty begins anew.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="RendezvousException">The server refused, or did not answer.</exception>
    /// <exception cref="IOException">The server cannot be reached.</exception>
    public static async Task<RendezvousDiscovery> DiscoverAsync(
        this Libp2pHost host, PeerId server, string? name, int? limit = null, ReadOnlyMemory<byte> cookie = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentOutOfRangeException.ThrowIfNegative(limit ?? 0);
        var request = new RendezvousMessage
        {
            Type = RendezvousMessageType.Discover,
            Namespace = name is null ? null : RendezvousNamespace.Write(name),
            Limit = (ulong?)limit,
            Cookie = cookie.IsEmpty ? null : cookie.ToArray(),
        };
        var (answer, isLocal) = await AskAsync(host, server, request, RendezvousMessageType.DiscoverResponse, cancellation).ConfigureAwait(false);
        return Read(answer, name, isLocal);
    }

    /// <summary>Keeps what an answer proves: each record genuine and its signer's own, in the namespace that was asked for.</summary>
    internal static RendezvousDiscovery Read(RendezvousMessage answer, string? name, bool isLocal)
    {
        var registrations = new List<RendezvousRegistration>();
        foreach (var registration in answer.Registrations)
        {
            if (RendezvousNamespace.TryRead(registration.Namespace, out var itsName) && (name is null || name == itsName)
                && PeerRecord.TryOpen(registration.SignedPeerRecord, out var record) == PeerRecordResult.Ok)
            {
                registrations.Add(new(itsName, record!.Peer, Usable(record, isLocal), Clamp(registration.Ttl)));
            }
        }

        return new(registrations, answer.Cookie ?? []);
    }

    private static async Task<TimeSpan> RegisterAsync(
        Libp2pHost host, PeerId server, string name, TimeSpan? ttl, ulong sequence, IEnumerable<Multiaddr> addresses, PeerRecordForm form, CancellationToken cancellation)
    {
        var request = new RendezvousMessage
        {
            Type = RendezvousMessageType.Register,
            Namespace = RendezvousNamespace.Write(name),
            SignedPeerRecord = PeerRecord.Seal(host.Identity, sequence, addresses, form).Encode(),
            Ttl = ttl is { } life ? (ulong)life.TotalSeconds : null,
        };
        var (answer, _) = await AskAsync(host, server, request, RendezvousMessageType.RegisterResponse, cancellation).ConfigureAwait(false);
        return Clamp(answer.Ttl ?? request.Ttl);
    }

    private static async Task<(RendezvousMessage Answer, bool IsLocal)> AskAsync(
        Libp2pHost host, PeerId server, RendezvousMessage request, RendezvousMessageType expected, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Timeout, host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            await using var stream = await OpenAsync(host, server, either.Token).ConfigureAwait(false);
            await stream.WriteMessageAsync(request.Encode(), either.Token).ConfigureAwait(false);
            await stream.CompleteWritesAsync(either.Token).ConfigureAwait(false);
            var frame = await ReadAsync(stream, either.Token).ConfigureAwait(false);
            if (frame.Result != FrameResult.Ok)
            {
                throw new RendezvousException($"{server} ended the stream without an answer ({frame.Result}).");
            }

            if (RendezvousMessage.TryDecode(frame.Body.Span) is not { } answer || answer.Type != expected)
            {
                throw new RendezvousException($"{server} answered with something that is no answer.");
            }

            var isLocal = host.FindConnection(server) is { } connection && AddressScopes.Of(connection.RemoteAddress) == AddressScope.Loopback;
            return answer.Status == RendezvousStatus.Ok ? (answer, isLocal) : throw new RendezvousException($"{server} refuses: {answer.Status} {answer.StatusText}".TrimEnd() + ".")
            {
                Status = answer.Status,
            };
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"{server} did not answer within {Timeout.TotalSeconds:0} s.", e);
        }
    }

    private static async ValueTask<FramedMessage> ReadAsync(MuxedStream stream, CancellationToken cancellation)
    {
        try
        {
            return await stream.ReadMessageAsync(MaxAnswerLength, cancellation).ConfigureAwait(false);
        }
        catch (StreamResetException)
        {
            return new(FrameResult.Ended, default);   // how js-libp2p says that it did not like the request
        }
    }

    private static Task<MuxedStream> OpenAsync(Libp2pHost host, PeerId server, CancellationToken cancellation) =>
        host.OpenStreamAsync(server, RendezvousServer.ProtocolId, cancellation);

    private static List<Multiaddr> Usable(PeerRecord record, bool isLocal) =>
    [
        .. record.Addresses
            .Where(address => address.Peer is not { } other || other == record.Peer)
            .Select(address => address.WithoutPeer())
            .Where(address => address.Components[0].Protocol != MultiaddrProtocol.P2P)   // rust registers its bare id as well
            .Where(address => !address.TryGetIp(out var ip) || (!ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any)))
            .Where(address => isLocal || AddressScopes.Of(address) != AddressScope.Loopback)
            .Distinct()
            .Take(MaxAddresses),
    ];

    private static TimeSpan Clamp(ulong? seconds) =>
        seconds is { } life && life < MaxTtl.TotalSeconds ? TimeSpan.FromSeconds((long)life) : seconds is null ? TimeSpan.FromHours(2) : MaxTtl;
}
