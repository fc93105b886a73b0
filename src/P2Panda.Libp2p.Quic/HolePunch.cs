using System.Security.Cryptography;
using P2Panda.Libp2p.Quic.Engine;
using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic;

/// <summary>
/// The listener's part of hole punching over QUIC (libp2p specs, relay/DCUtR): random datagrams from the listening port open our NAT for
/// the peer, whose dial then arrives from exactly the address they were sent to.
/// </summary>
internal static class HolePunch
{
    public const int DatagramLength = 64;
    private const int IntervalMinMs = 10;
    private const int IntervalMaxMs = 200;

    /// <summary>Given up after this long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <exception cref="IOException">Nobody came in time, or somebody else came.</exception>
    public static async Task<QuicConnection> AwaitAsync(
        QuicEngine engine, NativeAddress remote, PeerId? expected, TimeProvider time, CancellationToken cancellation)
    {
        var arrival = engine.Await(remote);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            var punching = PunchAsync(engine, remote, time, stop.Token);
            var connection = await arrival.WaitAsync(Patience, time, cancellation).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await punching.ConfigureAwait(false);
            if (expected is null || connection.RemotePeer == expected)
            {
                return connection;
            }

            await connection.CloseAsync(ConnectionCloseReason.Gated).ConfigureAwait(false);
            throw new IOException($"QUIC: {connection.RemotePeer} came through the hole meant for {expected}.");
        }
        catch (TimeoutException exception)
        {
            throw new IOException($"QUIC: nobody came through the hole to {remote.ToEndPoint()}.", exception);
        }
        finally
        {
            engine.StopAwaiting(remote);
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private static async Task PunchAsync(QuicEngine engine, NativeAddress remote, TimeProvider time, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            engine.SendRaw(RandomNumberGenerator.GetBytes(DatagramLength), remote);
            var pause = TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(IntervalMinMs, IntervalMaxMs));
            await Task.Delay(pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
