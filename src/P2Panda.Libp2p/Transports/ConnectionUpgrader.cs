using System.Net.Sockets;
using P2Panda.Libp2p.Muxing.Yamux;
using P2Panda.Libp2p.Negotiation;
using P2Panda.Libp2p.Security;
using P2Panda.Libp2p.Security.Noise;
using P2Panda.Libp2p.Security.Pnet;
using P2Panda.Libp2p.Security.Tls;

namespace P2Panda.Libp2p;

/// <summary>
/// Turns a byte stream into a connection: private network, choice of security, its handshake, choice of muxer. The steps are
/// written one after the other; one deadline covers them all.
/// </summary>
public sealed class ConnectionUpgrader
{
    private static readonly string[] Muxers = [YamuxConnection.ProtocolId];

    private readonly KeyPair _identity;
    private readonly UpgradeOptions _options;
    private readonly TimeProvider _time;
    private readonly NoiseIdentity _noise;
    private readonly Lazy<TlsIdentity> _tls;

    /// <summary>An upgrader for one identity.</summary>
    public ConnectionUpgrader(KeyPair identity, UpgradeOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _identity = identity;
        _options = options;
        _time = time;
        _noise = new NoiseIdentity(identity, options.InlineMuxer ? Muxers : []);
        _tls = new Lazy<TlsIdentity>(() => TlsIdentity.Create(identity, time.GetUtcNow()));
    }

    /// <summary>Upgrades a byte stream, which is closed when that fails.</summary>
    /// <param name="raw">The stream.</param>
    /// <param name="role">Who speaks first.</param>
    /// <param name="expected">Who must be there; none accepts anybody.</param>
    /// <param name="cancellation">Gives up early.</param>
    /// <exception cref="HandshakeException">The peer is somebody else, breaks a protocol, goes away or is too slow.</exception>
    public async ValueTask<IMuxedConnection> UpgradeAsync(RawConnection raw, HandshakeRole role, PeerId? expected, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(raw);
        using var deadline = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var bytes = raw.Bytes;
        try
        {
            if (_options.PrivateNetwork is { } key)
            {
                bytes = await PnetStream.HandshakeAsync(bytes, key, either.Token).ConfigureAwait(false);
            }

            var connection = role == HandshakeRole.Dialer
                ? await DialAsync(raw, bytes, expected, either.Token).ConfigureAwait(false)
                : await ListenAsync(raw, bytes, expected, either.Token).ConfigureAwait(false);
            return connection;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            await bytes.DisposeAsync().ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            throw e switch
            {
                HandshakeException => e,
                OperationCanceledException => new HandshakeException($"The handshake with {raw.RemoteAddress} took longer than {_options.Timeout.TotalSeconds:0.#} s."),
                _ => new HandshakeException($"The handshake with {raw.RemoteAddress} failed: {e.Message}", e),
            };
        }
    }

    private async ValueTask<IMuxedConnection> DialAsync(RawConnection raw, Stream bytes, PeerId? expected, CancellationToken cancellation)
    {
        var io = new StreamIO(bytes);
        var candidates = _options.DialSecurity;
        if (candidates is [UpgradeOptions.Noise])
        {
            // The only candidate's first message goes along with the proposal (V1Lazy).
            return await InitiateNoiseAsync(
                raw,
                bytes,
                io,
                expected,
                Multistream.LazyProposal(UpgradeOptions.Noise),
                async () => Check(await Multistream.ConfirmLazyAsync(io, UpgradeOptions.Noise, cancellation).ConfigureAwait(false), raw),
                cancellation).ConfigureAwait(false);
        }

        var outcome = await Multistream.DialAsync(io, candidates, cancellation).ConfigureAwait(false);
        Check(outcome, raw);
        return outcome.Protocol == UpgradeOptions.Noise
            ? await InitiateNoiseAsync(raw, bytes, io, expected, [], () => new(true), cancellation).ConfigureAwait(false)
            : await TlsAsync(raw, bytes, io, HandshakeRole.Dialer, expected, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<IMuxedConnection> ListenAsync(RawConnection raw, Stream bytes, PeerId? expected, CancellationToken cancellation)
    {
        var io = new StreamIO(bytes);
        var outcome = await Multistream.ListenAsync(io, _options.ListenSecurity.Contains, cancellation).ConfigureAwait(false);
        Check(outcome, raw);
        if (outcome.Protocol == UpgradeOptions.Tls)
        {
            return await TlsAsync(raw, bytes, io, HandshakeRole.Listener, expected, cancellation).ConfigureAwait(false);
        }

        var (result, handshake) = await NoiseUpgrade.RespondAsync(io, _noise, cancellation).ConfigureAwait(false);
        using (handshake)
        {
            if (result == NoiseResult.Ok && expected is not null && handshake.Remote!.Key.PeerId != expected)
            {
                result = NoiseResult.WrongPeer;
            }

            return await FinishNoiseAsync(raw, bytes, io, HandshakeRole.Listener, result, handshake, cancellation).ConfigureAwait(false);
        }
    }

    private async ValueTask<IMuxedConnection> InitiateNoiseAsync(
        RawConnection raw, Stream bytes, StreamIO io, PeerId? expected, byte[] prefix, Func<ValueTask<bool>> confirm, CancellationToken cancellation)
    {
        var (result, handshake) = await NoiseUpgrade.InitiateAsync(io, _noise, expected, prefix, confirm, cancellation).ConfigureAwait(false);
        using (handshake)
        {
            return await FinishNoiseAsync(raw, bytes, io, HandshakeRole.Dialer, result, handshake, cancellation).ConfigureAwait(false);
        }
    }

    private async ValueTask<IMuxedConnection> FinishNoiseAsync(
        RawConnection raw, Stream bytes, StreamIO io, HandshakeRole role, NoiseResult result, NoiseHandshake handshake, CancellationToken cancellation)
    {
        string? muxer = null;
        if (result == NoiseResult.Ok)
        {
            IReadOnlyList<string> ours = _options.InlineMuxer ? Muxers : [];
            var theirs = handshake.Remote!.Muxers;
            result = role == HandshakeRole.Dialer
                ? NoiseUpgrade.ChooseMuxer(ours, theirs, out muxer)
                : NoiseUpgrade.ChooseMuxer(theirs, ours, out muxer);
        }

        if (result != NoiseResult.Ok)
        {
            throw new HandshakeException($"The noise handshake with {raw.RemoteAddress} failed: {result}.");
        }

        var (send, receive) = handshake.Split();
        var channel = new NoiseChannel(bytes, send, receive, io.Buffered.Span);
        var facts = new ConnectionFacts(handshake.Remote!.Key, raw.LocalAddress, raw.RemoteAddress, raw.Transport, NoiseUpgrade.ProtocolId) { Limit = raw.Limit };
        return await MuxAsync(facts, channel, role, muxer, raw, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<IMuxedConnection> TlsAsync(
        RawConnection raw, Stream bytes, StreamIO io, HandshakeRole role, PeerId? expected, CancellationToken cancellation)
    {
        var (tls, verdict, muxer) = await TlsUpgrade.AuthenticateAsync(
            new PrefixedStream(bytes, io.Buffered), _tls.Value, role, expected, Muxers, _time.GetUtcNow(), cancellation).ConfigureAwait(false);
        var facts = new ConnectionFacts(verdict.Key!, raw.LocalAddress, raw.RemoteAddress, raw.Transport, TlsUpgrade.ProtocolId) { Limit = raw.Limit };
        return await MuxAsync(facts, new TlsChannel(tls), role, muxer, raw, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<IMuxedConnection> MuxAsync(
        ConnectionFacts facts, SecureChannel channel, HandshakeRole role, string? muxer, RawConnection raw, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> leftOver = default;
        if (muxer is null)
        {
            var io = new ChannelIO(channel);
            var outcome = role == HandshakeRole.Dialer
                ? await Multistream.DialAsync(io, Muxers, cancellation).ConfigureAwait(false)
                : await Multistream.ListenAsync(io, Muxers.Contains, cancellation).ConfigureAwait(false);
            Check(outcome, raw);
            leftOver = io.Buffered;
        }

        var connection = new YamuxConnection(facts, channel, role, _options.Yamux, _time);
        connection.Start(leftOver);
        return connection;
    }

    private static bool Check(NegotiationOutcome outcome, RawConnection raw) =>
        outcome.IsAgreed ? true : throw new HandshakeException($"Negotiation with {raw.RemoteAddress} failed: {outcome.Result}.");
}
