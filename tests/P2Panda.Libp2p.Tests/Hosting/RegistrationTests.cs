using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using P2Panda.Libp2p.Tests.Support;

namespace P2Panda.Libp2p.Tests.Hosting;

/// <summary>The host among an application's services, and what it measures.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public async Task AHostOfAnApplicationListensServesAndAsksGatesUntilTheApplicationStops()
    {
        var network = new MemoryNetwork();
        var friend = KeyPair.Generate();
        var application = Host.CreateApplicationBuilder();
        application.Services.AddLibp2p(KeyPair.Generate(), builder => builder.UseMemory(network), Multiaddr.Parse("/memory/77"));
        application.Services.AddSingleton<IProtocolHandler, Hello>();
        application.Services.AddSingleton<IConnectionGate>(PeerListGate.Only(friend.PeerId));
        using var running = application.Build();
        await running.StartAsync();
        var host = running.Services.GetRequiredService<Libp2pHost>();
        host.Addresses.Listening.ShouldBe([Multiaddr.Parse("/memory/77")]);
        host.Protocols.ShouldContain("/hello/1");

        await using var dialer = new Libp2pHostBuilder(friend).UseMemory(network).Build();
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(host), TestHosts.Deadline);
        await using (var stream = await connection.OpenStreamAsync(["/hello/1"], TestHosts.Deadline))
        {
            using var reader = new StreamReader(stream);
            (await reader.ReadToEndAsync(TestHosts.Deadline)).ShouldBe("hello");
        }

        await using var stranger = new Libp2pHostBuilder(KeyPair.Generate()).UseMemory(network).Build();
        var refused = await stranger.ConnectAsync(TestHosts.AddressOf(host), TestHosts.Deadline);
        await refused.Closed.WaitAsync(TestHosts.Patience);

        await running.StopAsync();
        await connection.Closed.WaitAsync(TestHosts.Patience);
        await Should.ThrowAsync<IOException>(dialer.ConnectAsync(Multiaddr.Parse("/memory/77"), TestHosts.Deadline));
    }

    [Fact]
    public async Task WhatHappensIsCountedByTheMeter()
    {
        var seen = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, each) =>
        {
            if (instrument.Meter.Name == "P2Panda.Libp2p")
            {
                each.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var labels = string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
            seen.AddOrUpdate($"{instrument.Name} {labels}", value, (_, sum) => sum + value);
        });
        listener.Start();
        await using var hosts = new TestHosts();
        var (dialer, far) = (await hosts.StartAsync("tcp", listen: false), await hosts.StartAsync("tcp"));
        far.Handle("/metered/1", (_, _, _) => Task.CompletedTask);
        var connection = await dialer.ConnectAsync(TestHosts.AddressOf(far), TestHosts.Deadline);
        await using (await connection.OpenStreamAsync(["/metered/1"], TestHosts.Deadline))
        {
        }

        await Should.ThrowAsync<IOException>(dialer.ConnectAsync(Multiaddr.Parse("/ip4/127.0.0.1/tcp/1"), TestHosts.Deadline));
        seen.Keys.ShouldContain("libp2p.connections direction=out transport=tcp");
        seen.Keys.ShouldContain("libp2p.connections direction=in transport=tcp");
        seen.Keys.ShouldContain("libp2p.dials transport=tcp result=ok");
        seen.Keys.ShouldContain("libp2p.dials transport=tcp result=failed");
        seen["libp2p.streams protocol=/metered/1 direction=out"].ShouldBe(1);
        seen["libp2p.streams protocol=/metered/1 direction=in"].ShouldBe(1);
    }

    private sealed class Hello : IProtocolHandler
    {
        public string Protocol => "/hello/1";

        public StreamPolicy Policy { get; } = new();

        public Task HandleAsync(MuxedStream stream, Connection connection, CancellationToken cancellation) =>
            stream.WriteAsync("hello"u8.ToArray(), cancellation).AsTask();
    }
}
