using System.Diagnostics.CodeAnalysis;
using System.Text;
using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p;

/// <summary>A payload with its author's key and signature (libp2p RFC 0002). The domain is not sent: reader and writer must agree on it.</summary>
public sealed class SignedEnvelope
{
    /// <summary>Longest envelope that is looked at, bytes.</summary>
    public const int MaxLength = 16 * 1024;

    private SignedEnvelope(PublicKey author, byte[] payloadType, byte[] payload, byte[] signature)
    {
        Author = author;
        PayloadType = payloadType;
        Payload = payload;
        Signature = signature;
    }

    /// <summary>Who signed.</summary>
    public PublicKey Author { get; }

    /// <summary>What the payload is, in bytes of the author's choosing.</summary>
    public ReadOnlyMemory<byte> PayloadType { get; }

    /// <summary>What was signed.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The signature.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>Signs a payload.</summary>
    public static SignedEnvelope Seal(KeyPair author, string domain, ReadOnlySpan<byte> payloadType, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(author);
        return new SignedEnvelope(author.PublicKey, payloadType.ToArray(), payload.ToArray(), author.Sign(SignedBytes(domain, payloadType, payload)));
    }

    /// <summary>Decodes an envelope. The signature is not checked yet: see <see cref="Verify"/>.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SignedEnvelope? envelope)
    {
        envelope = null;
        if (bytes.Length > MaxLength)
        {
            return false;
        }

        PublicKey? author = null;
        byte[]? type = null, payload = null, signature = null;
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1 when !PublicKey.TryDecode(reader.Bytes, out author):
                    return false;
                case 2:
                    type = reader.Bytes.ToArray();
                    break;
                case 3:
                    payload = reader.Bytes.ToArray();
                    break;
                case 5:
                    signature = reader.Bytes.ToArray();
                    break;
                default:
                    break;
            }
        }

        if (reader.Failed || author is null || type is null || payload is null || signature is null)
        {
            return false;
        }

        envelope = new SignedEnvelope(author, type, payload, signature);
        return true;
    }

    /// <summary>Whether the author signed this payload for this domain.</summary>
    public bool Verify(string domain) => Author.Verify(SignedBytes(domain, PayloadType.Span, Payload.Span), Signature.Span);

    /// <summary>The protobuf form.</summary>
    public byte[] Encode() => new ProtobufWriter()
        .Bytes(1, Author.Encoded.Span).Bytes(2, PayloadType.Span).Bytes(3, Payload.Span).Bytes(5, Signature.Span).ToArray();

    private static byte[] SignedBytes(string domain, ReadOnlySpan<byte> payloadType, ReadOnlySpan<byte> payload)
    {
        var label = Encoding.UTF8.GetBytes(domain);
        var buffer = new byte[(3 * VarInt.MaxLength) + label.Length + payloadType.Length + payload.Length];
        var position = 0;
        position = Append(buffer, position, label);
        position = Append(buffer, position, payloadType);
        position = Append(buffer, position, payload);
        return buffer[..position];
    }

    private static int Append(byte[] buffer, int position, ReadOnlySpan<byte> part)
    {
        position += VarInt.Write(buffer.AsSpan(position), (ulong)part.Length);
        part.CopyTo(buffer.AsSpan(position));
        return position + part.Length;
    }
}
