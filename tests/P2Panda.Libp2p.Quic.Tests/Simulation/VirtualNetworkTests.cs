using System.Net;
using P2Panda.Tests.Network;

namespace P2Panda.Libp2p.Quic.Tests.Simulation;

/// <summary>The simulated network itself: what its NAT boxes let through, and what its links do, as RFC 4787 and the options say.</summary>
public sealed class VirtualNetworkTests
{
    private readonly VirtualNetwork _network = new();

    /// <summary>Who may answer through a mapping made by a datagram to 192.0.2.1:1.</summary>
    [Theory]
    [InlineData("full cone", true, true, true)]
    [InlineData("restricted cone", true, true, false)]
    [InlineData("port-restricted", true, false, false)]
    [InlineData("symmetric", true, false, false)]
    public void ANatLetsInWhomItsFilteringAllows(string kind, bool whoWasAsked, bool sameAddress, bool strangers)
    {
        var nat = _network.AddNat("203.0.113.1", Kind(kind));
        var inside = new VirtualHost(nat.Inside, "10.0.0.2");
        var heard = new List<IPEndPoint>();
        inside.Listen(5000, (from, _) => heard.Add(from));
        var (asked, stranger) = (new VirtualHost(_network.Internet, "192.0.2.1"), new VirtualHost(_network.Internet, "192.0.2.2"));
        IPEndPoint? seen = null;
        asked.Listen(1, (from, _) => seen = from);
        inside.Send(5000, IPEndPoint.Parse("192.0.2.1:1"), [1]);
        _network.Time.RunFor(TimeSpan.FromSeconds(1));
        seen.ShouldNotBeNull().Address.ShouldBe(nat.Address);
        asked.Send(1, seen, [1]);
        asked.Send(2, seen, [2]);
        stranger.Send(1, seen, [3]);
        _network.Time.RunFor(TimeSpan.FromSeconds(1));
        heard.Contains(IPEndPoint.Parse("192.0.2.1:1")).ShouldBe(whoWasAsked);
        heard.Contains(IPEndPoint.Parse("192.0.2.1:2")).ShouldBe(sameAddress);
        heard.Contains(IPEndPoint.Parse("192.0.2.2:1")).ShouldBe(strangers);
        nat.Refused.ShouldBe(3 - heard.Count);
    }

    [Theory]
    [InlineData("port-restricted", true)]
    [InlineData("symmetric", false)]
    public void AMappingIsTheSameForAllDestinationsOrNot(string kind, bool same)
    {
        var nat = _network.AddNat("203.0.113.1", Kind(kind));
        var inside = new VirtualHost(nat.Inside, "10.0.0.2");
        var seen = new List<IPEndPoint>();
        foreach (var address in (string[])["192.0.2.1", "192.0.2.2"])
        {
            new VirtualHost(_network.Internet, address).Listen(1, (from, _) => seen.Add(from));
            inside.Send(5000, new IPEndPoint(IPAddress.Parse(address), 1), [1]);
        }

        _network.Time.RunFor(TimeSpan.FromSeconds(1));
        seen.Count.ShouldBe(2);
        seen[0].Equals(seen[1]).ShouldBe(same);
        seen.TrueForAll(each => each.Port == 5000).ShouldBe(same, "ports are preserved by the one and drawn by the other");
    }

    [Fact]
    public void MappingsEndWithSilenceAndWithAFlush()
    {
        var nat = _network.AddNat("203.0.113.1", NatBehaviour.PortRestricted with { Timeout = TimeSpan.FromSeconds(10) });
        var inside = new VirtualHost(nat.Inside, "10.0.0.2");
        var outside = new VirtualHost(_network.Internet, "192.0.2.1");
        var heard = 0;
        inside.Listen(5000, (_, _) => heard++);
        void Answer() => outside.Send(1, IPEndPoint.Parse("203.0.113.1:5000"), [1]);
        inside.Send(5000, IPEndPoint.Parse("192.0.2.1:1"), [1]);
        _network.Time.RunFor(TimeSpan.FromSeconds(9));
        Answer();
        _network.Time.RunFor(TimeSpan.FromSeconds(9));
        Answer();
        _network.Time.RunFor(TimeSpan.FromSeconds(11));
        heard.ShouldBe(2);
        Answer();
        _network.Time.RunFor(TimeSpan.FromSeconds(1));
        heard.ShouldBe(2);
        inside.Send(5000, IPEndPoint.Parse("192.0.2.1:1"), [1]);
        _network.Time.RunFor(TimeSpan.FromSeconds(1));
        nat.Flush();
        Answer();
        _network.Time.RunFor(TimeSpan.FromSeconds(1));
        heard.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NeighboursReachEachOtherThroughTheOutsideOnlyWithAHairpin(bool hairpins)
    {
        var nat = _network.AddNat("203.0.113.1", NatBehaviour.FullCone with { Hairpins = hairpins });
        var (left, right) = (new VirtualHost(nat.Inside, "10.0.0.2"), new VirtualHost(nat.Inside, "10.0.0.3"));
        var heard = 0;
        right.Listen(6000, (_, _) => heard++);
        right.Send(6000, IPEndPoint.Parse("192.0.2.1:1"), [1]);
        left.Send(5000, IPEndPoint.Parse("10.0.0.3:6000"), [1]);
        _network.Time.RunFor(TimeSpan.FromSeconds(1));
        heard.ShouldBe(1, "directly they always do");
        left.Send(5000, IPEndPoint.Parse("203.0.113.1:6000"), [1]);
        _network.Time.RunFor(TimeSpan.FromSeconds(1));
        heard.ShouldBe(hairpins ? 2 : 1);
    }

    [Fact]
    public void AForwardedPortIsOpenToAllAndTwoBoxesInARowBothTranslate()
    {
        var carrier = _network.AddNat("203.0.113.1", NatBehaviour.PortRestricted);
        var home = _network.AddNat("100.64.0.7", NatBehaviour.FullCone, carrier.Inside);
        var inside = new VirtualHost(home.Inside, "192.168.1.2");
        var heard = new List<byte>();
        inside.Listen(5000, (_, datagram) => heard.Add(datagram[0]));
        var outside = new VirtualHost(_network.Internet, "192.0.2.1");
        IPEndPoint? seen = null;
        outside.Listen(1, (from, _) => seen = from);
        inside.Send(5000, IPEndPoint.Parse("192.0.2.1:1"), [0]);
        _network.Time.RunFor(TimeSpan.FromSeconds(1));
        seen.ShouldBe(IPEndPoint.Parse("203.0.113.1:5000"));
        outside.Send(1, seen!, [1]);
        outside.Send(2, seen!, [2]);
        _network.Time.RunFor(TimeSpan.FromSeconds(1));
        heard.ShouldBe([1]);
        carrier.Forward(7000, IPEndPoint.Parse("100.64.0.7:5000"));
        outside.Send(9, IPEndPoint.Parse("203.0.113.1:7000"), [3]);
        _network.Time.RunFor(TimeSpan.FromSeconds(1));
        heard.ShouldBe([1, 3]);
    }

    [Fact]
    public void LinksDelayLoseDuplicateAndLimitAsTheyAreTold()
    {
        _network.Internet.Quality = new LinkQuality
        {
            Latency = TimeSpan.FromMilliseconds(50),
            Jitter = TimeSpan.FromMilliseconds(20),
            Loss = 0.2,
            Duplication = 0.1,
            MaxDatagram = 1300,
        };
        var (left, right) = (new VirtualHost(_network.Internet, "192.0.2.1"), new VirtualHost(_network.Internet, "192.0.2.2"));
        var arrivals = new List<TimeSpan>();
        var start = _network.Time.Elapsed;
        right.Listen(1, (_, _) => arrivals.Add(_network.Time.Elapsed - start));
        for (var i = 0; i < 10_000; i++)
        {
            left.Send(1, IPEndPoint.Parse("192.0.2.2:1"), new byte[1300]);
            left.Send(1, IPEndPoint.Parse("192.0.2.2:1"), new byte[1301]);
        }

        _network.Time.RunFor(TimeSpan.FromSeconds(1));
        arrivals.Count.ShouldBeInRange(8_600, 9_000);   // 10,000 × 1.1 × 0.8 = 8,800
        arrivals.Min().TotalMilliseconds.ShouldBeInRange(50, 51);
        arrivals.Max().TotalMilliseconds.ShouldBeInRange(69, 70);
        arrivals.Average(each => each.TotalMilliseconds).ShouldBeInRange(59, 61);

        _network.Internet.Quality = new LinkQuality { BytesPerSecond = 100_000, QueueBytes = 20_000 };
        arrivals.Clear();
        start = _network.Time.Elapsed;
        for (var i = 0; i < 100; i++)
        {
            left.Send(1, IPEndPoint.Parse("192.0.2.2:1"), new byte[1000]);
        }

        _network.Time.RunFor(TimeSpan.FromSeconds(1));
        arrivals.Count.ShouldBe(21, "one on the wire and twenty waiting");
        arrivals[^1].TotalMilliseconds.ShouldBeInRange(214, 216);
    }

    [Fact]
    public void TheSameSeedMakesTheSameHistory()
    {
        History(1).ShouldBe(History(1));
        History(1).ShouldNotBe(History(2));

        static List<TimeSpan> History(int seed)
        {
            var network = new VirtualNetwork(seed);
            network.Internet.Quality = new LinkQuality { Jitter = TimeSpan.FromMilliseconds(100), Loss = 0.5 };
            var arrivals = new List<TimeSpan>();
            new VirtualHost(network.Internet, "192.0.2.2").Listen(1, (_, _) => arrivals.Add(network.Time.Elapsed));
            var sender = new VirtualHost(network.Internet, "192.0.2.1");
            for (var i = 0; i < 100; i++)
            {
                sender.Send(1, IPEndPoint.Parse("192.0.2.2:1"), [1]);
            }

            network.Time.RunFor(TimeSpan.FromSeconds(1));
            return arrivals;
        }
    }

    [Fact]
    public void TimersFireInOrderAndStopWhenDisposed()
    {
        var fired = new List<string>();
        var timer = _network.Time.CreateTimer(_ => fired.Add("periodic"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        using var once = _network.Time.CreateTimer(_ => fired.Add("once"), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        _network.Time.RunFor(TimeSpan.FromSeconds(4));
        fired.ShouldBe(["periodic", "once", "periodic"]);
        timer.Dispose();
        _network.Time.RunFor(TimeSpan.FromSeconds(4));
        fired.Count.ShouldBe(3);
        var delay = Task.Delay(TimeSpan.FromSeconds(5), _network.Time);
        _network.Time.RunFor(TimeSpan.FromSeconds(4.9));
        delay.IsCompleted.ShouldBeFalse();
        _network.Time.RunFor(TimeSpan.FromSeconds(0.2));
        delay.IsCompleted.ShouldBeTrue();
    }

    internal static NatBehaviour Kind(string name) => name switch
    {
        "full cone" => NatBehaviour.FullCone,
        "restricted cone" => NatBehaviour.RestrictedCone,
        "port-restricted" => NatBehaviour.PortRestricted,
        "symmetric" => NatBehaviour.Symmetric,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };
}
