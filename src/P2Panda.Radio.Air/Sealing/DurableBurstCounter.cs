using System.Buffers.Binary;
using P2Panda.Core.Keys;
using P2Panda.Core.Logs;

namespace P2Panda.Radio.Air.Sealing;

/// <summary>
/// A burst counter that survives crashes: counters are reserved on disk in blocks before the first of a block is used. A crash loses at
/// most a block, and a restart loop cannot exhaust 2^40 of them: at one restart a second that takes centuries.
/// </summary>
public sealed class DurableBurstCounter : IBurstCounter
{
    /// <summary>Counters reserved by one write.</summary>
    public const ulong BlockSize = 64;

    private readonly IDurableMarks _marks;
    private readonly byte[] _name;
    private ulong _last;
    private ulong _reserved;

    /// <summary>Takes up where the last reservation ended.</summary>
    /// <exception cref="IOException">The marks cannot be read.</exception>
    public DurableBurstCounter(IDurableMarks marks, PublicKey key)
    {
        _marks = marks;
        _name = key.Bytes.ToArray();
        _last = _reserved = ReadMark();
    }

    /// <summary>The last counter that may have been used.</summary>
    public ulong Last => _last;

    /// <inheritdoc/>
    public ulong Next()
    {
        if (_last >= BurstFormat.MaxCounter)
        {
            throw new InvalidOperationException("Every burst counter of this key is used up; make a new radio key.");
        }

        if (_last >= _reserved)
        {
            Reserve(Math.Min(_last + BlockSize, BurstFormat.MaxCounter));
        }

        return ++_last;
    }

    /// <summary>
    /// Goes on above a counter somebody has seen us use: what a gateway does after its key came back from a backup, having asked its
    /// neighbours for their mark.
    /// </summary>
    /// <exception cref="IOException">The mark could not be made durable.</exception>
    public void RaiseTo(ulong counter)
    {
        if (counter <= _last)
        {
            return;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(counter, BurstFormat.MaxCounter);
        Reserve(counter);
        _last = counter;
    }

    private void Reserve(ulong end)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(value, end);
        _marks.Write(MarkKind.Counter, _name, value);
        _reserved = end;
    }

    private ulong ReadMark()
    {
        var mark = _marks.Read(MarkKind.Counter, _name);
        return mark switch
        {
            null => 0,
            { Length: sizeof(ulong) } => BinaryPrimitives.ReadUInt64BigEndian(mark),
            _ => throw new IOException($"The burst counter's mark has {mark.Length} bytes instead of {sizeof(ulong)}; restore it before sending."),
        };
    }
}
