using P2Panda.Core.Keys;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Air.Bursts;

/// <summary>Decoded bursts whose seal could not be checked, for the time it takes to learn the key. The oldest make room; anybody can fill it.</summary>
internal sealed class SealsInQuestion
{
    /// <summary>Bursts remembered.</summary>
    public const int MaxBursts = 8;

    /// <summary>Of one key.</summary>
    public const int MaxPerKey = 4;

    /// <summary>How long one is remembered: what is older is asked for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly List<Waiting> _bursts = [];

    public int Count => _bursts.Count;

    public void Add(KeyId sealedBy, BurstKey key, byte[] padded, PublicKey? frameSender, TimeSpan now)
    {
        _bursts.RemoveAll(burst => burst.Key == key || now - burst.HeardAt >= Lifetime);
        if (_bursts.FindAll(burst => burst.SealedBy == sealedBy) is { Count: >= MaxPerKey } same)
        {
            _bursts.Remove(same[0]);
        }
        else if (_bursts.Count == MaxBursts)
        {
            _bursts.RemoveAt(0);
        }

        _bursts.Add(new Waiting(sealedBy, key, padded, frameSender, now));
    }

    /// <summary>Takes the bursts that are said to be sealed by a key.</summary>
    public IReadOnlyList<Waiting> Take(KeyId key, TimeSpan now)
    {
        var taken = _bursts.FindAll(burst => burst.SealedBy == key && now - burst.HeardAt < Lifetime);
        _bursts.RemoveAll(burst => burst.SealedBy == key);
        return taken;
    }

    /// <summary>One burst.</summary>
    /// <param name="SealedBy">The id of the key in its head.</param>
    /// <param name="Key">Tag, K and T.</param>
    /// <param name="Padded">Its bytes.</param>
    /// <param name="FrameSender">Who signed its last frame, in strict networks.</param>
    /// <param name="HeardAt">When it was completed.</param>
    public sealed record Waiting(KeyId SealedBy, BurstKey Key, byte[] Padded, PublicKey? FrameSender, TimeSpan HeardAt);
}
