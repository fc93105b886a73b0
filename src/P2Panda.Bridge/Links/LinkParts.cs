using Microsoft.Extensions.Logging;
using P2Panda.Bridge.Index;
using P2Panda.Bridge.Replication.Sessions;
using P2Panda.Bridge.Replication.Wire;
using P2Panda.Libp2p;
using P2Panda.Store;

namespace P2Panda.Bridge.Links;

/// <summary>What all links of a bridge share.</summary>
internal sealed record LinkParts(
    ILogStore Store,
    IReplicationIndex Index,
    ReplicationOptions Options,
    IIntakeGate? Gate,
    Func<SchemaIdSet> Supported,
    bool IsOpen,
    PeerId OwnPeer,
    BridgeCounters Counters,
    TimeProvider Time,
    ILogger Logger);
