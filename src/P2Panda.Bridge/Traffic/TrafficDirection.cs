namespace P2Panda.Bridge.Traffic;

/// <summary>Where an entry was going.</summary>
public enum TrafficDirection
{
    /// <summary>From an IP peer into the store.</summary>
    ToStore,

    /// <summary>From the store, where it came from the internet, to the air.</summary>
    ToAir,
}
