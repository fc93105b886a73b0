using System.Collections;
using P2Panda.Core.Operations;

namespace P2Panda.Bridge.Replication.Wire;

/// <summary>Schema ids without duplicates in the order that replication messages demand: system schemas first, then by name and view id.</summary>
public sealed class SchemaIdSet : IReadOnlyList<SchemaId>, IEquatable<SchemaIdSet>
{
    private readonly SchemaId[] _ids;

    private SchemaIdSet(SchemaId[] ids) => _ids = ids;

    /// <summary>No schemas.</summary>
    public static SchemaIdSet Empty { get; } = new([]);

    /// <summary>What every node needs to learn application schemas.</summary>
    public static SchemaIdSet Definitions { get; } = Of([SchemaId.SchemaDefinition, SchemaId.SchemaFieldDefinition]);

    /// <inheritdoc/>
    public int Count => _ids.Length;

    /// <inheritdoc/>
    public SchemaId this[int index] => _ids[index];

    /// <summary>Sorts the ids and drops duplicates.</summary>
    public static SchemaIdSet Of(IEnumerable<SchemaId> ids) => new([.. ids.Distinct().Order(SchemaId.AnnouncementOrder)]);

    /// <summary>Takes ids that are in order already; false when they are not, or one stands there twice.</summary>
    public static bool TryFromSorted(IReadOnlyList<SchemaId> ids, out SchemaIdSet set)
    {
        for (var i = 1; i < ids.Count; i++)
        {
            if (SchemaId.AnnouncementOrder.Compare(ids[i - 1], ids[i]) >= 0)
            {
                set = Empty;
                return false;
            }
        }

        set = new SchemaIdSet([.. ids]);
        return true;
    }

    /// <summary>Whether a schema is in the set.</summary>
    public bool Contains(SchemaId id) => Array.BinarySearch(_ids, id, SchemaId.AnnouncementOrder) >= 0;

    /// <summary>What both sets have.</summary>
    public SchemaIdSet Intersect(SchemaIdSet other) => new([.. _ids.Where(other.Contains)]);

    /// <inheritdoc/>
    public bool Equals(SchemaIdSet? other) => other is not null && _ids.AsSpan().SequenceEqual(other._ids);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SchemaIdSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _ids.Aggregate(_ids.Length, HashCode.Combine);

    /// <inheritdoc/>
    public IEnumerator<SchemaId> GetEnumerator() => ((IEnumerable<SchemaId>)_ids).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => _ids.GetEnumerator();

    /// <summary>For logs.</summary>
    public override string ToString() => string.Join(", ", _ids.Select(id => id.IsSystem ? id.Text : id.Name));
}
