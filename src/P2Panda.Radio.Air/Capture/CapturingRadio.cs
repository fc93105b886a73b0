using P2Panda.Radio.Air.Radio;

namespace P2Panda.Radio.Air.Capture;

/// <summary>
/// A radio whose frames are also written to a capture. A capture that cannot be written (disk full) ends; the radio goes on.
/// </summary>
public sealed class CapturingRadio : IRadio
{
    private readonly IRadio _radio;
    private readonly CaptureWriter _capture;
    private readonly TimeProvider _time;
    private RadioSettings? _settings;
    private Tap? _tap;

    /// <summary>Puts a capture between a radio and its user; both are disposed with it.</summary>
    public CapturingRadio(IRadio radio, CaptureWriter capture, TimeProvider time)
    {
        _radio = radio;
        _capture = capture;
        _time = time;
    }

    /// <summary>Why the capture ended, or none.</summary>
    public string? CaptureFailure { get; private set; }

    /// <inheritdoc/>
    public int MaxFrameLength => _radio.MaxFrameLength;

    /// <inheritdoc/>
    public RadioState State => _radio.State;

    /// <inheritdoc/>
    public void Start(RadioSettings settings, IRadioEvents events)
    {
        _settings = settings;
        _tap = new Tap(this, events);
        _radio.Start(settings, _tap);
    }

    /// <inheritdoc/>
    public void Configure(RadioSettings settings)
    {
        _radio.Configure(settings);
        _settings = settings;
    }

    /// <inheritdoc/>
    public void Receive() => _radio.Receive();

    /// <inheritdoc/>
    public void Transmit(ReadOnlySpan<byte> frame)
    {
        var bytes = frame.ToArray();
        _radio.Transmit(frame);
        Write(() => _capture.WriteSent(_time.GetUtcNow(), _settings!, bytes));
    }

    /// <inheritdoc/>
    public void DetectActivity() => _radio.DetectActivity();

    /// <inheritdoc/>
    public void Standby() => _radio.Standby();

    /// <inheritdoc/>
    public double? CurrentRssiDbm() => _radio.CurrentRssiDbm();

    /// <inheritdoc/>
    public bool IsReceivingFrame() => _radio.IsReceivingFrame();

    /// <inheritdoc/>
    public void Dispose()
    {
        _radio.Dispose();
        _capture.Dispose();
    }

    private void Write(Action write)
    {
        if (CaptureFailure is not null)
        {
            return;
        }

        try
        {
            write();
        }
        catch (IOException failure)
        {
            CaptureFailure = failure.Message;
        }
    }

    private sealed class Tap(CapturingRadio radio, IRadioEvents events) : IRadioEvents
    {
        public void FrameReceived(ReceivedFrame frame)
        {
            radio.Write(() => radio._capture.WriteReceived(radio._time.GetUtcNow(), radio._settings!, frame));
            events.FrameReceived(frame);
        }

        public void FrameCorrupted() => events.FrameCorrupted();

        public void TransmitCompleted() => events.TransmitCompleted();

        public void ActivityDetectionCompleted(bool detected) => events.ActivityDetectionCompleted(detected);

        public void Faulted(RadioFault fault) => events.Faulted(fault);
    }
}
