using P2Panda.Libp2p.Protocols.Relay;
using P2Panda.Libp2p.Tests.Support;

namespace P2Panda.Libp2p.Tests.Protocols;

public sealed class RelayTests
{
    private static readonly RelayServerOptions Unlimited = new() { Limit = CircuitLimit.None, MaxCircuits = 4096, MaxCircuitsPerPeer = 4096, RequestsPerPeer = 100_000 };

    [Theory]
    [InlineData("memory")]
    [InlineData("tcp")]
    public async Task APeerIsReachedThroughARelay(string transport)
    {
        await using var hosts = new TestHosts();
        var net = await RelayNet.StartAsync(hosts, transport);
        net.Target.Addresses.Listening.ShouldHaveSingleItem().ShouldBe(net.CircuitAddress);

        var connection = await net.Source.ConnectAsync(net.CircuitAddress, TestHosts.Deadline);
        connection.RemotePeer.ShouldBe(net.Target.PeerId);
        connection.IsRelayed.ShouldBeTrue();
        connection.Limit.ShouldBe(new CircuitLimit(TimeSpan.FromHours(1), 128 * 1024));
        (await connection.PingAsync(TimeProvider.System, TestHosts.Deadline)).ShouldBeGreaterThan(TimeSpan.Zero);
        await connection.IdentifyDone.WaitAsync(TestHosts.Patience);
        connection.Identified!.ListenAddresses.ShouldContain(net.CircuitAddress);
        await WaitAsync(() => net.Target.Connections.Any(each => each.RemotePeer == net.Source.PeerId));
        var inbound = net.Target.Connections.Single(each => each.RemotePeer == net.Source.PeerId);
        inbound.Limit.ShouldBe(connection.Limit);
        // A protocol that did not opt in does not run over a limited circuit.
        (await Should.ThrowAsync<IOException>(connection.OpenStreamAsync([TestHosts.Echo], TestHosts.Deadline).AsTask())).Message.ShouldContain("NoneInCommon");
    }

    [Fact]
    public async Task WithoutALimitEveryProtocolRuns()
    {
        await using var hosts = new TestHosts();
        var net = await RelayNet.StartAsync(hosts, options: Unlimited);
        var connection = await net.Source.ConnectAsync(net.CircuitAddress, TestHosts.Deadline);
        connection.IsLimited.ShouldBeFalse();
        await using var stream = await connection.OpenStreamAsync([TestHosts.Echo], TestHosts.Deadline);
        var sent = new byte[1 << 20];
        new Random(3).NextBytes(sent);
        var writing = Task.Run(async () =>
        {
            await stream.WriteAsync(sent, TestHosts.Deadline);
            await stream.CompleteWritesAsync(TestHosts.Deadline);
        });
        using var received = new MemoryStream();
        await stream.CopyToAsync(received, TestHosts.Deadline);
        await writing;
        received.ToArray().AsSpan().SequenceEqual(sent).ShouldBeTrue();
    }

    [Fact]
    public async Task TheVoucherHoldsAndANewConnectionIsReservedAnew()
    {
        await using var hosts = new TestHosts();
        var net = await RelayNet.StartAsync(hosts);
        var listener = net.Listener;
        var voucher = listener.Reservation!.Voucher.ShouldNotBeNull();
        voucher.Relay.ShouldBe(net.Relay.PeerId);
        voucher.Peer.ShouldBe(net.Target.PeerId);

        var lost = net.Target.Connections.Single();
        await lost.CloseAsync();
        await WaitAsync(() => net.Server.ReservationCount == 1 && net.Target.Addresses.Listening.Count == 1 && !listener.IsReservedOver(lost));
        (await net.Source.ConnectAsync(net.CircuitAddress, TestHosts.Deadline)).RemotePeer.ShouldBe(net.Target.PeerId);
    }

    [Fact]
    public async Task ReservationsEndWithTheirConnection()
    {
        await using var hosts = new TestHosts();
        var net = await RelayNet.StartAsync(hosts);
        await net.Target.DisposeAsync();
        await WaitAsync(() => net.Server.ReservationCount == 0);
        await RefusedAsync(net.Source, net.CircuitAddress, RelayStatus.NoReservation);
    }

    [Fact]
    public async Task AReservationKeepsItsQuietConnectionOpen()
    {
        await using var hosts = new TestHosts();
        var net = await RelayNet.StartAsync(
            hosts, configureRelay: builder => builder.Options = new Libp2pHostOptions { IdleTimeout = TimeSpan.FromMilliseconds(200) });
        var reserved = net.Target.Connections.Single();
        // Whoever came later and has no reservation is sent away for being quiet.
        await (await net.Source.ConnectAsync(net.RelayAddress, TestHosts.Deadline)).Closed.WaitAsync(TestHosts.Patience);
        reserved.Closed.IsCompleted.ShouldBeFalse();
        net.Server.ReservationCount.ShouldBe(1);
        net.Server.Dispose();
        await reserved.Closed.WaitAsync(TestHosts.Patience);
    }

    [Fact]
    public async Task AHundredReconnectsLeaveRoomForTheNext()
    {
        await using var hosts = new TestHosts();
        var net = await RelayNet.StartAsync(hosts, options: Unlimited with { MaxReservationsPerPeer = 1, MaxReservations = 2, RequestsPerAddress = 100_000 });
        var client = await hosts.StartAsync(configure: builder => builder.UseCircuits(), listen: false);
        for (var i = 0; i < 100; i++)
        {
            var connection = await client.ConnectAsync(net.RelayAddress, TestHosts.Deadline);
            await RelayClient.ReserveAsync(client, connection, TestHosts.Deadline);
            net.Server.ReservationCount.ShouldBe(2);
            await connection.CloseAsync();
            await WaitAsync(() => net.Server.ReservationCount == 1);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AtTheLimitOfBytesBothStreamsAreReset(bool fromSource)
    {
        const int Limit = 128 * 1024;
        await using var hosts = new TestHosts();
        var net = await RelayNet.StartAsync(hosts);
        var (near, far) = await RawCircuitAsync(net);
        var (sender, receiver) = fromSource ? (near, far) : (far, near);
        await sender.WriteAsync(new byte[Limit], TestHosts.Deadline);
        await receiver.ReadExactlyAsync(new byte[Limit], TestHosts.Deadline);
        net.Server.BytesForwarded.ShouldBe(Limit);
        net.Server.CircuitCount.ShouldBe(1);
        // The other direction has a count of its own.
        await receiver.WriteAsync(new byte[Limit], TestHosts.Deadline);
        await sender.ReadExactlyAsync(new byte[Limit], TestHosts.Deadline);
        net.Server.BytesForwarded.ShouldBe(2 * Limit);
        await sender.WriteAsync(new byte[1], TestHosts.Deadline);
        foreach (var end in (MuxedStream[])[near, far])
        {
            var failure = await Should.ThrowAsync<Exception>(end.ReadExactlyAsync(new byte[1], TestHosts.Deadline).AsTask());
            // The target's host may have closed the reset stream before we read.
            (failure is StreamResetException or InvalidOperationException).ShouldBeTrue(failure.Message);
        }

        net.Server.BytesForwarded.ShouldBe(2 * Limit);
        await WaitAsync(() => net.Server.CircuitCount == 0);
    }

    [Fact]
    public async Task AThousandCircuitsLeaveNothing()
    {
        await using var hosts = new TestHosts();
        var net = await RelayNet.StartAsync(hosts, options: Unlimited with { MaxCircuits = 4, MaxCircuitsPerPeer = 2 });
        for (var i = 0; i < 1000; i++)
        {
            var (near, far) = await RawCircuitAsync(net);
            await near.WriteAsync(new byte[100], TestHosts.Deadline);
            await near.DisposeAsync();
            (await far.ReadAtLeastAsync(new byte[101], 101, throwOnEndOfStream: false, TestHosts.Deadline)).ShouldBe(100);
            await far.DisposeAsync();
            await WaitAsync(() => net.Server.CircuitCount == 0);
        }

        net.Server.Table.TrackedCount.ShouldBeLessThan(8);
        await WaitAsync(() => net.Relay.Connections.All(connection => connection.StreamCount == 0));
    }

    [Fact]
    public async Task WhatTheTargetSaysFirstFollowsTheConsent()
    {
        await using var hosts = new TestHosts();
        var net = await RelayNet.StartAsync(hosts, options: Unlimited);
        await net.StopListeningAsync();
        // A target of our own making that speaks in the same write as its consent.
        net.Target.StopHandling(RelayProtocol.StopId);
        net.Target.Handle(RelayProtocol.StopId, async (stream, _, cancellation) =>
        {
            await stream.ReadMessageAsync(RelayFields.MaxMessage, cancellation);
            var consent = RelayProtocol.Stop.Answer(RelayStatus.Ok).Encode();
            await stream.WriteAsync((byte[])[(byte)consent.Length, .. consent, .. "first"u8], cancellation);
            await stream.CopyToAsync(Stream.Null, cancellation);
        }, new StreamPolicy { RunOnLimited = true });
        var relay = net.Target.FindConnection(net.Relay.PeerId) ?? await net.Target.ConnectAsync(net.RelayAddress, TestHosts.Deadline);
        await RelayClient.ReserveAsync(net.Target, relay, TestHosts.Deadline);
        var source = await net.Source.ConnectAsync(net.RelayAddress, TestHosts.Deadline);
        for (var i = 0; i < 1000; i++)
        {
            var (stream, _) = await RelayClient.ConnectAsync(net.Source, source, net.Target.PeerId, TestHosts.Deadline);
            var first = new byte[5];
            await stream.ReadExactlyAsync(first, TestHosts.Deadline);
            first.ShouldBe("first"u8.ToArray());
            await stream.DisposeAsync();
        }
    }

    [Fact]
    public async Task ConnectingToAPeerThatIsConnectedAndHasNotReservedIsRefused()
    {
        await using var hosts = new TestHosts();
        var net = await RelayNet.StartAsync(hosts);
        var bystander = await hosts.StartAsync(listen: false);
        await bystander.ConnectAsync(net.RelayAddress, TestHosts.Deadline);
        await RefusedAsync(net.Source, Through(net, bystander.PeerId), RelayStatus.NoReservation);
        (await net.Source.ConnectAsync(net.CircuitAddress, TestHosts.Deadline)).IsRelayed.ShouldBeTrue();
    }

    [Fact]
    public async Task NothingIsServedOverARelayedConnection()
    {
        await using var hosts = new TestHosts();
        var net = await RelayNet.StartAsync(hosts);
        using var nested = new RelayServer(net.Target);
        var connection = await net.Source.ConnectAsync(net.CircuitAddress, TestHosts.Deadline);
        (await Should.ThrowAsync<RelayRefusedException>(RelayClient.ReserveAsync(net.Source, connection, TestHosts.Deadline))).Status.ShouldBe(RelayStatus.PermissionDenied);
        (await Should.ThrowAsync<RelayRefusedException>(RelayClient.ConnectAsync(net.Source, connection, net.Relay.PeerId, TestHosts.Deadline)))
            .Status.ShouldBe(RelayStatus.PermissionDenied);
        (await StopAsync(connection, net.Relay.PeerId)).ShouldBe(RelayStatus.PermissionDenied);
    }

    [Fact]
    public async Task AStopFromAPeerWhereWeHaveNotReservedIsRefused()
    {
        await using var hosts = new TestHosts();
        var net = await RelayNet.StartAsync(hosts);
        var connection = await net.Source.ConnectAsync(net.RelayAddress, TestHosts.Deadline);
        await WaitAsync(() => net.Relay.FindConnection(net.Source.PeerId) is not null);
        var stranger = net.Relay.FindConnection(net.Source.PeerId)!;
        (await StopAsync(stranger, net.Target.PeerId)).ShouldBe(RelayStatus.NoReservation);
        connection.Closed.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task ListsHoldForRelayedPeersToo()
    {
        await using var hosts = new TestHosts();
        var gate = PeerListGate.Except();
        var net = await RelayNet.StartAsync(hosts, configureTarget: builder => builder.Gate(gate));
        var connection = await net.Source.ConnectAsync(net.CircuitAddress, TestHosts.Deadline);
        gate.Add(net.Source.PeerId);
        await connection.Closed.WaitAsync(TestHosts.Patience);
        await RefusedAsync(net.Source, net.CircuitAddress, RelayStatus.PermissionDenied);
        gate.Remove(net.Source.PeerId);
        await net.Source.ConnectAsync(net.CircuitAddress, TestHosts.Deadline);
        // The relay's own lists.
        var second = await RelayNet.StartAsync(hosts, options: new RelayServerOptions { MayConnect = (_, target) => target == net.Relay.PeerId });
        await RefusedAsync(second.Source, second.CircuitAddress, RelayStatus.PermissionDenied);
    }

    [Fact]
    public void TheTableRefusesBeyondItsLimitsAndKeepsNothingOfIt()
    {
        var clock = new ManualClock();
        var table = new ReservationTable(new RelayServerOptions { LimitLoopback = true, MaxReservationsPerAddress = 1000, MaxReservationsPerNetwork = 1000 }, clock);
        var connection = 0L;
        RelayStatus Reserve(PeerId peer, string ip) => table.TryReserve(peer, ++connection, System.Net.IPAddress.Parse(ip), out _);
        var one = KeyPair.Generate().PeerId;
        for (var i = 0; i < 4; i++)
        {
            Reserve(one, "5.0.0.1").ShouldBe(RelayStatus.Ok);
        }

        Reserve(one, "5.0.0.1").ShouldBe(RelayStatus.ResourceLimitExceeded);
        for (var i = 4; i < 128; i++)
        {
            Reserve(KeyPair.Generate().PeerId, $"5.0.{i}.1").ShouldBe(RelayStatus.Ok);
        }

        Reserve(KeyPair.Generate().PeerId, "6.0.0.1").ShouldBe(RelayStatus.ResourceLimitExceeded);
        table.Count.ShouldBe(128);
        table.Remove(5).ShouldBeFalse();
        table.Remove(6).ShouldBeTrue();
        Reserve(KeyPair.Generate().PeerId, "6.0.0.1").ShouldBe(RelayStatus.Ok);
        clock.Advance(TimeSpan.FromHours(1));
        table.Count.ShouldBe(0);
        // Rates: the 61st request from one address within a minute, the 31st of one peer within two.
        var flooded = new ReservationTable(new RelayServerOptions { MaxReservations = 1000, MaxReservationsPerAddress = 1000, MaxReservationsPerNetwork = 1000 }, clock);
        var answers = Enumerable.Range(0, 1000).Select(i => flooded.TryReserve(KeyPair.Generate().PeerId, i, System.Net.IPAddress.Parse("7.0.0.1"), out _)).ToList();
        answers.Take(60).ShouldAllBe(status => status == RelayStatus.Ok);
        answers.Skip(60).ShouldAllBe(status => status == RelayStatus.ResourceLimitExceeded);
        flooded.TrackedCount.ShouldBe(60 + 60 + 1);
        clock.Advance(TimeSpan.FromSeconds(1));
        flooded.TryReserve(one, 5000, System.Net.IPAddress.Parse("7.0.0.1"), out _).ShouldBe(RelayStatus.Ok);
    }

    [Fact]
    public void AThousandIdentitiesFromOneAddressGetOneAddressesShare()
    {
        var table = new ReservationTable(new RelayServerOptions(), new ManualClock());
        var granted = Enumerable.Range(0, 1000).Count(i => table.TryReserve(KeyPair.Generate().PeerId, i, System.Net.IPAddress.Parse("7.0.0.1"), out _) == RelayStatus.Ok);
        granted.ShouldBe(new RelayServerOptions().MaxReservationsPerAddress);
        // Another /24 is served as if nothing were.
        table.TryReserve(KeyPair.Generate().PeerId, 5000, System.Net.IPAddress.Parse("7.0.1.1"), out _).ShouldBe(RelayStatus.Ok);
        Enumerable.Range(2, 200).Count(i => table.TryReserve(KeyPair.Generate().PeerId, 5000 + i, System.Net.IPAddress.Parse($"7.0.0.{i}"), out _) == RelayStatus.Ok)
            .ShouldBe(new RelayServerOptions().MaxReservationsPerNetwork - granted);
    }

    [Fact]
    public void CircuitsAreLimitedInTotalAndPerPeer()
    {
        var table = new ReservationTable(new RelayServerOptions(), new ManualClock());
        var target = KeyPair.Generate().PeerId;
        table.TryReserve(target, 1, null, out _).ShouldBe(RelayStatus.Ok);
        var sources = Enumerable.Range(0, 5).Select(_ => KeyPair.Generate().PeerId).ToList();
        foreach (var source in sources.Take(4))
        {
            for (var i = 0; i < 4; i++)
            {
                table.TryBeginCircuit(source, target, null, out var connection).ShouldBe(RelayStatus.Ok);
                connection.ShouldBe(1);
            }
        }

        table.TryBeginCircuit(sources[0], target, null, out _).ShouldBe(RelayStatus.ResourceLimitExceeded);
        table.TryBeginCircuit(sources[4], target, null, out _).ShouldBe(RelayStatus.ResourceLimitExceeded);
        table.EndCircuit(sources[0]);
        table.TryBeginCircuit(sources[4], target, null, out _).ShouldBe(RelayStatus.Ok);
        table.CircuitCount.ShouldBe(16);
    }

    [Fact]
    public void ReservationChurnLeavesMemoryFlat()
    {
        var clock = new ManualClock();
        var table = new ReservationTable(new RelayServerOptions(), clock);
        var random = new Random(8);
        for (var i = 0; i < 100_000; i++)
        {
            var peer = PeerId.TryDecode([0, 36, 8, 1, 18, 32, .. BitConverter.GetBytes(random.NextInt64()), .. new byte[24]], out var made) ? made : throw new InvalidOperationException();
            table.TryReserve(peer, i, new System.Net.IPAddress(random.NextInt64(1 << 28, 1L << 31)), out _);
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        table.TrackedCount.ShouldBeLessThanOrEqualTo(128 + (2 * RequestRates<int>.MaxKeys));
    }

    [Theory]
    [InlineData("ffffffffffffffffff01", RelayStatus.MalformedMessage)]
    [InlineData("808080808020", RelayStatus.MalformedMessage)]
    [InlineData("020809", RelayStatus.MalformedMessage)]
    [InlineData("03ffffff", RelayStatus.MalformedMessage)]
    [InlineData("020801", RelayStatus.MalformedMessage)]
    [InlineData("0408011200", RelayStatus.MalformedMessage)]
    [InlineData("02080228", RelayStatus.UnexpectedMessage)]
    public async Task JunkIsAnsweredAndAllocatesNothing(string hex, RelayStatus expected)
    {
        await using var hosts = new TestHosts();
        var net = await RelayNet.StartAsync(hosts);
        var connection = await net.Source.ConnectAsync(net.RelayAddress, TestHosts.Deadline);
        await using var stream = await connection.OpenStreamAsync([RelayProtocol.HopId], TestHosts.Deadline);
        await stream.WriteAsync(Convert.FromHexString(hex), TestHosts.Deadline);
        await stream.CompleteWritesAsync(TestHosts.Deadline);
        var answer = await stream.ReadMessageAsync(RelayFields.MaxMessage, TestHosts.Deadline);
        RelayProtocol.Hop.TryDecode(answer.Body.Span, out var decoded).ShouldBeTrue();
        decoded!.Status.ShouldBe(expected);
    }

    [Fact]
    public void HugeLimitsAndExpiriesSaturate()
    {
        RelayFields.ReadLimit(new P2Panda.Libp2p.Multiformats.ProtobufWriter().VarInt(1, ulong.MaxValue).VarInt(2, ulong.MaxValue).Written)!.Duration.ShouldBeGreaterThan(TimeSpan.FromDays(365));
        var now = DateTimeOffset.UnixEpoch.AddYears(56);
        RelayClient.LifetimeOf(ulong.MaxValue, now).ShouldBe(TimeSpan.FromDays(7));
        RelayClient.LifetimeOf(0, now).ShouldBe(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task ASlowReaderHoldsUpNobodyElse()
    {
        await using var hosts = new TestHosts();
        var net = await RelayNet.StartAsync(hosts, options: Unlimited);
        var (stuck, _) = await RawCircuitAsync(net);
        using var patience = new CancellationTokenSource();
        var sent = 0L;
        var writing = Task.Run(async () =>
        {
            while (!patience.IsCancellationRequested)
            {
                await stuck.WriteAsync(new byte[64 * 1024], patience.Token);
                Interlocked.Add(ref sent, 64 * 1024);
            }
        });
        var before = -1L;
        await WaitAsync(() => Interlocked.Exchange(ref before, Interlocked.Read(ref sent)) == Interlocked.Read(ref sent) && before > 0, pause: TimeSpan.FromMilliseconds(300));
        // Windows of the three hops and their buffers, then the sender waits.
        Interlocked.Read(ref sent).ShouldBeLessThan(64 << 20);
        for (var i = 0; i < 10; i++)
        {
            var (near, far) = await RawCircuitAsync(net);
            await near.WriteAsync(new byte[100_000], TestHosts.Deadline);
            await far.ReadExactlyAsync(new byte[100_000], TestHosts.Deadline);
            near.Reset();
        }

        await patience.CancelAsync();
        stuck.Reset();
        await Should.ThrowAsync<Exception>(writing);
    }

    private static Multiaddr Through(RelayNet net, PeerId peer) => CircuitAddress.Through(net.RelayAddress).WithPeer(peer);

    private static async Task RefusedAsync(Libp2pHost source, Multiaddr address, RelayStatus status) =>
        (await Should.ThrowAsync<IOException>(source.ConnectAsync(address, TestHosts.Deadline))).Message.ShouldContain(status.ToString());

    private static async Task<RelayStatus> StopAsync(Connection connection, PeerId from)
    {
        await using var stream = await connection.OpenStreamAsync([RelayProtocol.StopId], TestHosts.Deadline);
        await stream.WriteMessageAsync(RelayProtocol.Stop.Connect(from).Encode(), TestHosts.Deadline);
        var answer = await stream.ReadMessageAsync(RelayFields.MaxMessage, TestHosts.Deadline);
        RelayProtocol.Stop.TryDecode(answer.Body.Span, out var decoded).ShouldBeTrue();
        return decoded!.Status;
    }

    /// <summary>A circuit with nothing inside: both ends' streams.</summary>
    private static async Task<(MuxedStream Near, MuxedStream Far)> RawCircuitAsync(RelayNet net)
    {
        var arrived = net.RawTarget();
        var source = await net.Source.ConnectAsync(net.RelayAddress, TestHosts.Deadline);
        var (near, _) = await RelayClient.ConnectAsync(net.Source, source, net.Target.PeerId, TestHosts.Deadline);
        return (near, await arrived.WaitAsync(TestHosts.Patience));
    }

    private static async Task WaitAsync(Func<bool> condition, TimeSpan? pause = null)
    {
        for (var i = 0; !condition(); i++)
        {
            i.ShouldBeLessThan(2000, "gave up waiting");
            await Task.Delay(pause ?? TimeSpan.FromMilliseconds(10));
        }
    }
}
