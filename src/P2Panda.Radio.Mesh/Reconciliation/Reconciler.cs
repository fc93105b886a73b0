namespace P2Panda.Radio.Mesh.Reconciliation;

/// <summary>
/// Finds out how two gateways' logs differ by sketches said aloud, so that every neighbour learns from each step. Whoever cannot decode
/// what it heard answers with its own sketch, four times as long; the sides alternate until one can. Differences beyond the longest
/// sketch are worked off range by range. Costs on the air are printed by <c>benchmark reconcile</c>.
/// </summary>
public static class Reconciler
{
    /// <summary>Sums in the first answer to a fingerprint that differs: five elements, two logs at different heights.</summary>
    public const int FirstLength = 6;

    /// <summary>How much longer the next sketch is when one was too short.</summary>
    public const int Growth = 4;

    /// <summary>Elements a range is expected to differ in when everything differs too much.</summary>
    public const int RangeTarget = 96;

    /// <summary>Our fingerprint and, when <paramref name="length"/> is above one, more sums.</summary>
    public static SketchMessage Describe(LogSet ours, uint scope, uint salt, NameRange range, int length) =>
        new(scope, salt, range, range.Bits == 0 ? ours.Totals : new SetTotals((uint)ours.CountIn(range), 0), ours.Sketch(salt, range, length));

    /// <summary>
    /// Compares what was heard with our own logs. <paramref name="salt"/> is drawn afresh by the caller and used for the answer;
    /// <paramref name="place"/> (any number) chooses the range to begin with when one is needed.
    /// </summary>
    public static ReconciliationStep Compare(LogSet ours, SketchMessage theirs, uint salt, uint place)
    {
        var mine = ours.Sketch(theirs.Salt, theirs.Range, theirs.Sketch.Length);
        if (SetSketch.Agree(mine, theirs.Sketch))
        {
            return new ReconciliationStep { Agreed = true };
        }

        if (SetSketch.Difference(mine, theirs.Sketch) is { } elements)
        {
            return new ReconciliationStep { Difference = ours.Explain(theirs.Salt, theirs.Range, elements) };
        }

        var (range, length) = Next(ours, theirs, place);
        return new ReconciliationStep { Reply = Describe(ours, theirs.Scope, salt, range, length) };
    }

    private static (NameRange Range, int Length) Next(LogSet ours, SketchMessage theirs, uint place)
    {
        var count = ours.CountIn(theirs.Range);
        var apart = Math.Abs(count - (long)theirs.Totals.Logs);
        var failed = theirs.Sketch.Length;
        var length = failed == 1 ? FirstLength : failed * Growth;
        if (apart + 2 > length)
        {
            length = (int)Math.Min(apart + (apart / 4) + 2, int.MaxValue);
        }

        // Between its last two steps the ladder is better cut short than left: 96 sums become 255, not a range.
        if (length > SetSketch.MaxLength && failed < SetSketch.MaxLength / 2 && apart + 2 < SetSketch.MaxLength)
        {
            length = SetSketch.MaxLength;
        }

        if (length <= SetSketch.MaxLength)
        {
            return (theirs.Range, length);
        }

        var expected = Math.Max(apart, failed * Growth);
        var bits = theirs.Range.Bits;
        while (expected > RangeTarget && bits < NameRange.MaxBits)
        {
            expected = (expected + 1) / 2;
            bits++;
        }

        var added = bits - theirs.Range.Bits;
        var narrowed = new NameRange(bits, (theirs.Range.Prefix << added) | (place & ((1u << added) - 1)));
        return (narrowed, (int)Math.Min(expected + (expected / 2) + 8, SetSketch.MaxLength));
    }
}
