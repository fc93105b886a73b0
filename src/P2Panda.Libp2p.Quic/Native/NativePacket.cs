using System.Runtime.InteropServices;

namespace P2Panda.Libp2p.Quic.Native;

/// <summary><c>pq_packet</c>: a datagram to send, lying behind its predecessor in the buffer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativePacket
{
    public uint Size;
    public NativeAddress Remote;
}
