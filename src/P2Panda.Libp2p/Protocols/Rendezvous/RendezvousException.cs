namespace P2Panda.Libp2p;

/// <summary>A rendezvous server refused, or answered with something else than an answer.</summary>
public sealed class RendezvousException : IOException
{
    /// <summary>Without a reason.</summary>
    public RendezvousException()
        : this("The rendezvous server refused.")
    {
    }

    /// <summary>With a reason.</summary>
    public RendezvousException(string message)
        : base(message)
    {
    }

    /// <summary>With a reason and what caused it.</summary>
    public RendezvousException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The server's verdict; null when it gave none.</summary>
    public RendezvousStatus? Status { get; init; }
}
