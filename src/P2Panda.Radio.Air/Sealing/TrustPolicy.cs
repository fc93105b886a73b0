namespace P2Panda.Radio.Air.Sealing;

/// <summary>Whose seals are believed.</summary>
public enum TrustPolicy
{
    /// <summary>Every key that was announced.</summary>
    Open,

    /// <summary>The keys the operator listed.</summary>
    List,

    /// <summary>The listed keys and those met first, as many as there is room for; they are remembered for ever and never displaced.</summary>
    FirstUse,
}
