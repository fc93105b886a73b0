using P2Panda.Store.Appending;

namespace P2Panda.Store.Queue;

/// <summary>What the requests of one commit work with.</summary>
internal sealed class WriteContext(AppendTransaction transaction, IStoreRows rows)
{
    public AppendTransaction Transaction => transaction;

    public IStoreRows Rows => rows;

    /// <summary>Set by the one request that prunes; it has the transaction for itself.</summary>
    public Pruning? Pruning { get; set; }

    public long EntryDelta => transaction.Added - (Pruning?.Dropped ?? 0);
}
