using System.Runtime.InteropServices;

namespace P2Panda.Libp2p.Quic.Native;

/// <summary><c>pq_info</c>: times in ns, sizes in bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeConnectionState
{
    public ulong SmoothedRtt;
    public ulong ProbeTimeout;
    public ulong CongestionWindow;
    public ulong BytesInFlight;
    public ulong StreamsLeft;
    public ulong PathMtu;
}
