using System.Net;
using P2Panda.Tests;

namespace P2Panda.Libp2p.Tests.Multiformats;

public sealed class MultiaddrTests
{
    public static TheoryData<string, string> Golden()
    {
        var data = new TheoryData<string, string>();
        using var vectors = TestVectors.Json("libp2p/golden.json");
        foreach (var row in vectors.RootElement.GetProperty("multiaddrs").EnumerateArray())
        {
            data.Add(row.GetProperty("text").GetString()!, row.GetProperty("hex").GetString()!);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void TextAndBytesAreThoseOfJsLibp2p(string text, string hex)
    {
        Convert.ToHexStringLower(Multiaddr.Parse(text).Bytes.Span).ShouldBe(hex);
        Multiaddr.TryDecode(Convert.FromHexString(hex), out var decoded).ShouldBeTrue();
        decoded.ToString().ShouldBe(text);
        decoded.ShouldBe(Multiaddr.Parse(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("ip4/1.2.3.4")]
    [InlineData("/ip4/1.2.3")]
    [InlineData("/ip4/1.2.3.4/tcp")]
    [InlineData("/ip4/1.2.3.4/tcp/65536")]
    [InlineData("/ip4/1.2.3.4/tcp/-1")]
    [InlineData("/ip6/fe80::1%eth0/tcp/1")]
    [InlineData("/ip6/1.2.3.4/tcp/1")]
    [InlineData("/nonsense/1")]
    [InlineData("/p2p/notapeer")]
    [InlineData("/dns4//tcp/1")]
    public void TextThatIsNoAddressIsRefused(string text) => Multiaddr.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("04c00002")] // cut
    [InlineData("04c0000201ff7f00")] // unknown code
    [InlineData("8400c0000201")] // code not minimal
    [InlineData("36ffffffff0f61")] // length beyond the end
    [InlineData("a503020101")] // peer id that is none
    [InlineData("")]
    public void BytesThatAreNoAddressAreRefused(string hex) => Multiaddr.TryDecode(Convert.FromHexString(hex), out _).ShouldBeFalse();

    [Fact]
    public void IpfsIsAnOldNameOfP2P() =>
        Multiaddr.Parse("/ipfs/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq").ToString()
            .ShouldBe("/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq");

    [Fact]
    public void EncapsulatesAndDecapsulates()
    {
        var relay = PeerId.Parse("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq");
        var target = PeerId.Parse("12D3KooWCw68m5CRcV8vD9iuR325oKwJHLYqTYH5mYwD6k2QV4nm");
        var address = Multiaddr.Parse("/ip4/192.0.2.1/tcp/2022");
        var circuit = address.WithPeer(relay).Encapsulate(Multiaddr.Parse("/p2p-circuit")).WithPeer(target);

        circuit.ToString().ShouldBe($"/ip4/192.0.2.1/tcp/2022/p2p/{relay}/p2p-circuit/p2p/{target}");
        circuit.IsRelayed.ShouldBeTrue();
        circuit.Peer.ShouldBe(target);
        circuit.WithoutPeer().Peer.ShouldBeNull();
        circuit.Decapsulate(MultiaddrProtocol.P2PCircuit)!.Peer.ShouldBe(relay);
        address.Decapsulate(MultiaddrProtocol.Ip4).ShouldBeNull();
        address.WithPeer(relay).WithPeer(target).ShouldBe(address.WithPeer(target));
    }

    [Fact]
    public void GivesItsSocketAddress()
    {
        Multiaddr.Parse("/ip6/2001:db8::1/udp/2022/quic-v1").TryGetEndPoint(MultiaddrProtocol.Udp, out var endPoint).ShouldBeTrue();
        endPoint.ShouldBe(new IPEndPoint(IPAddress.Parse("2001:db8::1"), 2022));
        Multiaddr.FromEndPoint(endPoint, MultiaddrProtocol.Udp, MultiaddrProtocol.QuicV1).ToString().ShouldBe("/ip6/2001:db8::1/udp/2022/quic-v1");
        Multiaddr.FromEndPoint(new IPEndPoint(IPAddress.Parse("::ffff:192.0.2.1"), 7), MultiaddrProtocol.Tcp).ToString().ShouldBe("/ip4/192.0.2.1/tcp/7");
        Multiaddr.Parse("/dns4/example.com/tcp/443").TryGetEndPoint(MultiaddrProtocol.Tcp, out _).ShouldBeFalse();
    }

    [Fact]
    public void JunkNeverThrowsAndWhatDecodesEncodesBack()
    {
        var random = new Random(7);
        var seeds = Golden().Select(row => Convert.FromHexString((string)row[1])).ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = (byte[])seeds[round % seeds.Length].Clone();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var cut = bytes.AsSpan(0, random.Next(bytes.Length + 1));
            if (Multiaddr.TryDecode(cut, out var address))
            {
                address.Bytes.Span.SequenceEqual(cut).ShouldBeTrue();
                Multiaddr.TryParse(address.ToString(), out _).ShouldBeTrue(address.ToString());
            }
        }
    }

    [Fact]
    public void BoundsHold()
    {
        Multiaddr.TryParse(string.Concat(Enumerable.Repeat("/p2p-circuit", Multiaddr.MaxComponents)), out _).ShouldBeTrue();
        Multiaddr.TryParse(string.Concat(Enumerable.Repeat("/p2p-circuit", Multiaddr.MaxComponents + 1)), out _).ShouldBeFalse();
        Multiaddr.TryDecode(new byte[Multiaddr.MaxLength + 1], out _).ShouldBeFalse();
    }
}
