using P2Panda.Core.Logs;

namespace P2Panda.Store.Appending;

/// <summary>The rows pruning touches, inside one transaction.</summary>
internal interface IPruneRows
{
    /// <summary>Lowest position of a log at or above <see cref="LogState.AvailableFrom"/> that came in at or after a time.</summary>
    (ulong Position, long ReceivedAt)? FindReceivedSince(LogState log, long receivedFrom);

    /// <summary>Drops the bytes of all entries below a position; says how many had any.</summary>
    long DropBytesBelow(LogState log, ulong position);

    /// <summary>Removes a log and all its rows; says how many entries had bytes.</summary>
    long Forget(LogState log);

    void WriteLog(LogState log);

    void DeleteBuffered(LogKey log, ulong sequenceNumber);
}
