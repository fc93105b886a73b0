using System.Net.Sockets;
using P2Panda.Libp2p.Diagnostics;

namespace P2Panda.Libp2p.Swarm;

/// <summary>
/// Carries out dial plans: staggered attempts, the first success ends the others, one dial per peer at a time for all who ask.
/// </summary>
internal sealed class Dialer(Libp2pHost host)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, Task<Connection>> _underWay = [];

    public Task<Connection> DialAsync(PeerId? peer, IReadOnlyList<Multiaddr> addresses, CancellationToken cancellation)
    {
        if (peer is null)
        {
            return RunAsync(null, addresses, PortUse.Reuse, cancellation);
        }

        if (peer == host.PeerId)
        {
            throw new IOException("That is ourselves.");
        }

        Task<Connection> dial;
        lock (_gate)
        {
            if (!_underWay.TryGetValue(peer, out dial!))
            {
                // Not the first caller's cancellation: others may join. The dial's own timeout bounds it.
                dial = Task.Run(() => RunAsync(peer, addresses, PortUse.Reuse, host.Stopping), CancellationToken.None);
                _underWay[peer] = dial;
                _ = ForgetAsync(peer, dial);
            }
        }

        return dial.WaitAsync(cancellation);
    }

    /// <summary>Dials without joining, or being joined by, other dials to the peer.</summary>
    public Task<Connection> DialAnewAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, PortUse port, CancellationToken cancellation) =>
        RunAsync(peer, addresses, port, cancellation);

    private async Task ForgetAsync(PeerId peer, Task dial)
    {
        await dial.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _underWay.Remove(peer);
        }
    }

    private async Task<Connection> RunAsync(PeerId? peer, IReadOnlyList<Multiaddr> addresses, PortUse port, CancellationToken cancellation)
    {
        var failures = new List<string>();
        var candidates = new List<(Multiaddr Address, ITransport Transport)>();
        foreach (var address in addresses)
        {
            // Gates judge what was asked for: a name's addresses are the name's.
            if (!host.IsDialAllowed(peer, address, out var gate))
            {
                failures.Add($"{address}: refused by {gate}");
                continue;
            }

            var asGiven = host.Transports.FirstOrDefault(transport => transport.CanDial(address));
            if (asGiven is not null)
            {
                AddCandidate(address, asGiven);
                continue;
            }

            if (host.Options.Names is not { } names)
            {
                failures.Add($"{address}: no transport");
                continue;
            }

            foreach (var expanded in await NameExpansion.ExpandAsync(names, address, failures, cancellation).ConfigureAwait(false))
            {
                if (host.Transports.FirstOrDefault(transport => transport.CanDial(expanded)) is { } transport)
                {
                    AddCandidate(expanded, transport);
                }
                else
                {
                    failures.Add($"{expanded}: no transport");
                }
            }
        }

        void AddCandidate(Multiaddr address, ITransport transport)
        {
            if (!address.IsRelayed && address.Peer is { } other && peer is not null && other != peer)
            {
                failures.Add($"{address}: belongs to another peer");
            }
            else
            {
                candidates.Add((address, transport));
            }
        }

        var transports = candidates.DistinctBy(candidate => candidate.Address.WithoutPeer()).ToDictionary(candidate => candidate.Address, candidate => candidate.Transport);
        return transports.Count > 0 && await RaceAsync(peer, transports, port, failures, cancellation).ConfigureAwait(false) is { } connection
            ? connection
            : throw new IOException(failures.Count == 0
                ? $"No address of {peer} is known."
                : $"Cannot connect to {(peer is null ? "anybody" : peer)}: {string.Join("; ", failures)}");
    }

    private async Task<Connection?> RaceAsync(
        PeerId? peer, Dictionary<Multiaddr, ITransport> transports, PortUse port, List<string> failures, CancellationToken cancellation)
    {
        using var race = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var waiting = new Queue<(Multiaddr Address, TimeSpan Delay)>(DialPlan.Rank(transports.Keys));
        var running = new List<Task<(Connection? Connection, string Failure)>>();
        var start = host.Time.GetTimestamp();
        Connection? winner = null;
        while (winner is null && (waiting.Count > 0 || running.Count > 0))
        {
            while (waiting.Count > 0 && running.Count < host.Options.ParallelDials
                && (running.Count == 0 || host.Time.GetElapsedTime(start) >= waiting.Peek().Delay))
            {
                var (address, _) = waiting.Dequeue();
                running.Add(AttemptAsync(peer, address, transports[address], port, race.Token));
            }

            var finished = Task.WhenAny(running);
            if (waiting.Count > 0 && running.Count < host.Options.ParallelDials)
            {
                var pause = waiting.Peek().Delay - host.Time.GetElapsedTime(start);
                using var timer = CancellationTokenSource.CreateLinkedTokenSource(race.Token);
                var delay = Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, host.Time, timer.Token);
                if (await Task.WhenAny(finished, delay).ConfigureAwait(false) == delay)
                {
                    cancellation.ThrowIfCancellationRequested();
                    continue;
                }

                await timer.CancelAsync().ConfigureAwait(false);
            }

            var attempt = await finished.ConfigureAwait(false);
            running.Remove(attempt);
            var (connection, failure) = await attempt.ConfigureAwait(false);
            winner = connection;
            if (connection is null)
            {
                failures.Add(failure);
            }
        }

        await race.CancelAsync().ConfigureAwait(false);
        foreach (var (late, _) in await Task.WhenAll(running).ConfigureAwait(false))
        {
            // Two attempts may finish together; the second is one connection too many.
            if (late is not null)
            {
                await late.CloseAsync().ConfigureAwait(false);
            }
        }

        return winner;
    }

    private async Task<(Connection? Connection, string Failure)> AttemptAsync(
        PeerId? peer, Multiaddr address, ITransport transport, PortUse port, CancellationToken cancellation)
    {
        var limit = host.Accountant.TryBeginOutbound(out var lease);
        if (limit != LimitResult.Ok)
        {
            host.Metrics.Refused($"limit {limit}");
            return (null, $"{address}: limit {limit}");
        }

        using var deadline = new CancellationTokenSource(host.Options.DialTimeout, host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            var muxed = await transport.DialAsync(new DialRequest(address, peer ?? address.Peer) { Port = port }, either.Token).ConfigureAwait(false);
            host.Metrics.Dialed(transport.Name, success: true);
            var (connection, refusal) = await host.AdoptAsync(muxed, ConnectionDirection.Outbound, lease!).ConfigureAwait(false);
            return (connection, $"{address}: {refusal}");
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            lease!.Dispose();
            var reason = e is OperationCanceledException && !cancellation.IsCancellationRequested
                ? $"no answer within {host.Options.DialTimeout.TotalSeconds:0.#} s"
                : e.Message;
            host.Metrics.Dialed(transport.Name, success: false);
            Log.DialFailed(host.Logger, address, reason);
            return (null, $"{address}: {reason}");
        }
    }
}
