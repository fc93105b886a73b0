using P2Panda.Core.Logs;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Sockets;
using P2Panda.Radio.Simulation.Time;

namespace P2Panda.Radio.Gateway.Tests.RealTime;

/// <summary>The whole row in virtual time.</summary>
internal sealed class VirtualRow : IRow
{
    private readonly VirtualTimeProvider _time = new();
    private readonly SimulatedEther _ether;
    private readonly Dictionary<string, RowGateway> _gateways;

    public VirtualRow(ulong seed)
    {
        _ether = new SimulatedEther(_time, new EtherOptions { Seed = seed });
        _gateways = RowStory.Gateways.ToDictionary(name => name, name => new RowGateway(_ether, name, ChanceOf(name, seed)));
    }

    public Task RunToAsync(TimeSpan at)
    {
        _time.RunFor(at - _time.Elapsed);
        return Task.CompletedTask;
    }

    public Task SwitchOnAsync(string gateway)
    {
        _gateways[gateway].Start();
        return Task.CompletedTask;
    }

    public Task PublishAsync(string gateway, VerifiedEntry entry) => _gateways[gateway].PublishAsync(entry);

    public void Connect(string a, string b) => _ether.Connect(a, b);

    public Task<RowOutcome> EndAsync() => Task.FromResult(new RowOutcome(
        [.. _ether.Transmissions.Select(sent => (sent.Sender, sent.Start, sent.Length))],
        _gateways.ToDictionary(gateway => gateway.Key, gateway => RowOutcome.EntriesIn(gateway.Value.Logs)),
        _gateways.Values.Sum(gateway => gateway.FramesOverrun)));

    public ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways.Values)
        {
            gateway.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>As a station on a shared ether has it.</summary>
    private static Random ChanceOf(string name, ulong seed) =>
        new SimulatedEther(new VirtualTimeProvider(), new EtherOptions { Seed = EtherServer.SeedOf(seed, name) }).ChanceOf(name);
}
