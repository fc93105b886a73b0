using P2Panda.Libp2p.Quic.Engine;
using P2Panda.Libp2p.Quic.Native;

namespace P2Panda.Libp2p.Quic.Tests.Support;

/// <summary>Engines joined by a network in memory: a fixed delay, seeded loss, virtual time.</summary>
internal sealed class DatagramNetwork : IDisposable
{
    private const ulong Delay = 5_000_000;
    private const int StepsMax = 2_000_000;

    private readonly PriorityQueue<(NativeAddress From, NativeAddress To, byte[] Datagram), (ulong At, long Order)> _flights = new();
    private readonly List<MemoryPort> _ports = [];
    private readonly Random _random = new(20260601);
    private long _order;

    public DatagramNetwork() => Clock = new QuicClock(Time);

    public ManualTime Time { get; } = new();

    public QuicClock Clock { get; }

    public double Loss { get; set; }

    public MemoryPort Open(string address, byte keySeed, QuicOptions? options = null, bool withCertificate = true)
    {
        var key = KeyPair.FromSeed([.. Enumerable.Repeat(keySeed, 32)]);
        var port = new MemoryPort(this, address, key, options ?? new QuicOptions(), withCertificate);
        _ports.Add(port);
        return port;
    }

    public void Close(MemoryPort port)
    {
        _ports.Remove(port);
        port.Dispose();
    }

    /// <summary>Takes a port away without a goodbye.</summary>
    public void Kill(MemoryPort port)
    {
        port.Outbound = _ => false;
        Close(port);
    }

    public void Post(in NativeAddress from, in NativeAddress to, byte[] datagram)
    {
        if (_random.NextDouble() >= Loss)
        {
            _flights.Enqueue((from, to, datagram), (Time.Now + Delay, _order++));
        }
    }

    public void RunFor(TimeSpan duration) => Run(Time.Now + QuicClock.Nanoseconds(duration), () => false);

    public void RunUntil(Func<bool> condition)
    {
        Run(Time.Now + QuicClock.Nanoseconds(TimeSpan.FromMinutes(10)), condition);
        condition().ShouldBeTrue("the network fell silent, or ten virtual minutes went by");
    }

    /// <summary>Runs, giving other threads a turn whenever nothing happens, until the task ends.</summary>
    public async Task<T> RunUntilAsync<T>(Task<T> task)
    {
        await RunUntilAsync((Task)task);
        return await task;
    }

    public async Task RunUntilAsync(Task task)
    {
        using var deadline = new CancellationTokenSource(Deadlines.Test);
        while (!task.IsCompleted)
        {
            deadline.Token.ThrowIfCancellationRequested();
            Run(Time.Now + QuicClock.Nanoseconds(TimeSpan.FromMilliseconds(20)), () => task.IsCompleted);
            await Task.Yield();
        }

        await task;
    }

    public (QuicConnection Dialed, IMuxedConnection Accepted) Connect(MemoryPort dialer, MemoryPort listener)
    {
        var sink = listener.Engine.Sink as TestSink ?? new TestSink();
        listener.Engine.Sink = sink;
        var dialed = dialer.Engine.Connect(listener.Address, listener.Key.PeerId);
        RunUntil(() => dialed.Established.IsCompleted);
        dialed.Established.IsCompletedSuccessfully.ShouldBeTrue();
        return (dialed, sink.NextAsync().GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        foreach (var port in _ports)
        {
            port.Dispose();
        }
    }

    private void Run(ulong until, Func<bool> condition)
    {
        for (var steps = 0; !condition(); steps++)
        {
            steps.ShouldBeLessThan(StepsMax, "the network does not come to rest");
            var timer = _ports.Count == 0 ? QuicClock.Never : _ports.Min(port => port.Deadline);
            var flight = _flights.TryPeek(out _, out var priority) ? priority.At : QuicClock.Never;
            if (Math.Min(timer, flight) > until)
            {
                Time.MoveTo(until);
                return;
            }

            if (flight <= timer)
            {
                Time.MoveTo(flight);
                Deliver(_flights.Dequeue());
                continue;
            }

            Time.MoveTo(timer);
            foreach (var port in _ports.Where(port => port.Deadline <= Time.Now).ToList())
            {
                port.Deadline = port.Engine.Advance();
            }
        }
    }

    private unsafe void Deliver((NativeAddress From, NativeAddress To, byte[] Datagram) flight)
    {
        if (_ports.Find(candidate => candidate.Visible.Equals(flight.To) || candidate.Address.Equals(flight.To)) is not { } port)
        {
            return;
        }

        var datagram = new NativeDatagram
        {
            Size = (uint)flight.Datagram.Length,
            Segment = (uint)flight.Datagram.Length,
            RemoteLength = flight.From.Length,
            RemoteBytes = flight.From.Bytes,
        };
        fixed (byte* bytes = flight.Datagram)
        {
            port.Engine.Receive(bytes, (uint)flight.Datagram.Length, [datagram]);
        }
    }
}
