using System.Text;
using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic.Engine;

/// <summary>Why a connection ended, in words for logs and exceptions.</summary>
internal static unsafe class CloseReasons
{
    private const int ReasonMax = 256;
    private const ulong CryptoError = 0x100;

    public static string Describe(QuicConnection connection, NativeStatus status) => status switch
    {
        NativeStatus.Draining => "closed by the peer" + Detail(connection, fromPeer: true),
        NativeStatus.Close => (connection.CertificateProblem ?? "protocol error") + Detail(connection, fromPeer: false),
        NativeStatus.TimedOut => connection.IsEstablished ? "idle for too long" : "the handshake took too long",
        NativeStatus.Drop => "not a QUIC handshake",
        _ => "out of memory",
    };

    private static string Detail(QuicConnection connection, bool fromPeer)
    {
        int isApplication;
        ulong code;
        var bytes = stackalloc byte[ReasonMax];
        var length = PandaQuic.CloseReason(connection.Native, fromPeer ? 1 : 0, &isApplication, &code, bytes, ReasonMax);
        var kind = isApplication != 0 ? "application code" : code is >= CryptoError and < 0x200 ? "TLS alert" : "transport code";
        var shown = kind == "TLS alert" ? $"{code - CryptoError}" : $"0x{code:x}";
        var phrase = Printable(new ReadOnlySpan<byte>(bytes, length));
        return phrase.Length == 0 ? $" ({kind} {shown})" : $" ({kind} {shown}, \"{phrase}\")";
    }

    /// <summary>The peer wrote it and it goes into logs: one line, no control characters.</summary>
    private static string Printable(ReadOnlySpan<byte> phrase) =>
        string.Concat(Encoding.UTF8.GetString(phrase).Where(character => !char.IsControl(character)));
}
