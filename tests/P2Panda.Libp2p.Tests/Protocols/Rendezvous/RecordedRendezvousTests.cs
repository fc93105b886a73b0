using System.Text.Json;
using P2Panda.Libp2p.Multiformats;
using P2Panda.Libp2p.Protocols.Rendezvous;
using P2Panda.Libp2p.Tests.Support;
using P2Panda.Tests;

namespace P2Panda.Libp2p.Tests.Protocols.Rendezvous;

/// <summary>What aquadoggo 0.9.1 asked and answered, against our server and our client.</summary>
public sealed class RecordedRendezvousTests
{
    /// <summary>Where our server answers something else on purpose: its answer, and why.</summary>
    private static readonly Dictionary<string, (RendezvousStatus Ours, string Reason)> Differences = new()
    {
        ["register, record with the specification's domain"] = (RendezvousStatus.Ok, "both record forms are taken; aquadoggo is silent"),
        ["register, namespace of 256 characters"] = (RendezvousStatus.InvalidNamespace, "an error code where aquadoggo is silent"),
        ["register, record signed by another key"] = (RendezvousStatus.InvalidSignedPeerRecord, "an error code where aquadoggo is silent"),
        ["discover, short cookie"] = (RendezvousStatus.InvalidCookie, "an error code where aquadoggo is silent"),
        ["discover, unknown cookie"] = (RendezvousStatus.InvalidCookie, "a cookie that is not ours"),
        ["discover with the cookie of an earlier answer"] = (RendezvousStatus.InvalidCookie, "a cookie that is not ours"),
    };

    [Fact]
    public async Task OurServerAnswersEveryRecordedRequestAlike()
    {
        using var vectors = TestVectors.Json("aquadoggo/libp2p.json");
        await using var hosts = new TestHosts();
        var (server, _) = await StartServerAsync(hosts);
        var client = await StartClientAsync(hosts, 0xd1);
        var connection = await client.ConnectAsync(TestHosts.AddressOf(server), TestHosts.Deadline);
        var differing = new List<string>();
        var count = 0;
        foreach (var exchange in vectors.RootElement.GetProperty("single").GetProperty("rendezvous").EnumerateArray())
        {
            var name = exchange.GetProperty("name").GetString()!;
            var recorded = Decode(exchange.GetProperty("response").GetString()!);
            var ours = Decode(await ExchangeAsync(connection, exchange.GetProperty("request").GetString()!));
            if (Differences.TryGetValue(name, out var difference))
            {
                ours.ShouldNotBeNull(name).Status.ShouldBe(difference.Ours, name);
                differing.Add(name);
            }
            else
            {
                ShouldBeAlike(ours, recorded, name);
            }

            count++;
        }

        count.ShouldBe(26);
        differing.ShouldBe(Differences.Keys, ignoreOrder: true);
    }

    [Fact]
    public async Task TheRecordedSessionsReplay()
    {
        using var vectors = TestVectors.Json("aquadoggo/libp2p.json");
        var count = 0;
        foreach (var transport in (string[])["quic", "tcp"])
        {
            using var server = new RendezvousServer();
            foreach (var (request, response) in Exchanges(vectors, transport, "relay node", written: "written"))
            {
                // A record proves whose request it is; discoveries are anybody's.
                var peer = PeerRecord.TryOpen(request.SignedPeerRecord, out var record) == PeerRecordResult.Ok ? record!.Peer : KeyPair.Generate().PeerId;
                var ours = server.Answer(request, peer, null).ShouldNotBeNull();
                ShouldBeAlike(Through(ours), response, $"{transport} {request.Type}");
                count++;
            }
        }

        count.ShouldBeGreaterThan(5);
    }

    [Fact]
    public void OurClientTakesEveryRecordedAnswer()
    {
        using var vectors = TestVectors.Json("aquadoggo/libp2p.json");
        var (answers, registrations) = (0, 0);
        foreach (var transport in (string[])["quic", "tcp"])
        {
            foreach (var node in (string[])["first client", "second client"])
            {
                foreach (var (request, response) in Exchanges(vectors, transport, node, written: "read"))
                {
                    answers++;
                    response.Status.ShouldBe(RendezvousStatus.Ok);
                    if (request.Type == RendezvousMessageType.Discover)
                    {
                        var read = RendezvousClient.Read(response, "aquadoggo", isLocal: true);
                        read.Registrations.Count.ShouldBe(response.Registrations.Count);
                        read.Registrations.ShouldAllBe(registration => registration.Addresses.Count > 0 && registration.Ttl == TimeSpan.FromHours(2));
                        read.Cookie.Length.ShouldBe(8 + "aquadoggo".Length);
                        registrations += read.Registrations.Count;
                        RendezvousClient.Read(response, "aquadoggo", isLocal: false).Registrations
                            .ShouldAllBe(registration => registration.Addresses.All(address => AddressScopes.Of(address) != AddressScope.Loopback));
                    }
                }
            }
        }

        answers.ShouldBeGreaterThan(5);
        registrations.ShouldBeGreaterThan(3);
    }

    private static async Task<(Libp2pHost Host, RendezvousServer Server)> StartServerAsync(TestHosts hosts)
    {
        var host = await hosts.StartAsync();
        var server = new RendezvousServer();
        host.Handle(server);
        return (host, server);
    }

    private static Task<Libp2pHost> StartClientAsync(TestHosts hosts, byte seed) =>
        hosts.StartAsync(listen: false, identity: KeyPair.FromSeed([.. Enumerable.Repeat(seed, 32)]));

    private static async Task<string> ExchangeAsync(Connection connection, string request)
    {
        await using var stream = await connection.OpenStreamAsync([RendezvousServer.ProtocolId], TestHosts.Deadline);
        await stream.WriteAsync(Convert.FromHexString(request), TestHosts.Deadline);
        await stream.CompleteWritesAsync(TestHosts.Deadline);
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, TestHosts.Deadline);
        }
        catch (StreamResetException)
        {
            // Over yamux the end of what was written and the refusal to read more may come as one.
        }

        return Convert.ToHexString(answer.ToArray());
    }

    private static IEnumerable<(RendezvousMessage Request, RendezvousMessage Response)> Exchanges(JsonDocument vectors, string transport, string node, string written)
    {
        foreach (var stream in vectors.RootElement.GetProperty("session").EnumerateArray())
        {
            if (stream.GetProperty("protocol").GetString() != RendezvousServer.ProtocolId
                || stream.GetProperty("transport").GetString() != transport || stream.GetProperty("node").GetString() != node)
            {
                continue;
            }

            var messages = stream.GetProperty("messages").EnumerateArray().ToList();
            messages.Count.ShouldBe(2);
            messages[1].GetProperty("dir").GetString().ShouldBe(written);
            yield return (Decode(messages[0].GetProperty("hex").GetString()!)!, Decode(messages[1].GetProperty("hex").GetString()!)!);
        }
    }

    /// <summary>Same type, status, life and registrations; cookies are each server's own.</summary>
    private static void ShouldBeAlike(RendezvousMessage? ours, RendezvousMessage? recorded, string name)
    {
        if (recorded is null)
        {
            ours.ShouldBeNull(name);
            return;
        }

        ours.ShouldNotBeNull(name);
        ours.Type.ShouldBe(recorded.Type, name);
        ours.Status.ShouldBe(recorded.Status, name);
        ours.Ttl.ShouldBe(recorded.Ttl, name);
        (ours.Cookie?.Length).ShouldBe(recorded.Cookie?.Length, name);
        ours.Registrations.Select(Describe).ShouldBe(recorded.Registrations.Select(Describe), ignoreOrder: true, name);
    }

    private static string Describe(RendezvousMessage registration) =>
        $"{Convert.ToHexString(registration.Namespace!)} {Convert.ToHexString(registration.SignedPeerRecord)} {registration.Ttl}";

    private static RendezvousMessage Through(RendezvousMessage message) => RendezvousMessage.TryDecode(message.Encode())!;

    private static RendezvousMessage? Decode(string framedHex)
    {
        var framed = Convert.FromHexString(framedHex);
        if (framed.Length == 0)
        {
            return null;
        }

        VarInt.TryRead(framed, out var length, out var used).ShouldBe(VarIntResult.Ok);
        framed.Length.ShouldBe(used + (int)length);
        return RendezvousMessage.TryDecode(framed.AsSpan(used)).ShouldNotBeNull();
    }
}
