using P2Panda.Libp2p.Muxing.Yamux;
using P2Panda.Libp2p.Tests.Support;

namespace P2Panda.Libp2p.Tests.Muxing;

/// <summary>What a peer may try on the muxer, and that it ends at a bound (incidents of rust-, go- and js-yamux).</summary>
public sealed class YamuxHostilePeerTests
{
    private readonly ManualClock _clock = new();
    private readonly YamuxOptions _options = new();
    private readonly YamuxSession _session;

    public YamuxHostilePeerTests() => _session = new YamuxSession(dialer: false, _options, _clock);

    [Fact]
    public void AFirstFrameLargerThanTheWindowMakesNoState()
    {
        // CVE-2026-32314
        Receive(YamuxFrameType.Data, YamuxFlags.Syn, 1, YamuxOptions.InitialWindow + 1).ShouldBe(YamuxViolation.WindowExceeded);
        _session.OpenStreams.ShouldBe(0);
    }

    [Fact]
    public void DataBeyondTheWindowIsAViolation()
    {
        Receive(YamuxFrameType.Data, YamuxFlags.Syn, 1, YamuxOptions.InitialWindow).ShouldBe(YamuxViolation.None);
        Body(YamuxOptions.InitialWindow).ShouldBe(YamuxViolation.None);
        Receive(YamuxFrameType.Data, YamuxFlags.None, 1, 1).ShouldBe(YamuxViolation.WindowExceeded);
    }

    [Fact]
    public void AWindowThatOverflowsIsAViolation()
    {
        // CVE-2026-31814
        Receive(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, 1, 0).ShouldBe(YamuxViolation.None);
        Receive(YamuxFrameType.WindowUpdate, YamuxFlags.None, 1, uint.MaxValue).ShouldBe(YamuxViolation.WindowOverflow);
        var second = new YamuxSession(dialer: false, _options, _clock);
        Receive(second, YamuxFrameType.WindowUpdate, YamuxFlags.Syn, 1, uint.MaxValue - YamuxOptions.InitialWindow).ShouldBe(YamuxViolation.None);
        Receive(second, YamuxFrameType.WindowUpdate, YamuxFlags.None, 1, 1).ShouldBe(YamuxViolation.WindowOverflow);
    }

    [Fact]
    public void APingFloodOfAPeerThatDoesNotReadEndsAtTheBound()
    {
        // CVE-2024-32984
        for (var i = 0; i < _options.MaxPendingPongs; i++)
        {
            Receive(YamuxFrameType.Ping, YamuxFlags.Syn, 0, (uint)i).ShouldBe(YamuxViolation.None);
        }

        Receive(YamuxFrameType.Ping, YamuxFlags.Syn, 0, 99).ShouldBe(YamuxViolation.PingFlood);
    }

    [Fact]
    public void EndlessStreamsAreRefusedAndThenTheConnectionEnds()
    {
        // CVE-2022-23492, -23486, -23487
        uint id = 1;
        for (var i = 0; i < _options.MaxAcceptBacklog; i++, id += 2)
        {
            Receive(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, id, 0).ShouldBe(YamuxViolation.None);
        }

        for (var i = 0; i < _options.MaxPendingRefusals; i++, id += 2)
        {
            Receive(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, id, 0).ShouldBe(YamuxViolation.None);
        }

        _session.OpenStreams.ShouldBe(_options.MaxAcceptBacklog);
        _session.RefusedStreams.ShouldBe(_options.MaxPendingRefusals);
        Receive(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, id, 0).ShouldBe(YamuxViolation.StreamFlood);
    }

    [Fact]
    public void RefusedStreamsAreResetAndPlacesComeBack()
    {
        uint id = 1;
        for (var i = 0; i <= _options.MaxAcceptBacklog; i++, id += 2)
        {
            Receive(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, id, 0).ShouldBe(YamuxViolation.None);
        }

        Frames().ShouldContain(frame => frame.Flags == YamuxFlags.Rst && frame.StreamId == id - 2);
        while (_session.TryAccept(out var stream))
        {
            stream.Reset();
        }

        _session.OpenStreams.ShouldBe(0);
        Receive(YamuxFrameType.WindowUpdate, YamuxFlags.Syn, id, 0).ShouldBe(YamuxViolation.None);
        _session.OpenStreams.ShouldBe(1);
    }

    [Theory]
    [InlineData(2u)] // our parity
    [InlineData(0u)] // the session's
    public void StreamIdsThatCannotBeAreViolations(uint id) =>
        Receive(YamuxFrameType.Data, YamuxFlags.Syn, id, 0).ShouldBe(id == 0 ? YamuxViolation.BadStreamId : YamuxViolation.BadNewStreamId);

    /// <summary>
    /// Who opens two streams at once may write to the second first. Until this was understood, two services that asked a new peer at the same
    /// time lost the connection now and then.
    /// </summary>
    [Fact]
    public void IdsMayComeInAnotherOrderThanTheyWereGiven()
    {
        Receive(YamuxFrameType.Data, YamuxFlags.Syn, 3, 0).ShouldBe(YamuxViolation.None);
        Receive(YamuxFrameType.Data, YamuxFlags.Syn, 1, 0).ShouldBe(YamuxViolation.None);
        Receive(YamuxFrameType.Data, YamuxFlags.Syn, 9, 0).ShouldBe(YamuxViolation.None);
        Receive(YamuxFrameType.Data, YamuxFlags.Syn, 7, 0).ShouldBe(YamuxViolation.None);
        Receive(YamuxFrameType.Data, YamuxFlags.Syn, 5, 0).ShouldBe(YamuxViolation.None);
        _session.OpenStreams.ShouldBe(5);
        Receive(YamuxFrameType.Data, YamuxFlags.Syn, 7, 0).ShouldBe(YamuxViolation.BadNewStreamId);
    }

    [Fact]
    public void OnlyTheLatestGapsAreRemembered()
    {
        Receive(YamuxFrameType.Data, YamuxFlags.Syn, 1001, 0).ShouldBe(YamuxViolation.None);
        Receive(YamuxFrameType.Data, YamuxFlags.Syn, 1001 - 128, 0).ShouldBe(YamuxViolation.None);
        Receive(YamuxFrameType.Data, YamuxFlags.Syn, 1001 - 130, 0).ShouldBe(YamuxViolation.BadNewStreamId);
    }

    [Fact]
    public void AStreamIsOpenedOnlyOnce()
    {
        Receive(YamuxFrameType.Data, YamuxFlags.Syn, 5, 0).ShouldBe(YamuxViolation.None);
        Receive(_session, YamuxFrameType.Data, YamuxFlags.None, 3, 0).ShouldBe(YamuxViolation.None, "a closed stream's late frame");
        Receive(YamuxFrameType.Data, YamuxFlags.Syn, 5, 0).ShouldBe(YamuxViolation.BadNewStreamId);
        Receive(YamuxFrameType.Data, YamuxFlags.None, 7, 0).ShouldBe(YamuxViolation.BadStreamId, "never opened");
    }

    [Fact]
    public void UnknownVersionsTypesAndHugeFramesAreViolations()
    {
        _session.Receive([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).ShouldBe(YamuxViolation.UnknownFrame);
        new YamuxSession(false, _options, _clock).Receive([0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).ShouldBe(YamuxViolation.UnknownFrame);
        Receive(new YamuxSession(false, _options, _clock), YamuxFrameType.Data, YamuxFlags.Syn, 1, (uint)_options.MaxFrameBody + 1).ShouldBe(YamuxViolation.FrameTooLarge);
    }

    [Fact]
    public void DataAfterTheEndIsAViolation()
    {
        Receive(YamuxFrameType.Data, YamuxFlags.Syn | YamuxFlags.Fin, 1, 0).ShouldBe(YamuxViolation.None);
        Receive(YamuxFrameType.Data, YamuxFlags.None, 1, 1).ShouldBe(YamuxViolation.DataAfterEnd);
    }

    [Fact]
    public void ASilentPeerIsPingedAndThenGivenUp()
    {
        _clock.Advance(_options.KeepAlive);
        _session.Tick().ShouldBe(YamuxViolation.None);
        Frames().ShouldHaveSingleItem().Type.ShouldBe(YamuxFrameType.Ping);
        _clock.Advance(_options.KeepAliveTimeout + TimeSpan.FromSeconds(1));
        _session.Tick().ShouldBe(YamuxViolation.KeepAliveTimeout);
    }

    [Fact]
    public void UnsolicitedPongsChangeNothing()
    {
        Receive(YamuxFrameType.Ping, YamuxFlags.Ack, 0, 7).ShouldBe(YamuxViolation.None);
        _session.RoundTripTime.ShouldBeNull();
    }

    [Fact]
    public void OpeningWaitsForAcknowledgements()
    {
        for (var i = 0; i < _options.MaxUnacknowledged; i++)
        {
            _session.TryOpen().ShouldNotBeNull();
        }

        _session.TryOpen().ShouldBeNull();
        Receive(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, 2, 0).ShouldBe(YamuxViolation.None);
        _session.TryOpen().ShouldNotBeNull();
    }

    [Fact]
    public async Task AStreamLeftOpenByThePeerAfterWeClosedItIsResetInTheEnd()
    {
        Receive(YamuxFrameType.Data, YamuxFlags.Syn, 1, 0).ShouldBe(YamuxViolation.None);
        _session.TryAccept(out var stream).ShouldBeTrue();
        await stream.DisposeAsync();
        Frames().ShouldContain(frame => frame.Flags.HasFlag(YamuxFlags.Fin));
        _session.OpenStreams.ShouldBe(1);
        _clock.Advance(_options.AbandonedStreamLifetime + TimeSpan.FromSeconds(1));
        _session.Tick();
        _session.OpenStreams.ShouldBe(0);
        Frames().ShouldContain(frame => frame.Flags.HasFlag(YamuxFlags.Rst));
    }

    [Fact]
    public async Task TheWindowOfAFastReaderGrowsToItsBoundAndTheConnectionsBudget()
    {
        var options = new YamuxOptions { MaxStreamWindow = 1 << 20, MaxExtraWindow = 1 << 20 };
        var session = new YamuxSession(dialer: false, options, _clock);
        var windows = new List<int>();
        foreach (var id in (uint[])[1, 3, 5])
        {
            Receive(session, YamuxFrameType.Data, YamuxFlags.Syn, id, 0).ShouldBe(YamuxViolation.None);
            session.TryAccept(out var stream).ShouldBeTrue();
            for (var i = 0; i < 40; i++)
            {
                var piece = new byte[64 * 1024];
                Receive(session, YamuxFrameType.Data, YamuxFlags.None, id, (uint)piece.Length).ShouldBe(YamuxViolation.None);
                session.Receive(piece).ShouldBe(YamuxViolation.None);
                await stream.ReadExactlyAsync(piece);
            }

            windows.Add(stream.MaxWindow);
        }

        windows[0].ShouldBe(options.MaxStreamWindow);
        windows.Sum(window => window - YamuxOptions.InitialWindow).ShouldBeLessThanOrEqualTo(options.MaxExtraWindow);
    }

    [Fact]
    public void JunkNeverThrowsAndStateStaysBounded()
    {
        var random = new Random(3);
        for (var round = 0; round < 2000; round++)
        {
            var session = new YamuxSession(dialer: random.Next(2) == 0, _options, _clock);
            for (var i = 0; i < 50; i++)
            {
                var header = new byte[YamuxFrame.HeaderLength];
                new YamuxFrame((YamuxFrameType)random.Next(4), (YamuxFlags)random.Next(16), (uint)random.Next(8), (uint)random.Next(40)).Write(header);
                header[random.Next(12)] ^= (byte)(random.Next(20) == 0 ? 1 << random.Next(8) : 0);
                if (session.Receive(header) != YamuxViolation.None)
                {
                    break;
                }
            }

            session.OpenStreams.ShouldBeLessThanOrEqualTo(8);
        }
    }

    private static YamuxViolation Receive(YamuxSession session, YamuxFrameType type, YamuxFlags flags, uint id, uint length)
    {
        var header = new byte[YamuxFrame.HeaderLength];
        new YamuxFrame(type, flags, id, length).Write(header);
        return session.Receive(header);
    }

    private YamuxViolation Receive(YamuxFrameType type, YamuxFlags flags, uint id, uint length) => Receive(_session, type, flags, id, length);

    private YamuxViolation Body(int length) => _session.Receive(new byte[length]);

    private List<YamuxFrame> Frames()
    {
        var frames = new List<YamuxFrame>();
        var room = new byte[64 * 1024];
        while (_session.WriteFrame(room) > 0)
        {
            YamuxFrame.TryRead(room, out var frame).ShouldBeTrue();
            frames.Add(frame);
        }

        return frames;
    }
}
