using System.Diagnostics.CodeAnalysis;
using P2Panda.Core.Hashing;
using P2Panda.Core.Logs;

namespace P2Panda.Core.Operations;

/// <summary>
/// The state of a document: the operations nobody had built upon, sorted and unique, at least one.
/// </summary>
public sealed class DocumentViewId : IEquatable<DocumentViewId>, IComparable<DocumentViewId>
{
    private readonly EntryId[] _ids;

    private DocumentViewId(EntryId[] ids) => _ids = ids;

    /// <summary>The operation ids in ascending order.</summary>
    public IReadOnlyList<EntryId> OperationIds => _ids;

    /// <summary>A view of one operation.</summary>
    public static DocumentViewId Of(EntryId id) => FromUnsorted([id]);

    /// <summary>Sorts the ids and drops duplicates.</summary>
    /// <exception cref="ArgumentException">There is none, or one is no YASMF hash.</exception>
    public static DocumentViewId FromUnsorted(IEnumerable<EntryId> ids)
    {
        EntryId[] sorted = [.. ids.Distinct().Order()];
        return TryFromSorted(sorted, out var view)
            ? view
            : throw new ArgumentException("A view id has at least one operation id, and each is a YASMF hash.", nameof(ids));
    }

    /// <summary>Takes ids that are sorted and unique already; false when they are not, or there is none.</summary>
    public static bool TryFromSorted(IReadOnlyList<EntryId> ids, [NotNullWhen(true)] out DocumentViewId? view)
    {
        view = null;
        for (var i = 0; i < ids.Count; i++)
        {
            if (!Yasmf.IsWellFormed(ids[i].Bytes) || (i > 0 && ids[i - 1].CompareTo(ids[i]) >= 0))
            {
                return false;
            }
        }

        view = ids.Count == 0 ? null : new DocumentViewId([.. ids]);
        return view is not null;
    }

    /// <summary>Reads hexadecimal ids joined by underscores.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out DocumentViewId? view)
    {
        view = null;
        if ((text.Length + 1) % (Yasmf.TextLength + 1) != 0)
        {
            return false;
        }

        var ids = new List<EntryId>((text.Length + 1) / (Yasmf.TextLength + 1));
        foreach (var part in text.Split('_'))
        {
            if (!Yasmf.TryParse(text[part], out var id))
            {
                return false;
            }

            ids.Add(id);
        }

        return TryFromSorted(ids, out view);
    }

    /// <inheritdoc/>
    public int CompareTo(DocumentViewId? other)
    {
        if (other is null)
        {
            return 1;
        }

        for (var i = 0; i < Math.Min(_ids.Length, other._ids.Length); i++)
        {
            var order = _ids[i].CompareTo(other._ids[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return _ids.Length.CompareTo(other._ids.Length);
    }

    /// <inheritdoc/>
    public bool Equals(DocumentViewId? other) => other is not null && _ids.AsSpan().SequenceEqual(other._ids);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DocumentViewId);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_ids.Length, _ids[0], _ids[^1]);

    /// <summary>Hexadecimal ids joined by underscores.</summary>
    public override string ToString() => string.Join('_', _ids);

    /// <summary>Whether both are the same view.</summary>
    public static bool operator ==(DocumentViewId? left, DocumentViewId? right) => Equals(left, right);

    /// <summary>Whether the views differ.</summary>
    public static bool operator !=(DocumentViewId? left, DocumentViewId? right) => !Equals(left, right);

    /// <summary>Order by operation ids.</summary>
    public static bool operator <(DocumentViewId left, DocumentViewId right) => left.CompareTo(right) < 0;

    /// <summary>Order by operation ids.</summary>
    public static bool operator >(DocumentViewId left, DocumentViewId right) => left.CompareTo(right) > 0;

    /// <summary>Order by operation ids.</summary>
    public static bool operator <=(DocumentViewId left, DocumentViewId right) => left.CompareTo(right) <= 0;

    /// <summary>Order by operation ids.</summary>
    public static bool operator >=(DocumentViewId left, DocumentViewId right) => left.CompareTo(right) >= 0;
}
