namespace P2Panda.Libp2p;

/// <summary>A transport's listener that takes itself off its host's list.</summary>
internal sealed class HostListener(IListener inner, Action<HostListener> forget) : IListener
{
    /// <summary>The transport's own.</summary>
    public IListener Inner => inner;

    public IReadOnlyList<Multiaddr> Addresses => inner.Addresses;

    public ValueTask DisposeAsync()
    {
        forget(this);
        return inner.DisposeAsync();
    }
}
