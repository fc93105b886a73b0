namespace P2Panda.Radio.Air.Reassembly;

/// <summary>
/// Share of the symbols heard lately that was forged: known of a burst once it is rebuilt, and at least one for a burst that cannot be.
/// Fades, so that an attack is forgotten after a hundred or two honest symbols.
/// </summary>
internal sealed class PollutionGauge
{
    /// <summary>The most that is told: where nothing but forgeries is heard there is no plan that helps, and planners need a chance left.</summary>
    public const double Most = 0.9;

    private const double Memory = 100;

    private double _symbols;
    private double _forged;

    /// <summary>0 to <see cref="Most"/>.</summary>
    public double Share => _symbols < 1 ? 0 : Math.Min(Most, _forged / _symbols);

    public void Count(int symbols, int forged)
    {
        var keep = Math.Max(0, 1 - (symbols / Memory));
        _symbols = (keep * _symbols) + symbols;
        _forged = (keep * _forged) + forged;
    }
}
