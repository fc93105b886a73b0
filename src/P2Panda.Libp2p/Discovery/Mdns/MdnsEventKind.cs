namespace P2Panda.Libp2p.Discovery.Mdns;

internal enum MdnsEventKind
{
    Discovered,
    Refreshed,
    Expired,
}
