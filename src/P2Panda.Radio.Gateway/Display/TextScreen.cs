namespace P2Panda.Radio.Gateway.Display;

/// <summary>
/// Text as the pixels of a display of 128 × 32: four rows of 21 characters. A byte is a column of eight pixels, the lowest bit on top,
/// as SSD1306 (datasheet, section 8.7) keeps them in its pages.
/// </summary>
internal sealed class TextScreen
{
    /// <summary>Pixels from left to right.</summary>
    public const int Width = 128;

    /// <summary>Pixels from top to bottom.</summary>
    public const int Height = 32;

    /// <summary>Rows of text; each is a page of the display.</summary>
    public const int Rows = Height / 8;

    /// <summary>Characters in a row.</summary>
    public const int Columns = Width / Advance;

    private const int Advance = PixelFont.Width + 1;

    private readonly byte[] _pixels = new byte[Width * Rows];

    /// <summary>The pixels of a row, from the left: <see cref="Width"/> bytes.</summary>
    public ReadOnlySpan<byte> Row(int row) => _pixels.AsSpan(row * Width, Width);

    /// <summary>Whether a pixel is lit.</summary>
    public bool IsLit(int x, int y) => (Row(y / 8)[x] >> (y % 8) & 1) != 0;

    /// <summary>Writes a row: a label at the left, a value at the right. What does not fit is cut off the label.</summary>
    public void Write(int row, string label, string value = "")
    {
        value = value[..Math.Min(value.Length, Columns)];
        var room = Columns - value.Length - (value.Length > 0 ? 1 : 0);
        var text = label[..Math.Min(label.Length, Math.Max(room, 0))].PadRight(Columns - value.Length) + value;
        var pixels = _pixels.AsSpan(row * Width, Width);
        pixels.Clear();
        for (var column = 0; column < text.Length; column++)
        {
            PixelFont.Glyph(text[column]).CopyTo(pixels[(column * Advance)..]);
        }
    }

    /// <summary>Whether both show the same.</summary>
    public bool Shows(TextScreen other) => _pixels.AsSpan().SequenceEqual(other._pixels);
}
