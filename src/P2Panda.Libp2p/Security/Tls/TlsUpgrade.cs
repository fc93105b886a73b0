using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace P2Panda.Libp2p.Security.Tls;

/// <summary>libp2p's TLS over a byte stream: 1.3 only, ALPN lists the muxers and <c>libp2p</c> last, both sides show one certificate.</summary>
internal static class TlsUpgrade
{
    public const string ProtocolId = "/tls/1.0.0";

    /// <summary>Performs the handshake. The verdict on the peer's certificate is made once, inside the handshake, and carried out.</summary>
    public static async ValueTask<(SslStream Tls, CertificateVerdict Verdict, string? Muxer)> AuthenticateAsync(
        Stream transport, TlsIdentity identity, HandshakeRole role, PeerId? expected, IReadOnlyList<string> muxers, DateTimeOffset now, CancellationToken cancellation)
    {
        var verdict = new CertificateVerdict(CertificateResult.Missing, null);
        bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            // The chain holds what the platform built; a peer that sent more than one certificate shows in its extra store.
            var sent = certificate is null ? [] : new List<ReadOnlyMemory<byte>> { certificate.GetRawCertData() };
            if (chain?.ChainPolicy.ExtraStore.Count > 0 && !chain.ChainPolicy.ExtraStore.All(extra => extra.RawDataMemory.Span.SequenceEqual(sent[0].Span)))
            {
                sent.Add(chain.ChainPolicy.ExtraStore[0].RawDataMemory);
            }

            verdict = PeerCertificate.Verify(sent, now, expected);
            return verdict.IsAccepted;
        }

        var protocols = muxers.Append(TlsIdentity.Alpn).Select(name => new SslApplicationProtocol(name)).ToList();
        var tls = new SslStream(transport, leaveInnerStreamOpen: false);
        try
        {
            if (role == HandshakeRole.Dialer)
            {
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        ApplicationProtocols = protocols,
                        EnabledSslProtocols = SslProtocols.Tls13,
                        ClientCertificateContext = identity.Context,
                        RemoteCertificateValidationCallback = Validate,
                        AllowTlsResume = false,
                        TargetHost = "",
                    },
                    cancellation).ConfigureAwait(false);
            }
            else
            {
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ApplicationProtocols = protocols,
                        EnabledSslProtocols = SslProtocols.Tls13,
                        ServerCertificateContext = identity.Context,
                        ClientCertificateRequired = true,
                        RemoteCertificateValidationCallback = Validate,
                        AllowTlsResume = false,
                    },
                    cancellation).ConfigureAwait(false);
            }
        }
        catch (AuthenticationException failure)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            var reason = verdict.Result is CertificateResult.Accepted or CertificateResult.Missing ? failure.Message : $"certificate: {verdict.Result}";
            throw new IOException($"TLS handshake failed, {reason}", failure);
        }

        var chosen = tls.NegotiatedApplicationProtocol.ToString();
        return (tls, verdict, muxers.Contains(chosen) ? chosen : null);
    }
}
