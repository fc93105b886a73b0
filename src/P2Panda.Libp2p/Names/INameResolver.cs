using System.Net;
using System.Net.Sockets;

namespace P2Panda.Libp2p;

/// <summary>Looks up names in multiaddrs.</summary>
public interface INameResolver
{
    /// <summary>Addresses of a host.</summary>
    /// <exception cref="IOException">There are none, or nobody knows.</exception>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string name, AddressFamily family, CancellationToken cancellation);

    /// <summary>TXT records of a name, one text each.</summary>
    /// <exception cref="IOException">There are none, or nobody knows.</exception>
    ValueTask<IReadOnlyList<string>> ResolveTextAsync(string name, CancellationToken cancellation);
}
