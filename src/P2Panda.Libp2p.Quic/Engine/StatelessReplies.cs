using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic.Engine;

/// <summary>Answers that cost no state (RFC 9000 sections 6, 8.1.2, 10.3): each kind has its own budget, so that we are nobody's amplifier.</summary>
internal sealed unsafe class StatelessReplies(QuicContext context, QuicOptions options, IDatagramSender sender)
{
    private const int Capacity = 512;
    private readonly TokenBucket _negotiations = new(options.StatelessRepliesPerSecond);
    private readonly TokenBucket _retries = new(options.StatelessRepliesPerSecond);
    private readonly TokenBucket _resets = new(options.StatelessRepliesPerSecond);
    private readonly TokenBucket _closes = new(options.StatelessRepliesPerSecond);

    /// <summary>Answers sent, all kinds.</summary>
    public long Sent { get; private set; }

    public bool NegotiateVersion(byte* datagram, uint length, in NativeAddress remote, ReadOnlySpan<byte> local, ulong now)
    {
        if (!_negotiations.TryTake(now))
        {
            return false;
        }

        var output = stackalloc byte[Capacity];
        Send(output, PandaQuic.WriteVersionNegotiation(datagram, length, output, Capacity), remote, local);
        return true;
    }

    public bool Retry(byte* datagram, uint length, in NativeAddress remote, ReadOnlySpan<byte> local, ulong now)
    {
        if (!_retries.TryTake(now))
        {
            return false;
        }

        var output = stackalloc byte[Capacity];
        var to = remote;
        var written = PandaQuic.WriteRetry(context.Pointer, datagram, length, (byte*)&to.Bytes, to.Length, output, Capacity, now);
        Send(output, written, remote, local);
        return true;
    }

    public bool Reset(ReadOnlySpan<byte> cid, uint triggerLength, in NativeAddress remote, ReadOnlySpan<byte> local, ulong now)
    {
        if (!_resets.TryTake(now))
        {
            return false;
        }

        var output = stackalloc byte[Capacity];
        fixed (byte* id = cid)
        {
            Send(output, PandaQuic.WriteStatelessReset(context.Pointer, id, (uint)cid.Length, triggerLength, output, Capacity), remote, local);
        }

        return true;
    }

    public bool RepeatClose(ReadOnlySpan<byte> closing, in NativeAddress remote, ReadOnlySpan<byte> local, ulong now)
    {
        if (!_closes.TryTake(now))
        {
            return false;
        }

        Send(closing, remote, local);
        return true;
    }

    private void Send(byte* output, int length, in NativeAddress remote, ReadOnlySpan<byte> local)
    {
        if (length > 0)
        {
            Send(new ReadOnlySpan<byte>(output, length), remote, local);
        }
    }

    private void Send(ReadOnlySpan<byte> datagram, in NativeAddress remote, ReadOnlySpan<byte> local)
    {
        Sent++;
        sender.Send(datagram, [new NativePacket { Size = (uint)datagram.Length, Remote = remote }], local);
    }
}
