namespace P2Panda.Libp2p;

/// <summary>A stream ended before its time: reset by either side, or its connection is gone.</summary>
public sealed class StreamResetException : IOException
{
    /// <summary>Without a reason.</summary>
    public StreamResetException()
        : this("The stream was reset.")
    {
    }

    /// <summary>With a reason.</summary>
    public StreamResetException(string message)
        : base(message)
    {
    }

    /// <summary>With a reason and what caused it.</summary>
    public StreamResetException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The code the peer sent, where the muxer has one (QUIC).</summary>
    public ulong Code { get; init; }
}
