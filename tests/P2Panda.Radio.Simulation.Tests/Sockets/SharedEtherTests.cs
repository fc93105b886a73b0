using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Sockets;

namespace P2Panda.Radio.Simulation.Tests.Sockets;

/// <summary>Stations that know nothing of each other but a socket; real sockets, the machine's clock.</summary>
public sealed class SharedEtherTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("p2panda-ether-").FullName;
    private readonly List<IDisposable> _open = [];

    private string Address => Path.Combine(_folder, "ether");

    public void Dispose()
    {
        _open.Reverse();
        _open.ForEach(item => item.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task AStationHearsItsNeighboursAndNobodyElse()
    {
        var server = Serve(new EtherServerOptions());
        Connect(server, "A", "B");
        Connect(server, "B", "C");
        var (a, b, c) = (Join("A"), Join("B"), Join("C"));

        await a.SendAndWaitAsync(Scene.Payload(40, 1));
        (await b.NextFrameAsync()).ShouldBe(Scene.Payload(40, 1));
        await b.SendAndWaitAsync(Scene.Payload(50, 2));
        (await a.NextFrameAsync()).ShouldBe(Scene.Payload(50, 2));
        (await c.NextFrameAsync()).ShouldBe(Scene.Payload(50, 2));

        c.FramesWaiting.ShouldBe(0);
        c.Shared.Ether.Stations.Select(station => station.Name).ShouldBe(["C", "B"]);
        b.Events.Frames[0].RssiDbm.ShouldBe(14 - 110, 1.0);
    }

    [Fact]
    public async Task AFrameTakesItsTimeOnAir()
    {
        Serve(new EtherServerOptions { Everywhere = new Link() });
        var (a, b) = (Join("A"), Join("B"));
        var before = TimeProvider.System.GetTimestamp();

        a.Send(Scene.Payload(200));
        await b.NextFrameAsync();

        TimeProvider.System.GetElapsedTime(before).ShouldBeGreaterThanOrEqualTo(LoraTiming.Frame(Scene.Fast, 200));
    }

    [Fact]
    public async Task AFasterEtherHasAFasterClock()
    {
        Serve(new EtherServerOptions { Speed = 4, Everywhere = new Link() });
        var (a, b) = (Join("A"), Join("B"));
        var before = (Real: TimeProvider.System.GetTimestamp(), Ether: a.Shared.Ether.Now, Date: a.Shared.Ether.Time.GetUtcNow());

        await a.SendAndWaitAsync(Scene.Payload(255));
        await b.NextFrameAsync();

        var ether = a.Shared.Ether.Now - before.Ether;
        ether.ShouldBeGreaterThanOrEqualTo(LoraTiming.Frame(Scene.Fast, 255));
        // The machine's clock is read last, however late that is.
        (ether / TimeProvider.System.GetElapsedTime(before.Real)).ShouldBeInRange(1.5, 4.01);
        (a.Shared.Ether.Time.GetUtcNow() - before.Date).ShouldBeGreaterThan(LoraTiming.Frame(Scene.Fast, 255));
        (a.Shared.Ether.Time.GetTimestamp() - b.Shared.Ether.Time.GetTimestamp()).ShouldBeInRange(-4_000_000_000, 4_000_000_000);
    }

    [Fact]
    public async Task WhatIsLostToChanceIsLostAndSoIsWhatCollides()
    {
        var server = Serve(new EtherServerOptions());
        server.SetLink("A", "B", new Link(LossProbability: 1));
        server.SetLink("C", "B", new Link());
        server.SetLink("D", "B", new Link());
        var (a, b) = (Join("A"), Join("B"));
        using var c = Connect();
        using var d = Connect();
        foreach (var (peer, name) in new[] { (c, "C"), (d, "D") })
        {
            Say(peer, $$"""{"type":"join","name":"{{name}}"}""");
            ReadLine(peer).ShouldContain("welcome");
        }

        await a.SendAndWaitAsync(Scene.Payload(20, 1));
        // As loud as each other, and at once.
        Say(c, Begin(bytes: new string('5', 510)));
        Say(d, Begin(bytes: new string('6', 510)));
        await WaitUntil(() => b.Shared.Ether.Stations.Count == 4 && b.Shared.Ether.Counts("C", "B").Lost > 0 && b.Shared.Ether.Counts("D", "B").Lost > 0);
        Say(c, Begin(bytes: "0707"));

        (await b.NextFrameAsync()).ShouldBe([7, 7]);
        b.Shared.Ether.Counts("A", "B").Of(LossReason.RandomLoss).ShouldBe(1);
    }

    [Fact]
    public async Task AStationThatVanishesInTheMiddleOfAFrameTakesTheFrameWithIt()
    {
        Serve(new EtherServerOptions { Everywhere = new Link() });
        var (a, b) = (Join("A"), Join("B"));
        using var vanishing = Connect();
        Say(vanishing, """{"type":"join","name":"X"}""");
        ReadLine(vanishing).ShouldContain("welcome");
        // Nine seconds on the air, to those who listen for it; the receivers here do not, but are disturbed.
        Say(vanishing, Begin(spreadingFactor: 12, bytes: new string('5', 510)));
        await WaitUntil(() => b.Shared.Ether.Stations.Any(station => station.Name == "X"));
        vanishing.Dispose();
        await WaitUntil(() => b.Shared.Ether.Counts("X", "B").Of(LossReason.Aborted) > 0);

        await a.SendAndWaitAsync(Scene.Payload(30));
        (await b.NextFrameAsync()).ShouldBe(Scene.Payload(30));
        b.Events.Corrupted.ShouldBe(0);
    }

    [Theory]
    [InlineData("nonsense", "invalid JSON")]
    [InlineData("{}", "")]
    [InlineData("""{"type":"begin"}""", "frame")]
    [InlineData("""{"type":"abort"}""", "the first message of a station is join")]
    [InlineData("""{"type":"join","name":""}""", "a name has 1 to 64 characters")]
    [InlineData("""{"type":"join","name":"A"}""", "there is a station 'A' already")]
    [InlineData("""{"type":"join","name":"X","more":1}""", "more")]
    [InlineData("""{"type":"welcome","speed":1,"date":"2026-01-01T00:00:00Z","atDate":0,"seed":0,"physics":{}}""", "join")]
    [InlineData("""{"type":"link","from":"A","to":"B","pathLossDb":-1}""", "path loss of 0 to 1000 dB")]
    public async Task NonsenseIsAnsweredWithWhyAndHarmsNobody(string line, string reason)
    {
        Serve(new EtherServerOptions { Everywhere = new Link() });
        var (a, b) = (Join("A"), Join("B"));
        using var peer = Connect();

        Say(peer, line);
        var answer = JsonDocument.Parse(ReadLine(peer)).RootElement;
        answer.GetProperty("type").GetString().ShouldBe("refused");
        answer.GetProperty("reason").GetString()!.ShouldContain(reason);
        ReadLine(peer).ShouldBe("");
        await a.SendAndWaitAsync(Scene.Payload(10));
        (await b.NextFrameAsync()).ShouldBe(Scene.Payload(10));
    }

    [Theory]
    [InlineData(13, 125_000, 868e6, "00", "spreading factor")]
    [InlineData(7, 125_001, 868e6, "00", "bandwidth")]
    [InlineData(7, 125_000, 1, "00", "carrier")]
    [InlineData(7, 125_000, 868e6, "", "255 bytes")]
    [InlineData(7, 125_000, 868e6, "0", "255 bytes")]
    [InlineData(7, 125_000, 868e6, "zz", "255 bytes")]
    public void AFrameThatCannotBeIsRefused(int spreadingFactor, int bandwidthHz, double frequencyHz, string bytes, string reason)
    {
        var server = Serve(new EtherServerOptions { Everywhere = new Link() });
        using var peer = Connect();
        Say(peer, """{"type":"join","name":"X"}""");
        ReadLine(peer).ShouldContain("welcome");

        Say(peer, Begin(spreadingFactor, bandwidthHz, frequencyHz, bytes));

        ReadLine(peer).ShouldContain(reason);
        ReadLine(peer).ShouldBe("");
        server.Stations.ShouldBeEmpty();
    }

    [Fact]
    public async Task APeerThatSendsALineWithoutEndIsCutOff()
    {
        var server = Serve(new EtherServerOptions { Everywhere = new Link() });
        using var peer = Connect();
        Say(peer, """{"type":"join","name":"X"}""");
        ReadLine(peer).ShouldContain("welcome");

        try
        {
            peer.Send(new byte[64 * 1024]);
        }
        catch (SocketException)
        {
            // Cut off while sending.
        }

        await WaitUntil(() => server.Stations.Count == 0);
    }

    [Fact]
    public async Task APeerThatDoesNotReadIsCutOffAndNobodyWaitsForIt()
    {
        var server = Serve(new EtherServerOptions { Everywhere = new Link() });
        var (a, b) = (Join("A"), Join("B"));
        using var deaf = Connect();
        Say(deaf, """{"type":"join","name":"deaf"}""");
        using var loud = Connect();
        Say(loud, """{"type":"join","name":"loud"}""");
        ReadLine(loud).ShouldContain("welcome");
        server.SetLink("loud", "A", null);
        server.SetLink("loud", "B", null);

        var line = Encoding.UTF8.GetBytes(Begin(spreadingFactor: 7, bytes: new string('5', 510)) + "\n");
        for (var i = 0; i < 20_000 && server.Stations.Contains("deaf"); i++)
            loud.Send(line);

        await WaitUntil(() => !server.Stations.Contains("deaf"));
        await a.SendAndWaitAsync(Scene.Payload(10));
        (await b.NextFrameAsync()).ShouldBe(Scene.Payload(10));
    }

    [Fact]
    public async Task WithoutItsServerAStationIsAloneAndJoinsTheNextOne()
    {
        var first = Serve(new EtherServerOptions { Everywhere = new Link() });
        var (a, b) = (Join("A"), Join("B"));
        first.Dispose();
        await WaitUntil(() => !a.Shared.IsConnected && !b.Shared.IsConnected);
        await a.SendAndWaitAsync(Scene.Payload(10, 1));

        var second = Serve(new EtherServerOptions { Everywhere = new Link() });
        await WaitUntil(() => second.Stations.Count == 2 && a.Shared.IsConnected && b.Shared.IsConnected);
        await a.SendAndWaitAsync(Scene.Payload(10, 2));

        (await b.NextFrameAsync()).ShouldBe(Scene.Payload(10, 2));
        a.Events.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void WhoCannotJoinIsToldWhy()
    {
        Should.Throw<IOException>(() => SharedEther.Join(Address, "A", NullLogger<SharedEther>.Instance)).Message
            .ShouldContain("p2panda-radio sim ether --listen");
        Serve(new EtherServerOptions());
        Join("A");
        Should.Throw<IOException>(() => SharedEther.Join(Address, "A", NullLogger<SharedEther>.Instance)).Message
            .ShouldContain("there is a station 'A' already");
    }

    [Fact]
    public async Task LinksChangeWhileStationsAreThereAndEveryFrameIsRecorded()
    {
        var record = new StringWriter();
        Serve(new EtherServerOptions { Record = record });
        var (a, b) = (Join("A"), Join("B"));
        await a.SendAndWaitAsync(Scene.Payload(10, 1));
        EtherControl.SetLink(Address, "A", "B", new Link(PathLossDb: 100));
        await a.SendAndWaitAsync(Scene.Payload(10, 2));
        (await b.NextFrameAsync()).ShouldBe(Scene.Payload(10, 2));
        EtherControl.SetLink(Address, "A", "B", null);
        await a.SendAndWaitAsync(Scene.Payload(10, 3));
        EtherControl.SetLink(Address, "A", "B", new Link());
        await a.SendAndWaitAsync(Scene.Payload(10, 4));
        (await b.NextFrameAsync()).ShouldBe(Scene.Payload(10, 4));

        Should.Throw<IOException>(() => EtherControl.SetLink(Address, "A", "B", new Link(LossProbability: 2))).Message.ShouldContain("loss probability");
        var lines = record.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines.Select(line => line.GetProperty("bytes").GetString()).ShouldBe(
            Enumerable.Range(1, 4).Select(seed => Convert.ToHexStringLower(Scene.Payload(10, seed))));
        lines.ShouldAllBe(line => line.GetProperty("airtimeNs").GetInt64() == (long)LoraTiming.Frame(Scene.Fast, 10).TotalNanoseconds);
    }

    [Fact]
    public void AStaleSocketIsTakenOverAndAFileIsNot()
    {
        var first = Serve(new EtherServerOptions());
        Should.Throw<SocketException>(() => Serve(new EtherServerOptions()));
        first.Dispose();

        var other = Path.Combine(_folder, "stale");
        using (var stale = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            stale.Bind(new UnixDomainSocketEndPoint(other + "-first"));
            // A process that is killed leaves its socket behind; closing it would not.
            File.Move(other + "-first", other);
        }

        File.Exists(other).ShouldBeTrue();
        using var server = new EtherServer(new EtherServerOptions(), NullLogger<EtherServer>.Instance);
        server.Listen(other);

        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "precious");
        using var third = new EtherServer(new EtherServerOptions(), NullLogger<EtherServer>.Instance);
        Should.Throw<SocketException>(() => third.Listen(file));
        File.ReadAllText(file).ShouldBe("precious");
    }

    [Theory]
    [InlineData("unix:", "form unix:PATH")]
    [InlineData("/tmp/x", "form unix:PATH")]
    [InlineData("tcp:x", "form unix:PATH")]
    public void AnAddressThatIsNoneIsRefused(string address, string problem)
    {
        UnixAddress.TryParse(address, out _, out var why).ShouldBeFalse();
        why.ShouldContain(problem);
        UnixAddress.TryParse("unix:/" + new string('x', 107), out _, out why).ShouldBeFalse();
        why.ShouldContain("107 bytes");
    }

    private static string Begin(int spreadingFactor = 7, int bandwidthHz = 125_000, double frequencyHz = 869_462_500, string bytes = "00") =>
        JsonSerializer.Serialize(new
        {
            type = "begin",
            frame = new
            {
                start = TimeProvider.System.GetTimestamp(),
                frequencyHz,
                carrierHz = frequencyHz,
                powerDbm = 14,
                modulation = new { spreadingFactor, bandwidthHz },
                bytes,
            },
        });

    private static void Say(Socket socket, string line) => socket.Send(Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>One line, or nothing when the other side has closed.</summary>
    private static string ReadLine(Socket socket)
    {
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        var line = new List<byte>();
        var one = new byte[1];
        while (socket.Receive(one) == 1 && one[0] != '\n')
            line.Add(one[0]);
        return Encoding.UTF8.GetString([.. line]);
    }

    private static async Task WaitUntil(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!holds())
            await Task.Delay(5, patience.Token);
    }

    private static void Connect(EtherServer server, string a, string b)
    {
        server.SetLink(a, b, new Link());
        server.SetLink(b, a, new Link());
    }

    private EtherServer Serve(EtherServerOptions options)
    {
        var server = new EtherServer(options, NullLogger<EtherServer>.Instance);
        _open.Add(server);
        server.Listen(Address);
        return server;
    }

    private SharedStation Join(string name)
    {
        var station = new SharedStation(Address, name);
        _open.Add(station);
        return station;
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(Address));
        return socket;
    }
}
