using P2Panda.Libp2p.Diagnostics;

namespace P2Panda.Libp2p.Protocols.Relay;

/// <summary>The client's two requests to a relay.</summary>
internal static class RelayClient
{
    /// <summary>What is assumed of a reservation when the relay's clock and ours make no sense together.</summary>
    private static readonly TimeSpan UnknownLifetime = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(7);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <exception cref="RelayRefusedException">The relay refuses.</exception>
    /// <exception cref="IOException">The relay does not answer, or not properly.</exception>
    public static async Task<Reservation> ReserveAsync(Libp2pHost host, Connection relay, CancellationToken cancellation)
    {
        await using var stream = await AskAsync(host, relay, RelayProtocol.Hop.Reserve, closes: true, cancellation).ConfigureAwait(false);
        var answer = await ReadAsync(host, relay, stream, "a reservation", cancellation).ConfigureAwait(false);
        if (answer.Reservation is not { Addresses.Count: > 0 } terms)
        {
            throw new IOException($"The relay {relay.RemotePeer} reserved and named no address to reach it at.");
        }

        ReservationVoucher? voucher = null;
        if (!terms.Voucher.IsEmpty)
        {
            voucher = ReservationVoucher.TryOpen(terms.Voucher.Span);
            if (voucher?.Relay != relay.RemotePeer || voucher?.Peer != host.PeerId)
            {
                // Nobody depends on vouchers yet; a wrong one is worth a line all the same.
                Log.Misbehaviour(host.Logger, relay.RemotePeer, relay.RemoteAddress, "the reservation's voucher does not hold");
                voucher = null;
            }
        }

        // A relay that does not write its own id at the end still is the one we asked.
        var addresses = terms.Addresses
            .Where(address => !address.IsRelayed && (address.Peer is null || address.Peer == relay.RemotePeer))
            .Select(address => CircuitAddress.Through(address.WithPeer(relay.RemotePeer)))
            .Distinct()
            .ToList();
        return new Reservation(relay.RemotePeer, LifetimeOf(terms.ExpiresAt, host.Time.GetUtcNow()), addresses, answer.Limit ?? CircuitLimit.None, voucher);
    }

    /// <returns>The stream, from here on the circuit itself, and its limit.</returns>
    /// <exception cref="RelayRefusedException">The relay refuses.</exception>
    /// <exception cref="IOException">The relay does not answer, or not properly.</exception>
    public static async Task<(MuxedStream Stream, CircuitLimit Limit)> ConnectAsync(Libp2pHost host, Connection relay, PeerId target, CancellationToken cancellation)
    {
        var stream = await AskAsync(host, relay, RelayProtocol.Hop.Connect(target), closes: false, cancellation).ConfigureAwait(false);
        try
        {
            var answer = await ReadAsync(host, relay, stream, $"a circuit to {target}", cancellation).ConfigureAwait(false);
            return (stream, answer.Limit ?? CircuitLimit.None);
        }
        catch
        {
            stream.Reset();
            throw;
        }
    }

    internal static TimeSpan LifetimeOf(ulong expiresAt, DateTimeOffset now)
    {
        var seconds = (double)expiresAt - now.ToUnixTimeSeconds();
        return seconds <= 0 ? UnknownLifetime : seconds >= LongestLifetime.TotalSeconds ? LongestLifetime : TimeSpan.FromSeconds(seconds);
    }

    private static async Task<MuxedStream> AskAsync(Libp2pHost host, Connection relay, RelayMessage request, bool closes, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Timeout, host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var stream = await relay.OpenStreamAsync([RelayProtocol.HopId], either.Token).ConfigureAwait(false);
        await stream.WriteMessageAsync(request.Encode(), either.Token).ConfigureAwait(false);
        if (closes)
        {
            await stream.CompleteWritesAsync(either.Token).ConfigureAwait(false);
        }

        return stream;
    }

    private static async Task<RelayMessage> ReadAsync(Libp2pHost host, Connection relay, MuxedStream stream, string what, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Timeout, host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        FramedMessage frame;
        try
        {
            frame = await stream.ReadMessageAsync(RelayFields.MaxMessage, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"The relay {relay.RemotePeer} did not answer the request for {what} within {Timeout.TotalSeconds:0} s.");
        }

        if (frame.Result != FrameResult.Ok || !RelayProtocol.Hop.TryDecode(frame.Body.Span, out var answer) || answer.Type != RelayMessageType.Status)
        {
            throw new IOException($"The relay {relay.RemotePeer} did not answer the request for {what} ({frame.Result}).");
        }

        return answer.Status == RelayStatus.Ok
            ? answer
            : throw new RelayRefusedException($"The relay {relay.RemotePeer} refused {what}: {answer.Status}.") { Status = answer.Status };
    }
}
