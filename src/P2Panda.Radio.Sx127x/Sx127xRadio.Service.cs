using Iot.Device.Sx127x;
using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Sx127x;

/// <content>Interrupts, and telling of them one at a time with nothing locked.</content>
public sealed partial class Sx127xRadio
{
    private void OnInterrupt(bool lost)
    {
        if (_gate.IsHeldByCurrentThread)
        {
            // The driver of the pins called from within one of our own bus transfers; the command under way sees to it at its end.
            _serviceAgain = true;
            return;
        }

        lock (_gate)
        {
            Service(lost);
        }

        TellNotices();
    }

    private void ServiceIfAsked()
    {
        if (_serviceAgain)
            Service(lost: false);
    }

    private void Service(bool lost)
    {
        do
        {
            _serviceAgain = false;
            ServiceOnce(lost);
        }
        while (_serviceAgain);
    }

    private void ServiceOnce(bool lost)
    {
        if (_recovery is not null || _events is null || State is RadioState.Off or RadioState.Failed)
            return;
        try
        {
            _chip.Service(_chipEvents);
        }
        catch (IOException failure)
        {
            _chipEvents.Clear();
            Recover($"The bus failed while an interrupt was served: {failure.Message}");
            return;
        }

        if (_chipEvents.Count > 0 && lost && _chip.HasInterruptLine)
            LostInterrupts++;
        foreach (var happened in _chipEvents)
            Take(happened);
        _chipEvents.Clear();
    }

    private void Take(Sx127xEvent happened)
    {
        switch (happened.Kind)
        {
            case Sx127xEventKind.PacketReceived:
                var packet = happened.Packet!;
                _notices.Enqueue(new RadioNotice(
                    RadioNotice.Kind.FrameReceived,
                    new ReceivedFrame(packet.Payload, packet.RssiDbm, packet.SnrDb, packet.FrequencyErrorHz)));
                break;
            case Sx127xEventKind.PacketCorrupted:
                _notices.Enqueue(new RadioNotice(RadioNotice.Kind.FrameCorrupted));
                break;
            case Sx127xEventKind.TransmitCompleted:
                End(RadioNotice.Kind.TransmitCompleted);
                break;
            case Sx127xEventKind.ChannelIdle:
                End(RadioNotice.Kind.ChannelIdle);
                break;
            case Sx127xEventKind.ChannelActive:
                End(RadioNotice.Kind.ChannelActive);
                break;
        }
    }

    private void End(RadioNotice.Kind what)
    {
        _watchdog.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        State = RadioState.Standby;
        KeepPolling();
        _notices.Enqueue(new RadioNotice(what));
    }

    private void OnWatchdog()
    {
        lock (_gate)
        {
            // A timer that was on its way when it was set anew comes too early, and is no alarm.
            if (State is not (RadioState.Transmitting or RadioState.DetectingActivity)
                || _time.GetElapsedTime(_watchdogStart) < _watchdogSpan - TimeSpan.FromMilliseconds(1))
                return;
            var what = State == RadioState.Transmitting ? "a transmission" : "an activity detection";
            Service(lost: true);
            if (State is RadioState.Transmitting or RadioState.DetectingActivity)
                Recover($"The chip did not report the end of {what} within {_watchdogSpan.TotalMilliseconds:F0} ms.");
        }

        TellNotices();
    }

    private void OnHealthCheck()
    {
        lock (_gate)
        {
            if (State is RadioState.Receiving or RadioState.Standby && _recovery is null)
            {
                Service(lost: true);
                if (_recovery is null && Try(_chip.CheckHealth, null) is { } failure)
                    Recover(failure);
            }
        }

        TellNotices();
    }

    private void TellNotices()
    {
        lock (_gate)
        {
            if (_telling || _notices.Count == 0)
                return;
            _telling = true;
        }

        try
        {
            while (true)
            {
                RadioNotice notice;
                IRadioEvents? events;
                lock (_gate)
                {
                    events = _events;
                    if (!_notices.TryDequeue(out notice))
                    {
                        _telling = false;
                        return;
                    }
                }

                if (events is not null)
                    notice.Tell(events);
                if (notice.What == RadioNotice.Kind.Faulted)
                    SendPendingFrame();
            }
        }
        catch
        {
            lock (_gate)
            {
                _telling = false;
            }

            throw;
        }
    }
}
