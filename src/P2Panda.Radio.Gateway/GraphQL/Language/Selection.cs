namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>A part of a selection set (section 2.4).</summary>
internal abstract record Selection(IReadOnlyList<Directive> Directives, Location Location)
{
    /// <summary>A field.</summary>
    internal sealed record Field(
        string? Alias,
        string Name,
        IReadOnlyList<ArgumentNode> Arguments,
        IReadOnlyList<Directive> Directives,
        IReadOnlyList<Selection> Selections,
        Location Location) : Selection(Directives, Location)
    {
        /// <summary>Its name in the answer.</summary>
        public string ResponseKey => Alias ?? Name;
    }

    /// <summary>The place of a named fragment.</summary>
    internal sealed record Spread(string Name, IReadOnlyList<Directive> Directives, Location Location) : Selection(Directives, Location);

    /// <summary>A fragment where it is used.</summary>
    internal sealed record Inline(
        string? TypeCondition, IReadOnlyList<Directive> Directives, IReadOnlyList<Selection> Selections, Location Location)
        : Selection(Directives, Location);
}
