using System.Diagnostics;

namespace P2Panda.Bridge.Tests.Support;

/// <summary>Waits for what real sockets and tasks bring about in their own time.</summary>
internal static class Eventually
{
    public static async Task BeTrueAsync(Func<bool> condition, string what, int seconds = 60)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > TimeSpan.FromSeconds(seconds))
            {
                throw new TimeoutException($"{what}: not within {seconds} s.");
            }

            await Task.Delay(10);
        }
    }
}
