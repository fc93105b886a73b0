namespace P2Panda.Bridge.Replication.Wire;

/// <summary>The first element of every message.</summary>
internal enum MessageType : ulong
{
    Announce = 0,
    SyncRequest = 1,
    Entry = 2,
    SyncDone = 3,
    Have = 10,
}
