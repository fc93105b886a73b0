namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>A directive that documents may use (section 3.13).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does.</param>
/// <param name="Argument">Its one argument.</param>
internal sealed record DirectiveType(string Name, string Description, InputValue Argument)
{
    /// <summary>Where both directives may stand.</summary>
    public static readonly IReadOnlyList<string> Locations = ["FIELD", "FRAGMENT_SPREAD", "INLINE_FRAGMENT"];

    /// <summary>Leaves a part out when its condition holds (section 3.13.1).</summary>
    public static readonly DirectiveType Skip = new(
        "skip", "Leaves the field or fragment out if the condition holds.", new InputValue("if", Scalars.Boolean.NonNull, "The condition."));

    /// <summary>Leaves a part out unless its condition holds (section 3.13.2).</summary>
    public static readonly DirectiveType Include = new(
        "include", "Leaves the field or fragment out unless the condition holds.", new InputValue("if", Scalars.Boolean.NonNull, "The condition."));

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<DirectiveType> All = [Include, Skip];
}
