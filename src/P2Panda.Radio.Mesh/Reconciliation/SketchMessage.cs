using P2Panda.Radio.Mesh.Wire;

namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>
/// A gateway's sketch of its logs in one scope, as it travels: alone, or inside an announcement with one sum (a fingerprint) or a few
/// more when neighbours have disagreed lately.
/// </summary>
/// <param name="Scope">Which filter the logs passed; sketches of different scopes never agree.</param>
/// <param name="Salt">The salt of every element, fresh in each message.</param>
/// <param name="Range">Which logs.</param>
/// <param name="Totals">Logs and entries in the range.</param>
/// <param name="Sketch">The sums.</param>
public sealed record SketchMessage(uint Scope, uint Salt, NameRange Range, SetTotals Totals, SetSketch Sketch)
{
    /// <summary>The message as it travels.</summary>
    public byte[] ToBytes()
    {
        var writer = new WireWriter();
        Write(writer);
        return writer.ToArray();
    }

    internal void Write(WireWriter writer)
    {
        writer.UInt32(Scope);
        writer.UInt32(Salt);
        writer.Byte((byte)Range.Bits);
        for (var bits = 0; bits < Range.Bits; bits += 8)
        {
            writer.Byte((byte)(Range.Prefix >> bits));
        }

        writer.Varint(Totals.Logs);
        writer.Varint(Totals.Entries);
        writer.Byte((byte)Sketch.Length);
        foreach (var sum in Sketch.Sums)
        {
            writer.UInt64(sum);
        }
    }

    internal static SketchMessage? Read(ref WireReader reader)
    {
        var scope = reader.UInt32();
        var salt = reader.UInt32();
        int bits = reader.Byte();
        if (bits > NameRange.MaxBits)
        {
            return null;
        }

        uint prefix = 0;
        for (var shift = 0; shift < bits; shift += 8)
        {
            prefix |= (uint)reader.Byte() << shift;
        }

        var logs = reader.Varint();
        var entries = reader.Varint();
        var length = reader.Byte();
        if (prefix >> bits != 0 || logs > uint.MaxValue || entries > uint.MaxValue || length == 0 || reader.Remaining < length * sizeof(ulong))
        {
            return null;
        }

        Span<ulong> sums = stackalloc ulong[length];
        foreach (ref var sum in sums)
        {
            sum = reader.UInt64();
        }

        return reader.Failed
            ? null
            : new SketchMessage(scope, salt, new NameRange(bits, prefix), new SetTotals((uint)logs, (uint)entries), new SetSketch(sums));
    }
}
