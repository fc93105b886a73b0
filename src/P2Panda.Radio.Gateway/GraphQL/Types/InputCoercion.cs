using P2Panda.Radio.Gateway.GraphQL.Language;

namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>
/// Makes values of inputs: the rules of input coercion (sections 3.5 to 3.12, 6.4.1), which are also those of valid literals (5.6). Lists
/// become <c>List&lt;object?&gt;</c>, input objects and arguments dictionaries.
/// </summary>
/// <param name="variables">What variables stand for; none where there cannot be any.</param>
internal sealed class InputCoercion(IVariableSource? variables)
{
    private static readonly InputCoercion Constants = new(null);

    /// <summary>Whether a constant is a value of a type.</summary>
    public static bool IsOfType(GraphQLType type, InputNode constant) => Constants.Coerce(type, constant).Error is null;

    /// <summary>The value of an input.</summary>
    /// <param name="type">The type it must be of.</param>
    /// <param name="node">The input.</param>
    /// <param name="hasDefault">Whether the place where it stands has a default.</param>
    public Coerced Coerce(GraphQLType type, InputNode node, bool hasDefault = false) => (type, node) switch
    {
        (_, InputNode.Variable variable) => variables is null
            ? Coerced.Wrong("A variable cannot stand here", node.Location)
            : variables.Read(variable, type, hasDefault),
        (NonNullType, InputNode.Null) => Coerced.Wrong($"Expected a value of {type}, found null", node.Location),
        (NonNullType nonNull, _) => Coerce(nonNull.Of, node),
        (_, InputNode.Null) => new Coerced(null),
        (ListType list, InputNode.List items) => CoerceItems(list, items),
        (ListType list, _) => Coerce(list.Of, node) is var item && item.Error is null ? new Coerced(new List<object?> { item.Value }) : item,
        (InputObjectType owner, InputNode.Object value) => CoerceMembers(owner.Fields, value.Fields, owner.Name, value.Location),
        (ScalarType scalar, _) when scalar.Read(node) is { } value => new Coerced(value),
        (EnumType choice, InputNode.Enum value) when choice.Has(value.Name) => new Coerced(value.Name),
        (EnumType choice, InputNode.String { IsJson: true } value) when choice.Has(value.Value) => new Coerced(value.Value),
        _ => Coerced.Wrong($"Expected a value of {type}", node.Location),
    };

    /// <summary>The values of arguments, or of the fields of an input object.</summary>
    /// <param name="members">Those there are.</param>
    /// <param name="given">Those that are given.</param>
    /// <param name="owner">Whose they are, for errors.</param>
    /// <param name="location">Where their owner stands.</param>
    /// <returns>A dictionary with those that have a value, null included.</returns>
    public Coerced CoerceMembers(
        IReadOnlyCollection<InputValue> members, IReadOnlyList<ArgumentNode> given, string owner, Location location)
    {
        var nodes = new Dictionary<string, ArgumentNode>();
        foreach (var node in given)
        {
            if (!nodes.TryAdd(node.Name, node))
            {
                return Coerced.Wrong($"'{node.Name}' is given twice to {owner}", node.Location);
            }
        }

        var values = new Dictionary<string, object?>();
        var found = 0;
        foreach (var member in members)
        {
            var node = nodes.GetValueOrDefault(member.Name);
            found += node is null ? 0 : 1;
            var isGiven = node is not null && !(node.Value is InputNode.Variable variable && variables is not null && !variables.HasValue(variable));
            if (!isGiven && member.IsRequired)
            {
                return Coerced.Wrong($"{owner} needs '{member.Name}', a {member.Type}", node?.Location ?? location);
            }

            if ((isGiven ? node!.Value : member.Default) is not { } input)
            {
                continue;
            }

            var value = Coerce(member.Type, input, member.Default is not null);
            if (value.Error is not null)
            {
                return value with { Error = value.Error with { Message = $"Invalid value for '{member.Name}' of {owner}: {value.Error.Message}" } };
            }

            values.Add(member.Name, value.Value);
        }

        return found < nodes.Count && given.First(node => members.All(member => member.Name != node.Name)) is { } unknown
            ? Coerced.Wrong($"{owner} has no '{unknown.Name}'", unknown.Location)
            : new Coerced(values);
    }

    private Coerced CoerceItems(ListType list, InputNode.List items)
    {
        var values = new List<object?>(items.Items.Count);
        foreach (var item in items.Items)
        {
            var value = Coerce(list.Of, item);
            if (value.Error is not null)
            {
                return value;
            }

            values.Add(value.Value);
        }

        return new Coerced(values);
    }
}
