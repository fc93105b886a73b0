namespace P2Panda.Radio.Simulation.Ether;

/// <summary>The chance of one directed link.</summary>
internal sealed class LinkDice(ulong seed)
{
    private readonly Dice _dice = new(seed);

    /// <summary>The fate of the next frame: always the same number of draws, so that what happens on one link never shifts the dice of another frame.</summary>
    public (bool Faded, double ShadowingDb) Draw(Link link)
    {
        var faded = _dice.NextDouble() < link.LossProbability;
        var gaussian = _dice.NextGaussian();
        return (faded, gaussian * link.ShadowingDb);
    }
}
