namespace P2Panda.Bridge.Replication.Wire;

/// <summary>A message of <c>/p2p/p2panda/1.0.0</c>: one CBOR array, its type first. Messages follow each other without any framing.</summary>
public abstract record ReplicationMessage;
