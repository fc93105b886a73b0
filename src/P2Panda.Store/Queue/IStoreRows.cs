using System.Data.Common;
using P2Panda.Core.Logs;
using P2Panda.Store.Appending;

namespace P2Panda.Store.Queue;

/// <summary>All a write may do, inside one transaction of a database.</summary>
internal interface IStoreRows : IAppendRows, IPruneRows
{
    /// <summary>Where the transaction is, for statements about others' tables.</summary>
    DbConnection Connection { get; }

    /// <summary>Announces what will be appended, so that a distant database can be asked once for everything.</summary>
    void Expect(IReadOnlyList<PendingEntry> entries);

    /// <summary>Replaces a mark, or removes it when <paramref name="value"/> is null.</summary>
    void WriteMark(MarkKind kind, byte[] name, byte[]? value);
}
