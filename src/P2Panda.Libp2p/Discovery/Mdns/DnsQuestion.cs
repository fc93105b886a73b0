namespace P2Panda.Libp2p.Discovery.Mdns;

/// <summary>A question.</summary>
/// <param name="Name">Owner asked for, lower case, labels joined by dots.</param>
/// <param name="Type">Record type asked for.</param>
internal readonly record struct DnsQuestion(string Name, ushort Type);
