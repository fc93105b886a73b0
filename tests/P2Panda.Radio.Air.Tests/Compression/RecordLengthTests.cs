using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Tests.Corpus;
using Xunit.Abstractions;

namespace P2Panda.Radio.Air.Tests.Compression;

public class RecordLengthTests(ITestOutputHelper output)
{
    [Fact]
    public void RecordsOfTheVectorsStayBelowTheTarget()
    {
        var logs = new MemoryLogs().Add(SampleEntries.FromVectors);
        var dictionary = new AirDictionary();
        dictionary.LearnFrom(logs);
        var codec = new EntryCodec(new KnownEntries(logs, dictionary), dictionary);
        var options = new EncodeOptions { AssumeSharedTerms = true, CodeStrings = false };
        var overheads = SampleEntries.FromVectors.Select(entry =>
            codec.Encode(entry, options, RecordSequence.Start, isLocated: false, out _).Length - StringBytes(entry)).ToList();
        var cold = SampleEntries.FromVectors.Select(entry => codec.Encode(
            entry, new EncodeOptions { Encoding = EntryEncoding.Standalone, CodeStrings = false }, RecordSequence.Start, false, out _).Length - StringBytes(entry)).ToList();
        var coded = SampleEntries.FromVectors.Sum(entry =>
            codec.Encode(entry, options with { CodeStrings = true }, RecordSequence.Start, isLocated: false, out _).Length);
        output.WriteLine($"warm: mean {overheads.Average():f2}, max {overheads.Max()}; cold: mean {cold.Average():f2}, max {cold.Max()}; coded total mean {coded / 134.0:f2}");
        overheads.Count.ShouldBe(134);
        overheads.Average().ShouldBeLessThanOrEqualTo(78);
        overheads.Max().ShouldBeLessThanOrEqualTo(90);
    }

    private static int StringBytes(VerifiedEntry entry)
    {
        var payload = entry.PayloadBytes!.Value.Span;
        var outline = OperationOutline.Read(payload)!;
        var total = 0;
        foreach (var (_, value) in outline.Fields)
        {
            CborHead.TryRead(payload[value], out var head);
            total += head.MajorType == CborHead.Text ? (int)head.Argument : 0;
        }

        return total;
    }
}
