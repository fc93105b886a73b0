using P2Panda.Radio.Gateway.GraphQL.Language;

namespace P2Panda.Radio.Gateway.GraphQL.Types;

/// <summary>The form of names (section 2.1.9).</summary>
internal static class Names
{
    /// <exception cref="ArgumentException">It is no name.</exception>
    public static string Check(string name) => name.Length > 0 && Lexer.IsNameStart(name[0]) && name.All(Lexer.IsNamePart)
        ? name
        : throw new ArgumentException($"'{name}' is not a GraphQL name.", nameof(name));
}
