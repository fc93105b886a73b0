using P2Panda.Libp2p;

namespace P2Panda.Libp2p.Tests.Hosting;

/// <summary>The chat of the README, as it stands there.</summary>
internal static class ReadmeChat
{
    public static async Task RunAsync(string[] args, TextReader input, TextWriter output)
    {
        // <chat>
        await using var host = new Libp2pHostBuilder(KeyPair.Generate()).UseTcp().Build();
        host.Handle("/chat/1.0.0", async (stream, connection, cancellation) =>
        {
            using var lines = new StreamReader(stream);
            while (await lines.ReadLineAsync(cancellation) is { } line)
            {
                await output.WriteLineAsync($"{connection.RemotePeer.Short}: {line}");
            }
        });
        await host.ListenAsync(Multiaddr.Parse("/ip4/127.0.0.1/tcp/0"));
        await output.WriteLineAsync($"I am {host.Addresses.Listening[0].WithPeer(host.PeerId)}");
        if (args is [var friend])
        {
            var connection = await host.ConnectAsync(Multiaddr.Parse(friend));
            await using var stream = await connection.OpenStreamAsync(["/chat/1.0.0"]);
            await using var writer = new StreamWriter(stream) { AutoFlush = true };
            while (await input.ReadLineAsync() is { } line)
            {
                await writer.WriteLineAsync(line);
            }
        }
        else
        {
            await input.ReadToEndAsync();
        }
        // </chat>
    }
}
