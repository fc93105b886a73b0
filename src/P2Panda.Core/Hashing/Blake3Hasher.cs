namespace P2Panda.Core.Hashing;

/// <summary>BLAKE3 over input that arrives in pieces. Not for use by two threads at a time.</summary>
public sealed class Blake3Hasher
{
    private readonly Blake3Mode _mode;
    private readonly int _width;
    private Blake3Tree _tree;

    /// <summary>Starts a plain hash.</summary>
    public Blake3Hasher()
        : this(Blake3Mode.Plain, Blake3Lanes.Width)
    {
    }

    internal Blake3Hasher(Blake3Mode mode, int width)
    {
        _mode = mode;
        _width = width;
        _tree = new Blake3Tree(mode, width);
    }

    /// <summary>Starts a keyed hash.</summary>
    /// <exception cref="ArgumentException"><paramref name="key"/> does not have 32 bytes.</exception>
    public static Blake3Hasher Keyed(ReadOnlySpan<byte> key) => new(Blake3Mode.Keyed(key), Blake3Lanes.Width);

    /// <summary>Starts the derivation of a key; <paramref name="context"/> names its use.</summary>
    public static Blake3Hasher DeriveKey(string context) =>
        new(Blake3Mode.DeriveKey(System.Text.Encoding.UTF8.GetBytes(context)), Blake3Lanes.Width);

    /// <summary>Takes in more input.</summary>
    public void Update(ReadOnlySpan<byte> input) => _tree.Append(input);

    /// <summary>Fills <paramref name="output"/> with the hash of the input so far; bytes beyond the 32nd are extended output.</summary>
    public void Finalize(Span<byte> output) => _tree.Finish(output);

    /// <summary>Forgets all input.</summary>
    public void Reset() => _tree = new Blake3Tree(_mode, _width);
}
