using System.Net;
using System.Net.Sockets;

namespace P2Panda.Libp2p.Tests.Support;

/// <summary>Names as a test has them.</summary>
internal sealed class FixedNames : INameResolver
{
    public Dictionary<string, string[]> Texts { get; } = [];

    public Dictionary<string, IPAddress[]> Hosts { get; } = [];

    public int Lookups { get; private set; }

    public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string name, AddressFamily family, CancellationToken cancellation)
    {
        Lookups++;
        return Hosts.TryGetValue(name, out var found) ? new(found) : throw new IOException($"{name} is not known.");
    }

    public ValueTask<IReadOnlyList<string>> ResolveTextAsync(string name, CancellationToken cancellation)
    {
        Lookups++;
        return Texts.TryGetValue(name, out var found) ? new(found) : throw new IOException($"{name} is not known.");
    }
}
