using P2Panda.Radio.Gateway.Commands;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Sx127x.Boards;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>The board that the settings name.</summary>
internal static class BoardChoice
{
    public const string Custom = "custom";

    /// <exception cref="CommandFailure">They name none, or one there is not.</exception>
    public static Board Of(RadioSection radio)
    {
        if (radio.Board == Custom)
        {
            return radio.Custom.ToBoard();
        }

        var names = $"{string.Join(", ", BoardCatalog.Names)}, or {Custom} with radio.custom";
        if (radio.Board is null)
        {
            throw new CommandFailure(ExitCode.Usage, $"which board? Say --board NAME or set radio.board; there are {names}");
        }

        var board = BoardCatalog.Find(radio.Board)
            ?? throw new CommandFailure(ExitCode.Usage, $"there is no board '{radio.Board}'; there are {names}");
        return radio.SoftwareChipSelect ? board with { SoftwareChipSelect = true } : board;
    }
}
