namespace P2Panda.Core.Hashing;

/// <summary>What tells plain hashing, keyed hashing and key derivation apart (BLAKE3 specification, section 2.3).</summary>
internal readonly struct Blake3Mode
{
    public static readonly Blake3Mode Plain = new(Iv(), Blake3Flags.None);

    private Blake3Mode(Blake3Words key, Blake3Flags flags)
    {
        Key = key;
        Flags = flags;
    }

    public Blake3Words Key { get; }

    public Blake3Flags Flags { get; }

    public static Blake3Mode Keyed(ReadOnlySpan<byte> key)
    {
        if (key.Length != Blake3.KeyLength)
        {
            throw new ArgumentException($"A BLAKE3 key has {Blake3.KeyLength} bytes, not {key.Length}.", nameof(key));
        }

        return new Blake3Mode(Blake3Bytes.Read(key), Blake3Flags.KeyedHash);
    }

    public static Blake3Mode DeriveKey(ReadOnlySpan<byte> context)
    {
        Span<byte> contextKey = stackalloc byte[Blake3.KeyLength];
        Blake3Tree.Hash(new Blake3Mode(Iv(), Blake3Flags.DeriveKeyContext), context, contextKey);
        return new Blake3Mode(Blake3Bytes.Read(contextKey), Blake3Flags.DeriveKeyMaterial);
    }

    private static Blake3Words Iv()
    {
        Blake3Words words = default;
        Blake3Compression.Iv.CopyTo(words);
        return words;
    }
}
