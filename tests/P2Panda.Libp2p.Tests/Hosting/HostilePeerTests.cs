using System.Net;
using System.Net.Sockets;
using P2Panda.Libp2p.Negotiation;
using P2Panda.Libp2p.Protocols.Identify;
using P2Panda.Libp2p.Tests.Support;

namespace P2Panda.Libp2p.Tests.Hosting;

/// <summary>Hostile peers against a whole host.</summary>
public sealed class HostilePeerTests
{
    public static TheoryData<string> SlowBytes => new()
    {
        "", // says nothing
        "13", // one byte of the header
        Convert.ToHexString(Multistream.LazyProposal("/noise")), // no first message
        Convert.ToHexString(Multistream.LazyProposal("/noise")) + "0020" + new string('0', 20), // half of it
        Convert.ToHexString(Multistream.LazyProposal("/tls/1.0.0")) + "1603010100", // the beginning of a ClientHello
    };

    [Theory]
    [MemberData(nameof(SlowBytes))]
    public async Task ASlowHandshakeIsGivenUpAndItsPlaceFreed(string hex)
    {
        var clock = new ManualClock();
        await using var hosts = new TestHosts();
        var listener = await hosts.StartAsync("tcp", builder => builder.Time = clock);
        listener.Addresses.Listening[0].TryGetEndPoint(MultiaddrProtocol.Tcp, out var endPoint).ShouldBeTrue();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint);
        await socket.SendAsync(Convert.FromHexString(hex));
        await UntilAsync(() => listener.Accountant.Counts.PendingIn == 1);
        // One byte a second does not prolong it: one deadline covers the whole handshake.
        clock.Advance(TimeSpan.FromSeconds(11));
        await UntilAsync(() => listener.Accountant.Counts.PendingIn == 0);
        await DrainAsync(socket);
    }

    [Fact]
    public async Task HandshakesBeyondTheLimitAreDroppedWithoutAWord()
    {
        await using var hosts = new TestHosts();
        var listener = await hosts.StartAsync("tcp", builder => builder.Options = builder.Options with { Limits = ConnectionLimits.Aquadoggo });
        listener.Addresses.Listening[0].TryGetEndPoint(MultiaddrProtocol.Tcp, out var endPoint).ShouldBeTrue();
        var sockets = new List<Socket>();
        for (var i = 0; i < 8; i++)
        {
            sockets.Add(await ConnectAsync(endPoint));
        }

        await UntilAsync(() => listener.Accountant.Counts.PendingIn == 8);
        using var ninth = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await ninth.ConnectAsync(endPoint);
            (await DrainAsync(ninth)).ShouldBe(0);
        }
        catch (SocketException)
        {
            // Dropped so soon that connecting already fails.
        }

        listener.Accountant.Counts.PendingIn.ShouldBe(8);
        sockets.ForEach(socket => socket.Dispose());
        await UntilAsync(() => listener.Accountant.Counts.PendingIn == 0);
    }

    [Fact]
    public async Task GiantLengthsAreRefusedOnEveryProtocol()
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync(listen: false), await hosts.StartAsync());
        var results = new List<FrameResult>();
        var done = new TaskCompletionSource();
        listener.Handle("/framed/1", async (stream, _, cancellation) =>
        {
            results.Add((await stream.ReadMessageAsync(4096, cancellation)).Result);
            done.SetResult();
        });
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        await using var stream = await connection.OpenStreamAsync(["/framed/1"], TestHosts.Deadline);
        var prefix = new byte[9];
        await stream.WriteAsync(prefix.AsMemory(0, VarInt.Write(prefix, 1UL << 40)), TestHosts.Deadline);
        await done.Task.WaitAsync(TestHosts.Patience);
        results.ShouldBe([FrameResult.TooLong]);

        // An identify push that never ends its junk is cut off and changes nothing.
        await using var push = await connection.OpenStreamAsync([IdentifyService.PushProtocolId], TestHosts.Deadline);
        await push.WriteAsync(prefix.AsMemory(0, VarInt.Write(prefix, 1UL << 40)), TestHosts.Deadline);
        (await push.ReadAsync(new byte[1].AsMemory(), TestHosts.Deadline)).ShouldBe(0);
        (await connection.PingAsync(TimeProvider.System, TestHosts.Deadline)).ShouldBeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public async Task AnIdentifyPushWithSomebodyElsesKeyOrRecordChangesNothing()
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync(listen: false), await hosts.StartAsync());
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        await UntilAsync(() => listener.Connections.Count == 1);
        await listener.Connections.Single().IdentifyDone.WaitAsync(TestHosts.Patience);
        var before = listener.Connections.Single().Identified;
        var victim = KeyPair.Generate();
        var foreign = new IdentifyMessage { PublicKey = victim.PublicKey, Protocols = ["/evil/1"] };
        await PushAsync(connection, foreign);
        listener.Connections.Single().Identified.ShouldBe(before);

        var record = PeerRecord.Seal(victim, 1, [Multiaddr.Parse("/ip4/6.6.6.6/tcp/6")], PeerRecordForm.Standard).Encode();
        await PushAsync(connection, new IdentifyMessage { SignedPeerRecord = record });
        listener.AddressBook.Get(victim.PeerId).ShouldBeEmpty();
    }

    [Fact]
    public async Task AStreamThatNeverNegotiatesIsReset()
    {
        var clock = new ManualClock();
        await using var hosts = new TestHosts();
        void Configure(Libp2pHostBuilder builder) => builder.Time = clock;
        var (dialer, listener) = (await hosts.StartAsync(listen: false, configure: Configure), await hosts.StartAsync(configure: Configure));
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        await connection.IdentifyDone.WaitAsync(TestHosts.Patience);
        await UntilAsync(() => listener.Connections.Count == 1);
        await listener.Connections.Single().IdentifyDone.WaitAsync(TestHosts.Patience);
        await UntilAsync(() => listener.Connections.Single().StreamCount == 0);
        var raw = await connection.Muxed.OpenStreamAsync(TestHosts.Deadline);
        await raw.WriteAsync(new byte[] { 0x13 }, TestHosts.Deadline);
        await UntilAsync(() => listener.Connections.Single().StreamCount == 1);
        clock.Advance(TimeSpan.FromSeconds(11));
        await UntilAsync(() => listener.Connections.Single().StreamCount == 0);
        await Should.ThrowAsync<IOException>(raw.ReadExactlyAsync(new byte[1], TestHosts.Deadline).AsTask());
    }

    [Fact]
    public async Task AReaderThatStallsOneStreamDoesNotHoldUpOthers()
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync("tcp", listen: false), await hosts.StartAsync("tcp"));
        var never = new TaskCompletionSource();
        listener.Handle("/stall/1", (_, _, cancellation) => never.Task.WaitAsync(cancellation));
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        await using var stalled = await connection.OpenStreamAsync(["/stall/1"], TestHosts.Deadline);
        var writing = stalled.WriteAsync(new byte[4 << 20], TestHosts.Deadline).AsTask();
        for (var i = 0; i < 20; i++)
        {
            (await connection.PingAsync(TimeProvider.System, TestHosts.Deadline)).ShouldBeGreaterThan(TimeSpan.Zero);
        }

        writing.IsCompleted.ShouldBeFalse("window and send buffer bound what a stalled stream holds");
        never.SetResult();
        stalled.Reset();
        await Should.ThrowAsync<IOException>(writing);
    }

    [Fact]
    public async Task TenThousandStreamsOpenedAndDroppedLeaveNothingBehind()
    {
        await using var hosts = new TestHosts();
        var (dialer, listener) = (await hosts.StartAsync(listen: false), await hosts.StartAsync());
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(listener), TestHosts.Deadline);
        for (var i = 0; i < 10_000; i++)
        {
            var stream = await connection.Muxed.OpenStreamAsync(TestHosts.Deadline);
            await stream.WriteAsync(Multistream.LazyProposal(TestHosts.Echo), TestHosts.Deadline);
            stream.Reset();
            if (i % 100 == 99)
            {
                // More at once than a peer takes in is a flood, which ends the connection; this is about leaks.
                await connection.PingAsync(TimeProvider.System, TestHosts.Deadline);
            }
        }

        (await connection.PingAsync(TimeProvider.System, TestHosts.Deadline)).ShouldBeGreaterThan(TimeSpan.Zero);
        var far = listener.Connections.Single();
        await UntilAsync(() => far.StreamCount == 0 && ((P2Panda.Libp2p.Muxing.Yamux.YamuxConnection)far.Muxed).Session.OpenStreams == 0);
    }

    private static async Task PushAsync(Connection connection, IdentifyMessage message)
    {
        await using var push = await connection.OpenStreamAsync([IdentifyService.PushProtocolId], TestHosts.Deadline);
        await push.WriteMessageAsync(message.Encode(), TestHosts.Deadline);
        await push.CompleteWritesAsync(TestHosts.Deadline);
        (await push.ReadAsync(new byte[1].AsMemory(), TestHosts.Deadline)).ShouldBe(0);
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint endPoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint);
        return socket;
    }

    private static async Task<int> DrainAsync(Socket socket)
    {
        var total = 0;
        try
        {
            while (await socket.ReceiveAsync(new byte[1000], TestHosts.Deadline) is > 0 and var read)
            {
                total += read;
            }
        }
        catch (SocketException)
        {
            // A reset is as good an end as any.
        }

        return total;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = TestHosts.Deadline;
        while (!condition())
        {
            deadline.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
