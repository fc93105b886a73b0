using System.Device.Gpio;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Simulation.Ether;
using P2Panda.Radio.Simulation.Time;
using P2Panda.Radio.Sx127x;

namespace P2Panda.Radio.Simulation.Chip;

/// <summary>The shipped driver on a chip model of its own, on an ether: a radio to be used like one on a board.</summary>
public sealed class SimulatedStation : IDisposable
{
    /// <summary>Puts a station on an ether. Its links are the ether's matter.</summary>
    public SimulatedStation(SimulatedEther ether, string name, ChipOptions? chip = null, Sx127xRadioOptions? radio = null)
    {
        ArgumentNullException.ThrowIfNull(ether);
        Name = name;
        Chip = new ChipModel(ether, name, chip);
        var pins = Chip.Pins;
        Sx127xRadio = new Sx127xRadio(
            new Iot.Device.Sx127x.Sx127x(
                Chip.Spi,
                pins.Reset,
                pins.Dio0,
                pins.Dio1,
                new GpioController(Chip.Lines),
                wait: ether.Time is VirtualTimeProvider time ? time.Sleep : null,
                time: ether.Time),
            radio,
            ether.Time);
    }

    /// <summary>Name on the ether.</summary>
    public string Name { get; }

    /// <summary>The radio.</summary>
    public IRadio Radio => Sx127xRadio;

    /// <summary>The radio, with its counters of faults.</summary>
    public Sx127xRadio Sx127xRadio { get; }

    /// <summary>The chip under it.</summary>
    public ChipModel Chip { get; }

    /// <summary>Traffic on the chip's SPI bus.</summary>
    public SpiCounters SpiCounters => Chip.Counters;

    /// <inheritdoc/>
    public void Dispose()
    {
        Radio.Dispose();
        Chip.Dispose();
    }
}
