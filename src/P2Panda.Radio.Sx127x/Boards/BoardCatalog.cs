using System.Reflection;
using System.Text.Json;
using Iot.Device.Sx127x;

namespace P2Panda.Radio.Sx127x.Boards;

/// <summary>The boards of <c>hardware/boards</c>, which come with the program.</summary>
public static class BoardCatalog
{
    private const string Prefix = "boards/";

    /// <summary>Names of all boards, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => Path.GetFileNameWithoutExtension(name[Prefix.Length..]))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A board by its name, or none.</summary>
    public static Board? Find(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Prefix}{name}.json");
        if (stream is null)
            return null;
        using var document = JsonDocument.Parse(stream);
        return Read(document.RootElement);
    }

    /// <summary>Reads a board as <c>hardware/board.schema.json</c> describes it.</summary>
    internal static Board Read(JsonElement board)
    {
        var spi = board.GetProperty("spi");
        var select = spi.GetProperty("chipSelect");
        var power = board.GetProperty("power");
        return new Board
        {
            Id = board.GetProperty("id").GetString()!,
            Name = board.GetProperty("name").GetString()!,
            SpiBus = spi.GetProperty("bus").GetInt32(),
            // A chip select that is an ordinary GPIO becomes the first and only line of the bus.
            SpiLine = select.TryGetProperty("line", out var line) ? line.GetInt32() : 0,
            ChipSelect = select.GetProperty("gpio").GetInt32(),
            Reset = Pin(board, "reset"),
            Dio0 = Pin(board, "dio0"),
            Dio1 = Pin(board, "dio1"),
            PowerOutput = power.GetProperty("output").GetString() == "rfo" ? PowerOutput.Rfo : PowerOutput.PaBoost,
            MaxDbm = power.GetProperty("maxDbm").GetInt32(),
            Tcxo = board.TryGetProperty("tcxo", out var tcxo) && tcxo.GetBoolean(),
            HasStatusDisplay = board.TryGetProperty("extras", out var extras)
                && extras.EnumerateArray().Any(extra => extra.GetProperty("what").GetString() == "display SSD1306"),
            Bands = [.. board.GetProperty("bands").EnumerateArray().Select(band => (band.GetProperty("lowHz").GetInt64(), band.GetProperty("highHz").GetInt64()))],
        };
    }

    private static int Pin(JsonElement board, string name) =>
        board.GetProperty("pins").TryGetProperty(name, out var pin) ? pin.GetProperty("gpio").GetInt32() : -1;
}
