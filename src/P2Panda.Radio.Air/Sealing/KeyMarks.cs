namespace P2Panda.Radio.Air.Sealing;

/// <summary>What is remembered about a radio key; one byte of its durable mark.</summary>
[Flags]
public enum KeyMarks
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The operator listed it.</summary>
    Listed = 1,

    /// <summary>It was among the first met.</summary>
    Met = 2,

    /// <summary>It has signed every frame; it is not believed without from then on.</summary>
    Strict = 4,
}
