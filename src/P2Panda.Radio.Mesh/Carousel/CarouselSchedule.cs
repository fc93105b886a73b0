using P2Panda.Radio.Air.Compression;

namespace P2Panda.Radio.Mesh.Carousel;

/// <summary>
/// What to say when nobody answers: groups of entries, the newest most often. Of every four turns three follow the ruler sequence (age
/// class j, which holds 2^j groups, gets one turn in 2^(j+1)), one goes on with a slow sweep of everything, so that a listener who tunes
/// in at any moment has the recent past soon and the whole history after one sweep.
/// </summary>
internal sealed class CarouselSchedule
{
    /// <summary>Entries of a turn: about one full burst.</summary>
    public const int GroupSize = 12;

    /// <summary>One turn in so many belongs to the sweep.</summary>
    public const int SweepEvery = 4;

    private readonly List<EntryPosition> _entries = [];
    private readonly int[] _turnsOfClass = new int[32];
    private uint _turn;
    private uint _ruler;
    private int _sweep;

    /// <summary>Number of groups.</summary>
    public int Groups => (_entries.Count + GroupSize - 1) / GroupSize;

    /// <summary>Turns after which every entry was said at least once, whatever comes new meanwhile.</summary>
    public int TurnsForEverything => Groups * SweepEvery;

    /// <summary>A new entry.</summary>
    public void Add(EntryPosition entry) => _entries.Add(entry);

    /// <summary>The entries of the next turn, or none when there are no entries.</summary>
    public IReadOnlyList<EntryPosition> Next()
    {
        if (_entries.Count == 0)
        {
            return [];
        }

        if (++_turn % SweepEvery == 0)
        {
            // The sweep counts from the oldest, so that new entries do not make it lose its place.
            var start = _sweep * GroupSize;
            _sweep = start + GroupSize >= _entries.Count ? 0 : _sweep + 1;
            return _entries.GetRange(start, Math.Min(GroupSize, _entries.Count - start));
        }

        var level = System.Numerics.BitOperations.TrailingZeroCount(++_ruler);
        var first = (1 << level) - 1;
        if (first >= Groups)
        {
            level = 0;
            first = 0;
        }

        var width = Math.Min(1 << level, Groups - first);
        var group = first + (_turnsOfClass[level]++ % width);
        var end = _entries.Count - (group * GroupSize);
        var begin = Math.Max(0, end - GroupSize);
        return _entries.GetRange(begin, end - begin);
    }
}
