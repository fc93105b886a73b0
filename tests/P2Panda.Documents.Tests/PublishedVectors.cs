using System.Text.Json;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Logs;
using P2Panda.Tests;

namespace P2Panda.Documents.Tests;

/// <summary>The sixty entries that were published to aquadoggo before its answers were recorded.</summary>
internal static class PublishedVectors
{
    public static VerifiedEntry[] Read()
    {
        using var json = TestVectors.Json("aquadoggo/reads.json");
        return [.. json.RootElement.GetProperty("published").EnumerateArray().Select(Verify)];
    }

    private static VerifiedEntry Verify(JsonElement record)
    {
        var (entry, refusal) = BambooEntry.VerifyHex(record.GetProperty("entry").GetString(), record.GetProperty("operation").GetString());
        refusal.ShouldBe(BambooRefusal.None);
        return entry!;
    }
}
