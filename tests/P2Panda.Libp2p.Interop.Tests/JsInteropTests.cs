using System.Text;
using Xunit.Abstractions;

namespace P2Panda.Libp2p.Interop.Tests;

/// <summary>
/// Both roles over every stack against js-libp2p 3.3.11. One test is one row: stack and dialer; what it goes through is printed line
/// by line. Nothing here may be skipped.
/// </summary>
[Trait("duration", "long")]
public sealed class JsInteropTests(ITestOutputHelper output)
{
    public static TheoryData<string, string> Rows()
    {
        var rows = new TheoryData<string, string>();
        foreach (var stack in Stack.All)
        {
            rows.Add(stack.Name, "C# dials js");
            rows.Add(stack.Name, "js dials C#");
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task EverythingWorks(string stackName, string direction)
    {
        var stack = Stack.Named(stackName);
        var weDial = direction == "C# dials js";
        await using var pair = await InteropPair.ConnectAsync(stack, weDial);
        var jsPeer = pair.Js.PeerId;
        pair.Connection.RemotePeer.ShouldBe(jsPeer);
        Row("connect", $"{pair.Connection.Security} {pair.Connection.Muxer}, Node {pair.Js.NodeVersion}");

        await pair.Connection.IdentifyDone.WaitAsync(JsPeer.Patience);
        var theirs = pair.Connection.Identified.ShouldNotBeNull();
        theirs.PublicKey!.PeerId.ShouldBe(jsPeer);
        theirs.AgentVersion!.ShouldStartWith("js-libp2p/3.3.11");
        theirs.Protocols.ShouldContain(InteropPair.Echo);
        theirs.ObservedAddress.ShouldNotBeNull();
        var ours = await pair.Js.WaitAsync("identify", e => e.GetProperty("peer").GetString() == pair.Host.PeerId.ToString());
        ours.GetProperty("agent").GetString().ShouldBe(pair.Host.Options.AgentVersion);
        ours.GetProperty("signed").GetBoolean().ShouldBeTrue();
        Row("identify", "both sides, signed record");

        var pushedToJs = pair.Js.WaitAsync("identify", e => Contains(e, "protocols", "/pushed-by-csharp/1"));
        pair.Host.Handle("/pushed-by-csharp/1", (_, _, _) => Task.CompletedTask);
        var pushedToUs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        pair.Host.PeerIdentified += (_, message) =>
        {
            if (message.Protocols.Contains("/pushed-by-js/1"))
            {
                pushedToUs.TrySetResult();
            }
        };
        await pair.Js.SendAsync("handle", new { protocol = "/pushed-by-js/1" });
        await pushedToUs.Task.WaitAsync(JsPeer.Patience);
        await pushedToJs;
        Row("identify push", "both ways");

        var rtt = await pair.Connection.PingAsync(TimeProvider.System, InteropPair.Deadline);
        await pair.Js.SendAsync("ping", new { to = pair.Host.PeerId.ToString() });
        Row("ping", $"both ways, {rtt.TotalMilliseconds:0.00} ms");

        (await EchoAsync(pair, 1 << 20)).ShouldBeTrue();
        var echoed = await pair.Js.SendAsync("echo", new { to = pair.Host.PeerId.ToString(), length = 1 << 20 });
        echoed.GetProperty("equal").GetBoolean().ShouldBeTrue();
        Row("1 MiB echo", "both ways");

        (await Task.WhenAll(Enumerable.Range(0, 100).Select(i => EchoAsync(pair, 10_000 + i)))).ShouldAllBe(equal => equal);
        var parallel = await pair.Js.SendAsync("parallel", new { to = pair.Host.PeerId.ToString(), length = 10_000, count = 100 });
        parallel.GetProperty("equal").GetBoolean().ShouldBeTrue();
        Row("100 parallel streams", "both ways");

        (await HalfCloseAsync(pair)).ShouldBe("12345");
        var half = await pair.Js.SendAsync("halfClose", new { to = pair.Host.PeerId.ToString(), length = 12345 });
        half.GetProperty("answer").GetString().ShouldBe("12345");
        Row("half-close", "both ways");

        var stream = await pair.Connection.OpenStreamAsync(["/reset/1.0.0"], InteropPair.Deadline);
        await stream.ReadExactlyAsync(new byte[1], InteropPair.Deadline);
        stream.Reset();
        // js-libp2p's QUIC swallows a peer's reset and shows the end of the stream, unless its own write is still under way.
        await pair.Js.WaitAsync(name => name == "reset-seen" || (stack.IsQuic && name == "reset-as-end"));
        await pair.Js.SendAsync("reset", new { to = pair.Host.PeerId.ToString() });
        (await pair.ResetSeen.Task.WaitAsync(JsPeer.Patience)).ShouldBeOfType<StreamResetException>();
        Row("reset", "both ways");

        await pair.Js.SendAsync("hangUp", new { to = pair.Host.PeerId.ToString() });
        await pair.Connection.Closed.WaitAsync(JsPeer.Patience);
        Row("close", await pair.Connection.Closed);

        void Row(string what, string detail) => output.WriteLine($"ok  {stackName,-16} {direction,-11} {what,-20} {detail}");
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task AWrongPeerIdIsRefused(string stackName, string direction)
    {
        var stack = Stack.Named(stackName);
        var stranger = KeyPair.Generate().PeerId;
        await using var js = await InteropPair.StartJsAsync(stack, listen: true);
        await using var host = InteropPair.BuildHost(stack);
        if (direction == "C# dials js")
        {
            await Should.ThrowAsync<IOException>(host.ConnectAsync(js.Addresses[0].WithPeer(stranger), InteropPair.Deadline));
        }
        else
        {
            await host.ListenAsync(Multiaddr.Parse(stack.ListenAddress), InteropPair.Deadline);
            var address = host.Addresses.Listening[0].WithPeer(stranger).ToString();
            await Should.ThrowAsync<InvalidOperationException>(js.SendAsync("dial", new { to = address }));
        }

        // Inside TLS the server is done before the client has judged its certificate: such a connection ends at once.
        foreach (var refused in host.Connections)
        {
            await refused.Closed.WaitAsync(JsPeer.Patience);
        }

        output.WriteLine($"ok  {stackName,-16} {direction,-11} wrong peer id        refused");
    }

    private static bool Contains(System.Text.Json.JsonElement e, string list, string value) =>
        e.GetProperty(list).EnumerateArray().Any(item => item.GetString() == value);

    private static async Task<bool> EchoAsync(InteropPair pair, int length)
    {
        var sent = new byte[length];
        new Random(length).NextBytes(sent);
        await using var stream = await pair.Connection.OpenStreamAsync([InteropPair.Echo], InteropPair.Deadline);
        var writing = Task.Run(async () =>
        {
            await stream.WriteAsync(sent, InteropPair.Deadline);
            await stream.CompleteWritesAsync(InteropPair.Deadline);
        });
        using var received = new MemoryStream();
        await stream.CopyToAsync(received, InteropPair.Deadline);
        await writing;
        return received.ToArray().AsSpan().SequenceEqual(sent);
    }

    private static async Task<string> HalfCloseAsync(InteropPair pair)
    {
        await using var stream = await pair.Connection.OpenStreamAsync(["/half-close/1.0.0"], InteropPair.Deadline);
        await stream.WriteAsync(new byte[12345], InteropPair.Deadline);
        await stream.CompleteWritesAsync(InteropPair.Deadline);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(InteropPair.Deadline);
    }
}
