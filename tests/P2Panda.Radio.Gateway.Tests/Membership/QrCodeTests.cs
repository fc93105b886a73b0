using System.Globalization;
using System.Text;
using P2Panda.Radio.Gateway.Membership;

namespace P2Panda.Radio.Gateway.Tests.Membership;

/// <summary>Against libqrencode, which shares no code with ours: whatever mask it prefers, ours with that mask must be the same modules.</summary>
public sealed class QrCodeTests
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

    public static TheoryData<int> Lengths => [.. new[] { 1, 2, 24, 25, 26, 47, 48, 77, 114, 115, 154, 178, 188, 195, 223, 224, 225, 278, 279, 334, 335, 395 }];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void ModulesAreThoseOfLibqrencode(int length)
    {
        var random = new Random(length);
        var text = new StringBuilder("A");
        while (text.Length < length)
        {
            text.Append(Alphabet[random.Next(Alphabet.Length)]);
        }

        // A text that ends in a space would lose it on the way.
        var written = text.ToString().TrimEnd().PadRight(length, 'Z');
        var (exit, output, errors) = Tool.Run("qrencode", "-t", "ASCII", "-l", "L", "-m", "0", written);
        exit.ShouldBe(0, errors);
        var theirs = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Enumerable.Range(0, QrCode.Masks).Select(mask => Rows(QrCode.Encode(written, mask))).ShouldContain(rows => rows.SequenceEqual(theirs));
        Enumerable.Range(0, QrCode.Masks).Select(mask => Rows(QrCode.Encode(written, mask)))
            .ShouldContain(rows => rows.SequenceEqual(Rows(QrCode.Encode(written))));
    }

    [Fact]
    public void WhatCannotBeEncodedIsRefused()
    {
        Should.Throw<ArgumentException>(() => QrCode.Encode("lower case"));
        Should.Throw<ArgumentException>(() => QrCode.Encode(new string('A', 396)));
    }

    [Fact]
    public void TextHasTheModulesAndAQuietZone()
    {
        var code = QrCode.Encode("HELLO", 3);
        var lines = code.ToText().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldAllBe(line => line.Length == code.Size + 8);
        lines[..2].ShouldAllBe(line => line.All(character => character == '█'));
        bool IsLight(int x, int y) => lines[(y + 4) / 2][x + 4] is '█' || lines[(y + 4) / 2][x + 4] == (y % 2 == 0 ? '▀' : '▄');
        for (var y = 0; y < code.Size; y++)
        {
            for (var x = 0; x < code.Size; x++)
            {
                IsLight(x, y).ShouldBe(!code[x, y], string.Create(CultureInfo.InvariantCulture, $"{x}, {y}"));
            }
        }
    }

    private static string[] Rows(QrCode code) =>
    [
        .. Enumerable.Range(0, code.Size).Select(y =>
            string.Concat(Enumerable.Range(0, code.Size).Select(x => code[x, y] ? "##" : "  "))),
    ];
}
