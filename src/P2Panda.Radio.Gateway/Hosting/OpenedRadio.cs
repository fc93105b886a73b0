using Microsoft.Extensions.Logging;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Gateway.Commands;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Simulation.Chip;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>The radio that the settings name, and the clock it lives by. Whoever uses the radio disposes it; this closes what is behind it.</summary>
internal sealed class OpenedRadio : IDisposable
{
    private readonly SimulatedAir? _air;

    private OpenedRadio(IRadio radio, TimeProvider time, SimulatedAir? air) => (Radio, Time, _air) = (radio, time, air);

    /// <summary>The radio, off.</summary>
    public IRadio Radio { get; }

    /// <summary>The clock: the system's, or that of a simulated ether.</summary>
    public TimeProvider Time { get; }

    /// <exception cref="CommandFailure">There is no such radio; the message says what to do.</exception>
    public static OpenedRadio Open(RadioSection settings, ILoggerFactory logging)
    {
        switch (settings.Driver)
        {
            case RadioDriver.Sim:
                var air = SimulatedAir.Open(settings.Ether, settings.EtherName, logging);
                return new OpenedRadio(new SimulatedStation(air.Ether, air.Name).Radio, air.Ether.Time, air);
            default:
                throw new CommandFailure(ExitCode.Usage, "there is no radio: set radio.driver, or say --radio sim");
        }
    }

    public void Dispose() => _air?.Dispose();
}
