using P2Panda.Store.Memory;
using P2Panda.Store.Sqlite;

namespace P2Panda.Store.Tests;

public sealed class StoreLocationTests
{
    [Fact]
    public async Task A_path_is_a_sqlite_file()
    {
        var folder = new TemporaryFolder();
        await using (var store = await StoreLocation.Parse(folder.File("logs.db")).OpenAsync("gateway"))
        {
            store.ShouldBeOfType<SqliteLogStore>().Path.ShouldBe(folder.File("logs.db"));
        }

        folder.Delete();
    }

    [Fact]
    public async Task Memory_is_memory()
    {
        await using var store = await StoreLocation.Parse("memory:").OpenAsync("gateway");
        store.ShouldBeOfType<MemoryLogStore>();
    }

    [Fact]
    public void A_password_is_not_shown() =>
        StoreLocation.Parse("Host=db;Username=me;Password=secret;Search Path=village").ToString()
            .ShouldSatisfyAllConditions(text => text.ShouldContain("village"), text => text.ShouldNotContain("secret"));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("Host=db;Colour=blue")]
    public void A_mistake_is_named(string text) => Should.Throw<FormatException>(() => StoreLocation.Parse(text));

    [Fact]
    public void A_url_says_the_same_as_a_connection_string()
    {
        var location = StoreLocation.Parse("postgresql://me:p%40ss@db.example:6000/village?Search%20Path=valley");

        location.IsPostgres.ShouldBeTrue();
        location.ToString().ShouldBe(
            StoreLocation.Parse("Host=db.example;Port=6000;Database=village;Username=me;Password=p@ss;Search Path=valley").ToString());
        location.ToString().ShouldNotContain("p@ss");
    }
}
