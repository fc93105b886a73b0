using System.Net;
using System.Text.Json;

namespace P2Panda.Radio.Gateway.Tests.Api.Entries;

public sealed class EntryRoutesTests : IAsyncLifetime
{
    private ServedGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _gateway = await ServedGateway.StartAsync();
        await _gateway.PublishNotesAsync();
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task PagesTogetherAreAllEntriesInTheOrderInWhichTheyCame()
    {
        var changes = new List<long>();
        long after = 0;
        JsonElement page;
        do
        {
            page = await GetAsync($"/api/v1/entries?after={after}&limit=4");
            page.GetProperty("entries").GetArrayLength().ShouldBeLessThanOrEqualTo(4);
            changes.AddRange(page.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("change").GetInt64()));
            after = page.GetProperty("next").GetInt64();
        }
        while (after < page.GetProperty("lastChange").GetInt64());
        changes.Count.ShouldBe(11);
        changes.ShouldBeInOrder();
        changes.Distinct().Count().ShouldBe(11);
    }

    [Fact]
    public async Task AnEntryIsWhatWasPublished()
    {
        var listed = (await GetAsync("/api/v1/entries?limit=1")).GetProperty("entries")[0];
        var entry = await GetAsync($"/api/v1/entries/{listed.GetProperty("id").GetString()}");
        JsonElement.DeepEquals(entry, listed).ShouldBeTrue();
        entry.GetProperty("author").GetString().ShouldBe("6b734a8eff246fe734b38d4046c148eee5f04fe87b3a0a423955a77956de066b");
        entry.GetProperty("entry").GetString()!.ShouldStartWith("006b734a8eff246fe734b38d4046c148eee5f04fe87b3a0a423955a77956de066b0001");
        entry.GetProperty("operation").GetString().ShouldBe("840100781a736368656d615f6669656c645f646566696e6974696f6e5f7631a2646e616d656474657874647479706563737472");
    }

    [Theory]
    [InlineData("6b734a8eff246fe734b38d4046c148eee5f04fe87b3a0a423955a77956de066b", 11)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 0)]
    public async Task AnAuthorsEntriesCanBeAskedFor(string author, int expected) =>
        (await GetAsync($"/api/v1/entries?author={author}")).GetProperty("entries").GetArrayLength().ShouldBe(expected);

    [Theory]
    [InlineData("?limit=1001")]
    [InlineData("?limit=-1")]
    [InlineData("?limit=x")]
    [InlineData("?after=-1")]
    [InlineData("?after=99999999999999999999")]
    [InlineData("?author=abc")]
    [InlineData("/zz")]
    [InlineData("/%00")]
    public async Task WrongParametersAreRefused(string tail) =>
        (await _gateway.Client.GetAsync("/api/v1/entries" + tail)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

    [Fact]
    public async Task WithoutARadioThereAreNoReceipts()
    {
        var id = (await GetAsync("/api/v1/entries?limit=1")).GetProperty("entries")[0].GetProperty("id").GetString();
        (await _gateway.Client.GetAsync($"/api/v1/entries/{id}/receipt")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _gateway.Client.GetAsync("/api/v1/airtime")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await GetAsync("/api/v1/status")).TryGetProperty("radio", out _).ShouldBeFalse();
    }

    private async Task<JsonElement> GetAsync(string path) => JsonDocument.Parse(await _gateway.Client.GetStringAsync(path)).RootElement;
}
