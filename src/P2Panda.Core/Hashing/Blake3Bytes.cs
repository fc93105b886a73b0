using System.Buffers.Binary;

namespace P2Panda.Core.Hashing;

/// <summary>Chaining values and keys as bytes, little-endian words.</summary>
internal static class Blake3Bytes
{
    public static void Write(ReadOnlySpan<uint> words, Span<byte> bytes)
    {
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(4 * i)..], words[i]);
        }
    }

    public static Blake3Words Read(ReadOnlySpan<byte> bytes)
    {
        Blake3Words words = default;
        for (var i = 0; i < Blake3Words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]);
        }

        return words;
    }
}
