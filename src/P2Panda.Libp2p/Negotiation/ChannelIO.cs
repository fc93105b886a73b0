using P2Panda.Libp2p.Security;

namespace P2Panda.Libp2p.Negotiation;

/// <summary>Handshake inside a secure channel, for choosing the muxer. What is left over begins the muxer's first input.</summary>
internal sealed class ChannelIO(SecureChannel channel) : HandshakeIO
{
    private byte[] _buffered = [];
    private int _start;

    public override ReadOnlyMemory<byte> Buffered => _buffered.AsMemory(_start);

    public override void Consume(int count) => _start += count;

    public override async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        var received = await channel.ReceiveAsync(cancellation).ConfigureAwait(false);
        // Bounded: a line is at most 1 KiB and a piece of plaintext at most one buffer.
        _buffered = [.. Buffered.Span, .. received.Span];
        _start = 0;
        return !received.IsEmpty;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        Append(bytes);
        await channel.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Leaves bytes in the channel's batch, to go out with what the muxer says first.</summary>
    public void Append(ReadOnlyMemory<byte> bytes)
    {
        bytes.Span.CopyTo(channel.GetSpan(bytes.Length));
        channel.Advance(bytes.Length);
    }
}
