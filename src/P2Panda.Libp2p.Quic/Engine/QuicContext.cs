using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using P2Panda.Libp2p.Quic.Native;
using P2Panda.Libp2p.Security.Tls;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;

namespace P2Panda.Libp2p.Quic.Engine;

/// <summary>Identity and parameters shared by all connections of an endpoint: the shim's <c>pq_context</c>.</summary>
internal sealed class QuicContext : SafeHandle
{
    private QuicContext(nint context)
        : base(0, ownsHandle: true) => SetHandle(context);

    public override bool IsInvalid => handle == 0;

    public nint Pointer => handle;

    /// <summary>Makes a context.</summary>
    /// <param name="certificate">DER; empty makes a dialer without one, for tests of the other side.</param>
    /// <param name="privateKey">PKCS#8 DER.</param>
    /// <param name="secret">32 bytes behind Retry tokens and stateless resets; the same after a restart, so that resets work.</param>
    /// <param name="options">Parameters.</param>
    public static unsafe QuicContext Create(
        ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> secret, QuicOptions options)
    {
        QuicLibrary.Require();
        var problems = options.Validate();
        if (problems.Count > 0)
        {
            throw new ArgumentException("QUIC options: " + string.Join("; ", problems), nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, PandaQuic.SecretLength);
        var callbacks = NativeEvents.Callbacks;
        var config = new NativeConfig
        {
            HandshakeTimeoutMs = (ulong)options.HandshakeTimeout.TotalMilliseconds,
            IdleTimeoutMs = (ulong)options.IdleTimeout.TotalMilliseconds,
            KeepAliveMs = (ulong)options.KeepAlive.TotalMilliseconds,
            MaxStreams = (ulong)options.MaxInboundStreams,
            StreamWindow = (ulong)options.StreamWindow,
            ConnectionWindow = (ulong)options.ConnectionWindow,
            StreamSendBuffer = (ulong)options.StreamSendBuffer,
            ConnectionSendBuffer = (ulong)options.ConnectionSendBuffer,
            MaxUdpPayload = (ulong)options.MaxUdpPayload,
            Flags = options.PreferChaCha ?? !HasAesInstructions ? NativeConfig.FlagPreferChaCha : 0,
        };
        fixed (byte* certificateBytes = certificate, keyBytes = privateKey, secretBytes = secret)
        {
            var context = PandaQuic.ContextNew(
                certificateBytes, (uint)certificate.Length, keyBytes, (uint)privateKey.Length, secretBytes, &callbacks, &config);
            return context != 0 ? new QuicContext(context) : throw new InvalidOperationException("GnuTLS refuses our own certificate or key.");
        }
    }

    public static QuicContext Create(TlsIdentity identity, ReadOnlySpan<byte> secret, QuicOptions options) =>
        Create(identity.CertificateDer.Span, identity.PrivateKeyPkcs8.Span, secret, options);

    protected override bool ReleaseHandle()
    {
        PandaQuic.ContextFree(handle);
        return true;
    }

    /// <summary>A Raspberry Pi 4 has none, a Pi 5 has.</summary>
    private static bool HasAesInstructions => Aes.IsSupported || ArmAes.IsSupported;
}
