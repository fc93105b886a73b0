namespace P2Panda.Libp2p;

/// <summary>The peer answered, and speaks none of the protocols asked for: asking it again on the same connection is of no use.</summary>
public sealed class ProtocolNotSpokenException : IOException
{
    /// <inheritdoc/>
    public ProtocolNotSpokenException()
    {
    }

    /// <inheritdoc/>
    public ProtocolNotSpokenException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public ProtocolNotSpokenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
