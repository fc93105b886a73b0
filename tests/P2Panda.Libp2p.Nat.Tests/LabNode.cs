using System.Text.Json;

namespace P2Panda.Libp2p.Nat.Tests;

/// <summary>A node and where it is.</summary>
internal sealed record LabNode(NatAgent Agent, string Host, string Name, string Address, int Port, string Peer)
{
    public Task<JsonElement> SendAsync(string command, object? arguments = null) => Agent.SendAsync(command, Name, arguments);

    /// <summary>Its address with its peer id.</summary>
    public string At(string transport, string? address = null) =>
        transport == "quic" ? $"/ip4/{address ?? Address}/udp/{Port}/quic-v1/p2p/{Peer}" : $"/ip4/{address ?? Address}/tcp/{Port}/p2p/{Peer}";

    public async Task<bool> EchoesAsync(LabNode other, int bytes)
    {
        var answer = await SendAsync("echo", new { peer = other.Peer, bytes });
        return answer.GetProperty("equal").GetBoolean();
    }

    public async Task<IReadOnlyList<JsonElement>> ConnectionsAsync(LabNode with) =>
        [.. (await SendAsync("connections")).GetProperty("connections").EnumerateArray().Where(each => each.GetProperty("peer").GetString() == with.Peer)];

    public Task StopAsync() => SendAsync("stop");
}
