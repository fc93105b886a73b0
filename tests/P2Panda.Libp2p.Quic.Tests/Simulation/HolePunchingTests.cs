using System.Net;
using P2Panda.Libp2p.Quic.Engine;
using P2Panda.Libp2p.Quic.Native;
using P2Panda.Libp2p.Quic.Tests.Support;
using P2Panda.Tests.Network;

namespace P2Panda.Libp2p.Quic.Tests.Simulation;

/// <summary>The QUIC half of hole punching, through simulated NAT boxes of every usual kind, in virtual time.</summary>
public sealed class HolePunchingTests : IDisposable
{
    private const string Observer = "192.0.2.1:1";
    private readonly DatagramNetwork _network = new();

    public void Dispose() => _network.Dispose();

    /// <summary>The dialer's box, the listener's box, and whether they can meet.</summary>
    public static TheoryData<string, string, bool> Kinds => new()
    {
        { "full cone", "full cone", true },
        { "full cone", "port-restricted", true },
        { "restricted cone", "restricted cone", true },
        { "port-restricted", "port-restricted", true },
        { "port-restricted", "full cone", true },
        { "symmetric", "full cone", true },
        { "symmetric", "restricted cone", true },
        { "restricted cone", "symmetric", false },   // the listener is not where it was seen; the other way round they meet
        { "symmetric", "port-restricted", false },
        { "port-restricted", "symmetric", false },
        { "symmetric", "symmetric", false },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task PeersBehindBoxesMeetWhereTheirKindsAllowIt(string dialers, string listeners, bool meet)
    {
        var dialer = Behind(dialers, "203.0.113.1", "10.0.1.2:5001", 1);
        var listener = Behind(listeners, "203.0.113.2", "10.0.2.2:5002", 2);
        var (dialed, arrival) = Punch(dialer, listener, Observed(dialer), Observed(listener));
        _network.Time.Run(TimeSpan.FromSeconds(6), () => dialed.Established.IsCompletedSuccessfully);
        dialed.Established.IsCompletedSuccessfully.ShouldBe(meet);
        if (meet && dialers != "symmetric")
        {
            (await arrival.WaitAsync(Deadlines.Test)).RemotePeer.ShouldBe(dialer.Key.PeerId);
            return;
        }

        // Whoever is met at another address than was observed comes in like everybody else.
        _network.RunFor(TimeSpan.FromSeconds(6));
        await Should.ThrowAsync<IOException>(arrival.WaitAsync(Deadlines.Test));
        if (meet)
        {
            (await ((TestSink)listener.Engine.Sink!).NextAsync()).RemotePeer.ShouldBe(dialer.Key.PeerId);
        }
    }

    [Fact]
    public async Task TwentyPercentLossAndJitterAreOvercome()
    {
        _network.Network.Internet.Quality = new LinkQuality { Latency = TimeSpan.FromMilliseconds(60), Jitter = TimeSpan.FromMilliseconds(20), Loss = 0.2 };
        var (met, tried) = (0, 30);
        for (byte i = 0; i < tried; i++)
        {
            var dialer = Behind("port-restricted", $"203.0.113.{10 + i}", $"10.1.{i}.2:5001", (byte)(1 + (2 * i)));
            var listener = Behind("port-restricted", $"203.0.113.{110 + i}", $"10.2.{i}.2:5002", (byte)(2 + (2 * i)));
            for (var attempt = 0; attempt < 3; attempt++)
            {
                var (dialed, arrival) = Punch(dialer, listener, Observed(dialer), Observed(listener));
                _network.Time.Run(TimeSpan.FromSeconds(5), () => dialed.Established.IsCompletedSuccessfully);
                if (dialed.Established.IsCompletedSuccessfully)
                {
                    met++;
                    break;
                }

                _network.RunFor(TimeSpan.FromSeconds(1));
                await Should.ThrowAsync<IOException>(arrival.WaitAsync(Deadlines.Test));
            }
        }

        met.ShouldBeGreaterThanOrEqualTo((int)(tried * 0.95));
    }

    [Fact]
    public void PeersBehindCarrierAndHomeBoxesMeet()
    {
        var carrier = _network.Network.AddNat("203.0.113.1", NatBehaviour.PortRestricted);
        var home = _network.Network.AddNat("100.64.0.7", NatBehaviour.PortRestricted, carrier.Inside);
        var dialer = _network.Open(home.Inside, "192.168.1.2:5001", 1);
        var listener = Behind("port-restricted", "203.0.113.2", "10.0.2.2:5002", 2);
        var (dialed, _) = Punch(dialer, listener, Observed(dialer), Observed(listener));
        _network.RunUntil(() => dialed.Established.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PeersBehindOneBoxMeetOutsideOnlyIfItHairpins(bool hairpins)
    {
        var nat = _network.Network.AddNat("203.0.113.1", NatBehaviour.PortRestricted with { Hairpins = hairpins });
        var (dialer, listener) = (_network.Open(nat.Inside, "10.0.0.2:5001", 1), _network.Open(nat.Inside, "10.0.0.3:5002", 2));
        var (dialed, _) = Punch(dialer, listener, Observed(dialer), Observed(listener));
        _network.Time.Run(TimeSpan.FromSeconds(5), () => dialed.Established.IsCompletedSuccessfully);
        dialed.Established.IsCompletedSuccessfully.ShouldBe(hairpins);
        if (!hairpins)
        {
            var direct = dialer.Engine.Connect(listener.Address, listener.Key.PeerId);
            _network.RunUntil(() => direct.Established.IsCompletedSuccessfully);
        }
    }

    [Fact]
    public void KeepAliveHoldsAMappingOfTenSecondsAndAFlushEndsTheConnection()
    {
        var nat = _network.Network.AddNat("203.0.113.1", NatBehaviour.Symmetric with { Timeout = TimeSpan.FromSeconds(10) });
        var dialer = _network.Open(nat.Inside, "10.0.0.2:5001", 1);
        var (dialed, accepted) = _network.Connect(dialer, _network.Open("192.0.2.9:1", 2));
        _network.RunFor(TimeSpan.FromMinutes(10));
        dialed.Closed.IsCompleted.ShouldBeFalse();
        nat.MappingCount.ShouldBe(1, "the one mapping never lapsed");
        nat.Flush();
        var before = _network.Time.Elapsed;
        _network.RunUntil(() => accepted.Closed.IsCompleted || _network.Time.Elapsed - before > TimeSpan.FromMinutes(1));
        // With another port outside the connection moves, or it ends; it must not hang between the two.
        (accepted.Closed.IsCompleted == dialed.Closed.IsCompleted || _network.Time.Elapsed - before < TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    private MemoryPort Behind(string kind, string outside, string inside, byte seed) =>
        _network.Open(_network.Network.AddNat(outside, VirtualNetworkTests.Kind(kind)).Inside, inside, seed);

    /// <summary>Where a public node sees a port: what identify tells peers that meet over a relay.</summary>
    private NativeAddress Observed(MemoryPort port)
    {
        NativeAddress? seen = null;
        var observer = IPEndPoint.Parse(Observer);
        new VirtualHost(_network.Network.Internet, observer.Address).Listen(observer.Port, (from, _) => seen = NativeAddress.From(from));
        while (seen is null)
        {
            port.Engine.SendRaw([1], NativeAddress.From(observer));
            _network.RunFor(TimeSpan.FromMilliseconds(200));
        }

        return seen.Value;
    }

    private (QuicConnection Dialed, Task<QuicConnection> Arrival) Punch(MemoryPort dialer, MemoryPort listener, NativeAddress dialerSeen, NativeAddress listenerSeen)
    {
        listener.Engine.Sink ??= new TestSink();
        var arrival = HolePunch.AwaitAsync(listener.Engine, dialerSeen, dialer.Key.PeerId, _network.Time, default);
        return (dialer.Engine.Connect(listenerSeen, listener.Key.PeerId), arrival);
    }
}
