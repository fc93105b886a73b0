namespace P2Panda.Radio.Gateway.Tests.Journeys;

/// <summary>
/// A document made from nothing but what the apps say they published, by the rules of p2panda in their plainest form: an operation is followed
/// by those that build upon it, lowest id first, each as soon as all that it builds upon has had its turn; later values replace earlier ones.
/// </summary>
internal sealed record RecomputedDocument(string Id, string ViewId, string Owner, bool IsEdited, bool IsForked)
{
    /// <summary>Values by name of the field.</summary>
    public required IReadOnlyDictionary<string, object> Fields { get; init; }

    /// <summary>
    /// What collections ordered by a field go by, by its name: as in aquadoggo, the value given by the operation with the lowest id, among
    /// those that at least one field is still as they set it.
    /// </summary>
    public required IReadOnlyDictionary<string, object> Ordering { get; init; }

    /// <summary>All that are not deleted, by id.</summary>
    public static List<RecomputedDocument> All(IReadOnlyList<PublishedOperation> operations, string schemaId) =>
    [
        .. operations.Where(operation => operation.SchemaId == schemaId && operation.Previous.Length == 0)
            .Select(create => Of(operations, create)).OfType<RecomputedDocument>().OrderBy(document => document.Id, StringComparer.Ordinal),
    ];

    private static RecomputedDocument? Of(IReadOnlyList<PublishedOperation> operations, PublishedOperation create)
    {
        var order = new List<PublishedOperation>();
        Visit(create);
        if (order.Any(operation => operation.Fields is null))
        {
            return null;
        }

        var setBy = new Dictionary<string, PublishedOperation>();
        foreach (var operation in order)
        {
            foreach (var name in operation.Fields!.Keys)
            {
                setBy[name] = operation;
            }
        }

        var tips = order.Select(operation => operation.Id).Except(order.SelectMany(operation => operation.Previous)).Order(StringComparer.Ordinal);
        var isForked = order.SelectMany(operation => operation.Previous).CountBy(id => id).Any(next => next.Value > 1);
        var shown = setBy.Values.OrderBy(operation => operation.Id, StringComparer.Ordinal).ToList();
        return new RecomputedDocument(create.Id, string.Join('_', tips), create.Author, order.Count > 1, isForked)
        {
            Fields = setBy.ToDictionary(field => field.Key, field => field.Value.Fields![field.Key]),
            Ordering = setBy.Keys.ToDictionary(name => name, name => shown.First(operation => operation.Fields!.ContainsKey(name)).Fields![name]),
        };

        void Visit(PublishedOperation operation)
        {
            order.Add(operation);
            foreach (var next in operations.Where(next => next.Previous.Contains(operation.Id)).OrderBy(next => next.Id, StringComparer.Ordinal))
            {
                if (!order.Contains(next) && next.Previous.All(previous => order.Exists(visited => visited.Id == previous)))
                {
                    Visit(next);
                }
            }
        }
    }
}
