using System.Diagnostics.CodeAnalysis;

namespace P2Panda.Core.Bamboo;

/// <summary>The fields of an entry, unverified, or why they cannot be read.</summary>
/// <param name="Fields">The fields, when the entry has the form of one.</param>
/// <param name="Refusal">The first check of form that failed.</param>
public readonly record struct BambooDecodeResult(BambooFields? Fields, BambooRefusal Refusal)
{
    /// <summary>Whether the entry has the form of one.</summary>
    [MemberNotNullWhen(true, nameof(Fields))]
    public bool IsDecoded => Fields is not null;
}
