using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using P2Panda.Radio.Gateway.Configuration;
using P2Panda.Radio.Gateway.Display;
using P2Panda.Radio.Node;
using P2Panda.Store;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>The status display of boards that have one.</summary>
internal static class DisplayHosting
{
    /// <summary>Adds the display where the board has one and this build can drive it; else nothing.</summary>
    public static IServiceCollection AddStatusDisplay(this IServiceCollection services, GatewaySettings settings) =>
        StatusPanels.Ssd1306 is { } open && settings.Radio.Driver == RadioDriver.Sx127x && BoardChoice.Of(settings.Radio).HasStatusDisplay
            ? services.AddHostedService(provider => Create(provider, open))
            : services;

    private static StatusDisplay Create(IServiceProvider provider, Func<IStatusPanel> open)
    {
        var node = provider.GetRequiredService<RadioNode>();
        var store = provider.GetRequiredService<ILogStore>();
        return new StatusDisplay(
            open,
            () => StatusFigures.Read(node, store),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StatusDisplay>>());
    }
}
