using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Compression;
using P2Panda.Radio.Air.Framing;

namespace P2Panda.Radio.Air.Bursts;

/// <summary>Puts chains together again. Keyed by sender, so that nobody spoils another's; bounded, the one silent for longest goes first.</summary>
internal sealed class ChainAssembly
{
    /// <summary>Unfinished chains.</summary>
    public const int MaxChains = 16;

    /// <summary>Bytes of all unfinished chains.</summary>
    public const int MaxBytes = 2 * Chain.MaxLength;

    private readonly LinkedList<Unfinished> _byUse = new();
    private int _bytes;

    public int Count => _byUse.Count;

    /// <summary>Adds a part.</summary>
    /// <param name="sender">Whose seal it bears.</param>
    /// <param name="body">The part.</param>
    /// <param name="record">The record, when this was the last part missing.</param>
    public RefusalReason Add(PublicKey sender, ReadOnlySpan<byte> body, out byte[]? record)
    {
        record = null;
        var reader = new RecordReader(body);
        if (!reader.TryBytes(Chain.IdLength, out var id) || !reader.TryCount(Chain.MaxParts, out var count) ||
            !reader.TryCount(Chain.MaxParts, out var index) || index >= count || reader.IsAtEnd)
        {
            return RefusalReason.ChainPart;
        }

        if ((long)count * reader.Rest.Length > Chain.MaxLength + (long)reader.Rest.Length)
        {
            return RefusalReason.ChainBound;
        }

        var name = $"{sender}/{Convert.ToHexString(id)}/{count}";
        var chain = _byUse.FirstOrDefault(other => other.Name == name) ?? new Unfinished(name, new byte[count][]);
        _byUse.Remove(chain);
        _byUse.AddFirst(chain);
        if (chain.Parts[index] is null)
        {
            chain.Parts[index] = reader.Rest.ToArray();
            chain.Bytes += reader.Rest.Length;
            _bytes += reader.Rest.Length;
        }

        while (_byUse.Count > MaxChains || (_bytes > MaxBytes && _byUse.Count > 1))
        {
            Drop(_byUse.Last!.Value);
        }

        if (chain.Parts.Any(part => part is null))
        {
            return RefusalReason.None;
        }

        Drop(chain);
        var whole = chain.Parts.SelectMany(part => part!).ToArray();
        if (whole.Length > Chain.MaxLength || !Blake3.Hash(whole).AsSpan(0, Chain.IdLength).SequenceEqual(id))
        {
            return RefusalReason.ChainPart;
        }

        record = whole;
        return RefusalReason.None;
    }

    private void Drop(Unfinished chain)
    {
        _byUse.Remove(chain);
        _bytes -= chain.Bytes;
    }

    private sealed class Unfinished(string name, byte[]?[] parts)
    {
        public string Name { get; } = name;

        public byte[]?[] Parts { get; } = parts;

        public int Bytes { get; set; }
    }
}
