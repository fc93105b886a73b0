using System.Globalization;

namespace P2Panda.Radio.Simulation.Chip;

/// <summary>
/// What the registers read after reset (SX1276 datasheet tables 41 and 85, SX1272 datasheet tables 41 and 85; reserved addresses as found
/// on real modules).
/// </summary>
internal static class ResetValues
{
    private const string CommonAndLora =
        "00 09 1A 0B 00 52 6C 80 00 4F 09 2B 20 00 80 00 00 00 00 00 00 00 00 00 10 00 00 00 00 72 70 64 "
        + "00 08 01 FF 00 00 04 00 00 00 00 00 00 50 14 20 00 C3 05 27 1C 0A 03 0A 42 12 52 1D 00 AF 00 00 "
        + "00 00 12 24 2D 00 03 00 04 23 00 09 05 84 32 2B 14 00 00 0D 00 00 00 0F E0 00 0C 00 07 00 5C 78 "
        + "00 19 0C 4B CC 00 01 50 00 00 00 00 00 00 00 0B D0 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00";

    private const string FskPage =
        "08 02 0A FF 00 15 0B 28 0C 12 47 32 3E 00 00 00 00 00 40 00 00 00 00 05 00 03 93 55 55 55 55 55 "
        + "55 55 55 90 40 40 00 00 0F 00 00 00 F5 20 82 00 02 80 40";

    public const int FirstPaged = 0x0D;

    public const int LastPaged = 0x3F;

    /// <summary>Registers 00 to 7F with the LoRa page shown.</summary>
    public static byte[] Lora(ChipVariant variant)
    {
        var values = Parse(CommonAndLora);
        if (variant == ChipVariant.Sx1272)
        {
            foreach (var (address, value) in Sx1272Differences)
                values[address] = value;
        }

        return values;
    }

    /// <summary>Registers 0D to 3F of the FSK page, at their addresses.</summary>
    public static byte[] Fsk()
    {
        var values = new byte[0x40];
        Parse(FskPage).CopyTo(values, FirstPaged);
        return values;
    }

    private static readonly (int Address, byte Value)[] Sx1272Differences =
    [
        (0x01, 0x01), (0x06, 0xE4), (0x07, 0xC0), (0x08, 0x00), (0x09, 0x0F), (0x0A, 0x19), (0x1D, 0x08), (0x1E, 0x74), (0x26, 0x00),
        (0x42, 0x22), (0x43, 0x13), (0x44, 0x0E), (0x45, 0x5B), (0x46, 0xDB), (0x4B, 0x2D), (0x4D, 0x00), (0x58, 0x09), (0x5A, 0x84),
        (0x5C, 0xD0), (0x5E, 0xD0), (0x6C, 0x00), (0x70, 0x00),
    ];

    private static byte[] Parse(string hex) =>
        [.. hex.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => byte.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
