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
    private bool _isRestored;

    /// <summary>Takes up where the last reservation ended.</summary>
    /// <exception cref="IOException">The marks cannot be read.</exception>
    public DurableBurstCounter(IDurableMarks marks, PublicKey key)
    {
        _marks = marks;
        _name = key.Bytes.ToArray();
        _last = _reserved = ReadMark();
    }

    /// <summary>
    /// How far a key may have come since its backup was made, when nobody can tell: at twenty bursts a second this is seven years. Two
    /// hundred restores fit a key's life.
    /// </summary>
    public const ulong RestoreMargin = 1UL << 32;

    /// <summary>Whether the key came back from a backup and it is not known yet how far its counter had come.</summary>
    public bool IsRestored => _isRestored;

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

    /// <summary>It is known how far a restored key had come: it goes on as any other.</summary>
    /// <exception cref="IOException">That could not be made durable.</exception>
    public void Settle()
    {
        Write(_marks, _name, _reserved, isRestored: false);
        _isRestored = false;
    }

    /// <summary>Notes that a key came back from a backup, which knew its counter to be at least this.</summary>
    /// <exception cref="IOException">The marks cannot be read or written.</exception>
    public static void NoteRestored(IDurableMarks marks, PublicKey key, ulong counter) =>
        Write(marks, key.Bytes, Math.Max(counter, new DurableBurstCounter(marks, key).Last), isRestored: true);

    private static void Write(IDurableMarks marks, ReadOnlySpan<byte> name, ulong end, bool isRestored)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong) + 1];
        BinaryPrimitives.WriteUInt64BigEndian(value, end);
        value[^1] = 1;
        marks.Write(MarkKind.Counter, name, isRestored ? value : value[..^1]);
    }

    private void Reserve(ulong end)
    {
        Write(_marks, _name, end, _isRestored);
        _reserved = end;
    }

    private ulong ReadMark()
    {
        if (_marks.Read(MarkKind.Counter, _name) is not { } mark)
        {
            return 0;
        }

        // A byte more tells that the key came back from a backup.
        _isRestored = mark.Length == sizeof(ulong) + 1;
        return mark.Length == sizeof(ulong) || _isRestored
            ? BinaryPrimitives.ReadUInt64BigEndian(mark)
            : throw new IOException($"The burst counter's mark has {mark.Length} bytes instead of {sizeof(ulong)}; restore it before sending.");
    }
}
