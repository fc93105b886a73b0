namespace P2Panda.Core.Keys;

/// <summary>A library of the system is missing; the message names the package that brings it.</summary>
public sealed class NativeLibraryException : Exception
{
    /// <summary>Says what is missing.</summary>
    public NativeLibraryException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is missing, and how that showed.</summary>
    public NativeLibraryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
