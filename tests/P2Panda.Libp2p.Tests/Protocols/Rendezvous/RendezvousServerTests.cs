using P2Panda.Libp2p.Protocols.Rendezvous;
using P2Panda.Libp2p.Tests.Support;

namespace P2Panda.Libp2p.Tests.Protocols.Rendezvous;

/// <summary>The server's decisions, in virtual time.</summary>
[Collection(Alone.Name)]
public sealed class RendezvousServerTests : IDisposable
{
    private static readonly Multiaddr Address = Multiaddr.Parse("/ip4/192.0.2.1/udp/2022/quic-v1");
    private readonly ManualClock _clock = new();
    private readonly List<RendezvousServer> _servers = [];

    public void Dispose() => _servers.ForEach(server => server.Dispose());

    [Fact]
    public void The33rdNamespaceOfAPeerIsRefusedAndLeavesNothing()
    {
        var server = Start();
        var peer = Peer(1);
        for (var i = 0; i < 32; i++)
        {
            Register(server, peer, $"space {i}").ShouldBe(RendezvousStatus.Ok);
        }

        Register(server, peer, "one more").ShouldBe(RendezvousStatus.Unavailable);
        Register(server, peer, "space 7").ShouldBe(RendezvousStatus.Ok, "renewing is not one more");
        server.Count.ShouldBe(32);
        server.Answer(new() { Type = RendezvousMessageType.Unregister, Namespace = "space 7"u8.ToArray() }, peer.PeerId, null).ShouldBeNull();
        Register(server, peer, "one more").ShouldBe(RendezvousStatus.Ok);
    }

    [Fact]
    public void AThousandIdentitiesFromOneAddressGetOnePlaceAmongMany()
    {
        var server = Start(Unlimited with { MaxPerAddress = 100 });
        var results = Enumerable.Range(0, 1000).Select(i => Register(server, Peer(i), "x", origin: "192.0.2.66")).ToList();
        results.Count(result => result == RendezvousStatus.Ok).ShouldBe(100);
        results.Count(result => result == RendezvousStatus.Unavailable).ShouldBe(900);
        server.Count.ShouldBe(100);
        Register(server, Peer(2000), "x", origin: "192.0.2.67").ShouldBe(RendezvousStatus.Ok, "others are not held back");
        Register(server, Peer(3), "x", origin: "192.0.2.66").ShouldBe(RendezvousStatus.Ok, "whoever is in may renew");
    }

    [Fact]
    public void RegistrationsEndAndMakeRoom()
    {
        var server = Start(Unlimited with { MaxTotal = 2 });
        Register(server, Peer(1), "x").ShouldBe(RendezvousStatus.Ok);
        Register(server, Peer(2), "x", ttl: 10_000).ShouldBe(RendezvousStatus.Ok);
        Register(server, Peer(3), "x").ShouldBe(RendezvousStatus.Unavailable);
        _clock.Advance(TimeSpan.FromSeconds(7199));
        Discover(server, "x").Registrations.Count.ShouldBe(2);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Discover(server, "x").Registrations.Count.ShouldBe(1);
        Register(server, Peer(3), "x").ShouldBe(RendezvousStatus.Ok);
    }

    [Theory]
    [InlineData(ulong.MaxValue, RendezvousStatus.InvalidTtl)]
    [InlineData(long.MaxValue, RendezvousStatus.InvalidTtl)]
    [InlineData(259_201ul, RendezvousStatus.InvalidTtl)]
    [InlineData(259_200ul, RendezvousStatus.Ok)]
    [InlineData(7_200ul, RendezvousStatus.Ok)]
    [InlineData(7_199ul, RendezvousStatus.InvalidTtl)]
    [InlineData(0ul, RendezvousStatus.InvalidTtl)]
    public void AbsurdLivesAreRefusedWithoutOverflow(ulong ttl, RendezvousStatus expected) =>
        Register(Start(), Peer(1), "x", ttl: ttl).ShouldBe(expected);

    [Fact]
    public void CookiesPageThroughAndThenTellTheNews()
    {
        var server = Start();
        for (var i = 0; i < 5; i++)
        {
            Register(server, Peer(i), "x");
            Register(server, Peer(i), "y");
        }

        var (found, cookie) = (new List<RendezvousMessage>(), (byte[]?)null);
        foreach (var expected in (int[])[2, 2, 1, 0])
        {
            var page = Discover(server, "x", limit: 2, cookie);
            page.Registrations.Count.ShouldBe(expected);
            found.AddRange(page.Registrations);
            cookie = page.Cookie;
        }

        found.Select(registration => Convert.ToHexString(registration.SignedPeerRecord)).Distinct().Count().ShouldBe(5);
        Register(server, Peer(3), "x");
        var news = Discover(server, "x", cookie: cookie).Registrations.Single();
        PeerRecord.TryOpen(news.SignedPeerRecord, out var record);
        record!.Peer.ShouldBe(Peer(3).PeerId);
        Discover(server, "x", limit: ulong.MaxValue).Registrations.Count.ShouldBe(5);
        Discover(server, "x", limit: 0).Registrations.ShouldBeEmpty();
        Discover(server, null).Registrations.Count.ShouldBe(10, "no namespace is all of them");
        Discover(server, "").Registrations.ShouldBeEmpty("the empty namespace is one of them");
    }

    [Fact]
    public void CookiesOfOtherNamespacesServersOrHandsAreRefused()
    {
        var server = Start();
        Register(server, Peer(1), "x");
        var cookie = Discover(server, "x").Cookie!;
        Discover(server, "y", cookie: cookie).Status.ShouldBe(RendezvousStatus.InvalidCookie);
        Discover(server, null, cookie: cookie).Status.ShouldBe(RendezvousStatus.InvalidCookie);
        Discover(Start(), "x", cookie: cookie).Status.ShouldBe(RendezvousStatus.InvalidCookie);
        Discover(server, "x", cookie: []).Status.ShouldBe(RendezvousStatus.InvalidCookie);
        for (var i = 0; i < 8; i++)
        {
            var bent = cookie.ToArray();
            bent[i] ^= 1;
            Discover(server, "x", cookie: bent).Status.ShouldBe(RendezvousStatus.InvalidCookie);
        }

        var ofAll = Discover(server, null).Cookie!;
        Discover(server, "", cookie: ofAll).Status.ShouldBe(RendezvousStatus.InvalidCookie);
    }

    [Theory]
    [InlineData("tampered", RendezvousStatus.InvalidSignedPeerRecord)]
    [InlineData("junk", RendezvousStatus.InvalidSignedPeerRecord)]
    [InlineData("too long", RendezvousStatus.InvalidSignedPeerRecord)]
    [InlineData("foreign", RendezvousStatus.NotAuthorized)]
    [InlineData("standard", RendezvousStatus.Ok)]
    [InlineData("routing state", RendezvousStatus.Ok)]
    public void ARecordMustBeTheCallersOwn(string kind, RendezvousStatus expected)
    {
        var caller = Peer(1);
        var record = PeerRecord.Seal(
            kind == "foreign" ? Peer(2) : caller,
            1,
            Enumerable.Repeat(Address, kind == "too long" ? 400 : 1),
            kind == "standard" ? PeerRecordForm.Standard : PeerRecordForm.RoutingState).Encode();
        if (kind == "tampered")
        {
            record[^1] ^= 1;
        }
        else if (kind == "junk")
        {
            record = [1, 2, 3];
        }

        var request = new RendezvousMessage { Type = RendezvousMessageType.Register, Namespace = "x"u8.ToArray(), SignedPeerRecord = record };
        var server = Start();
        server.Answer(request, caller.PeerId, null)!.Status.ShouldBe(expected);
        server.Count.ShouldBe(expected == RendezvousStatus.Ok ? 1 : 0);
    }

    [Fact]
    public void AnswersAreCutAtHalfAMebibyteAndContinuedWithTheCookie()
    {
        var server = Start(Unlimited);
        var many = Enumerable.Range(0, 150).Select(port => Multiaddr.Parse($"/ip4/192.0.2.1/udp/{port}/quic-v1")).ToList();
        for (var i = 0; i < 400; i++)
        {
            Register(server, Peer(i), "x", addresses: many).ShouldBe(RendezvousStatus.Ok);
        }

        var first = Discover(server, "x");
        first.Encode().Length.ShouldBeInRange(480 * 1024, 512 * 1024);
        var second = Discover(server, "x", cookie: first.Cookie);
        (first.Registrations.Count + second.Registrations.Count).ShouldBe(400);
    }

    [Fact]
    public void AFloodFromOneAddressIsAnsweredWithRefusalsAndCostsNothing()
    {
        var server = Start();
        var peer = Peer(1);
        var request = RequestOf(peer, "x", null);
        var statuses = Enumerable.Range(0, 100_000).Select(_ => server.Answer(request, peer.PeerId, "192.0.2.66")!.Status).ToList();
        statuses.Count(status => status == RendezvousStatus.Ok).ShouldBe(new RendezvousOptions().RequestBurst);
        statuses.Count(status => status == RendezvousStatus.Unavailable).ShouldBe(100_000 - new RendezvousOptions().RequestBurst);
        server.Count.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Enumerable.Range(0, 100).Count(_ => server.Answer(request, peer.PeerId, "192.0.2.66")!.Status == RendezvousStatus.Ok).ShouldBe(20);
    }

    /// <summary>rust GHSA-cqfx-gf56-8x59 and GHSA-v5hw-cv9c-rpg7: registrations without limit, a stored cookie per discovery.</summary>
    [Fact]
    public void AHundredThousandRegistrationsAndDiscoveriesLeaveMemoryFlat()
    {
        var server = Start(Unlimited with { MaxTotal = 500 });
        var requests = Enumerable.Range(0, 1000).Select(i => (Peer: Peer(i).PeerId, Request: RequestOf(Peer(i), $"space {i % 50}", null))).ToList();
        long before = 0;
        var (ok, refused) = (0, 0);
        byte[]? cookie = null;
        for (var i = 0; i < 50_000; i++)
        {
            var (peer, request) = requests[i % requests.Count];
            var origin = $"origin {i}";   // 50 000 of them: the table of budgets is bounded too
            _ = server.Answer(request, peer, origin)!.Status == RendezvousStatus.Ok ? ok++ : refused++;
            var discovered = server.Answer(
                new() { Type = RendezvousMessageType.Discover, Namespace = "space 3"u8.ToArray(), Limit = 1, Cookie = cookie }, peer, origin)!;
            discovered.Status.ShouldBe(RendezvousStatus.Ok);
            cookie = i % 3 == 0 ? null : discovered.Cookie;
            if (i == 10_000)
            {
                before = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(2 << 20);
        server.Count.ShouldBe(500);
        server.BudgetCount.ShouldBeLessThanOrEqualTo(RequestBudget.MaxKeys);
        (ok + refused).ShouldBe(50_000);
        ok.ShouldBe(25_000);
    }

    [Fact]
    public void JunkNeverThrows()
    {
        var random = new Random(5);
        var sample = RequestOf(Peer(1), "x", 7200).Encode();
        var (read, unread) = (0, 0);
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = sample.ToArray();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                bytes[random.Next(Math.Min(bytes.Length, i % 2 == 0 ? 16 : bytes.Length))] = (byte)random.Next(256);
            }

            _ = RendezvousMessage.TryDecode(bytes.AsSpan(0, random.Next(bytes.Length + 1))) is null ? unread++ : read++;
        }

        read.ShouldBeGreaterThan(100);
        unread.ShouldBeGreaterThan(100);
    }

    private static RendezvousOptions Unlimited { get; } = new() { RequestsPerSecond = 1e9, RequestBurst = int.MaxValue };

    private RendezvousServer Start(RendezvousOptions? options = null)
    {
        var server = new RendezvousServer(options, _clock);
        _servers.Add(server);
        return server;
    }

    private static KeyPair Peer(int number) => KeyPair.FromSeed([.. BitConverter.GetBytes(number), .. new byte[28]]);

    private static RendezvousStatus Register(
        RendezvousServer server, KeyPair peer, string name, ulong? ttl = null, string? origin = null, IEnumerable<Multiaddr>? addresses = null) =>
        server.Answer(RequestOf(peer, name, ttl, addresses), peer.PeerId, origin)!.Status;

    private static RendezvousMessage RequestOf(KeyPair peer, string name, ulong? ttl, IEnumerable<Multiaddr>? addresses = null) => new()
    {
        Type = RendezvousMessageType.Register,
        Namespace = RendezvousNamespace.Write(name),
        SignedPeerRecord = PeerRecord.Seal(peer, 1, addresses ?? [Address], PeerRecordForm.RoutingState).Encode(),
        Ttl = ttl,
    };

    private static RendezvousMessage Discover(RendezvousServer server, string? name, ulong? limit = null, byte[]? cookie = null) =>
        server.Answer(
            new()
            {
                Type = RendezvousMessageType.Discover,
                Namespace = name is null ? null : RendezvousNamespace.Write(name),
                Limit = limit,
                Cookie = cookie,
            },
            Peer(999).PeerId,
            null)!;
}
