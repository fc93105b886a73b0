namespace P2Panda.Libp2p;

/// <summary>An inbound connection during its handshake. Disposing without <see cref="Complete"/> counts it as failed.</summary>
public interface IPendingInbound : IDisposable
{
    /// <summary>Hands over the finished connection; the sink owns it from here, also when it refuses it.</summary>
    void Complete(IMuxedConnection connection);

    /// <summary>Notes why the handshake failed, for metrics and the security log.</summary>
    void Fail(string reason);
}
