using P2Panda.Libp2p.Tests.Support;

namespace P2Panda.Libp2p.Tests.Hosting;

public sealed class HostTests
{
    public static TheoryData<string> Transports => ["memory", "tcp", "tls"];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task EchoesAMebibyte(string transport)
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync(transport, listen: false), await hosts.StartAsync(transport));
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        connection.RemotePeer.ShouldBe(listener.PeerId);
        connection.Security.ShouldBe(transport == "tls" ? UpgradeOptions.Tls : UpgradeOptions.Noise);

        var sent = new byte[1 << 20];
        new Random(1).NextBytes(sent);
        await using var stream = await connection.OpenStreamAsync([TestHosts.Echo], TestHosts.Deadline);
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

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task AHundredStreamsAtOnce(string transport)
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync(transport, listen: false), await hosts.StartAsync(transport));
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            await using var stream = await connection.OpenStreamAsync([TestHosts.Echo], TestHosts.Deadline);
            var sent = new byte[10_000 + i];
            Array.Fill(sent, (byte)i);
            await stream.WriteAsync(sent, TestHosts.Deadline);
            await stream.CompleteWritesAsync(TestHosts.Deadline);
            using var received = new MemoryStream();
            await stream.CopyToAsync(received, TestHosts.Deadline);
            received.ToArray().ShouldBe(sent);
        }));
    }

    [Fact]
    public async Task SomebodyElseAtTheAddressIsRefusedByBoth()
    {
        await using var hosts = new TestHosts();
        foreach (var transport in (string[])["memory", "tcp", "tls"])
        {
            var (dialer, listener) = (await hosts.StartAsync(transport, listen: false), await hosts.StartAsync(transport));
            var wrong = listener.Addresses.Listening[0].WithPeer(KeyPair.Generate().PeerId);
            var refusal = await Should.ThrowAsync<IOException>(dialer.ConnectAsync(wrong, TestHosts.Deadline));
            refusal.Message.ShouldContain("WrongPeer");
            dialer.Connections.ShouldBeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task AStreamCanBeClosedInOneDirection(string transport)
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync(transport, listen: false), await hosts.StartAsync(transport));
        listener.Handle("/half/1", async (stream, _, cancellation) =>
        {
            // Answers only after it has read to the end.
            var total = 0;
            var buffer = new byte[100];
            while (await stream.ReadAsync(buffer, cancellation) is > 0 and var read)
            {
                total += read;
            }

            await stream.WriteAsync(BitConverter.GetBytes(total), cancellation);
        });
        await using var stream = await (await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline)).OpenStreamAsync(["/half/1"], TestHosts.Deadline);
        await stream.WriteAsync(new byte[1000], TestHosts.Deadline);
        await stream.CompleteWritesAsync(TestHosts.Deadline);
        var answer = new byte[4];
        await stream.ReadExactlyAsync(answer, TestHosts.Deadline);
        BitConverter.ToInt32(answer).ShouldBe(1000);
        (await stream.ReadAsync(answer, TestHosts.Deadline)).ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task AResetReachesTheOtherSide(string transport)
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync(transport, listen: false), await hosts.StartAsync(transport));
        var seen = new TaskCompletionSource<Exception>();
        listener.Handle("/reset/1", async (stream, _, cancellation) =>
        {
            try
            {
                await stream.WriteAsync(new byte[1], cancellation);
                while (await stream.ReadAsync(new byte[10], cancellation) > 0)
                {
                }
            }
            catch (IOException e)
            {
                seen.SetResult(e);
                throw;
            }
        });
        var stream = await (await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline)).OpenStreamAsync(["/reset/1"], TestHosts.Deadline);
        await stream.ReadExactlyAsync(new byte[1], TestHosts.Deadline);
        stream.Reset();
        (await seen.Task.WaitAsync(TestHosts.Patience)).ShouldBeOfType<StreamResetException>();
        await Should.ThrowAsync<IOException>(stream.ReadExactlyAsync(new byte[1], TestHosts.Deadline).AsTask());
    }

    [Fact]
    public async Task IdentifyTellsWhoAndWhatAndWhere()
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync("tcp"), await hosts.StartAsync("tcp"));
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        await connection.IdentifyDone.WaitAsync(TestHosts.Patience);

        var told = connection.Identified.ShouldNotBeNull();
        told.PublicKey!.PeerId.ShouldBe(listener.PeerId);
        told.Protocols.ShouldContain(TestHosts.Echo);
        told.ListenAddresses.ShouldBe(listener.Addresses.Listening);
        told.ObservedAddress.ShouldBe(connection.LocalAddress);
        dialer.AddressBook.Get(listener.PeerId).ShouldContain(listener.Addresses.Listening[0]);
        // The listener saw a random port; ours is the one to keep.
        dialer.Addresses.Candidates.ShouldBe(dialer.Addresses.Listening);
    }

    [Fact]
    public async Task ANewProtocolIsPushed()
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync(), await hosts.StartAsync());
        var pushed = new TaskCompletionSource();
        dialer.PeerIdentified += (_, message) =>
        {
            if (message.Protocols.Contains("/new/1"))
            {
                pushed.TrySetResult();
            }
        };
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        await connection.IdentifyDone.WaitAsync(TestHosts.Patience);
        await listener.Connections.Single().IdentifyDone.WaitAsync(TestHosts.Patience);
        listener.Handle("/new/1", (_, _, _) => Task.CompletedTask);
        await pushed.Task.WaitAsync(TestHosts.Patience);
    }

    [Fact]
    public async Task PingMeasuresARoundTrip()
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync(listen: false), await hosts.StartAsync());
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        (await connection.PingAsync(TimeProvider.System, TestHosts.Deadline)).ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public async Task AnUnknownProtocolIsRefusedAndTheConnectionLives()
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync(listen: false), await hosts.StartAsync());
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        (await Should.ThrowAsync<IOException>(connection.OpenStreamAsync(["/nobody/1"], TestHosts.Deadline).AsTask())).Message.ShouldContain("NoneInCommon");
        (await connection.PingAsync(TimeProvider.System, TestHosts.Deadline)).ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public async Task BlockingAPeerClosesItsConnectionAndKeepsItOut()
    {
        await using var hosts = new TestHosts();
        var gate = PeerListGate.Except();
        var (dialer, listener) = (await hosts.StartAsync(listen: false), await hosts.StartAsync(configure: builder => builder.Gate(gate)));
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        gate.Add(dialer.PeerId);
        await connection.Closed.WaitAsync(TestHosts.Patience);
        var again = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        await again.Closed.WaitAsync(TestHosts.Patience);
        await Should.ThrowAsync<IOException>(listener.ConnectAsync(dialer.PeerId, [Multiaddr.Parse("/memory/77")], TestHosts.Deadline));
    }

    [Fact]
    public async Task OnlyListedPeersMayCome()
    {
        await using var hosts = new TestHosts();
        var gate = PeerListGate.Only();
        var (dialer, listener) = (await hosts.StartAsync(listen: false), await hosts.StartAsync(configure: builder => builder.Gate(gate)));
        var refused = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        await refused.Closed.WaitAsync(TestHosts.Patience);
        gate.Add(dialer.PeerId);
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        (await connection.PingAsync(TimeProvider.System, TestHosts.Deadline)).ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public async Task LimitsPerPeerAndInTotalHold()
    {
        await using var hosts = new TestHosts();
        var listener = await hosts.StartAsync(configure: builder => builder.Options = builder.Options with { Limits = new ConnectionLimits { EstablishedInbound = 3 } });
        for (var i = 0; i < 5; i++)
        {
            var dialer = await hosts.StartAsync(listen: false);
            try
            {
                var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
                if (i >= 3)
                {
                    await connection.Closed.WaitAsync(TestHosts.Patience);
                }
                else
                {
                    // The dialer is ready a moment before the listener; the next one must not overtake it.
                    SpinWait.SpinUntil(() => listener.Accountant.Counts == (0, 0, i + 1, 0), TestHosts.Patience).ShouldBeTrue();
                }
            }
            catch (IOException) when (i >= 3)
            {
                // Refused before the handshake: as good.
            }
        }

        // The dialer learns that it is refused a moment before the listener has cleared its slot away.
        SpinWait.SpinUntil(() => listener.Accountant.Counts == (0, 0, 3, 0), TestHosts.Patience);
        listener.Accountant.Counts.ShouldBe((0, 0, 3, 0));
        listener.Connections.Count.ShouldBe(3);
    }

    [Fact]
    public async Task IdleConnectionsAreClosedUnlessKept()
    {
        var clock = new ManualClock();
        await using var hosts = new TestHosts();
        void Configure(Libp2pHostBuilder builder) => builder.Time = clock;
        var (dialer, listener) = (await hosts.StartAsync(listen: false, configure: Configure), await hosts.StartAsync(configure: Configure));
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        await connection.IdentifyDone.WaitAsync(TestHosts.Patience);
        while (listener.Connections.Count == 0)
        {
            await Task.Yield();
        }

        await listener.Connections.Single().IdentifyDone.WaitAsync(TestHosts.Patience);
        using (listener.Connections.Single().KeepAlive())
        using (connection.KeepAlive())
        {
            clock.Advance(TimeSpan.FromSeconds(90));
            connection.Closed.IsCompleted.ShouldBeFalse();
        }

        while (connection.StreamCount > 0 || listener.Connections.Single().StreamCount > 0)
        {
            await Task.Yield();
        }

        for (var i = 0; i < 10 && !connection.Closed.IsCompleted; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        await connection.Closed.WaitAsync(TestHosts.Patience);
    }

    [Fact]
    public async Task ConcurrentDialsToOnePeerMakeOneConnection()
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync("tcp", listen: false), await hosts.StartAsync("tcp"));
        var address = TestHosts.AddressOf(listener);
        var connections = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => dialer.ConnectAsync(address, TestHosts.Deadline)));
        connections.Distinct().Count().ShouldBe(1);
        await connections[0].PingAsync(TimeProvider.System, TestHosts.Deadline);
        listener.Connections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ADomainNameIsResolved()
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync("tcp", listen: false), await hosts.StartAsync("tcp"));
        listener.Addresses.Listening[0].TryGetEndPoint(MultiaddrProtocol.Tcp, out var endPoint).ShouldBeTrue();
        var connection = await dialer.ConnectAsync(Multiaddr.Parse($"/dns4/localhost/tcp/{endPoint.Port}/p2p/{listener.PeerId}"), TestHosts.Deadline);
        connection.RemotePeer.ShouldBe(listener.PeerId);
    }

    [Fact]
    public async Task AnUnreachableAddressSaysSo()
    {
        await using var hosts = new TestHosts();
        var dialer = await hosts.StartAsync("tcp", listen: false);
        var failure = await Should.ThrowAsync<IOException>(dialer.ConnectAsync(Multiaddr.Parse("/ip4/127.0.0.1/tcp/1"), TestHosts.Deadline));
        failure.Message.ShouldContain("/ip4/127.0.0.1/tcp/1");
        await Should.ThrowAsync<IOException>(dialer.ConnectAsync(Multiaddr.Parse("/ip4/127.0.0.1/udp/1/quic-v1"), TestHosts.Deadline));
    }

    [Fact]
    public async Task APrivateNetworkLetsOnlyMembersIn()
    {
        PreSharedKey.TryParse(new string('a', 64), out var key).ShouldBeTrue();
        PreSharedKey.TryParse(new string('b', 64), out var other).ShouldBeTrue();
        await using var hosts = new TestHosts();
        Action<Libp2pHostBuilder> With(PreSharedKey? psk) => builder =>
            builder.Upgrade = builder.Upgrade with { PrivateNetwork = psk, Timeout = TimeSpan.FromSeconds(2) };
        var listener = await hosts.StartAsync("tcp", With(key));
        var member = await hosts.StartAsync("tcp", With(key), listen: false);
        var stranger = await hosts.StartAsync("tcp", With(other), listen: false);
        var connection = await member.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        (await connection.PingAsync(TimeProvider.System, TestHosts.Deadline)).ShouldBeGreaterThan(TimeSpan.Zero);
        await Should.ThrowAsync<IOException>(stranger.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline));
        key.ToString().ShouldNotContain("aaaa");
    }
}
