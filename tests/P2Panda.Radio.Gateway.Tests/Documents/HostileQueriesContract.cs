using System.Text;
using System.Text.Json;
using P2Panda.Store;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Documents;

/// <summary>
/// A hundred thousand requests that are broken or meant to hurt: each is answered with an error that says why, or, where it only looks
/// dangerous, with nothing found. None fails inside, none takes long, none changes anything.
/// </summary>
public abstract class HostileQueriesContract(Func<Task<ILogStore>> open, ITestOutputHelper output) : IAsyncLifetime
{
    private const int Requests = 100_000;
    private const int MaxAnswer = 64 * 1024;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(20);

    private QueriedDocuments? _queried;
    private string _event = "";

    public async Task InitializeAsync()
    {
        using var recorded = TestVectors.Json("aquadoggo/reads.json");
        _event = recorded.RootElement.GetProperty("schemas").GetProperty("event").GetString()!;
        _queried = await QueriedDocuments.OpenAsync(await open(), recorded);
    }

    public async Task DisposeAsync() => await _queried!.DisposeAsync();

    [Fact]
    [Trait("duration", "long")]
    public async Task All_are_answered_within_bounds()
    {
        var counts = await _queried!.Documents.CountAsync();
        var kinds = new Dictionary<string, int>();
        var longest = 0.0;
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), async (number, _) =>
        {
            var random = new Random(number);
            var (kind, query, isRefused) = Hostile(random);
            var started = TimeProvider.System.GetTimestamp();
            var answer = await _queried.AskAsync(query);
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            elapsed.ShouldBeLessThan(MaxTime, kind);
            answer.Length.ShouldBeLessThan(MaxAnswer, kind);
            Check(kind, query, isRefused, answer);
            lock (kinds)
            {
                kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
                longest = Math.Max(longest, elapsed.TotalMilliseconds);
            }
        });

        foreach (var (kind, count) in kinds.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"{kind}: {count}");
        }

        output.WriteLine($"the longest took {longest:F0} ms");
        kinds.Values.Sum().ShouldBe(Requests);
        kinds.Count.ShouldBe(12);
        (await _queried.Documents.CountAsync()).ShouldBe(counts);
    }

    private static void Check(string kind, string query, bool isRefused, ReadOnlyMemory<byte> answer)
    {
        using var json = JsonDocument.Parse(answer);
        var what = $"{kind}: {query[..Math.Min(query.Length, 400)]}";
        if (json.RootElement.TryGetProperty("errors", out var errors))
        {
            isRefused.ShouldBeTrue($"{errors.GetRawText()} for {what}");
            json.RootElement.GetProperty("data").ValueKind.ShouldBe(JsonValueKind.Null);
            errors[0].GetProperty("message").GetString()!.ShouldNotContain("Internal", Case.Sensitive, what);
            return;
        }

        isRefused.ShouldBeFalse(what);
        json.RootElement.GetProperty("data").GetProperty("all").GetProperty("totalCount").GetInt32().ShouldBe(0, what);
    }

    private (string Kind, string Query, bool IsRefused) Hostile(Random random)
    {
        var all = $"all: all_{_event}";
        switch (random.Next(12))
        {
            case 0:
                return ("cut off", Valid()[..random.Next(1, Valid().Length - 1)], true);
            case 1:
                var bytes = new byte[random.Next(1, 200)];
                random.NextBytes(bytes);
                return ("noise", Encoding.Latin1.GetString(bytes), true);
            case 2:
                var depth = random.Next(30, 2000);
                return ("deep", $"{{ {all} {string.Concat(Enumerable.Repeat("{ documents { fields { venues", depth))} }}", true);
            case 3:
                return ("wide", $"{{ {string.Join(' ', Enumerable.Range(0, random.Next(26, 400)).Select(i => $"a{i}: all_{_event} {{ totalCount }}"))} }}", true);
            case 4:
                return ("huge literal", $"{{ {all}(filter: {{ n: {{ gt: {new string('9', random.Next(20, 5000))} }} }}) {{ totalCount }} }}", true);
            case 5:
                var size = random.Next(1, 20);
                return ("cyclic fragments", $"{{ {all} {{ ...f0 }} }} " + string.Concat(Enumerable.Range(0, size).Select(i =>
                    $"fragment f{i} on {_event}Collection {{ totalCount ...f{(i + 1) % size} }} ")), true);
            case 6:
                return ("injected value", $"{{ {all}(filter: {{ title: {{ {(random.Next(2) == 0 ? "eq" : "contains")}: {Quote(Injection(random))} }} }}) {{ totalCount }} }}", false);
            case 7:
                return ("injected name", $"{{ {all}(filter: {{ {Injection(random)}: {{ eq: 1 }} }}) {{ totalCount }} }}", true);
            case 8:
                return ("wrong type", $"{{ {all}(filter: {{ {Wrong(random)} }}) {{ totalCount }} }}", true);
            case 9:
                return ("bad page", $"{{ {all}({(random.Next(2) == 0 ? $"first: {random.Next(1001, int.MaxValue)}" : $"first: -{random.Next(int.MaxValue)}")}) {{ hasNextPage }} }}", true);
            case 10:
                return ("bad cursor", $"{{ {all}(after: {Quote(Cursor(random))}) {{ hasNextPage }} }}", true);
            default:
                var many = random.Next(251, 2000);
                return ("long list", $"{{ {all}(filter: {{ n: {{ in: [{string.Join(',', Enumerable.Range(0, many))}] }} }}) {{ totalCount }} }}", true);
        }
    }

    private string Valid() => $"{{ all: all_{_event}(first: 3, filter: {{ title: {{ eq: \"a\" }} }}) {{ documents {{ meta {{ documentId }} }} }} }}";

    private static string Injection(Random random)
    {
        string[] parts =
        [
            "'", "\"", ";", "--", "/*", "*/", " OR ", "1=1", " UNION SELECT ", "DROP TABLE documents_views", "\\", "%", "$1", "@1", ")", "(", "||", "\0", "title", "x",
        ];

        // Never something that is only a part of a title.
        return "'" + string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => parts[random.Next(parts.Length)]));
    }

    private static string Wrong(Random random)
    {
        string[] wrong =
        [
            "n: { eq: \"1\" }", "n: { eq: 1.5 }", "title: { eq: 1 }", "title: { gt: [\"a\"] }", "active: { eq: 0 }", "raw: { eq: \"xyz\" }", "raw: { eq: \"0\" }",
            "venue: { eq: \"0020\" }", "pinned: { in: [\"zz\"] }", "venues: { eq: \"a\" }", "price: { eq: true }", "n: 1", "title: []", "nothing: { eq: 1 }",
            "title: { eq: $unknown }", "n: { in: [null] }",
        ];
        return wrong[random.Next(wrong.Length)];
    }

    private static string Cursor(Random random)
    {
        var bytes = new byte[random.Next(0, 100)];
        random.NextBytes(bytes);
        if (random.Next(2) == 0 && bytes.Length > 0)
        {
            bytes[0] = 1;
        }

        return System.Buffers.Text.Base64Url.EncodeToString(bytes) + (random.Next(3) == 0 ? "!" : "");
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
