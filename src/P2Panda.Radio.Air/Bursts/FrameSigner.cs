using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Air.Bursts;

/// <summary>Writes the trailer of strict frames: which key, and its signature over everything before.</summary>
internal sealed class FrameSigner(KeyPair key, NetworkId network)
{
    public void Sign(Span<byte> frame)
    {
        Span<byte> id = stackalloc byte[KeyId.Length];
        KeyId.Of(key.PublicKey).Write(id);
        id[..FrameFormat.StrictHintLength].CopyTo(frame[^FrameFormat.StrictTrailerLength..]);
        SealDomain.SignFrame(key, network, frame[..^BurstFormat.SignatureLength], frame[^BurstFormat.SignatureLength..]);
    }
}
