namespace P2Panda.Bridge.Replication.Wire;

/// <summary>How long messages may be, in bytes; the protocol itself has no limits.</summary>
public sealed record MessageBounds
{
    /// <summary>The bounds used when nothing else is said.</summary>
    public static MessageBounds Default { get; } = new();

    /// <summary>A Have: some five bytes a log, so two million logs.</summary>
    public int MaxHave { get; init; } = 16 * 1024 * 1024;

    /// <summary>An Entry; a blob piece, the largest operation of p2panda's own schemas, has a little over 256 000.</summary>
    public int MaxEntry { get; init; } = 1024 * 1024 + 512;

    /// <summary>Every other message: some 150 bytes a schema.</summary>
    public int MaxOther { get; init; } = 1024 * 1024;
}
