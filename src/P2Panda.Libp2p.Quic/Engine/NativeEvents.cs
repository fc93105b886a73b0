using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic.Engine;

/// <summary>
/// Where the shim calls back: always under the engine's lock, inside a call we made. Nothing may escape, because unwinding through C is
/// undefined; a connection whose handling threw is closed when that call has returned.
/// </summary>
internal static unsafe class NativeEvents
{
    private const int Refused = -1;

    public static NativeCallbacks Callbacks => new()
    {
        VerifyCertificate = &VerifyCertificate,
        Established = &Established,
        StreamOpened = &StreamOpened,
        StreamData = &StreamData,
        StreamReset = &StreamReset,
        StreamStopped = &StreamStopped,
        StreamWritable = &StreamWritable,
        StreamClosed = &StreamClosed,
        StreamsAvailable = &StreamsAvailable,
        CidAdded = &CidAdded,
        CidRemoved = &CidRemoved,
    };

    private static QuicConnection Of(nint user) => (QuicConnection)GCHandle.FromIntPtr(user).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int VerifyCertificate(nint user, byte* der, uint length)
    {
        var connection = Of(user);
        try
        {
            return connection.OnCertificate(new ReadOnlySpan<byte>(der, (int)length)) ? 0 : Refused;
        }
        catch (Exception exception)
        {
            connection.OnFault(exception);
            return Refused;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Established(nint user) => Guarded(user, 0, static (connection, _) => connection.OnEstablished());

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void StreamOpened(nint user, long id) => Guarded(user, id, static (connection, stream) => connection.OnStreamOpened(stream));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void StreamData(nint user, long id, byte* data, uint length, int fin)
    {
        var connection = Of(user);
        try
        {
            connection.OnStreamData(id, new ReadOnlySpan<byte>(data, (int)length), fin != 0);
        }
        catch (Exception exception)
        {
            connection.OnFault(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void StreamReset(nint user, long id, ulong code)
    {
        var connection = Of(user);
        try
        {
            connection.OnStreamReset(id, code);
        }
        catch (Exception exception)
        {
            connection.OnFault(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void StreamStopped(nint user, long id) => Guarded(user, id, static (connection, stream) => connection.OnStreamStopped(stream));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void StreamWritable(nint user, long id) => Guarded(user, id, static (connection, stream) => connection.OnStreamWritable(stream));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void StreamClosed(nint user, long id) => Guarded(user, id, static (connection, stream) => connection.OnStreamClosed(stream));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void StreamsAvailable(nint user) => Guarded(user, 0, static (connection, _) => connection.OnStreamsAvailable());

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void CidAdded(nint user, byte* cid, uint length)
    {
        var connection = Of(user);
        try
        {
            connection.OnCidAdded(ConnectionId.Of(new ReadOnlySpan<byte>(cid, (int)length)));
        }
        catch (Exception exception)
        {
            connection.OnFault(exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void CidRemoved(nint user, byte* cid, uint length)
    {
        var connection = Of(user);
        try
        {
            connection.OnCidRemoved(ConnectionId.Of(new ReadOnlySpan<byte>(cid, (int)length)));
        }
        catch (Exception exception)
        {
            connection.OnFault(exception);
        }
    }

    private static void Guarded(nint user, long stream, Action<QuicConnection, long> handle)
    {
        var connection = Of(user);
        try
        {
            handle(connection, stream);
        }
        catch (Exception exception)
        {
            connection.OnFault(exception);
        }
    }
}
