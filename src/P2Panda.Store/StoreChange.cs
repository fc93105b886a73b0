namespace P2Panda.Store;

/// <summary>One step of the change feed.</summary>
/// <param name="Sequence">Number of the change: grows with every change for the whole life of the store, gaps are possible.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Entry">The entry it happened to.</param>
public sealed record StoreChange(long Sequence, StoreChangeKind Kind, StoredEntry Entry);
