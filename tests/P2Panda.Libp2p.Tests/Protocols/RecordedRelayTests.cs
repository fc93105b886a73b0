using System.Text.Json;
using P2Panda.Libp2p.Protocols.Dcutr;
using P2Panda.Libp2p.Protocols.Relay;
using P2Panda.Libp2p.Tests.Support;
using P2Panda.Tests;

namespace P2Panda.Libp2p.Tests.Protocols;

/// <summary>What aquadoggo 0.9.1 said as relay, client of a relay and partner of hole punching, against our server and our client.</summary>
public sealed class RecordedRelayTests
{
    private const string Hop = RelayProtocol.HopId;
    private const string Stop = RelayProtocol.StopId;

    /// <summary>Where our relay answers and aquadoggo ends the stream without a word.</summary>
    private static readonly Dictionary<string, RelayStatus> Differences = new()
    {
        ["connect without peer"] = RelayStatus.MalformedMessage,
        ["status sent to the relay"] = RelayStatus.UnexpectedMessage,
        ["malformed"] = RelayStatus.MalformedMessage,
        ["message of 5000 bytes"] = RelayStatus.MalformedMessage,
    };

    [Fact]
    public async Task OurRelayAnswersEveryRecordedRequestAlike()
    {
        using var vectors = TestVectors.Json("aquadoggo/libp2p.json");
        await using var hosts = new TestHosts();
        var relay = await hosts.StartAsync();
        using var server = new RelayServer(relay);
        var differing = new List<string>();
        var count = 0;
        foreach (var exchange in vectors.RootElement.GetProperty("single").GetProperty("relay").EnumerateArray())
        {
            var name = exchange.GetProperty("name").GetString()!;
            var client = await hosts.StartAsync(listen: false);
            var connection = await client.ConnectAsync(TestHosts.AddressOf(relay), TestHosts.Deadline);
            await using var stream = await connection.OpenStreamAsync([Hop], TestHosts.Deadline);
            await stream.WriteAsync(Bytes(exchange, "request"), TestHosts.Deadline);
            await stream.CompleteWritesAsync(TestHosts.Deadline);
            var answer = await stream.ReadMessageAsync(RelayFields.MaxMessage, TestHosts.Deadline);
            RelayProtocol.Hop.TryDecode(answer.Body.Span, out var ours).ShouldBeTrue(name);
            if (Differences.TryGetValue(name, out var status))
            {
                exchange.GetProperty("response").GetString().ShouldBe("", name);
                ours!.Status.ShouldBe(status, name);
                differing.Add(name);
            }
            else
            {
                ShouldBeAlike(ours!, DecodeHop(Bytes(exchange, "response")), name);
            }

            count++;
        }

        count.ShouldBe(9);
        differing.ShouldBe(Differences.Keys, ignoreOrder: true);
    }

    [Fact]
    public async Task EveryRecordedReservationAndCircuitReplays()
    {
        using var vectors = TestVectors.Json("aquadoggo/libp2p.json");
        await using var hosts = new TestHosts();
        var (reservations, circuits) = (0, 0);
        foreach (var stream in Streams(vectors, Hop, "relay node"))
        {
            var relay = await hosts.StartAsync();
            using var server = new RelayServer(relay);
            var request = DecodeHop(Message(stream, "read"));
            var recorded = DecodeHop(Message(stream, "written"));
            var client = await hosts.StartAsync(listen: false);
            var connection = await client.ConnectAsync(TestHosts.AddressOf(relay), TestHosts.Deadline);
            if (request.Type == RelayMessageType.Connect)
            {
                // The recorded target, with what it answered to STOP.
                var target = await hosts.StartAsync(listen: false, identity: IdentityOf(request.Peer!));
                var consent = Streams(vectors, Stop, "first client").Select(each => Message(each, "written")).First();
                target.Handle(Stop, async (stop, _, cancellation) =>
                {
                    var asked = await stop.ReadMessageAsync(RelayFields.MaxMessage, cancellation);
                    RelayProtocol.Stop.TryDecode(asked.Body.Span, out var decoded).ShouldBeTrue();
                    decoded!.Peer.ShouldBe(client.PeerId);
                    await stop.WriteAsync(consent, cancellation);
                    await stop.CopyToAsync(Stream.Null, cancellation);
                }, new StreamPolicy { RunOnLimited = true });
                await RelayClient.ReserveAsync(target, await target.ConnectAsync(TestHosts.AddressOf(relay), TestHosts.Deadline), TestHosts.Deadline);
                circuits++;
            }
            else
            {
                reservations++;
            }

            await using var hop = await connection.OpenStreamAsync([Hop], TestHosts.Deadline);
            await hop.WriteAsync(Message(stream, "read"), TestHosts.Deadline);
            var answer = await hop.ReadMessageAsync(RelayFields.MaxMessage, TestHosts.Deadline);
            RelayProtocol.Hop.TryDecode(answer.Body.Span, out var ours).ShouldBeTrue();
            ShouldBeAlike(ours!, recorded, stream.ToString());
        }

        (reservations, circuits).ShouldBe((4, 2));
    }

    [Fact]
    public async Task OurClientTakesEveryRecordedAnswerOfTheRelay()
    {
        using var vectors = TestVectors.Json("aquadoggo/libp2p.json");
        await using var hosts = new TestHosts();
        var count = 0;
        foreach (var node in (string[])["first client", "second client"])
        {
            foreach (var stream in Streams(vectors, Hop, node))
            {
                var answer = Message(stream, "read");
                var recorded = DecodeHop(answer);
                var isReservation = DecodeHop(Message(stream, "written")).Type == RelayMessageType.Reserve;
                var relay = await hosts.StartAsync(identity: recorded.Reservation is { } terms ? IdentityOf(terms.Addresses[0].Peer!) : null);
                relay.Handle(Hop, async (hop, _, cancellation) =>
                {
                    var request = await hop.ReadMessageAsync(RelayFields.MaxMessage, cancellation);
                    // We ask in the very bytes aquadoggo asks in.
                    request.Body.ToArray().ShouldBe(Message(stream, "written")[1..]);
                    await hop.WriteAsync(answer, cancellation);
                    if (!isReservation)
                    {
                        await hop.CopyToAsync(Stream.Null, cancellation);
                    }
                });
                var client = await hosts.StartAsync(listen: false);
                var connection = await client.ConnectAsync(TestHosts.AddressOf(relay), TestHosts.Deadline);
                if (isReservation)
                {
                    var reservation = await RelayClient.ReserveAsync(client, connection, TestHosts.Deadline);
                    reservation.Addresses.ShouldHaveSingleItem().ToString().ShouldEndWith($"/p2p/{relay.PeerId}/p2p-circuit");
                    reservation.Limit.ShouldBe(new CircuitLimit(TimeSpan.FromHours(1), 128 * 1024));
                    reservation.Voucher.ShouldBeNull();
                }
                else
                {
                    var target = DecodeHop(Message(stream, "written")).Peer!;
                    (await RelayClient.ConnectAsync(client, connection, target, TestHosts.Deadline)).Limit.ShouldBe(CircuitLimit.None);
                }

                count++;
            }
        }

        count.ShouldBe(6);
    }

    [Fact]
    public async Task ARelayThatNamesNoAddressIsNotUsed()
    {
        using var vectors = TestVectors.Json("aquadoggo/libp2p.json");
        var answer = vectors.RootElement.GetProperty("single").GetProperty("relay").EnumerateArray().First(each => each.GetProperty("name").GetString() == "reserve");
        await using var hosts = new TestHosts();
        var relay = await hosts.StartAsync();
        relay.Handle(Hop, async (hop, _, cancellation) => await hop.WriteAsync(Bytes(answer, "response"), cancellation));
        var client = await hosts.StartAsync(listen: false);
        var connection = await client.ConnectAsync(TestHosts.AddressOf(relay), TestHosts.Deadline);
        (await Should.ThrowAsync<IOException>(RelayClient.ReserveAsync(client, connection, TestHosts.Deadline))).Message.ShouldContain("named no address");
    }

    [Fact]
    public void EveryRecordedStopIsReadAndWrittenInTheSameBytes()
    {
        using var vectors = TestVectors.Json("aquadoggo/libp2p.json");
        var count = 0;
        foreach (var stream in Streams(vectors, Stop, "first client"))
        {
            var request = Message(stream, "read");
            RelayProtocol.Stop.TryDecode(request.AsSpan(1), out var decoded).ShouldBeTrue();
            decoded!.Type.ShouldBe(RelayMessageType.Connect);
            decoded.Limit.ShouldBe(new CircuitLimit(TimeSpan.FromHours(1), 128 * 1024));
            decoded.Encode().ShouldBe(request[1..]);
            RelayProtocol.Stop.Answer(RelayStatus.Ok).Encode().ShouldBe(Message(stream, "written")[1..]);
            count++;
        }

        count.ShouldBe(2);
    }

    [Fact]
    public void EveryRecordedHolePunchIsReadAndWrittenInTheSameBytes()
    {
        using var vectors = TestVectors.Json("aquadoggo/libp2p.json");
        var count = 0;
        foreach (var stream in Streams(vectors, DcutrMessage.ProtocolId))
        {
            var messages = stream.GetProperty("messages").EnumerateArray().Select(message => Convert.FromHexString(message.GetProperty("hex").GetString()!)).ToList();
            messages.Count.ShouldBe(3);
            foreach (var bytes in messages)
            {
                DcutrMessage.TryDecode(bytes.AsSpan(1), out var decoded).ShouldBeTrue();
                decoded!.Encode().ShouldBe(bytes[1..]);
                decoded.IsSync.ShouldBe(ReferenceEquals(bytes, messages[2]));
                decoded.Addresses.Count.ShouldBe(decoded.IsSync ? 0 : 1);
            }

            count++;
        }

        count.ShouldBe(12);
    }

    [Fact]
    public async Task OurSideOfEveryRecordedHolePunchReplays()
    {
        using var vectors = TestVectors.Json("aquadoggo/libp2p.json");
        await using var hosts = new TestHosts();
        var net = await RelayNet.StartAsync(hosts, "tcp");
        using var follows = new Dcutr(net.Source, new DcutrOptions { PunchWindow = TimeSpan.FromMilliseconds(50) });
        var free = await net.Source.ListenAsync(Multiaddr.Parse("/ip4/127.0.0.1/tcp/0"), TestHosts.Deadline);
        free.Addresses.ShouldNotBeEmpty();
        await net.Source.ConnectAsync(net.CircuitAddress, TestHosts.Deadline);
        for (var i = 0; i < 500 && !net.Target.Connections.Any(connection => connection.IsRelayed); i++)
        {
            await Task.Delay(10);
        }

        var relayed = net.Target.Connections.Single(connection => connection.IsRelayed);
        var count = 0;
        foreach (var stream in Streams(vectors, DcutrMessage.ProtocolId, "second client"))
        {
            // aquadoggo leads: its CONNECT and SYNC, between them our answer.
            var messages = stream.GetProperty("messages").EnumerateArray().Select(message => Convert.FromHexString(message.GetProperty("hex").GetString()!)).ToList();
            await using var exchange = await relayed.OpenStreamAsync([DcutrMessage.ProtocolId], TestHosts.Deadline);
            await exchange.WriteAsync(messages[0], TestHosts.Deadline);
            var answer = await exchange.ReadMessageAsync(DcutrMessage.MaxLength, TestHosts.Deadline);
            DcutrMessage.TryDecode(answer.Body.Span, out var ours).ShouldBeTrue();
            ours!.IsSync.ShouldBeFalse();
            ours.Addresses.ShouldNotBeEmpty();
            ours.Addresses.ShouldAllBe(address => address.Peer == net.Source.PeerId);
            await exchange.WriteAsync(messages[2], TestHosts.Deadline);
            (await exchange.ReadAsync(new byte[1], TestHosts.Deadline)).ShouldBe(0);
            count++;
        }

        count.ShouldBe(6);
        relayed.Closed.IsCompleted.ShouldBeFalse();
    }

    private static byte[] Bytes(JsonElement exchange, string field) => Convert.FromHexString(exchange.GetProperty(field).GetString()!);

    private static byte[] Message(JsonElement stream, string direction) =>
        Convert.FromHexString(stream.GetProperty("messages").EnumerateArray().First(message => message.GetProperty("dir").GetString() == direction).GetProperty("hex").GetString()!);

    private static IEnumerable<JsonElement> Streams(JsonDocument vectors, string protocol, string? node = null) =>
        vectors.RootElement.GetProperty("session").EnumerateArray()
            .Where(stream => stream.GetProperty("protocol").GetString() == protocol && (node is null || stream.GetProperty("node").GetString() == node));

    private static RelayMessage DecodeHop(byte[] framed)
    {
        RelayProtocol.Hop.TryDecode(framed.AsSpan(1), out var message).ShouldBeTrue();
        return message!;
    }

    /// <summary>The recorded nodes' identities are known: 31…, 32… and 33… in hexadecimal.</summary>
    private static KeyPair IdentityOf(PeerId peer) => ((byte[])[0x31, 0x32, 0x33])
        .Select(seed => KeyPair.FromSeed([.. Enumerable.Repeat(seed, 32)]))
        .First(identity => identity.PeerId == peer);

    /// <summary>Alike but for voucher, addresses and expiry; a circuit's consent of ours says the limit as well.</summary>
    private static void ShouldBeAlike(RelayMessage ours, RelayMessage recorded, string name)
    {
        ours.Type.ShouldBe(recorded.Type, name);
        ours.Status.ShouldBe(recorded.Status, name);
        (ours.Reservation is null).ShouldBe(recorded.Reservation is null, name);
        if (recorded.Limit is not null)
        {
            ours.Limit.ShouldBe(recorded.Limit, name);
        }
    }
}
