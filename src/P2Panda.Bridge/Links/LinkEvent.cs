using P2Panda.Bridge.Replication.Sessions;
using P2Panda.Bridge.Replication.Wire;

namespace P2Panda.Bridge.Links;

/// <summary>What a link's loop takes in: a message of the peer, or something that happened here.</summary>
internal readonly record struct LinkEvent(ReplicationMessage? Message, Action<PeerReplication, DateTimeOffset>? Change);
