using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace P2Panda.Libp2p.Quic.Native;

/// <summary>A Linux <c>sockaddr_in</c> or <c>sockaddr_in6</c> with its length, as the shim takes and gives them.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeAddress : IEquatable<NativeAddress>
{
    public const int MaxLength = 28;
    private const ushort FamilyIPv4 = 2;
    private const ushort FamilyIPv6 = 10;
    private const int IPv4Length = 16;

    public uint Length;
    public AddressBytes Bytes;

    [InlineArray(MaxLength)]
    internal struct AddressBytes
    {
        private byte _first;
    }

    [UnscopedRef]
    public ReadOnlySpan<byte> Span => ((ReadOnlySpan<byte>)Bytes)[..(int)Length];

    public readonly bool IsIPv6 => Length == MaxLength;

    public readonly ushort Port => BinaryPrimitives.ReadUInt16BigEndian(((ReadOnlySpan<byte>)Bytes)[2..]);

    public static NativeAddress From(IPEndPoint endPoint)
    {
        var address = default(NativeAddress);
        Span<byte> bytes = address.Bytes;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)endPoint.Port);
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
        {
            address.Length = MaxLength;
            MemoryMarshal.Write(bytes, FamilyIPv6);
            endPoint.Address.TryWriteBytes(bytes[8..24], out _);
            MemoryMarshal.Write(bytes[24..], (uint)endPoint.Address.ScopeId);
        }
        else
        {
            address.Length = IPv4Length;
            MemoryMarshal.Write(bytes, FamilyIPv4);
            endPoint.Address.TryWriteBytes(bytes[4..8], out _);
        }

        return address;
    }

    public static NativeAddress From(ReadOnlySpan<byte> sockaddr)
    {
        var address = default(NativeAddress);
        address.Length = (uint)Math.Min(sockaddr.Length, MaxLength);
        sockaddr[..(int)address.Length].CopyTo(address.Bytes);
        return address;
    }

    public readonly IPEndPoint ToEndPoint()
    {
        ReadOnlySpan<byte> bytes = Bytes;
        return IsIPv6
            ? new IPEndPoint(new IPAddress(bytes[8..24], MemoryMarshal.Read<uint>(bytes[24..])), Port)
            : new IPEndPoint(new IPAddress(bytes[4..8]), Port);
    }

    /// <summary>What limits per address count by: an IPv4 address, or an IPv6 /56, which is what one customer commonly gets.</summary>
    public readonly ulong Prefix
    {
        get
        {
            ReadOnlySpan<byte> bytes = Bytes;
            return IsIPv6
                ? BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) & ~0xFFUL
                : 0xFFFF_0000_0000_0000 | BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        }
    }

    public readonly bool IsLoopback => IsIPv6 ? ToEndPoint().Address.Equals(IPAddress.IPv6Loopback) : Bytes[4] == 127;

    public readonly bool Equals(NativeAddress other) =>
        Length == other.Length && ((ReadOnlySpan<byte>)Bytes).SequenceEqual(other.Bytes);

    public override readonly bool Equals(object? obj) => obj is NativeAddress other && Equals(other);

    public override readonly int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }
}
