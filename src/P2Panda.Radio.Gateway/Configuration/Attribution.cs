namespace P2Panda.Radio.Gateway.Configuration;

/// <summary>Whether transmissions must be attributable to a gateway.</summary>
internal enum Attribution
{
    /// <summary>Where an author's signature seals a burst, no gateway's does.</summary>
    Auto,

    /// <summary>A gateway seals every burst; others are refused.</summary>
    Always,
}
