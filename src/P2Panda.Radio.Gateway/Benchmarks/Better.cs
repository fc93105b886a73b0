namespace P2Panda.Radio.Gateway.Benchmarks;

/// <summary>Which way a figure improves.</summary>
internal enum Better
{
    /// <summary>More is better.</summary>
    Higher,

    /// <summary>Less is better.</summary>
    Lower,
}
