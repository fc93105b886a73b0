namespace P2Panda.Documents.Queries;

/// <summary>
/// The order of a collection. Documents that stand at the same place in it are ordered by view id, ascending in both directions, as in
/// aquadoggo. A field is ordered by what the operation with the lowest id set it to, among those the view still shows something of; this is
/// aquadoggo's order too, and for documents that were never edited it is the order of the values. Texts are ordered by their UTF-8 bytes with
/// A to Z as a to z; of long values the first 200 bytes count.
/// </summary>
/// <param name="Key">What documents are ordered by.</param>
/// <param name="Field">The field's name, when it is a field.</param>
/// <param name="IsDescending">Whether the order is turned round.</param>
public sealed record DocumentOrder(DocumentOrderKey Key, string Field = "", bool IsDescending = false)
{
    /// <summary>By document id; the items of a relation list stay in the list's order.</summary>
    public static DocumentOrder Default { get; } = new(DocumentOrderKey.DocumentId);
}
