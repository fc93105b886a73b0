using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace P2Panda.Libp2p;

/// <summary>The system's resolver for hosts; TXT records, which .NET does not look up, are asked of the servers in <c>/etc/resolv.conf</c>.</summary>
public sealed class SystemNameResolver : INameResolver
{
    private const int DnsPort = 53;
    private const int MaxServers = 3;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    private readonly Func<IReadOnlyList<IPEndPoint>> _servers;

    /// <summary>With the system's servers.</summary>
    public SystemNameResolver()
        : this(() => ReadServers("/etc/resolv.conf"))
    {
    }

    /// <summary>With servers of one's own for TXT records.</summary>
    public SystemNameResolver(Func<IReadOnlyList<IPEndPoint>> servers) => _servers = servers;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string name, AddressFamily family, CancellationToken cancellation)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(name, family, cancellation).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new IOException($"{name}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ResolveTextAsync(string name, CancellationToken cancellation)
    {
        var problem = "no name server is known";
        foreach (var server in _servers().Take(MaxServers))
        {
            try
            {
                return await AskAsync(server, name, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                problem = $"{server}: {e.Message}";
            }
        }

        throw new IOException($"TXT records of {name}: {problem}");
    }

    /// <summary>Name servers of a resolv.conf.</summary>
    internal static IReadOnlyList<IPEndPoint> ReadServers(string path)
    {
        try
        {
            return [.. File.ReadLines(path)
                .Select(line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words is ["nameserver", _, ..] && IPAddress.TryParse(words[1], out _))
                .Select(words => new IPEndPoint(IPAddress.Parse(words[1]), DnsPort))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static async Task<IReadOnlyList<string>> AskAsync(IPEndPoint server, string name, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(AnswerTimeout);
        var query = TextQuery.Encode((ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue), name);
        using var udp = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await udp.ConnectAsync(server, deadline.Token).ConfigureAwait(false);
        await udp.SendAsync(query, deadline.Token).ConfigureAwait(false);
        var buffer = new byte[TextQuery.MaxAnswer];
        while (true)
        {
            var length = await udp.ReceiveAsync(buffer, deadline.Token).ConfigureAwait(false);
            switch (TextQuery.TryDecode(query, buffer.AsSpan(0, length), out var texts))
            {
                case TextAnswer.Ok:
                    return texts;
                case TextAnswer.Truncated:
                    return await AskByStreamAsync(server, query, deadline.Token).ConfigureAwait(false);
                case TextAnswer.Refused:
                    throw new IOException("the server has no answer");
                default:
                    // Not the answer to our question: somebody guesses.
                    break;
            }
        }
    }

    private static async Task<IReadOnlyList<string>> AskByStreamAsync(IPEndPoint server, byte[] query, CancellationToken cancellation)
    {
        using var tcp = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await tcp.ConnectAsync(server, cancellation).ConfigureAwait(false);
        await using var stream = new NetworkStream(tcp);
        await stream.WriteAsync((byte[])[(byte)(query.Length >> 8), (byte)query.Length, .. query], cancellation).ConfigureAwait(false);
        var prefix = new byte[2];
        await stream.ReadExactlyAsync(prefix, cancellation).ConfigureAwait(false);
        var answer = new byte[(prefix[0] << 8) | prefix[1]];
        await stream.ReadExactlyAsync(answer, cancellation).ConfigureAwait(false);
        return TextQuery.TryDecode(query, answer, out var texts) == TextAnswer.Ok ? texts : throw new IOException("the server has no answer");
    }
}
