using System.CommandLine;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary>Options of commands that put a simulated radio on the air.</summary>
internal static class SimulatedRadioOptions
{
    public static Option<string?> Ether() => new("--ether") { Description = "Ether of 'sim ether' to join, as unix:PATH; without it the radio is alone" };

    public static Option<string?> EtherName() => new("--ether-name") { Description = "Name of the radio's station on the ether" };
}
