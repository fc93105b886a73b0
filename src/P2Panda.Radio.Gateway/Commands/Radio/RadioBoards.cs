using System.CommandLine;
using System.Globalization;
using P2Panda.Radio.Sx127x.Boards;
using Spectre.Console;

namespace P2Panda.Radio.Gateway.Commands.Radio;

/// <summary><c>radio boards</c>: the boards that come with the program.</summary>
internal static class RadioBoards
{
    public static Command Create()
    {
        var command = new Command("boards", "List the boards that come with the program");
        command.SetAction(_ =>
        {
            var table = new Table().AddColumns("--board", "board", "device", "NSS", "reset", "DIO0", "DIO1", "most");
            foreach (var board in BoardCatalog.Names.Select(name => BoardCatalog.Find(name)!))
            {
                table.AddRow(board.Id, board.Name.EscapeMarkup(), board.SpiPath, Line(board.ChipSelect), Line(board.Reset), Line(board.Dio0), Line(board.Dio1), $"{board.MaxDbm} dBm");
            }

            AnsiConsole.Write(table);
            return ExitCode.Success;
        });
        return command;
    }

    private static string Line(int number) => number < 0 ? "–" : number.ToString(CultureInfo.InvariantCulture);
}
