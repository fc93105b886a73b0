using System.Device.Gpio;
using Microsoft.Extensions.Logging;
using P2Panda.Radio.Gateway.Commands;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Simulation.Chip;
using P2Panda.Radio.Sx127x;
using P2Panda.Radio.Sx127x.Boards;
using Chip = Iot.Device.Sx127x.Sx127x;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>The chip that the settings name, on a board or simulated. Whoever uses the chip disposes it; this closes what is behind it.</summary>
internal sealed class OpenedChip : IDisposable
{
    private readonly IDisposable[] _behind;

    private OpenedChip(Chip chip, TimeProvider time, string description, Board? board, params IDisposable[] behind) =>
        (Chip, Time, Description, Board, _behind) = (chip, time, description, board, behind);

    /// <summary>The chip; nothing was asked of it yet.</summary>
    public Chip Chip { get; }

    /// <summary>The clock it lives by: the system's, or that of a simulated ether.</summary>
    public TimeProvider Time { get; }

    /// <summary>Chance for waits and symbol ids; on a shared ether it follows from the ether's seed.</summary>
    public Random Chance { get; private init; } = Random.Shared;

    /// <summary>What it is, for people.</summary>
    public string Description { get; }

    /// <summary>The board it is on; none for a simulated one.</summary>
    public Board? Board { get; }

    /// <summary>What a radio on top must know.</summary>
    public Sx127xRadioOptions RadioOptions => Board is null ? new Sx127xRadioOptions() : BoardChip.RadioOptions(Board);

    /// <exception cref="CommandFailure">There is no such chip; the message says what to do.</exception>
    public static OpenedChip Open(RadioSection settings, ILoggerFactory logging)
    {
        switch (settings.Driver)
        {
            case RadioDriver.Sim:
                return Simulate(settings, logging);
            case RadioDriver.Sx127x:
                var board = BoardChoice.Of(settings);
                try
                {
                    return For(BoardChip.Open(board, settings.SpiClockHz), board);
                }
                catch (IOException failure)
                {
                    throw new CommandFailure(ExitCode.Environment, $"{board.Name}: {failure.Message}");
                }

            default:
                throw new CommandFailure(ExitCode.Usage, "there is no radio: set radio.driver, or say --radio sx127x --board NAME, or --radio sim");
        }
    }

    /// <summary>A chip on a board, with what has to be closed after it.</summary>
    internal static OpenedChip For(Chip chip, Board board, params IDisposable[] behind) =>
        new(chip, TimeProvider.System, $"{board.Name} at {board.SpiPath}", board, behind);

    /// <summary>Waits, by the chip's clock.</summary>
    public void Wait(TimeSpan span) => Task.Delay(span, Time).GetAwaiter().GetResult();

    public void Dispose()
    {
        foreach (var item in _behind)
        {
            item.Dispose();
        }
    }

    private static OpenedChip Simulate(RadioSection settings, ILoggerFactory logging)
    {
        var air = SimulatedAir.Open(settings.Ether, settings.EtherName, logging);
        var model = new ChipModel(air.Ether, air.Name);
        var pins = model.Pins;
        var chip = new Chip(model.Spi, pins.Reset, pins.Dio0, pins.Dio1, new GpioController(model.Lines), time: air.Ether.Time);
        return new OpenedChip(chip, air.Ether.Time, $"simulated SX1276 '{air.Name}'", null, model, air) { Chance = air.Chance };
    }
}
