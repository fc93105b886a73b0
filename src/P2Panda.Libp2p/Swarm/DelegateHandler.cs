namespace P2Panda.Libp2p.Swarm;

/// <summary>A handler that is a function.</summary>
internal sealed class DelegateHandler(string protocol, Func<MuxedStream, Connection, CancellationToken, Task> handle, StreamPolicy policy) : IProtocolHandler
{
    public string Protocol => protocol;

    public StreamPolicy Policy => policy;

    public Task HandleAsync(MuxedStream stream, Connection connection, CancellationToken cancellation) => handle(stream, connection, cancellation);
}
