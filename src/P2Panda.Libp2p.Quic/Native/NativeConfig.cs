using System.Runtime.InteropServices;

namespace P2Panda.Libp2p.Quic.Native;

/// <summary><c>pq_config</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeConfig
{
    public const ulong FlagPreferChaCha = 2;
    public const ulong FlagNoPathMtuDiscovery = 4;

    public ulong HandshakeTimeoutMs;
    public ulong IdleTimeoutMs;
    public ulong KeepAliveMs;
    public ulong MaxStreams;
    public ulong StreamWindow;
    public ulong ConnectionWindow;
    public ulong StreamSendBuffer;
    public ulong ConnectionSendBuffer;
    public ulong MaxUdpPayload;
    public ulong Flags;
}
