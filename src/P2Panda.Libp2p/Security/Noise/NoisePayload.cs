using System.Text;
using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p.Security.Noise;

/// <summary>NoiseHandshakePayload (libp2p specs, noise): identity key, its signature over the static key, extensions.</summary>
/// <param name="Key">Who the peer is; its signature has been checked.</param>
/// <param name="Muxers">Muxers the peer offers for choice without another round trip; empty when it says nothing.</param>
internal sealed record NoisePayload(PublicKey Key, IReadOnlyList<string> Muxers)
{
    /// <summary>Longest payload that is looked at before any signature work, bytes.</summary>
    public const int MaxLength = 4096;

    /// <summary>Most muxers that are read.</summary>
    public const int MaxMuxers = 16;

    private static ReadOnlySpan<byte> SignaturePrefix => "noise-libp2p-static-key:"u8;

    public static byte[] Encode(KeyPair identity, ReadOnlySpan<byte> staticKey, IReadOnlyList<string> muxers)
    {
        var extensions = new ProtobufWriter();
        foreach (var muxer in muxers)
        {
            extensions.Text(2, muxer);
        }

        var payload = new ProtobufWriter()
            .Bytes(1, identity.PublicKey.Encoded.Span)
            .Bytes(2, identity.Sign([.. SignaturePrefix, .. staticKey]));
        return (extensions.Length > 0 ? payload.Bytes(4, extensions.Written) : payload).ToArray();
    }

    public static NoiseResult TryDecode(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> staticKey, out NoisePayload? payload)
    {
        payload = null;
        if (bytes.Length > MaxLength)
        {
            return NoiseResult.PayloadTooLarge;
        }

        ReadOnlySpan<byte> encodedKey = default, signature = default;
        var muxers = new List<string>();
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    encodedKey = reader.Bytes;
                    break;
                case 2:
                    signature = reader.Bytes;
                    break;
                case 4 when !TryReadMuxers(reader.Bytes, muxers):
                    return NoiseResult.MalformedPayload;
                default:
                    break;
            }
        }

        if (reader.Failed)
        {
            return NoiseResult.MalformedPayload;
        }

        if (!PublicKey.TryDecode(encodedKey, out var key))
        {
            return NoiseResult.UnacceptableKey;
        }

        if (!key.Verify([.. SignaturePrefix, .. staticKey], signature))
        {
            return NoiseResult.BadIdentitySignature;
        }

        payload = new NoisePayload(key, muxers);
        return NoiseResult.Ok;
    }

    private static bool TryReadMuxers(ReadOnlySpan<byte> extensions, List<string> muxers)
    {
        var reader = new ProtobufReader(extensions);
        while (reader.Next())
        {
            if (reader.Field == 2 && muxers.Count < MaxMuxers)
            {
                muxers.Add(Encoding.UTF8.GetString(reader.Bytes));
            }
        }

        return !reader.Failed;
    }
}
