namespace P2Panda.Radio.Air.Radio;

/// <summary>A radio does not answer or refuses its settings. The message names what to check.</summary>
public sealed class RadioException : Exception
{
    /// <summary>A failure with a message for the operator.</summary>
    public RadioException(string message)
        : base(message)
    {
    }

    /// <summary>A failure with a message for the operator and its cause.</summary>
    public RadioException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A failure without words.</summary>
    public RadioException()
    {
    }
}
