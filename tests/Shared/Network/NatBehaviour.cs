namespace P2Panda.Tests.Network;

/// <summary>How a NAT box behaves.</summary>
internal sealed record NatBehaviour
{
    /// <summary>Who comes in is not asked once a mapping stands ("full cone").</summary>
    public static NatBehaviour FullCone { get; } = new() { Filtering = NatDependence.EndpointIndependent };

    /// <summary>Who was sent something may answer from any port ("restricted cone").</summary>
    public static NatBehaviour RestrictedCone { get; } = new() { Filtering = NatDependence.AddressDependent };

    /// <summary>Whatever was sent to may answer ("port-restricted cone"): what Linux does, and most routers.</summary>
    public static NatBehaviour PortRestricted { get; } = new();

    /// <summary>A port of its own, and not a predictable one, for each destination.</summary>
    public static NatBehaviour Symmetric { get; } = new() { Mapping = NatDependence.AddressAndPortDependent, PreservesPorts = false };

    public NatDependence Mapping { get; init; } = NatDependence.EndpointIndependent;

    public NatDependence Filtering { get; init; } = NatDependence.AddressAndPortDependent;

    /// <summary>Whether the outside port is the inside one when it is free.</summary>
    public bool PreservesPorts { get; init; } = true;

    /// <summary>Whether inside hosts reach each other through the outside address.</summary>
    public bool Hairpins { get; init; }

    /// <summary>Silence in both directions after which a mapping is forgotten.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);
}
