namespace P2Panda.Store.Postgres;

/// <summary>The one row of <c>state</c>. Whoever holds its lock is the only writer of the schema.</summary>
/// <param name="LastChange">Newest change number.</param>
/// <param name="EntryCount">Entries that can be read.</param>
/// <param name="NextLog">Number the next new log gets; never given twice.</param>
/// <param name="Revision">Counts commits that changed what an index holds.</param>
/// <param name="BufferRevision">The newest commit that changed the out-of-order buffer.</param>
/// <param name="ForgetRevision">The newest commit that removed logs or the bytes of entries.</param>
internal readonly record struct PostgresState(
    long LastChange, long EntryCount, long NextLog, long Revision, long BufferRevision, long ForgetRevision);
