using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using P2Panda.Radio.Air.Radio;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Display;
using P2Panda.Radio.Gateway.Hosting;
using P2Panda.Radio.Sx127x.Boards;

namespace P2Panda.Radio.Gateway.Tests.Display;

public sealed class StatusDisplayTests
{
    private static readonly StatusFigures Figures = new(RadioState.Receiving, 12345, 3, TimeSpan.FromSeconds(31.29));

    [Fact]
    public void FiguresAreFourRows() => StatusScreen.Draw(Figures).Shows(Screen(
        "P2PANDA     LISTENING",
        "ENTRIES         12345",
        "NEIGHBOURS          3",
        "AIRTIME LEFT   31.2 S")).ShouldBeTrue();

    [Theory]
    [InlineData(RadioState.Transmitting, null, "P2PANDA       SENDING", "AIRTIME LEFT NO LIMIT")]
    [InlineData(RadioState.Failed, 0.0, "P2PANDA  RADIO FAILED", "AIRTIME LEFT    0.0 S")]
    [InlineData(RadioState.Off, 3599.9, "P2PANDA     RADIO OFF", "AIRTIME LEFT   59 MIN")]
    [InlineData(RadioState.DetectingActivity, 599.99, "P2PANDA     LISTENING", "AIRTIME LEFT  599.9 S")]
    public void EveryStateAndAmountFits(RadioState state, double? seconds, string first, string last) =>
        StatusScreen.Draw(Figures with { Radio = state, AirtimeLeft = seconds is { } left ? TimeSpan.FromSeconds(left) : null })
            .Shows(Screen(first, "ENTRIES         12345", "NEIGHBOURS          3", last)).ShouldBeTrue();

    [Fact]
    public void OnlyWhatChangedIsSentToTheDisplay()
    {
        var panel = new Panel();
        var figures = Figures;
        using var display = new StatusDisplay(() => panel, () => figures, TimeProvider.System, NullLogger<StatusDisplay>.Instance);
        display.Refresh();
        display.Refresh();
        panel.Shown.Count.ShouldBe(1);

        figures = figures with { Entries = 12346 };
        display.Refresh().ShouldBe(TimeSpan.FromSeconds(1));
        panel.Shown.Count.ShouldBe(2);
        panel.Shown[1].Shows(StatusScreen.Draw(figures)).ShouldBeTrue();
    }

    [Fact]
    public void DisplayThatFailsIsClosedTriedLaterAndDrawnAnew()
    {
        var panels = new List<Panel>();
        var missing = true;
        var figures = Figures;
        using var display = new StatusDisplay(
            () =>
            {
                if (missing)
                    throw new IOException("no such device");
                panels.Add(new Panel());
                return panels[^1];
            },
            () => figures,
            TimeProvider.System,
            NullLogger<StatusDisplay>.Instance);
        display.Refresh().ShouldBe(TimeSpan.FromSeconds(30));

        missing = false;
        display.Refresh().ShouldBe(TimeSpan.FromSeconds(1));
        panels[0].Shown.Count.ShouldBe(1);

        panels[0].Broken = true;
        figures = figures with { Neighbours = 4 };
        display.Refresh().ShouldBe(TimeSpan.FromSeconds(30));
        panels[0].Disposed.ShouldBeTrue();

        display.Refresh().ShouldBe(TimeSpan.FromSeconds(1));
        panels[1].Shown.Single().Shows(StatusScreen.Draw(figures)).ShouldBeTrue();
    }

    [Fact]
    public async Task StoppingLeavesTheDisplayDark()
    {
        var panel = new Panel();
        using var display = new StatusDisplay(() => panel, () => Figures, TimeProvider.System, NullLogger<StatusDisplay>.Instance);
        await display.StartAsync(default);
        await panel.FirstShown.Task;
        await display.StopAsync(default);
        panel.Disposed.ShouldBeTrue();
    }

    [Fact]
    public void OnlyBoardsWithADisplayHaveOne() =>
        BoardCatalog.Names.Where(name => BoardCatalog.Find(name)!.HasStatusDisplay)
            .ShouldBe(["adafruit-rfm95w-bonnet", "adafruit-rfm95w-bonnet-433"], ignoreOrder: true);

    [Fact]
    public void WithoutTheSwitchNothingIsAdded()
    {
        StatusPanels.Ssd1306.ShouldBeNull();
        var settings = new GatewaySettings();
        var services = new ServiceCollection();
        services.AddStatusDisplay(settings with { Radio = settings.Radio with { Driver = RadioDriver.Sx127x, Board = "adafruit-rfm95w-bonnet" } });
        services.ShouldBeEmpty();
    }

    private static TextScreen Screen(params string[] rows)
    {
        var screen = new TextScreen();
        for (var row = 0; row < rows.Length; row++)
        {
            screen.Write(row, rows[row]);
        }

        return screen;
    }

    private sealed class Panel : IStatusPanel
    {
        public List<TextScreen> Shown { get; } = [];

        public TaskCompletionSource FirstShown { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Broken { get; set; }

        public bool Disposed { get; private set; }

        public void Show(TextScreen screen)
        {
            if (Broken)
                throw new IOException("no answer");
            Shown.Add(screen);
            FirstShown.TrySetResult();
        }

        public void Dispose() => Disposed = true;
    }
}
