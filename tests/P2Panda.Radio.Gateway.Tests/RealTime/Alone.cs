namespace P2Panda.Radio.Gateway.Tests.RealTime;

/// <summary>Tests that go by the machine's clock: no other test of this project runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
