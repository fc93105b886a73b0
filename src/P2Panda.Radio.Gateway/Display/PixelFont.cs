namespace P2Panda.Radio.Gateway.Display;

/// <summary>Characters of 5 × 7 pixels: digits, capital letters and a few signs. Small letters are shown as capitals, all else as '?'.</summary>
internal static class PixelFont
{
    /// <summary>Pixels from left to right.</summary>
    public const int Width = 5;

    /// <summary>Pixels from top to bottom.</summary>
    public const int Height = 7;

    // Each line of characters is followed by what they look like, one blank column between them.
    private static readonly string[] Sheet =
    [
        "0123456789",
        ".###. ..#.. .###. ##### ...#. ##### ..##. ##### .###. .###.",
        "#...# .##.. #...# ....# ..##. #.... .#... ....# #...# #...#",
        "#..## ..#.. ....# ...#. .#.#. ####. #.... ...#. #...# #...#",
        "#.#.# ..#.. ...#. ..##. #..#. ....# ####. ..#.. .###. .####",
        "##..# ..#.. ..#.. ....# ##### ....# #...# .#... #...# ....#",
        "#...# ..#.. .#... #...# ...#. #...# #...# .#... #...# ...#.",
        ".###. .###. ##### .###. ...#. .###. .###. .#... .###. .##..",
        "ABCDEFGHIJ",
        ".###. ####. .###. ####. ##### ##### .###. #...# .###. ..###",
        "#...# #...# #...# #...# #.... #.... #...# #...# ..#.. ...#.",
        "#...# #...# #.... #...# #.... #.... #.... #...# ..#.. ...#.",
        "##### ####. #.... #...# ####. ####. #.### ##### ..#.. ...#.",
        "#...# #...# #.... #...# #.... #.... #...# #...# ..#.. ...#.",
        "#...# #...# #...# #...# #.... #.... #...# #...# ..#.. #..#.",
        "#...# ####. .###. ####. ##### #.... .#### #...# .###. .##..",
        "KLMNOPQRST",
        "#...# #.... #...# #...# .###. ####. .###. ####. .#### #####",
        "#..#. #.... ##.## ##..# #...# #...# #...# #...# #.... ..#..",
        "#.#.. #.... #.#.# #.#.# #...# #...# #...# #...# #.... ..#..",
        "##... #.... #.#.# #..## #...# ####. #...# ####. .###. ..#..",
        "#.#.. #.... #...# #...# #...# #.... #.#.# #.#.. ....# ..#..",
        "#..#. #.... #...# #...# #...# #.... #..#. #..#. ....# ..#..",
        "#...# ##### #...# #...# .###. #.... .##.# #...# ####. ..#..",
        "UVWXYZ?-./",
        "#...# #...# #...# #...# #...# ##### .###. ..... ..... .....",
        "#...# #...# #...# #...# #...# ....# #...# ..... ..... ....#",
        "#...# #...# #...# .#.#. .#.#. ...#. ....# ..... ..... ...#.",
        "#...# #...# #.#.# ..#.. ..#.. ..#.. ...#. ##### ..... ..#..",
        "#...# #...# #.#.# .#.#. ..#.. .#... ..#.. ..... ..... .#...",
        "#...# .#.#. #.#.# #...# ..#.. #.... ..... ..... .##.. #....",
        ".###. ..#.. .#.#. #...# ..#.. ##### ..#.. ..... .##.. .....",
        " ,:%",
        "..... ..... ..... ##...",
        "..... ..... .##.. ##..#",
        "..... ..... .##.. ...#.",
        "..... ..... ..... ..#..",
        "..... .##.. .##.. .#...",
        "..... ..#.. .##.. #..##",
        "..... .#... ..... ...##",
    ];

    private static readonly Dictionary<char, byte[]> Glyphs = ReadSheet();

    /// <summary>The characters there are.</summary>
    public static IReadOnlyCollection<char> Characters => Glyphs.Keys;

    /// <summary>A character's columns from the left, the lowest bit on top: <see cref="Width"/> bytes.</summary>
    public static ReadOnlySpan<byte> Glyph(char character) =>
        Glyphs.GetValueOrDefault(char.ToUpperInvariant(character)) ?? Glyphs['?'];

    private static Dictionary<char, byte[]> ReadSheet()
    {
        Dictionary<char, byte[]> glyphs = [];
        for (var line = 0; line < Sheet.Length; line += Height + 1)
        {
            for (var index = 0; index < Sheet[line].Length; index++)
            {
                var columns = new byte[Width];
                for (var y = 0; y < Height; y++)
                {
                    for (var x = 0; x < Width; x++)
                    {
                        if (Sheet[line + 1 + y][index * (Width + 1) + x] == '#')
                            columns[x] |= (byte)(1 << y);
                    }
                }

                glyphs.Add(Sheet[line][index], columns);
            }
        }

        return glyphs;
    }
}
