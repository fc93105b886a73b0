namespace P2Panda.Documents.Queries;

/// <summary>How a value is compared. A list passes when one of its items does.</summary>
public enum FilterOperator
{
    /// <summary>The same value.</summary>
    Equal,

    /// <summary>Another value.</summary>
    NotEqual,

    /// <summary>One of several values.</summary>
    In,

    /// <summary>None of several values.</summary>
    NotIn,

    /// <summary>A greater value.</summary>
    Greater,

    /// <summary>This value or a greater one.</summary>
    GreaterOrEqual,

    /// <summary>A smaller value.</summary>
    Less,

    /// <summary>This value or a smaller one.</summary>
    LessOrEqual,

    /// <summary>A text with this one in it; letters A to Z are the same as a to z.</summary>
    Contains,

    /// <summary>A text without this one in it.</summary>
    NotContains,
}
