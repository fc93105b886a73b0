using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace P2Panda.Libp2p.Quic.Tests.Support;

/// <summary>Takes every inbound connection, or none, and remembers what happened.</summary>
internal sealed class TestSink : IConnectionSink
{
    private readonly Channel<IMuxedConnection> _connections = Channel.CreateUnbounded<IMuxedConnection>();
    private readonly Channel<string> _failures = Channel.CreateUnbounded<string>();
    private int _pending;

    public bool RefuseAll { get; set; }

    public int Asked { get; private set; }

    public int Pending => Volatile.Read(ref _pending);

    public bool TryAdmit(Multiaddr local, Multiaddr remote, [NotNullWhen(true)] out IPendingInbound? pending)
    {
        Asked++;
        pending = RefuseAll ? null : new Lease(this);
        return pending is not null;
    }

    public async Task<IMuxedConnection> NextAsync() => await _connections.Reader.ReadAsync(new CancellationTokenSource(Deadlines.Test).Token);

    public async Task<string> NextFailureAsync() => await _failures.Reader.ReadAsync(new CancellationTokenSource(Deadlines.Test).Token);

    private sealed class Lease : IPendingInbound
    {
        private readonly TestSink _sink;

        public Lease(TestSink sink)
        {
            _sink = sink;
            Interlocked.Increment(ref sink._pending);
        }

        public void Complete(IMuxedConnection connection) => _sink._connections.Writer.TryWrite(connection);

        public void Fail(string reason) => _sink._failures.Writer.TryWrite(reason);

        public void Dispose() => Interlocked.Decrement(ref _sink._pending);
    }
}
