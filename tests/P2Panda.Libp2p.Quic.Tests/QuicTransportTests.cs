using System.Net;
using System.Security.Cryptography;
using P2Panda.Libp2p.Quic.Tests.Support;
using P2Panda.Tests;

namespace P2Panda.Libp2p.Quic.Tests;

public class QuicTransportTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Both_sides_learn_who_the_other_is(bool ipv6)
    {
        await using var loopback = await Loopback.StartAsync(ipv6);
        var (dialed, accepted) = await loopback.ConnectAsync();
        dialed.RemotePeer.ShouldBe(loopback.ListenerKey.PeerId);
        accepted.RemotePeer.ShouldBe(loopback.DialerKey.PeerId);
        dialed.RemoteAddress.ShouldBe(loopback.Address);
        accepted.LocalAddress.ShouldBe(loopback.Address);
        accepted.RemoteAddress.ShouldBe(dialed.LocalAddress);
        dialed.RoundTripTime.ShouldNotBeNull();
        loopback.Sink.Pending.ShouldBe(0);
    }

    [Fact]
    public async Task A_wrong_peer_id_is_refused_by_the_dialer()
    {
        await using var loopback = await Loopback.StartAsync();
        var stranger = KeyPair.Generate().PeerId;
        var exception = await Should.ThrowAsync<IOException>(
            async () => await loopback.Dialer.DialAsync(new DialRequest(loopback.Address, stranger), None));
        exception.Message.ShouldContain(stranger.ToString());
        (await loopback.Sink.NextFailureAsync()).ShouldContain("TLS alert 42");
        loopback.Sink.Pending.ShouldBe(0);
    }

    [Fact]
    public async Task Nobody_there_is_an_error_within_the_handshake_timeout()
    {
        await using var loopback = await Loopback.StartAsync(
            dialerOptions: new QuicOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(300) });
        var address = Multiaddr.Parse("/ip4/127.0.0.1/udp/9/quic-v1");
        var exception = await Should.ThrowAsync<IOException>(async () => await loopback.Dialer.DialAsync(new DialRequest(address, null), None));
        exception.Message.ShouldContain("handshake took too long");
    }

    [Fact]
    public async Task A_cancelled_dial_leaves_nothing_behind()
    {
        await using var loopback = await Loopback.StartAsync();
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Should.ThrowAsync<OperationCanceledException>(async () =>
            await loopback.Dialer.DialAsync(new DialRequest(Multiaddr.Parse("/ip4/127.0.0.1/udp/9/quic-v1"), null), cancelled.Token));
    }

    [Theory]
    [InlineData("/ip4/127.0.0.1/udp/0/quic-v1", false)]
    [InlineData("/ip4/0.0.0.0/udp/4001/quic-v1", false)]
    [InlineData("/ip6/::/udp/4001/quic-v1", false)]
    [InlineData("/ip4/127.0.0.1/tcp/4001", false)]
    [InlineData("/ip4/127.0.0.1/udp/4001/quic", false)]
    [InlineData("/ip4/127.0.0.1/udp/4001/quic-v1/webtransport", false)]
    [InlineData("/ip4/127.0.0.1/udp/4001/quic-v1/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq", true)]
    [InlineData("/ip4/127.0.0.1/udp/4001/quic-v1", true)]
    [InlineData("/ip6/2001:db8::1/udp/2022/quic-v1", true)]
    public async Task What_can_be_dialed(string address, bool expected)
    {
        await using var transport = new QuicTransport(KeyPair.Generate());
        transport.CanDial(Multiaddr.Parse(address)).ShouldBe(expected);
    }

    [Fact]
    public async Task Bytes_come_back_and_the_end_is_seen()
    {
        await using var loopback = await Loopback.StartAsync();
        var (dialed, accepted) = await loopback.ConnectAsync();
        var data = RandomNumberGenerator.GetBytes(1 << 20);
        await using var stream = await dialed.OpenStreamAsync(None);
        var echo = EchoAsync(accepted);
        var writing = WriteAsync(stream, data);
        var received = await ReadToEndAsync(stream);
        await writing;
        await echo;
        received.ShouldBe(data);
    }

    [Fact]
    public async Task A_hundred_streams_at_once()
    {
        await using var loopback = await Loopback.StartAsync();
        var (dialed, accepted) = await loopback.ConnectAsync();
        var echo = Task.Run(async () =>
        {
            var echoes = new List<Task>();
            for (var i = 0; i < 100; i++)
            {
                var stream = (await accepted.AcceptStreamAsync(None))!;
                echoes.Add(EchoAsync(stream));
            }

            await Task.WhenAll(echoes);
        });
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            await using var stream = await dialed.OpenStreamAsync(None);
            var data = Enumerable.Repeat((byte)i, 10_000).ToArray();
            await WriteAsync(stream, data);
            (await ReadToEndAsync(stream)).ShouldBe(data);
        }));
        await echo.WaitAsync(Deadlines.Test);
    }

    [Fact]
    public async Task Half_closing_leaves_the_other_half_open()
    {
        await using var loopback = await Loopback.StartAsync();
        var (dialed, accepted) = await loopback.ConnectAsync();
        await using var mine = await dialed.OpenStreamAsync(None);
        await mine.WriteAsync("question"u8.ToArray());
        await mine.CompleteWritesAsync();
        await using var theirs = (await accepted.AcceptStreamAsync(None))!;
        (await ReadToEndAsync(theirs)).ShouldBe("question"u8.ToArray());
        await theirs.WriteAsync("answer"u8.ToArray());
        await theirs.CompleteWritesAsync();
        (await ReadToEndAsync(mine)).ShouldBe("answer"u8.ToArray());
    }

    [Fact]
    public async Task A_reset_is_an_error_at_the_other_end_and_the_connection_lives_on()
    {
        await using var loopback = await Loopback.StartAsync();
        var (dialed, accepted) = await loopback.ConnectAsync();
        var mine = await dialed.OpenStreamAsync(None);
        await mine.WriteAsync(new byte[10]);
        var theirs = (await accepted.AcceptStreamAsync(None))!;
        mine.Reset(42);
        var exception = await Should.ThrowAsync<StreamResetException>(() => ReadToEndAsync(theirs));
        exception.Code.ShouldBe(42UL);
        await Should.ThrowAsync<StreamResetException>(() => ReadToEndAsync(mine));
        await mine.DisposeAsync();
        await theirs.DisposeAsync();
        await using var another = await dialed.OpenStreamAsync(None);
        await WriteAsync(another, [7]);
        await using var other = (await accepted.AcceptStreamAsync(None))!;
        (await ReadToEndAsync(other)).ShouldBe([7]);
    }

    [Fact]
    public async Task Closing_ends_streams_on_both_sides_with_a_reason()
    {
        await using var loopback = await Loopback.StartAsync();
        var (dialed, accepted) = await loopback.ConnectAsync();
        await using var stream = await dialed.OpenStreamAsync(None);
        await stream.WriteAsync(new byte[10]);
        var theirs = (await accepted.AcceptStreamAsync(None))!;
        await accepted.CloseAsync(ConnectionCloseReason.ResourceLimit);
        (await dialed.Closed.WaitAsync(Deadlines.Test)).ShouldContain("application code 0x1001");
        (await accepted.Closed).ShouldContain("ResourceLimit");
        await Should.ThrowAsync<StreamResetException>(() => ReadToEndAsync(stream));
        await Should.ThrowAsync<StreamResetException>(() => ReadToEndAsync(theirs));
        await Should.ThrowAsync<IOException>(async () => await dialed.OpenStreamAsync(None));
        (await dialed.AcceptStreamAsync(None)).ShouldBeNull();
    }

    [Fact]
    public async Task Dials_leave_from_the_listening_port()
    {
        await using var loopback = await Loopback.StartAsync();
        var own = await loopback.Dialer.ListenAsync(Multiaddr.Parse("/ip4/127.0.0.1/udp/0/quic-v1"), new TestSink(), None);
        var (dialed, accepted) = await loopback.ConnectAsync();
        accepted.RemoteAddress.ShouldBe(own.Addresses[0]);
        dialed.LocalAddress.ShouldBe(own.Addresses[0]);
        var request = new DialRequest(loopback.Address, loopback.ListenerKey.PeerId) { Port = PortUse.New };
        await using var fresh = await loopback.Dialer.DialAsync(request, None);
        (await loopback.Sink.NextAsync()).RemoteAddress.ShouldNotBe(own.Addresses[0]);
    }

    /// <summary>As jvm-libp2p #487 and go-libp2p #2913 got wrong: the port bound twice, or the wrong socket chosen.</summary>
    [Theory]
    [InlineData("/ip4/127.0.0.1/udp/0/quic-v1", "/ip4/0.0.0.0/udp/0/quic-v1", false)]
    [InlineData("/ip6/::1/udp/0/quic-v1", "/ip6/::/udp/0/quic-v1", true)]
    public async Task Of_several_listening_sockets_the_one_on_loopback_dials_loopback(string loopbackOnly, string any, bool ipv6)
    {
        await using var loopback = await Loopback.StartAsync(ipv6);
        await loopback.Dialer.ListenAsync(Multiaddr.Parse(any), new TestSink(), None);
        var own = await loopback.Dialer.ListenAsync(Multiaddr.Parse(loopbackOnly), new TestSink(), None);
        await loopback.Dialer.ListenAsync(Multiaddr.Parse(ipv6 ? "/ip4/127.0.0.1/udp/0/quic-v1" : "/ip6/::1/udp/0/quic-v1"), new TestSink(), None);
        for (var i = 0; i < 3; i++)
        {
            var (dialed, accepted) = await loopback.ConnectAsync();
            accepted.RemoteAddress.ShouldBe(own.Addresses[0]);
            dialed.LocalAddress.ShouldBe(own.Addresses[0]);
        }
    }

    [Fact]
    public async Task A_host_reports_the_version_that_runs_and_what_is_known_about_it()
    {
        using var log = new RecordingLogger();
        await using var host = new Libp2pHostBuilder(KeyPair.Generate()) { LoggerFactory = log }.UseQuic().Build();
        await host.ListenAsync(Multiaddr.Parse("/ip4/127.0.0.1/udp/0/quic-v1"));
        log.Lines.ShouldContain($"QUIC by ngtcp2 {QuicLibrary.Ngtcp2Version}");
        foreach (var advisory in QuicAdvisory.For(QuicLibrary.Ngtcp2VersionNumber))
        {
            log.Lines.ShouldContain(line => line.StartsWith(advisory.Id, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_gate_that_refuses_costs_the_dialer_its_patience_only()
    {
        await using var loopback = await Loopback.StartAsync(
            dialerOptions: new QuicOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(300) });
        loopback.Sink.RefuseAll = true;
        await Should.ThrowAsync<IOException>(
            async () => await loopback.Dialer.DialAsync(new DialRequest(loopback.Address, loopback.ListenerKey.PeerId), None));
        loopback.Sink.Asked.ShouldBeGreaterThan(0);
        loopback.Listener.Listening[0].Engine.ConnectionCount.ShouldBe(0);
        loopback.Listener.Listening[0].Engine.Drops(Engine.DropReason.Gated).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_hole_is_punched_by_the_listener_and_used_by_the_dialer()
    {
        await using var loopback = await Loopback.StartAsync();
        var dialerSink = new TestSink();
        var dialerListening = await loopback.Dialer.ListenAsync(Multiaddr.Parse("/ip4/127.0.0.1/udp/0/quic-v1"), dialerSink, None);
        var punch = new DialRequest(dialerListening.Addresses[0], loopback.DialerKey.PeerId) { Role = HandshakeRole.Listener };
        var waiting = loopback.Listener.DialAsync(punch, None);
        await using var dialed = await loopback.Dialer.DialAsync(new DialRequest(loopback.Address, loopback.ListenerKey.PeerId), None);
        await using var punched = await waiting;
        punched.RemotePeer.ShouldBe(loopback.DialerKey.PeerId);
        punched.RemoteAddress.ShouldBe(dialerListening.Addresses[0]);
        loopback.Sink.Asked.ShouldBe(0);
    }

    [Fact]
    public async Task Listening_on_any_address_lists_those_of_the_interfaces_and_answers_from_the_one_that_was_asked()
    {
        await using var listener = new QuicTransport(KeyPair.Generate());
        await using var dialer = new QuicTransport(KeyPair.Generate());
        var sink = new TestSink();
        var listening = await listener.ListenAsync(Multiaddr.Parse("/ip4/0.0.0.0/udp/0/quic-v1"), sink, None);
        listening.Addresses.ShouldNotBeEmpty();
        listening.Addresses[0].TryGetEndPoint(MultiaddrProtocol.Udp, out var endPoint).ShouldBeTrue();
        var address = QuicAddress.From(new IPEndPoint(IPAddress.Parse("127.0.0.2"), endPoint!.Port));
        await using var dialed = await dialer.DialAsync(new DialRequest(address, null), None);
        (await sink.NextAsync()).LocalAddress.ShouldBe(address);
    }

    private static async Task EchoAsync(IMuxedConnection connection)
    {
        await using var stream = (await connection.AcceptStreamAsync(None))!;
        await EchoAsync(stream);
    }

    private static async Task EchoAsync(MuxedStream stream)
    {
        await stream.CopyToAsync(stream);
        await stream.CompleteWritesAsync();
    }

    private static async Task WriteAsync(MuxedStream stream, byte[] data)
    {
        await stream.WriteAsync(data);
        await stream.CompleteWritesAsync();
    }

    private static async Task<byte[]> ReadToEndAsync(MuxedStream stream)
    {
        using var received = new MemoryStream();
        await stream.CopyToAsync(received).WaitAsync(Deadlines.Test);
        return received.ToArray();
    }
}
