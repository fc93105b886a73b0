using System.Buffers.Binary;
using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;
using P2Panda.Radio.Mesh;

namespace P2Panda.Radio.Node;

/// <summary>
/// What a node has partly heard, across restarts: version (1), boot id (16), time of writing (8, ticks of 100 ns on the monotonic clock,
/// little-endian), what the mesh keeps, and 16 bytes of BLAKE3 over all of it. Written seldom and as one mark, which a store replaces whole.
/// </summary>
internal sealed class KeptUnfinished(IDurableMarks marks, Guid? boot)
{
    /// <summary>
    /// How long a machine counts as having been off that cannot tell: so often what is kept may go through restarts of it without a new symbol
    /// before it is too old.
    /// </summary>
    public static readonly TimeSpan UnknownAbsence = TimeSpan.FromMinutes(15);

    private const byte Version = 1;
    private const int HeaderLength = 1 + 16 + sizeof(long);
    private const int HashLength = 16;
    private const int MaxLength = IDurableMarks.MaxValueLength - HeaderLength - HashLength;

    // Far enough from the ends of TimeSpan that sums and differences of two instants exist.
    private const long MaxTicks = long.MaxValue / 8;

    // What is in the store, as far as this process knows: nothing yet, so that the first writing happens.
    private byte[]? _written;
    private bool _isStored;

    private static ReadOnlySpan<byte> Name => "mesh"u8;

    /// <summary>Gives the mesh what was kept.</summary>
    /// <returns>How many bursts and sets were taken up, or none when what was kept is damaged.</returns>
    /// <exception cref="IOException">The marks cannot be read.</exception>
    public int? Resume(MeshNode mesh, TimeSpan now)
    {
        if (marks.Read(MarkKind.Unfinished, Name) is not { } value)
        {
            return 0;
        }

        _isStored = true;
        if (value.Length < HeaderLength + HashLength || value[0] != Version || !HashOf(value.AsSpan(..^HashLength)).SequenceEqual(value.AsSpan(^HashLength..)))
        {
            return null;
        }

        var writtenBy = new Guid(value.AsSpan(1, 16));
        var ticks = BinaryPrimitives.ReadInt64LittleEndian(value.AsSpan(1 + 16));
        if (ticks is < 0 or > MaxTicks)
        {
            return null;
        }

        // Within one boot the clock runs on between processes. Across boots nobody knows how long the machine was off.
        var isSameBoot = boot is { } known && known == writtenBy && ticks <= now.Ticks;
        var shift = isSameBoot ? TimeSpan.Zero : now - TimeSpan.FromTicks(ticks) - UnknownAbsence;
        return mesh.ResumeUnfinished(value.AsSpan(HeaderLength..^HashLength), shift, now);
    }

    /// <summary>Writes down what is partly here, when that is not what was written last.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Write(MeshNode mesh, TimeSpan now)
    {
        var kept = mesh.KeepUnfinished(MaxLength);
        if (_written is not null && kept.AsSpan().SequenceEqual(_written))
        {
            return;
        }

        if (kept.Length > 0)
        {
            var value = new byte[HeaderLength + kept.Length + HashLength];
            value[0] = Version;
            boot.GetValueOrDefault().TryWriteBytes(value.AsSpan(1));
            BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(1 + 16), now.Ticks);
            kept.CopyTo(value.AsSpan(HeaderLength));
            HashOf(value.AsSpan(..^HashLength)).CopyTo(value.AsSpan(^HashLength..));
            marks.Write(MarkKind.Unfinished, Name, value);
        }
        else if (_isStored)
        {
            marks.Remove(MarkKind.Unfinished, Name);
        }

        _isStored = kept.Length > 0;
        _written = kept;
    }

    private static ReadOnlySpan<byte> HashOf(ReadOnlySpan<byte> bytes)
    {
        var hash = new byte[32];
        Blake3.Hash(bytes, hash);
        return hash.AsSpan(0, HashLength);
    }
}
