namespace P2Panda.Radio.Gateway.Benchmarks.Air;

/// <summary>What an attacker sends under the tag of an honest burst.</summary>
internal enum Forgery
{
    /// <summary>Nothing that can be read: what the others are measured against.</summary>
    Noise,

    /// <summary>Symbols of random bytes.</summary>
    Random,

    /// <summary>Symbols of one other burst, which agree with each other.</summary>
    Related,
}
