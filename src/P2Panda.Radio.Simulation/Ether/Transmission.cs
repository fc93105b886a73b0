namespace P2Panda.Radio.Simulation.Ether;

/// <summary>One frame on the air, as the ether saw it.</summary>
public sealed class Transmission
{
    internal Transmission(long number, EtherStation sender, Emission emission, byte[] bytes, TimeSpan start, DateTimeOffset startedAt, double carrierHz)
    {
        Number = number;
        SenderStation = sender;
        Emission = emission;
        Payload = bytes;
        Length = bytes.Length;
        Start = start;
        StartedAt = startedAt;
        CarrierHz = carrierHz;
        Airtime = LoraTiming.Frame(emission.Modulation, bytes.Length);
        End = start + Airtime;
        LockDeadline = start + LoraTiming.Symbol(emission.Modulation) * Math.Max(0, emission.Modulation.PreambleSymbols - 4);
        PreambleEnd = start + LoraTiming.Preamble(emission.Modulation);
        HeaderEnd = start + LoraTiming.ThroughHeader(emission.Modulation);
    }

    /// <summary>Number in the order of starting, from 0.</summary>
    public long Number { get; }

    /// <summary>Name of the sending station.</summary>
    public string Sender => SenderStation.Name;

    /// <summary>Channel, modulation and power as programmed.</summary>
    public Emission Emission { get; }

    /// <summary>Carrier actually sent, with the error of the sender's crystal, in Hz.</summary>
    public double CarrierHz { get; }

    /// <summary>Length of the frame in bytes.</summary>
    public int Length { get; }

    /// <summary>The frame; empty when the ether's record keeps no bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => Payload;

    /// <summary>Time since the ether began at which the first preamble symbol started.</summary>
    public TimeSpan Start { get; }

    /// <summary>The same on the calendar.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Time at which the last symbol ends, or at which the transmitter stopped.</summary>
    public TimeSpan End { get; private set; }

    /// <summary>Time on air; shorter than the frame's when the transmitter stopped in the middle.</summary>
    public TimeSpan Airtime { get; private set; }

    /// <summary>Whether the transmitter stopped in the middle.</summary>
    public bool WasAborted { get; private set; }

    internal EtherStation SenderStation { get; }

    internal byte[] Payload { get; private set; }

    /// <summary>A receiver that is on by then finds the preamble: it needs its last four symbols.</summary>
    internal TimeSpan LockDeadline { get; }

    internal TimeSpan PreambleEnd { get; }

    internal TimeSpan HeaderEnd { get; }

    internal void Abort(TimeSpan now)
    {
        WasAborted = true;
        End = now;
        Airtime = now - Start;
    }

    internal void ForgetBytes() => Payload = [];
}
