namespace P2Panda.Core.Keys;

/// <summary>A private key file cannot be used; the message says why and what to do.</summary>
public sealed class KeyFileException : IOException
{
    /// <summary>Says which file and why.</summary>
    public KeyFileException(string message)
        : base(message)
    {
    }

    /// <summary>Says which file and why, and how that showed.</summary>
    public KeyFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
