using System.Buffers.Binary;
using System.Text;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;

namespace P2Panda.Radio.Mesh.Filters;

/// <summary>
/// Which authors, schemas and logs a gateway keeps, and what becomes of the rest. An entry is kept when its author, the schema of its log,
/// or its log is listed, or when nothing is listed at all.
/// </summary>
public sealed class CarryFilter
{
    private readonly HashSet<PublicKey> _authors;
    private readonly HashSet<string> _schemas;
    private readonly HashSet<LogKey> _logs;
    private readonly CarryDecision _others;

    /// <summary>A filter. Empty lists mean everything.</summary>
    /// <param name="authors">Authors whose logs are kept.</param>
    /// <param name="schemas">Schemas whose logs are kept.</param>
    /// <param name="logs">Single logs that are kept.</param>
    /// <param name="others">What is done with everything else: carried or ignored.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="others"/> is "keep" although something is listed.</exception>
    public CarryFilter(IEnumerable<PublicKey> authors, IEnumerable<SchemaId> schemas, IEnumerable<LogKey> logs, CarryDecision others)
    {
        _authors = [.. authors];
        _schemas = [.. schemas.Select(schema => schema.Text)];
        _logs = [.. logs];
        _others = others;
        if (others == CarryDecision.Keep && !ListsNothing)
        {
            throw new ArgumentOutOfRangeException(nameof(others), "A filter that keeps everything lists nothing.");
        }

        Scope = ScopeOf();
    }

    /// <summary>Keeps everything.</summary>
    public static CarryFilter Everything { get; } = new([], [], [], CarryDecision.Keep);

    /// <summary>Names the set of kept logs in fingerprints: zero for everything.</summary>
    public uint Scope { get; }

    private bool ListsNothing => _authors.Count + _schemas.Count + _logs.Count == 0;

    /// <summary>What to do with a log's entries.</summary>
    /// <param name="log">The log.</param>
    /// <param name="stored">The stored logs: they tell the schema, and are asked only when that decides.</param>
    /// <param name="atHand">An entry of the log that is not stored yet, which tells the schema of a log that is new.</param>
    public CarryDecision Decide(LogKey log, ILogView stored, VerifiedEntry? atHand = null)
    {
        var isListed = _others == CarryDecision.Keep || _authors.Contains(log.Author) || _logs.Contains(log) ||
            (_schemas.Count > 0 && LogSchema.Of(stored, log, atHand) is { } schema && _schemas.Contains(schema));
        return isListed ? CarryDecision.Keep : _others;
    }

    private uint ScopeOf()
    {
        if (ListsNothing)
        {
            return _others == CarryDecision.Keep ? 0 : uint.MaxValue;
        }

        var input = new List<byte>();
        foreach (var author in _authors.Order())
        {
            input.Add(1);
            input.AddRange(author.Bytes);
        }

        foreach (var log in _logs.Order())
        {
            input.Add(2);
            input.Add((byte)log.Format);
            input.AddRange(log.Author.Bytes);
            input.Add((byte)log.LogId.Bytes.Length);
            input.AddRange(log.LogId.Bytes);
        }

        foreach (var schema in _schemas.Order(StringComparer.Ordinal))
        {
            input.Add(3);
            input.AddRange(Encoding.ASCII.GetBytes(schema));
            input.Add(0);
        }

        var hash = Blake3.Hash(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(input));
        return Math.Max(1, BinaryPrimitives.ReadUInt32LittleEndian(hash));
    }
}
