using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using P2Panda.Libp2p;

namespace P2Panda.Radio.Gateway.Hosting;

/// <summary>
/// Tells <c>p2panda-radio peers</c> about the running gateway's peers, over a Unix socket beside the store that only its owner may use.
/// One line asks, one line of JSON answers.
/// </summary>
internal sealed partial class PeerReports(Libp2pNode node, string path, ILogger<PeerReports> log) : BackgroundService
{
    /// <summary>Longest path of a Unix socket on Linux, bytes.</summary>
    private const int MaxPath = 107;

    private const int MaxRequest = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Where the socket of the gateway with this store is.</summary>
    public static string PathBeside(string store) => Path.GetFullPath(store.Contains("://", StringComparison.Ordinal) ? "p2panda-radio" : store) + ".peers";

    /// <summary>Asks a running gateway.</summary>
    /// <exception cref="IOException">None runs with this store.</exception>
    public static async Task<JsonElement> AskAsync(string path, string request, CancellationToken cancellation)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new IOException($"no gateway runs with this configuration: {path}: {e.Message}", e);
        }

        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(request + "\n"), cancellation).ConfigureAwait(false);
        using var answer = await JsonDocument.ParseAsync(stream, cancellationToken: cancellation).ConfigureAwait(false);
        return answer.RootElement.Clone();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(path) > MaxPath)
        {
            LogNoSocket(path, "the path is too long");
            return;
        }

        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            listener.Listen(4);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            LogNoSocket(path, e.Message);
            return;
        }

        try
        {
            while (true)
            {
                using var client = await listener.AcceptAsync(stoppingToken).ConfigureAwait(false);
                await AnswerAsync(client, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            File.Delete(path);
        }
    }

    private async Task AnswerAsync(Socket client, CancellationToken stopping)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        deadline.CancelAfter(Patience);
        try
        {
            await using var stream = new NetworkStream(client);
            var buffer = new byte[MaxRequest];
            var length = await stream.ReadAsync(buffer, deadline.Token).ConfigureAwait(false);
            var request = System.Text.Encoding.UTF8.GetString(buffer, 0, length).Trim();
            var answer = request.StartsWith("trace ", StringComparison.Ordinal) && PeerId.TryParse(request.AsSpan(6).ToString(), out var peer) ? Trace(node, peer) : List();
            await stream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer), deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && !stopping.IsCancellationRequested)
        {
            LogNoAnswer(e.Message);
        }
    }

    /// <summary>What happened with a peer, oldest first.</summary>
    public static JsonObject Trace(Libp2pNode node, PeerId peer) => new()
    {
        ["peer"] = peer.ToString(),
        ["lines"] = new JsonArray([.. node.Journal.Of(peer).Select(line => (JsonNode)new JsonObject { ["at"] = line.At, ["text"] = line.Text })]),
    };

    /// <summary>A connection as it is reported.</summary>
    public static JsonObject Describe(Connection connection) => new()
    {
        ["peer"] = connection.RemotePeer.ToString(),
        ["direction"] = connection.Direction == ConnectionDirection.Inbound ? "in" : "out",
        ["address"] = connection.RemoteAddress.ToString(),
        ["relayed"] = connection.IsRelayed,
        ["limit"] = connection.Limit?.ToString(),
        ["transport"] = connection.Transport,
        ["security"] = connection.Security,
        ["roundTripMilliseconds"] = connection.RoundTripTime?.TotalMilliseconds,
        ["opened"] = connection.Opened,
        ["streams"] = connection.StreamCount,
        ["agent"] = connection.Identified?.AgentVersion,
        ["protocols"] = connection.Identified is { } told ? new JsonArray([.. told.Protocols.Select(protocol => (JsonNode)protocol)]) : null,
    };

    private JsonObject List() => new()
    {
        ["peer"] = node.Host.PeerId.ToString(),
        ["reachability"] = node.Reachability.ToString().ToLowerInvariant(),
        ["listening"] = new JsonArray([.. node.Host.Addresses.Listening.Select(address => (JsonNode)address.ToString())]),
        ["confirmed"] = new JsonArray([.. node.Host.Addresses.Confirmed.Select(address => (JsonNode)address.ToString())]),
        ["relay"] = node.Relay is { } relay
            ? new JsonObject { ["reservations"] = relay.ReservationCount, ["circuits"] = relay.CircuitCount, ["bytesForwarded"] = relay.BytesForwarded, ["refused"] = relay.RefusedCount }
            : null,
        ["connections"] = new JsonArray([.. node.Host.Connections.OrderBy(connection => connection.Opened).Select(connection => (JsonNode)Describe(connection))]),
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "p2panda-radio peers list will not find this gateway: {Path}: {Problem}")]
    private partial void LogNoSocket(string path, string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A question about peers was not answered: {Problem}")]
    private partial void LogNoAnswer(string problem);
}
