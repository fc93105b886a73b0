using P2Panda.Libp2p.Multiformats;
using P2Panda.Tests;

namespace P2Panda.Libp2p.Tests.Protocols;

public sealed class IdentifyTests
{
    [Fact]
    public void EveryRecordedMessageOfRustLibp2pDecodes()
    {
        using var vectors = TestVectors.Json("aquadoggo/libp2p.json");
        var count = 0;
        foreach (var stream in vectors.RootElement.GetProperty("session").EnumerateArray())
        {
            if (stream.GetProperty("protocol").GetString() is not ("/ipfs/id/1.0.0" or "/ipfs/id/push/1.0.0"))
            {
                continue;
            }

            foreach (var message in stream.GetProperty("messages").EnumerateArray())
            {
                Check(Convert.FromHexString(message.GetProperty("hex").GetString()!));
                count++;
            }
        }

        foreach (var single in vectors.RootElement.GetProperty("single").GetProperty("identify").EnumerateArray())
        {
            Check(Convert.FromHexString(single.GetProperty("response").GetString()!));
            count++;
        }

        count.ShouldBeGreaterThan(5);
    }

    [Fact]
    public void MessagesEncodeBack()
    {
        var message = new IdentifyMessage
        {
            PublicKey = KeyPair.FromSeed(new byte[32]).PublicKey,
            ListenAddresses = [Multiaddr.Parse("/ip4/1.2.3.4/tcp/5")],
            Protocols = ["/a", "/b"],
            ObservedAddress = Multiaddr.Parse("/ip4/9.9.9.9/udp/1/quic-v1"),
            AgentVersion = "x",
            ProtocolVersion = "y",
            SignedPeerRecord = new byte[] { 1, 2, 3 },
        };
        var decoded = IdentifyMessage.TryDecode(message.Encode())!;
        decoded.Encode().ShouldBe(message.Encode());
    }

    [Fact]
    public void JunkIsBounded()
    {
        var writer = new ProtobufWriter();
        for (var i = 0; i < 2000; i++)
        {
            writer.Text(3, $"/p/{i}").Bytes(2, Multiaddr.Parse($"/ip4/1.2.3.4/tcp/{i}").Bytes.Span);
        }

        writer.Bytes(2, [0xff, 0xff]).Text(6, new string('a', 1000));
        var decoded = IdentifyMessage.TryDecode(writer.Written)!;
        decoded.Protocols.Count.ShouldBe(IdentifyMessage.MaxProtocols);
        decoded.ListenAddresses.Count.ShouldBe(IdentifyMessage.MaxAddresses);
        decoded.AgentVersion.ShouldBeNull();
        decoded.Merge(decoded).Protocols.Count.ShouldBe(IdentifyMessage.MaxProtocols);
    }

    [Fact]
    public void APushLeavesWhatItDoesNotMention()
    {
        var known = new IdentifyMessage { Protocols = ["/a"], AgentVersion = "x", ListenAddresses = [Multiaddr.Parse("/ip4/1.2.3.4/tcp/5")] };
        var updated = known.Update(new IdentifyMessage { Protocols = ["/b"] });
        updated.Protocols.ShouldBe(["/b"]);
        updated.AgentVersion.ShouldBe("x");
        updated.ListenAddresses.Count.ShouldBe(1);
    }

    private static void Check(byte[] framed)
    {
        VarInt.TryRead(framed, out var length, out var prefix).ShouldBe(VarIntResult.Ok);
        framed.Length.ShouldBe(prefix + (int)length);
        var message = IdentifyMessage.TryDecode(framed.AsSpan(prefix)).ShouldNotBeNull();
        message.PublicKey!.Type.ShouldBe(KeyType.Ed25519);
        message.ProtocolVersion.ShouldBe("aquadoggo/1.0.0");
        message.AgentVersion!.ShouldStartWith("rust-libp2p/");
        message.Protocols.ShouldContain("/ipfs/id/1.0.0");

        // Field by field beside the bytes: nothing was dropped, nothing invented.
        var addresses = new List<byte[]>();
        var protocols = new List<string>();
        var reader = new ProtobufReader(framed.AsSpan(prefix));
        while (reader.Next())
        {
            (reader.Field == 2 ? addresses : []).Add(reader.Bytes.ToArray());
            (reader.Field == 3 ? protocols : []).Add(System.Text.Encoding.UTF8.GetString(reader.Bytes));
        }

        message.ListenAddresses.Select(address => address.Bytes.ToArray()).ShouldBe(addresses);
        message.Protocols.ShouldBe(protocols);
    }
}
