using Microsoft.Extensions.Logging;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Gateway.Commands;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Sx127x;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>The radio that the settings name, and the clock it lives by. Whoever uses the radio disposes it; this closes what is behind it.</summary>
internal sealed class OpenedRadio : IDisposable
{
    private readonly OpenedChip _chip;

    private OpenedRadio(IRadio radio, OpenedChip chip) => (Radio, _chip) = (radio, chip);

    /// <summary>The radio, off.</summary>
    public IRadio Radio { get; }

    /// <summary>The clock: the system's, or that of a simulated ether.</summary>
    public TimeProvider Time => _chip.Time;

    /// <summary>What it is, for people.</summary>
    public string Description => _chip.Description;

    /// <summary>Chance for waits and symbol ids; on a shared ether it follows from the ether's seed.</summary>
    public Random Chance => _chip.Chance;

    /// <exception cref="CommandFailure">There is no such radio; the message says what to do.</exception>
    public static OpenedRadio Open(RadioSection settings, ILoggerFactory logging)
    {
        var chip = OpenedChip.Open(settings, logging);
        return new OpenedRadio(new Sx127xRadio(chip.Chip, chip.RadioOptions, chip.Time), chip);
    }

    public void Dispose() => _chip.Dispose();
}
