using System.CommandLine;
using Microsoft.Extensions.Logging;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Hosting;

namespace P2Panda.Radio.Gateway.Commands.Radio;

/// <summary><c>radio …</c>: bringing a board up, on the bench and in the field; works on simulated chips alike.</summary>
internal static class RadioCommand
{
    public static Command Create() => new("radio", "Bring a radio up: what is there, what it hears, what it sends")
    {
        RadioBoards.Create(),
        RadioInfo.Create(),
        RadioListen.Create(),
        RadioSend.Create(),
        RadioScan.Create(),
        RadioCad.Create(),
        RadioRegisters.Create(),
    };

    /// <summary>Runs a command on the chip that the settings name, asked and configured for a channel first.</summary>
    /// <exception cref="CommandFailure">There is no such chip, or it does not answer.</exception>
    public static int WithChip(GatewaySettings settings, Func<RadioSettings, RadioSettings> channel, Func<OpenedChip, RadioSettings, int> act)
    {
        var tuned = channel(RadioNodes.PlanOf(settings.Radio).SettingsFor(settings.Radio.Profile));
        using var logging = LoggerFactory.Create(ConsoleLog.Add);
        using var opened = OpenedChip.Open(settings.Radio, logging);
        using var chip = opened.Chip;
        try
        {
            return act(opened, tuned);
        }
        catch (Exception failure) when (failure is IOException or ArgumentException)
        {
            throw new CommandFailure(ExitCode.Environment, failure.Message);
        }
    }
}
