using System.Buffers.Binary;
using P2Panda.Radio.Air.Access;
using P2Panda.Radio.Air.Modulation;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Scenarios;
using P2Panda.Store.Memory;

namespace P2Panda.Radio.Simulation.Baselines;

/// <summary>
/// What is widely deployed: every message not heard before is said once more, those who heard it worst first. A message is one frame with
/// a number in front. It uses our channel access and ledger, so that only the protocol differs.
/// </summary>
public sealed class FloodingNode : IRadioEvents, IDisposable
{
    private const double StrongSnrDb = 10;
    private const double WeakSnrDb = -7.5;
    private const int WindowFrames = 6;

    private readonly FastRadio _radio;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly RadioSettings _settings;
    private readonly ChannelAccess _access;
    private readonly ITimer _timer;
    private readonly int _frameLength;
    private readonly bool _cancels;
    private readonly Dictionary<int, TimeSpan> _queue = [];
    private int? _sending;

    /// <summary>A node at a new station of a world's ether.</summary>
    /// <param name="world">Ether, clock and plan.</param>
    /// <param name="number">The station's number.</param>
    /// <param name="frameLength">Bytes of a message.</param>
    /// <param name="cancels">Whether hearing somebody repeat a message makes our own repetition unnecessary.</param>
    public FloodingNode(MeshWorld world, int number, int frameLength, bool cancels)
    {
        ArgumentNullException.ThrowIfNull(world);
        _time = world.Time;
        _frameLength = frameLength;
        _cancels = cancels;
        _random = new Random(((int)world.Seed * 104_729) + number);
        _settings = world.Plan.SettingsFor(world.Profile);
        var ledger = new AirtimeLedger(world.Plan, new MemoryLogStore(time: _time).Marks, new LedgerOpening { FirstStart = true }, Now);
        _access = new ChannelAccess(ledger, _settings, _random);
        _radio = new FastRadio(world.Ether, Topology.Name(number));
        _timer = _time.CreateTimer(_ => Drive(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Messages known.</summary>
    public HashSet<int> Known { get; } = [];

    private TimeSpan Now => _time.GetElapsedTime(0);

    /// <summary>Turns the radio on.</summary>
    public void Start()
    {
        _radio.Start(_settings, this);
        Drive();
    }

    /// <summary>Says something new.</summary>
    public void Publish(int message)
    {
        Known.Add(message);
        _queue[message] = Now;
        Drive();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _radio.Dispose();
    }

    void IRadioEvents.FrameReceived(ReceivedFrame frame)
    {
        _access.FrameHeard(Now);
        var message = BinaryPrimitives.ReadInt32LittleEndian(frame.Bytes.Span);
        if (Known.Add(message))
        {
            var nearness = Math.Clamp((frame.SnrDb - WeakSnrDb) / (StrongSnrDb - WeakSnrDb), 0, 1);
            var airtime = TimeOnAir.Of(_settings.Modulation, _frameLength);
            _queue[message] = Now + (airtime * (((WindowFrames - 1) * nearness) + _random.NextDouble()));
        }
        else if (_cancels && (_sending != message || _access.TryWithdraw()))
        {
            _sending = _sending == message ? null : _sending;
            _queue.Remove(message);
        }

        Drive();
    }

    void IRadioEvents.FrameCorrupted()
    {
        _access.FrameHeard(Now);
        Drive();
    }

    void IRadioEvents.TransmitCompleted()
    {
        _access.TransmitCompleted(Now);
        Drive();
    }

    void IRadioEvents.ActivityDetectionCompleted(bool detected)
    {
        _access.ActivityDetectionCompleted(detected, Now);
        Drive();
    }

    void IRadioEvents.Faulted(RadioFault fault)
    {
    }

    private void Drive()
    {
        while (true)
        {
            var now = Now;
            switch (_access.Next(now, _radio.State == RadioState.Receiving && _radio.IsReceivingFrame()))
            {
                case ChannelAction.Idle when _queue.Count > 0 && _queue.MinBy(pair => pair.Value) is var first && first.Value <= now:
                    var frame = new byte[_frameLength];
                    BinaryPrimitives.WriteInt32LittleEndian(frame, first.Key);
                    _sending = first.Key;
                    _access.Send(new OutgoingFrame(frame));
                    break;
                case ChannelAction.Idle:
                    Listen();
                    WakeAt(_queue.Count > 0 ? _queue.Values.Min() : null);
                    return;
                case ChannelAction.WaitUntil wait:
                    Listen();
                    WakeAt(wait.Until);
                    return;
                case ChannelAction.AwaitRadio:
                    return;
                case ChannelAction.DetectActivity:
                    _radio.DetectActivity();
                    return;
                case ChannelAction.Transmit transmit:
                    _radio.Transmit(transmit.Frame.Span);
                    return;
                case ChannelAction.Finished { Outcome: SendOutcome.Sent or SendOutcome.Lost }:
                    _queue.Remove(_sending!.Value);
                    _sending = null;
                    break;
                case ChannelAction.Finished finished:
                    _queue[_sending!.Value] = finished.Outcome is SendOutcome.OutOfAirtime waiting ? waiting.Until : now + TimeSpan.FromMilliseconds(200);
                    _sending = null;
                    break;
            }
        }
    }

    private void Listen()
    {
        if (_radio.State == RadioState.Standby)
        {
            _radio.Receive();
        }
    }

    private void WakeAt(TimeSpan? due)
    {
        if (due is { } at)
        {
            var delay = at - Now;
            _timer.Change(delay > TimeSpan.Zero ? delay : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
