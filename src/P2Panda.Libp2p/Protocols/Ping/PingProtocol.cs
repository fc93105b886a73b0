using System.Security.Cryptography;

namespace P2Panda.Libp2p;

/// <summary>Ping (libp2p specs, ping): 32 random bytes there and back, until the dialer closes.</summary>
public static class PingProtocol
{
    /// <summary>Protocol id.</summary>
    public const string ProtocolId = "/ipfs/ping/1.0.0";

    private const int Length = 32;

    /// <summary>Time for one exchange.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    internal static StreamPolicy Policy { get; } = new() { MaxPerPeer = 2, MaxTotal = 512, RunOnLimited = true };

    /// <summary>Measures one round trip over a stream of its own.</summary>
    /// <exception cref="IOException">The peer does not speak ping, answers wrongly or too late.</exception>
    public static async Task<TimeSpan> PingAsync(this Connection connection, TimeProvider time, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(time);
        using var deadline = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        await using var stream = await connection.OpenStreamAsync([ProtocolId], either.Token).ConfigureAwait(false);
        var sent = RandomNumberGenerator.GetBytes(Length);
        var received = new byte[Length];
        var start = time.GetTimestamp();
        await stream.WriteAsync(sent, either.Token).ConfigureAwait(false);
        await stream.ReadExactlyAsync(received, either.Token).ConfigureAwait(false);
        return received.AsSpan().SequenceEqual(sent)
            ? time.GetElapsedTime(start)
            : throw new IOException($"{connection.RemotePeer} answered a ping with other bytes.");
    }

    internal static async Task AnswerAsync(MuxedStream stream, TimeProvider time, CancellationToken cancellation)
    {
        var buffer = new byte[Length];
        while (true)
        {
            using var deadline = new CancellationTokenSource(2 * Timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
            var read = await stream.ReadAtLeastAsync(buffer, Length, throwOnEndOfStream: false, either.Token).ConfigureAwait(false);
            if (read < Length)
            {
                return;
            }

            await stream.WriteAsync(buffer, either.Token).ConfigureAwait(false);
        }
    }
}
