using System.Net.Sockets;
using P2Panda.Libp2p.Protocols.Rendezvous;

namespace P2Panda.Libp2p;

/// <summary>
/// Serves <c>/rendezvous/1.0.0</c> (libp2p specs, rendezvous): peers register their signed records under a namespace, others discover them.
/// Records are taken in both forms that are in use (<see cref="PeerRecordForm"/>) and given out as they came. Requests are answered until
/// the client finishes; one that cannot be read ends its stream.
/// </summary>
public sealed class RendezvousServer : IProtocolHandler, IDisposable
{
    /// <summary>Protocol id.</summary>
    public const string ProtocolId = "/rendezvous/1.0.0";

    /// <summary>Longest request, bytes.</summary>
    public const int MaxRequestLength = 8 * 1024;

    /// <summary>Requests on one stream.</summary>
    public const int MaxRequestsPerStream = 64;

    private readonly Lock _gate = new();
    private readonly RendezvousOptions _options;
    private readonly TimeProvider _time;
    private readonly RendezvousStore _store;
    private readonly RequestBudget _budget;
    private readonly RendezvousMetrics _metrics;
    private readonly long _start;

    /// <param name="options">Bounds; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public RendezvousServer(RendezvousOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? new RendezvousOptions();
        _time = time ?? TimeProvider.System;
        _start = _time.GetTimestamp();
        _store = new RendezvousStore(_options);
        _budget = new RequestBudget(_options.RequestsPerSecond, _options.RequestBurst);
        _metrics = new RendezvousMetrics(() => Count);
    }

    /// <inheritdoc/>
    public string Protocol => ProtocolId;

    /// <inheritdoc/>
    public StreamPolicy Policy { get; } = new() { MaxPerPeer = 8, MaxTotal = 128, Deadline = TimeSpan.FromMinutes(1) };

    /// <summary>Registrations held.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _store.Count;
            }
        }
    }

    /// <summary>Address ranges whose requests are counted.</summary>
    internal int BudgetCount
    {
        get
        {
            lock (_gate)
            {
                return _budget.Count;
            }
        }
    }

    /// <inheritdoc/>
    public async Task HandleAsync(MuxedStream stream, Connection connection, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(connection);
        for (var i = 0; i < MaxRequestsPerStream; i++)
        {
            var frame = await stream.ReadMessageAsync(MaxRequestLength, cancellation).ConfigureAwait(false);
            if (frame.Result == FrameResult.Ended)
            {
                return;
            }

            if (frame.Result != FrameResult.Ok || RendezvousMessage.TryDecode(frame.Body.Span) is not { } request)
            {
                _metrics.Unreadable();
                return;
            }

            if (Answer(request, connection.RemotePeer, OriginOf(connection)) is { } answer)
            {
                await stream.WriteMessageAsync(answer.Encode(), cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _metrics.Dispose();

    /// <summary>Answers one request; null where the protocol has no answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="peer">Who asks.</param>
    /// <param name="origin">Address range it asks from; null is not counted.</param>
    internal RendezvousMessage? Answer(RendezvousMessage request, PeerId peer, string? origin)
    {
        RendezvousMessage? answer;
        lock (_gate)
        {
            var now = _time.GetElapsedTime(_start);
            var allowed = _budget.TryTake(origin ?? peer.ToString(), now);
            answer = request.Type switch
            {
                RendezvousMessageType.Register => allowed ? Register(request, peer, origin, now) : Refuse(RendezvousMessageType.RegisterResponse),
                RendezvousMessageType.Discover => allowed ? Discover(request, now) : Refuse(RendezvousMessageType.DiscoverResponse),
                RendezvousMessageType.Unregister => Unregister(request, peer),
                _ => null,   // an answer nobody asked for
            };
        }

        _metrics.Answered(request.Type, answer?.Status);
        return answer;
    }

    private RendezvousMessage Register(RendezvousMessage request, PeerId peer, string? origin, TimeSpan now)
    {
        var status = Judge(request, peer, origin, now, out var name, out var text);
        var granted = TimeSpan.Zero;
        if (status == RendezvousStatus.Ok)
        {
            status = _store.Register(peer, origin, name!, request.SignedPeerRecord, request.Ttl, now, out granted);
        }

        return new()
        {
            Type = RendezvousMessageType.RegisterResponse,
            Status = status,
            StatusText = text,
            Ttl = status == RendezvousStatus.Ok ? (ulong)granted.TotalSeconds : null,
        };
    }

    /// <summary>What is cheap to see comes before the signature.</summary>
    private RendezvousStatus Judge(RendezvousMessage request, PeerId peer, string? origin, TimeSpan now, out string? name, out string? text)
    {
        text = null;
        if (!RendezvousNamespace.TryRead(request.Namespace, out name))
        {
            return RendezvousStatus.InvalidNamespace;
        }

        if (!_store.TryGrant(request.Ttl, out _))
        {
            text = $"from {_options.MinTtl.TotalSeconds:0} to {_options.MaxTtl.TotalSeconds:0} seconds";
            return RendezvousStatus.InvalidTtl;
        }

        if (request.SignedPeerRecord.Length > _options.MaxRecordLength)
        {
            text = $"longer than {_options.MaxRecordLength} bytes";
            return RendezvousStatus.InvalidSignedPeerRecord;
        }

        if (!_store.HasRoom(peer, origin, name, now))
        {
            text = "too many registrations";
            return RendezvousStatus.Unavailable;
        }

        var opened = PeerRecord.TryOpen(request.SignedPeerRecord, out var record);
        if (opened != PeerRecordResult.Ok)
        {
            text = opened.ToString();
            return RendezvousStatus.InvalidSignedPeerRecord;
        }

        return record!.Peer == peer ? RendezvousStatus.Ok : RendezvousStatus.NotAuthorized;
    }

    private RendezvousMessage Discover(RendezvousMessage request, TimeSpan now)
    {
        var status = _store.Discover(request.Namespace, request.Limit, request.Cookie, now, out var found, out var cookie);
        return new()
        {
            Type = RendezvousMessageType.DiscoverResponse,
            Status = status,
            Registrations = found,
            Cookie = status == RendezvousStatus.Ok ? cookie : null,
        };
    }

    private RendezvousMessage? Unregister(RendezvousMessage request, PeerId peer)
    {
        if (RendezvousNamespace.TryRead(request.Namespace, out var name))
        {
            _store.Unregister(peer, name);
        }

        return null;
    }

    private static RendezvousMessage Refuse(RendezvousMessageType type) =>
        new() { Type = type, Status = RendezvousStatus.Unavailable, StatusText = "too many requests" };

    /// <summary>One IPv4 address or one IPv6 /56 is one origin; null where there is no address (within the process).</summary>
    private static string? OriginOf(Connection connection) =>
        !connection.RemoteAddress.TryGetIp(out var ip) ? null
        : ip.AddressFamily == AddressFamily.InterNetwork ? ip.ToString()
        : Convert.ToHexString(ip.GetAddressBytes().AsSpan(0, 7));
}
