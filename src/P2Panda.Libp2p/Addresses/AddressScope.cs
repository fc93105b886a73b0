namespace P2Panda.Libp2p;

/// <summary>How far an address reaches.</summary>
public enum AddressScope
{
    /// <summary>This machine or process.</summary>
    Loopback,

    /// <summary>One link (169.254/16, fe80::/10).</summary>
    LinkLocal,

    /// <summary>A local network (RFC 1918, fc00::/7).</summary>
    Private,

    /// <summary>Behind a carrier's NAT (100.64/10, RFC 6598).</summary>
    CarrierGrade,

    /// <summary>Reserved for documentation, benchmarks, multicast or nothing at all.</summary>
    Reserved,

    /// <summary>The internet.</summary>
    Global,

    /// <summary>A domain name; where it leads is not known.</summary>
    Name,
}
