namespace P2Panda.Tests.Network;

/// <summary>What a NAT box makes a mapping, or its permission to come in, depend on (RFC 4787 sections 4.1 and 5).</summary>
internal enum NatDependence
{
    /// <summary>The inside end point alone.</summary>
    EndpointIndependent,

    /// <summary>The outside address as well.</summary>
    AddressDependent,

    /// <summary>The outside address and port as well.</summary>
    AddressAndPortDependent,
}
