using System.Net.Sockets;
using System.Text;
using P2Panda.Radio.Gateway.Hosting;

namespace P2Panda.Radio.Gateway.Tests.Hosting;

public sealed class ServiceNotifierTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"notify-{Guid.NewGuid():n}");
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public void Dispose()
    {
        _manager.Dispose();
        File.Delete(_path);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheManagerHearsEveryWord(bool isAbstract)
    {
        _manager.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + _path : _path));
        using var notifier = new ServiceNotifier(isAbstract ? "@" + _path : _path, "60000000", null);
        notifier.WatchdogInterval.ShouldBe(TimeSpan.FromSeconds(30));
        notifier.Ready();
        notifier.Alive();
        notifier.Status("two\nlines");
        notifier.Stopping();
        new[] { Next(), Next(), Next(), Next() }.ShouldBe(["READY=1", "WATCHDOG=1", "STATUS=two lines", "STOPPING=1"]);
    }

    [Fact]
    public void AnotherProcessesWatchdogIsNotOurs()
    {
        _manager.Bind(new UnixDomainSocketEndPoint(_path));
        using var other = new ServiceNotifier(_path, "60000000", "1");
        other.WatchdogInterval.ShouldBeNull();
        using var ours = new ServiceNotifier(_path, "60000000", $"{Environment.ProcessId}");
        ours.WatchdogInterval.ShouldNotBeNull();
        using var junk = new ServiceNotifier(_path, "soon", null);
        junk.WatchdogInterval.ShouldBeNull();
    }

    [Fact]
    public void WithoutAManagerNothingHappens()
    {
        using var none = new ServiceNotifier(null, null, null);
        none.Ready();
        using var gone = new ServiceNotifier(_path, "60000000", null);
        gone.Ready();
        gone.WatchdogInterval.ShouldBeNull();
    }

    private string Next()
    {
        _manager.ReceiveTimeout = 5000;
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, _manager.Receive(buffer));
    }
}
