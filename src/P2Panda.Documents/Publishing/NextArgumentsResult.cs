using System.Diagnostics.CodeAnalysis;

namespace P2Panda.Documents.Publishing;

/// <summary>The arguments for the next entry, or why there are none.</summary>
/// <param name="Arguments">The arguments, when nothing is wrong.</param>
/// <param name="Refusal">The first rule that was broken.</param>
public readonly record struct NextArgumentsResult(NextArguments? Arguments, PublishRefusal Refusal)
{
    /// <summary>Whether nothing is wrong.</summary>
    [MemberNotNullWhen(true, nameof(Arguments))]
    public bool IsAccepted => Arguments is not null;

    internal static NextArgumentsResult Refused(PublishRefusal refusal) => new(null, refusal);
}
