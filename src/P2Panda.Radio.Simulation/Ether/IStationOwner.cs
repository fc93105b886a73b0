namespace P2Panda.Radio.Simulation.Ether;

/// <summary>The radio behind a station. Called with the ether locked; what concerns the outside goes through <see cref="SimulatedEther.Notify"/>.</summary>
internal interface IStationOwner
{
    /// <summary>The frame begun last has left the antenna.</summary>
    void TransmissionEnded(Transmission transmission);

    /// <summary>The receiver has locked onto a frame.</summary>
    void SignalLocked(Signal signal);

    /// <summary>The frame the receiver was locked onto is over.</summary>
    void ReceptionEnded(Signal signal, ReceptionOutcome outcome);
}
