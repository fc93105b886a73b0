using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace P2Panda.Libp2p.Quic.Native;

/// <summary><c>pq_datagram</c>: what one slot of the receive buffer holds, possibly several datagrams of equal length.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeDatagram
{
    public uint Size;
    public uint Segment;
    public uint RemoteLength;
    public uint LocalLength;
    public NativeAddress.AddressBytes RemoteBytes;
    public LocalBytes Local;

    [InlineArray(16)]
    internal struct LocalBytes
    {
        private byte _first;
    }

    public readonly NativeAddress Remote => new() { Length = RemoteLength, Bytes = RemoteBytes };

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> LocalSpan => ((ReadOnlySpan<byte>)Local)[..(int)LocalLength];
}
