using P2Panda.Documents.Schemas;

namespace P2Panda.Documents.Queries;

/// <summary>Asks for a page of the documents of a schema.</summary>
public sealed record CollectionQuery
{
    /// <summary>Documents of a page when nothing else is said, as in aquadoggo.</summary>
    public const int DefaultPageSize = 25;

    /// <summary>Most documents of a page.</summary>
    public const int MaxPageSize = 1000;

    /// <summary>Most conditions of a query.</summary>
    public const int MaxFilters = 50;

    /// <summary>The schema.</summary>
    public required Schema Schema { get; init; }

    /// <summary>All of these have to be met.</summary>
    public IReadOnlyList<DocumentFilter> Filters { get; init; } = [];

    /// <summary>The order.</summary>
    public DocumentOrder Order { get; init; } = DocumentOrder.Default;

    /// <summary>Documents of the page, from 1 to <see cref="MaxPageSize"/>.</summary>
    public int First { get; init; } = DefaultPageSize;

    /// <summary>The cursor of the document after which the page begins.</summary>
    public string? After { get; init; }

    /// <summary>When given, only the documents that this list points to, each as often as it does.</summary>
    public RelationList? List { get; init; }

    /// <summary>Whether the documents are wanted at all, or only how many there are.</summary>
    public bool WithDocuments { get; init; } = true;

    /// <summary>Whether to count all documents that meet the conditions.</summary>
    public bool WithTotal { get; init; }

    /// <summary>The fields whose values are wanted.</summary>
    public IReadOnlyCollection<string> Fields { get; init; } = [];
}
