namespace P2Panda.Libp2p.Discovery.Mdns;

/// <summary>The packets of libp2p's multicast DNS (libp2p specs, discovery/mdns).</summary>
internal static class MdnsPackets
{
    /// <summary>Name that lists a link's services (RFC 6763 section 9).</summary>
    public const string MetaName = "_services._dns-sd._udp.local";

    /// <summary>Longest packet we send, bytes: fits every Ethernet, and rust's buffer of 4096.</summary>
    public const int MaxLength = 1400;

    /// <summary>What stands before the address in a TXT record.</summary>
    public const string AddressPrefix = "dnsaddr=";

    private const ushort ResponseFlags = 0x8400;   // response, authoritative
    private const int RecordOverhead = 11;         // type, class, ttl, length and the text's own length

    public static byte[] Query(ushort id, string service) => new DnsWriter(id, 0, MaxLength).Question(service, DnsMessage.Ptr).ToArray();

    public static byte[] MetaAnswer(ushort id, string service, uint ttl) =>
        new DnsWriter(id, ResponseFlags, MaxLength).Ptr(MetaName, ttl, service).ToArray();

    /// <summary>As many packets as the addresses need.</summary>
    /// <param name="id">The query's id.</param>
    /// <param name="service">Service name.</param>
    /// <param name="instance">Our name within it.</param>
    /// <param name="ttl">Seconds; 0 takes everything back.</param>
    /// <param name="addresses">Addresses ending in our peer id.</param>
    public static List<byte[]> Answers(ushort id, string service, string instance, uint ttl, IEnumerable<Multiaddr> addresses)
    {
        var packets = new List<byte[]>();
        DnsWriter? writer = null;
        foreach (var text in addresses.Select(address => AddressPrefix + address).Where(text => text.Length <= byte.MaxValue))
        {
            var length = DnsWriter.LengthOf(instance) + RecordOverhead + text.Length;
            if (writer is not null && writer.Left < length)
            {
                packets.Add(writer.ToArray());
                writer = null;
            }

            writer ??= new DnsWriter(id, ResponseFlags, MaxLength).Ptr(service, ttl, instance);
            writer.Txt(instance, ttl, text);
        }

        if (writer is not null)
        {
            packets.Add(writer.ToArray());
        }

        return packets;
    }
}
