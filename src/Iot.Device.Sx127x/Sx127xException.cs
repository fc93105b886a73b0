namespace Iot.Device.Sx127x;

/// <summary>The chip does not answer as it must. The message says what to check.</summary>
public sealed class Sx127xException : IOException
{
    /// <summary>A failure with a message.</summary>
    public Sx127xException(string message)
        : base(message)
    {
    }

    /// <summary>A failure with a message and its cause.</summary>
    public Sx127xException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A failure without words.</summary>
    public Sx127xException()
    {
    }
}
