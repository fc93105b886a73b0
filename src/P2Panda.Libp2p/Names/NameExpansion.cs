using System.Net.Sockets;

namespace P2Panda.Libp2p;

/// <summary>Turns names at the front of multiaddrs into IP addresses; <c>/dnsaddr/</c> into the multiaddrs its TXT records hold.</summary>
internal static class NameExpansion
{
    /// <summary>Addresses taken from one name.</summary>
    public const int MaxPerName = 16;

    /// <summary>TXT lookups for one address: dnsaddr records may lead to further ones.</summary>
    public const int MaxLookups = 32;

    private const string DnsAddrPrefix = "_dnsaddr.";
    private const string RecordPrefix = "dnsaddr=";

    public static async ValueTask<IReadOnlyList<Multiaddr>> ExpandAsync(INameResolver names, Multiaddr address, List<string> failures, CancellationToken cancellation)
    {
        var result = new List<Multiaddr>();
        var waiting = new Queue<Multiaddr>([address]);
        for (var lookups = 0; waiting.TryDequeue(out var next) && result.Count < MaxPerName;)
        {
            var first = next.Components[0].Protocol;
            try
            {
                if (first == MultiaddrProtocol.DnsAddr)
                {
                    if (lookups++ < MaxLookups)
                    {
                        await ReadRecordsAsync(names, next, waiting, cancellation).ConfigureAwait(false);
                    }
                }
                else if (first == MultiaddrProtocol.Dns || first == MultiaddrProtocol.Dns4 || first == MultiaddrProtocol.Dns6)
                {
                    var family = first == MultiaddrProtocol.Dns4 ? AddressFamily.InterNetwork
                        : first == MultiaddrProtocol.Dns6 ? AddressFamily.InterNetworkV6
                        : AddressFamily.Unspecified;
                    var found = await names.ResolveAsync(next.Components[0].ValueText, family, cancellation).ConfigureAwait(false);
                    result.AddRange(found.Take(MaxPerName - result.Count).Select(ip => Multiaddr.Create(
                        [
                            new MultiaddrComponent(ip.AddressFamily == AddressFamily.InterNetwork ? MultiaddrProtocol.Ip4 : MultiaddrProtocol.Ip6, ip.GetAddressBytes()),
                            .. next.Components.Skip(1),
                        ])));
                }
                else
                {
                    result.Add(next);
                }
            }
            catch (IOException e)
            {
                failures.Add($"{next}: {e.Message}");
            }
        }

        return result;
    }

    /// <summary>Records whose end is what stands behind the name: usually the peer's id.</summary>
    private static async ValueTask ReadRecordsAsync(INameResolver names, Multiaddr address, Queue<Multiaddr> into, CancellationToken cancellation)
    {
        var wanted = address.Components.Skip(1).ToList();
        foreach (var text in await names.ResolveTextAsync(DnsAddrPrefix + address.Components[0].ValueText, cancellation).ConfigureAwait(false))
        {
            if (text.StartsWith(RecordPrefix, StringComparison.Ordinal) && Multiaddr.TryParse(text[RecordPrefix.Length..], out var found)
                && found.Components.Count >= wanted.Count
                && found.Components.TakeLast(wanted.Count).Select(each => each.ToString()).SequenceEqual(wanted.Select(each => each.ToString()))
                && into.Count < MaxLookups)
            {
                into.Enqueue(found);
            }
        }
    }
}
