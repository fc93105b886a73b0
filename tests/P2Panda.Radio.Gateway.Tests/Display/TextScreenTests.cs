using P2Panda.Radio.Gateway.Display;

namespace P2Panda.Radio.Gateway.Tests.Display;

public sealed class TextScreenTests
{
    [Fact]
    public void TextBecomesPixels()
    {
        var screen = new TextScreen();
        screen.Write(2, "Hi 4%");
        Picture(screen, 2, 29).ShouldBe(
            [
                "#...#..###...........#..##...",
                "#...#...#...........##..##..#",
                "#...#...#..........#.#.....#.",
                "#####...#.........#..#....#..",
                "#...#...#.........#####..#...",
                "#...#...#............#..#..##",
                "#...#..###...........#.....##",
                ".............................",
            ]);
    }

    [Fact]
    public void ByteOfAPageIsAColumnWithItsLowestBitOnTop()
    {
        var screen = new TextScreen();
        screen.Write(0, "L");
        screen.Row(0)[..6].ToArray().ShouldBe(new byte[] { 0x7F, 0x40, 0x40, 0x40, 0x40, 0 });
        screen.Row(0).Length.ShouldBe(128);
        screen.Row(1).ToArray().ShouldAllBe(column => column == 0);
        screen.IsLit(0, 0).ShouldBeTrue();
        screen.IsLit(0, 7).ShouldBeFalse();
        screen.IsLit(4, 6).ShouldBeTrue();
    }

    [Theory]
    [InlineData("Entries", "7", "Entries             7")]
    [InlineData("Neighbours in reach, all", "1234567890", "Neighbours 1234567890")]
    [InlineData("x", "0123456789012345678901234", "012345678901234567890")]
    [InlineData("", "", "")]
    public void LabelIsAtTheLeftAndValueAtTheRightAndTheLabelYields(string label, string value, string expected)
    {
        TextScreen screen = new(), whole = new();
        screen.Write(3, "what was there before", "?");
        screen.Write(3, label, value);
        whole.Write(3, expected);
        screen.Shows(whole).ShouldBeTrue();
    }

    [Fact]
    public void EveryCharacterLooksDifferentAndFits()
    {
        PixelFont.Characters.Count.ShouldBe(44);
        PixelFont.Characters.Select(character => Convert.ToHexString(PixelFont.Glyph(character))).ShouldBeUnique();
        foreach (var character in PixelFont.Characters)
        {
            var glyph = PixelFont.Glyph(character).ToArray();
            glyph.Length.ShouldBe(PixelFont.Width);
            glyph.ShouldAllBe(column => column < 1 << PixelFont.Height);
            glyph.Any(column => column != 0).ShouldBe(character != ' ');
        }
    }

    [Fact]
    public void SmallLettersAreCapitalsAndStrangeOnesQuestionMarks()
    {
        PixelFont.Glyph('q').ToArray().ShouldBe(PixelFont.Glyph('Q').ToArray());
        PixelFont.Glyph('é').ToArray().ShouldBe(PixelFont.Glyph('?').ToArray());
    }

    private static IEnumerable<string> Picture(TextScreen screen, int row, int width) =>
        Enumerable.Range(row * 8, 8).Select(y => string.Concat(Enumerable.Range(0, width).Select(x => screen.IsLit(x, y) ? '#' : '.')));
}
