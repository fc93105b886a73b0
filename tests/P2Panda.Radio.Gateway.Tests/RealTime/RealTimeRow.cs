using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Sockets;
using P2Panda.Store.Sqlite;

namespace P2Panda.Radio.Gateway.Tests.RealTime;

/// <summary>The row on the machine's clock: one gateway is the program in a process of its own, all are on an ether over sockets.</summary>
internal sealed class RealTimeRow : IRow
{
    private const int MinThreads = 16;
    private const string Record = "frames";

    private readonly GatewayProgram _program = new();
    private readonly string _own;
    private readonly string _air;
    private readonly StreamWriter _record;
    private readonly EtherServer _server;
    private readonly Dictionary<string, (SharedEther Ether, RowGateway Gateway)> _gateways = [];
    private readonly TimeProvider _time;
    private long _begin;
    private RunningProgram? _process;
    private RunningGateway? _running;

    /// <param name="seed">Decides what is left to chance.</param>
    /// <param name="speed">How many times faster than the machine's clock everything goes.</param>
    /// <param name="own">The gateway that has a process of its own.</param>
    public RealTimeRow(ulong seed, double speed, string own)
    {
        // Three gateways and an ether share this process with a test runner, and their callbacks wait for each other's locks. A pool that is
        // used up gets another thread after half a second only, and of the frames of that time all but the last are lost.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, MinThreads), ports);
        _own = own;
        _air = _program.PathOf("air");
        _record = new StreamWriter(_program.PathOf(Record));
        _server = new EtherServer(
            new EtherServerOptions { Speed = speed, Physics = new EtherOptions { Seed = seed }, Record = _record },
            NullLogger<EtherServer>.Instance);
        _server.Listen(_air);
        foreach (var name in RowStory.Gateways.Where(name => name != own))
        {
            var shared = SharedEther.Join(_air, name, NullLogger<SharedEther>.Instance);
            _gateways.Add(name, (shared, new RowGateway(shared.Ether, name, shared.Ether.ChanceOf(name))));
        }

        _time = _gateways.Values.First().Ether.Ether.Time;
        _begin = _time.GetTimestamp();
    }

    private TimeSpan Now => _time.GetElapsedTime(_begin);

    public async Task RunToAsync(TimeSpan at)
    {
        // By the machine's clock: this is what the test is about.
        while (at - Now is { } left && left > TimeSpan.Zero)
        {
            await Task.Delay(left, _time);
        }
    }

    public async Task SwitchOnAsync(string gateway)
    {
        if (gateway != _own)
        {
            _gateways[gateway].Gateway.Start();
            return;
        }

        var asked = _time.GetTimestamp();
        await PrepareOwnAsync();
        _process = new RunningProgram(_program.Start(
            "run", "--set", "network.enabled=false", "--radio", "sim", "--ether", $"unix:{_air}", "--ether-name", _own,
            "--set", $"store.path={_own}.db", "--set", $"radio.keyFile={_own}.key"));
        _process.WaitFor("On the air");

        // The story goes on from the moment the program speaks; how long it took to start is no part of it.
        _begin += _time.GetTimestamp() - asked;
    }

    public async Task PublishAsync(string gateway, VerifiedEntry entry)
    {
        if (gateway == _own)
        {
            _running ??= RunningGateway.Of(_process!);
            (await _running.PublishAsync(entry)).ShouldBeTrue();
        }
        else
        {
            await _gateways[gateway].Gateway.PublishAsync(entry);
        }
    }

    public void Connect(string a, string b)
    {
        _server.SetLink(a, b, new Link());
        _server.SetLink(b, a, new Link());
    }

    public async Task<RowOutcome> EndAsync()
    {
        var frames = File.ReadLines(_program.PathOf(Record))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("airtimeNs", out _))
            .Select(line => (
                line.GetProperty("sender").GetString()!,
                _time.GetElapsedTime(_begin, line.GetProperty("start").GetInt64()),
                line.GetProperty("bytes").GetString()!.Length / 2))
            .ToList();
        var entries = _gateways.ToDictionary(gateway => gateway.Key, gateway => RowOutcome.EntriesIn(gateway.Value.Gateway.Logs));
        _running!.Stop().ShouldBe(0);
        await using (var store = SqliteLogStore.Open(_program.PathOf(_own + ".db"), new SqliteOptions { ReadOnly = true }))
        {
            entries.Add(_own, RowOutcome.EntriesIn(store.View));
        }

        return new RowOutcome(frames, entries, _gateways.Values.Sum(gateway => gateway.Gateway.FramesOverrun));
    }

    public ValueTask DisposeAsync()
    {
        (_running ?? (IDisposable?)_process)?.Dispose();
        foreach (var (ether, gateway) in _gateways.Values)
        {
            gateway.Dispose();
            ether.Dispose();
        }

        _server.Dispose();
        _record.Dispose();
        _program.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The program has the radio key that it has in every run, and has never been on the air.</summary>
    private async Task PrepareOwnAsync()
    {
        await using (var store = SqliteLogStore.Open(_program.PathOf(_own + ".db"), new SqliteOptions()))
        {
            AirtimeLedger.Begin(store.Marks, BootId.Read(), TimeProvider.System.GetElapsedTime(0));
        }

        using var key = RowGateway.KeyOf(_own);
        KeyFile.Create(_program.PathOf(_own + ".key"), key);
    }
}
