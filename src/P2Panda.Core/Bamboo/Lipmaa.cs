namespace P2Panda.Core.Bamboo;

/// <summary>
/// Which earlier entry a Bamboo entry's skiplink points to, so that any entry can be reached from any later one in logarithmically many
/// steps (Lipmaa, "Secure and Efficient Time-Stamping Systems", 1999).
/// </summary>
public static class Lipmaa
{
    /// <summary>
    /// (3^k − 1)/2 for k = 1, 2, …: 1, 4, 13, 40 and so on, as far as they fit 64 bits. Each is the length of a block of entries, made of
    /// three smaller blocks and one entry that closes it.
    /// </summary>
    private static readonly ulong[] BlockLengths = MakeBlockLengths();

    /// <summary>The sequence number the skiplink of an entry points to; 0 for the first entry, which has no link.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sequenceNumber"/> is 0.</exception>
    public static ulong LinkOf(ulong sequenceNumber)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sequenceNumber);
        var rest = sequenceNumber;
        for (var k = BlockLengths.Length - 1; ; k--)
        {
            // An entry that closes the very first block of its size links to the end of the first third of that block: 3^k back.
            var length = BlockLengths[k];
            if (sequenceNumber == length)
            {
                return sequenceNumber - (length - (k == 0 ? 0 : BlockLengths[k - 1]));
            }

            // Any other links back over the block which it closes. Blocks of one entry divide everything, so the loop ends.
            rest %= length;
            if (rest == 0)
            {
                return sequenceNumber - length;
            }
        }
    }

    /// <summary>Whether an entry carries a skiplink: not the first, and not when it would point where the backlink points.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sequenceNumber"/> is 0.</exception>
    public static bool NeedsSkiplink(ulong sequenceNumber) => LinkOf(sequenceNumber) != sequenceNumber - 1;

    private static ulong[] MakeBlockLengths()
    {
        var lengths = new List<ulong>();
        for (UInt128 power = 3; (power - 1) / 2 <= ulong.MaxValue; power *= 3)
        {
            lengths.Add((ulong)((power - 1) / 2));
        }

        return [.. lengths];
    }
}
