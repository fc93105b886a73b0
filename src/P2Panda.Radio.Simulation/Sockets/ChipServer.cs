using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using P2Panda.Radio.Simulation.Chip;

namespace P2Panda.Radio.Simulation.Sockets;

/// <summary>
/// A chip model for a driver in another process: SPI transfers, the reset line and the DIO lines as lines of text over a socket (README.md of
/// this folder). One driver at a time holds the chip, as one host's bus would.
/// </summary>
public sealed partial class ChipServer : IDisposable
{
    private const int DioLines = 6;
    private const int MaxTransferBytes = 1024;
    private const int Backlog = 4;

    private readonly ChipModel _chip;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private Socket? _listener;
    private volatile LineConnection? _driver;

    /// <summary>Serves a chip, which stays the caller's.</summary>
    public ChipServer(ChipModel chip, ILogger<ChipServer> log)
    {
        _chip = chip ?? throw new ArgumentNullException(nameof(chip));
        _log = log;
        _chip.LineChanged = (line, level) =>
        {
            if ((_chip.Fault & ChipFault.LinesDead) == 0)
                _driver?.TrySend($"edge dio{line} {(level ? 1 : 0)}");
        };
    }

    /// <summary>Serves until it is disposed.</summary>
    /// <exception cref="SocketException">The path cannot be listened at.</exception>
    public void Listen(string path)
    {
        _listener = UnixAddress.Listen(path, Backlog);
        _ = AcceptAsync(_listener, path);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
            return;
        _stop.Cancel();
        _chip.LineChanged = null;
        _listener?.Dispose();
        _driver?.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(Socket listener, string path)
    {
        try
        {
            while (true)
            {
                var connection = new LineConnection(await listener.AcceptAsync(_stop.Token).ConfigureAwait(false));
                if (_driver is { IsOpen: true })
                {
                    connection.TrySend("error a driver holds the chip already");
                    connection.Finish();
                    continue;
                }

                _driver = connection;
                LogAttached();
                _ = ServeAsync(connection);
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            if (!_stop.IsCancellationRequested)
                LogStopped(path, stopped.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private async Task ServeAsync(LineConnection connection)
    {
        while (await connection.ReadLineAsync(_stop.Token).ConfigureAwait(false) is { } line)
            connection.TrySend(Answer(line));
        connection.Dispose();
        LogDetached();
    }

    /// <summary>Carries out one line; what cannot be understood is said and changes nothing.</summary>
    private string Answer(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case ["spi", var hex] when hex.Length <= 2 * MaxTransferBytes && hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit):
                var miso = new byte[hex.Length / 2];
                _chip.Transfer(Convert.FromHexString(hex), miso);
                return "spi " + Convert.ToHexStringLower(miso);
            case ["reset", "low" or "high" or "release"]:
                _chip.DriveReset(words[1] switch { "low" => false, "high" => true, _ => null });
                return "ok";
            case ["pins"]:
                return "pins " + string.Concat(Enumerable.Range(0, DioLines).Select(dio => _chip.DioLevel(dio) ? '1' : '0'));
            case ["fault", var name] when Enum.TryParse<ChipFault>(name, ignoreCase: true, out var fault) && Enum.IsDefined(fault):
                _chip.Fault = fault;
                return "ok";
            default:
                return "error say spi HEX, reset low|high|release, pins, or fault NAME";
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A driver holds the chip.")]
    private partial void LogAttached();

    [LoggerMessage(Level = LogLevel.Information, Message = "The driver has let go of the chip.")]
    private partial void LogDetached();

    [LoggerMessage(Level = LogLevel.Error, Message = "No driver can be attached at {Path} any more: {Reason}")]
    private partial void LogStopped(string path, string reason);
}
