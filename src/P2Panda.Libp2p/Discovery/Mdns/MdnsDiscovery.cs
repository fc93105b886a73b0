using System.Net.NetworkInformation;
using System.Net.Sockets;
using P2Panda.Libp2p.Diagnostics;
using P2Panda.Libp2p.Discovery.Mdns;

namespace P2Panda.Libp2p;

/// <summary>
/// Finds peers on the same links by multicast DNS (libp2p specs, discovery/mdns) and lets them find us, from its making until it is
/// disposed, which says goodbye. What is found goes into the host's address book; whether to connect is for subscribers to decide.
/// Follows interfaces that come and go. A family whose port cannot be shared is left out, with a warning.
/// </summary>
public sealed class MdnsDiscovery : IAsyncDisposable
{
    private static readonly TimeSpan LinkCheck = TimeSpan.FromSeconds(10);

    private readonly Libp2pHost _host;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Lock _gate = new();
    private readonly MdnsState _state;
    private readonly Func<IReadOnlyList<MdnsLink>> _findLinks;
    private readonly List<MdnsSocket> _sockets = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private readonly ITimer _linkTimer;
    private readonly List<Task> _receiving = [];
    private int _disposed;

    /// <summary>Begins.</summary>
    /// <param name="host">Us.</param>
    /// <param name="options">How; null for the defaults.</param>
    public MdnsDiscovery(Libp2pHost host, MdnsOptions? options = null)
        : this(host, options ?? new MdnsOptions(), NetworkLinks.Find)
    {
    }

    internal MdnsDiscovery(Libp2pHost host, MdnsOptions options, Func<MdnsOptions, IReadOnlyList<MdnsLink>> findLinks)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        _time = host.Time;
        _start = _time.GetTimestamp();
        _findLinks = () => findLinks(options);
        _state = new MdnsState(options, host.PeerId, () => host.Addresses.Advertised, new Random());
        _timer = _time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _linkTimer = _time.CreateTimer(_ => CheckLinks(), null, LinkCheck, LinkCheck);
        Open(options.UseIPv4, AddressFamily.InterNetwork);
        Open(options.UseIPv6, AddressFamily.InterNetworkV6);
        NetworkChange.NetworkAddressChanged += LinksChanged;
        CheckLinks();
        foreach (var socket in _sockets)
        {
            _receiving.Add(ReceiveAsync(socket));
        }
    }

    /// <summary>A peer was found, or has new addresses. Subscribers must not block. What was found before is in <see cref="Peers"/>.</summary>
    public event Action<MdnsPeer>? Discovered;

    /// <summary>A peer said goodbye, or was silent for too long. Subscribers must not block.</summary>
    public event Action<PeerId>? Expired;

    /// <summary>Peers on our links.</summary>
    public IReadOnlyList<MdnsPeer> Peers
    {
        get
        {
            lock (_gate)
            {
                return _state.Peers;
            }
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>Says goodbye and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        NetworkChange.NetworkAddressChanged -= LinksChanged;
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _linkTimer.DisposeAsync().ConfigureAwait(false);
        Step(state => state.Leave());
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_receiving).ConfigureAwait(false);
        lock (_gate)
        {
            _sockets.ForEach(socket => socket.Dispose());
        }

        _stop.Dispose();
    }

    private void Open(bool wanted, AddressFamily family)
    {
        if (!wanted)
        {
            return;
        }

        try
        {
            _sockets.Add(new MdnsSocket(family));
        }
        catch (SocketException e)
        {
            Log.MdnsUnavailable(_host.Logger, family, e.Message);
        }
    }

    private async Task ReceiveAsync(MdnsSocket socket)
    {
        var buffer = new byte[DnsMessage.MaxLength];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var (length, source, index) = await socket.ReceiveAsync(buffer, _stop.Token).ConfigureAwait(false);
                Step(state => state.Receive(buffer.AsSpan(0, length), source, (index, socket.Family), Now));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException e)
            {
                Log.MdnsFailed(_host.Logger, "receiving", e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Tick() => Step(state => state.Advance(Now));

    private void LinksChanged(object? sender, EventArgs e) => CheckLinks();

    private void CheckLinks()
    {
        IReadOnlyList<MdnsLink> links;
        try
        {
            links = _findLinks();
        }
        catch (NetworkInformationException e)
        {
            Log.MdnsFailed(_host.Logger, "reading interfaces", e.Message);
            return;
        }

        lock (_gate)
        {
            foreach (var socket in _sockets)
            {
                try
                {
                    socket.Join(links);
                }
                catch (SocketException e)
                {
                    Log.MdnsFailed(_host.Logger, "joining", e.Message);   // the next check tries again
                }
            }
        }

        Step(state => state.SetLinks(links, Now));
    }

    /// <summary>Moves the state, sends what it wants sent, tells what it learned, sets the timer.</summary>
    private void Step(Action<MdnsState> move)
    {
        var happened = new List<MdnsEvent>();
        lock (_gate)
        {
            move(_state);
            while (_state.TryTakeOutput(out var output))
            {
                Send(output.Link, output.Packet);
            }

            while (_state.TryTakeEvent(out var one))
            {
                happened.Add(one);
                if (one.Kind != MdnsEventKind.Expired)
                {
                    _host.AddressBook.Add(one.Peer, one.Addresses, one.Ttl);
                }
            }

            if (Volatile.Read(ref _disposed) == 0)
            {
                var pause = _state.NextDue - Now;
                _timer.Change(pause is null ? Timeout.InfiniteTimeSpan : pause > TimeSpan.Zero ? pause.Value : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }

        happened.ForEach(Tell);
    }

    private void Send(MdnsLink link, byte[] packet)
    {
        try
        {
            _sockets.Find(socket => socket.Family == link.Family)?.Send(link, packet);
        }
        catch (SocketException e)
        {
            Log.MdnsFailed(_host.Logger, "sending on " + link.Name, e.Message);
        }
    }

    private void Tell(MdnsEvent happened)
    {
        if (happened.Kind == MdnsEventKind.Expired)
        {
            _host.Raise(() => Expired?.Invoke(happened.Peer));
        }
        else if (happened.Kind == MdnsEventKind.Discovered)
        {
            Log.Found(_host.Logger, happened.Peer, happened.Addresses[0]);
            _host.Raise(() => Discovered?.Invoke(new MdnsPeer(happened.Peer, happened.Addresses)));
        }
    }
}
