using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>
/// Tells the service manager that the gateway is ready, alive or stopping: datagrams of text to the socket named in NOTIFY_SOCKET
/// (sd_notify(3)). Does nothing where there is no such socket. A datagram that cannot be sent is not worth stopping for.
/// </summary>
internal sealed class ServiceNotifier : IDisposable
{
    private readonly Socket? _socket;

    /// <summary>Reads the environment that a service manager sets.</summary>
    public ServiceNotifier()
        : this(
            Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
            Environment.GetEnvironmentVariable("WATCHDOG_USEC"),
            Environment.GetEnvironmentVariable("WATCHDOG_PID"))
    {
    }

    /// <param name="path">Path of the socket; one that begins with @ is abstract.</param>
    /// <param name="watchdogMicroseconds">How long the manager waits for a sign of life, in µs.</param>
    /// <param name="watchdogProcess">The process that is to give it, or none for any.</param>
    internal ServiceNotifier(string? path, string? watchdogMicroseconds, string? watchdogProcess)
    {
        if (string.IsNullOrEmpty(path))
        {
            return;
        }

        try
        {
            _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            _socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? '\0' + path[1..] : path));
        }
        catch (SocketException)
        {
            _socket?.Dispose();
            _socket = null;
            return;
        }

        var ours = string.IsNullOrEmpty(watchdogProcess) || watchdogProcess == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        if (ours && long.TryParse(watchdogMicroseconds, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0)
        {
            // Half the time, as sd_watchdog_enabled(3) recommends.
            WatchdogInterval = TimeSpan.FromMicroseconds(microseconds / 2.0);
        }
    }

    /// <summary>How often <see cref="Alive"/> should be called while the radio answers, or none when nobody watches.</summary>
    public TimeSpan? WatchdogInterval { get; }

    /// <summary>The gateway has started.</summary>
    public void Ready() => Send("READY=1");

    /// <summary>The gateway and its radio are alive.</summary>
    public void Alive() => Send("WATCHDOG=1");

    /// <summary>The gateway is stopping.</summary>
    public void Stopping() => Send("STOPPING=1");

    /// <summary>One line that <c>systemctl status</c> shows.</summary>
    public void Status(string text) => Send("STATUS=" + text.ReplaceLineEndings(" "));

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private void Send(string message)
    {
        try
        {
            _socket?.Send(Encoding.UTF8.GetBytes(message));
        }
        catch (SocketException)
        {
            // The manager has gone or its queue is full; there is nobody to tell.
        }
    }
}
