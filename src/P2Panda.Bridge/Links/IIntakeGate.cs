using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Libp2p;

namespace P2Panda.Bridge.Links;

/// <summary>Decides which verified entries of IP peers are stored.</summary>
public interface IIntakeGate
{
    /// <summary>Whether an entry may be stored.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="operation">Its operation.</param>
    /// <param name="peer">Who sent it.</param>
    bool Admits(VerifiedEntry entry, Operation operation, PeerId peer);
}
