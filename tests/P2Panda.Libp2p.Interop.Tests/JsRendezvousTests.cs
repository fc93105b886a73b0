using Xunit.Abstractions;

namespace P2Panda.Libp2p.Interop.Tests;

/// <summary>Rendezvous in both roles with @canvas-js/libp2p-rendezvous 0.5.2 on js-libp2p 2.10.</summary>
[Trait("duration", "long")]
public sealed class JsRendezvousTests(ITestOutputHelper output)
{
    private const string Space = "aquadoggo";

    [Fact]
    public async Task JsRegistersAndDiscoversAtOurServer()
    {
        await using var js = await JsPeer.StartRendezvousAsync("client");
        await using var host = await StartAsync();
        using var server = new RendezvousServer();
        host.Handle(server);
        var to = InteropPair.AddressOf(host);
        await js.SendAsync("register", new { to, @namespace = Space });
        server.Count.ShouldBe(1);
        Row("js registers", "at our server, with the specification's record");

        await using var other = await StartAsync();
        await other.ConnectAsync(Multiaddr.Parse(to), InteropPair.Deadline);
        other.Addresses.Confirm(other.Addresses.Listening[0]);
        (await other.RegisterAsync(host.PeerId, Space, cancellation: InteropPair.Deadline)).ShouldBe(TimeSpan.FromHours(2));
        var found = await other.DiscoverAsync(host.PeerId, Space, cancellation: InteropPair.Deadline);
        found.Registrations.Single(each => each.Peer == js.PeerId).Addresses.ShouldContain(js.Addresses[0].WithoutPeer());
        Row("we discover js", "at our server");

        // js gives up on an answer as a whole when one record in it has rust's form, as ours has here.
        var refusal = await Should.ThrowAsync<InvalidOperationException>(js.SendAsync("discover", new { to, @namespace = Space }));
        refusal.Message.ShouldContain("Envelope signature is not valid for the given domain");
        await other.UnregisterAsync(host.PeerId, Space, InteropPair.Deadline);
        await using var second = await JsPeer.StartRendezvousAsync("client");
        var peers = (await second.SendAsync("discover", new { to, @namespace = Space })).GetProperty("peers").EnumerateArray().ToList();
        var seen = peers.ShouldHaveSingleItem();
        seen.GetProperty("peer").GetString().ShouldBe(js.PeerId.ToString());
        Row("js discovers", "another js at our server; a record in rust's form spoils the answer for it");

        await js.SendAsync("unregister", new { to, @namespace = Space });
        server.Count.ShouldBe(0);
        Row("js unregisters", "at our server");
        await Should.ThrowAsync<InvalidOperationException>(js.SendAsync("register", new { to, @namespace = new string('n', 256) }));
        Row("js is refused", "a namespace of 256 characters");
    }

    [Fact]
    public async Task WeRegisterAndDiscoverAtAJsServer()
    {
        await using var js = await JsPeer.StartRendezvousAsync("server");
        await using var host = await StartAsync();
        host.Addresses.Confirm(host.Addresses.Listening[0]);
        await host.ConnectAsync(js.Addresses[0], InteropPair.Deadline);
        var granted = await host.RegisterAsync(js.PeerId, Space, TimeSpan.FromSeconds(7200), InteropPair.Deadline);
        granted.ShouldBe(TimeSpan.FromHours(2));
        Row("we register", "at js, which resets the stream for rust's record and takes the specification's");

        await using var other = await StartAsync();
        await other.ConnectAsync(js.Addresses[0], InteropPair.Deadline);
        var found = await other.DiscoverAsync(js.PeerId, Space, cancellation: InteropPair.Deadline);
        found.Registrations.ShouldHaveSingleItem().Peer.ShouldBe(host.PeerId);
        found.Registrations[0].Addresses.ShouldBe([host.Addresses.Listening[0]]);
        (await other.DiscoverAsync(js.PeerId, Space, cookie: found.Cookie, cancellation: InteropPair.Deadline)).Registrations.ShouldBeEmpty();
        Row("we discover", "at js, and nothing new with its cookie");

        await host.UnregisterAsync(js.PeerId, Space, InteropPair.Deadline);
        (await other.DiscoverAsync(js.PeerId, Space, cancellation: InteropPair.Deadline)).Registrations.ShouldBeEmpty();
        Row("we unregister", "at js");
    }

    private void Row(string what, string detail) => output.WriteLine($"ok  rendezvous       {what,-20} {detail}");

    private static async Task<Libp2pHost> StartAsync()
    {
        var host = InteropPair.BuildHost(Stack.All[0]);
        await host.ListenAsync(Multiaddr.Parse(Stack.All[0].ListenAddress), InteropPair.Deadline);
        return host;
    }
}
