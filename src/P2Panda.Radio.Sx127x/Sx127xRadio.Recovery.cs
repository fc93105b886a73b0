using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Sx127x;

/// <content>Bringing a chip up again: reset, identification, calibration, configuration, in steps of a timer.</content>
public sealed partial class Sx127xRadio
{
    private IEnumerator<TimeSpan>? _recovery;
    private string _failure = "";
    private bool _transmissionLost;
    private int _attempt;
    private byte[]? _pendingFrame;

    private void Recover(string failure)
    {
        if (_recovery is not null)
            return;
        _failure = failure;
        _transmissionLost = State == RadioState.Transmitting;
        _attempt = 0;
        // What is going on is over; a command given from here on is for afterwards.
        State = RadioState.Standby;
        _pendingFrame = null;
        _watchdog.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _poll.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        BeginAttempt();
    }

    private void BeginAttempt()
    {
        _attempt++;
        Recoveries++;
        _recovery = _chip.InitializeInSteps(_chipSettings!).GetEnumerator();
        _recoveryStep.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void OnRecoveryStep()
    {
        lock (_gate)
        {
            if (_recovery is null || _events is null)
                return;
            if (ReferenceEquals(_recovery, BetweenAttempts))
                BeginAttempt();
            else
                Step(_recovery);
        }

        TellNotices();
    }

    private void Step(IEnumerator<TimeSpan> recovery)
    {
        try
        {
            if (recovery.MoveNext())
            {
                _recoveryStep.Change(recovery.Current, Timeout.InfiniteTimeSpan);
                return;
            }

            // The settings may have been changed while the chip came up with the old ones.
            if (!ReferenceEquals(_chip.Settings, _chipSettings))
                _chip.Configure(_chipSettings!);
            _recovery = null;
            Resume();
        }
        catch (IOException failure)
        {
            if (_attempt < _options.RecoveryAttempts)
            {
                _recovery = BetweenAttempts;
                _recoveryStep.Change(_options.BetweenRecoveryAttempts, Timeout.InfiniteTimeSpan);
                return;
            }

            _recovery = null;
            _transmissionLost |= _pendingFrame is not null;
            _pendingFrame = null;
            State = RadioState.Failed;
            _notices.Enqueue(new RadioNotice(RadioNotice.Kind.Faulted, Fault: new RadioFault($"{_failure} {failure.Message}", false, _transmissionLost)));
        }
    }

    /// <summary>The chip is up again: does what was asked for meanwhile, the pending frame after the fault has been told.</summary>
    private void Resume()
    {
        _notices.Enqueue(new RadioNotice(RadioNotice.Kind.Faulted, Fault: new RadioFault(_failure, true, _transmissionLost)));
        switch (State)
        {
            case RadioState.Receiving:
                Attempt(_chip.ReceiveContinuous);
                break;
            case RadioState.DetectingActivity:
                Attempt(_chip.DetectActivity);
                Watch(_chipSettings!.SymbolTime * 4);
                break;
        }
    }

    private void SendPendingFrame()
    {
        lock (_gate)
        {
            if (_pendingFrame is not { } frame || _recovery is not null || _events is null)
                return;
            _pendingFrame = null;
            State = RadioState.Transmitting;
            BeginTransmission(frame);
        }
    }

    private static readonly IEnumerator<TimeSpan> BetweenAttempts = Enumerable.Empty<TimeSpan>().GetEnumerator();
}
