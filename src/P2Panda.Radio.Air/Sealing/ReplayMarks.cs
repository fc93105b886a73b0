using System.Buffers.Binary;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Radio.Air.Sealing;

/// <summary>
/// The highest counter believed from each key, for the kinds of burst that must not be believed twice. Written before a burst is acted
/// upon, so that a restart does not open a door. A full table refuses new keys rather than forget old ones.
/// </summary>
public sealed class ReplayMarks
{
    /// <summary>Keys remembered.</summary>
    public const int MaxKeys = 4096;

    private readonly IDurableMarks? _durable;
    private readonly Dictionary<PublicKey, ulong> _marks = [];

    /// <summary>Marks that live as long as this object, for simulations and tests.</summary>
    public ReplayMarks()
    {
    }

    /// <summary>Marks that are kept.</summary>
    /// <exception cref="IOException">The marks cannot be read.</exception>
    public ReplayMarks(IDurableMarks durable)
    {
        _durable = durable;
        foreach (var (name, value) in durable.ReadAll(MarkKind.Replay))
        {
            if (name.Length == PublicKey.Length && value.Length == sizeof(ulong))
            {
                _marks[new PublicKey(name)] = BinaryPrimitives.ReadUInt64BigEndian(value);
            }
        }
    }

    /// <summary>The highest counter believed from a key, or 0.</summary>
    public ulong this[PublicKey key] => _marks.GetValueOrDefault(key);

    /// <summary>Every key with its highest counter.</summary>
    public IReadOnlyCollection<KeyValuePair<PublicKey, ulong>> All => _marks;

    /// <summary>Accepts a counter above the mark and moves the mark.</summary>
    /// <exception cref="IOException">The mark could not be made durable: the burst must not be acted upon.</exception>
    public bool TryAdvance(PublicKey key, ulong counter)
    {
        if (counter <= this[key] || (_marks.Count >= MaxKeys && !_marks.ContainsKey(key)))
        {
            return false;
        }

        if (_durable is not null)
        {
            Span<byte> value = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(value, counter);
            _durable.Write(MarkKind.Replay, key.Bytes, value);
        }

        _marks[key] = counter;
        return true;
    }
}
