using System.Net.Sockets;
using P2Panda.Radio.Simulation.Ether;

namespace P2Panda.Radio.Simulation.Sockets;

/// <summary>Changes an ether from outside.</summary>
public static class EtherControl
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Lets one station be heard by another, or no longer with no link.</summary>
    /// <exception cref="IOException">There is no ether at that path, or it refuses.</exception>
    public static void SetLink(string path, string from, string to, Link? link)
    {
        LineConnection connection;
        try
        {
            connection = new LineConnection(UnixAddress.Connect(path));
        }
        catch (SocketException failure)
        {
            throw new IOException($"There is no ether at unix:{path} ({failure.Message}).", failure);
        }

        using (connection)
        {
            connection.TrySend(new EtherMessage.SetLink(from, to, link?.PathLossDb, link?.LossProbability ?? 0, link?.ShadowingDb ?? 0).ToLine());
            using var patience = new CancellationTokenSource(Patience);
            var line = connection.ReadLineAsync(patience.Token).AsTask().GetAwaiter().GetResult();
            if (!EtherMessage.TryParse(line ?? "", out var answer, out _) || answer is not EtherMessage.Done)
                throw new IOException($"The ether at unix:{path} refuses: {(answer as EtherMessage.Refused)?.Reason ?? "no answer"}.");
        }
    }
}
