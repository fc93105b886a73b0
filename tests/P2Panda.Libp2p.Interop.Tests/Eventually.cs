namespace P2Panda.Libp2p.Interop.Tests;

/// <summary>Waits for what js-libp2p, a process with a clock of its own, brings about: by the machine's clock, since there is no other in common.</summary>
internal static class Eventually
{
    public static async Task BeTrueAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(JsPeer.Patience);
        while (!condition())
        {
            await Task.Delay(10, deadline.Token);
        }
    }
}
