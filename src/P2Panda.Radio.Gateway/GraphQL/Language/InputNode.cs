namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>An input value as given, in a document or as the JSON of a variable (section 2.9).</summary>
internal abstract record InputNode(Location Location)
{
    /// <summary>Whether another value is written the same, wherever it stands.</summary>
    public abstract bool IsSameAs(InputNode other);

    internal sealed record Variable(string Name, Location Location) : InputNode(Location)
    {
        public override bool IsSameAs(InputNode other) => other is Variable variable && variable.Name == Name;
    }

    /// <summary>A whole number of any length.</summary>
    internal sealed record Int(string Text, Location Location) : InputNode(Location)
    {
        public override bool IsSameAs(InputNode other) => other is Int number && number.Text == Text;
    }

    /// <summary>A number with a point or an exponent.</summary>
    internal sealed record Float(string Text, Location Location) : InputNode(Location)
    {
        public override bool IsSameAs(InputNode other) => other is Float number && number.Text == Text;
    }

    /// <summary>A text. JSON has no enumeration values, so there a text may stand for one.</summary>
    internal sealed record String(string Value, Location Location, bool IsJson = false) : InputNode(Location)
    {
        public override bool IsSameAs(InputNode other) => other is String text && text.Value == Value;
    }

    internal sealed record Boolean(bool Value, Location Location) : InputNode(Location)
    {
        public override bool IsSameAs(InputNode other) => other is Boolean boolean && boolean.Value == Value;
    }

    internal sealed record Null(Location Location) : InputNode(Location)
    {
        public override bool IsSameAs(InputNode other) => other is Null;
    }

    internal sealed record Enum(string Name, Location Location) : InputNode(Location)
    {
        public override bool IsSameAs(InputNode other) => other is Enum value && value.Name == Name;
    }

    internal sealed record List(IReadOnlyList<InputNode> Items, Location Location) : InputNode(Location)
    {
        public override bool IsSameAs(InputNode other) =>
            other is List list && list.Items.Count == Items.Count && Items.Zip(list.Items).All(pair => pair.First.IsSameAs(pair.Second));
    }

    internal sealed record Object(IReadOnlyList<ArgumentNode> Fields, Location Location) : InputNode(Location)
    {
        public override bool IsSameAs(InputNode other) => other is Object value && AreSame(Fields, value.Fields);
    }

    /// <summary>Whether two sets of arguments or fields say the same, in whatever order.</summary>
    public static bool AreSame(IReadOnlyList<ArgumentNode> left, IReadOnlyList<ArgumentNode> right) =>
        left.Count == right.Count &&
        left.OrderBy(item => item.Name, StringComparer.Ordinal).Zip(right.OrderBy(item => item.Name, StringComparer.Ordinal))
            .All(pair => pair.First.Name == pair.Second.Name && pair.First.Value.IsSameAs(pair.Second.Value));
}
