using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace P2Panda.Radio.Gateway.Display;

/// <summary>Keeps a display up to date. A display that fails or is not there costs a log line and is tried again; the gateway goes on.</summary>
internal sealed partial class StatusDisplay(Func<IStatusPanel> open, Func<StatusFigures> read, TimeProvider time, ILogger<StatusDisplay> log)
    : BackgroundService
{
    private static readonly TimeSpan Refreshing = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Retrying = TimeSpan.FromSeconds(30);

    private IStatusPanel? _panel;
    private TextScreen? _shown;
    private bool _complained;

    /// <summary>Shows how things are now, unless that is on the display already.</summary>
    /// <returns>How long to wait before the next time.</returns>
    internal TimeSpan Refresh()
    {
        try
        {
            _panel ??= open();
            var screen = StatusScreen.Draw(read());
            if (_shown is null || !_shown.Shows(screen))
            {
                _panel.Show(screen);
                _shown = screen;
            }

            _complained = false;
            return Refreshing;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            if (!_complained)
                LogNoDisplay(failure.Message);
            _complained = true;
            Close();
            return Retrying;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // The first transfer is not to hold up the start of the gateway.
            await Task.Yield();
            while (true)
            {
                await Task.Delay(Refresh(), time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Close();
        }
    }

    private void Close()
    {
        _panel?.Dispose();
        (_panel, _shown) = (null, null);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The status display does not answer: {Reason}. The gateway goes on without it and tries again; is I2C on (dtparam=i2c_arm=on), and may this user open /dev/i2c-1?")]
    private partial void LogNoDisplay(string reason);
}
