namespace P2Panda.Libp2p;

/// <summary>A relay said no.</summary>
public sealed class RelayRefusedException : IOException
{
    /// <summary>Without a status.</summary>
    public RelayRefusedException()
        : this("The relay refused.")
    {
    }

    /// <summary>With a text.</summary>
    public RelayRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>With a text and what caused it.</summary>
    public RelayRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What it answered.</summary>
    public RelayStatus Status { get; init; }
}
