using P2Panda.Libp2p.Quic.Engine;
using P2Panda.Libp2p.Quic.Tests.Support;

namespace P2Panda.Libp2p.Quic.Tests;

/// <summary>The engine over a network in memory, in virtual time.</summary>
public sealed class EngineTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly DatagramNetwork _network = new();

    public void Dispose() => _network.Dispose();

    [Fact]
    public void Keep_alive_holds_an_idle_connection_for_hours()
    {
        var (dialed, accepted) = _network.Connect(_network.Open("10.0.0.2:1", 2), _network.Open("10.0.0.1:1", 1));
        _network.RunFor(TimeSpan.FromHours(3));
        dialed.Closed.IsCompleted.ShouldBeFalse();
        accepted.Closed.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_silent_connection_ends_after_the_idle_timeout()
    {
        var options = new QuicOptions { KeepAlive = TimeSpan.Zero };
        var (dialed, accepted) = _network.Connect(_network.Open("10.0.0.2:1", 2, options), _network.Open("10.0.0.1:1", 1, options));
        _network.RunFor(options.IdleTimeout - TimeSpan.FromSeconds(1));
        dialed.Closed.IsCompleted.ShouldBeFalse();
        _network.RunFor(TimeSpan.FromSeconds(2));
        (await dialed.Closed.WaitAsync(Deadlines.Test)).ShouldBe("idle for too long");
        (await accepted.Closed.WaitAsync(Deadlines.Test)).ShouldBe("idle for too long");
    }

    [Fact]
    public async Task A_peer_that_vanished_is_noticed_in_spite_of_keep_alive()
    {
        var listener = _network.Open("10.0.0.1:1", 1);
        var (dialed, _) = _network.Connect(_network.Open("10.0.0.2:1", 2), listener);
        _network.Kill(listener);
        _network.RunFor(TimeSpan.FromSeconds(20));
        (await dialed.Closed.WaitAsync(Deadlines.Test)).ShouldBe("idle for too long");
    }

    [Fact]
    public async Task A_listener_that_restarted_resets_old_connections_at_their_first_word()
    {
        var listener = _network.Open("10.0.0.1:1", 1);
        var (dialed, _) = _network.Connect(_network.Open("10.0.0.2:1", 2), listener);
        _network.Kill(listener);
        _network.Open("10.0.0.1:1", 1);
        await using var stream = await dialed.OpenStreamAsync(None);
        await stream.WriteAsync(new byte[500]);
        var before = _network.Time.Elapsed;
        _network.RunUntil(() => dialed.Closed.IsCompleted);
        (_network.Time.Elapsed - before).ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Bytes_survive_a_lossy_network()
    {
        _network.Loss = 0.05;
        var (dialed, accepted) = _network.Connect(_network.Open("10.0.0.2:1", 2), _network.Open("10.0.0.1:1", 1));
        var data = new byte[300_000];
        new Random(7).NextBytes(data);
        var mine = await dialed.OpenStreamAsync(None);
        var writing = mine.WriteAsync(data).AsTask().ContinueWith(_ => mine.CompleteWritesAsync().AsTask()).Unwrap();
        var theirs = await _network.RunUntilAsync(accepted.AcceptStreamAsync(None).AsTask());
        using var received = new MemoryStream();
        await _network.RunUntilAsync(theirs!.CopyToAsync(received));
        await writing;
        received.ToArray().ShouldBe(data);
    }

    [Fact]
    public void An_unknown_version_is_told_ours_and_a_short_datagram_is_not_answered()
    {
        var listener = _network.Open("10.0.0.1:1", 1);
        listener.Engine.Sink = new TestSink();
        var stranger = _network.Open("10.0.0.2:1", 2);
        byte[]? initial = null;
        stranger.Outbound = datagram =>
        {
            initial = datagram;
            return false;
        };
        stranger.Engine.Connect(listener.Address, null);
        initial!.AsSpan(1, 4).Fill(0x1A);
        byte[]? answer = null;
        listener.Outbound = datagram =>
        {
            answer = datagram;
            return true;
        };
        _network.Post(stranger.Address, listener.Address, initial!);
        _network.RunFor(TimeSpan.FromMilliseconds(10));
        answer.ShouldNotBeNull();
        answer[1..5].ShouldBe(new byte[4]);
        answer[^4..].ShouldBe([0, 0, 0, 1]);
        answer = null;
        _network.Post(stranger.Address, listener.Address, initial![..1199]);
        _network.RunFor(TimeSpan.FromMilliseconds(10));
        answer.ShouldBeNull();
    }

    [Fact]
    public void Nobody_listening_means_no_answer_and_no_state()
    {
        var silent = _network.Open("10.0.0.1:1", 1);
        var dialed = _network.Open("10.0.0.2:1", 2).Engine.Connect(silent.Address, null);
        _network.RunUntil(() => dialed.Closed.IsCompleted);
        silent.Sent.ShouldBe(0);
        silent.Engine.Drops(DropReason.NotListening).ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Both_sides_dialing_each_other_at_once_makes_two_connections()
    {
        var (left, right) = (_network.Open("10.0.0.1:1", 1), _network.Open("10.0.0.2:1", 2));
        left.Engine.Sink = new TestSink();
        right.Engine.Sink = new TestSink();
        var toRight = left.Engine.Connect(right.Address, right.Key.PeerId);
        var toLeft = right.Engine.Connect(left.Address, left.Key.PeerId);
        _network.RunUntil(() => toRight.Established.IsCompletedSuccessfully && toLeft.Established.IsCompletedSuccessfully);
        left.Engine.ConnectionCount.ShouldBe(2);
    }

    [Fact]
    public async Task Disposing_says_goodbye()
    {
        var dialer = _network.Open("10.0.0.2:1", 2);
        var (_, accepted) = _network.Connect(dialer, _network.Open("10.0.0.1:1", 1));
        _network.Close(dialer);
        _network.RunFor(TimeSpan.FromMilliseconds(20));
        (await accepted.Closed.WaitAsync(Deadlines.Test)).ShouldContain("closed by the peer");
    }

    /// <summary>quinn under js-libp2p keeps a stream for good when it is told to stop before it finished, and grants no new ones then.</summary>
    [Fact]
    public async Task A_peer_that_finishes_after_we_closed_is_not_told_to_stop()
    {
        var (dialed, accepted) = _network.Connect(_network.Open("10.0.0.2:1", 2), _network.Open("10.0.0.1:1", 1));
        var mine = await dialed.OpenStreamAsync(None);
        await mine.WriteAsync(new byte[1]);
        var theirs = (await _network.RunUntilAsync(accepted.AcceptStreamAsync(None).AsTask()))!;
        await mine.DisposeAsync();
        _network.RunFor(TimeSpan.FromSeconds(1));
        await theirs.WriteAsync(new byte[60_000]);
        await theirs.CompleteWritesAsync();
        _network.RunFor(TimeSpan.FromMilliseconds(100));
        (await theirs.ReadAsync(new byte[2])).ShouldBe(1);
        (await theirs.ReadAsync(new byte[2])).ShouldBe(0);
        dialed.StreamCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_peer_that_does_not_finish_is_told_to_stop_after_two_seconds()
    {
        var (dialed, accepted) = _network.Connect(_network.Open("10.0.0.2:1", 2), _network.Open("10.0.0.1:1", 1));
        var mine = await dialed.OpenStreamAsync(None);
        await mine.WriteAsync(new byte[1]);
        var theirs = (await _network.RunUntilAsync(accepted.AcceptStreamAsync(None).AsTask()))!;
        await mine.DisposeAsync();
        _network.RunFor(TimeSpan.FromSeconds(1.9));
        dialed.StreamCount.ShouldBe(1);
        _network.RunFor(TimeSpan.FromSeconds(0.2));
        dialed.StreamCount.ShouldBe(0);
        await Should.ThrowAsync<StreamResetException>(theirs.WriteAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task A_peer_that_goes_on_and_on_after_we_closed_is_told_to_stop_at_once()
    {
        var (dialed, accepted) = _network.Connect(_network.Open("10.0.0.2:1", 2), _network.Open("10.0.0.1:1", 1));
        var mine = await dialed.OpenStreamAsync(None);
        await mine.WriteAsync(new byte[1]);
        var theirs = (await _network.RunUntilAsync(accepted.AcceptStreamAsync(None).AsTask()))!;
        await mine.DisposeAsync();
        await theirs.WriteAsync(new byte[70_000]);
        _network.RunFor(TimeSpan.FromMilliseconds(200));
        dialed.StreamCount.ShouldBe(0);
        await Should.ThrowAsync<StreamResetException>(theirs.WriteAsync(new byte[1]).AsTask());
    }

    [Fact]
    public void Deadlines_come_in_order_and_can_be_moved_and_removed()
    {
        var port = _network.Open("10.0.0.1:1", 1);
        var queue = new DeadlineQueue();
        var random = new Random(3);
        var connections = Enumerable.Range(0, 200).Select(_ => new QuicConnection(port.Engine, HandshakeRole.Dialer, port.Address, null, null)).ToList();
        foreach (var connection in connections.Concat(connections))
        {
            queue.Set(connection, (ulong)random.Next(1, 1000));
        }

        foreach (var connection in connections.Take(100))
        {
            queue.Remove(connection);
        }

        var expected = connections.Skip(100).Select(connection => connection.Deadline).Order().ToList();
        var actual = new List<ulong>();
        while (queue.FirstDue(QuicClock.Never) is { } due)
        {
            actual.Add(due.Deadline);
            queue.Remove(due);
        }

        actual.ShouldBe(expected);
        queue.Next.ShouldBe(QuicClock.Never);
        connections.ForEach(connection => connection.Release());
    }

    [Fact]
    public void A_token_bucket_gives_its_rate_and_a_burst_of_one_second()
    {
        var bucket = new TokenBucket(10);
        Enumerable.Range(0, 100).Count(_ => bucket.TryTake(5_000_000_000)).ShouldBe(10);
        bucket.TryTake(5_050_000_000).ShouldBeFalse();
        bucket.TryTake(5_100_000_000).ShouldBeTrue();
        bucket.TryTake(5_100_000_000).ShouldBeFalse();
    }

    [Fact]
    public void Options_that_contradict_themselves_are_refused_with_every_reason()
    {
        var options = new QuicOptions { KeepAlive = TimeSpan.FromSeconds(20), StreamWindow = 1, MaxUdpPayload = 9000 };
        options.Validate().Count.ShouldBe(3);
        Should.Throw<ArgumentException>(() => new QuicTransport(KeyPair.Generate(), options)).Message.ShouldContain("KeepAlive");
        new QuicOptions().Validate().ShouldBeEmpty();
    }
}
