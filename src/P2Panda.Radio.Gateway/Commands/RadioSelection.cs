using System.CommandLine;
using P2Panda.Radio.Gateway.Configuration;

namespace P2Panda.Radio.Gateway.Commands;

/// <summary>The options that say which radio a command uses; each overrides a setting.</summary>
internal sealed class RadioSelection
{
    private readonly Option<RadioDriver?> _driver = new("--radio")
    {
        Description = "none: only store; sx127x: a board; sim: the shipped driver on a simulated SX1276",
    };

    private readonly Option<string?> _board = new("--board") { Description = "The board, for sx127x; 'radio boards' lists them" };
    private readonly Option<string?> _ether = EtherOption();
    private readonly Option<string?> _etherName = EtherNameOption();

    public static Option<string?> EtherOption() => new("--ether") { Description = "Ether of 'sim ether' that a simulated radio joins, as unix:PATH; without it the radio is alone" };

    public static Option<string?> EtherNameOption() => new("--ether-name") { Description = "Name of a simulated radio's station on the ether" };

    /// <summary>Adds the options.</summary>
    public Command AddTo(Command command)
    {
        command.Add(_driver);
        command.Add(_board);
        command.Add(_ether);
        command.Add(_etherName);
        return command;
    }

    /// <summary>The settings of a call, with the radio it asks for. Naming a board asks for sx127x.</summary>
    /// <exception cref="CommandFailure">The settings are wrong.</exception>
    public GatewaySettings Read(ParseResult result) => Apply(result, SettingsOptions.Read(result));

    /// <summary>Settings with the radio that a call asks for.</summary>
    public GatewaySettings Apply(ParseResult result, GatewaySettings settings)
    {
        var board = result.GetValue(_board);
        return settings with
        {
            Radio = settings.Radio with
            {
                Driver = result.GetValue(_driver) ?? (board is null ? settings.Radio.Driver : RadioDriver.Sx127x),
                Board = board ?? settings.Radio.Board,
                Ether = result.GetValue(_ether) ?? settings.Radio.Ether,
                EtherName = result.GetValue(_etherName) ?? settings.Radio.EtherName,
            },
        };
    }
}
