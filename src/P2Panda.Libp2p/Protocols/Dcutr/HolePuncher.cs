using System.Net.Sockets;
using P2Panda.Libp2p.Diagnostics;
using P2Panda.Libp2p.Swarm;

namespace P2Panda.Libp2p.Protocols.Dcutr;

/// <summary>
/// The dials of one attempt: all addresses at once. The side that is client keeps its first success and closes the rest; the other
/// side keeps whichever of its successes the client leaves open.
/// </summary>
internal sealed class HolePuncher(Libp2pHost host)
{
    /// <summary>Pause before a refused TCP dial is repeated: a NAT that answers with resets gives way once its own mapping stands.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    /// <summary>How long the client has to close what it did not choose.</summary>
    private static readonly TimeSpan ChoicePatience = TimeSpan.FromSeconds(2);

    /// <returns>The direct connection, or null and the reasons.</returns>
    public async Task<(Connection? Connection, string Reason)> PunchAsync(
        PeerId peer, IReadOnlyList<Multiaddr> addresses, HandshakeRole role, TimeSpan window, CancellationToken cancellation)
    {
        var failures = new List<string>();
        using var deadline = new CancellationTokenSource(window, host.Time);
        using var race = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var running = new List<Task<(IMuxedConnection? Muxed, ConnectionLease? Lease, string Failure)>>();
        foreach (var address in addresses)
        {
            if (!host.IsDialAllowed(peer, address, out var gate))
            {
                failures.Add($"{address}: refused by {gate}");
            }
            else if (host.Transports.FirstOrDefault(transport => transport is not CircuitTransport && transport.CanDial(address)) is { } transport)
            {
                running.Add(DialAsync(peer, address, transport, role, race.Token));
            }
        }

        Connection? chosen = null;
        while (running.Count > 0)
        {
            var done = await Task.WhenAny(running).ConfigureAwait(false);
            running.Remove(done);
            var (muxed, lease, failure) = await done.ConfigureAwait(false);
            if (muxed is null)
            {
                failures.Add(failure);
            }
            else if (chosen is null || await GivesWayAsync(chosen, role).ConfigureAwait(false))
            {
                var direction = role == HandshakeRole.Dialer ? ConnectionDirection.Outbound : ConnectionDirection.Inbound;
                (chosen, var refusal) = await host.AdoptAsync(muxed, direction, lease!).ConfigureAwait(false);
                failures.Add($"{muxed.RemoteAddress}: {refusal}");
                if (chosen is not null)
                {
                    await race.CancelAsync().ConfigureAwait(false);
                }
            }
            else
            {
                await muxed.CloseAsync(ConnectionCloseReason.Normal).ConfigureAwait(false);
                lease!.Dispose();
            }
        }

        return (chosen, chosen is null ? failures.Count == 0 ? "no address to try" : string.Join("; ", failures) : "");
    }

    /// <summary>Whether the connection chosen so far is the one the client drops.</summary>
    private async Task<bool> GivesWayAsync(Connection chosen, HandshakeRole role)
    {
        if (role == HandshakeRole.Dialer)
        {
            return false;
        }

        using var patience = new CancellationTokenSource();
        await Task.WhenAny(chosen.Closed, Task.Delay(ChoicePatience, host.Time, patience.Token)).ConfigureAwait(false);
        await patience.CancelAsync().ConfigureAwait(false);
        return chosen.Closed.IsCompleted;
    }

    private async Task<(IMuxedConnection? Muxed, ConnectionLease? Lease, string Failure)> DialAsync(
        PeerId peer, Multiaddr address, ITransport transport, HandshakeRole role, CancellationToken cancellation)
    {
        var limit = host.Accountant.TryBeginOutbound(out var lease);
        if (limit != LimitResult.Ok)
        {
            return (null, null, $"{address}: limit {limit}");
        }

        var reason = "";
        while (true)
        {
            try
            {
                var request = new DialRequest(address, peer) { Role = role, Port = PortUse.ReuseOnly };
                var muxed = await transport.DialAsync(request, cancellation).ConfigureAwait(false);
                host.Metrics.Dialed(transport.Name, success: true);
                return (muxed, lease, "");
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                reason = e is OperationCanceledException ? reason.Length > 0 ? reason : "nobody came" : e.Message;
            }

            if (!address.Has(MultiaddrProtocol.Tcp) || cancellation.IsCancellationRequested)
            {
                break;
            }

            await Task.Delay(RetryPause, host.Time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lease!.Dispose();
        host.Metrics.Dialed(transport.Name, success: false);
        Log.DialFailed(host.Logger, address, reason);
        return (null, null, $"{address}: {reason}");
    }
}
