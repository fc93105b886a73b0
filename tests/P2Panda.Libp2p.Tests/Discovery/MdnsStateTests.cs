using System.Net;
using System.Net.Sockets;
using P2Panda.Libp2p.Discovery.Mdns;
using P2Panda.Libp2p.Tests.Support;
using P2Panda.Tests;

namespace P2Panda.Libp2p.Tests.Discovery;

/// <summary>Multicast DNS without sockets, in virtual time.</summary>
[Collection(Alone.Name)]
public sealed class MdnsStateTests
{
    /// <summary>Made with the packages that js-libp2p uses (multicast-dns 7.2.5, dns-packet 5.6.1): TXT records among the answers.</summary>
    private const string JsQuery = "000000000001000000000000045f703270045f756470056c6f63616c00000c0001";

    private const string JsAnswer =
        "000084000000000300000000045f703270045f756470056c6f63616c00000c00010000007800513f6162636465666768696a6b6c6d6e6f707172737475767778797a303132333435363738396162636465666768696a6b6c6d6e6f707172737475767778797a30045f703270045f756470056c6f63616c003f6162636465666768696a6b6c6d6e6f707172737475767778797a303132333435363738396162636465666768696a6b6c6d6e6f707172737475767778797a30045f703270045f756470056c6f63616c000010000100000078005958646e73616464723d2f6970342f31302e37372e302e392f7463702f343030312f7032702f313244334b6f6f57427467336161524d6a78776564683833614769556b7753784477555a6b7a754a63666171556d6f37523370713f6162636465666768696a6b6c6d6e6f707172737475767778797a303132333435363738396162636465666768696a6b6c6d6e6f707172737475767778797a30045f703270045f756470056c6f63616c000010000100000078005958646e73616464723d2f6970342f3132372e302e302e312f7463702f343030312f7032702f313244334b6f6f57427467336161524d6a78776564683833614769556b7753784477555a6b7a754a63666171556d6f3752337071";

    private static readonly PeerId JsPeer = PeerId.Parse("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq");
    private static readonly MdnsLink Link4 = new(7, AddressFamily.InterNetwork, "test0", [(IPAddress.Parse("10.77.0.5"), 24), (IPAddress.Parse("fe80::5"), 64)]);
    private static readonly MdnsLink Link6 = Link4 with { Family = AddressFamily.InterNetworkV6 };
    private static readonly IPAddress Neighbour = IPAddress.Parse("10.77.0.9");

    private readonly KeyPair _self = KeyPair.FromSeed(new byte[32]);
    private readonly List<Multiaddr> _own = [Multiaddr.Parse("/ip4/10.77.0.5/udp/2022/quic-v1"), Multiaddr.Parse("/ip4/127.0.0.1/udp/2022/quic-v1")];
    private TimeSpan _now;

    [Fact]
    public void EveryPacketOfTwoAquadoggoNodesIsUnderstood()
    {
        using var vectors = TestVectors.Json("aquadoggo/mdns.json");
        var state = Start(Link4);
        var (queries, responses) = (0, 0);
        foreach (var packet in vectors.RootElement.GetProperty("packets").EnumerateArray())
        {
            _now = TimeSpan.FromMilliseconds(packet.GetProperty("at_ms").GetInt32());
            var bytes = Convert.FromHexString(packet.GetProperty("hex").GetString()!);
            state.Receive(bytes, IPEndPoint.Parse(packet.GetProperty("src").GetString()!).Address, Link4.Key, _now);
            var sent = Sent(state);
            if ((bytes[2] & 0x80) == 0)
            {
                queries++;
                var answer = DnsMessage.TryDecode(sent.ShouldHaveSingleItem().Packet).ShouldNotBeNull();
                answer.IsResponse.ShouldBeTrue();
                answer.Id.ShouldBe((ushort)((bytes[0] << 8) | bytes[1]), "the query's id");
                answer.Records.Single(record => record.Type == DnsMessage.Txt).Texts.ShouldBe([$"dnsaddr=/ip4/10.77.0.5/udp/2022/quic-v1/p2p/{_self.PeerId}"]);
            }
            else
            {
                responses++;
                sent.ShouldBeEmpty();
            }
        }

        (queries, responses).ShouldBe((5, 9));
        var found = state.Peers.ToDictionary(peer => peer.Peer.ToString(), peer => peer.Addresses.Select(address => address.ToString()).ToList());
        found.Count.ShouldBe(2);
        foreach (var peer in vectors.RootElement.GetProperty("peers").EnumerateObject())
        {
            var words = peer.Value.GetString()!.Split(' ');
            found[words[0]].ShouldBe([$"/ip4/{peer.Name}/{words[1].Trim('(')}/quic-v1"]);
        }
    }

    [Fact]
    public void PacketsOfJsLibp2pAreUnderstood()
    {
        var state = Start(Link4);
        Receive(state, Convert.FromHexString(JsAnswer));
        state.Peers.ShouldHaveSingleItem().Peer.ShouldBe(JsPeer);
        state.Peers[0].Addresses.ShouldBe([Multiaddr.Parse("/ip4/10.77.0.9/tcp/4001")]);
        Receive(state, Convert.FromHexString(JsQuery));
        Sent(state).ShouldHaveSingleItem();
    }

    [Fact]
    public void TwoOfOursFindEachOtherAndSayGoodbye()
    {
        var (left, right) = (Start(Link4), Start(Link4, KeyPair.FromSeed([.. Enumerable.Repeat((byte)9, 32)]), Multiaddr.Parse("/ip4/10.77.0.9/tcp/1")));
        _now = TimeSpan.FromMilliseconds(100);
        left.Advance(_now);
        foreach (var (_, query) in Sent(left))
        {
            right.Receive(query, IPAddress.Parse("10.77.0.5"), Link4.Key, _now);
        }

        foreach (var (_, answer) in Sent(right))
        {
            left.Receive(answer, Neighbour, Link4.Key, _now);
        }

        left.Peers.ShouldHaveSingleItem().Addresses.ShouldBe([Multiaddr.Parse("/ip4/10.77.0.9/tcp/1")]);
        Events(left).ShouldHaveSingleItem().Kind.ShouldBe(MdnsEventKind.Discovered);
        right.Leave();
        foreach (var (_, goodbye) in Sent(right))
        {
            left.Receive(goodbye, Neighbour, Link4.Key, _now);
        }

        left.Peers.ShouldBeEmpty();
        Events(left).ShouldHaveSingleItem().Kind.ShouldBe(MdnsEventKind.Expired);
        left.AddressCount.ShouldBe(0);

        // Who asks while the goodbye is on its way is not told that we are here.
        _now = TimeSpan.FromSeconds(10);
        left.Advance(_now);
        var questions = Sent(left);
        questions.ShouldNotBeEmpty();
        foreach (var (_, query) in questions)
        {
            right.Receive(query, IPAddress.Parse("10.77.0.5"), Link4.Key, _now);
        }

        Sent(right).ShouldBeEmpty();
    }

    [Fact]
    public void WhatIsNotRenewedExpiresAndWhatIsRenewedDoesNot()
    {
        var state = Start(Link4);
        Receive(state, Answer(JsPeer, 120, "/ip4/10.77.0.9/tcp/1"));
        Events(state).ShouldHaveSingleItem();
        Advance(state, seconds: 100);
        Receive(state, Answer(JsPeer, 120, "/ip4/10.77.0.9/tcp/1"));
        Events(state).ShouldHaveSingleItem().Kind.ShouldBe(MdnsEventKind.Refreshed);
        Advance(state, seconds: 119);
        state.Peers.ShouldHaveSingleItem();
        Advance(state, seconds: 1);
        state.Peers.ShouldBeEmpty();
        Events(state).ShouldHaveSingleItem().Kind.ShouldBe(MdnsEventKind.Expired);
    }

    [Fact]
    public void ATtlOfAHundredYearsIsNotBelieved()
    {
        var state = Start(Link4);
        Receive(state, Answer(JsPeer, uint.MaxValue, "/ip4/10.77.0.9/tcp/1"));
        Advance(state, seconds: 7200);
        state.Peers.ShouldBeEmpty();
    }

    [Fact]
    public void ProbesSlowDownAndStopWhenSomebodyAnswers()
    {
        var state = Start(Link4);
        QueriesWithin(state, seconds: 4).ShouldBeInRange(3, 4);   // at 0, 0.5, 1.5, 3.5 and up to a tenth later each
        QueriesWithin(state, seconds: 100).ShouldBeInRange(9, 12);
        var other = Start(Link4);
        QueriesWithin(other, seconds: 0.2).ShouldBe(1);
        Receive(other, Convert.FromHexString(JsAnswer));
        QueriesWithin(other, seconds: 30).ShouldBeInRange(3, 4);
    }

    [Fact]
    public void ALinkThatAppearsIsAskedOnAtOnceAndOneThatIsGoneIsSilent()
    {
        var state = Start(Link4);
        Advance(state, seconds: 60);
        Sent(state);
        var second = new MdnsLink(8, AddressFamily.InterNetwork, "test1", [(IPAddress.Parse("10.78.0.5"), 24)]);
        state.SetLinks([Link4, second], _now);
        Advance(state, seconds: 0.1);
        Sent(state).ShouldHaveSingleItem().Link.ShouldBe(second);
        state.SetLinks([second], _now);
        Advance(state, seconds: 60);
        Sent(state).ShouldAllBe(sent => sent.Link == second);
        state.Receive(Convert.FromHexString(JsQuery), Neighbour, Link4.Key, _now);
        state.Drops(MdnsDrop.OffLink).ShouldBe(1);
    }

    [Fact]
    public void AddressesOfIPv6LinksAreLearnedWithoutZones()
    {
        var link = new MdnsLink(7, AddressFamily.InterNetworkV6, "test0", [(IPAddress.Parse("fe80::5"), 64), (IPAddress.Parse("2001:db8:7::5"), 64)]);
        var state = Start(link);
        state.Receive(
            Answer(JsPeer, 120, "/ip6/fe80::9/udp/1/quic-v1", "/ip6/2001:db8:7::9/udp/1/quic-v1", "/ip6/2001:db8:8::9/udp/1/quic-v1"),
            IPAddress.Parse("fe80::9%7"), link.Key, _now);
        state.Peers.ShouldHaveSingleItem().Addresses.ShouldBe([Multiaddr.Parse("/ip6/2001:db8:7::9/udp/1/quic-v1")]);
    }

    [Fact]
    public void NobodyOffTheLinkIsHeard()
    {
        var state = Start(Link4, Link6);
        foreach (var source in (string[])["10.77.1.9", "192.0.2.1", "2001:db8::1", "127.0.0.1"])
        {
            state.Receive(Convert.FromHexString(JsQuery), IPAddress.Parse(source), Link4.Key, _now);
            state.Receive(Convert.FromHexString(JsAnswer), IPAddress.Parse(source), Link4.Key, _now);
        }

        state.Drops(MdnsDrop.OffLink).ShouldBe(8);
        Sent(state).ShouldBeEmpty();
        state.Peers.ShouldBeEmpty();
    }

    /// <summary>Whoever is on the link cannot send us dialing to others.</summary>
    [Fact]
    public void AddressesOfThirdPartiesAreNotTaken()
    {
        var state = Start(Link4);
        Receive(state, Answer(
            JsPeer, 120, "/ip4/192.0.2.66/tcp/25", "/ip6/2001:db8::66/tcp/25", "/dns4/victim.example/tcp/443", "/ip4/127.0.0.1/tcp/22",
            $"/ip4/10.77.0.9/tcp/1/p2p/{JsPeer}/p2p-circuit"));
        state.Peers.ShouldHaveSingleItem().Addresses.ShouldBe([Multiaddr.Parse("/ip4/10.77.0.9/tcp/25"), Multiaddr.Parse("/ip4/10.77.0.9/tcp/22")]);
    }

    [Fact]
    public void AHundredThousandQueriesGetAFewAnswersToTheGroupAndNoneLargerThanAPacket()
    {
        _own.AddRange(Enumerable.Range(1, 100).Select(port => Multiaddr.Parse($"/ip4/10.77.0.5/tcp/{port}")));
        var state = Start(Link4);
        var query = Convert.FromHexString(JsQuery);
        var sent = new List<(MdnsLink Link, byte[] Packet)>();
        for (var i = 0; i < 100_000; i++)
        {
            _now += TimeSpan.FromMicroseconds(100);   // ten seconds in all
            Receive(state, query);
            sent.AddRange(Sent(state));
        }

        var answers = 100_000 - state.Drops(MdnsDrop.AnswerBudget);
        answers.ShouldBeInRange(10, 10 + MdnsState.AnswerBurst);
        sent.Count.ShouldBeInRange((int)answers * 3, (int)answers * 5, "29 addresses take a few packets");
        sent.ShouldAllBe(each => each.Packet.Length <= MdnsPackets.MaxLength);
    }

    [Fact]
    public void AFloodOfPeersFillsTheTableOnceAndThrowsNobodyOut()
    {
        var state = Start(Link4);
        Receive(state, Answer(JsPeer, 7200, "/ip4/10.77.0.9/tcp/1"));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 20_000; i++)
        {
            _now += TimeSpan.FromMilliseconds(5);
            var peer = KeyPair.FromSeed([.. BitConverter.GetBytes(i), .. new byte[28]]).PeerId;
            Receive(state, Answer(peer, 7200, $"/ip4/10.77.0.9/tcp/{i}", $"/ip4/10.77.0.9/tcp/{i + 20_000}"));
            Events(state);
        }

        state.AddressCount.ShouldBe(new MdnsOptions().MaxAddresses);
        state.Peers.ShouldContain(peer => peer.Peer == JsPeer);
        state.Drops(MdnsDrop.Full).ShouldBeGreaterThan(0);
        state.Drops(MdnsDrop.LearnBudget).ShouldBeGreaterThan(10_000, "32 new peers a second are enough for any network");
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(4 << 20);
        Receive(state, Answer(KeyPair.Generate().PeerId, 7200, [.. Enumerable.Range(1, 40).Select(port => $"/ip4/10.77.0.9/tcp/{port}")]));
        state.Peers.ShouldAllBe(peer => peer.Addresses.Count <= MdnsState.MaxAddressesPerPeer);
    }

    [Fact]
    public void CompressionPointersThatLoopOrLeadForwardEndTheReading()
    {
        byte[] header = [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        byte[] type = [0, 12, 0, 1];
        foreach (var name in (byte[][])[[0xc0, 12], [0xc0, 14, 0xc0, 12], [1, (byte)'a', 0xc0, 12], [0xc0, 255], [0xc0], [0xc0, 2], [0x40, 0], [63, 1]])
        {
            DnsMessage.TryDecode([.. header, .. name, .. type]).ShouldBeNull(Convert.ToHexString(name));
        }

        // Seventeen pointers, each honestly backwards: the seventeenth is one too many.
        DnsMessage.TryDecode(Chain(16)).ShouldNotBeNull();
        DnsMessage.TryDecode(Chain(17)).ShouldBeNull();

        // An unread question's name holds the chain: each label's rest is the pointer before it.
        static byte[] Chain(int pointers)
        {
            var bytes = new List<byte> { 0, 1, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 1 };
            bytes.AddRange([0, 0, 1, 0, 1, 0, 0, 0, 0, 0, (byte)(1 + (2 * (pointers - 1)))]);   // a record of type A whose data is the chain
            var at = bytes.Count;
            bytes.Add(0);
            var previous = at;
            for (var i = 1; i < pointers; i++)
            {
                bytes.AddRange([0xc0, (byte)previous]);
                previous = bytes.Count - 2;
            }

            bytes.AddRange([0xc0, (byte)previous, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
            return [.. bytes];
        }
    }

    [Fact]
    public void JunkNeverThrowsAndNothingBeyondTheBoundsIsRead()
    {
        var state = Start(Link4);
        var random = new Random(11);
        var sample = Convert.FromHexString(JsAnswer);
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = sample.ToArray();
            for (var change = random.Next(1, 8); change > 0; change--)
            {
                bytes[random.Next(i % 2 == 0 ? 40 : bytes.Length)] = (byte)random.Next(256);
            }

            Receive(state, bytes[..random.Next(bytes.Length + 1)]);
            Sent(state);
            Events(state);
        }

        state.Drops(MdnsDrop.Malformed).ShouldBeGreaterThan(10_000);
        DnsMessage.TryDecode(new byte[DnsMessage.MaxLength + 1]).ShouldBeNull();
        DnsMessage.TryDecode([0, 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0, .. new byte[200]]).ShouldBeNull("17 questions");
        DnsMessage.TryDecode([0, 0, 0, 0, 0, 0, 0, 65, 0, 0, 0, 0, .. new byte[1000]]).ShouldBeNull("65 records");
    }

    [Fact]
    public void AskedForTheLinksServicesWeNameOurs()
    {
        var state = Start(Link4);
        Receive(state, MdnsPackets.Query(5, "_Services._DNS-SD._udp.local"));
        var answer = DnsMessage.TryDecode(Sent(state).ShouldHaveSingleItem().Packet)!;
        answer.Records.ShouldHaveSingleItem().Target.ShouldBe(MdnsOptions.PublicService);
        Receive(state, MdnsPackets.Query(6, "_ipp._tcp.local"));
        Sent(state).ShouldBeEmpty();
    }

    [Fact]
    public void APrivateNetworkLooksUnderItsFingerprint()
    {
        PreSharedKey.TryParse(new string('1', 64), out var key).ShouldBeTrue();
        var options = MdnsOptions.ForPrivateNetwork(key!);
        options.Service.ShouldStartWith("_p2p-");
        var state = new MdnsState(options, _self.PeerId, () => _own, new Random(1));
        state.SetLinks([Link4], _now);
        Receive(state, Convert.FromHexString(JsQuery));
        Receive(state, Convert.FromHexString(JsAnswer));
        Sent(state).ShouldBeEmpty();
        state.Peers.ShouldBeEmpty();
    }

    private MdnsState Start(params MdnsLink[] links)
    {
        var state = new MdnsState(new MdnsOptions(), _self.PeerId, () => _own, new Random(1));
        state.SetLinks(links, _now);
        return state;
    }

    private MdnsState Start(MdnsLink link, KeyPair self, Multiaddr own)
    {
        var state = new MdnsState(new MdnsOptions(), self.PeerId, () => [own], new Random(2));
        var (ip, prefix) = link.Networks[0];
        own.TryGetIp(out var address);
        state.SetLinks([link with { Networks = [(address!, prefix), (ip, prefix)] }], _now);
        return state;
    }

    private void Receive(MdnsState state, byte[] packet) => state.Receive(packet, Neighbour, Link4.Key, _now);

    private void Advance(MdnsState state, double seconds)
    {
        var until = _now + TimeSpan.FromSeconds(seconds);
        while (state.NextDue is { } due && due <= until)
        {
            _now = due > _now ? due : _now;
            state.Advance(_now);
        }

        _now = until;
    }

    private int QueriesWithin(MdnsState state, double seconds)
    {
        Advance(state, seconds);
        return Sent(state).Count;
    }

    private static List<(MdnsLink Link, byte[] Packet)> Sent(MdnsState state)
    {
        var sent = new List<(MdnsLink, byte[])>();
        while (state.TryTakeOutput(out var output))
        {
            sent.Add(output);
        }

        return sent;
    }

    private static List<MdnsEvent> Events(MdnsState state)
    {
        var events = new List<MdnsEvent>();
        while (state.TryTakeEvent(out var one))
        {
            events.Add(one);
        }

        return events;
    }

    private static byte[] Answer(PeerId peer, uint ttl, params string[] addresses)
    {
        var writer = new DnsWriter(0, 0x8400, DnsMessage.MaxLength).Ptr(MdnsOptions.PublicService, ttl, "someone");
        foreach (var address in addresses)
        {
            writer.Txt("someone", ttl, $"dnsaddr={address}/p2p/{peer}");
        }

        return writer.ToArray();
    }
}
