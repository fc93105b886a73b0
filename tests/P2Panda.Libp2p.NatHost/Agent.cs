using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using P2Panda.Libp2p.Protocols.AutoNat;
using P2Panda.Libp2p.Protocols.Dcutr;
using P2Panda.Libp2p.Protocols.Relay;
using P2Panda.Libp2p.Protocols.Rendezvous;
using P2Panda.Tests;

namespace P2Panda.Libp2p.NatHost;

/// <summary>Nodes in one network namespace, steered by JSON lines: each command is answered by one line with its id.</summary>
internal sealed class Agent(TextReader input, TextWriter output)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly ConcurrentDictionary<string, Node> _nodes = new();
    private readonly Lock _gate = new();
    private TestProxy? _proxy;
    private System.Net.Sockets.Socket? _other;
    private readonly ILoggerFactory _logging = LoggerFactory.Create(logging =>
    {
        if (Environment.GetEnvironmentVariable("NAT_LOG") is { Length: > 0 })
        {
            logging.SetMinimumLevel(LogLevel.Debug).AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss.fff ";
            });
            logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        }
    });

    public async Task RunAsync()
    {
        Say(new JsonObject { ["id"] = 0 });
        while (await input.ReadLineAsync() is { } line)
        {
            var request = JsonSerializer.Deserialize<NodeRequest>(line, Json)!;
            _ = Task.Run(() => AnswerAsync(request));
        }
    }

    private async Task AnswerAsync(NodeRequest request)
    {
        JsonObject answer;
        try
        {
            answer = await ExecuteAsync(request);
        }
#pragma warning disable CA1031 // the test decides what a failure means
        catch (Exception e)
#pragma warning restore CA1031
        {
            answer = new JsonObject { ["error"] = e.GetType().Name + ": " + e.Message };
        }

        answer["id"] = request.Id;
        Say(answer);
    }

    private void Say(JsonObject answer)
    {
        lock (_gate)
        {
            output.WriteLine(answer.ToJsonString());
            output.Flush();
        }
    }

    private async Task<JsonObject> ExecuteAsync(NodeRequest request)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(request.Seconds));
        if (request.Command == "proxy")
        {
            _proxy = new TestProxy(System.Net.IPEndPoint.Parse(request.Address), (name, port) => new System.Net.IPEndPoint(
                System.Net.IPAddress.TryParse(name, out var ip) ? ip : System.Net.IPAddress.Parse(request.Peer), port));
            return [];
        }

        if (request.Command == "occupy")
        {
            // Another multicast DNS responder: avahi shares the port in the same way.
            _other = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork, System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp);
            _other.SetSocketOption(System.Net.Sockets.SocketOptionLevel.Socket, System.Net.Sockets.SocketOptionName.ReuseAddress, true);
            _other.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Any, 5353));
            return [];
        }

        if (request.Command == "proxyRequests")
        {
            return new JsonObject { ["requests"] = new JsonArray([.. _proxy!.Requests.ToArray().Select(each => (JsonNode)each)]) };
        }

        if (request.Command == "start")
        {
            var started = await Node.StartAsync(request, _logging);
            _nodes[request.Node] = started;
            return new JsonObject { ["peer"] = started.Host.PeerId.ToString() };
        }

        var node = _nodes[request.Node];
        var host = node.Host;
        switch (request.Command)
        {
            case "stop":
                _nodes.TryRemove(request.Node, out _);
                await node.DisposeAsync();
                return [];
            case "reserve":
                node.Circuit = await host.ListenAsync(Multiaddr.Parse(request.Address), deadline.Token);
                return new JsonObject { ["addresses"] = Texts(node.Circuit.Addresses) };
            case "reserveOnce":
                var relay = await host.ConnectAsync(Multiaddr.Parse(request.Address), deadline.Token);
                await RelayClient.ReserveAsync(host, relay, deadline.Token);
                return [];
            case "connect":
                var address = Multiaddr.Parse(request.Address);
                return Describe(address.Peer is { } to && address.IsRelayed
                    ? await host.ConnectAsync(to, [address], deadline.Token)
                    : await host.ConnectAsync(address, deadline.Token));
            case "direct":
                return await WaitDirectAsync(host, PeerId.Parse(request.Peer), deadline.Token);
            case "outcome":
                return await WaitOutcomeAsync(node, PeerId.Parse(request.Peer), deadline.Token);
            case "connections":
                return new JsonObject { ["connections"] = new JsonArray([.. host.Connections.OrderBy(each => each.Id).Select(each => (JsonNode)Describe(each))]) };
            case "echo":
                return await EchoAsync(host, PeerId.Parse(request.Peer), request.Bytes, deadline.Token);
            case "ping":
                var rtt = await host.FindConnection(PeerId.Parse(request.Peer))!.PingAsync(TimeProvider.System, deadline.Token);
                return new JsonObject { ["ms"] = rtt.TotalMilliseconds };
            case "addresses":
                return new JsonObject
                {
                    ["listening"] = Texts(host.Addresses.Listening),
                    ["confirmed"] = Texts(host.Addresses.Confirmed),
                    ["candidates"] = Texts(host.Addresses.Candidates),
                };
            case "relay":
                return new JsonObject
                {
                    ["reservations"] = node.Relay!.ReservationCount,
                    ["circuits"] = node.Relay.CircuitCount,
                    ["bytes"] = node.Relay.BytesForwarded,
                    ["refused"] = node.Relay.RefusedCount,
                };
            case "reachability":
                return await ReachabilityAsync(node, request, deadline.Token);
            case "announce":
                host.Addresses.Confirm(Multiaddr.Parse(request.Address));
                return [];
            case "hop":
                // A request for service over whatever connection there is.
                await RelayClient.ReserveAsync(host, host.FindConnection(PeerId.Parse(request.Peer))!, deadline.Token);
                return [];
            case "stopWith":
                return await StopAsync(host, PeerId.Parse(request.Peer), deadline.Token);
            case "stuff":
                return await StuffAsync(host, PeerId.Parse(request.Peer), deadline.Token);
            case "memory":
                GC.Collect();
                return new JsonObject { ["bytes"] = Environment.WorkingSet };
            case "register":
                var granted = await host.RegisterAsync(PeerId.Parse(request.Peer), request.Address, cancellation: deadline.Token);
                return new JsonObject { ["ttl"] = granted.TotalSeconds };
            case "registerRecord":
                return await RegisterRecordAsync(host, PeerId.Parse(request.Peer), request.Address, request.Variant, deadline.Token);
            case "unregister":
                await host.UnregisterAsync(PeerId.Parse(request.Peer), request.Address, deadline.Token);
                return [];
            case "discover":
                var found = await host.DiscoverAsync(
                    PeerId.Parse(request.Peer), request.Address, request.Count == 0 ? null : request.Count, Convert.FromHexString(request.Cookie), deadline.Token);
                return new JsonObject
                {
                    ["peers"] = new JsonArray([.. found.Registrations.Select(each => (JsonNode)each.Peer.ToString())]),
                    ["cookie"] = Convert.ToHexString(found.Cookie.Span),
                };
            case "found":
                return new JsonObject { ["peers"] = new JsonArray([.. node.Found.Keys.Select(each => (JsonNode)each.ToString())]) };
            case "journal":
                return new JsonObject { ["lines"] = new JsonArray([.. node.Whole!.Journal.Of(PeerId.Parse(request.Peer)).Select(line => (JsonNode)line.Text)]) };
            case "mdns":
                return new JsonObject { ["peers"] = new JsonArray([.. node.Mdns!.Peers.Select(peer => (JsonNode)$"{peer.Peer} {string.Join(' ', peer.Addresses)}")]) };
            case "block":
                node.Block.Add(PeerId.Parse(request.Peer));
                return [];
            case "evilDcutr":
                return await EvilDcutrAsync(host, PeerId.Parse(request.Peer), request.Listen, deadline.Token);
            case "evilAutoNat":
                return await EvilAutoNatAsync(host, PeerId.Parse(request.Peer), request.Listen, deadline.Token);
            default:
                throw new NotSupportedException(request.Command);
        }
    }

    private static JsonArray Texts(IEnumerable<Multiaddr> addresses) => new([.. addresses.Select(address => (JsonNode)address.ToString())]);

    private static JsonObject Describe(Connection connection) => new()
    {
        ["peer"] = connection.RemotePeer.ToString(),
        ["id"] = 0,
        ["number"] = connection.Id,
        ["address"] = connection.RemoteAddress.ToString(),
        ["local"] = connection.LocalAddress.ToString(),
        ["relayed"] = connection.IsRelayed,
        ["limited"] = connection.IsLimited,
        ["limitBytes"] = (long)(connection.Limit?.Data ?? 0),
        ["direction"] = connection.Direction.ToString(),
        ["transport"] = connection.Transport,
        ["age"] = (DateTimeOffset.UtcNow - connection.Opened).TotalSeconds,
        ["identified"] = connection.Identified is not null,
    };

    private static async Task<JsonObject> WaitDirectAsync(Libp2pHost host, PeerId peer, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (host.FindConnection(peer) is { IsRelayed: false } direct)
            {
                var answer = Describe(direct);
                answer["ms"] = clock.Elapsed.TotalMilliseconds;
                return answer;
            }

            await Task.Delay(10, cancellation);
        }
    }

    private static async Task<JsonObject> WaitOutcomeAsync(Node node, PeerId peer, CancellationToken cancellation)
    {
        while (true)
        {
            if (node.Outcomes.FirstOrDefault(each => each.Peer == peer) is { } outcome)
            {
                return new JsonObject
                {
                    ["direct"] = outcome.Direct is not null,
                    ["attempts"] = outcome.Attempts,
                    ["reversal"] = outcome.IsReversal,
                    ["ms"] = outcome.Elapsed.TotalMilliseconds,
                    ["reason"] = outcome.Reason,
                };
            }

            await Task.Delay(10, cancellation);
        }
    }

    private static async Task<JsonObject> EchoAsync(Libp2pHost host, PeerId peer, int length, CancellationToken cancellation)
    {
        var connection = host.FindConnection(peer) ?? throw new IOException("not connected");
        await using var stream = await connection.OpenStreamAsync([Node.Echo], cancellation);
        var sent = new byte[length];
        new Random(length).NextBytes(sent);
        var writing = Task.Run(async () =>
        {
            await stream.WriteAsync(sent, cancellation);
            await stream.CompleteWritesAsync(cancellation);
        }, cancellation);
        using var received = new MemoryStream();
        await stream.CopyToAsync(received, cancellation);
        await writing;
        return new JsonObject { ["equal"] = received.ToArray().AsSpan().SequenceEqual(sent), ["relayed"] = connection.IsRelayed, ["address"] = connection.RemoteAddress.ToString() };
    }

    private static async Task<JsonObject> ReachabilityAsync(Node node, NodeRequest request, CancellationToken cancellation)
    {
        var wanted = Enum.Parse<Reachability>(request.Address);
        while (node.AutoNat!.Status != wanted || node.AutoNat.Confidence < request.Count)
        {
            await Task.Delay(20, cancellation);
        }

        return new JsonObject { ["status"] = node.AutoNat.Status.ToString(), ["confidence"] = node.AutoNat.Confidence, ["confirmed"] = Texts(node.Host.Addresses.Confirmed) };
    }

    private static async Task<JsonObject> StopAsync(Libp2pHost host, PeerId peer, CancellationToken cancellation)
    {
        await using var stream = await host.FindConnection(peer)!.OpenStreamAsync([RelayProtocol.StopId], cancellation);
        await stream.WriteMessageAsync(RelayProtocol.Stop.Connect(KeyPair.Generate().PeerId).Encode(), cancellation);
        var answer = await stream.ReadMessageAsync(RelayFields.MaxMessage, cancellation);
        return new JsonObject { ["status"] = RelayProtocol.Stop.TryDecode(answer.Body.Span, out var decoded) ? decoded.Status.ToString() : answer.Result.ToString() };
    }

    private static async Task<JsonObject> RegisterRecordAsync(Libp2pHost host, PeerId server, string name, string variant, CancellationToken cancellation)
    {
        var author = variant == "foreign" ? KeyPair.Generate() : host.Identity;
        var form = variant == "standard" ? PeerRecordForm.Standard : PeerRecordForm.RoutingState;
        var record = PeerRecord.Seal(author, 1, host.Addresses.External, form).Encode();
        if (variant == "tampered")
        {
            record[^1] ^= 1;
        }

        await using var stream = await host.FindConnection(server)!.OpenStreamAsync([RendezvousServer.ProtocolId], cancellation);
        var request = new RendezvousMessage { Type = RendezvousMessageType.Register, Namespace = System.Text.Encoding.UTF8.GetBytes(name), SignedPeerRecord = record };
        await stream.WriteMessageAsync(request.Encode(), cancellation);
        var answer = await stream.ReadMessageAsync(4096, cancellation);
        return new JsonObject { ["status"] = RendezvousMessage.TryDecode(answer.Body.Span)?.Status.ToString() };
    }

    /// <summary>Writes until nothing is taken for a second.</summary>
    private static async Task<JsonObject> StuffAsync(Libp2pHost host, PeerId peer, CancellationToken cancellation)
    {
        var stream = await host.FindConnection(peer)!.OpenStreamAsync([Node.Stuck], cancellation);
        var taken = 0L;
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(TimeSpan.FromSeconds(1));
            try
            {
                await stream.WriteAsync(new byte[64 * 1024], patience.Token);
                taken += 64 * 1024;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return new JsonObject { ["bytes"] = taken };
            }
        }
    }

    /// <summary>Plays the leading side by hand, with addresses of the test's choosing.</summary>
    private static async Task<JsonObject> EvilDcutrAsync(Libp2pHost host, PeerId peer, string[] addresses, CancellationToken cancellation)
    {
        var relayed = host.Connections.First(each => each.IsRelayed && each.RemotePeer == peer);
        await using var stream = await relayed.OpenStreamAsync([DcutrMessage.ProtocolId], cancellation);
        await stream.WriteMessageAsync(new DcutrMessage(false, [.. addresses.Select(Multiaddr.Parse)]).Encode(), cancellation);
        var answer = await stream.ReadMessageAsync(DcutrMessage.MaxLength, cancellation);
        await stream.WriteMessageAsync(DcutrMessage.SyncMessage.Encode(), cancellation);
        return new JsonObject { ["answer"] = answer.Result.ToString() };
    }

    private static async Task<JsonObject> EvilAutoNatAsync(Libp2pHost host, PeerId peer, string[] addresses, CancellationToken cancellation)
    {
        await using var stream = await host.FindConnection(peer)!.OpenStreamAsync([AutoNatMessage.ProtocolId], cancellation);
        await stream.WriteMessageAsync(new AutoNatMessage(false) { Peer = host.PeerId, Addresses = [.. addresses.Select(Multiaddr.Parse)] }.Encode(), cancellation);
        var answer = await stream.ReadMessageAsync(AutoNatMessage.MaxLength, cancellation);
        AutoNatMessage.TryDecode(answer.Body.Span, out var decoded);
        return new JsonObject { ["status"] = decoded?.Status.ToString(), ["address"] = decoded?.Address?.ToString() };
    }
}
