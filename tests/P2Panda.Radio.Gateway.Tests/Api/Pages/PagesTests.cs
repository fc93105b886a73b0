using System.Diagnostics;

namespace P2Panda.Radio.Gateway.Tests.Api.Pages;

/// <summary>The pages in a real browser: their scripts run under the policy they come with, and show what the gateway says.</summary>
public sealed class PagesTests : IAsyncLifetime
{
    private ServedGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _gateway = await ServedGateway.StartAsync("radio.driver=sim", "radio.rule=M", "radio.profile=busy");
        await _gateway.PublishNotesAsync();
    }

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public void TheConsoleShowsRadioAirtimeAndEntries()
    {
        var page = Show("/");
        page.ShouldContain("all is well");
        page.ShouldContain("eu868 busy, 868.300 MHz, 14 dBm");
        page.ShouldContain("<li>Entries<strong>11</strong>");
        page.ShouldContain("title=\"6b734a8eff246fe734b38d4046c148eee5f04fe87b3a0a423955a77956de066b\"");
    }

    [Fact]
    public void ThePlaygroundShowsTheSchema()
    {
        var page = Show("/graphql");
        page.ShouldContain("nextArgs(publicKey: PublicKey!, viewId: DocumentViewId): NextArguments");
        page.ShouldContain("publish(entry: EncodedEntry!, operation: EncodedOperation!): NextArguments!");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/graphql")]
    public async Task APageLoadsNothingFromElsewhereAndIsShownInNoOther(string path)
    {
        using var answer = await _gateway.Client.GetAsync(path);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("frame-ancestors 'none'");
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("//cdn", Case.Insensitive);
    }

    /// <summary>What a browser makes of a page after a few seconds of its own time.</summary>
    private string Show(string path)
    {
        var profile = Directory.CreateTempSubdirectory("chromium-");
        try
        {
            using var browser = Process.Start(new ProcessStartInfo("chromium",
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
                $"--user-data-dir={profile.FullName}", "--lang=en-US", "--virtual-time-budget=4000", "--dump-dom", new Uri(_gateway.Client.BaseAddress!, path).ToString(),
            ])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            _ = browser.StandardError.ReadToEndAsync();
            var page = browser.StandardOutput.ReadToEnd();
            browser.WaitForExit();
            return page;
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }
}
