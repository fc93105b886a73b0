using P2Panda.Libp2p.Protocols.Relay;
using P2Panda.Libp2p.Quic;
using Xunit.Abstractions;

namespace P2Panda.Libp2p.Interop.Tests;

/// <summary>Circuits with js-libp2p in every role. Hole punching is in the NAT scenarios: js does it with public addresses only.</summary>
[Trait("duration", "long")]
public sealed class JsRelayTests(ITestOutputHelper output)
{
    public static TheoryData<bool> Transports => [false, true];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task JsRelaysBetweenUs(bool quic)
    {
        await using var relay = await StartAsync(quic, "--listen", ListenAddress(quic), "--relay-server");
        await using var target = BuildHost(quic);
        await using var source = BuildHost(quic);
        var listener = await target.ListenAsync(CircuitAddress.Through(relay.Addresses[0]), InteropPair.Deadline);
        var way = listener.Addresses.First(address => address.IsRelayed);
        var connection = await source.ConnectAsync(target.PeerId, [way], InteropPair.Deadline);
        connection.IsRelayed.ShouldBeTrue();
        (await EchoAsync(connection)).ShouldBeTrue();
        Row(quic, "js relays", "C# reserves, C# dials, 1 MiB echo");
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task JsDialsUsThroughItsRelay(bool quic)
    {
        await using var relay = await StartAsync(quic, "--listen", ListenAddress(quic), "--relay-server");
        await using var js = await StartAsync(quic, "--relay-client");
        await using var target = BuildHost(quic);
        var listener = await target.ListenAsync(CircuitAddress.Through(relay.Addresses[0]), InteropPair.Deadline);
        await js.SendAsync("dial", new { to = listener.Addresses[0].ToString() });
        var echoed = await js.SendAsync("echo", new { to = target.PeerId.ToString(), length = 1 << 20 });
        echoed.GetProperty("equal").GetBoolean().ShouldBeTrue();
        Row(quic, "js relays", "C# reserves, js dials, 1 MiB echo");
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task WeRelayBetweenJsAndUs(bool quic)
    {
        await using var relay = BuildHost(quic);
        using var server = new RelayServer(relay, new RelayServerOptions { Limit = CircuitLimit.None });
        await relay.ListenAsync(Multiaddr.Parse(ListenAddress(quic)), InteropPair.Deadline);
        var address = InteropPair.AddressOf(relay);
        await using var js = await StartAsync(quic, "--relay-client", "--listen", address + "/p2p-circuit");
        await Eventually.BeTrueAsync(() => server.ReservationCount == 1);
        await using var source = BuildHost(quic);
        var connection = await source.ConnectAsync(js.PeerId, [CircuitAddress.Through(Multiaddr.Parse(address))], InteropPair.Deadline);
        connection.RemotePeer.ShouldBe(js.PeerId);
        connection.IsRelayed.ShouldBeTrue();
        (await EchoAsync(connection)).ShouldBeTrue();
        // And js dials one of ours.
        await using var target = BuildHost(quic);
        var listener = await target.ListenAsync(CircuitAddress.Through(Multiaddr.Parse(address)), InteropPair.Deadline);
        await js.SendAsync("dial", new { to = listener.Addresses[0].ToString() });
        (await js.SendAsync("echo", new { to = target.PeerId.ToString(), length = 1 << 20 })).GetProperty("equal").GetBoolean().ShouldBeTrue();
        Row(quic, "C# relays", "js reserves and takes its voucher, C# dials js, js dials C#, 1 MiB echo each");
    }

    [Fact]
    public async Task JsKeepsPlainProtocolsOffALimitedCircuitOfOurs()
    {
        await using var relay = BuildHost(quic: false);
        using var server = new RelayServer(relay);
        await relay.ListenAsync(Multiaddr.Parse(ListenAddress(quic: false)), InteropPair.Deadline);
        await using var target = BuildHost(quic: false);
        var listener = await target.ListenAsync(CircuitAddress.Through(Multiaddr.Parse(InteropPair.AddressOf(relay))), InteropPair.Deadline);
        await using var js = await StartAsync(quic: false, "--relay-client");
        await js.SendAsync("dial", new { to = listener.Addresses[0].ToString() });
        // 128 KiB each way: a megabyte does not pass, and the circuit ends.
        await Should.ThrowAsync<InvalidOperationException>(js.SendAsync("echo", new { to = target.PeerId.ToString(), length = 1 << 20 }));
        await Eventually.BeTrueAsync(() => server.CircuitCount == 0);
        server.BytesForwarded.ShouldBeLessThanOrEqualTo(2 * 128 * 1024);
        Row(false, "C# relays", $"limit of 128 KiB cuts js off after {server.BytesForwarded} bytes");
    }

    [Fact]
    public async Task APublicJsThatReachedUsThroughARelayIsDialedBack()
    {
        await using var relay = BuildHost(quic: false);
        using var server = new RelayServer(relay, new RelayServerOptions { Limit = CircuitLimit.None });
        await relay.ListenAsync(Multiaddr.Parse(ListenAddress(quic: false)), InteropPair.Deadline);
        await using var target = BuildHost(quic: false);
        await target.ListenAsync(Multiaddr.Parse(ListenAddress(quic: false)), InteropPair.Deadline);
        using var leads = new Dcutr(target, new DcutrOptions { DrainGrace = TimeSpan.Zero, ScopeOf = Everywhere });
        var outcome = new TaskCompletionSource<DcutrOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        leads.Finished += ended => outcome.TrySetResult(ended);
        var listener = await target.ListenAsync(CircuitAddress.Through(Multiaddr.Parse(InteropPair.AddressOf(relay))), InteropPair.Deadline);
        await using var js = await StartAsync(quic: false, "--relay-client", "--dcutr", "--listen", ListenAddress(quic: false));
        await js.SendAsync("dial", new { to = listener.Addresses[0].ToString() });
        var ended = await outcome.Task.WaitAsync(JsPeer.Patience);
        ended.Direct.ShouldNotBeNull(ended.Reason);
        ended.IsReversal.ShouldBeTrue();
        Row(false, "DCUtR", "js dials C# through a relay, C# dials it back (connection reversal)");
    }

    private static AddressScope Everywhere(Multiaddr address) => AddressScopes.Of(address) == AddressScope.Loopback ? AddressScope.Global : AddressScopes.Of(address);

    private static string ListenAddress(bool quic) => quic ? "/ip4/127.0.0.1/udp/0/quic-v1" : "/ip4/127.0.0.1/tcp/0";

    private static Task<JsPeer> StartAsync(bool quic, params string[] arguments) =>
        JsPeer.StartAsync(quic ? ["--quic", .. arguments] : arguments);

    private static Libp2pHost BuildHost(bool quic)
    {
        var builder = new Libp2pHostBuilder(KeyPair.Generate()) { Options = new Libp2pHostOptions { IdleTimeout = Timeout.InfiniteTimeSpan } };
        var host = (quic ? builder.Use(b => new QuicTransport(b.Identity, null, b.Time)) : builder.UseTcp(new TcpOptions { PortReuse = true })).UseCircuits().Build();
        host.Handle(InteropPair.Echo, async (stream, _, cancellation) =>
        {
            await stream.CopyToAsync(stream, cancellation);
            await stream.CompleteWritesAsync(cancellation);
        }, new StreamPolicy { RunOnLimited = true });
        return host;
    }

    private static async Task<bool> EchoAsync(Connection connection)
    {
        var sent = new byte[1 << 20];
        new Random(9).NextBytes(sent);
        await using var stream = await connection.OpenStreamAsync([InteropPair.Echo], InteropPair.Deadline);
        var writing = Task.Run(async () =>
        {
            await stream.WriteAsync(sent, InteropPair.Deadline);
            await stream.CompleteWritesAsync(InteropPair.Deadline);
        });
        using var received = new MemoryStream();
        await stream.CopyToAsync(received, InteropPair.Deadline);
        await writing;
        return received.ToArray().AsSpan().SequenceEqual(sent);
    }

    private void Row(bool quic, string what, string detail) => output.WriteLine($"ok  {(quic ? "QUIC over IPv4" : "TCP+noise+yamux"),-16} {what,-11} {detail}");
}
