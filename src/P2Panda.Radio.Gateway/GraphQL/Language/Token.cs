namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>A lexical token.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its characters; of a string, what it means.</param>
/// <param name="Location">Where it begins.</param>
internal readonly record struct Token(TokenKind Kind, string Text, Location Location)
{
    /// <summary>Whether it is this punctuator.</summary>
    public bool Is(string punctuator) => Kind == TokenKind.Punctuator && Text == punctuator;

    /// <summary>Whether it is this keyword.</summary>
    public bool IsKeyword(string word) => Kind == TokenKind.Name && Text == word;

    /// <summary>How the token is called in an error.</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.End => "the end",
        TokenKind.String => "a text",
        _ => $"'{(Text.Length <= 40 ? Text : Text[..40] + "…")}'",
    };
}
