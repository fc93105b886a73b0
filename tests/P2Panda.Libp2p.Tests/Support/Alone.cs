namespace P2Panda.Libp2p.Tests.Support;

/// <summary>Tests that measure this process's memory: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
