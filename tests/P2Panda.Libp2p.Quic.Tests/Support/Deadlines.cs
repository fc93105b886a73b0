namespace P2Panda.Libp2p.Quic.Tests.Support;

internal static class Deadlines
{
    /// <summary>When a test that waits for something real gives up.</summary>
    public static readonly TimeSpan Test = TimeSpan.FromSeconds(30);
}
