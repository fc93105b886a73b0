using System.Diagnostics.CodeAnalysis;
using P2Panda.Core.Logs;

namespace P2Panda.Core.Bamboo;

/// <summary>A verified entry, or why there is none.</summary>
/// <param name="Entry">The entry, when nothing is wrong with it.</param>
/// <param name="Refusal">The first check that failed.</param>
public readonly record struct BambooResult(VerifiedEntry? Entry, BambooRefusal Refusal)
{
    /// <summary>Whether every check passed.</summary>
    [MemberNotNullWhen(true, nameof(Entry))]
    public bool IsVerified => Entry is not null;
}
