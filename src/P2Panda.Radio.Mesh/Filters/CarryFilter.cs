using System.Buffers.Binary;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Radio.Mesh.Filters;

/// <summary>
/// Which authors and logs a gateway keeps, and what becomes of the rest. An entry is kept when its author or its log is listed,
/// or when nothing is listed at all.
/// </summary>
public sealed class CarryFilter
{
    private readonly HashSet<PublicKey> _authors;
    private readonly HashSet<LogKey> _logs;
    private readonly CarryDecision _others;

    /// <summary>A filter. Empty lists mean everything.</summary>
    /// <param name="authors">Authors whose logs are kept.</param>
    /// <param name="logs">Single logs that are kept.</param>
    /// <param name="others">What is done with everything else: carried or ignored.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="others"/> is "keep" although something is listed.</exception>
    public CarryFilter(IEnumerable<PublicKey> authors, IEnumerable<LogKey> logs, CarryDecision others)
    {
        _authors = [.. authors];
        _logs = [.. logs];
        _others = others;
        if (others == CarryDecision.Keep && _authors.Count + _logs.Count > 0)
        {
            throw new ArgumentOutOfRangeException(nameof(others), "A filter that keeps everything lists nothing.");
        }

        Scope = ScopeOf();
    }

    /// <summary>Keeps everything.</summary>
    public static CarryFilter Everything { get; } = new([], [], CarryDecision.Keep);

    /// <summary>Names the set of kept logs in fingerprints: zero for everything.</summary>
    public uint Scope { get; }

    /// <summary>What to do with a log's entries.</summary>
    public CarryDecision Decide(LogKey log) =>
        _others == CarryDecision.Keep || _authors.Contains(log.Author) || _logs.Contains(log) ? CarryDecision.Keep : _others;

    private uint ScopeOf()
    {
        if (_authors.Count + _logs.Count == 0)
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

        var hash = Blake3.Hash(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(input));
        return Math.Max(1, BinaryPrimitives.ReadUInt32LittleEndian(hash));
    }
}
