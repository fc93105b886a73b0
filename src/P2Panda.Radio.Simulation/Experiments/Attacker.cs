using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Scenarios;

namespace P2Panda.Radio.Simulation.Experiments;

/// <summary>
/// A station that keeps to no law: on the air for a share of the time while it attacks, at instants that depend on its seed alone. It writes
/// down when it sent how much, so that the same can be done with noise.
/// </summary>
internal sealed class Attacker : IRadioEvents, IDisposable
{
    private const int MaxRemembered = 512;

    private readonly AttackKind _kind;
    private readonly MeshWorld _world;
    private readonly Queue<(TimeSpan At, int Length)>? _script;
    private readonly Random _random;
    private readonly FastRadio _radio;
    private readonly RadioSettings _settings;
    private readonly ITimer _timer;
    private readonly List<byte[]> _heard = [];
    private readonly WantFlood _wants;
    private readonly double _share;
    private readonly TimeSpan _until;

    public Attacker(
        MeshWorld world, AttackKind kind, double share, TimeSpan from, TimeSpan until, IReadOnlyList<LogKey> logs, IReadOnlyList<(TimeSpan At, int Length)>? script)
    {
        (_world, _kind, _share, _until) = (world, kind, share, until);
        _script = script is null ? null : new Queue<(TimeSpan, int)>(script);
        _random = new Random((int)world.Seed + 77);
        _settings = world.Plan.SettingsFor(world.Profile);
        _radio = new FastRadio(world.Ether, Name);
        Span<byte> seed = stackalloc byte[32];
        seed.Fill(0xEE);
        _wants = new WantFlood(KeyPair.FromSeed(seed), world.Network, _settings.Modulation, logs, _random, world.Time);
        _timer = world.Time.CreateTimer(_ => Speak(), null, script is { Count: > 0 } ? script[0].At - world.Time.Elapsed : from - world.Time.Elapsed, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Name of the station.</summary>
    public const string Name = "attacker";

    /// <summary>What was sent when.</summary>
    public List<(TimeSpan At, int Length)> Sent { get; } = [];

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
        if (_kind == AttackKind.WantFlood)
        {
            _wants.Hear(frame.Bytes.Span);
        }

        if (_heard.Count < MaxRemembered)
        {
            _heard.Add(frame.Bytes.ToArray());
        }
        else
        {
            _heard[_random.Next(MaxRemembered)] = frame.Bytes.ToArray();
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
        var now = _world.Time.Elapsed;
        if (_script is not null)
        {
            var (_, length) = _script.Dequeue();
            Transmit(Noise(length), now);
            if (_script.TryPeek(out var next))
            {
                _timer.Change(next.At - now, Timeout.InfiniteTimeSpan);
            }

            return;
        }

        if (now >= _until)
        {
            return;
        }

        var frame = Frame();
        Transmit(frame, now);
        var airtime = TimeOnAir.Of(_settings.Modulation, frame.Length);
        _timer.Change(airtime + (airtime * ((1 - _share) / _share) * -Math.Log(1 - _random.NextDouble())), Timeout.InfiniteTimeSpan);
    }

    private void Transmit(byte[] frame, TimeSpan now)
    {
        if (_radio.State == RadioState.Receiving)
        {
            _radio.Transmit(frame);
            Sent.Add((now, frame.Length));
        }
    }

    /// <summary>No version of the protocol begins so.</summary>
    private byte[] Noise(int length)
    {
        var noise = new byte[length];
        _random.NextBytes(noise);
        noise[0] |= 0xC0;
        return noise;
    }

    private byte[] Frame()
    {
        if (_kind == AttackKind.WantFlood)
        {
            return _wants.NextFrame();
        }

        if (_kind == AttackKind.RandomForgery || _heard.Count == 0)
        {
            var random = Noise(_random.Next(40, 250));
            random[0] = (byte)(0x40 | _random.Next(32));
            return random;
        }

        byte[] frame = [.. _heard[_random.Next(_heard.Count)]];
        switch (_kind)
        {
            case AttackKind.RelatedForgery:
                frame = [.. _heard[^(1 + _random.Next(Math.Min(8, _heard.Count)))]];
                _random.NextBytes(frame.AsSpan(Math.Min(6, frame.Length - 1)));
                break;
            case AttackKind.TagFlood:
                frame[0] = (byte)(0x40 | _random.Next(1, 16));
                _random.NextBytes(frame.AsSpan(1, Math.Min(4, frame.Length - 1)));
                break;
        }

        return frame;
    }
}
