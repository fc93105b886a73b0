using System.Data.Common;
using System.Globalization;
using System.Text;
using P2Panda.Core.Hashing;
using P2Panda.Core.Keys;
using P2Panda.Core.Operations;
using P2Panda.Documents.Schemas;
using P2Panda.Documents.Tables;
using P2Panda.Store;

namespace P2Panda.Documents.Queries;

/// <summary>Asks the tables for a collection. What a caller gave is in parameters only; names of fields become numbers first.</summary>
internal sealed class CollectionSql
{
    /// <summary>Documents up to which a condition is thought to leave few: then the page is found through it and sorted.</summary>
    public const long DefaultFewDocuments = 500;

    /// <summary>Conditions that are looked at for that.</summary>
    private const int MaxDrivers = 8;

    private const string RecordColumns = "v.number, v.document, v.view_id, v.owner";

    private readonly SqlSession _sql;
    private readonly KnownSchema _schema;
    private readonly CollectionQuery _query;
    private readonly List<object?> _values = [];
    private readonly long _fewDocuments;
    private readonly byte[] _order;
    private readonly byte[] _holder;
    private readonly PageCursor? _after;
    private KnownSchema? _schemaOfHolder;
    private DocumentFilter? _driver;

    public CollectionSql(SqlSession sql, KnownSchema schema, CollectionQuery query, long fewDocuments = DefaultFewDocuments)
    {
        (_sql, _schema, _query, _fewDocuments) = (sql, schema, query, fewDocuments);
        if (query.First is < 1 or > CollectionQuery.MaxPageSize)
        {
            throw new DocumentQueryException($"A page has 1 to {CollectionQuery.MaxPageSize} documents, not {query.First}.");
        }

        if (query.Filters.Count > CollectionQuery.MaxFilters)
        {
            throw new DocumentQueryException($"A query has at most {CollectionQuery.MaxFilters} conditions, not {query.Filters.Count}.");
        }

        _order = PageCursor.OrderOf(query);
        _holder = query.List is null ? [] : Blake3.Hash(ValueKey.Of(query.List.Holder.ViewId))[..8];
        _after = FindStart();
    }

    public DocumentPage Run(SchemaSet schemas)
    {
        _driver = FindDriver();
        long? total = _query.WithTotal ? Count() : null;
        if (!_query.WithDocuments)
        {
            return new DocumentPage([], false, total);
        }

        var rows = Page();
        var hasNextPage = rows.Count > _query.First;
        if (hasNextPage)
        {
            rows.RemoveAt(rows.Count - 1);
        }

        new FieldReader(_sql, schemas).Fill(rows.ConvertAll(row => row.Document), _query.Fields);
        return new DocumentPage(rows.ConvertAll(row => new DocumentItem(row.Document, row.Cursor.Encode())), hasNextPage, total);
    }

    private long Count()
    {
        _values.Clear();
        var source = _query.List is not null ? ListSource() : _driver is null ? "documents_views v" : DrivenSource();
        return _sql.QueryOnce(
            $"SELECT count(*) FROM {source} WHERE {Where(_driver is not null)}",
            row => row.GetInt64(0),
            _values)[0];
    }

    private List<(DocumentRecord Document, PageCursor Cursor)> Page()
    {
        _values.Clear();
        var isList = _query.List is not null;
        var item = isList ? "li.item" : "0";
        var byField = _query.Order.Key == DocumentOrderKey.Field;
        var (source, sort) = (isList ? ListSource() : "documents_views v", _query.Order.Key switch
        {
            DocumentOrderKey.DocumentId => isList ? "li.item" : "v.document",
            DocumentOrderKey.ViewId => "v.view_id",
            _ => "o.sort",
        });
        source = isList || _driver is null ? source : DrivenSource();
        var conditions = new StringBuilder();
        if (byField)
        {
            var field = Parameter(FieldNumber(_query.Order.Field));
            if (isList || _driver is not null)
            {
                source += $" {Then} documents_fields o ON o.number = v.number AND o.field = {field} AND o.item = 0";
            }
            else
            {
                source = $"documents_fields o {Then} documents_views v ON v.number = o.number";
                conditions.Append(CultureInfo.InvariantCulture, $"o.schema = {Parameter(_schema.Number)} AND o.field = {field} ")
                    .Append("AND o.sort IS NOT NULL AND o.schema IS NOT NULL AND ");
            }
        }

        conditions.Append(Where(!isList && (byField || _driver is not null)));
        var direction = _query.Order.IsDescending ? "DESC" : "ASC";
        const string Tie = "v.view_id";
        var order = $"{sort} {direction}";
        if (byField)
        {
            order += isList ? $", {Tie}, li.item" : $", {Tie}";
        }
        else if (isList && _query.Order.Key == DocumentOrderKey.ViewId)
        {
            order += ", li.item";
        }

        if (_after is not null)
        {
            conditions.Append(" AND ").Append(Behind(sort, Tie, byField, isList));
        }

        return _sql.QueryOnce(
            $"SELECT {RecordColumns}, {sort}, {item} FROM {source} WHERE {conditions} ORDER BY {order} LIMIT {Parameter(_query.First + 1L)}",
            ReadRow,
            _values);
    }

    /// <summary>What comes behind the cursor. Only the first key is turned round, the ties behind it ascend.</summary>
    private string Behind(string sort, string tie, bool byField, bool isList)
    {
        var from = Parameter(isList && _query.Order.Key == DocumentOrderKey.DocumentId ? _after!.Item : _after!.Sort);
        var beyond = _query.Order.IsDescending ? "<" : ">";
        if (!byField && !(isList && _query.Order.Key == DocumentOrderKey.ViewId))
        {
            return $"{sort} {beyond} {from}";
        }

        var ties = byField
            ? isList
                ? $"({tie}, li.item) > ({Parameter(_after.Tie)}, {Parameter(_after.Item)})"
                : $"{tie} > {Parameter(_after.Tie)}"
            : $"li.item > {Parameter(_after.Item)}";
        return $"{sort} {beyond}= {from} AND ({sort} {beyond} {from} OR {ties})";
    }

    private (DocumentRecord Document, PageCursor Cursor) ReadRow(DbDataReader row)
    {
        var viewKey = row.GetFieldValue<byte[]>(2);
        var document = new DocumentRecord(
            row.GetInt64(0),
            ValueKey.ToEntryId(row.GetFieldValue<byte[]>(1)),
            ValueKey.ToView(viewKey),
            new PublicKey(row.GetFieldValue<byte[]>(3)),
            _schema.Schema.Id);
        var isByItem = _query.List is not null && _query.Order.Key == DocumentOrderKey.DocumentId;
        var sort = isByItem ? [] : row.GetFieldValue<byte[]>(4);
        return (document, new PageCursor(
            _order, sort, _query.Order.Key == DocumentOrderKey.Field ? viewKey : [], row.GetInt64(5), _holder));
    }

    /// <summary>A list's cursor counts for that list only: the same argument is given to the lists of all documents of a page.</summary>
    private PageCursor? FindStart()
    {
        if (_query.After is null)
        {
            return null;
        }

        if (!PageCursor.TryDecode(_query.After, out var cursor))
        {
            throw new DocumentQueryException("This is no cursor.");
        }

        if (!cursor.Order.AsSpan().SequenceEqual(_order))
        {
            throw new DocumentQueryException("The cursor comes from a page in another order.");
        }

        if (cursor.Holder.AsSpan().SequenceEqual(_holder))
        {
            return cursor;
        }

        return _query.List is null ? throw new DocumentQueryException("The cursor comes from a relation list.") : null;
    }

    /// <summary>Keeps PostgreSQL from making a join of a condition that is to be looked up document by document.</summary>
    private string Apart => _sql.Dialect == SqlDialect.Postgres ? " OFFSET 0" : "";

    /// <summary>SQLite keeps to the order of tables that this names; PostgreSQL knows its own way.</summary>
    private string Then => _sql.Dialect == SqlDialect.Sqlite ? "CROSS JOIN" : "JOIN";

    /// <summary>The condition that leaves the fewest documents, when they are few. They are counted in one statement.</summary>
    private DocumentFilter? FindDriver()
    {
        var candidates = _query.List is null ? _query.Filters.Where(CanDrive).Take(MaxDrivers).ToList() : [];
        if (candidates.Count == 0)
        {
            return null;
        }

        _values.Clear();
        var counts = candidates.ConvertAll(filter =>
            $"(SELECT count(*) FROM (SELECT 1 FROM documents_fields f WHERE {Beginning(filter)} LIMIT {Parameter(_fewDocuments)}) few)");
        var counted = _sql.QueryOnce(
            $"SELECT {string.Join(", ", counts)}", row => candidates.Select((filter, i) => (Filter: filter, Count: row.GetInt64(i))).ToList(), _values)[0];
        var fewest = counted.MinBy(filter => filter.Count);
        return fewest.Count < _fewDocuments ? fewest.Filter : null;
    }

    /// <summary>The index does not have empty values, since SQLite takes no part of them.</summary>
    private bool CanDrive(DocumentFilter filter) => filter.Target == FilterTarget.Field && filter.Values.Count is > 0 and <= 2
        && filter.Values.All(value => value.Length > 0) && filter.Comparison switch
        {
            FilterOperator.Equal or FilterOperator.In or FilterOperator.Greater or FilterOperator.GreaterOrEqual => true,
            FilterOperator.Less or FilterOperator.LessOrEqual =>
                _schema.Schema.Fields.TryGetValue(filter.Field, out var type) && type.Kind is FieldKind.Integer or FieldKind.Float,
            _ => false,
        };

    private string DrivenSource() =>
        $"(SELECT DISTINCT f.number FROM documents_fields f WHERE {Beginning(_driver!)} AND {Compare("f.value", _driver!)}) d " +
        $"{Then} documents_views v ON v.number = d.number";

    /// <summary>What the index of values can say of a condition: by how a value begins.</summary>
    private string Beginning(DocumentFilter filter)
    {
        const string Indexed = "substr(f.value, 1, 200)";
        string[] beginnings = [.. filter.Values.Select(value => Parameter(ValueKey.Sort(value)))];
        var begins = filter.Comparison switch
        {
            FilterOperator.Equal or FilterOperator.In => $"{Indexed} IN ({string.Join(", ", beginnings)})",
            FilterOperator.Greater or FilterOperator.GreaterOrEqual => $"{Indexed} >= {beginnings[0]}",
            _ => $"{Indexed} <= {beginnings[0]}",
        };
        return $"f.schema = {Parameter(_schema.Number)} AND f.schema IS NOT NULL AND f.field = {Parameter(FieldNumber(filter.Field))} AND {begins}";
    }

    private string ListSource()
    {
        var list = _query.List!;
        var (field, type) = _schemaOfHolder is { } holder
            ? (IndexOf(holder, list.Field), holder.Schema.Fields[list.Field])
            : throw new DocumentQueryException("The list's document follows a schema that is not known.");
        var isPinned = type.Kind is FieldKind.PinnedRelation or FieldKind.PinnedRelationList;
        var join = isPinned ? "v.view_id = li.value" : "v.document = li.value AND v.is_current = 1";
        return $"documents_fields li JOIN documents_views v ON li.number = {Parameter(list.Holder.Number)} AND " +
            $"li.field = {Parameter(field)} AND {join}";
    }

    /// <summary>Says which schema the holder of the list follows.</summary>
    public CollectionSql WithHolder(KnownSchema? holder)
    {
        _schemaOfHolder = holder;
        return this;
    }

    /// <param name="isFoundByNumber">
    /// Whether views are found by their number. Then no other index must look better to a planner that has no statistics yet, so the
    /// columns are not named alone.
    /// </param>
    private string Where(bool isFoundByNumber)
    {
        var alone = isFoundByNumber ? " + 0" : "";
        var conditions = new List<string> { $"v.schema{alone} = {Parameter(_schema.Number)}", $"v.is_deleted{alone} = 0" };
        if (_query.List is null)
        {
            conditions.Add($"v.is_current{alone} = 1");
        }

        conditions.AddRange(_query.Filters.Select(Condition));
        return string.Join(" AND ", conditions);
    }

    private string Condition(DocumentFilter filter) => filter.Target switch
    {
        FilterTarget.DocumentId => Compare("v.document", filter),
        FilterTarget.ViewId => Compare("v.view_id", filter),
        FilterTarget.Owner => Compare("v.owner", filter),
        FilterTarget.IsEdited => $"v.is_edited = {(IsTrue(filter) ? 1 : 0)}",
        FilterTarget.IsDeleted => IsTrue(filter) ? "1 = 0" : "1 = 1",
        _ => $"EXISTS (SELECT 1 FROM documents_fields f WHERE f.number = v.number AND f.field = {Parameter(FieldNumber(filter.Field))} " +
            $"AND {Compare("f.value", filter)}{Apart})",
    };

    private static bool IsTrue(DocumentFilter filter) =>
        ValueKey.ToBoolean(filter.Values[0]) == (filter.Comparison == FilterOperator.Equal);

    private string Compare(string column, DocumentFilter filter)
    {
        if (filter.Comparison is FilterOperator.Contains or FilterOperator.NotContains)
        {
            var text = Parameter(filter.Values[0]);
            var place = _sql.Dialect == SqlDialect.Sqlite ? $"instr(f.folded, {text})" : $"position({text} in f.folded)";
            return filter.Comparison == FilterOperator.Contains ? $"{place} > 0" : $"{place} = 0";
        }

        if (filter.Values.Count == 0)
        {
            return filter.Comparison == FilterOperator.In ? "1 = 0" : $"{column} IS NOT NULL";
        }

        // Zero as a float comes as two values.
        var isOne = filter.Values.Count == 1;
        return filter.Comparison switch
        {
            FilterOperator.Equal or FilterOperator.In => isOne ? $"{column} = {Parameter(filter.Values[0])}" : $"{column} IN ({List(filter)})",
            FilterOperator.NotEqual or FilterOperator.NotIn =>
                isOne ? $"{column} <> {Parameter(filter.Values[0])}" : $"{column} NOT IN ({List(filter)})",
            FilterOperator.Greater => $"{column} > {Parameter(filter.Values[0])}",
            FilterOperator.GreaterOrEqual => $"{column} >= {Parameter(filter.Values[0])}",
            FilterOperator.Less => $"{column} < {Parameter(filter.Values[0])}",
            _ => $"{column} <= {Parameter(filter.Values[0])}",
        };
    }

    private string List(DocumentFilter filter) => string.Join(", ", filter.Values.Select(Parameter));

    private long FieldNumber(string name) => IndexOf(_schema, name);

    private static long IndexOf(KnownSchema schema, string name)
    {
        foreach (var (index, field) in schema.Schema.Fields.Index())
        {
            if (field.Key == name)
            {
                return index;
            }
        }

        throw new DocumentQueryException($"The schema {schema.Schema.Id} has no field '{name}'.");
    }

    private string Parameter(object value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"@{_values.Count}");
    }
}
