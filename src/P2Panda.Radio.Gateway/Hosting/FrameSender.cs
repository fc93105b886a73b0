using P2Panda.Radio.Air.Access;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Air.Regulation;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>Sends single frames through channel access, as a node does, without a mesh on top.</summary>
internal sealed class FrameSender : IRadioEvents, IDisposable
{
    private readonly Lock _gate = new();
    private readonly IRadio _radio;
    private readonly TimeProvider _time;
    private readonly AirtimeLedger _ledger;
    private readonly ChannelAccess _access;
    private readonly ITimer _timer;
    private TaskCompletionSource<SendOutcome>? _waiting;
    private RadioSettings _tuned;

    /// <summary>Starts the radio, which it disposes.</summary>
    /// <exception cref="RadioException">It does not answer or refuses the settings.</exception>
    public FrameSender(IRadio radio, TimeProvider time, AirtimeLedger ledger, RadioSettings settings)
    {
        (_radio, _time, _ledger, _tuned) = (radio, time, ledger, settings);
        _access = new ChannelAccess(ledger, settings, Random.Shared);
        _timer = time.CreateTimer(_ => Drive(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        radio.Start(settings, this);
        radio.Receive();
    }

    /// <summary>What went wrong with the radio last.</summary>
    public string? Fault { get; private set; }

    private TimeSpan Now => _time.GetElapsedTime(0);

    /// <summary>Sends a frame; one at a time.</summary>
    public Task<SendOutcome> SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _waiting = new TaskCompletionSource<SendOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
            _access.Send(new OutgoingFrame(frame));
            Drive();
            return _waiting.Task.WaitAsync(cancellation);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _ledger.Flush(Now);
        }

        _timer.Dispose();
        _radio.Dispose();
    }

    void IRadioEvents.FrameReceived(ReceivedFrame frame) => Report(() => _access.FrameHeard(Now));

    void IRadioEvents.FrameCorrupted() => Report(() => _access.FrameHeard(Now));

    void IRadioEvents.TransmitCompleted() => Report(() => _access.TransmitCompleted(Now));

    void IRadioEvents.ActivityDetectionCompleted(bool detected) => Report(() => _access.ActivityDetectionCompleted(detected, Now));

    void IRadioEvents.Faulted(RadioFault fault) => Report(() =>
    {
        Fault = fault.Message;
        _access.Faulted(fault, Now);
    });

    private void Report(Action tell)
    {
        lock (_gate)
        {
            tell();
            Drive();
        }
    }

    private void Drive()
    {
        lock (_gate)
        {
            while (true)
            {
                switch (_access.Next(Now, _radio.State == RadioState.Receiving && _radio.IsReceivingFrame()))
                {
                    case ChannelAction.Idle:
                        Listen(_tuned);
                        return;
                    case ChannelAction.WaitUntil wait:
                        Listen(_tuned);
                        var delay = wait.Until - Now;
                        _timer.Change(delay > TimeSpan.FromMilliseconds(1) ? delay : TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
                        return;
                    case ChannelAction.AwaitRadio:
                        return;
                    case ChannelAction.DetectActivity detect:
                        Tune(detect.Settings);
                        _radio.DetectActivity();
                        return;
                    case ChannelAction.MeasureRssi measure:
                        Listen(measure.Settings);
                        _access.RssiMeasured(_radio.CurrentRssiDbm(), Now);
                        break;
                    case ChannelAction.Transmit transmit:
                        Tune(transmit.Settings);
                        _radio.Transmit(transmit.Frame.Span);
                        return;
                    case ChannelAction.Finished finished:
                        _waiting?.TrySetResult(finished.Outcome);
                        break;
                }
            }
        }
    }

    private void Tune(RadioSettings settings)
    {
        if (_tuned != settings)
        {
            _radio.Configure(settings);
            _tuned = settings;
        }
    }

    private void Listen(RadioSettings settings)
    {
        Tune(settings);
        if (_radio.State == RadioState.Standby)
        {
            _radio.Receive();
        }
    }
}
