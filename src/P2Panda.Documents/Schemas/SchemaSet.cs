using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using P2Panda.Core.Operations;

namespace P2Panda.Documents.Schemas;

/// <summary>The schemas that are known at one moment; never modified.</summary>
public sealed class SchemaSet
{
    private readonly FrozenDictionary<SchemaId, KnownSchema> _byId;
    private readonly FrozenDictionary<long, KnownSchema> _byNumber;
    private readonly FrozenSet<SchemaId> _pinned;

    internal SchemaSet(long revision, IEnumerable<KnownSchema> applications)
    {
        Revision = revision;
        KnownSchema[] all =
        [
            .. Schema.System.Select(schema => new KnownSchema(NumberOfSystem(schema.Id), schema, IsListed: true)),
            .. applications,
        ];
        _byId = all.ToFrozenDictionary(known => known.Schema.Id);
        _byNumber = all.ToFrozenDictionary(known => known.Number);
        _pinned = all.SelectMany(known => known.Schema.Fields.Values)
            .Where(type => type.Kind is FieldKind.PinnedRelation or FieldKind.PinnedRelationList).Select(type => type.Target!).ToFrozenSet();
        Listed = [.. all.Where(known => known.IsListed).Select(known => known.Schema).OrderBy(schema => schema.Id, SchemaId.AnnouncementOrder)];
    }

    /// <summary>Grows whenever the set changes; the same revision is the same set.</summary>
    public long Revision { get; }

    /// <summary>What can be read and written, in the order of announcements: system schemas, then applications' by name and view id.</summary>
    public IReadOnlyList<Schema> Listed { get; }

    /// <summary>A schema that is known.</summary>
    public bool TryGet(SchemaId id, [NotNullWhen(true)] out Schema? schema)
    {
        schema = _byId.GetValueOrDefault(id)?.Schema;
        return schema is not null;
    }

    /// <summary>Whether a known schema has fields that pin views of documents of this one.</summary>
    internal bool IsPinned(SchemaId id) => _pinned.Contains(id);

    internal static long NumberOfSystem(SchemaId id) => -(long)id.Kind;

    internal KnownSchema? Find(SchemaId id) => _byId.GetValueOrDefault(id);

    internal KnownSchema? Find(long number) => _byNumber.GetValueOrDefault(number);
}
