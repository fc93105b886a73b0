using System.Net;
using System.Net.Http.Headers;
using P2Panda.Core.Bamboo;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Store;
using P2Panda.Tests;
using Xunit.Abstractions;

namespace P2Panda.Radio.Gateway.Tests.Api.Documents;

public abstract class BlobContract(Func<Task<ILogStore>> open, ITestOutputHelper output)
{
    /// <summary>aquadoggo knows no byte ranges.</summary>
    private const string OtherThanAquadoggo = "blob range";

    [Fact]
    public async Task Every_request_is_answered_as_aquadoggo_answered_it()
    {
        await using var published = await PublishedGateway.StartAsync(await open());
        var requests = published.Recorded.RootElement.GetProperty("http").EnumerateArray().ToList();
        foreach (var record in requests)
        {
            var name = record.GetProperty("name").GetString()!;
            using var request = new HttpRequestMessage(HttpMethod.Get, record.GetProperty("path").GetString());
            foreach (var header in record.GetProperty("headers").EnumerateObject())
            {
                request.Headers.TryAddWithoutValidation(header.Name, header.Value.GetString()).ShouldBeTrue();
            }

            using var answer = await published.Client.SendAsync(request);
            var body = await answer.Content.ReadAsByteArrayAsync();
            if (name == OtherThanAquadoggo)
            {
                answer.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
                body.ShouldBe(Enumerable.Range(0, 10).Select(i => (byte)i));
                continue;
            }

            ((int)answer.StatusCode).ShouldBe(record.GetProperty("status").GetInt32(), name);
            var expected = record.GetProperty("answer");
            if (answer.IsSuccessStatusCode)
            {
                answer.Content.Headers.ContentType!.ToString().ShouldBe(expected.GetProperty("content-type").GetString(), name);
                answer.Headers.ETag!.ToString().ShouldBe(expected.GetProperty("etag").GetString(), name);
                Convert.ToHexStringLower(Blake3.Hash(body)).ShouldBe(expected.GetProperty("blake3").GetString(), name);
            }

            if (answer.StatusCode == HttpStatusCode.NotFound)
            {
                System.Text.Encoding.UTF8.GetString(body).ShouldBe(expected.GetProperty("text").GetString(), name);
            }
        }

        requests.Count.ShouldBe(8);
        VectorCount.Report(output, "aquadoggo/reads.json (blobs)", requests.Count);
    }

    [Theory]
    [InlineData(255_990, 256_009)]
    [InlineData(307_199, null)]
    [InlineData(null, 5)]
    public async Task Parts_cross_the_borders_of_pieces(int? from, int? to)
    {
        await using var published = await PublishedGateway.StartAsync(await open());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/blobs/{published.BlobId}");
        request.Headers.Range = new RangeHeaderValue(from, to);
        using var answer = await published.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        var (first, last) = (from ?? 307_200 - to!.Value, from is null ? 307_199 : to ?? 307_199);
        answer.Content.Headers.ContentRange!.ToString().ShouldBe($"bytes {first}-{last}/307200");
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(Enumerable.Range(first, last - first + 1).Select(i => (byte)i));
    }

    [Fact]
    public async Task A_part_beyond_the_end_is_refused()
    {
        await using var published = await PublishedGateway.StartAsync(await open());
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/blobs/{published.BlobId}");
        request.Headers.Range = new RangeHeaderValue(400_000, null);
        using var answer = await published.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
    }

    [Theory]
    [InlineData("text/plain", false)]
    [InlineData("image/png", false)]
    [InlineData("video/mp4", false)]
    [InlineData("text/html", true)]
    [InlineData("image/svg+xml", true)]
    [InlineData("application/xhtml+xml", true)]
    [InlineData("application/pdf", true)]
    [InlineData("application/javascript", true)]
    public async Task What_a_browser_could_run_is_offered_for_saving(string type, bool isAttachment)
    {
        await using var published = await PublishedGateway.StartAsync(await open(), isEmpty: true);
        using var author = KeyPair.FromSeed(new byte[KeyPair.SeedLength]);
        var data = "<script>alert(1)</script>"u8.ToArray();
        var piece = Sign(author, 0, Operation.Create(SchemaId.BlobPiece, new PlainFields([KeyValuePair.Create("data", PlainValue.Bytes(data))])));
        var blob = Sign(author, 1, Operation.Create(SchemaId.Blob, new PlainFields(
        [
            KeyValuePair.Create("length", PlainValue.Integer(data.Length)),
            KeyValuePair.Create("mime_type", PlainValue.String(type)),
            KeyValuePair.Create("pieces", PlainValue.PinnedRelationList([DocumentViewId.Of(piece.Id)])),
        ])));
        await published.AppendAsync(blob);
        using var early = await published.Client.GetAsync($"/blobs/{blob.Id}");
        early.StatusCode.ShouldBe(HttpStatusCode.NotFound, "a piece is missing");
        await published.AppendAsync(piece);

        using var answer = await published.Client.GetAsync($"/blobs/{blob.Id}");

        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(data);
        answer.Content.Headers.ContentType!.ToString().ShouldBe(type);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("sandbox; default-src 'none'");
        answer.Content.Headers.ContentDisposition?.ToString().ShouldBe(isAttachment ? "attachment" : null);
    }

    private static VerifiedEntry Sign(KeyPair author, ulong log, Operation operation)
    {
        var payload = operation.EncodedBytes.ToArray();
        return BambooEntry.Verify(BambooEntry.Sign(author, log, 1, null, null, payload), payload).Entry!;
    }
}
