namespace P2Panda.Bridge.Replication.Wire;

/// <summary>Begins a session.</summary>
/// <param name="SessionId">Chosen by the sender; ids of both sides share one space.</param>
/// <param name="Mode"><see cref="LogHeightMode"/>, or a mode nobody speaks.</param>
/// <param name="Schemas">What the session is about; not empty.</param>
public sealed record SyncRequestMessage(ulong SessionId, ulong Mode, SchemaIdSet Schemas) : ReplicationMessage
{
    /// <summary>Both sides tell how far their logs go and send what the other lacks.</summary>
    public const ulong LogHeightMode = 0;

    /// <summary>Known to the protocol, spoken by nobody.</summary>
    public const ulong SetReconciliationMode = 1;
}
