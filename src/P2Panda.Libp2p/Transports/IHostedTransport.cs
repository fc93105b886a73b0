namespace P2Panda.Libp2p;

/// <summary>A transport that needs the host it belongs to, because it works through other connections.</summary>
internal interface IHostedTransport : ITransport
{
    /// <summary>Called once, before anything is dialed or listened on.</summary>
    void Attach(Libp2pHost host);
}
