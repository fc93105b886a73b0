using P2Panda.Core.Keys;
using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Tables;

namespace P2Panda.Documents.Queries;

/// <summary>One condition that documents have to meet.</summary>
public sealed class DocumentFilter
{
    /// <summary>Most values that <see cref="FilterOperator.In"/> and <see cref="FilterOperator.NotIn"/> take.</summary>
    public const int MaxValues = 250;

    private DocumentFilter(FilterTarget target, string field, FilterOperator comparison, IEnumerable<byte[]> values)
    {
        Target = target;
        Field = field;
        Comparison = comparison;
        Values = [.. values];
        if (Values.Count > MaxValues)
        {
            throw new DocumentQueryException($"A filter takes at most {MaxValues} values, not {Values.Count}.");
        }
    }

    /// <summary>What is compared.</summary>
    public FilterTarget Target { get; }

    /// <summary>The field's name, when a field is compared.</summary>
    public string Field { get; }

    /// <summary>How.</summary>
    public FilterOperator Comparison { get; }

    internal IReadOnlyList<byte[]> Values { get; }

    /// <summary>Compares a <c>bool</c>.</summary>
    public static DocumentFilter Of(string field, FilterOperator comparison, bool value) =>
        new(FilterTarget.Field, field, comparison, [ValueKey.Of(value)]);

    /// <summary>Compares an <c>int</c>.</summary>
    /// <exception cref="DocumentQueryException">There are more than <see cref="MaxValues"/>.</exception>
    public static DocumentFilter Of(string field, FilterOperator comparison, params IReadOnlyCollection<long> values) =>
        new(FilterTarget.Field, field, comparison, values.Select(ValueKey.Of));

    /// <summary>Compares a <c>float</c>; minus zero is zero.</summary>
    /// <exception cref="DocumentQueryException">There are more than <see cref="MaxValues"/>.</exception>
    public static DocumentFilter Of(string field, FilterOperator comparison, params IReadOnlyCollection<double> values) =>
        new(FilterTarget.Field, field, comparison, values.SelectMany(value => Floats(comparison, value)));

    /// <summary>Compares a <c>str</c>, in the order of UTF-8 bytes.</summary>
    /// <exception cref="DocumentQueryException">There are more than <see cref="MaxValues"/>.</exception>
    public static DocumentFilter Of(string field, FilterOperator comparison, params IReadOnlyCollection<string> values) =>
        new(FilterTarget.Field, field, comparison, values.Select(value => comparison is FilterOperator.Contains or FilterOperator.NotContains
            ? ValueKey.Fold(ValueKey.Of(value))
            : ValueKey.Of(value)));

    /// <summary>Compares <c>bytes</c>.</summary>
    public static DocumentFilter Of(string field, FilterOperator comparison, byte[] value) =>
        new(FilterTarget.Field, field, comparison, [ValueKey.Of(value)]);

    /// <summary>Compares where a relation points, or where one of a list's items does.</summary>
    /// <exception cref="DocumentQueryException">There are more than <see cref="MaxValues"/>.</exception>
    public static DocumentFilter Of(string field, FilterOperator comparison, params IReadOnlyCollection<EntryId> documents) =>
        new(FilterTarget.Field, field, comparison, documents.Select(ValueKey.Of));

    /// <summary>Compares where a pinned relation points, or where one of a list's items does.</summary>
    /// <exception cref="DocumentQueryException">There are more than <see cref="MaxValues"/>.</exception>
    public static DocumentFilter Of(string field, FilterOperator comparison, params IReadOnlyCollection<DocumentViewId> views) =>
        new(FilterTarget.Field, field, comparison, views.Select(ValueKey.Of));

    /// <summary>Compares the document's id.</summary>
    /// <exception cref="DocumentQueryException">There are more than <see cref="MaxValues"/>.</exception>
    public static DocumentFilter OfDocument(FilterOperator comparison, params IReadOnlyCollection<EntryId> documents) =>
        new(FilterTarget.DocumentId, "", comparison, documents.Select(ValueKey.Of));

    /// <summary>Compares the current view's id.</summary>
    /// <exception cref="DocumentQueryException">There are more than <see cref="MaxValues"/>.</exception>
    public static DocumentFilter OfView(FilterOperator comparison, params IReadOnlyCollection<DocumentViewId> views) =>
        new(FilterTarget.ViewId, "", comparison, views.Select(ValueKey.Of));

    /// <summary>Compares who created the document.</summary>
    /// <exception cref="DocumentQueryException">There are more than <see cref="MaxValues"/>.</exception>
    public static DocumentFilter OfOwner(FilterOperator comparison, params IReadOnlyCollection<PublicKey> owners) =>
        new(FilterTarget.Owner, "", comparison, owners.Select(owner => owner.Bytes.ToArray()));

    /// <summary>Asks whether the document was ever updated.</summary>
    public static DocumentFilter OfEdited(FilterOperator comparison, bool value) =>
        new(FilterTarget.IsEdited, "", comparison, [ValueKey.Of(value)]);

    /// <summary>Asks whether the document was deleted.</summary>
    public static DocumentFilter OfDeleted(FilterOperator comparison, bool value) =>
        new(FilterTarget.IsDeleted, "", comparison, [ValueKey.Of(value)]);

    /// <summary>Zero has two forms; what is compared with it is compared with the one that makes both the same.</summary>
    private static IEnumerable<byte[]> Floats(FilterOperator comparison, double value)
    {
        if (value != 0)
        {
            return [ValueKey.Of(value)];
        }

        return comparison switch
        {
            FilterOperator.Greater or FilterOperator.LessOrEqual => [ValueKey.Of(0.0)],
            FilterOperator.GreaterOrEqual or FilterOperator.Less => [ValueKey.Of(-0.0)],
            _ => [ValueKey.Of(0.0), ValueKey.Of(-0.0)],
        };
    }
}
