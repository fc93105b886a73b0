namespace P2Panda.Radio.Gateway.GraphQL.Language;

/// <summary>Kinds of lexical tokens (section 2.1.6).</summary>
internal enum TokenKind
{
    End,
    Punctuator,
    Name,
    Int,
    Float,
    String,
}
