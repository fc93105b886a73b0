using P2Panda.Libp2p.Discovery.Mdns;
using Xunit.Abstractions;

namespace P2Panda.Libp2p.Interop.Tests;

/// <summary>Multicast DNS with js-libp2p on a link of their own: who finds whom, by real packets.</summary>
[Trait("duration", "long")]
public sealed class JsMdnsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task EachFindsTheOtherAndAGoodbyeIsHeard()
    {
        using var network = new NetworkNamespace();
        await using var js = await JsPeer.StartInAsync(network, "--mdns", "--listen", "/ip4/10.77.0.1/tcp/0");
        await using var host = InteropPair.BuildHost(Stack.All[0]);
        network.Enter(() => host.ListenAsync(Multiaddr.Parse("/ip4/10.77.0.1/tcp/0")).GetAwaiter().GetResult());
        var found = new TaskCompletionSource<MdnsPeer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var gone = new TaskCompletionSource<PeerId>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var mdns = Start(network, host);
        mdns.Discovered += peer => Note(found, peer);
        mdns.Expired += peer => gone.TrySetResult(peer);
        foreach (var known in mdns.Peers)
        {
            Note(found, known);
        }

        (await found.Task.WaitAsync(JsPeer.Patience)).Addresses.ShouldContain(js.Addresses[0].WithoutPeer());
        host.AddressBook.Get(js.PeerId).ShouldContain(js.Addresses[0].WithoutPeer());
        output.WriteLine("ok  mDNS             we find js           by multicast, TXT among its answers");

        var seen = await js.WaitAsync("discovered", e => e.GetProperty("peer").GetString() == host.PeerId.ToString());
        seen.GetProperty("addresses").EnumerateArray().Select(address => address.GetString()).ShouldContain(host.Addresses.Listening[0].ToString());
        output.WriteLine("ok  mDNS             js finds us          by multicast, TXT among our additional records");

        // A second of ours on the same port, which says goodbye.
        await using var other = InteropPair.BuildHost(Stack.All[0]);
        network.Enter(() => other.ListenAsync(Multiaddr.Parse("/ip4/10.77.0.1/tcp/0")).GetAwaiter().GetResult());
        await using (Start(network, other))
        {
            await Eventually.BeTrueAsync(() => mdns.Peers.Any(peer => peer.Peer == other.PeerId));
        }

        (await gone.Task.WaitAsync(JsPeer.Patience)).ShouldBe(other.PeerId);
        output.WriteLine("ok  mDNS             goodbye              two of ours and js share port 5353");

        void Note(TaskCompletionSource<MdnsPeer> source, MdnsPeer peer)
        {
            if (peer.Peer == js.PeerId)
            {
                source.TrySetResult(peer);
            }
        }
    }

    [Fact]
    public async Task TwoOfOursFindEachOtherOverIPv6Alone()
    {
        using var network = new NetworkNamespace();
        network.AddAddress("fd77::1/64");
        var hosts = new[] { InteropPair.BuildHost(Stack.All[0]), InteropPair.BuildHost(Stack.All[0]) };
        var mdns = new List<MdnsDiscovery>();
        foreach (var host in hosts)
        {
            network.Enter(() => host.ListenAsync(Multiaddr.Parse("/ip6/fd77::1/tcp/0")).GetAwaiter().GetResult());
            mdns.Add(Start(network, host, new MdnsOptions { UseIPv4 = false }));
        }

        await Eventually.BeTrueAsync(() => mdns[0].Peers.Count == 1 && mdns[1].Peers.Count == 1);
        mdns[0].Peers[0].Addresses.ShouldBe(hosts[1].Addresses.Listening);
        mdns[1].Peers[0].Addresses.ShouldBe(hosts[0].Addresses.Listening);
        output.WriteLine("ok  mDNS             IPv6 alone           two of ours find each other at ff02::fb");
        foreach (var (host, discovery) in hosts.Zip(mdns))
        {
            await discovery.DisposeAsync();
            await host.DisposeAsync();
        }
    }

    /// <summary>The links are looked up inside, once: other threads would see the machine's own.</summary>
    private static MdnsDiscovery Start(NetworkNamespace network, Libp2pHost host, MdnsOptions? options = null) => network.Enter(() =>
    {
        options ??= new MdnsOptions();
        var links = NetworkLinks.Find(options);
        return new MdnsDiscovery(host, options, _ => links);
    });
}
