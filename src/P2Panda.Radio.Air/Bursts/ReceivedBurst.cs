using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Radio.Air.Framing;
using P2Panda.Radio.Air.Sealing;

namespace P2Panda.Radio.Air.Bursts;

/// <summary>A burst that was put together and believed.</summary>
public sealed record ReceivedBurst
{
    /// <summary>Tag, K and T.</summary>
    public required BurstKey Key { get; init; }

    /// <summary>What it is about.</summary>
    public required BurstKind Kind { get; init; }

    /// <summary>
    /// The gateway that sealed it; none for an author's entry, or when nobody has announced the key yet (only entries are believed then,
    /// for their authors' sake).
    /// </summary>
    public PublicKey? Sender { get; init; }

    /// <summary>The sender's burst counter; 0 for an author's entry.</summary>
    public ulong Counter { get; init; }

    /// <summary>Whether whoever made it asks relays to repeat it before others. Nobody vouches for that.</summary>
    public bool IsUrgent { get; init; }

    /// <summary>The body.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>All K × T bytes, for repeating it.</summary>
    public required ReadOnlyMemory<byte> PaddedBytes { get; init; }

    /// <summary>The entries it brought, each proved by its author's signature.</summary>
    public IReadOnlyList<VerifiedEntry> Entries { get; init; } = [];

    /// <summary>Why records brought no entry, in their order; those without context wait for it.</summary>
    public IReadOnlyList<RefusalReason> RefusedRecords { get; init; } = [];

    /// <summary>Entries that waiting records need, as far as they can be named.</summary>
    public IReadOnlyList<Compression.EntryPosition> MissingContext { get; init; } = [];
}
