using P2Panda.Bridge.Replication.Wire;
using P2Panda.Core.Bamboo;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Bridge.Tests.Replication;

/// <summary>Whole streams that aquadoggo nodes wrote to each other.</summary>
public sealed class RecordedStreamTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    [InlineData(int.MaxValue)]
    public void StreamsDecodeToTheirLastByteHoweverTheyAreCut(int piece)
    {
        var streams = TestVectors.Json("aquadoggo/pair.json").RootElement.GetProperty("streams").EnumerateArray()
            .Select(stream => Convert.FromHexString(stream.GetProperty("hex").GetString()!)).ToList();
        var counts = new Dictionary<string, int>();
        foreach (var stream in streams)
        {
            var decoder = new MessageDecoder();
            var again = new List<byte>();
            for (var start = 0; start < stream.Length;)
            {
                var length = Math.Min(piece, stream.Length - start);
                decoder.Add(stream.AsSpan(start, length));
                start += length;
                while (decoder.Next() is { } message)
                {
                    counts[message.GetType().Name] = counts.GetValueOrDefault(message.GetType().Name) + 1;
                    again.AddRange(MessageEncoder.Encode(message));
                    if (message is EntryMessage entry)
                    {
                        BambooEntry.Verify(entry.Entry, entry.Operation).IsVerified.ShouldBeTrue();
                    }
                }
            }

            decoder.Refusal.ShouldBe(MessageRefusal.None);
            decoder.Pending.ShouldBe(0);
            again.ToArray().ShouldBe(stream, "every message is encoded as aquadoggo encodes it");
        }

        streams.Count.ShouldBe(6);
        counts.Keys.Count.ShouldBe(5, "all kinds of messages occur");
        output.WriteLine(string.Join(", ", counts));
        if (piece == 1)
        {
            VectorCount.Report(output, "aquadoggo/pair.json", streams.Count);
        }
    }
}
