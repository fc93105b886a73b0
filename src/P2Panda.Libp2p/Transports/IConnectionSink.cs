using System.Diagnostics.CodeAnalysis;

namespace P2Panda.Libp2p;

/// <summary>Where listeners bring inbound connections: first for admission, before any cryptography, then when finished.</summary>
public interface IConnectionSink
{
    /// <summary>Asks whether a connection from here may begin its handshake. Counts it as pending until the answer is disposed.</summary>
    /// <param name="local">Our address.</param>
    /// <param name="remote">The peer's socket address.</param>
    /// <param name="pending">To be completed or not, and always disposed.</param>
    /// <returns>False when limits or gates refuse: drop the connection without a word.</returns>
    bool TryAdmit(Multiaddr local, Multiaddr remote, [NotNullWhen(true)] out IPendingInbound? pending);
}
