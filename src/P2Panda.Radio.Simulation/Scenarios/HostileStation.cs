using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Scenarios;

/// <summary>A station that means harm: it hears everything in its reach and sends what its kind says for its share of the time.</summary>
internal sealed class HostileStation : IRadioEvents, IDisposable
{
    private const int MaxRemembered = 4096;

    private readonly ScenarioHostile _kind;
    private readonly FastRadio _radio;
    private readonly RadioSettings _settings;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ITimer _timer;
    private readonly WantFlood _wants;
    private readonly List<byte[]> _heard = [];

    public HostileStation(ScenarioHostile kind, FastRadio radio, RadioSettings settings, WantFlood wants, TimeProvider time, Random random)
    {
        (_kind, _radio, _settings, _wants, _time, _random) = (kind, radio, settings, wants, time, random);
        _timer = time.CreateTimer(_ => Speak(), null, TimeSpan.FromMinutes(kind.FromMinute), Timeout.InfiniteTimeSpan);
    }

    public void Start()
    {
        _radio.Start(_settings, this);
        _radio.Receive();
    }

    public void Dispose()
    {
        _timer.Dispose();
        _radio.Dispose();
        _wants.Dispose();
    }

    void IRadioEvents.FrameReceived(ReceivedFrame frame)
    {
        if (_kind.Kind == HostileKind.WantFlood)
        {
            _wants.Hear(frame.Bytes.Span);
        }

        if (_heard.Count < MaxRemembered)
        {
            _heard.Add([.. frame.Bytes.Span]);
        }
        else
        {
            _heard[_random.Next(MaxRemembered)] = [.. frame.Bytes.Span];
        }
    }

    void IRadioEvents.FrameCorrupted()
    {
    }

    void IRadioEvents.TransmitCompleted() => _radio.Receive();

    void IRadioEvents.ActivityDetectionCompleted(bool detected) => _radio.Receive();

    void IRadioEvents.Faulted(RadioFault fault)
    {
    }

    private void Speak()
    {
        if (_time.GetElapsedTime(0) >= TimeSpan.FromMinutes(_kind.ToMinute))
        {
            return;
        }

        var airtime = TimeSpan.Zero;
        if (_radio.State == RadioState.Receiving && Frame() is { } frame)
        {
            airtime = TimeOnAir.Of(_settings.Modulation, frame.Length);
            _radio.Transmit(frame);
        }

        // Exponential pauses whose mean leaves the wanted share of time on the air.
        var mean = (airtime > TimeSpan.Zero ? airtime : TimeSpan.FromSeconds(1)) * ((1 - _kind.Share) / Math.Max(_kind.Share, 0.001));
        _timer.Change(airtime + (mean * -Math.Log(1 - _random.NextDouble())), Timeout.InfiniteTimeSpan);
    }

    private byte[]? Frame()
    {
        switch (_kind.Kind)
        {
            case HostileKind.Replay:
                return _heard.Count == 0 ? null : _heard[_random.Next(_heard.Count)];
            case HostileKind.Forge when _heard.Count == 0:
                return null;
            case HostileKind.Forge:
                byte[] forged = [.. _heard[^(1 + _random.Next(Math.Min(8, _heard.Count)))]];
                for (var index = Math.Min(7, forged.Length - 1); index < forged.Length; index++)
                {
                    forged[index] ^= (byte)_random.Next(256);
                }

                return forged;
            case HostileKind.TagFlood when _heard.Count > 0:
                byte[] opened = [.. _heard[_random.Next(_heard.Count)]];
                _random.NextBytes(opened.AsSpan(1, Math.Min(4, opened.Length - 1)));
                return opened;
            case HostileKind.WantFlood:
                return _wants.NextFrame();
            default:
                var noise = new byte[_random.Next(20, 200)];
                _random.NextBytes(noise);
                return noise;
        }
    }
}
