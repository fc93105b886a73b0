using System.Diagnostics;
using System.Text.RegularExpressions;

namespace P2Panda.Radio.Gateway.Benchmarks.Libp2p;

/// <summary>Our own <c>relay</c> command in a process of its own, without limits.</summary>
internal sealed partial class CsharpRelay : IDisposable
{
    private CsharpRelay(Process process, string address)
    {
        Process = process;
        Address = address;
    }

    public Process Process { get; }

    /// <summary>Where it listens, with its peer id.</summary>
    public string Address { get; }

    public static CsharpRelay Start(bool quic)
    {
        var process = OwnProgram.Start(
        [
            "relay", "--port", "0", "--circuit-bytes", "0",
            "--set", "network.relayCircuitSeconds=0", "--set", "network.relayMaxCircuits=1000", "--set", "network.relayMaxCircuitsPerPeer=1000",
            "--set", $"network.transport={(quic ? "quic" : "tcp")}",
        ]);
        string? peer = null;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            peer ??= PeerPattern().Match(line) is { Success: true } named ? named.Groups[1].Value : null;
            if (ListeningPattern().Match(line) is { Success: true } listening)
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new CsharpRelay(process, $"{listening.Groups[1].Value}/p2p/{peer}");
            }
        }

        throw new InvalidOperationException("The relay ended.");
    }

    public void Dispose()
    {
        Process.Kill();
        Process.WaitForExit();
        Process.Dispose();
    }

    [GeneratedRegex("Peer id (\\w+)")]
    private static partial Regex PeerPattern();

    [GeneratedRegex("Listening on (/ip4/127\\.0\\.0\\.1/\\S+)")]
    private static partial Regex ListeningPattern();
}
