namespace P2Panda.Radio.Mesh.Neighbours;

/// <summary>
/// How much work a neighbour may cause by sketches: comparing passes over all logs and decoding takes time with the square of the length.
/// </summary>
internal sealed class ThinkingQuota
{
    /// <summary>Sketch sums per minute, on average; 255 of them cost a Raspberry Pi about half a second.</summary>
    public const double SumsPerMinute = 128;

    /// <summary>Sums saved up.</summary>
    public const double MaxSums = 768;

    private double _sums = MaxSums;
    private TimeSpan _at;

    public bool TryTake(int sums, TimeSpan now)
    {
        _sums = Math.Min(MaxSums, _sums + (SumsPerMinute * ((now - _at) / TimeSpan.FromMinutes(1))));
        _at = now;
        if (_sums < sums)
        {
            return false;
        }

        _sums -= sums;
        return true;
    }
}
