using System.Runtime.InteropServices;

namespace P2Panda.Libp2p.Quic.Native;

/// <summary><c>pq_callbacks</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeCallbacks
{
    public delegate* unmanaged[Cdecl]<nint, byte*, uint, int> VerifyCertificate;
    public delegate* unmanaged[Cdecl]<nint, void> Established;
    public delegate* unmanaged[Cdecl]<nint, long, void> StreamOpened;
    public delegate* unmanaged[Cdecl]<nint, long, byte*, uint, int, void> StreamData;
    public delegate* unmanaged[Cdecl]<nint, long, ulong, void> StreamReset;
    public delegate* unmanaged[Cdecl]<nint, long, void> StreamStopped;
    public delegate* unmanaged[Cdecl]<nint, long, void> StreamWritable;
    public delegate* unmanaged[Cdecl]<nint, long, void> StreamClosed;
    public delegate* unmanaged[Cdecl]<nint, void> StreamsAvailable;
    public delegate* unmanaged[Cdecl]<nint, byte*, uint, void> CidAdded;
    public delegate* unmanaged[Cdecl]<nint, byte*, uint, void> CidRemoved;
    public delegate* unmanaged[Cdecl]<byte*, void> Log;
}
