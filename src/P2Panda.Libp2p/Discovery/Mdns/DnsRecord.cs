namespace P2Panda.Libp2p.Discovery.Mdns;

/// <summary>A resource record that multicast DNS discovery looks at.</summary>
/// <param name="Name">Owner, lower case, labels joined by dots.</param>
/// <param name="Type"><see cref="DnsMessage.Ptr"/> or <see cref="DnsMessage.Txt"/>.</param>
/// <param name="TtlSeconds">Seconds it holds; 0 takes it back.</param>
/// <param name="Target">What a PTR points to, lower case; empty for others.</param>
/// <param name="Texts">Character strings of a TXT; empty for others.</param>
internal readonly record struct DnsRecord(string Name, ushort Type, uint TtlSeconds, string Target, IReadOnlyList<string> Texts);
