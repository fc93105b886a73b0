using P2Panda.Libp2p.Diagnostics;
using P2Panda.Libp2p.Protocols.Relay;

namespace P2Panda.Libp2p;

/// <summary>
/// A place at one relay: reserved, renewed after three quarters of its life, and reserved anew when the connection to the relay was
/// lost. While there is none, no address is offered.
/// </summary>
internal sealed class CircuitListener : IListener
{
    private static readonly TimeSpan[] RetryAfter = [.. new double[] { 0.1, 0.5, 1, 2, 5, 10, 20, 40, 60 }.Select(TimeSpan.FromSeconds)];
    private static readonly TimeSpan ShortestRenewal = TimeSpan.FromSeconds(1);

    private readonly Libp2pHost _host;
    private readonly Multiaddr _relayAddress;
    private readonly Action<CircuitListener> _forget;
    private readonly CancellationTokenSource _stop = new();
    private IReadOnlyList<Multiaddr> _addresses = [];
    private Connection? _reservedOver;
    private Task _keeping = Task.CompletedTask;

    public CircuitListener(Libp2pHost host, Multiaddr relayAddress, IConnectionSink sink, Action<CircuitListener> forget)
    {
        _host = host;
        _relayAddress = relayAddress;
        _forget = forget;
        Sink = sink;
        Relay = relayAddress.Peer!;
    }

    public PeerId Relay { get; }

    public IConnectionSink Sink { get; }

    /// <summary>The last reservation, while it holds.</summary>
    public Reservation? Reservation { get; private set; }

    public IReadOnlyList<Multiaddr> Addresses => Volatile.Read(ref _addresses);

    public bool IsReservedOver(Connection connection) => ReferenceEquals(Volatile.Read(ref _reservedOver), connection);

    /// <summary>Reserves, and keeps the place until disposed.</summary>
    /// <exception cref="IOException">The relay cannot be reached or refuses.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        var connection = await _host.ConnectAsync(_relayAddress, cancellation).ConfigureAwait(false);
        var lease = connection.KeepAlive();
        try
        {
            var reservation = await ReserveAsync(connection, cancellation).ConfigureAwait(false);
            _keeping = KeepAsync(connection, reservation, lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _forget(this);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        Withdraw();
    }

    private async Task<Reservation> ReserveAsync(Connection connection, CancellationToken cancellation)
    {
        // Before the answer is here the relay may bring somebody already.
        Volatile.Write(ref _reservedOver, connection);
        try
        {
            var reservation = await RelayClient.ReserveAsync(_host, connection, cancellation).ConfigureAwait(false);
            Reservation = reservation;
            IReadOnlyList<Multiaddr> addresses = [.. reservation.Addresses.Select(address => address.WithPeer(_host.PeerId))];
            var changed = !addresses.SequenceEqual(Addresses);
            Volatile.Write(ref _addresses, addresses);
            if (changed)
            {
                Log.ReservedAt(_host.Logger, Relay, reservation.Lifetime, reservation.Limit);
                _host.ListeningChanged();
            }

            return reservation;
        }
        catch
        {
            Volatile.Write(ref _reservedOver, null);
            throw;
        }
    }

    private async Task KeepAsync(Connection connection, Reservation reservation, IDisposable lease)
    {
        var failures = 0;
        while (true)
        {
            try
            {
                using (lease)
                {
                    while (await RenewalIsDueAsync(connection, reservation.Lifetime).ConfigureAwait(false))
                    {
                        reservation = await ReserveAsync(connection, _stop.Token).ConfigureAwait(false);
                        failures = 0;
                    }
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                LogLost(e.Message);
            }

            Withdraw();
            while (true)
            {
                await Task.Delay(RetryAfter[Math.Min(failures++, RetryAfter.Length - 1)], _host.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (_stop.IsCancellationRequested)
                {
                    return;
                }

                try
                {
                    connection = await _host.ConnectAsync(_relayAddress, _stop.Token).ConfigureAwait(false);
                    lease = connection.KeepAlive();
                    reservation = await ReserveAsync(connection, _stop.Token).ConfigureAwait(false);
                    break;
                }
                catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
                {
                    lease.Dispose();
                    LogLost(e.Message);
                }
            }
        }
    }

    /// <summary>Waits for three quarters of the reservation's life; false when the connection is gone first.</summary>
    private async Task<bool> RenewalIsDueAsync(Connection connection, TimeSpan lifetime)
    {
        var wait = lifetime * 0.75;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var due = Task.Delay(wait > ShortestRenewal ? wait : ShortestRenewal, _host.Time, either.Token);
        var first = await Task.WhenAny(due, connection.Closed).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        _stop.Token.ThrowIfCancellationRequested();
        if (first == due)
        {
            return true;
        }

        LogLost(await connection.Closed.ConfigureAwait(false));
        return false;
    }

    private void Withdraw()
    {
        Volatile.Write(ref _reservedOver, null);
        Reservation = null;
        if (Interlocked.Exchange(ref _addresses, []).Count > 0)
        {
            _host.ListeningChanged();
        }
    }

    private void LogLost(string reason)
    {
        if (!_stop.IsCancellationRequested)
        {
            Log.ReservationLost(_host.Logger, Relay, reason);
        }
    }
}
