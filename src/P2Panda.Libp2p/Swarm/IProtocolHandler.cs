namespace P2Panda.Libp2p;

/// <summary>Serves inbound streams of one protocol.</summary>
public interface IProtocolHandler
{
    /// <summary>Protocol id, beginning with a slash.</summary>
    string Protocol { get; }

    /// <summary>What peers are allowed.</summary>
    StreamPolicy Policy { get; }

    /// <summary>Serves one stream. When it returns, the stream is closed; when it throws, reset.</summary>
    Task HandleAsync(MuxedStream stream, Connection connection, CancellationToken cancellation);
}
