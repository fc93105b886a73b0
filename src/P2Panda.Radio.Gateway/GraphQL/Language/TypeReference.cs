namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>A type as a variable's declaration names it (section 2.11).</summary>
internal abstract record TypeReference
{
    /// <summary>A type of this name.</summary>
    internal sealed record Named(string Name) : TypeReference
    {
        public override string ToString() => Name;
    }

    /// <summary>A list of values of a type.</summary>
    internal sealed record List(TypeReference Of) : TypeReference
    {
        public override string ToString() => $"[{Of}]";
    }

    /// <summary>A type without null.</summary>
    internal sealed record NonNull(TypeReference Of) : TypeReference
    {
        public override string ToString() => $"{Of}!";
    }
}
