using System.Runtime.InteropServices;

namespace P2Panda.Libp2p.Quic.Native;

/// <summary>The shim's functions; native/panda_quic.h says what each does. Loaded by <see cref="QuicLibrary"/>.</summary>
internal static unsafe partial class PandaQuic
{
    public const string Library = "panda_quic";
    public const uint Abi = 1;
    public const int SecretLength = 32;
    public const int CidMax = 20;
    public const int SegmentsMax = 44;

    [LibraryImport(Library, EntryPoint = "pq_abi")]
    public static partial uint GetAbi();

    [LibraryImport(Library, EntryPoint = "pq_ngtcp2_version")]
    public static partial byte* GetNgtcp2Version();

    [LibraryImport(Library, EntryPoint = "pq_ngtcp2_version_number")]
    public static partial uint GetNgtcp2VersionNumber();

    [LibraryImport(Library, EntryPoint = "pq_gnutls_version")]
    public static partial byte* GetGnuTlsVersion();

    [LibraryImport(Library, EntryPoint = "pq_context_new")]
    public static partial nint ContextNew(
        byte* certificate, uint certificateLength, byte* key, uint keyLength, byte* secret, NativeCallbacks* callbacks, NativeConfig* config);

    [LibraryImport(Library, EntryPoint = "pq_context_free")]
    public static partial void ContextFree(nint context);

    [LibraryImport(Library, EntryPoint = "pq_parse")]
    public static partial NativeStatus Parse(byte* datagram, uint length, byte* cid, uint* cidLength, uint* isLong, uint* supported);

    [LibraryImport(Library, EntryPoint = "pq_write_version_negotiation")]
    public static partial int WriteVersionNegotiation(byte* datagram, uint length, byte* output, uint capacity);

    [LibraryImport(Library, EntryPoint = "pq_write_retry")]
    public static partial int WriteRetry(
        nint context, byte* datagram, uint length, byte* remote, uint remoteLength, byte* output, uint capacity, ulong now);

    [LibraryImport(Library, EntryPoint = "pq_write_stateless_reset")]
    public static partial int WriteStatelessReset(nint context, byte* cid, uint cidLength, uint triggerLength, byte* output, uint capacity);

    [LibraryImport(Library, EntryPoint = "pq_connect")]
    public static partial nint Connect(nint context, nint user, byte* local, uint localLength, byte* remote, uint remoteLength, ulong now);

    [LibraryImport(Library, EntryPoint = "pq_accept")]
    public static partial nint Accept(
        nint context, nint user, byte* datagram, uint length, byte* local, uint localLength, byte* remote, uint remoteLength,
        int requireToken, ulong now, NativeStatus* status);

    [LibraryImport(Library, EntryPoint = "pq_free")]
    public static partial void Free(nint connection);

    [LibraryImport(Library, EntryPoint = "pq_read")]
    public static partial NativeStatus Read(
        nint connection, byte* local, uint localLength, byte* remote, uint remoteLength, byte* datagram, uint length, ulong now);

    [LibraryImport(Library, EntryPoint = "pq_write")]
    public static partial int Write(nint connection, byte* output, uint capacity, NativePacket* packets, uint max, ulong now);

    [LibraryImport(Library, EntryPoint = "pq_expiry")]
    public static partial ulong Expiry(nint connection);

    [LibraryImport(Library, EntryPoint = "pq_on_timer")]
    public static partial NativeStatus OnTimer(nint connection, ulong now);

    [LibraryImport(Library, EntryPoint = "pq_close")]
    public static partial int Close(
        nint connection, NativeCloseKind kind, ulong code, byte* reason, uint reasonLength, byte* output, uint capacity, byte* remote,
        uint* remoteLength, ulong now);

    [LibraryImport(Library, EntryPoint = "pq_close_reason")]
    public static partial int CloseReason(nint connection, int fromPeer, int* isApplication, ulong* code, byte* reason, uint capacity);

    [LibraryImport(Library, EntryPoint = "pq_get_info")]
    public static partial void GetState(nint connection, NativeConnectionState* state);

    [LibraryImport(Library, EntryPoint = "pq_remote_address")]
    public static partial int RemoteAddress(nint connection, byte* output, uint capacity);

    [LibraryImport(Library, EntryPoint = "pq_cipher")]
    public static partial byte* Cipher(nint connection);

    [LibraryImport(Library, EntryPoint = "pq_stream_open")]
    public static partial long StreamOpen(nint connection);

    [LibraryImport(Library, EntryPoint = "pq_stream_write")]
    public static partial long StreamWrite(nint connection, long id, byte* data, uint length, int fin);

    [LibraryImport(Library, EntryPoint = "pq_stream_consume")]
    public static partial void StreamConsume(nint connection, long id, ulong count);

    [LibraryImport(Library, EntryPoint = "pq_stream_reset")]
    public static partial NativeStatus StreamReset(nint connection, long id, ulong code);

    [LibraryImport(Library, EntryPoint = "pq_stream_stop")]
    public static partial NativeStatus StreamStop(nint connection, long id, ulong code);

    [LibraryImport(Library, EntryPoint = "pq_udp_prepare")]
    public static partial int UdpPrepare(int socket, int isIPv6);

    [LibraryImport(Library, EntryPoint = "pq_udp_receive")]
    public static partial int UdpReceive(int socket, byte* buffer, uint slot, NativeDatagram* datagrams, uint max);

    [LibraryImport(Library, EntryPoint = "pq_udp_send")]
    public static partial int UdpSend(int socket, byte* data, NativePacket* packets, uint count, byte* local, uint localLength, int offload);

    [LibraryImport(Library, EntryPoint = "pq_udp_wait")]
    public static partial int UdpWait(int socket, int wakeUp, ulong timeoutNs);

    [LibraryImport(Library, EntryPoint = "pq_event_new")]
    public static partial int EventNew();

    [LibraryImport(Library, EntryPoint = "pq_event_signal")]
    public static partial void EventSignal(int wakeUp);

    [LibraryImport(Library, EntryPoint = "pq_event_close")]
    public static partial void EventClose(int wakeUp);
}
