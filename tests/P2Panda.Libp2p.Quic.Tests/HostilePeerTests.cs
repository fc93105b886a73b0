using System.Net;
using P2Panda.Libp2p.Quic.Engine;
using P2Panda.Libp2p.Quic.Native;
using P2Panda.Libp2p.Quic.Tests.Support;

namespace P2Panda.Libp2p.Quic.Tests;

/// <summary>What a stranger can make us hold or send, and that it is bounded.</summary>
public sealed class HostilePeerTests : IDisposable
{
    private const string ListenerAddress = "10.0.0.1:4001";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly DatagramNetwork _network = new();

    public void Dispose() => _network.Dispose();

    [Fact]
    public void A_flood_of_garbage_leaves_nothing_behind_and_gets_few_answers()
    {
        var listener = _network.Open(ListenerAddress, 1);
        var (dialed, _) = _network.Connect(_network.Open("10.0.0.2:1", 2), listener);
        var before = listener.Engine.RouteCount;
        var random = new Random(1);
        var sink = (TestSink)listener.Engine.Sink!;
        for (var i = 0; i < 20_000; i++)
        {
            var datagram = new byte[random.Next(1, 1500)];
            random.NextBytes(datagram);
            if (i % 2 == 0)
            {
                datagram[0] |= 0xC0;   // a long header of version 1 whose type is Initial as often as not
                if (datagram.Length > 6)
                {
                    (datagram[1], datagram[2], datagram[3], datagram[4]) = (0, 0, 0, 1);
                    datagram[5] = (byte)random.Next(21);
                }
            }

            _network.Post(Stranger(i), listener.Address, datagram);
        }

        _network.RunFor(TimeSpan.FromMilliseconds(100));
        listener.Engine.ConnectionCount.ShouldBe(1);
        listener.Engine.RouteCount.ShouldBe(before);
        listener.Engine.Admission.Pending.ShouldBe(0);
        listener.Engine.Admission.Addresses.ShouldBe(1);
        listener.Engine.StatelessRepliesSent.ShouldBeLessThanOrEqualTo(4 * (new QuicOptions().StatelessRepliesPerSecond + 1));
        listener.Engine.Drops(DropReason.ReplyBudgetSpent).ShouldBeGreaterThan(0);
        SpinWait.SpinUntil(() => sink.Pending == 0, Deadlines.Test).ShouldBeTrue("refused handshakes are given back");
        dialed.Closed.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Handshakes_that_never_go_on_are_bounded_and_gone_after_the_timeout()
    {
        var options = new QuicOptions { MaxPendingHandshakes = 40, RetryFromPendingHandshakes = 40 };
        var listener = _network.Open(ListenerAddress, 1, options);
        listener.Engine.Sink = new TestSink();
        PostInitials(listener, count: 100, index => Stranger(index));
        listener.Engine.ConnectionCount.ShouldBe(40);
        listener.Engine.Admission.Pending.ShouldBe(40);
        listener.Engine.Drops(DropReason.TooManyHandshakes).ShouldBe(60);
        _network.RunFor(options.HandshakeTimeout);
        listener.Engine.ConnectionCount.ShouldBe(0);
        listener.Engine.RouteCount.ShouldBe(0);
        listener.Engine.Admission.Addresses.ShouldBe(0);
    }

    [Fact]
    public void Under_load_newcomers_must_prove_their_address_and_honest_ones_do()
    {
        var options = new QuicOptions { RetryFromPendingHandshakes = 8 };
        var listener = _network.Open(ListenerAddress, 1, options);
        listener.Engine.Sink = new TestSink();
        PostInitials(listener, count: 60, index => Stranger(index));
        listener.Engine.ConnectionCount.ShouldBe(8);
        listener.Engine.StatelessRepliesSent.ShouldBe(52);
        var (dialed, accepted) = _network.Connect(_network.Open("10.0.0.2:1", 2), listener);
        listener.Engine.StatelessRepliesSent.ShouldBe(53);
        dialed.RemotePeer.ShouldBe(listener.Key.PeerId);
        accepted.RemotePeer.ShouldNotBeNull();
    }

    [Fact]
    public void More_handshakes_per_second_than_allowed_need_a_retry()
    {
        var listener = _network.Open(ListenerAddress, 1, new QuicOptions { HandshakesPerSecond = 5 });
        listener.Engine.Sink = new TestSink();
        PostInitials(listener, count: 20, index => Stranger(index));
        listener.Engine.ConnectionCount.ShouldBe(5);
        listener.Engine.StatelessRepliesSent.ShouldBe(15);
    }

    [Fact]
    public void One_address_cannot_take_all_handshakes()
    {
        var options = new QuicOptions { MaxPendingHandshakesPerAddress = 4 };
        var listener = _network.Open(ListenerAddress, 1, options);
        listener.Engine.Sink = new TestSink();
        PostInitials(listener, count: 20, index => NativeAddress.From(new IPEndPoint(IPAddress.Parse("192.0.2.9"), 1000 + index)));
        listener.Engine.Admission.Pending.ShouldBe(4);
        listener.Engine.Drops(DropReason.TooManyHandshakesFromAddress).ShouldBe(16);
        PostInitials(listener, count: 1, _ => NativeAddress.From(new IPEndPoint(IPAddress.Parse("192.0.2.10"), 1)));
        listener.Engine.Admission.Pending.ShouldBe(5);
    }

    [Fact]
    public void One_IPv6_prefix_counts_as_one_address()
    {
        var first = NativeAddress.From(IPEndPoint.Parse("[2001:db8:1:200::1]:1"));
        NativeAddress.From(IPEndPoint.Parse("[2001:db8:1:2ff:8::9]:2")).Prefix.ShouldBe(first.Prefix);
        NativeAddress.From(IPEndPoint.Parse("[2001:db8:1:300::1]:1")).Prefix.ShouldNotBe(first.Prefix);
    }

    [Fact]
    public void Connections_per_address_and_in_all_are_bounded()
    {
        var options = new QuicOptions { MaxInboundConnectionsPerAddress = 3, MaxInboundConnections = 5 };
        var listener = _network.Open(ListenerAddress, 1, options);
        var dialer = _network.Open("10.0.0.2:1", 2);
        for (var i = 0; i < 3; i++)
        {
            _network.Connect(dialer, listener);
        }

        var refused = dialer.Engine.Connect(listener.Address, null);
        _network.RunUntil(() => refused.Closed.IsCompleted);
        listener.Engine.Drops(DropReason.TooManyConnectionsFromAddress).ShouldBeGreaterThan(0);
        _network.Connect(_network.Open("10.0.0.3:1", 3), listener);
        _network.Connect(_network.Open("10.0.0.4:1", 4), listener);
        var another = _network.Open("10.0.0.5:1", 5).Engine.Connect(listener.Address, null);
        _network.RunUntil(() => another.Closed.IsCompleted);
        listener.Engine.Drops(DropReason.TooManyConnections).ShouldBeGreaterThan(0);
        listener.Engine.ConnectionCount.ShouldBe(5);
    }

    [Fact]
    public async Task Data_that_nobody_reads_stops_at_the_windows()
    {
        var options = new QuicOptions { StreamWindow = 200_000, ConnectionWindow = 300_000 };
        var listener = _network.Open(ListenerAddress, 1, options);
        var (dialed, accepted) = _network.Connect(_network.Open("10.0.0.2:1", 2), listener);
        var streams = new List<MuxedStream>();
        var writers = new List<Task>();
        var written = 0L;
        for (var i = 0; i < 3; i++)
        {
            // Two of the three can fill the connection's window: the third has to be on its way before.
            var stream = await dialed.OpenStreamAsync(None);
            await stream.WriteAsync(new byte[1000]);
            written += 1000;
            _network.RunFor(TimeSpan.FromMilliseconds(50));
            streams.Add(stream);
        }

        foreach (var stream in streams)
        {
            writers.Add(Task.Run(async () =>
            {
                for (; ; )
                {
                    await stream.WriteAsync(new byte[10_000]);
                    Interlocked.Add(ref written, 10_000);
                }
            }));
        }

        // Until the writers stand still: everything the windows and the send buffers take is taken. Writers that have not had a turn yet
        // stand still too, so the windows must be full.
        using var deadline = new CancellationTokenSource(Deadlines.Test);
        for (var last = -1L; last != Interlocked.Read(ref written) || last < options.ConnectionWindow;)
        {
            deadline.Token.ThrowIfCancellationRequested();
            last = Interlocked.Read(ref written);
            for (var i = 0; i < 200; i++)
            {
                _network.RunFor(TimeSpan.FromMilliseconds(5));
                await Task.Yield();
            }
        }

        written.ShouldBeLessThanOrEqualTo(options.ConnectionWindow + (3L * new QuicOptions().StreamSendBuffer));
        var unread = 0L;
        for (var i = 0; i < 3; i++)
        {
            var stream = (await accepted.AcceptStreamAsync(None))!;
            stream.Input.TryRead(out var result).ShouldBeTrue();
            result.Buffer.Length.ShouldBeLessThanOrEqualTo(options.StreamWindow);
            unread += result.Buffer.Length;
            stream.Input.AdvanceTo(result.Buffer.Start);
        }

        unread.ShouldBeInRange(options.ConnectionWindow - 2000, options.ConnectionWindow);
        await dialed.CloseAsync(ConnectionCloseReason.Normal);
        foreach (var writer in writers)
        {
            await Should.ThrowAsync<StreamResetException>(writer.WaitAsync(Deadlines.Test));
        }
    }

    [Fact]
    public async Task Ended_streams_that_nobody_reads_hold_their_credit()
    {
        var options = new QuicOptions { StreamWindow = 100_000, ConnectionWindow = 250_000 };
        var listener = _network.Open(ListenerAddress, 1, options);
        var (dialed, accepted) = _network.Connect(_network.Open("10.0.0.2:1", 2), listener);
        for (var i = 0; i < 10; i++)
        {
            var stream = await dialed.OpenStreamAsync(None);
            await stream.WriteAsync(new byte[90_000]);
            await stream.CompleteWritesAsync();
        }

        _network.RunFor(TimeSpan.FromSeconds(1));
        var unread = 0L;
        var streams = new List<MuxedStream>();
        for (var i = 0; i < 3; i++)
        {
            var stream = (await accepted.AcceptStreamAsync(None))!;
            streams.Add(stream);
            if (stream.Input.TryRead(out var result))
            {
                unread += result.Buffer.Length;
                stream.Input.AdvanceTo(result.Buffer.Start);
            }
        }

        unread.ShouldBeLessThanOrEqualTo(options.ConnectionWindow);

        // Dropped unread, they give it back, and the rest arrives.
        foreach (var stream in streams)
        {
            await stream.DisposeAsync();
        }

        var reads = new List<Task>();
        for (var i = 3; i < 10; i++)
        {
            var stream = (await _network.RunUntilAsync(accepted.AcceptStreamAsync(None).AsTask()))!;
            reads.Add(stream.ReadExactlyAsync(new byte[90_000]).AsTask());
        }

        await _network.RunUntilAsync(Task.WhenAll(reads));
    }

    [Fact]
    public async Task A_peer_cannot_open_more_streams_than_allowed_and_closed_ones_leave_nothing()
    {
        var listener = _network.Open(ListenerAddress, 1, new QuicOptions { MaxInboundStreams = 10 });
        var (dialed, accepted) = _network.Connect(_network.Open("10.0.0.2:1", 2), listener);
        var open = new List<MuxedStream>();
        for (var i = 0; i < 10; i++)
        {
            open.Add(await dialed.OpenStreamAsync(None));
            await open[i].WriteAsync(new byte[1]);
        }

        var eleventh = dialed.OpenStreamAsync(None).AsTask();
        _network.RunFor(TimeSpan.FromSeconds(1));
        eleventh.IsCompleted.ShouldBeFalse();
        open[0].Reset();
        await (await accepted.AcceptStreamAsync(None))!.DisposeAsync();
        await _network.RunUntilAsync(eleventh);
        open[0] = await eleventh;
        for (var i = 0; i < 2000; i++)
        {
            open[i % 10].Reset();
            var accepting = accepted.AcceptStreamAsync(None).AsTask();
            await _network.RunUntilAsync(accepting);
            await (await accepting)!.DisposeAsync();
            var opening = dialed.OpenStreamAsync(None).AsTask();
            await _network.RunUntilAsync(opening);
            open[i % 10] = await opening;
            await open[i % 10].WriteAsync(new byte[1]);
        }

        _network.RunFor(TimeSpan.FromSeconds(1));
        ((QuicConnection)accepted).StreamCount.ShouldBeLessThanOrEqualTo(10);
        dialed.StreamCount.ShouldBeLessThanOrEqualTo(10);
    }

    [Fact]
    public async Task Late_datagrams_to_a_closed_connection_are_answered_ever_more_rarely()
    {
        var listener = _network.Open(ListenerAddress, 1);
        var dialer = _network.Open("10.0.0.2:1", 2);
        var (dialed, accepted) = _network.Connect(dialer, listener);
        byte[]? late = null;
        dialer.Outbound = datagram =>
        {
            late = datagram;
            return false;   // the goodbye must not arrive either
        };
        await using var stream = await dialed.OpenStreamAsync(None);
        await stream.WriteAsync(new byte[100]);
        _network.RunFor(TimeSpan.FromMilliseconds(50));
        await accepted.CloseAsync(ConnectionCloseReason.Normal);
        listener.Engine.ClosedCount.ShouldBeGreaterThan(0);
        var sent = listener.Sent;
        for (var i = 0; i < 1000; i++)
        {
            _network.Post(dialer.Address, listener.Address, late!);
        }

        _network.RunFor(TimeSpan.FromMilliseconds(50));
        (listener.Sent - sent).ShouldBe(10);   // after the 1st, 2nd, 4th … 512th
        sent = listener.Sent;
        _network.Post(Stranger(1), listener.Address, late!);
        _network.RunFor(TimeSpan.FromMilliseconds(50));
        listener.Sent.ShouldBe(sent, "nobody else is told");
    }

    [Fact]
    public void The_memory_of_closed_connections_is_bounded()
    {
        var closed = new ClosedConnections(capacity: 10);
        var remote = Stranger(1);
        for (ulong i = 0; i < 100; i++)
        {
            closed.Add([new ConnectionId(i, 0, 0, 8)], [1], remote, until: 1000);
        }

        closed.Count.ShouldBe(10);
        closed.Matches(new ConnectionId(99, 0, 0, 8), remote, now: 1, out var answer).ShouldBeTrue();
        answer.ShouldNotBeNull();
        closed.Matches(new ConnectionId(89, 0, 0, 8), remote, now: 1, out _).ShouldBeFalse();
        closed.Matches(new ConnectionId(99, 0, 0, 8), remote, now: 1000, out _).ShouldBeFalse();
        closed.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_peer_that_moves_all_the_time_keeps_its_connection_and_costs_a_bounded_number_of_ids()
    {
        var listener = _network.Open(ListenerAddress, 1);
        var dialer = _network.Open("10.0.0.2:1", 2);
        var (dialed, accepted) = _network.Connect(dialer, listener);
        await using var stream = await dialed.OpenStreamAsync(None);
        await stream.WriteAsync(new byte[1]);
        await using var theirs = await _network.RunUntilAsync(accepted.AcceptStreamAsync(None).AsTask()).ContinueWith(task => task.Result!);
        for (var i = 0; i < 100; i++)
        {
            dialer.Visible = NativeAddress.From(new IPEndPoint(IPAddress.Parse("10.0.0.2"), 1000 + i));
            await stream.WriteAsync(new byte[10]);
            _network.RunFor(TimeSpan.FromMilliseconds(300));
            ((QuicConnection)accepted).Ids.Count.ShouldBeLessThanOrEqualTo(12);
            listener.Engine.RouteCount.ShouldBeLessThanOrEqualTo(12);
        }

        var received = new byte[1001];
        await _network.RunUntilAsync(theirs.ReadExactlyAsync(received).AsTask());
    }

    [Fact]
    public async Task A_peer_without_certificate_is_refused()
    {
        var listener = _network.Open(ListenerAddress, 1);
        var sink = new TestSink();
        listener.Engine.Sink = sink;
        var dialed = _network.Open("10.0.0.2:1", 2, withCertificate: false).Engine.Connect(listener.Address, listener.Key.PeerId);
        _network.RunUntil(() => dialed.Closed.IsCompleted);
        dialed.Established.IsFaulted.ShouldBeTrue();
        (await dialed.Closed.WaitAsync(Deadlines.Test)).ShouldContain("TLS alert");
        listener.Engine.ConnectionCount.ShouldBe(0);
    }

    [Fact]
    public async Task An_exception_in_a_callback_closes_the_connection_and_nothing_else()
    {
        var listener = _network.Open(ListenerAddress, 1);
        var sink = new TestSink();
        listener.Engine.Sink = sink;
        var (other, _) = _network.Connect(_network.Open("10.0.0.3:1", 3), listener);
        _network.Time.IsCalendarBroken = true;
        var dialed = _network.Open("10.0.0.2:1", 2).Engine.Connect(listener.Address, listener.Key.PeerId);
        _network.RunUntil(() => dialed.Closed.IsCompleted);
        (await dialed.Closed.WaitAsync(Deadlines.Test)).ShouldContain("alert");
        _network.Time.IsCalendarBroken = false;
        _network.RunFor(TimeSpan.FromSeconds(20));
        listener.Engine.ConnectionCount.ShouldBe(1);
        await using var stream = await other.OpenStreamAsync(None);
        await stream.WriteAsync(new byte[1]);
    }

    private static NativeAddress Stranger(int index) => NativeAddress.From(new IPEndPoint(new IPAddress([192, 0, (byte)(index >> 8), (byte)index]), 4001));

    /// <summary>First flights of dialers that never say anything more, from made-up addresses.</summary>
    private void PostInitials(MemoryPort listener, int count, Func<int, NativeAddress> from)
    {
        var initials = new List<byte[]>();
        var source = _network.Open("10.9.9.9:1", 9);
        source.Outbound = datagram =>
        {
            initials.Add(datagram);
            return false;
        };
        for (var i = 0; i < count; i++)
        {
            source.Engine.Connect(listener.Address, null);
        }

        initials.Count.ShouldBe(count);
        _network.Close(source);
        for (var i = 0; i < count; i++)
        {
            _network.Post(from(i), listener.Address, initials[i]);
        }

        _network.RunFor(TimeSpan.FromMilliseconds(10));
    }
}
