namespace P2Panda.Libp2p;

/// <summary>A connection was reached and then not made: the text says which step failed and why.</summary>
public sealed class HandshakeException : IOException
{
    /// <summary>Without a reason.</summary>
    public HandshakeException()
        : this("The handshake failed.")
    {
    }

    /// <summary>With a reason.</summary>
    public HandshakeException(string message)
        : base(message)
    {
    }

    /// <summary>With a reason and what caused it.</summary>
    public HandshakeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
