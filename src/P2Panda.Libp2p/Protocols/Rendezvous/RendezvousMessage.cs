using P2Panda.Libp2p.Multiformats;

namespace P2Panda.Libp2p.Protocols.Rendezvous;

/// <summary>One message of the protocol, in either direction (libp2p specs, rendezvous). Fields a type does not have stay at their defaults.</summary>
internal sealed record RendezvousMessage
{
    /// <summary>Registrations that are read from one answer.</summary>
    public const int MaxRegistrations = 1000;

    public RendezvousMessageType Type { get; init; }

    /// <summary>UTF-8, unchecked; null when absent.</summary>
    public byte[]? Namespace { get; init; }

    public byte[] SignedPeerRecord { get; init; } = [];

    /// <summary>Seconds; null when absent.</summary>
    public ulong? Ttl { get; init; }

    public ulong? Limit { get; init; }

    /// <summary>Null when absent.</summary>
    public byte[]? Cookie { get; init; }

    public RendezvousStatus Status { get; init; }

    public string? StatusText { get; init; }

    /// <summary>Each a message of type <see cref="RendezvousMessageType.Register"/>.</summary>
    public IReadOnlyList<RendezvousMessage> Registrations { get; init; } = [];

    /// <summary>Decodes a message; null when it is none, or of a type that does not exist.</summary>
    public static RendezvousMessage? TryDecode(ReadOnlySpan<byte> bytes)
    {
        ulong type = 0;
        ReadOnlySpan<byte> body = default;
        var bodyField = 0;
        var reader = new ProtobufReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    type = reader.Value;
                    break;
                case >= 2 and <= 6:
                    bodyField = reader.Field;
                    body = reader.Bytes;
                    break;
                default:
                    break;
            }
        }

        // The body's field is the type and two: a message that says one and carries the other is none.
        if (reader.Failed || type > (ulong)RendezvousMessageType.DiscoverResponse || bodyField != (int)type + 2)
        {
            return null;
        }

        return DecodeBody((RendezvousMessageType)type, body);
    }

    /// <summary>The protobuf form. The type is written even when it is zero: the schema is proto2.</summary>
    public byte[] Encode() => new ProtobufWriter().VarInt(1, (ulong)Type).Bytes((int)Type + 2, EncodeBody().Written).ToArray();

    /// <summary>Bytes of a registration within an answer, its own tag and length included.</summary>
    public static int LengthInAnswer(byte[] name, byte[] record) => name.Length + record.Length + 32;

    private ProtobufWriter EncodeBody()
    {
        var writer = new ProtobufWriter();
        switch (Type)
        {
            case RendezvousMessageType.Register:
                writer.Bytes(1, Namespace ?? []).Bytes(2, SignedPeerRecord);
                return Ttl is { } life ? writer.VarInt(3, life) : writer;
            case RendezvousMessageType.RegisterResponse:
                WriteStatus(writer, 1);
                return Ttl is { } granted ? writer.VarInt(3, granted) : writer;
            case RendezvousMessageType.Unregister:
                return writer.Bytes(1, Namespace ?? []);
            case RendezvousMessageType.Discover:
                if (Namespace is not null)
                {
                    writer.Bytes(1, Namespace);
                }

                if (Limit is { } limit)
                {
                    writer.VarInt(2, limit);
                }

                return Cookie is null ? writer : writer.Bytes(3, Cookie);
            default:
                foreach (var registration in Registrations)
                {
                    writer.Bytes(1, registration.EncodeBody().Written);
                }

                if (Cookie is not null)
                {
                    writer.Bytes(2, Cookie);
                }

                WriteStatus(writer, 3);
                return writer;
        }
    }

    private void WriteStatus(ProtobufWriter writer, int field)
    {
        writer.VarInt(field, (ulong)Status);
        if (StatusText is not null)
        {
            writer.Text(field + 1, StatusText);
        }
    }

    private static RendezvousMessage? DecodeBody(RendezvousMessageType type, ReadOnlySpan<byte> body)
    {
        var registrations = new List<RendezvousMessage>();
        var message = new RendezvousMessage { Type = type, Registrations = registrations };
        var reader = new ProtobufReader(body);
        while (reader.Next())
        {
            switch (type, reader.Field)
            {
                case (RendezvousMessageType.Register or RendezvousMessageType.Unregister or RendezvousMessageType.Discover, 1):
                    message = message with { Namespace = reader.Bytes.ToArray() };
                    break;
                case (RendezvousMessageType.Register, 2):
                    message = message with { SignedPeerRecord = reader.Bytes.ToArray() };
                    break;
                case (RendezvousMessageType.Register or RendezvousMessageType.RegisterResponse, 3):
                    message = message with { Ttl = reader.Value };
                    break;
                case (RendezvousMessageType.RegisterResponse, 1) or (RendezvousMessageType.DiscoverResponse, 3):
                    message = message with { Status = StatusOf(reader.Value) };
                    break;
                case (RendezvousMessageType.RegisterResponse, 2) or (RendezvousMessageType.DiscoverResponse, 4):
                    message = message with { StatusText = TextOf(reader.Bytes) };
                    break;
                case (RendezvousMessageType.Discover, 2):
                    message = message with { Limit = reader.Value };
                    break;
                case (RendezvousMessageType.Discover, 3) or (RendezvousMessageType.DiscoverResponse, 2):
                    message = message with { Cookie = reader.Bytes.ToArray() };
                    break;
                case (RendezvousMessageType.DiscoverResponse, 1) when registrations.Count < MaxRegistrations:
                    if (DecodeBody(RendezvousMessageType.Register, reader.Bytes) is not { } registration)
                    {
                        return null;
                    }

                    registrations.Add(registration);
                    break;
                default:
                    break;
            }
        }

        return reader.Failed ? null : message;
    }

    /// <summary>A status we do not know is still no "OK".</summary>
    private static RendezvousStatus StatusOf(ulong status) =>
        status <= int.MaxValue && Enum.IsDefined((RendezvousStatus)status) ? (RendezvousStatus)status : RendezvousStatus.InternalError;

    private static string TextOf(ReadOnlySpan<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 256)]);
}
