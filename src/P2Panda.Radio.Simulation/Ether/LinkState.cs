namespace P2Panda.Radio.Simulation.Ether;

/// <summary>A directed link with its dice and its counts.</summary>
internal sealed class LinkState(EtherStation receiver, Link link, ulong seed)
{
    private readonly LinkDice _dice = new(seed);

    public EtherStation Receiver => receiver;

    public Link Link { get; set; } = link;

    public bool IsUp { get; set; } = true;

    public LinkCounts Counts { get; } = new();

    /// <summary>Frames the sender had sent before the link existed or while it was down: out of range.</summary>
    public long FramesSeen { get; set; }

    /// <summary>The fate of the next frame.</summary>
    public (bool Faded, double ShadowingDb) Draw() => _dice.Draw(Link);
}
