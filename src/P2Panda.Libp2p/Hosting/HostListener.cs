namespace P2Panda.Libp2p;

/// <summary>A transport's listener that takes itself off its host's list.</summary>
internal sealed class HostListener(IListener inner, Action<HostListener> forget) : IListener
{
    public IReadOnlyList<Multiaddr> Addresses => inner.Addresses;

    public ValueTask DisposeAsync()
    {
        forget(this);
        return inner.DisposeAsync();
    }
}
