using P2Panda.Core.Logs;
using P2Panda.Core.Operations;
using P2Panda.Documents.Materialisation;
using P2Panda.Documents.Queries;
using P2Panda.Documents.Schemas;

namespace P2Panda.Documents.Tests;

/// <content>Collections held against a plain search through all documents.</content>
public abstract partial class MaterialisedDocumentsContract
{
    private static readonly FilterOperator[] OrderedOperators =
    [
        FilterOperator.Equal, FilterOperator.NotEqual, FilterOperator.Greater, FilterOperator.GreaterOrEqual, FilterOperator.Less,
        FilterOperator.LessOrEqual, FilterOperator.In, FilterOperator.NotIn,
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task Filters_orders_and_pages_are_those_of_a_plain_search(long fewDocuments)
    {
        await PublishAsync(2);
        Documents.FewDocuments = fewDocuments;
        var schema = Documents.Schemas.Listed.Single(known => known.Id.Name == "event");
        var all = PlainDocuments(schema).ToList();
        all.Count.ShouldBe(22);
        var random = new Random(5);
        var matched = 0;
        for (var round = 0; round < 400; round++)
        {
            var conditions = Enumerable.Range(0, random.Next(3)).Select(_ => RandomCondition(random, schema, all)).ToList();
            var (order, inOrder) = RandomOrder(random, schema);
            var expected = inOrder(all.Where(document => conditions.All(condition => condition.Test(document)))).Select(document => document.View.DocumentId).ToList();
            var query = new CollectionQuery
            {
                Schema = schema,
                Filters = [.. conditions.Select(condition => condition.Filter)],
                Order = order,
                First = random.Next(1, 30),
                WithTotal = true,
                Fields = [.. schema.Fields.Keys],
            };
            var found = await ReadPagesAsync(query);
            found.Select(document => document.Id).ShouldBe(expected, $"round {round}: {string.Join(" and ", conditions.Select(c => c.Text))} by {order}");
            foreach (var document in found)
            {
                var plain = all.Single(other => other.View.DocumentId == document.Id);
                document.ViewId.ShouldBe(plain.View.ViewId);
                document.Fields.ShouldBe(plain.View.Fields.Select(field => KeyValuePair.Create(field.Key, field.Value.Value)), ignoreOrder: true);
            }

            matched += found.Count;
        }

        matched.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task Text_that_looks_like_SQL_is_text()
    {
        await PublishAsync(0);
        var schema = Documents.Schemas.Listed.Single(known => known.Id.Name == "event");
        foreach (var text in (string[])["' OR '1'='1", "%", "_", "\\", "\"; DROP TABLE documents_views; --", "\0", "event\0", "𝕏"])
        {
            foreach (var comparison in (FilterOperator[])[FilterOperator.Equal, FilterOperator.Contains])
            {
                var page = await Documents.QueryAsync(new CollectionQuery
                {
                    Schema = schema,
                    Filters = [DocumentFilter.Of("title", comparison, text)],
                    WithTotal = true,
                });
                page.TotalCount.ShouldBe(0, text);
            }
        }

        (await Documents.CountAsync()).Operations.ShouldBe(60);
        await Should.ThrowAsync<DocumentQueryException>(() => Documents.QueryAsync(new CollectionQuery
        {
            Schema = schema,
            Filters = [DocumentFilter.Of("title' OR 1=1 --", FilterOperator.Equal, "x")],
        }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(CollectionQuery.MaxPageSize + 1)]
    public async Task A_page_of_impossible_size_is_refused(int size)
    {
        await PublishAsync(0);
        await Should.ThrowAsync<DocumentQueryException>(() => Documents.QueryAsync(
            new CollectionQuery { Schema = Documents.Schemas.Listed[0], First = size }));
    }

    [Fact]
    public async Task A_view_is_kept_for_as_long_as_somebody_pins_it()
    {
        await PublishAsync(0);
        var venue = Published[18];

        // Events pin the venue as it was created; it moved since.
        var old = (await Documents.FindAsync(DocumentViewId.Of(venue.Id), ["name"])).ShouldNotBeNull();
        old.Fields["name"].AsString.ShouldBe("Antarctica");
        (await Documents.FindAsync(venue.Id, ["name"]))!.Fields["name"].AsString.ShouldBe("Antarctica (moved)");

        // Nobody pins the events.
        (await Documents.FindAsync(DocumentViewId.Of(Published[24].Id), [])).ShouldBeNull();
        (await Documents.FindAsync(Published[24].Id, [])).ShouldNotBeNull();
    }

    private async Task<List<DocumentRecord>> ReadPagesAsync(CollectionQuery query)
    {
        var found = new List<DocumentRecord>();
        while (true)
        {
            var page = await Documents.QueryAsync(query);
            found.AddRange(page.Items.Select(item => item.Document));
            page.Items.Count.ShouldBeLessThanOrEqualTo(query.First);
            if (!page.HasNextPage)
            {
                page.TotalCount.ShouldBe(found.Count);
                return found;
            }

            page.Items.Count.ShouldBe(query.First);
            query = query with { After = page.EndCursor };
        }
    }

    private IEnumerable<PlainDocument> PlainDocuments(Schema schema)
    {
        var documentOf = new Dictionary<EntryId, EntryId>();
        var graphs = new Dictionary<EntryId, (DocumentGraph Graph, VerifiedEntry Create)>();
        var operations = new Dictionary<EntryId, Operation>();
        foreach (var entry in Published)
        {
            var operation = operations[entry.Id] = Operation.Decode(entry.PayloadBytes!.Value).Operation!;
            var document = documentOf[entry.Id] = operation.Previous is { } previous ? documentOf[previous.OperationIds[0]] : entry.Id;
            graphs.TryAdd(document, (new DocumentGraph(document), entry));
            graphs[document].Graph.Add(entry.Id, operation);
        }

        return graphs.Values.Select(item => new PlainDocument(item.Graph.Materialise()!, item.Create.Log.Author, operations))
            .Where(document => document.View.SchemaId == schema.Id && !document.View.IsDeleted);
    }

    private static Condition RandomCondition(Random random, Schema schema, List<PlainDocument> all)
    {
        var some = all[random.Next(all.Count)];
        switch (random.Next(8))
        {
            case 0:
                var isIn = random.Next(2) == 0;
                var owners = all.Where(_ => random.Next(4) == 0).Select(document => document.Owner).Distinct().ToList();
                return new Condition(
                    DocumentFilter.OfOwner(isIn ? FilterOperator.In : FilterOperator.NotIn, owners),
                    document => owners.Contains(document.Owner) == isIn,
                    $"owner in {owners.Count}");
            case 1:
                var edited = random.Next(2) == 0;
                return new Condition(
                    DocumentFilter.OfEdited(FilterOperator.Equal, edited), document => document.View.Order.Count > 1 == edited, "edited");
            default:
                var (name, type) = schema.Fields.ElementAt(random.Next(schema.Fields.Count));
                return FieldCondition(random, name, type, some, all);
        }
    }

    private static Condition FieldCondition(Random random, string name, FieldType type, PlainDocument some, List<PlainDocument> all)
    {
        var value = some.View.Fields[name].Value;
        var operators = type.Kind switch
        {
            FieldKind.Integer or FieldKind.Float => OrderedOperators,
            FieldKind.String => [.. OrderedOperators, FilterOperator.Contains, FilterOperator.NotContains],
            FieldKind.Boolean or FieldKind.Bytes => [FilterOperator.Equal, FilterOperator.NotEqual],
            FieldKind.RelationList or FieldKind.PinnedRelationList => [FilterOperator.In, FilterOperator.NotIn],
            _ => [FilterOperator.Equal, FilterOperator.NotEqual, FilterOperator.In, FilterOperator.NotIn],
        };
        var comparison = operators[random.Next(operators.Length)];
        var text = $"{name} {comparison}";
        switch (type.Kind)
        {
            case FieldKind.Boolean:
                return Plain(DocumentFilter.Of(name, comparison, value.AsBoolean), document => [document.AsBoolean], [value.AsBoolean]);
            case FieldKind.Integer:
                return Plain(DocumentFilter.Of(name, comparison, value.AsInteger), document => [document.AsInteger], [value.AsInteger]);
            case FieldKind.Float:
                var number = random.Next(4) == 0 ? -0.0 : value.AsFloat;
                return Plain(DocumentFilter.Of(name, comparison, number), document => [document.AsFloat], [number]);
            case FieldKind.String:
                var whole = value.AsString;
                var part = comparison is FilterOperator.Contains or FilterOperator.NotContains ? whole[random.Next(whole.Length)..].ToUpperInvariant() : whole;
                return Plain(DocumentFilter.Of(name, comparison, part), document => [document.AsString], [part]);
            case FieldKind.Bytes:
                return Plain(DocumentFilter.Of(name, comparison, value.AsBytes.ToArray()), document => [Convert.ToHexString(document.AsBytes)], [Convert.ToHexString(value.AsBytes)]);
            case FieldKind.Relation:
                var target = EntryId.FromBytes(value.AsBytes);
                return Plain(DocumentFilter.Of(name, comparison, target), document => [EntryId.FromBytes(document.AsBytes).ToString()], [target.ToString()]);
            case FieldKind.RelationList:
                EntryId[] targets = [.. all[random.Next(all.Count)].View.Fields[name].Value.AsIdList];
                return Plain(DocumentFilter.Of(name, comparison, targets), document => document.AsIdList.Select(id => id.ToString()), [.. targets.Select(id => id.ToString())]);
            case FieldKind.PinnedRelation:
                var view = DocumentViewId.FromUnsorted(value.AsIdList);
                return Plain(DocumentFilter.Of(name, comparison, view), document => [DocumentViewId.FromUnsorted(document.AsIdList).ToString()], [view.ToString()]);
            default:
                DocumentViewId[] views = [.. value.AsIdListList.Select(ids => DocumentViewId.FromUnsorted(ids))];
                return Plain(DocumentFilter.Of(name, comparison, views), document => document.AsIdListList.Select(ids => string.Join('_', ids)), [.. views.Select(id => id.ToString())]);
        }

        Condition Plain(DocumentFilter filter, Func<PlainValue, IEnumerable<IComparable>> read, IComparable[] wanted) => new(
            filter, document => read(document.View.Fields[name].Value).Any(item => Compare(comparison, item, wanted)), text);
    }

    private static bool Compare(FilterOperator comparison, IComparable item, IComparable[] wanted) => comparison switch
    {
        FilterOperator.Equal or FilterOperator.In => wanted.Any(other => Order(item, other) == 0),
        FilterOperator.NotEqual or FilterOperator.NotIn => wanted.All(other => Order(item, other) != 0),
        FilterOperator.Greater => Order(item, wanted[0]) > 0,
        FilterOperator.GreaterOrEqual => Order(item, wanted[0]) >= 0,
        FilterOperator.Less => Order(item, wanted[0]) < 0,
        FilterOperator.LessOrEqual => Order(item, wanted[0]) <= 0,
        FilterOperator.Contains => Fold((string)item).Contains(Fold((string)wanted[0]), StringComparison.Ordinal),
        _ => !Fold((string)item).Contains(Fold((string)wanted[0]), StringComparison.Ordinal),
    };

    private static int Order(IComparable left, IComparable right) => left is string text
        ? string.CompareOrdinal(text, (string)right)
        : left is double number && number.Equals((double)right) ? 0 : left is double zero && zero == 0 && (double)right == 0 ? 0 : left.CompareTo(right);

    /// <summary>Only A to Z have small letters here.</summary>
    private static string Fold(string text) => string.Concat(text.Select(letter => char.IsAsciiLetterUpper(letter) ? char.ToLowerInvariant(letter) : letter));

    private static (DocumentOrder Order, Func<IEnumerable<PlainDocument>, IEnumerable<PlainDocument>> InOrder) RandomOrder(Random random, Schema schema)
    {
        var descending = random.Next(2) == 0;
        switch (random.Next(6))
        {
            case 0:
                return (new DocumentOrder(DocumentOrderKey.DocumentId, "", descending), documents => descending
                    ? documents.OrderByDescending(document => document.View.DocumentId)
                    : documents.OrderBy(document => document.View.DocumentId));
            case 1:
                return (new DocumentOrder(DocumentOrderKey.ViewId, "", descending), documents => descending
                    ? documents.OrderByDescending(document => document.View.ViewId.ToString(), StringComparer.Ordinal)
                    : documents.OrderBy(document => document.View.ViewId.ToString(), StringComparer.Ordinal));
            default:
                var (name, type) = schema.Fields.ElementAt(random.Next(schema.Fields.Count));
                return (new DocumentOrder(DocumentOrderKey.Field, name, descending), documents => (descending
                        ? documents.OrderByDescending(document => document.OrderingOf(name, type), Comparer<IComparable?>.Create(ByOrder))
                        : documents.OrderBy(document => document.OrderingOf(name, type), Comparer<IComparable?>.Create(ByOrder)))
                    .ThenBy(document => document.View.ViewId.ToString(), StringComparer.Ordinal));
        }
    }

    private static int ByOrder(IComparable? left, IComparable? right) =>
        left is null || right is null ? (left is null ? 0 : 1) - (right is null ? 0 : 1) : Order(left, right);

    private sealed record Condition(DocumentFilter Filter, Func<PlainDocument, bool> Test, string Text);

    private sealed record PlainDocument(DocumentView View, Core.Keys.PublicKey Owner, Dictionary<EntryId, Operation> Operations)
    {
        /// <summary>What the operation with the lowest id says, of those that set something which still shows.</summary>
        public IComparable? OrderingOf(string name, FieldType type)
        {
            var value = View.Fields.Values.Select(field => field.SetBy).Order()
                .Select(id => Operations[id].Fields!.TryGetValue(name, out var set) ? set : null).First(set => set is not null)!;
            return type.Kind switch
            {
                FieldKind.Boolean => value.AsBoolean,
                FieldKind.Integer => value.AsInteger,
                FieldKind.Float => value.AsFloat,
                FieldKind.String => Fold(value.AsString),
                FieldKind.Bytes or FieldKind.Relation => Convert.ToHexString(value.AsBytes),
                FieldKind.RelationList => value.AsIdList.Count == 0 ? null : value.AsIdList[0].ToString(),
                FieldKind.PinnedRelation => string.Join('_', value.AsIdList),
                _ => value.AsIdListList.Count == 0 ? null : string.Join('_', value.AsIdListList[0]),
            };
        }
    }
}
