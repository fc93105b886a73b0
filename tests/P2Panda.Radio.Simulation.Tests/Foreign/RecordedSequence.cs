using System.Device.Gpio;
using System.Text.Json;
using Iot.Device.Sx127x;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Tests.Chip;
using P2Panda.Radio.Simulation.Time;
using Driver = Iot.Device.Sx127x.Sx127x;

namespace P2Panda.Radio.Simulation.Tests.Foreign;

/// <summary>
/// Replays what a foreign driver did to a chip, transfer by transfer, and compares what it read. The recordings count a microsecond for
/// every byte and one for the chip select.
/// </summary>
internal sealed class RecordedSequence : IDisposable
{
    /// <summary>Polls of one register that may fall on the other side of an event: recorder and model do not share a clock.</summary>
    private const int PollSlack = 4;

    private readonly VirtualTimeProvider _time = new();
    private readonly RawChip _chip;
    private readonly ChipModel _peerChip;
    private readonly Driver _peer;
    private byte[] _lastPoll = [];

    public RecordedSequence(long frequencyHz, byte syncWord)
    {
        // The recordings report raw RSSI 100, raw SNR 38 and a frequency error of 0x120 for every packet.
        var ether = new SimulatedEther(_time);
        // LMIC waits 8 microseconds short of the datasheet's 5 ms after reset.
        _chip = new RawChip(ether, "foreign", new ChipOptions { HighestReportedSnrDb = 9.5, ReadyAfterReset = TimeSpan.FromMilliseconds(4.9) });
        _peerChip = new ChipModel(ether, "peer", new ChipOptions { CrystalErrorPpm = 37.75 / (frequencyHz / 1e6) });
        ether.Connect("foreign", "peer", new Link(14 + 157 - 100 * 16 / 15.0 - 0.01));
        _peer = new Driver(_peerChip.Spi, wait: _time.Sleep);
        _peer.Initialize(new Sx127xSettings { FrequencyHz = frequencyHz, SyncWord = syncWord, PowerDbm = 14 });
        _chip.Model.ModeEntered = mode =>
        {
            if ((mode & 0x87) is 0x85 or 0x86)
                _time.CreateTimer(_ => _peer.Transmit(Payload), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        };
    }

    public static byte[] Payload { get; } = [.. Enumerable.Range(0, 51).Select(i => (byte)(7 * i + 3))];

    public int Transfers { get; private set; }

    public List<string> Differences { get; } = [];

    public ChipModel Model => _chip.Model;

    public void Replay(string phase, JsonElement steps)
    {
        foreach (var step in steps.EnumerateArray())
        {
            if (step.TryGetProperty("mosi", out var mosi))
                Transfer(phase, step, Convert.FromHexString(mosi.GetString()!));
            else if (step.TryGetProperty("delay_us", out var delay) || step.TryGetProperty("idle_us", out delay))
                Run(delay.GetInt64());
            else if (step.TryGetProperty("pin", out var pin) && pin.GetString() == "reset")
                DriveReset(step.GetProperty("level"));
            else if (step.TryGetProperty("wait", out var line))
                Await(phase, line.GetString()![^1] - '0');
            else if (step.TryGetProperty("poll", out _))
                Await(phase, 0);
            else if (step.TryGetProperty("repeat", out var repeat))
                Repeat(phase, step.GetProperty("steps"), repeat.GetInt32());
        }
    }

    public void Dispose()
    {
        _peer.Dispose();
        _chip.Dispose();
    }

    private void Transfer(string phase, JsonElement step, byte[] mosi)
    {
        var times = step.TryGetProperty("times", out var count) ? count.GetInt32() : 1;
        var expected = step.TryGetProperty("miso", out var miso) ? Convert.FromHexString(miso.GetString()!) : null;
        for (var i = 0; i < times; i++)
        {
            var got = Exchange(mosi);
            if (expected is null || got.AsSpan(1).SequenceEqual(expected.AsSpan(1)))
            {
                _lastPoll = times >= PollSlack ? mosi : _lastPoll;
                continue;
            }

            // A long poll may end a few rounds early, and what ends it may come a few rounds late.
            if (times > 10 && times - i <= PollSlack)
                break;
            if (_lastPoll.AsSpan().SequenceEqual(mosi) && PollOn(mosi, expected))
                continue;
            Differences.Add($"{phase}: {mosi[0]:X2} read {Convert.ToHexString(got.AsSpan(1))}, recorded {Convert.ToHexString(expected.AsSpan(1))}");
        }

        if (times < PollSlack)
            _lastPoll = [];
    }

    private bool PollOn(byte[] mosi, byte[] expected)
    {
        for (var extra = 0; extra < PollSlack; extra++)
        {
            if (Exchange(mosi).AsSpan(1).SequenceEqual(expected.AsSpan(1)))
                return true;
        }

        return false;
    }

    private void Repeat(string phase, JsonElement steps, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var before = Differences.Count;
            Replay(phase, steps);
            if (Differences.Count == before)
                continue;
            if (times <= 10 || (i >= PollSlack && times - i > PollSlack))
                return;
            // The first and last rounds may fall on the other side of the event that is polled for.
            Differences.RemoveRange(before, Differences.Count - before);
        }
    }

    private byte[] Exchange(byte[] mosi)
    {
        Transfers++;
        var miso = new byte[mosi.Length];
        _chip.Model.Spi.TransferFullDuplex(mosi, miso);
        Run(mosi.Length + 1);
        return miso;
    }

    private void DriveReset(JsonElement level)
    {
        var pin = _chip.Model.Pins.Reset;
        if (level.ValueKind == JsonValueKind.String)
        {
            _chip.Gpio.SetPinMode(pin, PinMode.Input);
            return;
        }

        _chip.Gpio.SetPinMode(pin, PinMode.Output);
        _chip.Gpio.Write(pin, level.GetInt32());
    }

    private void Await(string phase, int line)
    {
        if (!_time.RunUntil(() => _chip.Line(line), TimeSpan.FromSeconds(1)))
            Differences.Add($"{phase}: DIO{line} did not rise");
    }

    private void Run(long microseconds) => _time.RunFor(TimeSpan.FromMicroseconds(microseconds));
}
