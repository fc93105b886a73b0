using P2Panda.Radio.Gateway.GraphQL.Language;
using P2Panda.Radio.Gateway.GraphQL.Types;
using P2Panda.Radio.Gateway.GraphQL.Validation;

namespace P2Panda.Radio.Gateway.GraphQL.Execution;

/// <summary>
/// Makes the plan of an operation of a valid document (section 6.3.2), and on the way checks what only shows then: that fields of one key
/// can be merged (5.3.2), and how much is asked for. Fields that are left out are checked too, and then left out.
/// </summary>
internal sealed class PlanBuilder
{
    private readonly Schema _schema;
    private readonly Dictionary<string, FragmentDefinition> _fragments;
    private readonly InputCoercion _coercion;
    private readonly GraphQLLimits _limits;
    private int _fields;
    private GraphQLError? _error;

    private PlanBuilder(Schema schema, Document document, VariableValues variables, GraphQLLimits limits)
    {
        _schema = schema;
        _fragments = document.Fragments.ToDictionary(fragment => fragment.Name);
        _coercion = new InputCoercion(variables);
        _limits = limits;
    }

    /// <summary>The fields of the answer, or why there is none.</summary>
    public static (IReadOnlyList<PlannedField> Fields, GraphQLError? Error) Build(
        Schema schema, Document document, OperationDefinition operation, VariableValues variables, GraphQLLimits limits)
    {
        var builder = new PlanBuilder(schema, document, variables, limits);
        var fields = builder.Plan(schema.RootOf(operation.Kind)!, [new Part(operation.Selections, true)], operation.Location, depth: 1);
        return (fields, builder._error);
    }

    private List<PlannedField> Plan(ObjectType type, IReadOnlyList<Part> parts, Location location, int depth)
    {
        var planned = new List<PlannedField>();
        if (depth > _limits.MaxDepth)
        {
            Fail($"The answer would be deeper than {_limits.MaxDepth} fields", location);
            return planned;
        }

        var collection = new Collection();
        foreach (var part in parts)
        {
            Collect(part.Selections, part.IsIncluded, collection, nesting: 0);
        }

        if (depth == 1 && collection.Groups.Count > _limits.MaxRootFields)
        {
            Fail($"The operation asks for more than {_limits.MaxRootFields} fields", location);
        }

        foreach (var (key, group) in collection.Groups)
        {
            if (_error is not null)
            {
                break;
            }

            var field = _schema.FindField(type, group.First.Name)!;
            var children = field.Type.Named is ObjectType inner ? Plan(inner, group.Parts, group.First.Location, depth + 1) : [];
            if (group.IsIncluded && ReadArguments(field.Arguments, group.First.Arguments, $"'{field.Name}'", group.First.Location) is { } arguments)
            {
                planned.Add(new PlannedField(key, type, field, arguments, children, group.First.Location));
            }
        }

        return planned;
    }

    private void Collect(IReadOnlyList<Selection> selections, bool isIncluded, Collection collection, int nesting)
    {
        if (nesting > _limits.MaxNesting)
        {
            Fail($"Fragments are nested deeper than {_limits.MaxNesting}", selections[0].Location);
        }

        foreach (var selection in selections)
        {
            if (_error is not null)
            {
                return;
            }

            if (++_fields > _limits.MaxFields)
            {
                Fail($"The operation asks for more than {_limits.MaxFields} fields", selection.Location);
                return;
            }

            var isHere = IsIncluded(selection.Directives) && isIncluded;
            switch (selection)
            {
                case Selection.Field field:
                    Add(field, isHere, collection);
                    break;
                case Selection.Inline inline:
                    Collect(inline.Selections, isHere, collection, nesting + 1);
                    break;
                case Selection.Spread spread when collection.Spread.Add((spread.Name, isHere)):
                    Collect(_fragments[spread.Name].Selections, isHere, collection, nesting + 1);
                    break;
            }
        }
    }

    private void Add(Selection.Field field, bool isIncluded, Collection collection)
    {
        if (!collection.Groups.TryGetValue(field.ResponseKey, out var group))
        {
            collection.Groups.Add(field.ResponseKey, group = new Group(field));
        }
        else if (group.First.Name != field.Name || !InputNode.AreSame(group.First.Arguments, field.Arguments))
        {
            Fail($"'{field.ResponseKey}' is asked for in two ways; give one of them another name", field.Location);
        }

        group.IsIncluded |= isIncluded;
        group.Parts.Add(new Part(field.Selections, isIncluded));
    }

    private bool IsIncluded(IReadOnlyList<Directive> directives) => directives.All(directive =>
    {
        var type = directive.Name == DirectiveType.Skip.Name ? DirectiveType.Skip : DirectiveType.Include;
        var holds = ReadArguments([type.Argument], directive.Arguments, $"'@{type.Name}'", directive.Location) is { } arguments
            && arguments[type.Argument.Name] is true;
        return holds == (type == DirectiveType.Include);
    });

    private Dictionary<string, object?>? ReadArguments(
        IReadOnlyCollection<InputValue> members, IReadOnlyList<ArgumentNode> given, string owner, Location location)
    {
        var read = _coercion.CoerceMembers(members, given, owner, location);
        _error ??= read.Error;
        return (Dictionary<string, object?>?)read.Value;
    }

    private void Fail(string message, Location location) => _error ??= new GraphQLError(message, location);

    /// <summary>Selections of one object that stand in one place.</summary>
    private readonly record struct Part(IReadOnlyList<Selection> Selections, bool IsIncluded);

    /// <summary>Fields of one key.</summary>
    private sealed class Group(Selection.Field first)
    {
        public Selection.Field First { get; } = first;

        public List<Part> Parts { get; } = [];

        public bool IsIncluded { get; set; }
    }

    /// <summary>What is asked of one object.</summary>
    private sealed class Collection
    {
        /// <summary>By key, in the order in which keys first come.</summary>
        public OrderedDictionary<string, Group> Groups { get; } = [];

        /// <summary>Fragments that are in already, and whether their fields are wanted.</summary>
        public HashSet<(string Name, bool IsIncluded)> Spread { get; } = [];
    }
}
