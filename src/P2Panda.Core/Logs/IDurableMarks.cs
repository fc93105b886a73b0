namespace P2Panda.Core.Logs;

/// <summary>
/// Small named values that must survive a power cut the moment a write returns: counters, airtime, replay marks. Implemented by the
/// store. Values have at most <see cref="MaxValueLength"/> bytes, names at most <see cref="MaxNameLength"/>.
/// </summary>
public interface IDurableMarks
{
    /// <summary>Longest name, in bytes.</summary>
    const int MaxNameLength = 64;

    /// <summary>Longest value, in bytes.</summary>
    const int MaxValueLength = 64 * 1024;

    /// <summary>The value last written, or none.</summary>
    /// <exception cref="IOException">The marks cannot be read; the caller must not transmit.</exception>
    byte[]? Read(MarkKind kind, ReadOnlySpan<byte> name);

    /// <summary>All names and values of one kind.</summary>
    /// <exception cref="IOException">The marks cannot be read.</exception>
    IReadOnlyList<KeyValuePair<byte[], byte[]>> ReadAll(MarkKind kind);

    /// <summary>Replaces the value; on return it is on stable storage.</summary>
    /// <exception cref="IOException">The value could not be made durable; the caller must act as if it were not written.</exception>
    void Write(MarkKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);

    /// <summary>Removes a value, durably.</summary>
    /// <exception cref="IOException">The removal could not be made durable.</exception>
    void Remove(MarkKind kind, ReadOnlySpan<byte> name);
}
