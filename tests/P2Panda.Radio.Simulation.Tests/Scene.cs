using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Time;
using P2Panda.Radio.Sx127x;

namespace P2Panda.Radio.Simulation.Tests;

/// <summary>A virtual clock, an ether, and started stations on it.</summary>
internal sealed class Scene : IDisposable
{
    private readonly Dictionary<string, SimulatedStation> _stations = [];
    private readonly Dictionary<string, RecordedEvents> _events = [];

    public Scene(EtherOptions? options = null) => Ether = new SimulatedEther(Time, options);

    public static LoraModulation Fast { get; } = new() { SpreadingFactor = 7, BandwidthHz = 125_000 };

    public static RadioSettings Settings { get; } = new() { FrequencyHz = 869_462_500, Modulation = Fast, PowerDbm = 14 };

    public VirtualTimeProvider Time { get; } = new();

    public SimulatedEther Ether { get; }

    public static byte[] Payload(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public SimulatedStation Add(string name, RadioSettings? settings = null, ChipOptions? chip = null, Sx127xRadioOptions? radio = null)
    {
        var station = new SimulatedStation(Ether, name, chip, radio);
        var events = new RecordedEvents();
        station.Radio.Start(settings ?? Settings, events);
        _stations.Add(name, station);
        _events.Add(name, events);
        return station;
    }

    public RecordedEvents EventsOf(string name) => _events[name];

    public SimulatedStation Station(string name) => _stations[name];

    public void Receive(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            _stations[name].Radio.Receive();
    }

    public void Send(string name, int length = 20, int seed = 1) => _stations[name].Radio.Transmit(Payload(length, seed));

    public void Run(double seconds) => Time.RunFor(TimeSpan.FromSeconds(seconds));

    public void Dispose()
    {
        foreach (var station in _stations.Values)
            station.Dispose();
    }
}
