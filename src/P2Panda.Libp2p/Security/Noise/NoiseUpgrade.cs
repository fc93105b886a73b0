using System.Buffers.Binary;
using P2Panda.Libp2p.Negotiation;

namespace P2Panda.Libp2p.Security.Noise;

/// <summary>Carries the handshake over a transport. Every message has a 16-bit big-endian length.</summary>
internal static class NoiseUpgrade
{
    public const string ProtocolId = "/noise";

    /// <summary>As initiator. <paramref name="prefix"/> goes out in the same write as the first message (lazy negotiation).</summary>
    public static async ValueTask<(NoiseResult Result, NoiseHandshake Handshake)> InitiateAsync(
        HandshakeIO io, NoiseIdentity identity, PeerId? expected, byte[] prefix, Func<ValueTask<bool>> confirm, CancellationToken cancellation)
    {
        var handshake = new NoiseHandshake(identity, initiator: true);
        await io.WriteAsync((byte[])[.. prefix, .. Frame(handshake.WriteFirst())], cancellation).ConfigureAwait(false);
        if (!await confirm().ConfigureAwait(false))
        {
            return (NoiseResult.Ended, handshake);
        }

        var result = await ReadAsync(io, handshake.ReadSecond, cancellation).ConfigureAwait(false);
        if (result == NoiseResult.Ok && expected is not null && handshake.Remote!.Key.PeerId != expected)
        {
            // Before the third message: a stranger does not learn who we are.
            return (NoiseResult.WrongPeer, handshake);
        }

        if (result == NoiseResult.Ok)
        {
            var third = handshake.WriteThird();
            if (third is null)
            {
                return (NoiseResult.WeakKey, handshake);
            }

            await io.WriteAsync(Frame(third), cancellation).ConfigureAwait(false);
        }

        return (result, handshake);
    }

    /// <summary>As responder.</summary>
    public static async ValueTask<(NoiseResult Result, NoiseHandshake Handshake)> RespondAsync(
        HandshakeIO io, NoiseIdentity identity, CancellationToken cancellation)
    {
        var handshake = new NoiseHandshake(identity, initiator: false);
        var result = await ReadAsync(io, handshake.ReadFirst, cancellation).ConfigureAwait(false);
        if (result == NoiseResult.Ok)
        {
            var second = handshake.WriteSecond();
            if (second is null)
            {
                return (NoiseResult.WeakKey, handshake);
            }

            await io.WriteAsync(Frame(second), cancellation).ConfigureAwait(false);
            result = await ReadAsync(io, handshake.ReadThird, cancellation).ConfigureAwait(false);
        }

        return (result, handshake);
    }

    /// <summary>The muxer both sides know without further negotiation.</summary>
    /// <returns>A protocol id; null when one side named none and multistream must decide.</returns>
    public static NoiseResult ChooseMuxer(IReadOnlyList<string> initiators, IReadOnlyList<string> responders, out string? muxer)
    {
        muxer = null;
        if (initiators.Count == 0 || responders.Count == 0)
        {
            return NoiseResult.Ok;
        }

        muxer = initiators.FirstOrDefault(responders.Contains);
        return muxer is null ? NoiseResult.NoCommonMuxer : NoiseResult.Ok;
    }

    private static byte[] Frame(byte[] message)
    {
        var frame = new byte[2 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)message.Length);
        message.CopyTo(frame, 2);
        return frame;
    }

    private static async ValueTask<NoiseResult> ReadAsync(HandshakeIO io, ReadMessage read, CancellationToken cancellation)
    {
        while (true)
        {
            var buffered = io.Buffered;
            if (buffered.Length >= 2)
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(buffered.Span);
                // Keys and tags beside the payload: nothing longer can be right, so nothing longer is waited for.
                if (length > NoisePayload.MaxLength + 128)
                {
                    return NoiseResult.PayloadTooLarge;
                }

                if (buffered.Length >= 2 + length)
                {
                    var result = read(buffered.Span.Slice(2, length));
                    io.Consume(2 + length);
                    return result;
                }
            }

            if (!await io.FillAsync(cancellation).ConfigureAwait(false))
            {
                return NoiseResult.Ended;
            }
        }
    }

    private delegate NoiseResult ReadMessage(ReadOnlySpan<byte> message);
}
