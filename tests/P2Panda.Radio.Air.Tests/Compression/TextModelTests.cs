using System.Text;
using P2Panda.Radio.Air.Compression;
using Xunit.Abstractions;

namespace P2Panda.Radio.Air.Tests.Compression;

public class TextModelTests(ITestOutputHelper output)
{
    public static readonly string[] ChatLines =
    [
        "Is the repeater on the hill up again?",
        "yes, since this morning. battery at 12.4 V",
        "great! who is going to the workshop on thursday?",
        "I'll be there around six, need a lift anyone?",
        "We have two free seats in the car",
        "Please bring the spare antenna and the long cable",
        "ok will do",
        "The ferry is late, back in about forty minutes",
        "Kannst du mir morgen beim Dach helfen?",
        "Klar, ab zehn Uhr habe ich Zeit",
        "weather station says gusts up to 70 km/h tonight",
        "secure the boats please",
        "done. everything is tied down at the pier",
        "thanks a lot, you are the best",
        "school is closed tomorrow because of the storm",
        "does the bakery still have bread?",
        "last loaves, better come quickly",
        "The doctor will see patients from 9 to 12 in the old town hall",
        "message 17 of 20, testing the link to the island",
        "copy, loud and clear :)",
    ];

    [Fact]
    public void ChatLinesShrink()
    {
        var raw = 0;
        var coded = 0;
        foreach (var line in ChatLines)
        {
            var text = Encoding.UTF8.GetBytes(line);
            using var encoder = new TextEncoder();
            encoder.Text(text);
            var bytes = encoder.Finish().ToArray();
            raw += text.Length;
            coded += bytes.Length;
            var decoded = new RecordWriter();
            using var decoder = new TextDecoder(bytes);
            decoder.TryText(decoded).ShouldBeTrue();
            decoded.ToArray().ShouldBe(text);
        }

        output.WriteLine($"{ChatLines.Length} lines: {raw} bytes, coded {coded} ({8.0 * coded / raw:f2} bits a byte)");
        foreach (var part in new[] { ChatLines[..10], ChatLines[10..], ChatLines })
        {
            using var together = new TextEncoder();
            foreach (var line in part)
            {
                together.Text(Encoding.UTF8.GetBytes(line));
            }

            output.WriteLine($"{part.Length} in one stream: {together.Finish().Length}");
        }

        (coded * 10).ShouldBeLessThan(raw * 6);
    }

    [Fact]
    public void AnySequenceOfStringsSurvives()
    {
        var random = new Random(5);
        for (var round = 0; round < 60; round++)
        {
            var strings = new List<(bool IsText, byte[] Bytes)>();
            for (var count = random.Next(1, 4); count > 0; count--)
            {
                var bytes = new byte[random.Next(0, 60)];
                random.NextBytes(bytes);
                var isText = random.Next(2) == 0;
                strings.Add((isText, isText ? bytes.Select(value => (byte)((value % 3) + 1 + (round % 250))).ToArray() : bytes));
            }

            using var encoder = new TextEncoder();
            foreach (var (isText, bytes) in strings)
            {
                if (isText)
                {
                    encoder.Text(bytes);
                }
                else
                {
                    encoder.Bytes(bytes);
                }
            }

            using var decoder = new TextDecoder(encoder.Finish());
            foreach (var (isText, bytes) in strings)
            {
                var decoded = new RecordWriter();
                (isText ? decoder.TryText(decoded) : decoder.TryBytes(bytes.Length, decoded)).ShouldBeTrue();
                decoded.ToArray().ShouldBe(bytes);
            }
        }
    }

    [Fact]
    public void JunkEndsSomewhere()
    {
        var random = new Random(6);
        for (var round = 0; round < 60; round++)
        {
            var junk = new byte[random.Next(0, 40)];
            random.NextBytes(junk);
            var decoded = new RecordWriter();
            using var decoder = new TextDecoder(junk);
            decoder.TryText(decoded);
            decoded.Length.ShouldBeLessThan(100_000);
        }
    }
}
