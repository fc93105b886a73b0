using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Bursts;
using P2Panda.Radio.Air.Erasure;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Air.Tests.Corpus;

/// <summary>Writes bursts and frames byte by byte, good ones and bad ones.</summary>
internal static class Forge
{
    /// <summary>A gateway-sealed burst, cut into K symbols.</summary>
    public static byte[] Sealed(KeyPair key, BurstKind kind, ReadOnlySpan<byte> body, int k, ulong counter, NetworkId network = default)
    {
        var length = BurstFormat.SealedOverhead + body.Length;
        var padded = new byte[(length + k - 1) / k * k];
        padded[0] = (byte)(((int)kind << 5) | (padded.Length - length));
        KeyId.Of(key.PublicKey).Write(padded.AsSpan(1));
        for (var index = 0; index < 5; index++)
        {
            padded[9 + index] = (byte)(counter >> (8 * (4 - index)));
        }

        body.CopyTo(padded.AsSpan(14));
        SealDomain.SignBurst(key, network, padded.AsSpan(0, length - 64), padded.AsSpan(length - 64, 64));
        return padded;
    }

    /// <summary>An author-sealed burst.</summary>
    public static byte[] Authored(ReadOnlySpan<byte> body, int k)
    {
        var padded = new byte[(1 + body.Length + k - 1) / k * k];
        padded[0] = (byte)(((int)BurstKind.AuthorEntry << 5) | (padded.Length - 1 - body.Length));
        body.CopyTo(padded.AsSpan(1));
        return padded;
    }

    /// <summary>The frames of some symbols of a padded burst.</summary>
    public static byte[][] Frames(byte[] padded, int k, params IEnumerable<int> symbolIds) =>
        [.. symbolIds.Select(id => Frame(padded, k, id))];

    public static byte[] Frame(byte[] padded, int k, int symbolId, BurstTag? tag = null, KeyPair? signer = null, NetworkId network = default)
    {
        var key = new BurstKey(tag ?? BurstTag.Of(padded), k, padded.Length / k);
        var frame = new byte[key.SymbolLength + FrameFormat.Overhead(k, signer is not null)];
        var header = Air.Framing.Frame.WriteHeader(frame, key, (byte)symbolId, signer is not null);
        ErasureCode.For(k).Encode(padded, symbolId, frame.AsSpan(header, key.SymbolLength));
        if (signer is not null)
        {
            new FrameSigner(signer, network).Sign(frame);
        }

        return frame;
    }
}
