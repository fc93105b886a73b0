using System.Collections;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Bridge.Replication.Wire;

/// <summary>How far Bamboo logs go: author, log id, highest sequence number.</summary>
public sealed class LogHeights : IReadOnlyCollection<KeyValuePair<LogKey, ulong>>
{
    private readonly Dictionary<PublicKey, Dictionary<LogKey, ulong>> _authors = [];

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <summary>The height of a log, 0 when it is not there.</summary>
    public ulong this[LogKey log] => _authors.TryGetValue(log.Author, out var logs) ? logs.GetValueOrDefault(log) : 0;

    /// <summary>Adds a log, or gives it another height.</summary>
    /// <param name="log">A Bamboo log.</param>
    /// <param name="height">From 1.</param>
    public void Add(LogKey log, ulong height)
    {
        if (!_authors.TryGetValue(log.Author, out var logs))
        {
            _authors.Add(log.Author, logs = []);
        }

        Count += logs.ContainsKey(log) ? 0 : 1;
        logs[log] = height;
    }

    /// <summary>Takes all logs of an author out.</summary>
    internal void Remove(PublicKey author)
    {
        if (_authors.Remove(author, out var logs))
        {
            Count -= logs.Count;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<LogKey, ulong>> GetEnumerator() => _authors.Values.SelectMany(logs => logs).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
