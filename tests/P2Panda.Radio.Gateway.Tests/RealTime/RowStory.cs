using P2Panda.Bridge.Tests.Support;

namespace P2Panda.Radio.Gateway.Tests.RealTime;

/// <summary>
/// Four gateways in a row, A – B – C – D, each out of reach of all but its neighbours. D comes late and has to ask for what there is.
/// Pauses are long enough that what one page causes is over before the next, and pages take many frames beside which the announcements,
/// whose number depends on chance, weigh little: whatever the seed, every gateway sends nearly as many frames.
/// </summary>
internal static class RowStory
{
    /// <summary>Entries published: pages, and the two that define what a page is.</summary>
    public const int Entries = 12;

    /// <summary>Bytes of random text, so that pages do not get shorter on the way.</summary>
    private const int PageBytes = 230;

    private const int SecondsBetweenPages = 10;

    public static IReadOnlyList<string> Gateways { get; } = ["A", "B", "C", "D"];

    public static async Task<RowOutcome> TellAsync(IRow row)
    {
        using var atA = new AppAuthor(1);
        using var atB = new AppAuthor(2);
        using var atC = new AppAuthor(3);
        using var atD = new AppAuthor(4);
        row.Connect("A", "B");
        row.Connect("B", "C");
        row.Connect("C", "D");

        // Each tells its key within 13 seconds. A and C do so one after the other: B would hear neither if both spoke at once.
        await row.SwitchOnAsync("B");
        await AtAsync(20);
        await row.SwitchOnAsync("A");
        await AtAsync(40);
        await row.SwitchOnAsync("C");

        // By now they know each other.
        var now = 90;
        await AtAsync(now);
        var schema = atA.DefineSchema("pages");
        foreach (var definition in atA.Written)
        {
            await row.PublishAsync("A", definition);
        }

        foreach (var (gateway, author) in new[] { ("B", atB), ("C", atC), ("A", atA), ("B", atB), ("C", atC), ("A", atA) })
        {
            await AtAsync(now += SecondsBetweenPages);
            await WriteAsync(gateway, author);
        }

        await AtAsync(now += SecondsBetweenPages);
        await row.SwitchOnAsync("D");

        // By now D has asked for everything and got it.
        await AtAsync(now += 70);
        for (var page = 0; page < 4; page++)
        {
            await WriteAsync("D", atD);
            await AtAsync(now += SecondsBetweenPages);
        }

        await AtAsync(now + 20);
        return await row.EndAsync();

        Task AtAsync(int seconds) => row.RunToAsync(TimeSpan.FromSeconds(seconds));

        async Task WriteAsync(string gateway, AppAuthor author)
        {
            var page = new byte[PageBytes];
#pragma warning disable CA5394 // A story is to be the same every time.
            new Random(gateway[0] + author.Written.Count).NextBytes(page);
#pragma warning restore CA5394
            await row.PublishAsync(gateway, author.Create(schema, Convert.ToBase64String(page)));
        }
    }
}
