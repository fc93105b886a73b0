namespace P2Panda.Libp2p;

/// <summary>An open listening socket. Disposing closes it; connections that came through it stay.</summary>
public interface IListener : IAsyncDisposable
{
    /// <summary>Addresses it listens on, with real ports; several when bound to "any". Read again after a change of interfaces.</summary>
    IReadOnlyList<Multiaddr> Addresses { get; }
}
